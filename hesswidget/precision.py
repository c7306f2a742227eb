"""The precision that everything here is computed in: float64."""

from __future__ import annotations

import math
from numbers import Real
from typing import Any

import numpy as np

from hesswidget.errors import ProblemError

EPS = float(np.finfo(float).eps)
ROUNDING = 10 * EPS
"""Of |f|, below which a change of f says nothing (Conn, Gould & Toint, 2000, §17.4.2)."""


def nearest_float(given: Any) -> float:
    """Return a real number in this precision, infinite where it is too large: whole numbers and fractions know no end.

    Examples
    --------
    >>> nearest_float(3), nearest_float(-(10**400))
    (3.0, -inf)
    """
    try:
        return float(given)
    except OverflowError:
        return math.inf if given > 0 else -math.inf


MOST_SEED = 2**53  # the last that a page knows


def whole_number(name: str, given: Any, least: int, most: int) -> int:
    """Return a whole number within bounds, Python's or NumPy's; refuse all else with a sentence.

    Examples
    --------
    >>> whole_number("steps", np.int64(3), 1, 10)
    3
    """
    if isinstance(given, bool) or not isinstance(given, int | np.integer) or not least <= given <= most:
        raise ProblemError(f"{name} is {given!r:.60}; it takes a whole number from {least} to {most:,}.")
    return int(given)


def for_json(values: Any) -> Any:
    """Return numbers as lists of Python's own, fit for JSON: None where one is not finite, and of None.

    Examples
    --------
    >>> for_json(np.array([[1.0, np.inf], [np.nan, 2.0]])), for_json(np.float64(3.0)), for_json(None)
    ([[1.0, None], [None, 2.0]], 3.0, None)
    """
    if values is None:
        return None
    array = np.asarray(values)
    if np.all(np.isfinite(array)):
        return array.tolist()
    return [for_json(value) for value in array] if array.ndim else None


def not_negative(name: str, given: Any) -> float:
    """Return a finite number that is not negative, such as a tolerance; refuse all else with a sentence.

    Examples
    --------
    >>> not_negative("rate", 0)
    0.0
    """
    is_number = isinstance(given, Real) and not isinstance(given, bool)
    if not is_number or not 0 <= (found := nearest_float(given)) < math.inf:
        raise ProblemError(f"{name} is {given!r:.80}; it takes a number that is finite and not negative.")
    return found


def positive(name: str, given: Any) -> float:
    """Return a finite number above zero; refuse all else with a sentence.

    Examples
    --------
    >>> positive("alpha", 2)
    2.0
    """
    try:
        found = not_negative(name, given)
    except ProblemError:
        found = 0.0
    if found == 0:
        raise ProblemError(f"{name} is {given!r:.80}; it takes a finite number above zero.")
    return found
