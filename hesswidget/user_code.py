"""Where in the user's own code something went wrong, what did, and what may help."""

from __future__ import annotations

import functools
import linecache
import ntpath
import os
import sys
import sysconfig
import traceback
from collections.abc import Callable, Container
from dataclasses import dataclass
from types import CodeType, FrameType
from typing import Any, NamedTuple, cast

import autograd
import numpy as np

LONGEST_LINE = 200
LONGEST_SUMMARY = 500
_HINTS = (
    (
        ("jax.errors.Tracer", "jax.errors.Concretization", "ConcretizationTypeError"),
        "JAX traces a function without values: within jax.jit and its loops write jnp.where, jax.lax.cond or "
        "jax.lax.while_loop in place of if and while, and everywhere jax.numpy in place of numpy and float().",
    ),
    (
        ("UncapturedHigherOrderOp",),
        "Write Python's own if and while in place of torch.cond and torch.while_loop.",
    ),
    (
        ("value out of a tracing tensor", "data-dependent"),
        "PyTorch traces a function without values: keep tensors, without .item() or float(); a distribution of "
        "torch.distributions takes validate_args=False.",
    ),
    (
        ("is not a valid JAX type",),
        "It computes with JAX, which does not show in the names that it uses: give jax.jit(f) in place of f.",
    ),
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
        ("not supported for the input types", "as a data type", "could not be safely coerced"),
        "This happens where plain numpy or pandas meets a value that autograd is tracing; use autograd.numpy (import "
        "autograd.numpy as np), and arrays, such as data.to_numpy(), in place of frames and series.",
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


class Place(NamedTuple):
    """Where a line stands: cheap to know, at every step of a function."""

    path: str
    number: int


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
        return cls.at(Place(frame.f_code.co_filename, number), frame.f_globals)

    @classmethod
    def at(cls, place: Place, namespace: dict[str, Any] | None = None) -> Line:
        """Return the line at a place, of which the module's `namespace` may know the text."""
        path, number = place
        text = linecache.getline(path, number, namespace).strip()[:LONGEST_LINE]
        is_cell = "ipykernel_" in path or path.startswith("<ipython-input")
        return cls(number, "the cell" if is_cell else ntpath.basename(path), text)

    @property
    def place(self) -> str:
        """Where it is."""
        return f"line {self.number} of {self.file}"

    def __str__(self) -> str:
        return f"{self.place}{f': {self.text}' if self.text else ''}"


def line_of(error: BaseException) -> Line | None:
    """Return the last line of the user's own code that an error passed through, None where it passed through none.

    Installed libraries, Python's own modules and this package are not the user's. What is raised on the way back
    through a function has the place whose derivative it is about, as its ``user_place``.

    Examples
    --------
    >>> import json
    >>> try:
    ...     json.loads("{")
    ... except ValueError as error:
    ...     line_of(error).text
    'json.loads("{")'
    """
    if place := getattr(error, "user_place", None):
        return Line.at(place)
    last = _last_of_users(error)
    return Line.of(*last) if last else None


def place_of(error: BaseException) -> Place | None:
    """Return where `line_of` an error is."""
    if place := getattr(error, "user_place", None):
        return cast("Place", place)
    last = _last_of_users(error)
    return Place(last[0].f_code.co_filename, last[1]) if last else None


def _last_of_users(error: BaseException) -> tuple[FrameType, int] | None:
    last = None
    for frame, number in traceback.walk_tb(error.__traceback__):
        if is_users(frame.f_code.co_filename):
            last = frame, number
    return last


def run_for(place: Place | None, function: Callable[..., Any], *operands: Any) -> Any:
    """Call what stands for a line of the user's code, which was written down before: it is that line that is run.

    Examples
    --------
    >>> run_for(Place("model.py", 3), place_now)
    Place(path='model.py', number=3)
    """
    return function(*operands)


def place_now(outside: Container[CodeType] = ()) -> Place | None:
    """Return the place in the user's code that is being run; none that called code in `outside`."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None and frame.f_code not in outside:
        if frame.f_code is run_for.__code__:
            return cast("Place | None", frame.f_locals["place"])
        if is_users(frame.f_code.co_filename):
            return Place(frame.f_code.co_filename, frame.f_lineno)
        frame = frame.f_back
    return None


@functools.cache
def is_users(path: str) -> bool:
    r"""Whether a file, as a traceback names it, holds the user's own code; on whatever system.

    Examples
    --------
    >>> is_users(r"C:\Users\me\model.py"), is_users(r"C:\Python\Lib\site-packages\scipy\special\_basic.py")
    (True, False)
    """
    path = _comparable(path)
    if path.startswith(("<frozen ", "<__array_function__", "<decorator")) or path.endswith((".pyx", ".pxd")):
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
