"""What was not recorded beforehand, recorded when it is met: a path of the function, or a setting of a parameter."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from hesswidget.derivatives.blas import one_blas_thread
from hesswidget.derivatives.branches.paths import Path
from hesswidget.derivatives.traced import TracedProblem
from hesswidget.errors import ProblemError
from hesswidget.explorers.agreement import deviation_of
from hesswidget.explorers.computation import Computation
from hesswidget.explorers.engine import MAX_BYTES, MAX_SECONDS, check_load, size_of, travelling
from hesswidget.explorers.kernel import asked_plane
from hesswidget.explorers.questions import Answer, Numbers, Parameters, Point, Question
from hesswidget.explorers.replay import (
    MAX_SETTINGS,
    ProgramSet,
    Recorded,
    settings_beside,
    static_settings,
)
from hesswidget.landscape import tiles
from hesswidget.landscape.plane import Plane
from hesswidget.problem.problem import Problem
from hesswidget.program import deadline
from hesswidget.program.errors import InvalidProgram, NotRecorded
from hesswidget.progress import Progress, silent

LANDSCAPE = {1: 401, 2: 57}  # values along each axis, by the slice's dimensions: those of a page at rest
SECONDS_AHEAD = 3.0  # about how long settings beside the present one are recorded, while a page rests
SECONDS_SEARCHING = 1.0  # about how long paths are looked for on a slice


class OnDemand:
    """Records more of a problem for a page that computes, as it gets there.

    Parameters
    ----------
    problem : Problem
    computation : Computation
    recorded : Recorded
    build : callable
        Records the programs of an explorer.
    shown : callable
        Returns the problem with the ranges that are on screen.

    Attributes
    ----------
    questions : tuple of Question
        By which a page asks for what it lacks at a point or on a slice, or may lack next; programs go to every page.
    """

    def __init__(
        self,
        problem: Problem,
        computation: Computation,
        recorded: Recorded,
        build: Callable[[TracedProblem], ProgramSet],
        shown: Callable[[], Problem],
    ) -> None:
        self._problem, self._computation = problem, computation
        self._recorded, self._build, self._shown = recorded, build, shown
        fields = {"parameters": Parameters()}
        on_slice = {"origin": Numbers(("n",)), "basis": Numbers(("k", "n")), "ends": Numbers(("k", 2))}
        self.questions = (
            Question("record", self._answer, fields, {"point": Point()}, is_job=True, serves_anywhere=True),
            Question("record_slice", self._answer_slice, fields, on_slice, is_job=True, serves_anywhere=True),
            Question("record_ahead", self._answer_ahead, fields, is_job=True),
        )

    def _answer(self, parameters: Mapping[str, Any], point: np.ndarray, progress: Progress) -> Answer:
        if not self._recorded.sets:
            raise ProblemError("nothing is recorded of a function that the kernel computes.")
        return self._told(self.learn(point, parameters, progress))

    def _answer_slice(
        self,
        parameters: Mapping[str, Any],
        origin: np.ndarray,
        basis: np.ndarray,
        ends: np.ndarray,
        progress: Progress,
    ) -> Answer:
        plane = asked_plane(origin, basis, ends, self._shown())
        return self._told(self.learn_slice(plane, parameters, progress))

    def _answer_ahead(self, parameters: Mapping[str, Any], progress: Progress) -> Answer:
        return self._told(self.look_ahead(parameters, progress))

    def _told(self, is_new: bool) -> Answer:
        return Answer({"is_new": is_new}, traits={"_programs": self.programs} if is_new else {})

    def learn(self, point: np.ndarray, parameters: Mapping[str, Any], progress: Progress = silent) -> bool:
        """Record what is missing at a place; whether anything was.

        Raises
        ------
        NotRecorded
            If that cannot be, takes too long or is stopped; what was recorded stays.
        """
        known = self._recorded.at(parameters)
        if known is None:
            self._keep(self._made(TracedProblem.of(self._problem, parameters), MAX_SECONDS, progress))
            return True
        traced = known.traced
        before = traced.branches.paths
        if not traced.branches.add(traced.run, point, self._problem.traced_values(parameters)):
            return False
        self._keep_with_more_paths(known, before, progress)
        return True

    def learn_slice(self, plane: Plane, parameters: Mapping[str, Any], progress: Progress = silent) -> bool:
        """Record the paths that the function takes where its landscape has no value yet; whether there were any.

        They are looked for over `SECONDS_SEARCHING`, and are as many as may be recorded.

        Raises
        ------
        NotRecorded
            If that cannot be, takes too long or is stopped; what was recorded stays.
        """
        known = self._recorded.at(parameters)
        if known is None or not known.traced.branches.paths or "tile" not in known.programs:
            return False
        traced, inputs = known.traced, self._problem.traced_values(parameters)
        places = np.array([axis.ravel() for axis in np.meshgrid(*plane.grids(LANDSCAPE[len(plane.basis)]))])
        values = tiles.sampled(known.executable("tile"), inputs, plane, places)
        missing = np.random.default_rng(0).permutation(np.flatnonzero(np.isnan(values)))
        points, before = plane.place(places).T, traced.branches.paths
        end = time.monotonic() + SECONDS_SEARCHING
        with contextlib.suppress(NotRecorded):  # of too many paths those that were found are recorded
            for k in missing:
                if time.monotonic() > end:
                    break
                traced.branches.add(traced.run, points[k].copy(), inputs)
        if traced.branches.paths == before:
            return False
        self._keep_with_more_paths(known, before, progress)
        return True

    def look_ahead(self, parameters: Mapping[str, Any], progress: Progress = silent) -> bool:
        """Record the settings beside the present one, for about `SECONDS_AHEAD`; whether any was new."""
        present, is_new = self._recorded.at(parameters), False
        if present is None:
            return False
        end = time.monotonic() + SECONDS_AHEAD
        for wanted in settings_beside(self._problem, parameters):
            left = end - time.monotonic()
            if left > 0 and self._recorded.at(wanted) is None:
                with contextlib.suppress(NotRecorded, InvalidProgram):
                    self._keep(self._made(TracedProblem.of(self._problem, wanted), left, progress))
                    is_new = True
        if is_new:
            self._keep(present, instead=present)
        return is_new

    @property
    def programs(self) -> dict[str, Any]:
        """What a page reads."""
        return travelling(self._recorded.sets)

    def fill(self, parameters: Mapping[str, Any], seconds: float) -> bool:
        """Record the settings next to the present one, as many as are kept, for about so long; whether any was new."""
        end, before = time.monotonic() + seconds, self._recorded.sets
        nearest = static_settings(self._problem, parameters) if before else []
        found: list[tuple[ProgramSet, ProgramSet | None]] = []
        for static in nearest:
            left = end - time.monotonic()
            if left <= 0:
                break
            wanted = {**parameters, **static}
            known = self._recorded.at(wanted)
            with contextlib.suppress(NotRecorded, InvalidProgram):
                made = known or self._made(TracedProblem.of(self._problem, wanted), min(left, MAX_SECONDS))
                found.append((made, known))
        for made, known in reversed(found):  # so that the nearest are the last that are given up
            self._keep(made, instead=known)
        return {id(known) for known in self._recorded.sets} != {id(known) for known in before}

    def complete(self, point: np.ndarray, parameters: Mapping[str, Any], seconds: float) -> bool:
        """Record what a page lacks at a point and on the first slice there, and settings near; whether any was new."""
        is_new = False
        if self._recorded.sets:
            with contextlib.suppress(NotRecorded, InvalidProgram):
                is_new = self.learn(point, parameters)
                is_new = self.learn_slice(Plane.first(self._problem, point), parameters) or is_new
        return self.fill(parameters, seconds) or is_new

    def _made(self, traced: TracedProblem, seconds: float, progress: Progress = silent) -> ProgramSet:
        with one_blas_thread(), deadline.within(seconds, progress, time.monotonic):
            made = self._build(traced)
            deviation_of(made, self._computation)
        check_load(made)
        return made

    def _keep_with_more_paths(self, known: ProgramSet, before: tuple[Path, ...], progress: Progress) -> None:
        """Record a setting anew with the paths that were found; where that cannot be, those of before stay."""
        try:
            self._keep(self._made(known.traced, MAX_SECONDS, progress), instead=known)
        except ProblemError:
            known.traced.branches.paths = before
            raise

    def _keep(self, made: ProgramSet, instead: ProgramSet | None = None) -> None:
        """Keep programs, and of the others those that were wanted last, as many as are sent."""
        others = [known for known in self._recorded.sets if known is not instead]
        kept: Sequence[ProgramSet] = [made, *others][:MAX_SETTINGS]
        while len(kept) > 1 and size_of(kept) > MAX_BYTES:
            kept = kept[:-1]
        self._recorded.use(kept)
