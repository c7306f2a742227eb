"""Who follows a method's iteration: by what was recorded of it, which is quicker, or else by autograd."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np

from hesswidget.derivatives.objective import Objective
from hesswidget.derivatives.traced import COVERED, TracedFunction, TracedProblem
from hesswidget.descent.iteration import Iteration
from hesswidget.descent.method import State
from hesswidget.descent.outcome import BROKE_DOWN, goes_on
from hesswidget.errors import ProblemError
from hesswidget.program.errors import InvalidProgram, NotRecorded
from hesswidget.program.executor import Executable


class Runner:
    """Follows an iteration of a problem.

    Parameters
    ----------
    iteration : Iteration
    traced : TracedProblem
    recorded : pair of Executable, optional
        How it begins and goes on, as it was recorded.
    from_anywhere : bool
        Whether a start at which the function raises, or a first step that cannot be taken, is a path that ends there
        as any other, in place of a `ProblemError`.

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
        *,
        from_anywhere: bool = False,
    ) -> None:
        self._iteration, self._traced, self._recorded = iteration, traced, recorded
        self._from_anywhere = from_anywhere

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
            As `begin` and `advance` do.
        """
        traced = self._traced.problem.traced_values(parameters)
        state = self.begin(point, traced)
        yield state
        for _ in range(steps):
            if not goes_on(state["status"]):
                return
            state = self.advance(state, traced)
            yield state

    def begin(self, point: np.ndarray, traced: np.ndarray) -> State:
        """Return the state at a start, at values of the traced parameters.

        Raises
        ------
        ProblemError
            If the function cannot be evaluated there, unless a path may start anywhere.
        """
        if self._recorded:
            state = self._recorded[0](point=point, parameters=traced)
            if state.pop(COVERED, 1.0) > 0:
                return state
        f = (Anywhere if self._from_anywhere else TracedFunction)(self._traced, traced)
        with Objective(self._traced.problem, f.values).in_sentences(), np.errstate(all="ignore"):
            return _numbers(self._iteration.begin(f, point))

    def advance(self, state: State, traced: np.ndarray) -> State:
        """Return the state after one more step; by programs, where these know the path that the function takes.

        Raises
        ------
        ProblemError
            If the first step cannot be taken, unless a path may start anywhere.
        """
        if self._recorded:
            moved = self._recorded[1](**state, parameters=traced)
            if moved.pop(COVERED, 1.0) > 0:
                return moved
        try:
            with np.errstate(all="ignore"):
                return _numbers(self._iteration.advance(Anywhere(self._traced, traced), state))
        except np.linalg.LinAlgError as error:
            self.raised = str(error)
        except ProblemError as error:
            if state["cost"] == 0 and not self._from_anywhere:  # a step that fails at once is none
                raise
            self.raised = str(error)
        return {**state, "status": np.array(BROKE_DOWN)}


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
