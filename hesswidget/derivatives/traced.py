"""A problem whose parameters are traced: what a program computes from its derivatives is said by who builds it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import autograd.numpy as anp
import numpy as np

from hesswidget.derivatives.branches.known_paths import KnownPaths
from hesswidget.derivatives.branches.paths import Branches, branch_beside, covered, merged
from hesswidget.derivatives.branches.places import places
from hesswidget.derivatives.control_flow import over_rows
from hesswidget.derivatives.gauss_newton import gauss_newton_factor, gauss_newton_product
from hesswidget.derivatives.objective import Objective
from hesswidget.derivatives.recorder import is_recorded, record
from hesswidget.derivatives.switches.sides import NOISE
from hesswidget.problem.composite import Composite
from hesswidget.problem.problem import Problem
from hesswidget.program.errors import InvalidProgram, NotRecorded
from hesswidget.program.program import Program
from hesswidget.program.records import Outputs, by_name

COVERED = "covered"


@dataclass(frozen=True)
class TracedProblem:
    """A problem, and which of its parameters are inputs of the programs that are recorded of it.

    Attributes
    ----------
    problem : Problem
    traced : tuple of str
        The parameters that become the programs' input ``parameters``, in order.
    values : dict
        A value of every parameter: of a traced one an example, of any other the static one that programs are recorded
        with.
    branches : KnownPaths
        The paths that the function takes, once it is known to branch on values.

    Examples
    --------
    >>> problem = Problem.over_ranges(lambda x, a=2.0: a * x**2, None, None, {"x": (0, 1), "a": (1, 3)})
    >>> program = TracedProblem.of(problem).record(lambda f, point: {"f": f.value(point)}, point=problem.start)
    >>> [name for name, _ in program.inputs], [name for name, _ in program.outputs]
    (['point', 'parameters'], ['f'])
    """

    problem: Problem
    traced: tuple[str, ...]
    values: Mapping[str, Any]
    branches: KnownPaths = field(default_factory=KnownPaths, compare=False, repr=False)

    @classmethod
    def of(cls, problem: Problem, values: Mapping[str, Any] | None = None) -> TracedProblem:
        """Trace the parameters that move over the real numbers; the others are at `values`, by default the start's."""
        return cls(problem, problem.traced_names, problem.parameters if values is None else values)

    @property
    def static(self) -> dict[str, Any]:
        """The values of the parameters that can be moved and are not traced."""
        return {a: self.values[a] for a in self.problem.movable if a not in self.traced}

    @property
    def example(self) -> np.ndarray:
        """The traced parameters at their values, as the programs' input ``parameters`` has them."""
        return np.array([float(self.values[a]) for a in self.traced])

    def valued(self, parameters: Any) -> dict[str, Any]:
        """Return the values of all parameters by name, the traced ones from the programs' input."""
        return {**self.values, **{a: parameters[k] for k, a in enumerate(self.traced)}}

    def fits(self, parameters: Mapping[str, Any]) -> bool:
        """Whether what is recorded holds for these parameters: the static ones are the same."""
        movable = self.problem.movable
        return all(movable[a].to_wire(parameters[a]) == movable[a].to_wire(v) for a, v in self.static.items())

    def record(self, build: Callable[..., Outputs], carry: Sequence[str] = (), /, **examples: Any) -> Program:
        """Record what `build` computes of the problem's function.

        Parameters
        ----------
        build : callable
            ``build(f, **inputs)`` returns arrays by name, the program's outputs, in a mapping or a record; `f` is a
            `TracedFunction`.
        carry : sequence of str
            For a step of something: the outputs that are the inputs of the same name at the next step.
        **examples : array_like
            For each input an example, which says its shape. The program has one more, ``parameters``, the last.

        Raises
        ------
        NotRecorded
            If the function cannot be written down.

        Notes
        -----
        Of a function that branches on values a program with an input ``point`` has one more output, ``covered``: 0
        where the function takes a path that is not among those that were found, −1 where it raises something, and else
        1. Where it is not 1 the others are NaN. Of a step it is so at the point to which it leads.
        """

        def built(parameters: Any, **inputs: Any) -> Outputs:
            f = TracedFunction(self, parameters)
            outputs = build(f, **inputs)
            found = by_name(outputs)
            place = found.get("point", 0.0) if carry else inputs.get("point", 0.0)
            if not self.branches.paths or np.shape(place) != np.shape(self.problem.start):
                return outputs
            return {**found, COVERED: f.covered(place)}

        try:
            return record(built, carry, **examples, parameters=self.example)
        except Branches:
            if self.branches.paths:
                raise
        self.branches.find(self.run, places(self.problem, self.traced))
        return record(built, carry, **examples, parameters=self.example)

    def run(self, point: Any, parameters: Any) -> Any:
        """Return f at a point and values of the traced parameters, an array of them."""
        return TracedFunction(self, parameters).value(point)

    def record_or_none(self, build: Callable[..., Outputs], /, **examples: Any) -> Program | None:
        """Record as `record` does; None of a function that cannot be written down."""
        try:
            return self.record(build, **examples)
        except (NotRecorded, InvalidProgram):
            return None


