"""The largest eigenvalue with its eigenvector, found again and again as a matrix changes a little."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

WIDTH = 14  # vectors that ARPACK keeps: more cost more products a round, fewer more rounds
TOLERANCE = 1e-5  # of the eigenvalue, for the residual; the eigenvalue's error goes with its square
SMALL = 16  # rows, up to which the whole matrix is formed


def top(
    product: Callable[[np.ndarray], np.ndarray], n: int, before: np.ndarray | None, seed: int = 0
) -> tuple[float, np.ndarray]:
    """Find the largest eigenvalue of a symmetric matrix, by products, from its eigenvector for a matrix nearby.

    Parameters
    ----------
    product : callable
        Takes a vector, shape (n,), and returns the product.
    n : int
    before : ndarray, shape (n,), or None
        Where to begin; None begins at random.
    seed : int
        Of that.

    Returns
    -------
    value : float
        NaN where products are not finite, or nothing converged.
    vector : ndarray, shape (n,)

    Notes
    -----
    By the implicitly restarted Lanczos method (Lehoucq, Sorensen & Yang, 1998; SciPy's ``eigsh``). Of a multiple
    eigenvalue it is one eigenvector.

    Examples
    --------
    >>> value, vector = top(np.diag(np.arange(40.0)).__matmul__, 40, None)
    >>> round(value, 8), round(float(abs(vector[-1])), 4)
    (39.0, 1.0)
    """
    from scipy.sparse.linalg import ArpackError, LinearOperator, eigsh

    undefined = np.nan, np.full(n, np.nan)
    start = np.random.default_rng(seed).standard_normal(n) if before is None else before
    if n <= SMALL:
        matrix = np.stack([product(row) for row in np.eye(n)], axis=1)
        return top_of(matrix) if np.isfinite(matrix).all() else undefined
    if not np.isfinite(product(start)).all():
        return undefined
    try:
        operator = LinearOperator((n, n), matvec=lambda v: product(np.ravel(v)), dtype=float)
        values, vectors = eigsh(operator, k=1, which="LA", v0=start, ncv=WIDTH, tol=TOLERANCE)
    except ArpackError:  # a product that is not finite among them
        return undefined
    return float(values[0]), vectors[:, 0]


def top_of(matrix: np.ndarray) -> tuple[float, np.ndarray]:
    """Return the largest eigenvalue of a whole matrix, and its eigenvector.

    Examples
    --------
    >>> top_of(np.diag([1.0, 3.0, 2.0]))[0]
    3.0
    """
    values, vectors = np.linalg.eigh((matrix + matrix.T) / 2)
    return float(values[-1]), vectors[:, -1]
