"""With which power of n something grows: a line through logarithms, where overhead does not hide it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

DEAR = 2.0  # a size counts where a product costs this many times what it costs at least
HALF = 0.5  # with which power a + b n grows where both are equal
FEWEST = 3  # sizes: with two there is no scatter


@dataclass(frozen=True)
class Slope:
    """The power of n with which something grows.

    Attributes
    ----------
    value : float
        The slope of the line through ``log q`` against ``log n``; NaN where fewer than two sizes were measured.
    error : float
        Its standard error by the scatter about the line, NaN of two sizes. It does not say that the line is straight.
    last : float
        The slope between the last two sizes: where it differs from `value`, the growth is still changing.
    sizes : tuple of int
        The sizes that were fitted.
    is_overhead : bool
        What a unit of work costs (one of a Hessian's n products) grows with less than the square root of n over these
        sizes: most of it is the cost of calling, which does not depend on n.
    ends : tuple of float
        What the line says at the first and at the last of the sizes.
    """

    value: float
    error: float
    last: float
    sizes: tuple[int, ...]
    is_overhead: bool
    ends: tuple[float, float] = (np.nan, np.nan)

    def __str__(self) -> str:
        if np.isnan(self.value):
            return "—"
        error = "" if np.isnan(self.error) else f" ± {self.error:.2f}"
        return f"n^{self.value:.2f}{error}".replace("-", "−")


def slope_of(sizes: np.ndarray, amounts: np.ndarray, units: np.ndarray | float = 1.0) -> Slope:
    """Fit the power of n with which `amounts` grow, over the larger half of the sizes that were measured.

    Sizes at which overhead rules are left out: all up to the last at which a unit of work costs less than twice what it
    costs where it is cheapest. Where that leaves fewer than three, the larger half is fitted as it is.

    Parameters
    ----------
    sizes : ndarray, shape (m,)
        Ascending.
    amounts : ndarray, shape (m,)
        Seconds or bytes, NaN where they were not measured.
    units : ndarray or float
        How many units of work each amount pays for: a Hessian is n products, each of which has its overhead.

    Examples
    --------
    >>> n = np.array([10, 20, 50, 100, 200, 500, 1000])
    >>> print(slope_of(n, 1e-9 * n**2.0))
    n^2.00 ± 0.00
    >>> slope_of(n, 1e-4 + 1e-8 * n).is_overhead
    True
    """
    known = np.isfinite(amounts) & (amounts > 0)
    n, q = np.asarray(sizes)[known], np.asarray(amounts, dtype=float)[known]
    each = q / np.broadcast_to(np.asarray(units, dtype=float), known.shape)[known]
    cheap = np.flatnonzero(each < DEAR * np.min(each, initial=np.inf))
    first = int(cheap[-1]) + 1 if len(cheap) else 0
    first = first if len(n) - first >= FEWEST else 0
    fitted = slice(max(first, len(n) - max(FEWEST, -(-len(n) // 2))), None)
    n, q, each = n[fitted], q[fitted], each[fitted]
    fitted_sizes = tuple(int(m) for m in n)
    if len(n) < 2:
        return Slope(np.nan, np.nan, np.nan, fitted_sizes, False)
    x, y = np.log(n), np.log(q)
    value, error = _line(x, y)
    ends = np.exp(y.mean() + value * (x[[0, -1]] - x.mean()))
    last = float((y[-1] - y[-2]) / (x[-1] - x[-2]))
    is_overhead = _line(x, np.log(each))[0] < HALF
    return Slope(value, error, last, fitted_sizes, is_overhead, (float(ends[0]), float(ends[1])))


def _line(x: np.ndarray, y: np.ndarray) -> tuple[float, float]:
    """Return the slope of the line through points by least squares, and its standard error, NaN of two points."""
    away = x - x.mean()
    spread = float(np.sum(away**2))
    slope = float(np.sum(away * y) / spread)
    rest = y - y.mean() - slope * away
    error = float(np.sqrt(np.sum(rest**2) / (len(x) - 2) / spread)) if len(x) > 2 else np.nan
    return slope, error
