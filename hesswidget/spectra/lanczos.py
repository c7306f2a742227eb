"""Lanczos's method: from products with one vector to nodes and weights of a quadrature over the spectrum."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from hesswidget.precision import EPS


@dataclass(frozen=True, eq=False)
class Quadrature:
    """Nodes and weights: ``sum(weights * f(nodes))`` is about zᵀ f(A) z (Golub & Welsch, 1969).

    Exact for polynomials of degree up to 2m − 1, so for zᵀAz and, from m = 2 on, for |Az|².

    Attributes
    ----------
    nodes, weights : ndarray, shape (m,)
        The weights are squares of first components, once, times |z|².
    image : ndarray, shape (n,)
        The first product, Az.
    coarse : tuple of ndarray
        Nodes and weights after half of the steps: how much they say otherwise tells how much more would.
    """

    nodes: np.ndarray
    weights: np.ndarray
    image: np.ndarray
    coarse: tuple[np.ndarray, np.ndarray] = (np.zeros(1), np.zeros(1))

    def sum(self, function: Callable[[np.ndarray], np.ndarray]) -> float:
        """Return about zᵀ f(A) z."""
        return float(np.sum(self.weights * function(self.nodes)))


def quadrature(
    product: Callable[[np.ndarray], np.ndarray],
    start: np.ndarray,
    steps: int,
    beside: np.ndarray | None = None,
) -> Quadrature:
    """Run Lanczos's method with full reorthogonalization from a vector (Lanczos, 1950; Paige, 1976).

    It ends early where the vectors that are left vanish: then the quadrature is exact.

    Parameters
    ----------
    product : callable
    start : ndarray, shape (n,)
    steps : int
        How many products.
    beside : ndarray, shape (n, k), optional
        Orthonormal eigenvectors; all is done in what is at right angles to them.

    Examples
    --------
    >>> A = np.diag([1.0, 2.0, 4.0])
    >>> found = quadrature(A.__matmul__, np.ones(3), 3)
    >>> round(found.sum(np.log), 12) == round(float(np.log(8.0)), 12)
    True
    """
    from scipy.linalg import eigh_tridiagonal

    n = len(start)
    first = _beside(start, beside)
    length = float(np.linalg.norm(first))
    steps = min(steps, n - (0 if beside is None else beside.shape[1]))
    if steps < 1 or length <= EPS * np.sqrt(n) * np.linalg.norm(start):
        return Quadrature(np.zeros(1), np.zeros(1), np.zeros(n))
    basis = np.empty((steps, n))
    diagonal, beyond = np.empty(steps), np.empty(steps)
    basis[0] = first / length
    image = np.zeros(n)
    for j in range(steps):
        found = product(basis[j])
        if j == 0:
            image = length * found
        diagonal[j] = float(basis[j] @ found)
        size = float(np.linalg.norm(found))
        for _ in range(2):  # twice is enough (Giraud, Langou & Rozložník, 2005)
            found = _beside(found - basis[: j + 1].T @ (basis[: j + 1] @ found), beside)
        beyond[j] = float(np.linalg.norm(found))
        if j + 1 == steps or beyond[j] <= 10 * EPS * np.sqrt(n) * max(size, abs(diagonal[: j + 1]).max()):
            steps = j + 1
            break
        basis[j + 1] = found / beyond[j]
    fine, coarse = (
        (nodes, length**2 * vectors[0] ** 2)
        for nodes, vectors in (
            eigh_tridiagonal(diagonal[:m], beyond[: m - 1]) for m in (steps, max(1, (steps + 1) // 2))
        )
    )
    return Quadrature(*fine, image, coarse)


def _beside(vector: np.ndarray, known: np.ndarray | None) -> np.ndarray:
    return vector if known is None or not known.shape[1] else vector - known @ (known.T @ vector)
