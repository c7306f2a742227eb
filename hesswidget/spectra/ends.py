"""The largest and the smallest eigenvalues, by products alone, with residuals that say how good they are."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np

from hesswidget.progress import Stopped
from hesswidget.spectra.lanczos import quadrature
from hesswidget.spectra.operator import Operator

TOLERANCE = 1e-8  # of the norm, to which ARPACK is asked to converge
CONVERGED = 1e-6  # of the norm: with residuals up to here an eigenpair is called converged
SIZED = 8  # products that tell how large a matrix is about
CHECKED = 48  # products that look for what lies further out beside what was found
MOST_RESTARTS = 100
MOST_AGAIN = 20  # searches beside what was found
MOST_IMPROVED = 20  # steps from vectors that are nearly right
KEPT = 1e-12  # of the largest, squared: directions of the kept vectors that are smaller are rounding

Ritz = tuple[np.ndarray, np.ndarray, np.ndarray]  # values, ascending; vectors; their products


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
    """Vectors that were multiplied, and their products: what is known wherever a search is stopped.

    When there are too many, the outermost of what they say is kept in their place.

    Parameters
    ----------
    operator : Operator
    ends : int
        How many eigenpairs are kept then, at both ends together.
    most : int
        How many pairs are too many.
    """

    def __init__(self, operator: Operator, ends: int, most: int) -> None:
        self.operator, self._ends = operator, ends
        self._vectors, self._images = np.empty((2, most, operator.n))
        self._count = 0

    def product(self, vector: np.ndarray) -> np.ndarray:
        """Multiply, and keep both."""
        found = self.operator.product(vector)
        if self._count == len(self._vectors):
            _, vectors, images = self.eigenpairs(self._ends)
            self._count = vectors.shape[1]
            self._vectors[: self._count], self._images[: self._count] = vectors.T, images.T
        self._vectors[self._count], self._images[self._count] = np.ravel(vector), found
        self._count += 1
        return found

    def times(self, vectors: np.ndarray) -> np.ndarray:
        """Multiply each column."""
        return np.stack([self.product(column) for column in vectors.T], axis=1)

    def eigenpairs(self, ends: int | None = None) -> Ritz:
        """Return the best values, vectors and products of these in the space of what was kept (Rayleigh & Ritz).

        The values, shape (m,), ascend; vectors and products have shape (n, m). Of m at most `ends`, the outermost.
        """
        vectors, images = self._vectors[: self._count], self._images[: self._count]
        # By inner products alone, so that there is one pass over the vectors for each of the two results.
        sizes, turned = np.linalg.eigh(vectors @ vectors.T)
        is_clear = sizes > KEPT * sizes.max(initial=0.0)
        basis = turned[:, is_clear] / np.sqrt(sizes[is_clear])
        inner = basis.T @ (vectors @ images.T) @ basis
        values, within = np.linalg.eigh((inner + inner.T) / 2)
        outer = _outermost(len(values), len(values) if ends is None else ends)
        turn = (basis @ within[:, outer]).T
        return values[outer], (turn @ vectors).T, (turn @ images).T


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
    By the implicitly restarted Lanczos method (Lehoucq, Sorensen & Yang, 1998; SciPy's ``eigsh``), which sees one
    eigenvector of a multiple eigenvalue: what lies at right angles to those that were found is searched again, until
    nothing there lies further out. Where it does not converge or is stopped, what is returned is the best of all
    vectors that were multiplied; the residuals say how good that is.
    """
    count = min(2 * k, operator.n - 1)
    width = min(operator.n, max(2 * count + 2, 24))
    pairs = Pairs(operator, count, width + count)
    found: Ritz | None = None
    why: Stopped | None = None
    try:
        found = _warm(pairs, k, before) if before is not None else None
        if found is None:
            found = _cold(pairs, count, width, random)
        for _ in range(MOST_AGAIN):
            if found is None or not _is_missed(pairs, found, k, random):
                break
            again = _cold(pairs, count, width, random, found)
            found = None if again is None else _outer(again, count)
    except Stopped as stopped:
        why, found = stopped, None
    return *both(pairs.eigenpairs() if found is None else found, k), why


def both(found: Ritz, k: int) -> tuple[End, End]:
    """Return the k largest and the k smallest of some values, ascending, with their residuals."""
    values, *_ = found
    vectors, images = signed(found[1], found[2])
    residuals = np.linalg.norm(images - vectors * values, axis=0)
    have = min(k, len(values))
    low, high = np.arange(have), np.arange(len(values))[::-1][:have]
    smallest, largest = (End(values[at], vectors[:, at], residuals[at]) for at in (low, high))
    return largest, smallest


def norm_of(largest: End, smallest: End) -> float:
    """Return the matrix's spectral norm as far as its ends are known."""
    return float(max([0.0, *np.abs(largest.values), *np.abs(smallest.values)]))


