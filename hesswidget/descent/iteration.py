"""A method's iteration: how it begins, goes on and ends, in mathematics that can be recorded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import autograd.numpy as anp
import numpy as np

from hesswidget.derivatives.traced import COVERED, TracedFunction, TracedProblem
from hesswidget.descent import standing
from hesswidget.descent.method import Method, State
from hesswidget.descent.outcome import BROKE_DOWN, ENDED, STANDS_STILL, goes_on
from hesswidget.descent.standing import AT_START, GROWTH
from hesswidget.errors import ProblemError
from hesswidget.program.executor import Executable
from hesswidget.program.program import Program

KNOWN = ("point", "value", "gradient", "gradient_norm", AT_START, GROWTH, "cost", "status")
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
        See `hesswidget.descent.standing.begun`.
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
        return {
            **known,
            **own,
            "value": value,
            "gradient": gradient,
            "cost": anp.zeros(()),
            **standing.begun(f.gradient, point, value, gradient, self.tolerance),
        }

    def advance(self, f: TracedFunction, state: State, after: TracedFunction | None = None) -> dict[str, Any]:
        """Return the state after one more step; f and ∇f there are those of `after`, where it differs from `f`.

        Where the step is not finite, it is at no point: that ends the path before it.
        """
        moved = dict(self.stepped(f, state))
        spent = moved.pop("spent", self.method.cost(len(state["point"])))
        ends = moved.pop("ends", np.array(False))
        for name in FOR_THE_EYE:
            moved.pop(name, None)
        value, gradient = (after or f).value_and_gradient(moved["point"])
        stands = standing.went(state, value, gradient)
        status = stands["status"]
        status = anp.where(anp.logical_and(goes_on(status), _are_same(moved, state)), STANDS_STILL, status)
        status = anp.where(anp.logical_and(goes_on(status), ends), ENDED, status)
        return {
            **moved,
            "value": value,
            "gradient": gradient,
            "cost": state["cost"] + spent,
            **stands,
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

    def threshold(self, f: TracedFunction, state: State) -> Any:
        """Return the largest eigenvalue at which a step is stable; see `Method.threshold`."""
        return self.method.threshold(state, self.hyperparameters(f)) * anp.ones(())

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
        f, state = self.taken_on(f, state)
        if self.method.model_of is not None:
            return self.method.model_of(f, state, self.hyperparameters(f))
        model = None if self.method.model is None else state[self.method.model]
        return anp.diag(model) if anp.ndim(model) == 1 else model

    def taken_on(self, f: TracedFunction, state: State) -> tuple[TracedFunction, State]:
        """Return the function that a step from a state is taken on, and the state as it is by that: here the same."""
        return f, state

    def stepped(self, f: TracedFunction, state: State) -> State:
        """Return what the method makes of a state, of which it sees its own entries and what is known of the point."""
        f, state = self.taken_on(f, state)
        own = {name: x for name, x in state.items() if name not in KNOWN[3:]}
        return self.method.step(f, own, self.hyperparameters(f))

    def hyperparameters(self, f: TracedFunction) -> dict[str, Any]:
        """Return what the method is held to, or moved to."""
        return {
            name: self.held[name] if name in self.held else f.values[self.names.get(name, name)]
            for name in self.method.names
        }

    def programs(self, traced: TracedProblem) -> tuple[Program, Program]:
        """Record `begin`, which takes ``point``, and `advance`, which takes a state and carries it.

        Raises
        ------
        NotRecorded
            If the function or the method cannot be written down.
        """
        begin = traced.record(self.begin, point=traced.problem.start)
        state = first_state(begin, traced)

        def advance(f: TracedFunction, **state: Any) -> Mapping[str, Any]:
            return self.advance(f, state)

        return begin, traced.record(advance, tuple(state), **state)


def first_state(begin: Program, traced: TracedProblem) -> dict[str, Any]:
    """Return the state at the start, by what was recorded of `Iteration.begin`: an example of what goes into a step."""
    state = Executable(begin)(point=traced.problem.start, parameters=traced.example)
    state.pop(COVERED, None)
    return state


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
