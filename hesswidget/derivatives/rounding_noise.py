"""The rounding noise of derivatives, measured: what is left of a smooth function in differences of high order.

After Moré and Wild (2011), Estimating computational noise. Over steps this short the differences of a smooth function
shrink with their order, and those of its rounding do not.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

# Steps, of the typical sizes: the short one where f itself varies within the long one.
LONG, SHORT = 1e-8, 1e-11
NEAREST = 1e-5  # of the point's distance from zero, where functions are singular more often than elsewhere
ALIKE = 1e3  # noise is as large over both, within this factor, since it does not know the step
SAMPLES = 9
ORDERS = (4, 5, 6)
SAFETY = 16.0  # times what is measured: a bound, where the measure is a standard deviation from few samples


class Noise(NamedTuple):
    """What rounding may have done to a gradient, shape (n,), and to a Hessian, shape (n, n), entry by entry."""

    gradient: Any
    hessian: Any


def noise_of(samples: Any, orders: Sequence[int] = ORDERS) -> np.ndarray:
    """Return the noise in samples at equal steps: a standard deviation, for each entry.

    Differences of order k of independent noise are √C(2k, k) times as large as the noise itself.

    Parameters
    ----------
    samples : array_like, shape (m, ...)
        More than the highest order.
    orders : sequence of int
        Of the differences, of which the least counts.

    Examples
    --------
    >>> smooth = 1 + 1e-8 * np.arange(9.0)
    >>> bool(noise_of(smooth**2) < 1e-15)
    True
    >>> noisy = np.random.default_rng(0).normal(size=9)
    >>> bool(0.2 < noise_of(noisy) < 3)
    True
    """
    differences = [
        np.abs(np.diff(samples, order, axis=0)) / math.comb(2 * order, order) ** 0.5 for order in orders
    ]
    return np.min([np.max(d, axis=0) for d in differences], axis=0)


def measured(function: Callable[[np.ndarray], Any], point: np.ndarray, sizes: Any) -> np.ndarray:
    """Measure the noise of a function of a point, entry by entry; with a margin, so that it is a bound.

    Parameters
    ----------
    function : callable
        Takes an array of shape (n,) and returns an array. It is called at twice `SAMPLES` places beside the
        point, and again as often where these do not tell the same.
    point : ndarray, shape (n,)
    sizes : float or ndarray, shape (n,)
        The typical sizes of the variables.

    Returns
    -------
    ndarray
        Zero where the function is not finite: of that nothing is known.

    Examples
    --------
    >>> bound = measured(lambda x: x**3 - 3 * x**2 + 3 * x - 1, np.array([1.001]), 1.0)
    >>> bool(1e-17 < bound[0] < 1e-13)
    True
    """
    n = len(point)
    # Irrational parts of one step in every direction, so that nothing that rounds alike lies on the way.
    direction = (0.5 + np.sqrt(np.arange(2, n + 2)) % 1) * np.where(np.arange(n) % 2, -1.0, 1.0)
    distance = float(np.max(np.abs(point))) or np.inf
    far, near = LONG * np.asarray(sizes), np.minimum(SHORT * np.asarray(sizes), NEAREST * distance)

    def over(step: np.ndarray) -> np.ndarray:
        with np.errstate(all="ignore"):
            return noise_of(_samples(function, point, _step(step, point) * direction))

    long, short = over(far), over(near)
    # Over one of them all may have been rounded alike.
    if np.any(long > ALIKE * short):
        short = np.fmax(short, over(-near / np.pi))
    if np.any(short > ALIKE * long):
        long = np.fmax(long, over(-far / np.pi))
    noise = np.where((short > 0) & ~(long <= ALIKE * short), short, long)
    return np.where(np.isfinite(noise), SAFETY * noise, 0.0)


def _samples(function: Callable[[np.ndarray], Any], point: np.ndarray, step: np.ndarray) -> np.ndarray:
    return np.array([function(point + k * step) for k in range(1, SAMPLES + 1)])


def _step(step: np.ndarray, point: np.ndarray) -> np.ndarray:
    """Return a step for each coordinate, long enough for places to be told apart."""
    least = 16 * np.finfo(float).eps * np.abs(point)
    return np.where(np.abs(step) > least, step, np.copysign(least, step))
