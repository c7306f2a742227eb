"""Searches of one problem in its box, for any values of its parameters."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from hesswidget.critical.search import APART, MAX_VARIABLES, NEARLY, is_best, search
from hesswidget.differentiation import gradient_and_hessian, gradient_or_nan
from hesswidget.errors import ProblemError
from hesswidget.objective import Objective
from hesswidget.problem import Problem
from hesswidget.program.errors import InvalidProgram, NotRecorded
from hesswidget.program.executor import Executable
from hesswidget.recording import Recording
from hesswidget.replay import is_input

ROWS = 256
STEPS = 40
STRETCH = 10


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
        self.low = np.array([r.minimum for r in problem.ranges])
        self.width = problem.widths
        self.names = tuple(a for a, control in problem.movable.items() if is_input(control))
        self._search, self._slopes = self._recorded()

    def _recorded(self) -> tuple[Executable | None, Executable | None]:
        recording = Recording(self.problem, self.names, self.problem.start, self.problem.parameters)
        try:
            return Executable(recording.search(ROWS, STEPS, NEARLY)), Executable(recording.slopes(ROWS))
        except (NotRecorded, InvalidProgram):
            return None, None

    @property
    def is_recorded(self) -> bool:
        """Whether many starts are searched at once."""
        return self._search is not None

    def search(self, starts: np.ndarray, parameters: Mapping[str, Any]) -> dict[str, np.ndarray]:
        """Search from starts in the unit cube, shape (k, n), k at most `ROWS`; see `hesswidget.critical.search`."""
        box = np.array([self.low, self.low + self.width])
        if self._search is None:
            return self._one_by_one(starts, box, parameters)
        padded = np.full((ROWS, len(self.low)), np.nan)
        padded[: len(starts)] = starts
        found = self._search(starts=padded, box=box, parameters=self._inputs(parameters))
        return {name: array[: len(starts)] if np.ndim(array) else array for name, array in found.items()}

    def gradients(self, places: np.ndarray, parameters: Mapping[str, Any]) -> np.ndarray:
        """Return gradients at places in the unit cube, shape (k, n), in its coordinates; NaN where there is none."""
        points = self.low + self.width * places
        if self._slopes is None:
            slope = gradient_or_nan(Objective(self.problem, parameters))
            found = np.array([slope(x) for x in points])
        else:
            padded = np.pad(points, ((0, -len(points) % ROWS), (0, 0)), mode="edge")
            inputs = self._inputs(parameters)
            found = np.concatenate(
                [
                    self._slopes(points=padded[at : at + ROWS], parameters=inputs)["gradients"]
                    for at in range(0, len(padded), ROWS)
                ]
            )[: len(points)]
        return found * self.width

    def _one_by_one(
        self, starts: np.ndarray, box: np.ndarray, parameters: Mapping[str, Any]
    ) -> dict[str, np.ndarray]:
        """Search a few steps at a time, since each costs milliseconds, and go on only where nothing was reached."""
        derivatives = self._by_autograd(parameters)
        found: dict[str, np.ndarray] = {}
        rows = np.arange(len(starts))
        for _ in range(STEPS // STRETCH):
            with np.errstate(all="ignore"):
                more = search(derivatives, starts[rows], box, (), STRETCH, NEARLY)
            if not found:
                found = {name: np.array(array, dtype=float) for name, array in more.items()}
            for name, array in found.items():
                if array.ndim:
                    array[rows] = more[name]
            starts = found["places"]
            rows = np.flatnonzero((found["arrived"] == 0) & np.isfinite(found["errors"]))
            if not len(rows):
                break
        found["found"] = found["arrived"] * is_best(
            found["places"], found["errors"], APART + 4 * found["errors"], found["arrived"]
        )
        return found

    def _inputs(self, parameters: Mapping[str, Any]) -> np.ndarray:
        return np.array([float(parameters[a]) for a in self.names])

    def _by_autograd(self, parameters: Mapping[str, Any]) -> Any:
        objective = Objective(self.problem, parameters)

        def derivatives(point: np.ndarray) -> tuple[Any, Any, Any]:
            n = len(point)
            packed = _or_nan(
                lambda x: np.concatenate(
                    [np.ravel(a) for a in (objective(x), *gradient_and_hessian(objective, x))]
                ),
                point,
                (1 + n + n * n,),
            )
            return packed[0], packed[1 : n + 1], packed[n + 1 :].reshape(n, n)

        return derivatives


def _or_nan(function: Any, point: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    try:
        with np.errstate(all="ignore"):
            return np.asarray(function(point), dtype=float)
    except Exception:  # outside its domain a function may raise what it likes
        return np.full(shape, np.nan)
