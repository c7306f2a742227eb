"""Whose code a file is: the user's own, or an installed library's."""

from __future__ import annotations

import functools
import os
import site
import sys
import sysconfig
from collections.abc import Container
from types import CodeType
from typing import NamedTuple


class Line(NamedTuple):
    """A line of a file."""

    filename: str
    number: int


def _folders() -> tuple[str, ...]:
    paths = sysconfig.get_paths()
    found = [paths.get(k) for k in ("stdlib", "platstdlib", "purelib", "platlib")]
    found += [*getattr(site, "getsitepackages", list)(), getattr(site, "getusersitepackages", str)()]
    found += [os.path.dirname(os.path.dirname(__file__))]  # our own
    return tuple({_normal(folder) + os.sep for folder in found if folder})


def _normal(path: str) -> str:
    return os.path.normcase(os.path.abspath(path))


_LIBRARIES = _folders()


@functools.cache
def is_users_own(filename: str) -> bool:
    """Whether a file is neither of an installed library nor of this package.

    Examples
    --------
    >>> is_users_own(functools.__file__), is_users_own("/tmp/ipykernel_1/1.py"), is_users_own("<stdin>")
    (False, True, True)
    """
    if filename.startswith("<"):
        return not filename.startswith(("<frozen", "<__array_function__", "<decorator"))
    return not _normal(filename).startswith(_LIBRARIES) and not filename.endswith((".pyx", ".pxd"))


def line_now(outside: Container[CodeType] = ()) -> Line | None:
    """Return the line of the user's own code that is being run; not one that called code in `outside`."""
    frame = sys._getframe(1)
    while frame is not None and frame.f_code not in outside:
        if is_users_own(frame.f_code.co_filename):
            return Line(frame.f_code.co_filename, frame.f_lineno)
        frame = frame.f_back  # type: ignore[assignment]
    return None
