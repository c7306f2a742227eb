"""A point at which a function is smooth in some directions and not in others: it is smooth along a surface.

Around such a point (Lewis, 2002, partial smoothness) the gradient varies across the surface however near one is, and
along it as a smooth function's does: two spaces, V and U (Lemaréchal, Oustry and Sagastizábal, 2000).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from hesswidget.derivatives.objective import Objective
from hesswidget.second_derivative_test.inertia import STATIONARITY_TOLERANCE

VARIES = 0.3  # of how the gradient varies five times as far away: 1/5 where it has a derivative
STEP = 1e-4  # of the scale, along the surface
SAME = 0.05  # relative: by how much curvatures along it may differ from side to side
SIDES = 4


class Parted(NamedTuple):
    """The two spaces, by orthonormal columns, and the curvatures along `smooth`, whose columns are their axes.

    Attributes
    ----------
    sharp, smooth : ndarray, shapes (n, v) and (n, u)
    curvatures : ndarray, shape (u,)
    slope : ndarray, shape (n,)
        The gradient along `smooth`; zero where it is no more than the point is known to.
    """

    sharp: np.ndarray
    smooth: np.ndarray
    curvatures: np.ndarray
    slope: np.ndarray


def parted(
    objective: Objective, point: np.ndarray, scale: float, ways: np.ndarray, near: np.ndarray, far: np.ndarray
) -> Parted | None:
    """Part the directions at a point into sharp and smooth ones; None where not both are, or it is not clear.

    Parameters
    ----------
    objective : Objective
    point : ndarray, shape (n,)
    scale : float
        A length over which the function varies.
    ways : ndarray, shape (m, n)
        Directions, each with its opposite.
    near, far : ndarray, shape (m, n)
        Gradients in these directions, the latter five times as far from the point.
    """
    limits = (5 * near - far) / 4  # free of the first power of the distance
    axes = np.linalg.svd(limits - np.mean(limits, axis=0))[2].T
    spreads = [gradients - np.mean(gradients, axis=0) for gradients in (near, far)]
    closer, farther = (np.max(np.abs(spread @ axes), axis=0) for spread in spreads)
    is_sharp = closer > VARIES * farther
    if np.all(is_sharp) or not np.any(is_sharp):
        return None
    sharp, U = axes[:, is_sharp], axes[:, ~is_sharp]
    hessians = []
    for way in ways[:SIDES]:
        beside = point + STEP * scale * (sharp @ (sharp.T @ way))
        moved = [[objective.gradient(beside + s * STEP * scale * u) for s in (1, -1)] for u in U.T]
        hessians.append([(a - b) @ U / (2 * STEP * scale) for a, b in moved])
    H = np.mean(hessians, axis=0)
    size = float(np.max(np.abs(H)))
    if not np.max(np.abs(np.array(hessians) - H)) <= SAME * size:  # the surface bends, or H is not finite
        return None
    curvatures, turn = np.linalg.eigh((H + H.T) / 2)
    if np.min(np.abs(curvatures)) <= SAME * size:
        return None
    smooth = U @ turn
    slopes = smooth.T @ (25 * np.mean(near, axis=0) - np.mean(far, axis=0)) / 24  # free of the second power
    steps = np.abs(slopes / curvatures)
    if STATIONARITY_TOLERANCE * scale < np.max(steps) < STEP * scale:
        return None
    is_zero = np.max(steps) <= STATIONARITY_TOLERANCE * scale
    return Parted(sharp, smooth, curvatures, np.zeros(len(point)) if is_zero else smooth @ slopes)
