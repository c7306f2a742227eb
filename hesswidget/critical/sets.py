"""Critical points that are not isolated: told from isolated ones, and gathered into gutters, ridges and plains."""

from __future__ import annotations

import numpy as np

from hesswidget.critical.search import ZERO_CURVATURE
from hesswidget.judgement import EPS

ASIDE = 0.03  # of the box: how far along the null space a neighbour is looked for
LINK = 0.15  # of the box: points of one set are no farther apart
SAME_VALUE = (
    1e-6  # of the values' size, or of the Hessian's: f is constant on a connected set of critical points
)


def null_directions(hessian: np.ndarray, usual: float) -> np.ndarray:
    """Return the eigenvectors, as rows, whose eigenvalues count as zero beside the Hessian's `usual` size."""
    eigenvalues, vectors = np.linalg.eigh((hessian + hessian.T) / 2)
    threshold = max(len(hessian) * EPS * float(np.max(np.abs(eigenvalues))), ZERO_CURVATURE * usual)
    return vectors[:, np.abs(eigenvalues) <= threshold].T


def probes(place: np.ndarray, directions: np.ndarray) -> np.ndarray:
    """Return starts to both sides of a degenerate point, (2 k, n): if it is isolated searches return to it."""
    return np.concatenate([place + ASIDE * directions, place - ASIDE * directions])


def is_neighbour(place: np.ndarray, start: np.ndarray, end: np.ndarray) -> bool:
    """Whether a search from a probe ended beside the probe and not at the point it was set off from."""
    back = float(np.max(np.abs(end - place)))
    drift = float(np.max(np.abs(end - start)))
    return back >= ASIDE / 4 and drift <= ASIDE / 2


def connected(places: np.ndarray, values: np.ndarray, usual: float) -> list[np.ndarray]:
    """Part points into sets: neighbours of equal value belong together. Each set is an array of rows.

    Examples
    --------
    >>> places = np.array([[0.0, 0.5], [0.1, 0.5], [0.9, 0.5]])
    >>> [rows.tolist() for rows in connected(places, np.zeros(3), 1.0)]
    [[0, 1], [2]]
    """
    from scipy.sparse.csgraph import connected_components

    apart = np.max(np.abs(places[:, None] - places[None, :]), axis=2)
    size = max(float(np.max(np.abs(values))), usual)
    is_level = np.abs(values[:, None] - values[None, :]) <= SAME_VALUE * size
    count, member = connected_components((apart <= LINK) & is_level, directed=False)
    return [np.flatnonzero(member == k) for k in range(count)]


def kind_of(hessian: np.ndarray, usual: float) -> str:
    """Name a set by the curvature across it: ``valley``, ``ridge``, ``plain`` or ``saddle``."""
    eigenvalues = np.linalg.eigvalsh((hessian + hessian.T) / 2)
    threshold = max(len(hessian) * EPS * float(np.max(np.abs(eigenvalues))), ZERO_CURVATURE * usual)
    rises, falls = bool(np.any(eigenvalues > threshold)), bool(np.any(eigenvalues < -threshold))
    return {(True, False): "valley", (False, True): "ridge", (True, True): "saddle", (False, False): "plain"}[
        rises, falls
    ]
