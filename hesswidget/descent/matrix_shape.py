"""Variables as a matrix, row by row, for the methods that are made for layers of a network."""

from __future__ import annotations

import math
from typing import Any

import autograd.numpy as np


def matrix_shape(n: int) -> tuple[int, int]:
    """Return the factors r ≤ c of n that are nearest to each other: a prime number of variables is one row.

    Examples
    --------
    >>> matrix_shape(12), matrix_shape(7), matrix_shape(16)
    ((3, 4), (1, 7), (4, 4))
    """
    rows = max(r for r in range(1, math.isqrt(n) + 1) if n % r == 0)
    return rows, n // rows


def kronecker(left: Any, right: Any) -> Any:
    """Return the matrix that takes variables to ``left X right``, where they are the matrix X and right is symmetric.

    Examples
    --------
    >>> kronecker(np.diag([1.0, 2.0]), np.array([[3.0, 1.0], [1.0, 3.0]])).tolist()
    [[3.0, 1.0, 0.0, 0.0], [1.0, 3.0, 0.0, 0.0], [0.0, 0.0, 6.0, 2.0], [0.0, 0.0, 2.0, 6.0]]
    """
    n = len(left) * len(right)
    return np.reshape(left[:, None, :, None] * right[None, :, None, :], (n, n))
