"""How eigenvalues are spread, as a curve with a band of errors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from hesswidget.spectra.estimate import of_samples
from hesswidget.spectra.lanczos import Quadrature

POINTS = 512
FINE = 128  # widths of the Gaussian over the range of the spectrum


@dataclass(frozen=True, eq=False)
class Density:
    """The share of eigenvalues per unit, each spread into a Gaussian; its integral is one.

    Attributes
    ----------
    points, values : ndarray, shape (m,)
    error : ndarray, shape (m,)
        Half the width of the 95 % interval over the random vectors, point by point; zero where all eigenvalues are
        known. What the Gaussian and the number of Lanczos's steps blur is not in it.
    width : float
        The Gaussian's standard deviation.
    """

    points: np.ndarray
    values: np.ndarray
    error: np.ndarray
    width: float


def density(
    known: np.ndarray,
    quadratures: Sequence[Quadrature],
    n: int,
    points: np.ndarray | None = None,
    width: float | None = None,
) -> Density:
    """Spread eigenvalues that are known, and the quadratures of the others (Lin, Saad & Yang, 2016).

    Parameters
    ----------
    known : ndarray, shape (k,)
    quadratures : sequence of Quadrature
        Of random vectors at right angles to the known eigenvectors.
    n : int
    points : ndarray, shape (m,), optional
        By default 512 over the whole spectrum.
    width : float, optional
        By default 1/128 of the spectrum.

    Examples
    --------
    >>> found = density(np.array([1.0, 1.0, 3.0]), [], 3, np.linspace(-2.0, 6.0, 801), 0.1)
    >>> round(float(np.sum(found.values) * 0.01), 6)
    1.0
    """
    nodes = np.concatenate([known, *(q.nodes[q.weights > 0] for q in quadratures)])
    low, high = (float(nodes.min()), float(nodes.max())) if len(nodes) else (0.0, 1.0)
    if width is None:
        width = (high - low) / FINE or max(abs(high), 1.0) / FINE
    if points is None:
        points = np.linspace(low - 4 * width, high + 4 * width, POINTS)
    exactly = _spread(known, np.ones(len(known)), points, width) / n
    if not quadratures:
        return Density(points, exactly, np.zeros(len(points)), width)
    left = (n - len(known)) / n
    samples = [left * _spread(q.nodes, q.weights / q.weights.sum(), points, width) for q in quadratures]
    found = of_samples(samples, "", exactly)
    return Density(points, found.value, found.error, width)


def _spread(nodes: np.ndarray, weights: np.ndarray, points: np.ndarray, width: float) -> np.ndarray:
    if not len(nodes):
        return np.zeros(len(points))
    away = (points[:, None] - nodes) / width
    return np.asarray(np.exp(-0.5 * away**2) @ weights / (width * np.sqrt(2 * np.pi)))
