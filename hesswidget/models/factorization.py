"""Matrix factorization."""

from __future__ import annotations

from typing import Any

import autograd.numpy as np
import numpy

from hesswidget.errors import ProblemError
from hesswidget.models.data import random_of, split
from hesswidget.models.model import Model, model
from hesswidget.models.symmetries import Layer, gauge
from hesswidget.precision import whole_number
from hesswidget.problem.vector import as_reals


def matrix_factorization(
    M: Any = None, *, rank: int = 2, test: float = 0.0, l2: float = 0.0, seed: int = 0
) -> Model:
    """Half the mean squared error of ``(U V)[i, j]`` over the entries of a matrix; blocks U, (m, r), and V, (r, k).

    Saddles are strict, and local minima global, where all entries are known (Ge, Lee and Ma, 2016). A sample is an
    entry: its inputs are the row and the column, its target is the number.

    Parameters
    ----------
    M : array_like, shape (m, k), optional
        By default a 6 by 5 matrix of rank 2, with noise.
    rank : int
    test : float
        The share of entries to test with, which are unknown to the fit: matrix completion.
    l2 : float
        Where the weight of the penalty starts.
    seed : int
        Of the weights, and of what is drawn.

    Examples
    --------
    >>> fit = matrix_factorization([[1.0, 2.0], [2.0, 4.0]], rank=1)
    >>> float(fit.loss({"U": np.array([[1.0], [2.0]]), "V": np.array([[1.0, 2.0]])}))
    0.0
    """
    random = random_of(seed)
    matrix = _noisy(random) if M is None else as_reals(M, "the matrix")
    if matrix.ndim != 2:
        raise ProblemError(f"the matrix has shape {matrix.shape}; it takes one of rows and columns, (m, k).")
    rows, columns = matrix.shape
    rank = whole_number("rank", rank, 1, min(rows, columns))
    places = numpy.argwhere(numpy.ones(matrix.shape, dtype=bool))
    data = split(places, matrix.reshape(-1), test=test, standardize=False, seed=seed, name="a matrix")

    def entries(inputs: Any, U: Any, V: Any) -> Any:
        where = numpy.asarray(inputs, dtype=int)
        of_row, of_column = numpy.eye(rows)[where[:, 0]], numpy.eye(columns)[where[:, 1]]
        return np.sum(np.dot(of_row, U) * np.dot(of_column, V.T), axis=1)

    start = {"U": random.standard_normal((rows, rank)), "V": random.standard_normal((rank, columns))}
    return model(
        entries,
        start,
        data,
        loss="squared error",
        l2=l2,
        symmetries=(gauge([Layer("V", None, "U", None)]),),
        name=f"factorization of a {rows} by {columns} matrix, rank {rank}",
    )


def _noisy(random: numpy.random.RandomState) -> numpy.ndarray:
    factors = random.standard_normal((6, 2)) @ random.standard_normal((2, 5))
    return factors + 0.05 * random.standard_normal((6, 5))
