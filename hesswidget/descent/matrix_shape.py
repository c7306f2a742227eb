"""Variables as matrices, row by row, for the methods that are made for layers of a network."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import autograd.numpy as np

from hesswidget.derivatives.traced import TracedFunction


class Part(NamedTuple):
    """Variables that are one matrix, row by row.

    Attributes
    ----------
    places : slice
        Where they stand in the vector of all.
    shape : tuple of int
    """

    places: slice
    shape: tuple[int, int]

    def of(self, vector: Any) -> Any:
        """Return the matrix that a vector of all variables holds."""
        return np.reshape(vector[self.places], self.shape)


def parts(f: TracedFunction) -> tuple[Part, ...]:
    """Return the matrices that a function's variables are.

    Blocks of two axes are matrices, those of more have their first as rows, and vectors and numbers beside them are one
    row each. Where there are no such blocks all variables together are the matrix of `matrix_shape`.
    """
    blocks = f.traced.problem.blocks.all
    if not any(len(block.shape) > 1 and 1 not in block.shape for block in blocks):
        n = len(f.traced.problem.start)
        return (Part(slice(0, n), matrix_shape(n)),)
    return tuple(
        Part(
            block.places,
            (block.shape[0], block.size // block.shape[0]) if len(block.shape) > 1 else (1, block.size),
        )
        for block in blocks
    )


def joined(matrices: Iterable[Any]) -> Any:
    """Return the vector of all variables that the parts' matrices hold."""
    return np.concatenate([np.reshape(matrix, (-1,)) for matrix in matrices])


def diagonal(squares: Sequence[Any]) -> Any:
    """Return the matrix of all variables that has these along its diagonal, one for each part.

    Examples
    --------
    >>> diagonal([np.ones((1, 1)), 2 * np.eye(2)]).tolist()
    [[1.0, 0.0, 0.0], [0.0, 2.0, 0.0], [0.0, 0.0, 2.0]]
    """
    sizes = [len(square) for square in squares]
    rows = []
    for k, square in enumerate(squares):
        before, after = sum(sizes[:k]), sum(sizes[k + 1 :])
        zeros = [np.zeros((sizes[k], before)), square, np.zeros((sizes[k], after))]
        rows.append(np.concatenate(zeros, axis=1))
    return np.concatenate(rows)


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