def converged(largest: End, smallest: End) -> tuple[np.ndarray, np.ndarray]:
    """Return the eigenvalues at both ends that have converged, each once, with orthonormal vectors."""
    values = np.concatenate([largest.values, smallest.values])
    vectors = np.concatenate([largest.vectors, smallest.vectors], axis=1)
    residuals = np.concatenate([largest.residuals, smallest.residuals])
    good = residuals <= CONVERGED * norm_of(largest, smallest)
    kept: list[int] = []
    for i in np.flatnonzero(good):
        if not kept or np.abs(vectors[:, kept].T @ vectors[:, i]).max() < 0.5:
            kept.append(int(i))
    return values[kept], vectors[:, kept]


def _cold(
    pairs: Pairs, count: int, width: int, random: np.random.Generator, known: Ritz | None = None
) -> Ritz | None:
    """Search from a random vector, in what is at right angles to what is known; None where that does not converge."""
    from scipy.sparse.linalg import ArpackError, ArpackNoConvergence, LinearOperator, eigsh

    n = pairs.operator.n
    start = random.standard_normal(n)
    vectors = np.zeros((n, 0)) if known is None else known[1]
    # ARPACK's tolerance is of each eigenvalue, not of the norm: moved away from zero, the two are the same.
    nodes = quadrature(pairs.product, start, SIZED, vectors).nodes
    away = 2 * float(np.abs(nodes).max())
    if away == 0:
        return None

    def moved(vector: np.ndarray) -> np.ndarray:
        beside = vector - vectors @ (vectors.T @ vector)
        image = pairs.product(beside)
        # What is known is where zero is then: in the middle.
        return image - vectors @ (vectors.T @ image) + away * vector

    count = min(count, n - vectors.shape[1] - 1)
    if count < 1:
        return known
    try:
        matrix = LinearOperator((n, n), matvec=lambda v: moved(np.ravel(v)), dtype=float)
        _, found = eigsh(
            matrix, k=count, which="BE", ncv=min(n, width), tol=TOLERANCE, v0=start, maxiter=MOST_RESTARTS
        )
    except (ArpackNoConvergence, ArpackError):
        return None
    basis = np.linalg.qr(np.concatenate([vectors, found], axis=1))[0]
    if known is None:
        return _rayleigh_ritz(basis, pairs.times(basis))
    fresh = basis[:, vectors.shape[1] :]
    return _rayleigh_ritz(
        np.concatenate([vectors, fresh], axis=1), np.concatenate([known[2], pairs.times(fresh)], axis=1)
    )


def _is_missed(pairs: Pairs, found: Ritz, k: int, random: np.random.Generator) -> bool:
    """Whether some eigenvalue at right angles to what was found lies further out: a Ritz value there proves it."""
    values, vectors, _ = found
    nodes = quadrature(pairs.product, random.standard_normal(len(vectors)), CHECKED, vectors).nodes
    slack = CONVERGED * float(np.abs(values).max())
    have = min(k, len(values))
    return bool(nodes.min() < values[have - 1] - slack or nodes.max() > values[-have] + slack)


def _outer(found: Ritz, count: int) -> Ritz:
    """Keep the outermost, half of them at each end."""
    values, vectors, images = found
    kept = _outermost(len(values), count)
    return values[kept], vectors[:, kept], images[:, kept]


def _outermost(m: int, count: int) -> list[int]:
    """Return the places of the outermost of m that ascend, half of them at each end."""
    low = min(count // 2, m)
    return [*range(low), *range(max(low, m - (count - low)), m)]


def _warm(pairs: Pairs, k: int, before: np.ndarray) -> Ritz | None:
    """Improve vectors that are nearly right; None where that does not get there."""
    from scipy.sparse.linalg import LinearOperator, lobpcg

    n, m = before.shape
    if m < 2 * k or n < 5 * m:
        return None
    matrix = LinearOperator((n, n), matvec=pairs.product, matmat=pairs.times, dtype=float)
    found = []
    for columns, is_largest in ((before[:, : m // 2], True), (before[:, m // 2 :], False)):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # where it is not accurate enough, the residuals say so
            found.append(lobpcg(matrix, columns, largest=is_largest, maxiter=MOST_IMPROVED)[1])
    basis = np.linalg.qr(np.concatenate(found, axis=1))[0]
    values, vectors, images = _rayleigh_ritz(basis, pairs.times(basis))
    residuals = np.linalg.norm(images - vectors * values, axis=0)
    return (values, vectors, images) if residuals.max() <= CONVERGED * np.abs(values).max() else None


def _rayleigh_ritz(basis: np.ndarray, images: np.ndarray) -> Ritz:
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
