"""Which degenerate points are isolated, and the sets that the others belong to, in the variables' coordinates."""

from __future__ import annotations

import numpy as np

from hesswidget.critical.connection import COARSE, FINEST, SAME_VALUE
from hesswidget.critical.multistart import ROWS
from hesswidget.critical.newton import APART, FLATTEST, NEARLY
from hesswidget.critical.nonisolated import Gathering, named, signs_across
from hesswidget.critical.points import CriticalPoint, CriticalSet
from hesswidget.critical.polish import polish
from hesswidget.critical.rounds import Searched
from hesswidget.critical.unit_cube import UnitCube
from hesswidget.progress import Stopped, Watch, part

FEW = 3  # variables; of more, and where each start is searched by itself, sets are looked at coarsely
EXACT = 1e-7  # of the box: points where branches cross are known to
EDGE = 100 * APART  # of the box: how far outside it a search may end


def isolated_and_sets(
    cube: UnitCube, searched: Searched, watch: Watch, share: float
) -> tuple[np.ndarray, list[CriticalSet]]:
    """Part the degenerate points that were found into isolated ones, in the unit cube, and sets.

    Where `watch` stops it, of which `share` of the work it tells, nothing is said of them but how many there are.
    """
    rows = searched.arrivals.at(searched.arrivals.is_degenerate)
    if not len(rows):
        return rows.unit_points, []
    try:
        return _parted(cube, searched, watch, share)
    except Stopped:
        searched.notes.append(
            f"{len(rows)} degenerate points are left out: whether they are isolated was not told yet"
        )
        return rows.unit_points[:0], []


def _parted(
    cube: UnitCube, searched: Searched, watch: Watch, share: float
) -> tuple[np.ndarray, list[CriticalSet]]:
    def check() -> None:
        watch.check(share, "telling sets from isolated points")

    level = FLATTEST * searched.gradient_scale

    def search(starts: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        results = []
        for at in range(0, len(starts), ROWS):
            check()
            results.append(cube.search(starts[at : at + ROWS], part(watch, share, share)))
        check()  # or the last may be by halves
        if not results:
            return starts, np.empty(0), np.empty(0, dtype=bool)
        ends, values, gradient_norms, errors = (
            np.concatenate([f[a] for f in results])
            for a in ("unit_points", "values", "gradient_norms", "errors")
        )
        # Not `arrived`: beside a set of critical points the gradient's usual size is not that of the box.
        inside = np.all((ends >= -EDGE) & (ends <= 1 + EDGE), axis=1)
        return ends, values, inside & (errors <= NEARLY) & (gradient_norms <= level)

    def derivatives(unit_point: np.ndarray) -> tuple[float, np.ndarray]:
        check()
        return cube.value(unit_point), cube.hessian_at(cube.from_unit(unit_point))

    def exact(unit_point: np.ndarray) -> np.ndarray:
        check()
        return cube.to_unit(polish(cube.objective, cube.from_unit(unit_point), cube.width)[0])[0]

    is_cheap = cube.is_recorded and cube.dimensions <= FEW
    gradients, finest = (cube.gradients, FINEST) if is_cheap else (None, COARSE)
    gathering = Gathering(
        searched.hessian_scale, search, cube.value, derivatives, exact, gradients, finest, level
    )
    rows = searched.arrivals.at(searched.arrivals.is_degenerate)
    sets = []
    for p in gathering.pieces(rows.unit_points, rows.zeros):
        crossings = np.array([cube.rounded(c, EXACT) for c in p.crossings]).reshape(-1, cube.dimensions)
        sets.append(CriticalSet(cube.from_unit(p.points), p.value, p.kind, p.dimension, crossings))
    return gathering.isolated, sets


def with_flat_points(
    cube: UnitCube, points: list[CriticalPoint], sets: list[CriticalSet], hessian_scale: float
) -> tuple[list[CriticalPoint], list[CriticalSet]]:
    """Move points that turned out not to be isolated to the sets, each of which is new unless it is beside one."""
    sets = list(sets)
    for p in points:
        if p.kind == "flat" and not _belongs_to_one(cube, p, sets, hessian_scale):
            sets.append(_set_through(cube, p.point, hessian_scale))
    # What is left open beside a set, and level with it, is one more point of it.
    return [
        p
        for p in points
        if p.kind != "flat"
        and (p.kind != "inconclusive" or not _belongs_to_one(cube, p, sets, hessian_scale))
    ], sets


def _belongs_to_one(cube: UnitCube, p: CriticalPoint, sets: list[CriticalSet], hessian_scale: float) -> bool:
    """Whether a point that is not isolated is one more of a set."""
    return any(
        np.min(np.max(np.abs(known.points - p.point) / cube.width, axis=1)) <= COARSE
        and abs(p.value - known.value) <= SAME_VALUE * max(abs(p.value), hessian_scale)
        for known in sets
    )


def _set_through(cube: UnitCube, point: np.ndarray, hessian_scale: float) -> CriticalSet:
    """Return a set of which one point is known."""
    kind = named(*signs_across(cube.hessian_at(point), hessian_scale))
    return CriticalSet(point[None, :], cube.objective.value(point), kind, 1, np.empty((0, len(point))))
