"""The largest and the smallest eigenvalues, by products alone, with residuals that say how good they are."""

from __future__ import annotations

import warnings
from collections import deque
from dataclasses import dataclass
from typing import Any

import numpy as np

from hesswidget.precision import EPS
from hesswidget.progress import Stopped
from hesswidget.spectra.operator import Operator

TOLERANCE = 1e-10  # of the norm, to which ARPACK is asked to converge
CONVERGED = 1e-6  # of the norm: with residuals up to here an eigenpair is called converged
MOST_IMPROVED = 20  # steps from vectors that are nearly right
KEPT = 1e-8  # of the largest singular value: directions of the kept vectors below are rounding


@dataclass(frozen=True, eq=False)
class End:
    """Eigenvalues at one end of a spectrum, the outermost first.

    Attributes
    ----------
    values : ndarray, shape (k,)
    vectors : ndarray, shape (n, k)
        Orthonormal; column i belongs to value i, and its largest component is positive.
    residuals : ndarray, shape (k,)
        ``|A v − λ v|``: an eigenvalue of A lies within that of λ (Weinstein, 1934).
    """

    values: np.ndarray
    vectors: np.ndarray
    residuals: np.ndarray

    def __len__(self) -> int:
        return len(self.values)


class Pairs:
    """The last vectors that were multiplied, and their products: what is known where a search is stopped.

    Parameters
    ----------
    operator : Operator
    most : int
        How many are kept.
    """

    def __init__(self, operator: Operator, most: int) -> None:
        self._operator = operator
        self._kept: deque[tuple[np.ndarray, np.ndarray]] = deque(maxlen=most)

    def product(self, vector: np.ndarray) -> np.ndarray:
        """Multiply, and keep both."""
        found = self._operator.product(vector)
        self._kept.append((np.array(vector, dtype=float).ravel(), found))
        return found

    def eigenpairs(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return the best values, vectors and products of these in the space of what was kept (Rayleigh & Ritz).

        The values, shape (m,), ascend; vectors and products have shape (n, m).
        """
        if not self._kept:
            empty = np.zeros((self._operator.n, 0))
            return np.zeros(0), empty, empty
        vectors, images = (np.stack(part, axis=1) for part in zip(*self._kept, strict=True))
        basis, sizes, turned = np.linalg.svd(vectors, full_matrices=False)
        is_clear = sizes > KEPT * sizes[0]
        return _rayleigh_ritz(basis[:, is_clear], images @ (turned[is_clear].T / sizes[is_clear]))


def ends(
    operator: Operator, k: int, random: np.random.Generator, before: np.ndarray | None = None
) -> tuple[End, End, Stopped | None]:
    """Find the k largest and the k smallest eigenvalues in one Krylov space; return them, and what stopped that, if so.

    Parameters
    ----------
    operator : Operator
    k : int
    random : numpy.random.Generator
    before : ndarray, shape (n, m), optional
        Approximate eigenvectors, those of the largest eigenvalues first, such as those of a point nearby, to begin with
        (Knyazev, 2001).

    Notes
    -----
    By the implicitly restarted Lanczos method (Lehoucq, Sorensen & Yang, 1998; SciPy's ``eigsh``). Where it does not
    converge or is stopped, what is returned is the best of the last vectors; the residuals say how good that is.
    """
    n = operator.n
    count = min(2 * k, n - 1)
    width = min(n, max(2 * count + 10, 40))
    pairs = Pairs(operator, width)
    why: Stopped | None = None
    found: tuple[np.ndarray, np.ndarray, np.ndarray] | None = None
    try:
        vectors = _warm(pairs, k, before) if before is not None else None
        if vectors is None:
            vectors = _cold(pairs, count, width, random)
        if vectors is not None:
            found = _rayleigh_ritz(vectors, operator.times(vectors))
    except Stopped as stopped:
        why = stopped
    values, vectors, images = pairs.eigenpairs() if found is None else found
    vectors, images = signed(vectors, images)
    residuals = np.linalg.norm(images - vectors * values, axis=0)
    have = min(k, len(values))
    low, high = np.arange(have), np.arange(len(values))[::-1][:have]
    smallest, largest = (End(values[at], vectors[:, at], residuals[at]) for at in (low, high))
    return largest, smallest, why


def norm_of(largest: End, smallest: End) -> float:
    """Return the matrix's spectral norm as far as its ends are known."""
    return float(max([0.0, *np.abs(largest.values), *np.abs(smallest.values)]))


def converged(largest: End, smallest: End) -> tuple[np.ndarray, np.ndarray]:
    """Return the eigenvalues at both ends that have converged, each once, with orthonormal vectors."""
    values = np.concatenate([largest.values, smallest.values])
    vectors = np.concatenate([largest.vectors, smallest.vectors], axis=1)
    residuals = np.concatenate([largest.residuals, smallest.residuals])
    good = residuals <= CONVERGED * norm_of(largest, smallest) + EPS
    kept: list[int] = []
    for i in np.flatnonzero(good):
        if not kept or np.abs(vectors[:, kept].T @ vectors[:, i]).max() < 0.5:
            kept.append(int(i))
    return values[kept], vectors[:, kept]


def _cold(pairs: Pairs, count: int, width: int, random: np.random.Generator) -> np.ndarray | None:
    from scipy.sparse.linalg import ArpackError, ArpackNoConvergence, LinearOperator, eigsh

    n = pairs._operator.n
    matrix = LinearOperator((n, n), matvec=pairs.product, dtype=float)
    try:
        _, vectors = eigsh(
            matrix, k=count, which="BE", ncv=width, tol=TOLERANCE, v0=random.standard_normal(n)
        )
    except (ArpackNoConvergence, ArpackError):
        return None
    return np.asarray(np.linalg.qr(vectors)[0])


def _warm(pairs: Pairs, k: int, before: np.ndarray) -> np.ndarray | None:
    """Improve vectors that are nearly right; None where that does not get there."""
    from scipy.sparse.linalg import LinearOperator, lobpcg

    n, m = before.shape
    if m < 2 * k or n < 5 * m:
        return None

    def times(vectors: np.ndarray) -> np.ndarray:
        return np.stack([pairs.product(column) for column in vectors.T], axis=1)

    matrix = LinearOperator((n, n), matvec=pairs.product, matmat=times, dtype=float)
    found = []
    for columns, is_largest in ((before[:, : m // 2], True), (before[:, m // 2 :], False)):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # where it is not accurate enough, the residuals say so
            found.append(lobpcg(matrix, columns, largest=is_largest, maxiter=MOST_IMPROVED)[1])
    basis = np.linalg.qr(np.concatenate(found, axis=1))[0]
    values, vectors, images = _rayleigh_ritz(basis, times(basis))
    residuals = np.linalg.norm(images - vectors * values, axis=0)
    return vectors if residuals.max() <= CONVERGED * np.abs(values).max() else None


def _rayleigh_ritz(basis: np.ndarray, images: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the best values, vectors and their products in the space of an orthonormal basis."""
    inner = basis.T @ images
    values, within = np.linalg.eigh((inner + inner.T) / 2)
    return values, basis @ within, images @ within


def signed(vectors: np.ndarray, *others: np.ndarray) -> Any:
    """Return vectors whose largest components are positive, and others turned with them.

    Examples
    --------
    >>> signed(np.array([[1.0, 0.1], [0.5, -2.0]])).tolist()
    [[1.0, -0.1], [0.5, 2.0]]
    """
    if not vectors.shape[1]:
        return (vectors, *others) if others else vectors
    largest = np.abs(vectors).argmax(axis=0)
    signs = np.where(vectors[largest, np.arange(vectors.shape[1])] < 0, -1.0, 1.0)
    turned = tuple(part * signs for part in (vectors, *others))
    return turned if others else turned[0]
