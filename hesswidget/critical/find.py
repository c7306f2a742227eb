"""`hesswidget.critical_points`: the table of all critical points in a box."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from hesswidget.critical.counting import counted, in_order
from hesswidget.critical.isolated import isolated_points
from hesswidget.critical.kinks import with_kinks
from hesswidget.critical.level_kinks import with_level_kinks
from hesswidget.critical.multistart import Finder
from hesswidget.critical.newton import APART
from hesswidget.critical.poincare_hopf import check, unchecked
from hesswidget.critical.points import CriticalPoint, CriticalSet
from hesswidget.critical.rounds import MOST, Searched, search_in_rounds
from hesswidget.critical.sets import isolated_and_sets, with_flat_points
from hesswidget.critical.table import CriticalPoints
from hesswidget.critical.unit_cube import UnitCube
from hesswidget.critical.winding import winding_around_box
from hesswidget.derivatives.rounding_noise import LONG, measured
from hesswidget.errors import ProblemError
from hesswidget.low_discrepancy import additive_recurrence
from hesswidget.problem.arguments import keywords
from hesswidget.problem.problem import Problem
from hesswidget.progress import STOPPED, Progress, Watch, part, reported, silent

TRIALS = 8
BLURRED = (
    2e-3  # of the box: degenerate points nearer than this are one, as rounding leaves them that uncertain
)
SEARCHED, POLISHED, JUDGED, COUNTED = 0.5, 0.6, 0.85, 0.95  # about the share of the work that is then done
ERRATIC = 0.1  # of the gradient, that changes by so much over the shortest distance: it may be rounding


def critical_points(
    function: Any,
    point: Any = None,
    /,
    *,
    over: str | tuple[str, ...] | None = None,
    progress: bool | Progress = False,
    **abbreviations: Any,
) -> CriticalPoints:
    """Find all critical points of a function in a box, and say what they are.

    Parameters
    ----------
    function : callable or str
        Written with ``autograd.numpy``, in JAX or in PyTorch; the name of one in `hesswidget.gallery`; or a formula
        (text, or SymPy's), as for `hesswidget.explore`. Arguments without a default are the variables, at most six;
        arguments with one are parameters.
    point : tuple or array_like, optional
        As in `hesswidget.explore`.
    over : str or tuple of str, optional
        Which arguments are the variables, if not those without a default.
    progress : bool or callable, optional
        True to show a bar, for which tqdm has to be installed; or a function that is called with the share that is
        done, from 0 to 1, and a few words, and returns whether to go on. What was found until then is returned.
    **abbreviations
        For each variable ``(min, max)``, which is the box; for an array ``hesswidget.vector(start, min,
        max)``; for a parameter its value.

    Returns
    -------
    CriticalPoints
        A table: it iterates and prints. ``completeness`` says whether points are missing, where that can be told;
        ``sets`` are critical points that are not isolated.

    Raises
    ------
    ProblemError
        If a variable has no finite range, there are too many variables, or the function cannot be evaluated.

    Notes
    -----
    Newton's iteration on ∇f = 0 with Levenberg's and Marquardt's damping starts from points spread evenly over the box
    (Weyl, 1916) and from cells at whose corners each slope takes both signs, in rounds, until a round finds nothing
    new and, in one and two dimensions, the points' indices add up to the turns of ∇f around the box (Poincaré, 1885;
    Hopf, 1926). In more dimensions nothing tells that a point is missing. The result is the same each time. The
    cost is some 10,000 Hessians a round, tens of milliseconds in all where the function can be recorded.

    Examples
    --------
    >>> table = critical_points("himmelblau")
    >>> table.counts
    {'minimum': 4, 'saddle': 4, 'maximum': 1}
    >>> table.completeness.is_met
    True
    """
    problem = Problem.over_ranges(function, point, over, abbreviations, keywords(critical_points))
    with reported(progress) as report:
        return Survey(problem).at(problem.parameters, report)


class Survey:
    """Finds the critical points of one problem in its box, for any values of its parameters."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.finder = Finder(problem)

    def at(self, parameters: Mapping[str, Any], progress: Progress = silent) -> CriticalPoints:
        """Return the table for these parameters; of what was found so far, if `progress` says not to go on."""
        watch = Watch(progress)
        watch(0.0, "recording the function")
        self._take_up(parameters)
        cube = UnitCube(self.finder, parameters)
        _try(cube, self.problem.start)
        if _is_level(cube):
            return _plain(cube, self.problem)
        winding_number = winding_around_box(cube.gradients, cube.dimensions)
        searched = search_in_rounds(cube, winding_number, watch, SEARCHED)
        lonely, sets = isolated_and_sets(cube, searched, watch, SEARCHED)
        points = _points(cube, searched, lonely, watch)
        points, sets = with_flat_points(cube, points, sets, searched.hessian_scale)
        points, sets = with_level_kinks(cube, points, sets)
        points, completeness = in_order(points), unchecked(winding_number, STOPPED)
        if watch(COUNTED, "counting"):
            points, completeness = counted(
                cube, points, bool(sets), winding_number, searched.hessian_scale, part(watch, COUNTED, 1.0)
            )
        if watch.is_stopped:
            completeness = unchecked(winding_number, STOPPED)
        return CriticalPoints(
            self.problem.name, self.problem.labels, tuple(points), tuple(sets), completeness, searched.starts,
            tuple(searched.notes), cube.objective,
        )  # fmt: skip

    def _take_up(self, parameters: Mapping[str, Any]) -> None:
        """Have a finder that holds for these choices, truths and whole numbers, which are part of what it recorded."""
        if not self.finder.traced.fits(parameters):
            self.problem = replace(self.problem, parameters=dict(parameters))
            self.finder = Finder(self.problem)


