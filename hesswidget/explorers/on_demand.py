"""What was not recorded beforehand, recorded when it is met: a path of the function, or a setting of a parameter."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from hesswidget.derivatives.blas import one_blas_thread
from hesswidget.derivatives.traced import TracedProblem
from hesswidget.errors import ProblemError
from hesswidget.explorers.agreement import deviation_of
from hesswidget.explorers.computation import Computation
from hesswidget.explorers.engine import MAX_BYTES, MAX_SECONDS, check_load, size_of, travelling
from hesswidget.explorers.questions import Answer, Parameters, Point, Question
from hesswidget.explorers.replay import MAX_SETTINGS, ProgramSet, Recorded, static_settings
from hesswidget.problem.problem import Problem
from hesswidget.program import deadline
from hesswidget.program.errors import InvalidProgram, NotRecorded
from hesswidget.progress import Progress, silent


class OnDemand:
    """Records more of a problem for a page that computes, as it gets there.

    Parameters
    ----------
    problem : Problem
    computation : Computation
    recorded : Recorded
    build : callable
        Records the programs of an explorer.

    Attributes
    ----------
    question : Question
        By which a page asks for what it lacks; the programs are sent to every page.
    """

    def __init__(
        self,
        problem: Problem,
        computation: Computation,
        recorded: Recorded,
        build: Callable[[TracedProblem], ProgramSet],
    ) -> None:
        self._problem, self._computation = problem, computation
        self._recorded, self._build = recorded, build
        fields = {"parameters": Parameters()}
        self.question = Question("record", self._answer, fields, {"point": Point()}, is_job=True)

    def _answer(self, parameters: Mapping[str, Any], point: np.ndarray, progress: Progress) -> Answer:
        if not self._recorded.sets:
            raise ProblemError("nothing is recorded of a function that the kernel computes.")
        is_new = self.learn(point, parameters, progress)
        traits = {"_programs": self.programs} if is_new else {}
        return Answer({"is_new": is_new}, traits=traits)

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
        try:
            self._keep(self._made(traced, MAX_SECONDS, progress), instead=known)
        except ProblemError:
            traced.branches.paths = before
            raise
        return True

    @property
    def programs(self) -> dict[str, Any]:
        """What a page reads."""
        return travelling(self._recorded.sets)

    def fill(self, parameters: Mapping[str, Any], seconds: float) -> bool:
        """Record the settings next to the present one, as many as are kept, for about so long; whether any was new."""
        end, before = time.monotonic() + seconds, self._recorded.sets
        nearest = static_settings(self._problem, parameters) if before else []
        for static in reversed(nearest):  # so that the nearest are the last that are given up
            left = end - time.monotonic()
            if left <= 0:
                break
            wanted = {**parameters, **static}
            known = self._recorded.at(wanted)
            try:
                made = known or self._made(TracedProblem.of(self._problem, wanted), min(left, MAX_SECONDS))
                self._keep(made, instead=known)
            except (NotRecorded, InvalidProgram):
                continue
        return {id(known) for known in self._recorded.sets} != {id(known) for known in before}

    def complete(self, point: np.ndarray, parameters: Mapping[str, Any], seconds: float) -> bool:
        """Record what a page lacks at a place, and the settings next to it; whether anything was new."""
        is_new = False
        with contextlib.suppress(NotRecorded, InvalidProgram):
            is_new = bool(self._recorded.sets) and self.learn(point, parameters)
        return self.fill(parameters, seconds) or is_new

    def _made(self, traced: TracedProblem, seconds: float, progress: Progress = silent) -> ProgramSet:
        with one_blas_thread(), deadline.within(seconds, progress, time.monotonic):
            made = self._build(traced)
            deviation_of(made, self._computation)
        check_load(made)
        return made

    def _keep(self, made: ProgramSet, instead: ProgramSet | None = None) -> None:
        """Keep programs, and of the others those that were wanted last, as many as are sent."""
        others = [known for known in self._recorded.sets if known is not instead]
        kept: Sequence[ProgramSet] = [made, *others][:MAX_SETTINGS]
        while len(kept) > 1 and size_of(kept) > MAX_BYTES:
            kept = kept[:-1]
        self._recorded.use(kept)
