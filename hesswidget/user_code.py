"""Where in the user's own code something went wrong, what did, and what may help."""

from __future__ import annotations

import linecache
import ntpath
import os
import sysconfig
import traceback
from dataclasses import dataclass
from types import FrameType

import autograd
import numpy as np

LONGEST_LINE = 200
LONGEST_SUMMARY = 500
_HINTS = (
    (
        ("item assignment", "array element with a sequence", "read-only"),
        "Autograd cannot follow assignment into an array or a conversion; build it at once, with np.array([...]) or "
        "np.where(...) of autograd.numpy, without float64().",
    ),
    (
        ("ArrayBox", "_AnyArrayBox", "Box'"),
        "A function met a value that autograd is tracing; use autograd.numpy (import autograd.numpy as np) "
        "in place of numpy, math, float() and int().",
    ),
    (
        ("positional argument", "keyword argument", "unexpected keyword"),
        "Check how many arguments the functions take.",
    ),
)


def _comparable(path: str) -> str:
    """Write a path so that prefixes compare on every system: Windows has two separators, and no case."""
    return path.replace("\\", "/").casefold()


_PARTS_OF_LIBRARIES = ("/site-packages/", "/dist-packages/")
_LIBRARIES = tuple(
    _comparable(os.path.abspath(folder)).rstrip("/") + "/"
    for folder in {
        *(sysconfig.get_paths()[scheme] for scheme in ("stdlib", "platstdlib")),
        *(os.path.dirname(module.__file__ or os.curdir) for module in (os, np, autograd)),
        os.path.dirname(__file__),
    }
)


@dataclass(frozen=True)
class Line:
    """A line of the user's own code.

    Attributes
    ----------
    number : int
    file : str
        The file's name without its folder; ``the cell`` of a notebook.
    text : str
        The line itself, as far as it is known.

    Examples
    --------
    >>> print(Line(2, "model.py", "return 1 / 0"))
    line 2 of model.py: return 1 / 0
    """

    number: int
    file: str
    text: str

    @classmethod
    def of(cls, frame: FrameType, number: int) -> Line:
        """Return the line of that number in the file whose code a frame runs."""
        path = frame.f_code.co_filename
        text = linecache.getline(path, number, frame.f_globals).strip()[:LONGEST_LINE]
        is_cell = "ipykernel_" in path or path.startswith("<ipython-input")
        return cls(number, "the cell" if is_cell else ntpath.basename(path), text)

    def __str__(self) -> str:
        return f"line {self.number} of {self.file}{f': {self.text}' if self.text else ''}"


def line_of(error: BaseException) -> Line | None:
    """Return the last line of the user's own code that an error passed through, None where it passed through none.

    Installed libraries, Python's own modules and this package are not the user's.

    Examples
    --------
    >>> import json
    >>> try:
    ...     json.loads("{")
    ... except ValueError as error:
    ...     line_of(error).text
    'json.loads("{")'
    """
    last = None
    for frame, number in traceback.walk_tb(error.__traceback__):
        if is_users(frame.f_code.co_filename):
            last = frame, number
    return Line.of(*last) if last else None


def is_users(path: str) -> bool:
    r"""Whether a file, as a traceback names it, holds the user's own code; on whatever system.

    Examples
    --------
    >>> is_users(r"C:\Users\me\model.py"), is_users(r"C:\Python\Lib\site-packages\scipy\special\_basic.py")
    (True, False)
    """
    path = _comparable(path)
    if path.startswith(("<frozen ", "<__array_function__")):
        return False
    return not path.startswith(_LIBRARIES) and not any(part in path for part in _PARTS_OF_LIBRARIES)


def summary(error: BaseException) -> str:
    r"""Say in one line what was raised: its kind and all of its message, the middle left out where it is long.

    Examples
    --------
    >>> summary(ValueError("shapes do not fit:\n  a has (2,)\n  b has (3,)"))
    'ValueError: shapes do not fit: a has (2,) b has (3,)'
    """
    text = " ".join("".join(traceback.format_exception_only(error)).split())
    if len(text) <= LONGEST_SUMMARY:
        return text
    end = LONGEST_SUMMARY // 4
    return f"{text[: LONGEST_SUMMARY - end - 3]} … {text[-end:]}"


def hint_for(error: BaseException) -> str:
    """Return the sentence that helps with what autograd's users stumble over most; nothing where there is none."""
    text = "".join(traceback.format_exception_only(error))
    return next((hint for marks, hint in _HINTS if any(mark in text for mark in marks)), "")