@dataclass(frozen=True)
class TracedFunction:
    """The function of a traced problem and its derivatives, at traced parameters.

    Attributes
    ----------
    traced : TracedProblem
    parameters : array
        The values of the traced parameters.
    """

    traced: TracedProblem
    parameters: Any

    @classmethod
    def of_problem(cls, problem: Problem, values: Mapping[str, Any] | None = None) -> TracedFunction:
        """Return a problem's function at values of its parameters, by default the start's."""
        traced = TracedProblem.of(problem, values)
        return cls(traced, problem.traced_values(traced.values))

    def at(self, parameters: Any) -> TracedFunction:
        """Return the function at other parameters: within `over_rows` and `scan` at those that they hand in."""
        return replace(self, parameters=parameters)

    def __call__(self, point: Any) -> Any:
        """Return f, a scalar."""
        return self.value(point)

    def value(self, point: Any) -> Any:
        """Return f, a scalar."""
        return self._on_paths(point, lambda f: (f(point),), (np.nan,))[0]

    def gradient(self, point: Any) -> Any:
        """Return ∇f, shape (n,)."""
        return self.value_and_gradient(point)[1]

    def value_and_gradient(self, point: Any) -> tuple[Any, Any]:
        """Return f and ∇f."""
        backend = self._objective.backend
        undefined = (np.nan, np.full(np.shape(point), np.nan))
        return self._on_paths(point, lambda f: backend.value_and_gradient(f, point), undefined)

    def hvp(self, point: Any, vector: Any) -> Any:
        """Return ∇²f · vector, shape (n,)."""
        backend = self._objective.backend
        undefined = (np.full(np.shape(point), np.nan),)
        return self._on_paths(point, lambda f: (backend.hvp(f, point, vector),), undefined)[0]

    def covered(self, point: Any) -> Any:
        """Return whether the path that the function takes is known, 1 or 0; and −1 where it raises something."""
        return covered(self.traced.branches.paths, self._objective, point)

    def branch_beside(self, point: Any) -> Any:
        """Return the line of a branch whose other way is within the point's rounding; 0 where there is none.

        That is looked for at four places around the point, each of its coordinates moved by up to `NOISE` of its size
        and its range. A line that is not known is −1.
        """
        paths, problem = self.traced.branches.paths, self.traced.problem
        if not paths or not is_recorded(point):
            return 0.0
        draws = np.random.default_rng(0).uniform(-1.0, 1.0, (2, len(problem.start)))
        draws += np.sign(draws)
        sizes = NOISE / 2 * (anp.abs(point) + np.max(np.abs(problem.box), axis=0))
        return branch_beside(paths, self._objective, point, (sizes * d for d in (*draws, *-draws)))

    def _on_paths(
        self,
        point: Any,
        compute: Callable[[Any], Any],
        undefined: Any,
        of: Callable[[Any], Any] | None = None,
    ) -> Any:
        """Compute from the function, or from another `of` the point, on each path that is known."""
        paths, function = self.traced.branches.paths, of or self._objective
        if not paths or not (is_recorded(point) or is_recorded(self.parameters)):
            return compute(function)
        return merged(paths, function, compute, undefined)

    def hessian(self, point: Any) -> Any:
        """Return ∇²f, shape (n, n), row by row: not symmetrised."""
        return self.hvps(point, np.eye(len(self.traced.problem.start)))

    def hvps(self, point: Any, vectors: Any) -> Any:
        """Return ∇²f · vector for each of the vectors, shape (k, n)."""
        return over_rows(
            lambda vector, point, parameters: self.at(parameters).hvp(point, vector),
            vectors,
            shared=(point, self.parameters),
        )

    @property
    def is_composite(self) -> bool:
        """Whether the function says what it is made of, so that it has a Gauss–Newton matrix."""
        return isinstance(self.traced.problem.arguments.function, Composite)

    def ggnvp(self, point: Any, vector: Any) -> Any:
        """Return G · vector of the Gauss–Newton matrix of a composite function, shape (n,)."""

        def product(point: Any) -> Any:
            return gauss_newton_product(self._objective, point, vector)

        undefined = (np.full(np.shape(point), np.nan),)
        return self._on_paths(point, lambda on_path: (on_path(point),), undefined, product)[0]

    def ggn_factor(self, point: Any) -> Any:
        """Return A with ``AᵀA`` the Gauss–Newton matrix, of outputs that are each in a term of their own; see there."""

        def factor(point: Any) -> Any:
            return gauss_newton_factor(self._objective, point)

        undefined = (np.nan,)
        return self._on_paths(point, lambda on_path: (on_path(point),), undefined, factor)[0]

    def ggn(self, point: Any) -> Any:
        """Return the Gauss–Newton matrix of a composite function, shape (n, n): n products."""
        return over_rows(
            lambda vector, point, parameters: self.at(parameters).ggnvp(point, vector),
            np.eye(len(self.traced.problem.start)),
            shared=(point, self.parameters),
        )

    def derivatives(self, point: Any) -> tuple[Any, Any, Any]:
        """Return f, ∇f and ∇²f."""
        hessian = self.hessian(point)
        return (*self.value_and_gradient(point), hessian)

    @property
    def values(self) -> dict[str, Any]:
        """The values of all parameters by name, the traced ones as they are traced."""
        return self.traced.valued(self.parameters)

    @property
    def _objective(self) -> Objective:
        return Objective(self.traced.problem, self.values)