def _points(cube: UnitCube, searched: Searched, lonely: np.ndarray, watch: Watch) -> list[CriticalPoint]:
    """Return isolated points: those that are not degenerate, the `lonely` ones of the others, and kinks."""
    rows, hessian_scale, notes = searched.arrivals, searched.hessian_scale, searched.notes
    regular = rows.unit_points[~rows.is_degenerate]
    unit_points = np.concatenate([regular, lonely])
    radii = np.where(np.arange(len(unit_points)) < len(regular), APART, BLURRED)
    if len(unit_points) > MOST:
        notes.append(f"more than {MOST} points were found, of which {MOST} are listed; take a smaller box")
        unit_points, radii = unit_points[:MOST], radii[:MOST]
    points = isolated_points(cube, unit_points, radii, hessian_scale, watch, (SEARCHED, POLISHED, JUDGED))
    if watch(JUDGED, "looking for kinks"):
        points = with_kinks(
            cube.objective, points, cube.low, cube.width, hessian_scale, cube.gradients, notes,
            progress=part(watch, JUDGED, COUNTED),
        )  # fmt: skip
    return points


def _try(cube: UnitCube, start: np.ndarray) -> None:
    """Let the function say what is wrong with it, if it works at none of a few points."""
    for k, x in enumerate([start, *cube.from_unit(additive_recurrence(TRIALS, cube.dimensions))]):
        try:
            cube.objective.value(x)
            cube.objective.gradient_and_hessian(x)
            return
        except ProblemError:
            if k == TRIALS:
                raise


def _is_level(cube: UnitCube) -> bool:
    """Whether f is constant in the box but for its rounding: its gradient is noise wherever it is looked at."""
    unit_points = additive_recurrence(TRIALS, cube.dimensions)
    here, shifted = cube.gradients(unit_points), cube.gradients(unit_points + LONG)
    steepest = float(np.max(np.abs(here)))
    if not np.max(np.abs(shifted - here)) >= ERRATIC * steepest:  # also where one is not finite
        return False
    gradient_at = cube.objective.gradient_or_nan
    gradient = lambda unit_point: gradient_at(cube.from_unit(unit_point)) * cube.width  # noqa: E731
    noises = [measured(gradient, u, 1.0) for u in unit_points]
    return steepest <= 2 * float(np.max(noises))


def _plain(cube: UnitCube, problem: Problem) -> CriticalPoints:
    """Return the table of a function that is constant in the box."""
    n, value = cube.dimensions, cube.objective.value(problem.start)
    everywhere = CriticalSet(problem.start[None, :], value, "plain", n, np.empty((0, n)))
    notes = ("the function is constant in the box, but for its rounding",)
    completeness = check(n, None, [], [], has_sets=True)
    return CriticalPoints(
        problem.name, problem.labels, (), (everywhere,), completeness, TRIALS, notes, cube.objective
    )
