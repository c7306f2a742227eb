"""What linear pieces that meet at a point do around it: the sign of a piecewise linear function.

A continuous function that is linear on each of finitely many cones is positive away from zero if it is so on every edge
of every cone, since a pointed cone consists of sums of its edges.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from math import comb

import numpy as np
from scipy.linalg import null_space
from scipy.optimize import nnls

ZERO = 1e-9  # relative to the steepest piece: a derivative that small is none
MAX_EDGES = 4_000


@dataclass(frozen=True)
class Fan:
    """A piecewise linear function on r-dimensional space.

    Attributes
    ----------
    edges : ndarray, shape (e, r)
        Unit vectors along which the pieces meet.
    values : ndarray, shape (e,)
        The function there.
    gradients : ndarray, shape (p, r)
        Of pieces.
    """

    edges: np.ndarray
    values: np.ndarray
    gradients: np.ndarray

    @property
    def behaviour(self) -> str:
        """What the function does away from zero.

        ``rises`` or ``falls`` everywhere; ``rises weakly`` or ``falls weakly``, level along some edge; ``both``, where
        it takes both signs and zero is a mean of the gradients, so that it is stationary (Clarke, 1983); else
        ``not stationary``.
        """
        level = ZERO * np.max(np.abs(self.gradients), initial=0.0)
        up, down = np.any(self.values > level), np.any(self.values < -level)
        if up and down:
            return "both" if self.has_zero_mean else "not stationary"
        is_strict = np.all(np.abs(self.values) > level)
        return f"{'rises' if up else 'falls'}{'' if is_strict else ' weakly'}"

    @property
    def has_zero_mean(self) -> bool:
        """Whether zero is a mean of the gradients, with weights that are not negative."""
        return bool(np.any(weights_to_zero(self.gradients)))

    @property
    def level_edges(self) -> np.ndarray:
        """The edges along which the function is zero."""
        return self.edges[np.abs(self.values) <= ZERO * np.max(np.abs(self.gradients), initial=0.0)]


def weights_to_zero(gradients: np.ndarray) -> np.ndarray:
    """Return weights, not negative and of sum 1, with which vectors (p, r) have the mean zero; zeros if there are none.

    Examples
    --------
    >>> weights_to_zero(np.array([[-1.0], [3.0]])).round(12).tolist()
    [0.75, 0.25]
    """
    weights, rest = _nearest_mean(gradients)
    return weights / np.sum(weights) if rest <= ZERO and np.sum(weights) > 0 else np.zeros(len(gradients))


def zero_beside(gradients: np.ndarray) -> float:
    """Return how far zero is from the means of vectors (p, r), relative to the longest: 0 where it is one of them.

    Examples
    --------
    >>> zero_beside(np.array([[1.0, -1.0], [1.0, 1.0]])) > 0.5, zero_beside(np.array([[-1.0], [3.0]])) < 1e-12
    (True, True)
    """
    return _nearest_mean(gradients)[1]


def _nearest_mean(gradients: np.ndarray) -> tuple[np.ndarray, float]:
    """Return weights of a mean that is as near to zero as any, up to a factor, and what is left, relative."""
    size = np.max(np.abs(gradients), initial=0.0)
    if size == 0:
        return np.full(len(gradients), 1 / max(1, len(gradients))), 0.0
    system = np.concatenate([gradients.T / size, np.ones((1, len(gradients)))])
    return nnls(system, np.append(np.zeros(gradients.shape[1]), 1.0))


def of_cells(gradients: np.ndarray, normals: Sequence[np.ndarray]) -> Fan | None:
    """Return the fan of cells ``{z : normals @ z >= 0}``, (k, r) each, with a gradient each, (cells, r).

    Examples
    --------
    >>> of_cells(np.array([[1.0], [-1.0]]), [np.array([[1.0]]), np.array([[-1.0]])]).behaviour
    'rises'
    """
    r = gradients.shape[1]
    edges, values, used = [], [], []
    for gradient, normal in zip(gradients, normals, strict=True):
        candidates = _edges(normal)
        if candidates is None:
            return None
        inside = [z for z in candidates if np.all(normal @ z >= -ZERO * np.linalg.norm(normal, axis=1))]
        edges += inside
        values += [float(gradient @ z) for z in inside]
        if np.linalg.matrix_rank(np.array(inside).reshape(-1, r), tol=1e-6) == r:
            used.append(gradient)  # the cell is no mere face of others
    return Fan(np.array(edges), np.array(values), np.array(used)) if used else None


def of_jumps(gradient: np.ndarray, jumps: np.ndarray, normals: np.ndarray) -> Fan | None:
    """Return the fan of ``gradient @ z + sum of jumps[i] @ z over the i with normals[i] @ z < 0``.

    Examples
    --------
    >>> of_jumps(np.array([0.6]), np.array([[-2.0]]), np.array([[1.0]])).behaviour
    'rises'
    """
    edges = _edges(normals)
    if edges is None:
        return None
    below = edges @ normals.T < -ZERO * np.linalg.norm(normals, axis=1)
    values = edges @ gradient + np.sum(below * (edges @ jumps.T), axis=1)
    # The pieces beside each edge, on either side of what meets there.
    rng = np.random.default_rng(0)
    points = np.concatenate([edges + 1e-5 * rng.normal(size=edges.shape) for _ in range(4)])
    sides = np.unique(points @ normals.T < 0, axis=0)
    return Fan(edges, values, gradient + sides @ jumps)


def _edges(normals: np.ndarray) -> np.ndarray | None:
    """Return unit vectors, both ways, along which hyperplanes meet; None where there are too many."""
    kept = normals[np.linalg.norm(normals, axis=1) > 0]
    r = normals.shape[1]
    lines = null_space(kept) if len(kept) else np.eye(r)
    across = null_space(lines.T) if lines.shape[1] else np.eye(r)
    rank = across.shape[1]
    edges = [*lines.T]
    if rank == 1:
        edges.append(across[:, 0])
    elif rank > 1:
        if comb(len(kept), rank - 1) > MAX_EDGES:
            return None
        within = kept @ across
        for chosen in combinations(range(len(kept)), rank - 1):
            kernel = null_space(within[list(chosen)], rcond=1e-9)
            if kernel.shape[1] == 1:
                edges.append(across @ kernel[:, 0])
    return np.array([*edges, *(-z for z in edges)])
