"""The paths of a race as the kernel follows them: for a picture, whole, and in words."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from hesswidget.derivatives.objective import Objective
from hesswidget.derivatives.traced import TracedFunction, TracedProblem
from hesswidget.descent.ending import Judged, judged
from hesswidget.descent.iteration import KNOWN
from hesswidget.descent.method import State
from hesswidget.descent.methods import METHODS
from hesswidget.descent.outcome import BROKE_DOWN, GROWS, OFF, goes_on
from hesswidget.descent.path import Path
from hesswidget.descent.race import Racer
from hesswidget.descent.runner import Anywhere, Runner
from hesswidget.descent.scipys import SciPyRunner
from hesswidget.errors import ProblemError
from hesswidget.explorers.courses import Course
from hesswidget.explorers.kept import Kept
from hesswidget.explorers.race_curvature import RaceCurvature
from hesswidget.explorers.replay import ProgramSet, Recorded
from hesswidget.problem.problem import Problem
from hesswidget.program.executor import Executable
from hesswidget.second_derivative_test.tolerances import Tolerances

ENDS_KEPT = 4  # of each racer, at starts and settings where it has been
SECONDS_MOVING, SECONDS_AT_REST = 0.1, 3.0  # how long the kernel may take for all paths of a picture


class RacePaths:
    """Follows the paths of racers from a start, by what was recorded of them or by autograd.

    Parameters
    ----------
    problem : Problem
        With the hyperparameters among its parameters.
    tolerances : Tolerances
        What ends are judged by.
    recorded : Recorded
    racers : sequence of Racer
    steps : int
        How many each path has at most.
    curvature : RaceCurvature, optional
        What measures along them.
    """

    def __init__(
        self,
        problem: Problem,
        tolerances: Tolerances,
        recorded: Recorded,
        racers: Sequence[Racer],
        steps: int,
        curvature: RaceCurvature | None = None,
    ) -> None:
        self._problem, self._recorded = problem, recorded
        self._racers, self._steps, self._curvature = tuple(racers), steps, curvature
        # A picture, the figure and the words below it ask for the same ends, and to judge one may take seconds.
        self._ends: Kept[Judged] = Kept(
            lambda end, _: judged(end[0], end[1], end[2], tolerances),
            key=_end,
            most=ENDS_KEPT * len(self._racers),
        )
        self._latest: tuple[Any, tuple[Course, ...]] = (None, ())

    def opens_on(self, point: np.ndarray, parameters: Mapping[str, Any], swept: Sequence[str]) -> int:
        """Return the first path that does not diverge, as far as that is known at once; else the first.

        Where hyperparameters are swept, that is among the paths of methods that have them.
        """
        raced = list(enumerate(zip(self._racers, self._courses(point, parameters), strict=True)))
        listed = [each for each in raced if set(swept) <= set(each[1][0].iteration.names.values())]
        for k, (racer, course) in listed:
            if isinstance(course.runner, SciPyRunner):
                return k  # it runs to its end before it is known how
            until, states = time.perf_counter() + SECONDS_MOVING, iter(course)
            first = last = next(states)
            while (after := next(states, None)) is not None and time.perf_counter() < until:
                last = after
            climbs = goes_on(last["status"]) and not last["value"] <= first["value"]
            if not (racer.fault or climbs or last["status"] in (*OFF, BROKE_DOWN, GROWS)):
                return k
        return listed[0][0]

    def whole(self, point: np.ndarray, parameters: Mapping[str, Any]) -> tuple[Path, ...]:
        """Return all paths from a point, whole."""
        f = self.function(parameters)
        raced = zip(self._racers, self._courses(point, parameters), strict=True)
        return tuple(self._path(f, racer, course.runner, list(course)) for racer, course in raced)

    def followed(
        self,
        point: np.ndarray,
        parameters: Mapping[str, Any],
        followed: int,
        step: int | None,
        seconds: float,
        measures: bool = True,
    ) -> tuple[list[list[State]], dict[str, np.ndarray], list[list[tuple[int, np.ndarray]]]]:
        """Return what is known of each path, the state at a step of the one that is followed, and what was measured.

        The last state's status says how the path ended. Models of all steps would be n² numbers each. Curvature is
        measured only if `measures`.
        """
        races: list[list[State]] = []
        met: list[list[tuple[int, np.ndarray]]] = []
        programs, f = self._recorded.at(parameters), self.function(parameters)
        taken: dict[str, np.ndarray] = {}
        for k, course in enumerate(self._courses(point, parameters)):
            until = time.perf_counter() + seconds / len(self._racers)
            states: list[State] = []
            rows: list[tuple[int, np.ndarray]] = []
            whole: State = {}
            meter = None
            if self._curvature is not None and measures:
                meter = self._curvature.meter(k, Anywhere(f.traced, f.parameters), programs)
            for i, state in enumerate(course):
                if state["status"] == BROKE_DOWN:
                    states[-1] = {**states[-1], "status": state["status"]}
                    break
                whole = state
                if meter is not None and self._curvature is not None and self._curvature.is_due(i):
                    rows.append(meter(i, state))
                if k == followed and (step is None or i <= step):
                    taken = {name: np.asarray(array) for name, array in state.items()}
                states.append({name: state[name] for name in KNOWN})
                if time.perf_counter() > until:
                    break
            has_moved = meter is not None and rows[-1][0] != len(states) - 1
            if meter is not None and has_moved and states[-1]["status"] != BROKE_DOWN:
                rows.append(meter(len(states) - 1, whole))
            races.append(states)
            met.append(rows)
        return races, taken, met

    def followed_at_rate(
        self, point: np.ndarray, parameters: Mapping[str, Any], followed: int
    ) -> tuple[Path, float]:
        """Return a path of gradient descent, whole, and its rate.

        Raises
        ------
        ProblemError
            If it is another method's, or looks for its steps along a line.
        """
        racer, f = self._racers[followed], self.function(parameters)
        held = racer.iteration.hyperparameters(f)
        if racer.method is not METHODS["gradient-descent"] or held["line_search"] != "none":
            raise ProblemError(f"a flow is that of gradient descent at a fixed rate; this is {racer.title}.")
        course = self._courses(point, parameters)[followed]
        return self._path(f, racer, course.runner, list(course)), float(held["rate"])

    def reasons(
        self, point: np.ndarray, parameters: Mapping[str, Any], seconds: float = SECONDS_AT_REST
    ) -> list[str]:
        """Say why each path from a point ended: also what the function raised there, and whether it is at a kink.

        A path that takes longer than its share of the seconds has no reason: the text is empty.
        """
        found, f = [], self.function(parameters)
        for racer, course in zip(self._racers, self._courses(point, parameters), strict=True):
            until, states = time.perf_counter() + seconds / len(self._racers), []
            for state in course:
                states.append(state)
                if time.perf_counter() > until:
                    break
            is_whole = not goes_on(states[-1]["status"]) or len(states) > self._steps
            found.append(self._path(f, racer, course.runner, states).reason if is_whole else "")
        return found

    def _path(
        self, f: TracedFunction, racer: Racer, runner: Runner | SciPyRunner, states: Sequence[State]
    ) -> Path:
        path = Path.of(states, racer.iteration, f, racer.title, runner.raised, self.judged)
        return replace(path, reason=racer.fault or path.reason)

    def judged(self, f: TracedFunction, status: float, points: np.ndarray) -> Judged:
        """Judge a path's end; see `hesswidget.descent.ending.judged`."""
        return self._ends.at((f, status, points))

    def function(self, parameters: Mapping[str, Any]) -> TracedFunction:
        """Return the function at values of the parameters."""
        return TracedFunction.of_problem(self._problem, parameters)

    def _courses(self, point: np.ndarray, parameters: Mapping[str, Any]) -> tuple[Course, ...]:
        """Return the courses from a point; a picture, its figure and its words go through the same ones.

        A function that nothing was recorded of may have changed meanwhile: then its gradient there has.
        """
        programs = self._recorded.at(parameters)
        key: tuple[Any, ...] = programs, point.tobytes(), repr(self._problem.on_wire(parameters))
        if programs is None:
            key = *key, Objective(self._problem, parameters).gradient_or_nan(point).tobytes()
        if self._latest[0] != key:
            traced = TracedProblem.of(self._problem, parameters) if programs is None else programs.traced
            runners = (
                racer.runner(traced, _executables(programs, k)) for k, racer in enumerate(self._racers)
            )
            self._latest = key, tuple(Course(each, point, parameters, self._steps) for each in runners)
        return self._latest[1]


def _end(given: tuple[TracedFunction, float, np.ndarray]) -> tuple[str, float, bytes]:
    f, status, points = given
    return repr(f.traced.problem.on_wire(f.values)), status, points[-1].tobytes()


def _executables(programs: ProgramSet | None, k: int) -> tuple[Executable, Executable] | None:
    if programs is None or f"begin {k}" not in programs.programs:
        return None
    return programs.executable(f"begin {k}"), programs.executable(f"advance {k}")
