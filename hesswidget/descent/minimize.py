"""`hw.minimize`: one method from one start, its path as data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from hesswidget.derivatives.traced import TracedProblem
from hesswidget.descent.hyperparameters import checked
from hesswidget.descent.iteration import BROKE_DOWN, CONVERGED, Iteration, Runner, reason
from hesswidget.descent.method import LINE_SEARCHES, Method
from hesswidget.descent.methods import METHODS
from hesswidget.descent.path import Path
from hesswidget.errors import ProblemError, nearest
from hesswidget.precision import not_negative
from hesswidget.problem.problem import Problem

MAX_STEPS = 100_000
KEYWORDS = ("over", "method", "steps", "tolerance", "line_search")


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
        The method's hyperparameters, such as ``rate`` and ``momentum``, and where it goes along a direction
        ``line_search="none" | "exact" | "backtracking"``; and values of the function's arguments.

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
    iteration = Iteration(chosen, hyperparameters, not_negative("tolerance", tolerance))
    runner = Runner(iteration, TracedProblem.of(problem))
    return followed(iteration, runner, problem.start, problem.parameters, count, problem.name)


def followed(
    iteration: Iteration,
    runner: Runner,
    point: np.ndarray,
    parameters: Mapping[str, Any],
    steps: int,
    function: str,
) -> Path:
    """Follow an iteration from a point, and return its path."""
    states = list(runner.states(point, parameters, steps))
    status = float(states[-1]["status"])
    if status == BROKE_DOWN:
        del states[-1]
    arrays = {
        name: np.array([state[name] for state in states]) for name in ("point", "value", "gradient", "cost")
    }
    model = iteration.method.model
    return Path(
        function=function,
        method=iteration.method.name,
        points=arrays["point"],
        values=arrays["value"],
        gradients=arrays["gradient"],
        curvature_models=np.array([state[model] for state in states]) if model else None,
        cost=arrays["cost"],
        converged=status == CONVERGED,
        reason=reason(status, len(states) - 1, float(states[-1]["gradient_norm"])),
    )


def _method(name: Any) -> Method:
    if not isinstance(name, str) or name not in METHODS:
        raise ProblemError(f"method is {name!r:.60}, which is none; {nearest(str(name), METHODS)}")
    return METHODS[name]


def _hyperparameters(method: Method, given: Mapping[str, Any]) -> dict[str, Any]:
    chosen: dict[str, Any] = {
        name: checked(name, given[name]) if name in given else default
        for name, default in method.hyperparameters.items()
    }
    if method.line_search:
        chosen["line_search"] = given.get("line_search", method.line_search)
        if chosen["line_search"] not in LINE_SEARCHES:
            raise ProblemError(
                f"line_search is {chosen['line_search']!r:.60}; it takes {', '.join(map(repr, LINE_SEARCHES))}."
            )
    return chosen


def _whole(given: Any) -> int:
    if isinstance(given, bool) or not isinstance(given, int | np.integer) or not 0 <= given <= MAX_STEPS:
        raise ProblemError(f"steps is {given!r:.60}; it takes a whole number from 0 to {MAX_STEPS:,}.")
    return int(given)
