"""`hw.minimize`: one method from one start, its path as data."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from hesswidget.derivatives.objective import Objective
from hesswidget.derivatives.traced import TracedFunction, TracedProblem
from hesswidget.descent.method import Method
from hesswidget.descent.methods import METHODS
from hesswidget.descent.path import Path
from hesswidget.errors import ProblemError, nearest
from hesswidget.precision import not_negative
from hesswidget.problem.problem import Problem
from hesswidget.program.errors import InvalidProgram, NotRecorded
from hesswidget.program.executor import Executable
from hesswidget.program.program import Program
from hesswidget.wording import number

MAX_STEPS = 100_000
KEYWORDS = ("over", "method", "steps", "tolerance")

Step = Callable[[Mapping[str, Any]], Mapping[str, Any]]


def methods() -> tuple[Method, ...]:
    """List the descent methods, each with its ``name``, ``source``, ``hyperparameters`` and ``cost(n)``.

    Examples
    --------
    >>> [m.name for m in methods()][:3], methods()[0].hyperparameters
    (['gradient-descent', 'silver', 'barzilai-borwein'], {'rate': 0.01})
    """
    return tuple(METHODS.values())


def minimize(
    function: Any,
    start: Any = None,
    /,
    *,
    method: str = "newton",
    steps: int = 100,
    tolerance: float = 1e-10,
    over: str | Sequence[str] | None = None,
    **given: Any,
) -> Path:
    """Follow a descent method, and return its whole path.

    Parameters
    ----------
    function : callable or str
        As for `hesswidget.curvature`.
    start : tuple or array_like, optional
        Where to start, the variables by position.
    method : str
        One of `hesswidget.methods`.
    steps : int
        How many at most.
    tolerance : float
        It has converged where |∇f| is at most so much, times the larger of 1 and |∇f| at the start. With 0 it goes on
        until it stands still.
    over : str or tuple of str, optional
        Which arguments are the variables, if not those without a default.
    **given
        The method's hyperparameters, such as ``rate`` and ``momentum``; and values of the function's arguments.

    Returns
    -------
    Path

    Raises
    ------
    ProblemError
        If a name is unknown, a value is no number, or the function cannot be evaluated at the start.

    Examples
    --------
    >>> path = minimize(lambda x, y: (1 - x)**2 + 100 * (y - x**2)**2, (-1.2, 1.0))
    >>> len(path), path.points[-1].round(9).tolist(), path.converged
    (7, [1.0, 1.0], True)
    >>> print(path.reason)
    converged: |∇f| = 8.29e-9
    """
    chosen = _method(method)
    count = _whole(steps)
    hyperparameters = _hyperparameters(chosen, given)
    others = {a: v for a, v in given.items() if a not in hyperparameters}
    problem = Problem.at(function, start, over, others, (*KEYWORDS, *chosen.hyperparameters))
    bound = not_negative("tolerance", tolerance)
    return _followed(problem, chosen, hyperparameters, count, bound)


def _followed(
    problem: Problem, method: Method, hyperparameters: Mapping[str, float], steps: int, tolerance: float
) -> Path:
    objective = Objective(problem)
    traced = TracedProblem.of(problem)
    f = TracedFunction(traced, problem.traced_values(problem.parameters))
    value, gradient = objective.value_and_gradient(problem.start)
    size = math.hypot(*gradient)
    bound = max(tolerance, math.hypot(*(tolerance * gradient)))  # where |∇f| itself may overflow
    points, values, gradients, models = [problem.start], [value], [gradient], []
    with objective.in_sentences(), np.errstate(all="ignore"):
        state: Mapping[str, Any] = {
            name: np.asarray(array, dtype=float)
            for name, array in method.init(f, problem.start, hyperparameters).items()
        }
    step = _recorded(traced, method, hyperparameters, state) or _plain(objective, f, method, hyperparameters)
    evaluate = _evaluation(objective, traced)
    if method.model:
        models.append(state[method.model])
    undefined = _undefined(value, gradient)
    reason = f"it starts where {undefined} is not finite" if undefined else ""
    while not reason and size > bound and len(points) <= steps:
        state = step(state)
        point = np.array(state["point"])
        if not np.isfinite(point).all():
            reason = f"broke down at step {len(points)}: the step is not finite"
            break
        value, gradient = evaluate(point)
        size = math.hypot(*gradient)
        points.append(point)
        values.append(value)
        gradients.append(gradient)
        if method.model:
            models.append(np.array(state[method.model]))
        if undefined := _undefined(value, gradient):
            reason = f"diverged: after step {len(points) - 1} {undefined} is not finite"
        elif np.array_equal(point, points[-2]):
            reason = f"stands still after step {len(points) - 2}: |∇f| = {number(size)}"
    has_converged = not reason and size <= bound
    if not reason:
        reason = f"{'converged' if has_converged else f'stopped after {steps} steps'}: |∇f| = {number(size)}"
    return Path(
        function=problem.name,
        method=method.name,
        points=np.array(points),
        values=np.array(values),
        gradients=np.array(gradients),
        curvature_models=np.array(models) if models else None,
        cost=method.cost(len(problem.start)) * np.arange(len(points)),
        converged=has_converged,
        reason=reason,
    )


def _undefined(value: float, gradient: np.ndarray) -> str:
    """Return which of the two is not finite; empty where both are."""
    if not math.isfinite(value):
        return "f"
    return "" if np.isfinite(gradient).all() else "∇f"


def _evaluation(
    objective: Objective, traced: TracedProblem
) -> Callable[[np.ndarray], tuple[float, np.ndarray]]:
    """Return what computes f and ∇f, NaN outside the domain: by what was recorded, which is quicker, or by autograd."""

    def build(f: TracedFunction, point: Any) -> Mapping[str, Any]:
        return dict(zip(("value", "gradient"), f.value_and_gradient(point), strict=True))

    program = traced.record_or_none(build, point=traced.problem.start)
    if program is None:
        undefined = math.nan, np.full(len(traced.problem.start), math.nan)

        def by_autograd(point: np.ndarray) -> tuple[float, np.ndarray]:
            try:
                return objective.value_and_gradient(point)
            except ProblemError:
                return undefined

        return by_autograd
    run, parameters = Executable(program), traced.problem.traced_values(traced.problem.parameters)

    def by_program(point: np.ndarray) -> tuple[float, np.ndarray]:
        found = run(point=point, parameters=parameters)
        return float(found["value"]), np.array(found["gradient"])

    return by_program


def _recorded(
    traced: TracedProblem, method: Method, hyperparameters: Mapping[str, float], state: Mapping[str, Any]
) -> Step | None:
    """Record the step as a program, which is much quicker; None where it cannot be."""
    try:
        run = Executable(step_program(traced, method, state))
    except (NotRecorded, InvalidProgram, ProblemError):
        return None
    shared = {
        "hyperparameters": np.array(list(hyperparameters.values()), dtype=float),
        "parameters": traced.problem.traced_values(traced.problem.parameters),
    }
    return lambda present: run(**present, **shared)


def step_program(traced: TracedProblem, method: Method, state: Mapping[str, Any]) -> Program:
    """Record a method's step: it carries the state, and takes ``hyperparameters``, shape (h,), in their order.

    Raises
    ------
    NotRecorded
        If the function cannot be written down.
    """
    names = list(method.hyperparameters)

    def build(f: TracedFunction, hyperparameters: Any, **present: Any) -> Mapping[str, Any]:
        return method.step(f, present, {name: hyperparameters[k] for k, name in enumerate(names)})

    examples = {name: np.asarray(array, dtype=float) for name, array in state.items()}
    return traced.record(build, tuple(state), hyperparameters=np.zeros(len(names)), **examples)


def _plain(
    objective: Objective, f: TracedFunction, method: Method, hyperparameters: Mapping[str, float]
) -> Step:
    def step(state: Mapping[str, Any]) -> Mapping[str, Any]:
        try:
            with objective.in_sentences(), np.errstate(all="ignore"):
                return method.step(f, state, hyperparameters)
        except ProblemError as error:
            if isinstance(error.__cause__, np.linalg.LinAlgError):
                return {**state, "point": np.full_like(state["point"], math.nan)}
            raise

    return step


def _method(name: Any) -> Method:
    if not isinstance(name, str) or name not in METHODS:
        raise ProblemError(f"method is {name!r:.60}, which is none; {nearest(str(name), METHODS)}")
    return METHODS[name]


def _hyperparameters(method: Method, given: Mapping[str, Any]) -> dict[str, float]:
    return {
        name: not_negative(name, given[name]) if name in given else default
        for name, default in method.hyperparameters.items()
    }


def _whole(given: Any) -> int:
    if isinstance(given, bool) or not isinstance(given, int | np.integer) or not 0 <= given <= MAX_STEPS:
        raise ProblemError(f"steps is {given!r:.60}; it takes a whole number from 0 to {MAX_STEPS:,}.")
    return int(given)
