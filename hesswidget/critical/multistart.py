"""Searches from many starts at once: recorded, for pages and the kernel; else start by start, a few steps at a time."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from typing import Any

import numpy as np

from hesswidget.critical import newton
from hesswidget.critical.newton import APART, MAX_VARIABLES, NEARLY, Derivatives, is_best, search
from hesswidget.derivatives.control_flow import over_rows
from hesswidget.derivatives.objective import Objective
from hesswidget.derivatives.traced import TracedFunction, TracedProblem
from hesswidget.errors import ProblemError
from hesswidget.low_discrepancy import additive_recurrence
from hesswidget.problem.problem import Problem
from hesswidget.program.bounds import PICTURE
from hesswidget.program.errors import InvalidProgram, NotRecorded
from hesswidget.program.executor import Executable
from hesswidget.program.program import Program
from hesswidget.progress import Progress, Watch, part, silent

PAGE_ROWS, PAGE_STEPS = 64, 12  # of the search that a page runs again and again
PAGE_STARTS = 512  # that it may take
ROWS = 256
STEPS = 40
STRETCH = 10

SearchResult = dict[str, np.ndarray]


def page_search(traced: TracedProblem) -> Program | None:
    """Record the search that a page follows critical points with; None where it would take too long."""
    if len(traced.problem.start) > MAX_VARIABLES:
        return None
    program = newton.program(traced, PAGE_ROWS, PAGE_STEPS, NEARLY)
    return program if PICTURE.admit(program, PICTURE.beside) else None


def page_starts(problem: Problem) -> np.ndarray:
    """Return the points in the unit cube that a page's searches start from, shape (512, n)."""
    return additive_recurrence(PAGE_STARTS, len(problem.start))


def gradients(traced: TracedProblem, rows: int) -> Program:
    """Record gradients at many points: inputs ``points``, (rows, n), and ``parameters``, output ``gradients``."""

    def build(f: TracedFunction, points: Any) -> dict[str, Any]:
        at = lambda point, parameters: f.at(parameters).gradient(point)  # noqa: E731
        return {"gradients": over_rows(at, points, shared=(f.parameters,))}

    return traced.record(build, points=np.tile(traced.problem.start, (rows, 1)))


class Finder:
    """Searches from many starts at once, on recorded programs; where there are none, start by start with autograd.

    Parameters
    ----------
    problem : Problem
        With a range for each variable. Parameters that are real numbers may be changed from search to search.

    Raises
    ------
    ProblemError
        If there are too many variables.
    """

    def __init__(self, problem: Problem) -> None:
        n = len(problem.start)
        if n > MAX_VARIABLES:
            raise ProblemError(
                f"{problem.name} has {n} variables; all critical points in a box are looked for with at most "
                f"{MAX_VARIABLES}. Take fewer with over=..., or follow the Newton step of hw.curvature from a start."
            )
        self.problem = problem
        self.low, self.width = problem.box[0], problem.widths
        self.traced = TracedProblem.of(problem)
        self._search, self._gradients = self._recorded()

    def _recorded(self) -> tuple[Executable | None, Executable | None]:
        try:
            programs = newton.program(self.traced, ROWS, STEPS, NEARLY), gradients(self.traced, ROWS)
        except (NotRecorded, InvalidProgram):
            return None, None
        return Executable(programs[0]), Executable(programs[1])

    @property
    def is_recorded(self) -> bool:
        """Whether many starts are searched at once."""
        return self._search is not None

    def search(
        self, starts: np.ndarray, parameters: Mapping[str, Any], progress: Progress = silent
    ) -> dict[str, np.ndarray]:
        """Search from starts in the unit cube, shape (k, n), k at most `ROWS`; see `hesswidget.critical.newton`."""
        box = self.problem.box
        if self._search is None:
            derivatives = Objective(self.problem, parameters).derivatives_or_nan
            return start_by_start(derivatives, starts, box, STRETCH, STEPS // STRETCH, NEARLY, progress)
        return recorded(
            self._search, ROWS, starts, box=box, parameters=self.problem.traced_values(parameters)
        )

    def gradients(self, unit_points: np.ndarray, parameters: Mapping[str, Any]) -> np.ndarray:
        """Return gradients at points in the unit cube, shape (k, n), in its coordinates; NaN where there is none."""
        points = self.low + self.width * unit_points
        if self._gradients is None:
            gradient = Objective(self.problem, parameters).gradient_or_nan
            gradients = np.array([gradient(x) for x in points])
        else:
            padded = np.pad(points, ((0, -len(points) % ROWS), (0, 0)), mode="edge")
            inputs = self.problem.traced_values(parameters)
            gradients = np.concatenate(
                [
                    self._gradients(points=padded[at : at + ROWS], parameters=inputs)["gradients"]
                    for at in range(0, len(padded), ROWS)
                ]
            )[: len(points)]
        with np.errstate(over="ignore"):  # what overflows is no gradient to go by
            return gradients * self.width


def recorded(run: Executable, rows: int, starts: np.ndarray, **inputs: Any) -> SearchResult:
    """Run a recorded search from at most `rows` starts; the rest of its rows find nothing and are left out."""
    padded = np.full((rows, starts.shape[1]), np.nan)
    padded[: len(starts)] = starts
    result = run(starts=padded, **inputs)
    return {name: array[: len(starts)] if np.ndim(array) else array for name, array in result.items()}


def start_by_start(
    derivatives: Derivatives,
    starts: np.ndarray,
    box: np.ndarray,
    steps: int,
    stretches: int,
    arrived: float,
    progress: Progress = silent,
) -> SearchResult:
    """Search `steps` steps at a time, since each costs milliseconds, and go on only from where nothing was reached.

    Once `progress` says not to go on, derivatives are NaN: what is not reached by then is not found.
    """
    watch, words = Watch(progress), f"searching from {len(starts)} starts"
    result: SearchResult = {}
    rows = np.arange(len(starts))
    for stretch in range(stretches):
        report = part(watch, stretch / stretches, (stretch + 1) / stretches)
        counted = _reported(derivatives, len(rows) * (steps + 1), report, words)
        with np.errstate(all="ignore"):
            more = search(counted, starts[rows], box, (), steps, arrived)
        result = result or {name: np.array(array, dtype=float) for name, array in more.items()}
        for name, array in result.items():
            if array.ndim:
                array[rows] = more[name]
        starts = result["unit_points"]
        rows = np.flatnonzero((result["arrived"] == 0) & np.isfinite(result["errors"]))
        if not len(rows):
            break
    radii = APART + 4 * result["errors"]
    result["distinct"] = result["arrived"] * is_best(
        result["unit_points"], result["errors"], radii, result["arrived"]
    )
    return result


def _reported(derivatives: Derivatives, count: int, progress: Progress, words: str) -> Derivatives:
    """Report each of so many derivatives; NaN in their place once it is not to go on."""
    calls = itertools.count()

    def reported(point: np.ndarray) -> tuple[Any, np.ndarray, np.ndarray]:
        n = len(point)
        if progress(min(1.0, next(calls) / count), words):
            return derivatives(point)
        return np.nan, np.full(n, np.nan), np.full((n, n), np.nan)

    return reported
