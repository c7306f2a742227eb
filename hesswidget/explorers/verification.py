"""What a page has computed itself, compared with autograd."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from hesswidget.derivatives.comparison import TOLERANCE, Derivatives, deviation, in_words
from hesswidget.explorers.computation import Computation
from hesswidget.explorers.questions import Answer, Parameters, Point, Question


class Verification:
    """Judges claims of a front end; after a wrong one the kernel computes.

    Parameters
    ----------
    computation : Computation
    distrust : callable
        Called when a claim was wrong.

    Attributes
    ----------
    question : Question
    """

    def __init__(self, computation: Computation, distrust: Callable[[], None]) -> None:
        self._computation, self._distrust = computation, distrust
        self.question = Question(
            "verify", self._verify, {"parameters": Parameters()}, {"point": Point(), **computation.claims}
        )

    def _verify(self, parameters: Mapping[str, Any], point: np.ndarray, **claims: np.ndarray) -> Answer:
        exact = self._computation.exact(point, parameters)
        claimed = Derivatives(point, **claims)
        apart = math.inf if exact is None else deviation(claimed, exact, self._computation.widths)
        # A deviation that is not finite travels as null, as JSON has no such number.
        content = {"deviation": apart if math.isfinite(apart) else None, "agrees": apart <= TOLERANCE}
        if apart <= TOLERANCE:
            return Answer(content)
        self._distrust()
        reason = (
            f"what the browser replayed differed from autograd {in_words(apart)}; the kernel computes now."
        )
        return Answer(content, traits={"engine_reason": reason, "engine": "kernel"})
