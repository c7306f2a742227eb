"""Critical points at kinks: Newton's iteration on the surfaces where pieces of the function meet."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np

from hesswidget.critical.cones import cones
from hesswidget.critical.extremes import extremes
from hesswidget.critical.level_kinks import LEVEL, is_on, level_curve
from hesswidget.critical.newton import APART, Gradients
from hesswidget.critical.points import CriticalPoint
from hesswidget.critical.polish import curvature_of_critical
from hesswidget.critical.winding import poincare_index
from hesswidget.derivatives.objective import Objective
from hesswidget.low_discrepancy import additive_recurrence
from hesswidget.progress import Progress, silent

if TYPE_CHECKING:
    from hesswidget.derivatives.switches.nearby import Nearby
    from hesswidget.derivatives.switches.sides import Identity

STARTS = 48
MOST_SWITCHES = 64
RUNS = 500  # of the function with its switches held, times n + 1: so the cost of a search grows as the function's own
FEW = 3  # variables: of more only the nearest switches of a start are tried together, not each choice of them
NEAREST = 4  # switches of each start that are tried, alone and together
MOST, AGAIN = 32, 4  # searches, of all and for the same switches
STEPS, PATIENCE = 12, 4
TRIALS = 8
ARRIVED = 1e-12  # of the box
STEADY = 1e-9  # of the gradient's jumps: a slope that small is none
SLACK = 1e-9  # by how much a share may lie outside of 0 and 1
TIDY = 1e-12  # of the box: coordinates are rounded to it where the kind stays the same
COUNTED = 2  # dimensions, in which the count of critical points tells where f is not smooth
CONE = 1e-4  # of the box: how far from a cone it is looked for
RADIUS = 0.02  # of the box: the circle around a point, if no other point is near


def with_kinks(
    objective: Objective,
    points: Sequence[CriticalPoint],
    low: np.ndarray,
    width: np.ndarray,
    hessian_scale: float,
    gradients: Gradients,
    notes: list[str],
    starts: np.ndarray | None = None,
    progress: Progress = silent,
) -> list[CriticalPoint]:
    """Return critical points, those at kinks among them, and without those that a kink makes none.

    On a surface where pieces meet a critical point is one of the Lagrangian, a mean of the pieces' functions with
    shares between 0 and 1 (Clarke, 1983). Newton's iteration on both starts from the ends of descents and ascents and
    from points spread evenly over the box, for the switches that are nearest there, alone and up to n together.

    Parameters
    ----------
    objective : Objective
    points : sequence of CriticalPoint
        What a search for zeros of the gradient has found.
    low, width : ndarray, shape (n,)
        The box.
    hessian_scale : float
        See `hesswidget.critical.polish.curvature_of_critical`.
    gradients : callable
        Gradients (k, n) at points (k, n) in the unit cube.
    notes : list of str
        Is added to where kinks are too many, or the runs of the function too few, to look at all.
    starts : ndarray, shape (k, n), optional
        Points in the unit cube to search from in place of those spread evenly: where f is known not to be smooth.
    progress : callable
        What was found when it says to stop is kept.

    Notes
    -----
    Only kinks at which the gradient jumps are looked for. The cost is at most `RUNS` (n + 1) runs of the function, each
    with its derivatives; where that was not enough, a note says so, and what was found is kept.
    """
    kept = [p for p in points if p.kind != "kink"]
    with np.errstate(all="ignore"):
        found = list(_candidates(objective, low, width, notes, starts, progress))
        found += _cones(objective, low, width, starts)
    curves: list[np.ndarray] = []
    for unit_point, error in found:
        if any(is_on(unit_point, curve) for curve in curves):
            continue
        others = [(p.point - low) / width for p in kept]
        if any(np.max(np.abs(unit_point - other)) < 100 * APART for other in others):
            continue
        point = low + width * unit_point
        curvatures = (
            curvature_of_critical(objective, x, width, hessian_scale) for x in (_tidy(point, width), point)
        )
        curvature = next((c for c in curvatures if c.kind.endswith(" a kink")), None)
        if curvature is None:
            continue
        if curvature.kind in LEVEL:
            curves.append(level_curve(objective, low, width, unit_point))
        apart = [float(np.max(np.abs(unit_point - other))) / 2 for other in others]
        kept.append(
            CriticalPoint(curvature, error, poincare_index(gradients, unit_point, min([RADIUS, *apart])))
        )
    return kept


def _cones(
    objective: Objective, low: np.ndarray, width: np.ndarray, starts: np.ndarray | None
) -> list[tuple[np.ndarray, float]]:
    """Return where f may be like a cone: near given points, in more dimensions than are counted near its extremes."""
    if starts is not None:
        return list(cones(objective, low, width, starts, CONE))
    if len(low) <= COUNTED:
        return []
    ends = extremes(lambda u: objective(low + width * u), len(low))
    return list(cones(objective, low, width, ends, CONE))


def _tidy(point: np.ndarray, width: np.ndarray) -> np.ndarray:
    """Round what is only rounding."""
    return np.array([float(f"{x:.13g}") for x in np.round(point / width / TIDY) * TIDY * width + 0.0])


class _OutOfRuns(Exception):
    """A function was run as often as it may be."""


class _Bounded:
    """A function that may be run so many times."""

    def __init__(self, function: Callable[[Any], Any], runs: int) -> None:
        self._function, self.runs, self.left = function, runs, runs

    def __call__(self, x: Any) -> Any:
        if self.left <= 0:
            raise _OutOfRuns
        self.left -= 1
        return self._function(x)


def _candidates(
    objective: Objective,
    low: np.ndarray,
    width: np.ndarray,
    notes: list[str],
    given: np.ndarray | None,
    progress: Progress,
) -> Iterator[tuple[np.ndarray, float]]:
    """Yield points in the unit cube, and the length of the last step to each."""

    def scaled(u: Any) -> Any:
        return objective(low + width * u)

    from hesswidget.derivatives.switches.nearby import Nearby, has_switches  # brings the recorder

    unit_points = additive_recurrence(TRIALS, len(low))
    if not has_switches(scaled, unit_points):
        return
    bounded = _Bounded(scaled, RUNS * (len(low) + 1))
    count = _count(lambda: len(Nearby(scaled, unit_points[0]).names))
    if count > MOST_SWITCHES:
        notes.append(
            f"critical points at kinks were not looked for: the function may have kinks at {count} places"
        )
        return
    ends: list[np.ndarray] = []
    spread = (extremes(scaled, len(low)), iter(additive_recurrence(STARTS, len(low))))
    for starts in spread if given is None else (iter(given),):
        tried: dict[tuple[Identity, ...], int] = {}
        for start in starts:
            if not progress(1 - bounded.left / bounded.runs, f"{len(ends)} kinks found"):
                return
            if not bounded.left:
                notes.append(
                    f"critical points at kinks may be missing: the search for them ended after {bounded.runs:,} runs "
                    f"of the function"
                )
                return
            for near, names in _surfaces(bounded, start):
                if tried.get(names, 0) >= AGAIN or sum(tried.values()) >= MOST:
                    continue
                tried[names] = tried.get(names, 0) + 1
                try:
                    end = _newton(near, names)
                except Exception:  # a piece may be undefined where the iteration leads
                    continue
                if end is None or any(np.max(np.abs(end[0] - other)) < APART for other in ends):
                    continue
                ends.append(end[0])
                yield end


def _count(names: Callable[[], int]) -> int:
    try:
        return names()
    except Exception:  # outside its domain a function may raise what it likes
        return 0


def _surfaces(
    function: Callable[[Any], Any], start: np.ndarray
) -> Iterator[tuple[Nearby, tuple[Identity, ...]]]:
    """Yield the piece at a point with the switches that are nearest there: each, and those that may meet."""
    from hesswidget.derivatives.switches.nearby import Nearby

    try:
        near = Nearby(function, start)
        values, rows = near.quantities(start)
    except Exception:  # outside its domain a function may raise what it likes
        return
    distances = np.abs(values) / np.linalg.norm(rows, axis=1)
    n = len(start)
    nearest = [int(k) for k in np.argsort(distances)[: max(n, NEAREST)] if distances[k] < 1.0]
    for count in range(1, min(n, len(nearest)) + 1):
        for chosen in combinations(nearest if n <= FEW else nearest[:count], count):
            yield near, tuple(near.names[k] for k in sorted(chosen))


def _newton(near: Nearby, names: tuple[Identity, ...]) -> tuple[np.ndarray, float] | None:
    """Find a point where switches meet and a mean of the pieces is stationary; None where none is reached."""
    x, n, k = near.point, len(near.point), len(names)
    sides = np.zeros(k)
    size = np.inf
    for turn in range(STEPS):
        held = dict(zip(names, sides, strict=True))
        gradient = near.gradient(x, held)
        jumps = np.array(
            [near.gradient(x, {**held, a: 1.0}) - near.gradient(x, {**held, a: -1.0}) for a in names]
        ) / 2  # fmt: skip
        values, rows = near.quantities(x, names)
        system = np.zeros((n + k, n + k))
        system[:n, :n] = near.hessian(x, held)
        system[:n, n:], system[n:, :n] = jumps.T, rows
        wanted = -np.concatenate([gradient, values])
        if not (np.all(np.isfinite(system)) and np.all(np.isfinite(wanted))):
            return None
        step = np.linalg.lstsq(system, wanted, rcond=1e-12)[0]
        before, size = size, float(np.max(np.abs(step[:n])))
        x = x + step[:n] * min(1.0, 0.5 / max(size, 1e-300))
        sides = sides + step[n:]
        if np.max(np.abs(x - 0.5)) > 1.5 or (turn > PATIENCE and np.max(np.abs(sides)) > 2):
            return None
        if size <= ARRIVED and before < 1e-3 and np.max(np.abs(step[n:])) < 1e-6:
            if np.max(np.abs(gradient)) > STEADY * np.max(np.abs(jumps)):
                return None  # a singular system
            break
    else:
        return None
    inside = np.all((x >= -APART) & (x <= 1 + APART))
    return (x, size) if inside and np.max(np.abs(sides)) <= 1 + SLACK else None
