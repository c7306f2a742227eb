"""A method's iteration: how it begins, goes on and ends, in mathematics that can be recorded; and who follows it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import autograd.numpy as anp
import numpy as np

from hesswidget.derivatives.objective import Objective
from hesswidget.derivatives.traced import COVERED, TracedFunction, TracedProblem
from hesswidget.descent.method import Method, State
from hesswidget.descent.outcome import (
    BROKE_DOWN,
    CONVERGED,
    ENDED,
    GOES_ON,
    NO_GRADIENT,
    NO_VALUE,
    STANDS_STILL,
)
from hesswidget.errors import ProblemError
from hesswidget.precision import EPS
from hesswidget.program.errors import InvalidProgram, NotRecorded
from hesswidget.program.executor import Executable
from hesswidget.program.program import Program
from hesswidget.second_derivative_test.stationarity import ROUNDINGS, norm_of

KNOWN = ("point", "value", "gradient", "gradient_norm", "bound", "cost", "status")
"""What every iteration's state has; a method's own entries are the others."""

FOR_THE_EYE = ("proposed", "tried")
"""What a step may say of itself besides; see `hesswidget.descent.method.Method`."""


@dataclass(frozen=True)
class Iteration:
    """A method with what it is held to.

    Attributes
    ----------
    method : Method
    held : dict
        Hyperparameters that stay as they are, by name; the others are parameters of the problem.
    names : dict of str
        What those are called there that have another name.
    tolerance : float
        It has converged where |∇f| is at most so much of what it was at the start, or at most what rounding the start
        changes it by.
    """

    method: Method
    held: Mapping[str, Any] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    tolerance: float = 1e-10

    def begin(self, f: TracedFunction, point: Any) -> dict[str, Any]:
        """Return the first state at a point."""
        value, gradient = f.value_and_gradient(point)
        known = {"point": point, "value": value, "gradient": gradient}
        own = self.method.init(f, known, self.hyperparameters(f))
        if "point" in own:
            point = own["point"]
            value, gradient = f.value_and_gradient(point)
        size, bound = norm_of(gradient), bound_of(f.gradient, point, gradient, self.tolerance)
        return {
            **known,
            **own,
            "value": value,
            "gradient": gradient,
            "gradient_norm": size,
            "bound": bound,
            "cost": anp.zeros(()),
            "status": status_of(value, gradient, size, bound),
        }

    def advance(self, f: TracedFunction, state: State) -> dict[str, Any]:
        """Return the state after one more step.

        Where the step is not finite, it is at no point: that ends the path before it.
        """
        moved = dict(self.stepped(f, state))
        spent = moved.pop("spent", self.method.cost(len(state["point"])))
        ends = moved.pop("ends", np.array(False))
        for name in FOR_THE_EYE:
            moved.pop(name, None)
        value, gradient = f.value_and_gradient(moved["point"])
        size = norm_of(gradient)
        status = status_of(value, gradient, size, state["bound"])
        status = anp.where(anp.logical_and(status == GOES_ON, _are_same(moved, state)), STANDS_STILL, status)
        status = anp.where(anp.logical_and(status == GOES_ON, ends), ENDED, status)
        return {
            **moved,
            "value": value,
            "gradient": gradient,
            "gradient_norm": size,
            "bound": state["bound"],
            "cost": state["cost"] + spent,
            "status": anp.where(_are_finite(moved["point"]), status, BROKE_DOWN),
        }

    def refuse_impure(self, f: TracedFunction, state: State) -> None:
        """Refuse a step that leads elsewhere when it is taken again, with a `ProblemError`."""
        with np.errstate(all="ignore"):
            one, other = (np.array(self.stepped(f, state)["point"]) for _ in range(2))
        is_left_over = object in (one.dtype, other.dtype)  # it keeps what was traced
        if is_left_over or not np.array_equal(one, other, equal_nan=True):
            raise ProblemError(
                f"{self.method.name} led from one point to two when it was called twice: a step may not remember what "
                f"it did before, nor draw at random. Record such an optimizer with hw.PathRecorder."
            )

    def stable_rate(self, f: TracedFunction, largest: Any) -> Any:
        """Return up to which rate the method is stable where this is the largest eigenvalue.

        NaN where nothing is known, and where no eigenvalue is positive.
        """
        if self.method.stable_rate is None:
            return np.nan * np.ones(())
        found = self.method.stable_rate(anp.where(largest > 0, largest, np.nan), self.hyperparameters(f))
        return found * anp.ones(())

    def best(self, f: TracedFunction, eigenvalues: Any) -> dict[str, Any]:
        """Return ``rate`` and ``momentum`` that converge fastest where the Hessian has these eigenvalues, ascending.

        NaN where nothing is known, and where an eigenvalue is not positive.
        """
        found = {"rate": np.nan, "momentum": np.nan}
        if self.method.best is not None:
            smallest = anp.where(eigenvalues[0] > 0, eigenvalues[0], np.nan)
            found |= self.method.best(smallest, eigenvalues[-1], self.hyperparameters(f))
        return {name: value * anp.ones(()) for name, value in found.items()}

    def model(self, f: TracedFunction, state: State) -> Any:
        """Return what the method takes for the Hessian, shape (n, n); None of a method that takes nothing for it."""
        if self.method.model_of is not None:
            return self.method.model_of(f, state, self.hyperparameters(f))
        model = None if self.method.model is None else state[self.method.model]
        return anp.diag(model) if anp.ndim(model) == 1 else model

    def stepped(self, f: TracedFunction, state: State) -> State:
        """Return what the method makes of a state, of which it sees its own entries and what is known of the point."""
        own = {name: x for name, x in state.items() if name not in KNOWN[3:]}
        return self.method.step(f, own, self.hyperparameters(f))

    def hyperparameters(self, f: TracedFunction) -> dict[str, Any]:
        """Return what the method is held to, or moved to."""
        names = [*self.method.hyperparameters, *(["line_search"] if self.method.line_search else [])]
        return {
            name: self.held[name] if name in self.held else f.values[self.names.get(name, name)]
            for name in names
        }

    def programs(self, traced: TracedProblem) -> tuple[Program, Program]:
        """Record `begin`, which takes ``point``, and `advance`, which takes a state and carries it.

        Raises
        ------
        NotRecorded
            If the function or the method cannot be written down.
        """
        start = traced.problem.start
        begin = traced.record(self.begin, point=start)
        state = Executable(begin)(point=start, parameters=[float(traced.values[a]) for a in traced.traced])
        state.pop(COVERED, None)

        def advance(f: TracedFunction, **state: Any) -> Mapping[str, Any]:
            return self.advance(f, state)

        return begin, traced.record(advance, tuple(state), **state)


def _are_finite(array: Any) -> Any:
    return anp.all(anp.isfinite(array))


def _are_same(moved: Mapping[str, Any], state: State) -> Any:
    """Whether a step has changed nothing at all: then no other one will."""
    same = anp.array(True)
    for name, x in moved.items():
        before = state[name]
        are_nan = anp.logical_and(x != x, before != before)  # as where a list is shorter than its array
        same = anp.logical_and(same, anp.all(anp.logical_or(x == before, are_nan)))
    return same


def bound_of(gradient_at: Callable[[Any], Any], start: Any, gradient: Any, tolerance: float) -> Any:
    """Return up to which |∇f| a path has converged that starts at a point with this gradient.

    That is a share of |∇f| at the start, whatever the units of f and of its variables are; or what rounding the start
    changes the gradient by, where that is more: a path may start where it ends. It is zero where the tolerance is.

    Examples
    --------
    >>> bound_of(lambda x: 2 * x, np.array([3.0, 4.0]), np.array([6.0, 8.0]), 1e-10)
    np.float64(1e-09)
    """
    if tolerance == 0:
        return 0.0 * norm_of(gradient)
    try:
        change = gradient_at(start * (1.0 + ROUNDINGS * EPS)) - gradient
    except NotRecorded:
        raise
    except Exception:  # beyond the end of its domain a function may raise what it likes
        change = 0.0 * gradient
    noise = anp.where(_are_finite(change), anp.max(anp.abs(change)), 0.0)
    return anp.maximum(norm_of(tolerance * gradient), noise)  # where |∇f| itself may overflow


def status_of(value: Any, gradient: Any, size: Any, bound: Any) -> Any:
    """Return whether a path ends at a point: where |∇f|, its size, is within the bound, or something is not finite.

    Examples
    --------
    >>> float(status_of(1.0, np.array([1e-11]), 1e-11, 1e-10)) == CONVERGED
    True
    """
    status = anp.where(size <= bound, CONVERGED, GOES_ON)
    status = anp.where(_are_finite(gradient), status, NO_GRADIENT)
    return anp.where(anp.isfinite(value), status, NO_VALUE)


class Runner:
    """Follows an iteration of a problem: by what was recorded of it, which is quicker, or else by autograd.

    Parameters
    ----------
    iteration : Iteration
    traced : TracedProblem
    recorded : pair of Executable, optional
        How it begins and goes on, as it was recorded.

    Attributes
    ----------
    raised : str
        What the last step raised where it broke down.
    """

    raised = ""

    def __init__(
        self,
        iteration: Iteration,
        traced: TracedProblem,
        recorded: tuple[Executable, Executable] | None = None,
    ) -> None:
        self._iteration, self._traced, self._recorded = iteration, traced, recorded

    @classmethod
    def of(cls, iteration: Iteration, traced: TracedProblem) -> Runner:
        """Record an iteration, if that is possible, and return who follows it."""
        try:
            begin, advance = iteration.programs(traced)
        except (NotRecorded, InvalidProgram, ProblemError):
            return cls(iteration, traced)
        return cls(iteration, traced, (Executable(begin), Executable(advance)))

    def states(self, point: np.ndarray, parameters: Mapping[str, Any], steps: int) -> Iterator[State]:
        """Yield the state at the start, and after each step, so many at most, until the path ends.

        The last may be at no finite point, where the method broke down.

        Raises
        ------
        ProblemError
            If the function cannot be evaluated at the start.
        """
        traced = self._traced.problem.traced_values(parameters)
        begin, go = self._by_autograd(traced, parameters)
        if self._recorded:
            begin, go = _by_programs(*self._recorded, traced, begin, go)
        state = begin(point)
        yield state
        for _ in range(steps):
            if state["status"] != GOES_ON:
                return
            state = go(state)
            yield state

    def _by_autograd(self, traced: np.ndarray, parameters: Mapping[str, Any]) -> tuple[Begin, Advance]:
        def begin(point: np.ndarray) -> State:
            with Objective(self._traced.problem, parameters).in_sentences(), np.errstate(all="ignore"):
                return _numbers(self._iteration.begin(TracedFunction(self._traced, traced), point))

        def advance(state: State) -> State:
            try:
                with np.errstate(all="ignore"):
                    return _numbers(self._iteration.advance(Anywhere(self._traced, traced), state))
            except np.linalg.LinAlgError as error:
                self.raised = str(error)
            except ProblemError as error:
                if state["cost"] == 0:  # a step that fails at once is none
                    raise
                self.raised = str(error)
            return {**state, "status": np.array(BROKE_DOWN)}

        return begin, advance


Begin = Callable[[np.ndarray], State]
Advance = Callable[[State], State]


def _by_programs(
    begin: Executable, advance: Executable, traced: np.ndarray, begins: Begin, goes: Advance
) -> tuple[Begin, Advance]:
    """Return the same as `begins` and `goes` by programs, where these know the path that the function takes."""

    def begun(point: np.ndarray) -> State:
        state = begin(point=point, parameters=traced)
        return state if state.pop(COVERED, 1.0) > 0 else begins(point)

    def gone(before: State) -> State:
        state = advance(**before, parameters=traced)
        return state if state.pop(COVERED, 1.0) > 0 else goes(before)

    return begun, gone


class Anywhere(TracedFunction):
    """A function with its derivatives, NaN where it raises, as outside of its domain."""

    def value(self, point: Any) -> Any:
        """Return f, or NaN."""
        return self._or_nan(super().value, np.nan, point)

    def value_and_gradient(self, point: Any) -> tuple[Any, Any]:
        """Return f and ∇f, or NaN."""
        undefined = np.nan, np.full(len(point), np.nan)
        found: tuple[Any, Any] = self._or_nan(super().value_and_gradient, undefined, point)
        return found

    def hvp(self, point: Any, vector: Any) -> Any:
        """Return ∇²f · vector, or NaN."""
        return self._or_nan(super().hvp, np.full(len(point), np.nan), point, vector)

    def ggnvp(self, point: Any, vector: Any) -> Any:
        """Return G · vector, or NaN."""
        return self._or_nan(super().ggnvp, np.full(len(point), np.nan), point, vector)

    @staticmethod
    def _or_nan(compute: Callable[..., Any], undefined: Any, *arguments: Any) -> Any:
        try:
            return compute(*arguments)
        except Exception:  # a function may raise what it likes there
            return undefined


def _numbers(state: State) -> State:
    return {name: np.asarray(array, dtype=float) for name, array in state.items()}
