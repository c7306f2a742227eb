"""What an explorer computes for each picture: a page by a program, or the kernel; and how the two are compared."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol

import numpy as np

from hesswidget.derivatives.comparison import Derivatives
from hesswidget.derivatives.objective import Objective
from hesswidget.derivatives.traced import TracedFunction, TracedProblem
from hesswidget.errors import ProblemError
from hesswidget.explorers.questions import Answer, Numbers, Parameters, Point, Question
from hesswidget.explorers.replay import Recorded
from hesswidget.explorers.view_state import ViewState
from hesswidget.landscape.sampler import Slice
from hesswidget.problem.problem import Problem
from hesswidget.program.program import Program
from hesswidget.program.records import Outputs, by_name


class Computation(Protocol):
    """What a view shows of a state. Twin of ``frontend/engine/computation.ts``.

    Among its arrays are ``value``, ``gradient`` and ``hessian``: derivatives of the function, or of what the view makes
    of it. They are what a page claims and autograd verifies.

    Attributes
    ----------
    name : str
        Of the program, and of the question by which a front end asks the kernel for the same.
    claims : dict of Numbers
        The three by name, in the order in which a page sends them.
    widths : ndarray, shape (k,)
        How far each variable of these derivatives ranges.
    """

    @property
    def name(self) -> str:
        """See above."""
        ...

    @property
    def claims(self) -> Mapping[str, Numbers]:
        """See above."""
        ...

    @property
    def widths(self) -> np.ndarray:
        """See above."""
        ...

    def inputs(self, point: np.ndarray) -> dict[str, np.ndarray]:
        """Return what the program takes of a point, besides ``parameters``."""
        ...

    def exact(self, point: np.ndarray, parameters: Mapping[str, Any]) -> Derivatives | None:
        """Compute the claims by autograd; None outside the function's domain, where it raises."""
        ...

    def rounding(self, exact: Derivatives, parameters: Mapping[str, Any]) -> Derivatives | None:
        """Measure what rounding may do to them, where that can be."""
        ...

    @property
    def saved_with(self) -> str:
        """What is to be said of its saved pictures; empty where they show all."""
        ...

    def compute(
        self,
        point: np.ndarray,
        parameters: Mapping[str, Any],
        shown: Problem,
        seen: ViewState | None = None,
    ) -> dict[str, np.ndarray]:
        """Return the arrays, by what was recorded or by autograd; raise `ProblemError` where there are none.

        `shown` is the problem with the ranges that the sliders have on screen, `seen` how it is looked at.
        """
        ...

    def landscape_at(
        self,
        point: np.ndarray,
        parameters: Mapping[str, Any],
        shown: Problem,
        seen: ViewState | None = None,
    ) -> Slice | None:
        """Sample what is shown around a point besides, as finely as it is saved; None where that is nothing."""
        ...


@dataclass(frozen=True, eq=False)
class AtPoint:
    """A `Computation` whose program takes the point and the parameters alone.

    Attributes
    ----------
    problem : Problem
    recorded : Recorded
    name : str
    build : callable
        ``build(f, point)`` returns arrays by name, as `TracedProblem.record` has it; with numbers in the place of what
        is traced autograd computes the same.
    widths : ndarray, shape (k,)
    shape : tuple of int
        What stands before the variables in the shapes of the claims: ``value`` has the shape ``shape``, ``gradient``
        ``(*shape, k)``, ``hessian`` ``(*shape, k, k)``.
    """

    problem: Problem
    recorded: Recorded
    name: str
    build: Callable[[TracedFunction, Any], Outputs]
    widths: np.ndarray
    shape: tuple[int, ...] = ()

    @property
    def claims(self) -> dict[str, Numbers]:
        """See `Computation`."""
        k = len(self.widths)
        shapes = {"value": self.shape, "gradient": (*self.shape, k), "hessian": (*self.shape, k, k)}
        return {name: Numbers(shape) for name, shape in shapes.items()}

    @property
    def question(self) -> Question:
        """The question by which a front end asks for the arrays."""
        return Question(self.name, self._answer, {"parameters": Parameters()}, {"point": Point()})

    def program(self, traced: TracedProblem) -> Program:
        """Record it; raise `NotRecorded` where it cannot be written down."""
        return traced.record(self.build, point=traced.problem.start)

    def inputs(self, point: np.ndarray) -> dict[str, np.ndarray]:
        """See `Computation`."""
        return {"point": point}

    def exact(self, point: np.ndarray, parameters: Mapping[str, Any]) -> Derivatives | None:
        """See `Computation`."""
        try:
            found = self._by_autograd(point, parameters)
        except ProblemError:
            return None
        return Derivatives(point, *(found[claim] for claim in self.claims))

    def rounding(self, exact: Derivatives, parameters: Mapping[str, Any]) -> None:
        """See `Computation`."""

    saved_with: ClassVar[str] = ""

    def compute(
        self,
        point: np.ndarray,
        parameters: Mapping[str, Any],
        shown: Problem | None = None,
        seen: ViewState | None = None,
    ) -> dict[str, np.ndarray]:
        """See `Computation`."""
        found = self.recorded.run(self.name, parameters, point=point)
        return self._by_autograd(point, parameters) if found is None else found

    def landscape_at(
        self,
        point: np.ndarray,
        parameters: Mapping[str, Any],
        shown: Problem,
        seen: ViewState | None = None,
    ) -> None:
        """See `Computation`."""

    def _by_autograd(self, point: np.ndarray, parameters: Mapping[str, Any]) -> dict[str, np.ndarray]:
        f = TracedFunction.of_problem(self.problem, parameters)
        with Objective(self.problem, parameters).in_sentences(), np.errstate(all="ignore"):
            return {
                name: np.asarray(array, dtype=float) for name, array in by_name(self.build(f, point)).items()
            }

    def _answer(self, parameters: Mapping[str, Any], point: np.ndarray) -> Answer:
        return Answer.of(self.compute(point, parameters))
