"""How eigenvalues are spread, as a curve with a band of errors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import autograd.numpy as np
import numpy

from hesswidget.spectra.estimate import of_samples
from hesswidget.spectra.lanczos import Quadrature

POINTS = 512
FINE = 128  # widths of the Gaussian over the range of the spectrum
FLAT = 1e-4  # of the largest eigenvalue: a Gaussian is at least so wide
MARGIN = 4  # widths on either side of it


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

    points: numpy.ndarray
    values: numpy.ndarray
    error: numpy.ndarray
    width: float


def density(
    known: numpy.ndarray,
    quadratures: Sequence[Quadrature],
    n: int,
    points: numpy.ndarray | None = None,
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
        By default 1/128 of the spectrum, or the distance of the quadratures' nodes where that is more.

    Examples
    --------
    >>> found = density(np.array([1.0, 1.0, 3.0]), [], 3, np.linspace(-2.0, 6.0, 801), 0.1)
    >>> round(float(np.sum(found.values) * 0.01), 6)
    1.0
    """
    nodes = np.concatenate([known, *(q.nodes[q.weights > 0] for q in quadratures)])
    low, high = (float(nodes.min()), float(nodes.max())) if len(nodes) else (0.0, 1.0)
    if width is None:
        resolved = [np.ptp(q.nodes) / len(q.nodes) for q in quadratures]
        width = float(max(_width(low, high), *resolved)) if resolved else float(_width(low, high))
    if points is None:
        points = np.linspace(low - MARGIN * width, high + MARGIN * width, POINTS)
    exactly = _spread(known, np.ones(len(known)), points, width) / n  # times the width, which may be tiny
    if not quadratures:
        return Density(points, exactly / width, np.zeros(len(points)), width)
    left = (n - len(known)) / n
    samples = [left * _spread(q.nodes, q.weights / q.weights.sum(), points, width) for q in quadratures]
    found = of_samples(samples, "", exactly)
    return Density(points, found.value / width, found.error / width, width)


def curve(eigenvalues: Any, points: int) -> Any:
    """Return the density of all eigenvalues, ascending, at so many places: shape (2, points), recorded as it is.

    Examples
    --------
    >>> curve(numpy.array([0.0, 1.0]), 5).round(3).tolist()
    [[-0.031, 0.234, 0.5, 0.766, 1.031], [0.009, 0.0, 0.0, 0.0, 0.009]]
    """
    low, high = eigenvalues[0], eigenvalues[-1]
    width = _width(low, high)
    shares = numpy.linspace(0.0, 1.0, points)
    at = (low - MARGIN * width) + shares * (high - low + 2 * MARGIN * width)
    n = len(eigenvalues)
    return np.stack([at, _spread(eigenvalues, numpy.full(n, 1.0 / n), at, width) / width])


def _width(low: Any, high: Any) -> Any:
    """Return a width in which a whole spectrum is seen: not less than rounding of eigenvalues that are all alike."""
    size = np.maximum(np.abs(low), np.abs(high))
    width = np.maximum((high - low) / FINE, FLAT * size)
    return np.where(width > 0, width, 1.0 / FINE)


def _spread(nodes: Any, weights: numpy.ndarray, points: Any, width: Any) -> Any:
    if not len(nodes):
        return numpy.zeros(len(points))
    away = (np.reshape(points, (-1, 1)) - nodes) / width
    return np.dot(np.exp(-0.5 * away**2), weights) / numpy.sqrt(2 * numpy.pi)
