"""What a page has computed itself, compared with autograd; and whether what was recorded still is what it was."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from hesswidget.derivatives.comparison import TOLERANCE, Derivatives, in_words
from hesswidget.derivatives.frameworks.own import deviation, library_of
from hesswidget.derivatives.objective import Objective
from hesswidget.explorers.agreement import deviation_at, elsewhere, error_of, place_in_words
from hesswidget.explorers.computation import Computation
from hesswidget.explorers.questions import Answer, Parameters, Point, Question
from hesswidget.explorers.replay import Recorded
from hesswidget.problem.problem import Problem

SECONDS = 0.05  # about how long the places may take that are tried besides


class Verification:
    """Judges claims of a front end.

    A claim is compared with autograd, and autograd with the library that the function is written in, where that is
    another (`hesswidget.derivatives.frameworks.own`). Whether a claim is wrong because the function is not what was
    recorded any more, which concerns everyone, or because that page computes or says something else, which concerns
    that page alone, is found by replaying here what was recorded: at the point, and, as a function may have changed
    where nobody looks, at other places and with other parameters, different ones each time.

    Parameters
    ----------
    computation : Computation
    recorded : Recorded
    distrust : callable
        Called when what was recorded was wrong.

    Attributes
    ----------
    question : Question
    """

    def __init__(self, computation: Computation, recorded: Recorded, distrust: Callable[[], None]) -> None:
        self._computation, self._recorded, self._distrust = computation, recorded, distrust
        self._count = 0
        self.question = Question(
            "verify", self._verify, {"parameters": Parameters()}, {"point": Point(), **computation.claims}
        )

    def _verify(self, parameters: Mapping[str, Any], point: np.ndarray, **claims: np.ndarray) -> Answer:
        exact = self._computation.exact(point, parameters)
        claimed = Derivatives(point, **claims)
        if exact is None:  # the function raises there: then a page has no number
            error = 0.0 if np.isnan(claimed.value) else math.inf
        else:
            error = error_of(claimed, exact, self._computation, parameters)
        fault, places = self._fault(point, parameters, exact)
        # An error that is not finite travels as null, as JSON has no such number.
        content = {
            "deviation": error if math.isfinite(error) else None,
            "agrees": error <= TOLERANCE,
            "places": places,
        }
        if fault is None:
            return Answer(content)
        self._distrust()
        return Answer(content, traits={"engine_reason": fault, "engine": "kernel"})

    def _fault(
        self, point: np.ndarray, parameters: Mapping[str, Any], exact: Derivatives | None
    ) -> tuple[str | None, int]:
        """Say what is wrong with what was recorded, if anything is; and at how many other places it is right."""
        programs = self._recorded.at(parameters)
        if programs is None:
            return None, 0
        if fault := _fault_of_library(programs.traced.problem, point, parameters):
            return fault, 0
        began = time.perf_counter()
        self._count += 1
        tried = [(point, parameters), *elsewhere(programs.traced, parameters, self._count)]
        for places, (place, values) in enumerate(tried):
            if places:
                if time.perf_counter() - began > SECONDS:
                    return None, places - 1
                exact = self._computation.exact(place, values)
                if exact is None:  # undefined, as it may have been where it was recorded
                    continue
            error = deviation_at(programs, self._computation, place, values, exact)
            if not error <= TOLERANCE:
                where = place_in_words(programs.traced.problem, place, values)
                fault = (
                    f"at {where} what was recorded differs from autograd {in_words(error)}: the function has changed "
                    f"since, or depends on what was not recorded. The kernel computes now; run the cell again to "
                    f"record it anew."
                )
                return fault, places
        return None, len(tried) - 1


def _fault_of_library(problem: Problem, point: np.ndarray, parameters: Mapping[str, Any]) -> str | None:
    """Say that a function's own library differentiates it otherwise, if it is written in one and that does."""
    objective = Objective(problem, parameters)
    library = library_of(objective)
    if library is None:
        return None
    error = deviation(objective, point, problem.widths)
    if error <= TOLERANCE:
        return None
    return (
        f"at {place_in_words(problem, point, parameters)} {library}'s own derivatives differ {in_words(error)} from "
        f"those of the function that {library} traced, which are shown: the function has a derivative rule of its own, "
        f"or depends on more than its arguments."
    )
