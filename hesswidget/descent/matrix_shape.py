"""Variables as a matrix, for the methods that are made for layers of a network."""

from __future__ import annotations

import math


def matrix_shape(n: int) -> tuple[int, int]:
    """Return the factors r ≤ c of n that are nearest to each other: a prime number of variables is one row.

    Examples
    --------
    >>> matrix_shape(12), matrix_shape(7), matrix_shape(16)
    ((3, 4), (1, 7), (4, 4))
    """
    rows = max(r for r in range(1, math.isqrt(n) + 1) if n % r == 0)
    return rows, n // rows
