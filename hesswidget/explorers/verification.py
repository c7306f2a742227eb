"""What a page has computed itself, compared with autograd."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from hesswidget.derivatives.comparison import TOLERANCE, Derivatives, in_words, relative_error
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
        error = math.inf if exact is None else relative_error(claimed, exact, self._computation.widths)
        # An error that is not finite travels as null, as JSON has no such number.
        content = {"deviation": error if math.isfinite(error) else None, "agrees": error <= TOLERANCE}
        if error <= TOLERANCE:
            return Answer(content)
        self._distrust()
        reason = (
            f"what the browser replayed differed from autograd {in_words(error)}; the kernel computes now."
        )
        return Answer(content, traits={"engine_reason": reason, "engine": "kernel"})
