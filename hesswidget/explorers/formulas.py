"""The Hessian's formulas for a front end: written out when somebody points at an entry, once for each setting."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hesswidget.derivatives.traced import TracedProblem
from hesswidget.errors import ProblemError
from hesswidget.explorers.moment import Moment
from hesswidget.explorers.questions import Answer, Parameters, Question
from hesswidget.explorers.replay import Recorded
from hesswidget.expressions import MOST_VARIABLES, Expressions, expressions, mathml
from hesswidget.problem.problem import Problem
from hesswidget.progress import Progress


class Formulas:
    """Writes a problem's formulas out, and keeps them.

    Attributes
    ----------
    question : Question
        By which a front end asks for the Hessian's entries, row by row.
    """

    def __init__(self, problem: Problem, recorded: Recorded) -> None:
        self._problem, self._recorded = problem, recorded
        self._known: dict[str, Expressions | ProblemError] = {}
        self.question = Question(
            "formula",
            self._answer,
            {"parameters": Parameters()},
            is_job=True,
            saved=self._saved,
            holds_for_traced=True,
        )

    def at(self, parameters: Mapping[str, Any]) -> Expressions:
        """Return the formulas in the setting of some parameters; raise `ProblemError` where there are none."""
        traced = self._traced(parameters)
        key = self._key(traced)
        if key not in self._known:
            try:
                self._known[key] = expressions(traced)
            except ProblemError as error:
                self._known[key] = error
        found = self._known[key]
        if isinstance(found, ProblemError):
            raise found
        return found

    def _traced(self, parameters: Mapping[str, Any]) -> TracedProblem:
        known = self._recorded.at(parameters)
        return known.traced if known else TracedProblem.of(self._problem, parameters)

    @staticmethod
    def _key(traced: TracedProblem) -> str:
        paths = len(traced.branches.paths)
        wire = {a: traced.problem.movable[a].to_wire(value) for a, value in traced.static.items()}
        return repr((paths, wire))

    def _answer(self, parameters: Mapping[str, Any], progress: Progress) -> Answer:
        return Answer({"cells": [mathml(entry) for entry in self.at(parameters).hessian]})

    def _saved(self, moment: Moment, thorough: bool) -> Answer | None:
        """Keep them in a page; in an output if they are known, since SymPy takes long to load."""
        is_known = self._key(self._traced(moment.parameters)) in self._known
        if not (thorough or is_known) or len(moment.point) > MOST_VARIABLES:
            return None
        try:
            return Answer({"cells": [mathml(entry) for entry in self.at(moment.parameters).hessian]})
        except ProblemError:
            return None
