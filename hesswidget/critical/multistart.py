"""Searches of one problem in its box, for any values of its parameters."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from hesswidget.critical.newton import MAX_VARIABLES, NEARLY
from hesswidget.critical.running import derivatives_or_nan, recorded, start_by_start
from hesswidget.derivatives.autograd import gradient_or_nan
from hesswidget.derivatives.objective import Objective
from hesswidget.derivatives.traced import Recording
from hesswidget.errors import ProblemError
from hesswidget.explorers.replay import is_input
from hesswidget.problem.problem import Problem
from hesswidget.program.errors import InvalidProgram, NotRecorded
from hesswidget.program.executor import Executable

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
        """Search from starts in the unit cube, shape (k, n), k at most `ROWS`; see `hesswidget.critical.newton`."""
        box = np.array([self.low, self.low + self.width])
        if self._search is None:
            derivatives = derivatives_or_nan(Objective(self.problem, parameters))
            return start_by_start(derivatives, starts, box, STRETCH, STEPS // STRETCH, NEARLY)
        return recorded(self._search, ROWS, starts, box=box, parameters=self._inputs(parameters))

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
        with np.errstate(over="ignore"):  # what overflows is no gradient to go by
            return found * self.width

    def _inputs(self, parameters: Mapping[str, Any]) -> np.ndarray:
        return np.array([float(parameters[a]) for a in self.names])
