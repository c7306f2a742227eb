"""Numbers that random vectors estimate, each with an error bar."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from hesswidget.precision import EPS
from hesswidget.wording import number

CONFIDENCE = 0.95


@dataclass(frozen=True, eq=False)
class Estimate:
    """A number, or an array of them, and how far the true one may be off.

    Attributes
    ----------
    value : float or ndarray
    error : float or ndarray
        Half the width of the interval that holds the true value with a probability of 95 %, by Student's distribution
        of as many samples; infinite where there are fewer than two. Rounding, where the value is exact.
    method : str
        How it was found.

    Examples
    --------
    >>> print(Estimate(12.5, 0.25, "Hutchinson, 8 products"))
    12.5 ± 0.25 (Hutchinson, 8 products)
    """

    value: Any
    error: Any
    method: str

    def __str__(self) -> str:
        if np.ndim(self.value):
            middle = number(float(np.median(self.error)), 2)
            return f"{len(self.value):,} numbers, ± {middle} in the median ({self.method})"
        return f"{number(float(self.value), 6)} ± {number(float(self.error), 2)} ({self.method})"


def half_width(standard_error: Any, samples: int) -> Any:
    """Return half the width of the interval of a mean, by Student's distribution (Student, 1908).

    Examples
    --------
    >>> round(float(half_width(1.0, 8)), 3)
    2.365
    """
    from scipy.special import stdtrit

    return stdtrit(samples - 1, (1 + CONFIDENCE) / 2) * standard_error


def of_samples(samples: Any, method: str, exactly: Any = 0.0) -> Estimate:
    """Return the mean of independent samples, along the first axis, beside what is known exactly.

    Examples
    --------
    >>> found = of_samples([1.0, 2.0, 3.0], "three draws", exactly=10.0)
    >>> float(found.value), round(float(found.error), 3)
    (12.0, 2.484)
    """
    drawn = np.asarray(samples, dtype=float)
    count = len(drawn)
    if count == 0:
        return Estimate(np.nan + exactly, np.inf + 0 * np.abs(exactly), method)
    mean = exactly + np.mean(drawn, axis=0)
    if count < 2:
        return Estimate(mean, np.full_like(mean, np.inf)[()], method)
    rounding = EPS * (np.abs(exactly) + np.max(np.abs(drawn), axis=0))
    return Estimate(
        mean, half_width(np.std(drawn, axis=0, ddof=1) / np.sqrt(count), count) + rounding, method
    )


def of_function(
    samples: Sequence[Any], function: Callable[[np.ndarray], float], method: str, exactly: Any = 0.0
) -> Estimate:
    """Return a function of the mean of independent samples, with the error by the jackknife (Quenouille, 1956).

    Examples
    --------
    >>> found = of_function([3.0, 5.0], lambda mean: float(mean**2), "two draws")
    >>> found.value
    16.0
    """
    drawn = np.asarray(samples, dtype=float)
    count = len(drawn)
    if count == 0:
        return Estimate(np.nan, np.inf, method)
    value = function(exactly + np.mean(drawn, axis=0))
    if count < 2:
        return Estimate(value, np.inf, method)
    others = [function(exactly + np.mean(np.delete(drawn, i, axis=0), axis=0)) for i in range(count)]
    spread = np.sqrt((count - 1) / count * np.sum((np.array(others) - np.mean(others)) ** 2))
    return Estimate(value, float(half_width(spread, count)), method)
