"""Isolated critical points: polished, told from one another, and what each is."""

from __future__ import annotations

import numpy as np

from hesswidget.critical.newton import APART, is_best
from hesswidget.critical.points import CriticalPoint
from hesswidget.critical.polish import curvature_of_root, polish
from hesswidget.critical.unit_cube import UnitCube
from hesswidget.critical.winding import poincare_index
from hesswidget.curvature import Curvature
from hesswidget.progress import Watch

NEIGHBOURHOOD = 0.02  # of the box: the circle around a degenerate point, if no other point is near


def isolated_points(
    cube: UnitCube,
    unit_points: np.ndarray,
    radii: np.ndarray,
    hessian_scale: float,
    watch: Watch,
    shares: tuple[float, float, float],
) -> list[CriticalPoint]:
    """Polish points, drop what thereby becomes the same point or leaves the box, and say what each is.

    Parameters
    ----------
    cube : UnitCube
    unit_points : ndarray, shape (k, n)
        In the unit cube.
    radii : ndarray, shape (k,)
        Points nearer to one another are one.
    hessian_scale : float
        See `hesswidget.critical.polish.UnitCubeSpectrum`.
    watch : Watch
        What a search has found until it was stopped is still judged.
    shares : tuple of float
        Of the work that are done before, once they are polished, and once they are judged.
    """
    watch = Watch() if watch.is_stopped else watch
    points, errors = _polish_all(cube, unit_points, watch, shares[:2])
    unit_points, radii = cube.to_unit(points), radii[: len(points)]
    inside = np.all((unit_points >= -APART) & (unit_points <= 1 + APART), axis=1)
    chosen = np.flatnonzero((is_best(unit_points, errors, radii, 1.0 * inside) > 0) & inside)
    watch = Watch() if watch.is_stopped else watch
    curvatures: list[Curvature] = []
    for k in chosen:
        share = shares[1] + (shares[2] - shares[1]) * len(curvatures) / len(chosen)
        if not watch(share, "judging points"):
            break
        curvatures.append(curvature_of_root(cube.objective, points[k], cube.width, hessian_scale))
    errors, radii = errors[chosen[: len(curvatures)]], radii[chosen[: len(curvatures)]]
    unit_points = cube.to_unit([c.point for c in curvatures])
    # Located along the null space, several may have become the same point.
    single = np.flatnonzero(is_best(unit_points, errors, radii, np.ones(len(curvatures))) > 0)
    unit_points = unit_points[single]
    return [
        CriticalPoint(curvatures[i], float(errors[i]), _index_of(cube, curvatures[i], k, unit_points))
        for k, i in enumerate(single)
    ]


def _polish_all(
    cube: UnitCube, unit_points: np.ndarray, watch: Watch, shares: tuple[float, float]
) -> tuple[list[np.ndarray], np.ndarray]:
    """Return points, until it is stopped, with their errors."""
    roots: list[tuple[np.ndarray, float]] = []
    for unit_point in unit_points:
        if not watch(shares[0] + (shares[1] - shares[0]) * len(roots) / len(unit_points), "polishing points"):
            break
        roots.append(polish(cube.objective, cube.from_unit(unit_point), cube.width))
    return [point for point, _ in roots], np.array([error for _, error in roots])


def _index_of(cube: UnitCube, curvature: Curvature, k: int, unit_points: np.ndarray) -> int | None:
    """Return a point's index as a zero of the gradient, of a degenerate one by the turns around it."""
    if curvature.label not in ("degenerate", "undefined"):
        return int((-1) ** curvature.index)
    others = np.max(np.abs(np.delete(unit_points, k, axis=0) - unit_points[k]), axis=1)
    return poincare_index(cube.gradients, unit_points[k], min([NEIGHBOURHOOD, *(others / 2)]))
