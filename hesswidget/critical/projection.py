"""The point of a set of critical points that is nearest: Newton's iteration that does not run along the set."""

from __future__ import annotations

import numpy as np

from hesswidget.critical.newton import Gradients

STEP = 1e-5  # of the box: at which gradients are differenced
TURNS = 12
DAMPING = 1e-3  # beside the largest eigenvalue's square: along what is softer than a thirtieth of it hardly any step
LONGEST = 0.02  # of the box: no step is longer
ARRIVED = 1e-3  # of the box: how short the last step must be


def projected(gradients: Gradients, starts: np.ndarray, level: float) -> tuple[np.ndarray, np.ndarray]:
    """Project points onto the critical points beside them.

    Newton's own iteration runs along a set to where branches of it cross: of a homogeneous function each of its steps
    leads to the origin. Levenberg's and Marquardt's damping, held, leaves the steps across the set alone.

    Parameters
    ----------
    gradients : callable
        Gradients (k, n) at points (k, n) in the unit cube.
    starts : ndarray, shape (k, n)
    level : float
        The gradient's norm up to which a point counts as critical.

    Returns
    -------
    ends : ndarray, shape (k, n)
    arrived : ndarray of bool, shape (k,)
        Whether they are critical, and in the cube.

    Examples
    --------
    >>> crossing = lambda u: 2 * u * u[:, ::-1] ** 2  # of (x y)²
    >>> ends, arrived = projected(crossing, np.array([[0.5, 0.02]]), 1e-9)
    >>> ends.round(1).tolist(), arrived.tolist()
    ([[0.5, 0.0]], [True])
    """
    count, n = starts.shape
    around = np.concatenate([np.zeros((1, n)), STEP * np.eye(n), -STEP * np.eye(n)])
    ends, lengths = starts.copy(), np.zeros(count)
    for _ in range(TURNS if count else 0):
        found = gradients((ends[:, None] + around).reshape(-1, n)).reshape(count, -1, n)
        hessians = (found[:, 1 : n + 1] - found[:, n + 1 :]) / (2 * STEP)
        is_whole = np.all(np.isfinite(found), axis=(1, 2))
        hessians[~is_whole] = 0.0
        eigenvalues, vectors = np.linalg.eigh((hessians + hessians.transpose(0, 2, 1)) / 2)
        sizes = np.max(np.abs(eigenvalues), axis=1, keepdims=True)
        sizes[sizes == 0] = np.inf
        shares = eigenvalues / sizes
        along = np.einsum("kji,kj->ki", vectors, np.where(is_whole[:, None], found[:, 0], 0.0)) / sizes
        steps = -np.einsum("kij,kj->ki", vectors, shares / (shares**2 + DAMPING) * along)
        lengths = np.max(np.abs(steps), axis=1)
        ends = ends + steps * np.minimum(1.0, LONGEST / np.maximum(lengths, 1e-300))[:, None]
    inside = np.all((ends >= -STEP) & (ends <= 1 + STEP), axis=1)
    gradient_norms = np.linalg.norm(gradients(ends), axis=1) if count else lengths
    return ends, inside & (lengths <= ARRIVED) & (gradient_norms <= level)
