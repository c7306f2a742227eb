"""All that a method knew at each step, for tests: `hw.minimize` keeps but a part of it."""

from collections.abc import Callable
from typing import Any

import autograd.numpy as np

from hesswidget.derivatives.control_flow import over_rows, scan
from hesswidget.derivatives.traced import TracedFunction, TracedProblem
from hesswidget.descent.iteration import Iteration
from hesswidget.descent.methods import METHODS
from hesswidget.descent.runner import Runner
from hesswidget.problem.problem import Problem
from hesswidget.program.executor import Executable


def function_of(f: Callable[..., Any], point: Any) -> TracedFunction:
    """Return a function with its derivatives, as a method is given it."""
    return TracedFunction(TracedProblem.of(Problem.at(f, point, None, {})), np.zeros(0))


def states_of(
    f: Callable[..., Any], start: Any, method: str, steps: int, **given: Any
) -> list[dict[str, Any]]:
    chosen = METHODS[method]
    held = {**chosen.hyperparameters, "line_search": chosen.line_search, **given}
    traced = TracedProblem.of(Problem.at(f, start, None, {}))
    runner = Runner(Iteration(chosen, held, 0.0), traced)
    return list(runner.states(traced.problem.start, {}, steps))


def ends(f: Callable[..., Any], starts: Any, method: str, steps: int, **columns: Any) -> Any:
    """Return where a method is after so many steps from each of many starts, recorded and run all at once.

    `columns` are hyperparameters with a value for each start.
    """
    chosen = METHODS[method]
    held = {**chosen.hyperparameters, "line_search": "none"}
    traced = TracedProblem.of(Problem.at(f, starts[0], None, {}))

    def follow(point: Any, own: Any, parameters: Any) -> Any:
        f = TracedFunction(traced, parameters)
        first = Iteration(chosen, held).begin(f, point)
        names = [
            name for name in first if name not in ("gradient_norm", "at_start", "growth", "cost", "status")
        ]

        def advance(*carry: Any) -> tuple[Any, ...]:
            state, own, parameters = dict(zip(names, carry, strict=False)), *carry[-2:]
            f = TracedFunction(traced, parameters)
            moved = {**chosen.step(f, state, {**held, **{name: own[k] for k, name in enumerate(columns)}})}
            value, gradient = f.value_and_gradient(moved["point"])
            moved = {**moved, "value": value, "gradient": gradient}
            return tuple(moved[name] for name in names)

        carry = [np.ones(()) * first[name] for name in names]
        return scan(advance, carry, shared=(own, parameters), length=steps)[names.index("point")]

    def build(f: TracedFunction, starts: Any, own: Any) -> dict[str, Any]:
        return {"ends": over_rows(follow, starts, own, shared=(f.parameters,))}

    own = np.stack([*columns.values(), np.zeros(len(starts))], axis=1)
    program = Executable(traced.record(build, starts=starts, own=own))
    with np.errstate(all="ignore"):
        return program(starts=starts, own=own, parameters=np.zeros(0))["ends"]
