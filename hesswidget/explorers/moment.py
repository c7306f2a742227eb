"""Where an explorer stands at one moment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from hesswidget.curvature import Curvature, curvature_at
from hesswidget.derivatives.objective import Objective
from hesswidget.errors import ProblemError
from hesswidget.explorers.view_state import ViewState
from hesswidget.problem.controls import FORMULA
from hesswidget.problem.problem import Problem
from hesswidget.second_derivative_test.tolerances import Tolerances
from hesswidget.wording import number


@dataclass(frozen=True, eq=False)
class Moment:
    """Where an explorer stands, read whole; what moves meanwhile does not change it.

    Attributes
    ----------
    problem : Problem
    tolerances : Tolerances
    point : ndarray, shape (n,)
    parameters : dict
    view_state : ViewState
    widened : Problem, optional
        The same with wider ranges, where Python set the point beyond those that were given.
    trail : ndarray, shape (k, n)
    """

    problem: Problem
    tolerances: Tolerances
    point: np.ndarray
    parameters: Mapping[str, Any]
    view_state: ViewState = field(default_factory=ViewState)
    widened: Problem | None = None
    trail: np.ndarray = field(default_factory=lambda: np.empty((0, 0)))

    @property
    def shown(self) -> Problem:
        """The problem with the ranges that are on screen."""
        return self.widened or self.problem

    @property
    def name(self) -> str:
        """What the function is called."""
        return self.problem.called(self.parameters)

    @property
    def listed(self) -> dict[str, Any]:
        """The parameters, as they are listed beside that name."""
        return {a: value for a, value in self.parameters.items() if a != FORMULA}

    @cached_property
    def curvature(self) -> Curvature:
        """Value, gradient, Hessian, eigenvalues and class there."""
        return curvature_at(Objective(self.problem, self.parameters), self.point, self.tolerances)

    def text(self) -> str:
        """Say in a line what is known there, or why nothing is."""
        try:
            said: Any = self.curvature.sentence
        except ProblemError as error:
            said = error
        parameters = ", ".join(
            f"{a} = {number(v, 6) if isinstance(v, float) else repr(v)[:40]}" for a, v in self.listed.items()
        )
        return f"Hessian of {self.name} {said}{f' ({parameters})' if parameters else ''}"
