"""What a page has computed itself, compared with autograd."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from hesswidget.derivatives.comparison import TOLERANCE, Derivatives, by_autograd, deviation, in_words
from hesswidget.derivatives.objective import Objective
from hesswidget.explorers.questions import Answer, Numbers, Parameters, Point, Question
from hesswidget.problem.problem import Problem


class Verification:
    """Judges claims of a front end; after a wrong one the kernel computes.

    Parameters
    ----------
    problem : Problem
    distrust : callable
        Called when a claim was wrong.

    Attributes
    ----------
    question : Question
    """

    def __init__(self, problem: Problem, distrust: Callable[[], None]) -> None:
        self._problem, self._distrust = problem, distrust
        self.question = Question(
            "verify",
            self._verify,
            {"parameters": Parameters()},
            {
                "point": Point(),
                "value": Numbers(()),
                "gradient": Numbers(("n",)),
                "hessian": Numbers(("n", "n")),
            },
        )

    def _verify(
        self,
        parameters: Mapping[str, Any],
        point: np.ndarray,
        value: np.ndarray,
        gradient: np.ndarray,
        hessian: np.ndarray,
    ) -> Answer:
        claimed = Derivatives(point, float(value), gradient, hessian)
        exact = by_autograd(Objective(self._problem, parameters), point)
        apart = math.inf if exact is None else deviation(claimed, exact, self._problem.widths)
        # A deviation that is not finite travels as null, as JSON has no such number.
        content = {"deviation": apart if math.isfinite(apart) else None, "agrees": apart <= TOLERANCE}
        if apart <= TOLERANCE:
            return Answer(content)
        self._distrust()
        reason = (
            f"what the browser replayed differed from autograd {in_words(apart)}; the kernel computes now."
        )
        return Answer(content, traits={"engine_reason": reason, "engine": "kernel"})
