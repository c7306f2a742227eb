"""The count of the points of one box, and a second look where it says that some are missing."""

from __future__ import annotations

from dataclasses import replace

from hesswidget.appearance import LABELS
from hesswidget.critical.kinks import with_kinks
from hesswidget.critical.poincare_hopf import Completeness, Unexplained, check
from hesswidget.critical.points import CriticalPoint
from hesswidget.critical.singularities import SMALLEST, unexplained
from hesswidget.critical.unit_cube import UnitCube
from hesswidget.critical.winding import lost_on_boundary
from hesswidget.progress import Progress


def counted(
    cube: UnitCube,
    points: list[CriticalPoint],
    has_sets: bool,
    winding_number: int | None,
    hessian_scale: float,
    progress: Progress,
) -> tuple[list[CriticalPoint], Completeness]:
    """Return points in order, with kinks that were missed, and whether they are all.

    Parameters
    ----------
    cube : UnitCube
    points : list of CriticalPoint
        Those that are isolated.
    has_sets : bool
        Whether there are critical points that are not.
    winding_number : int or None
        Of the gradient around the box.
    hessian_scale : float
        The Hessian's usual size in the unit cube's coordinates.
    progress : callable
    """
    lost = lost_on_boundary(cube.gradients, cube.dimensions) if winding_number is None else None
    lost = None if lost is None else cube.from_unit(lost)

    def count(points: list[CriticalPoint]) -> Completeness:
        names, indices = [_named(p) for p in points], [p.poincare_index for p in points]
        explain = lambda: _unexplained(cube, points, winding_number or 0)  # noqa: E731
        return check(cube.dimensions, winding_number, names, indices, has_sets, explain, lost)

    completeness = count(points)
    if not len(completeness.singular):
        return points, completeness
    # Singular points may be kinks that the search for them has missed.
    near = cube.to_unit(completeness.singular)
    more = with_kinks(
        cube.objective, points, cube.low, cube.width, hessian_scale, cube.gradients, [], near, progress
    )
    if len(more) == len(points):
        return points, completeness
    points = in_order(more)
    return points, count(points)


def in_order(points: list[CriticalPoint]) -> list[CriticalPoint]:
    """Sort points by what they are, and by their values."""
    return sorted(points, key=lambda p: (LABELS.index(p.label), p.value))


def _unexplained(cube: UnitCube, points: list[CriticalPoint], winding_number: int) -> list[Unexplained]:
    known = cube.to_unit([p.point for p in points])
    found = unexplained(cube.gradients, known, [p.poincare_index or 0 for p in points], winding_number)
    return [replace(u, point=cube.rounded(u.point, SMALLEST)) for u in found]


def _named(point: CriticalPoint) -> str:
    """Return what the ledger counts a point as."""
    return point.kind if point.label == "undefined" else point.label
