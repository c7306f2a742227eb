"""Who follows a method's iteration: by what was recorded of it, which is quicker, or else by autograd."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np

from hesswidget.derivatives.objective import Objective
from hesswidget.derivatives.traced import COVERED, TracedFunction, TracedProblem
from hesswidget.descent.iteration import Iteration
from hesswidget.descent.method import State
from hesswidget.descent.outcome import BROKE_DOWN, GOES_ON
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
