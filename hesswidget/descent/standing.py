"""How a path stands at a point: whether it goes on there, has converged, or grows beyond its start, by f and ∇f alone.

It is mathematics that can be recorded, without a branch on a value; of points that are there already, the same
functions say it in NumPy.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import autograd.numpy as np

from hesswidget.descent.outcome import (
    CONVERGED,
    GOES_ON,
    GROWS,
    LEFT,
    NO_GRADIENT,
    NO_SLOPE,
    NO_VALUE,
)
from hesswidget.precision import EPS
from hesswidget.program.errors import NotRecorded
from hesswidget.second_derivative_test.stationarity import ROUNDINGS, norm_of

AT_START, GROWTH = "at_start", "growth"
"""What a path's state has of it: f and |∇f| at the start, and up to which |∇f| it has converged; and the largest |∇f|,
after how many steps it was last a record, how many there have been, by how much f changed in the first, and by how much
it has been above its start."""

GROWN = 1e3
"""Times |∇f| at the start, at which a path above its start may diverge; and times the first change of f, above which
one has risen that comes to where f or ∇f is not finite: |∇f| alone does not grow where f does as |x| does;"""
FALLEN = 1e12
"""and at which one below it does, as it leaves a saddle too with a gradient that grows, though never by so much."""
RECORD = 1.01
"""Times the record before, a new one is. Where |∇f| has met none for this share of the steps, and for so many, it does
not grow any more: it goes around, or is on its way back."""
SHARE, FEW = 1 / 8, 8


def begun(
    gradient_at: Callable[[Any], Any], point: Any, value: Any, gradient: Any, tolerance: float
) -> dict[str, Any]:
    """Return how a path stands at its start, ``status``, its ``gradient_norm``, and what is to be known of it later.

    Parameters
    ----------
    gradient_at : callable
        ∇f.
    point, gradient : array, shape (n,)
    value : array, ()
    tolerance : float
        It has converged where |∇f| is at most so much of what it was at the start, or at most what rounding the start
        changes it by, as a path may start where it ends. Where it is zero, so must |∇f| be.

    Examples
    --------
    >>> def slope(x): return 2 * x
    >>> standing = begun(slope, np.array([3.0, 4.0]), 25.0, np.array([6.0, 8.0]), 1e-10)
    >>> standing["status"] == GOES_ON, standing["at_start"][:2].tolist()
    (np.True_, [25.0, 10.0])
    """
    size = norm_of(gradient)
    bound = 0.0 * size
    if tolerance:
        bound = np.maximum(norm_of(tolerance * gradient), _rounding(gradient_at, point, gradient))
    status = np.where(size <= bound, CONVERGED, GOES_ON)
    return {
        AT_START: np.stack([1.0 * value, size, bound]),
        GROWTH: np.stack([size, *[0.0 * size] * 4]),
        "gradient_norm": size,
        "status": _or_undefined(status, value, gradient),
    }


def _rounding(gradient_at: Callable[[Any], Any], point: Any, gradient: Any) -> Any:
    """Return the most by which rounding a point changes an entry of its gradient; zero where that is not known."""
    try:
        change = gradient_at(point * (1.0 + ROUNDINGS * EPS)) - gradient
    except NotRecorded:
        raise
    except Exception:  # beyond the end of its domain a function may raise what it likes
        change = 0.0 * gradient
    return np.where(np.all(np.isfinite(change)), np.max(np.abs(change)), 0.0)


def went(before: Mapping[str, Any], value: Any, gradient: Any) -> dict[str, Any]:
    """Return the same after one more step, given how it stood before, and f and ∇f at this point.

    Examples
    --------
    >>> from hesswidget.descent.outcome import GROWS
    >>> def slope(x): return 2 * x
    >>> stands = begun(slope, np.array([1.0]), 1.0, np.array([2.0]), 1e-10)
    >>> for x in (-10.0, 2e3, *[-2e3] * 9):
    ...     stands = went(stands, x**2, np.array([2 * x]))
    ...     print(bool(stands["status"] == GROWS), end=" ")
    False True True True True True True True True True False
    """
    first_value, first, bound = (before[AT_START][k] for k in range(3))
    size = norm_of(gradient)
    largest, since, count, changed, risen = (before[GROWTH][k] for k in range(5))
    count = count + 1.0
    is_record = size > RECORD * largest
    since = np.where(is_record, count, since)
    is_growing = count - since <= np.maximum(FEW, SHARE * count)
    times = np.where(value > first_value, GROWN, FALLEN)
    has_grown = np.logical_and(first > 0, size > times * first)
    status = np.where(np.logical_and(is_growing, has_grown), GROWS, GOES_ON)
    status = _or_undefined(np.where(size <= bound, CONVERGED, status), value, gradient)
    met = np.maximum(largest, np.where(np.isfinite(size), size, 0.0))
    has_come = np.logical_and(met <= GROWN * first, risen <= GROWN * changed)
    status = np.where(np.logical_and(has_come, status == NO_VALUE), LEFT, status)
    status = np.where(np.logical_and(has_come, status == NO_GRADIENT), NO_SLOPE, status)
    change = np.where(np.isfinite(value), value - first_value, 0.0)
    least = np.maximum(np.abs(change), ROUNDINGS * EPS * np.abs(first_value))
    changed, risen = np.where(count == 1.0, least, changed), np.maximum(risen, change)
    return {
        AT_START: before[AT_START],
        GROWTH: np.stack([np.where(is_record, size, largest), since, count, changed, risen]),
        "gradient_norm": size,
        "status": status,
    }


def _or_undefined(status: Any, value: Any, gradient: Any) -> Any:
    status = np.where(np.all(np.isfinite(gradient)), status, NO_GRADIENT)
    return np.where(np.isfinite(value), status, NO_VALUE)
