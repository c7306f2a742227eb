"""Estimators of a trace by products with random vectors."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np

from hesswidget.precision import EPS
from hesswidget.spectra.estimate import Estimate, of_samples
from hesswidget.wording import amount

Product = Callable[[np.ndarray], np.ndarray]  # of vectors, shape (n, m), which it multiplies side by side
TOGETHER = np.sqrt(
    2.0
)  # XTrace's samples share their vectors: they vary less than their mean by this, as measured
GAIN = 2.0  # by how much another estimator must promise a smaller error to be worth its products


def signs(random: np.random.Generator, *shape: int) -> np.ndarray:
    """Draw random signs: of all vectors with independent entries those whose products vary least (Hutchinson, 1990)."""
    return 2.0 * random.integers(0, 2, shape) - 1.0


def hutchinson(times: Product, n: int, products: int, random: np.random.Generator) -> Estimate:
    """Average zᵀAz over random signs z (Hutchinson, 1990).

    A sample's variance is 2 (|A|² − Σ a_ii²), so that this is best where the spectrum is flat.

    Examples
    --------
    >>> found = hutchinson(lambda v: np.diag([1.0, 2.0]) @ v, 2, 8, np.random.default_rng(0))
    >>> float(found.value), found.method
    (3.0, 'Hutchinson, 8 products')
    """
    drawn = signs(random, n, products)
    samples = np.sum(drawn * times(drawn), axis=0)
    return of_samples(samples, f"Hutchinson, {amount(products, 'product')}")


def hutch_plus_plus(times: Product, n: int, products: int, random: np.random.Generator) -> Estimate:
    """Take the trace in the space of a sketch exactly, and average over the rest (Meyer et al., 2021).

    Examples
    --------
    >>> A = np.diag(0.5 ** np.arange(40))
    >>> bool(abs(hutch_plus_plus(lambda v: A @ v, 40, 30, np.random.default_rng(0)).value - 2.0) < 0.01)
    True
    """
    third = max(1, products // 3)
    basis = _basis(times(signs(random, n, third)))
    exact = float(np.sum(basis * times(basis)))
    count = max(2, products - third - basis.shape[1])
    drawn = signs(random, n, count)
    rest = drawn - basis @ (basis.T @ drawn)
    samples = np.sum(rest * times(rest), axis=0)
    return of_samples(samples, f"Hutch++, {amount(products, 'product')}", exact)


def xtrace(times: Product, n: int, products: int, random: np.random.Generator) -> Estimate:
    """Leave out each vector of a sketch in turn, and average over those (Epperly, Tropp & Webber, 2024).

    Every vector serves both as part of the sketch, in whose space the trace is exact, and as the random vector for what
    is beside it, of the length that it has there on average.

    Examples
    --------
    >>> A = np.diag(0.5 ** np.arange(40))
    >>> bool(abs(xtrace(lambda v: A @ v, 40, 30, np.random.default_rng(0)).value - 2.0) < 1e-3)
    True
    """
    m = max(2, products // 2)
    method = f"XTrace, {amount(2 * m, 'product')}"
    drawn = random.standard_normal((n, m))
    drawn *= np.sqrt(n) / np.linalg.norm(drawn, axis=0)
    sketch = times(drawn)
    basis = _basis(sketch)
    inner = basis.T @ times(basis)
    if basis.shape[1] < m:  # of so low a rank that the sketch holds all of it
        exact = float(np.trace(inner))
        return Estimate(exact, EPS * n * abs(exact), method)
    triangle = basis.T @ sketch
    # Column i is the direction that the sketch loses without vector i.
    lost = np.linalg.inv(triangle).T
    lost /= np.linalg.norm(lost, axis=0)
    inside = basis.T @ drawn
    inside = inside - lost * np.sum(lost * inside, axis=0)
    image = inner @ inside
    length = n - 2 * np.sum(inside * (basis.T @ drawn), axis=0) + np.sum(inside**2, axis=0)
    beside = np.sum(drawn * sketch, axis=0) - np.sum(inside * (2 * triangle - image), axis=0)
    scale = (n - m + 1) / np.maximum(length, EPS * n)
    samples = np.trace(inner) - np.sum(lost * (inner @ lost), axis=0) + scale * beside
    found = of_samples(samples, method)
    return Estimate(found.value, TOGETHER * found.error, method)


ESTIMATORS: Mapping[str, Callable[[Product, int, int, np.random.Generator], Estimate]] = MappingProxyType(
    {"hutchinson": hutchinson, "hutch++": hutch_plus_plus, "xtrace": xtrace}
)


def better(sizes: np.ndarray, counts: np.ndarray, products: int) -> str | None:
    """Say whether another estimator than Hutchinson's is worth so many products, by the decay that was seen.

    Parameters
    ----------
    sizes, counts : ndarray, shape (m,)
        Magnitudes of eigenvalues, and about how many there are of each.
    products : int

    Returns
    -------
    str or None
        None where the spectrum is so flat that a sketch would hold little of it.

    Examples
    --------
    >>> better(0.7 ** np.arange(100), np.ones(100), 30), better(np.ones(100), np.ones(100), 30)
    ('xtrace', None)
    """
    order = np.argsort(-sizes)
    sizes, counts = sizes[order], counts[order]
    left = np.clip(np.cumsum(counts) - products // 2, 0.0, counts)
    whole, tail = float(np.sum(counts * sizes**2)), float(np.sum(left * sizes**2))
    # Half of the products average over what the sketch leaves; Hutchinson's, all of them over the whole.
    return "xtrace" if GAIN * np.sqrt(2 * tail) < np.sqrt(whole) else None


def _basis(vectors: np.ndarray) -> np.ndarray:
    if not vectors.shape[1]:
        return vectors
    basis, sizes, _ = np.linalg.svd(vectors, full_matrices=False)
    return np.asarray(basis[:, sizes > EPS * len(vectors) * sizes[0]])
