"""How far two computations of the same derivatives are apart, and whether that is more than rounding."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

TOLERANCE = (
    1.5e-8  # the square root of eps: what rounding does to ill-conditioned sums, and no error of substance
)


@dataclass(frozen=True, eq=False)
class Derivatives:
    """Value, gradient, shape (n,), and Hessian, shape (n, n), at a point, shape (n,)."""

    point: np.ndarray
    value: float
    gradient: np.ndarray
    hessian: np.ndarray


def deviation(found: Derivatives, exact: Derivatives) -> float:
    """Return the largest difference, relative to the scale of what differs; infinite where one is not finite.

    The scale of the Hessian is its largest entry; that of the gradient also what the Hessian makes of a move by
    the largest coordinate, and so for the value: near a zero of the function it is known no better than that.

    Examples
    --------
    >>> one = Derivatives(np.ones(1), 2.0, np.ones(1), np.ones((1, 1)))
    >>> other = Derivatives(np.ones(1), 2.0, np.ones(1), np.full((1, 1), 1.25))
    >>> deviation(one, other)
    0.2
    """
    reach = float(np.max(np.abs(exact.point)))
    bend = _largest(exact.hessian)
    slope = _largest(exact.gradient) + bend * reach
    value = _largest(np.array(exact.value)) + slope * reach
    return max(
        _apart(found.hessian, exact.hessian, bend),
        _apart(found.gradient, exact.gradient, slope),
        _apart(np.array(found.value), np.array(exact.value), value),
    )


def _largest(array: np.ndarray) -> float:
    finite = np.abs(array[np.isfinite(array)])
    return float(finite.max()) if finite.size else 0.0


def _apart(found: np.ndarray, exact: np.ndarray, scale: float) -> float:
    finite = np.isfinite(exact)
    if not np.array_equal(np.isfinite(found), finite):
        return math.inf
    if not np.array_equal(found[~finite], exact[~finite], equal_nan=True):
        return math.inf
    with np.errstate(all="ignore"):
        apart = float(np.max(np.abs(found[finite] - exact[finite]), initial=0.0))
        return apart / scale if apart else 0.0
