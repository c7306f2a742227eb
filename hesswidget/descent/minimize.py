"""`hw.minimize`: one method from one start, its path as data."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from hesswidget.derivatives.traced import TracedFunction, TracedProblem
from hesswidget.descent.iteration import Iteration
from hesswidget.descent.path import Path
from hesswidget.descent.race import beside, held, method_of
from hesswidget.descent.runner import Runner
from hesswidget.descent.scipys import PREFIX, SciPyRunner
from hesswidget.precision import not_negative, whole_number
from hesswidget.problem.problem import Problem
from hesswidget.progress import Progress, reported
from hesswidget.wording import amount

MAX_STEPS = 100_000
KEYWORDS = ("over", "method", "steps", "tolerance", "line_search", "progress")


def minimize(
    function: Any,
    start: Any = None,
    /,
    method: str | Callable[..., Any] = "newton",
    steps: int = 100,
    *,
    tolerance: float = 1e-10,
    over: str | Sequence[str] | None = None,
    progress: bool | Progress = False,
    **given: Any,
) -> Path:
    """Follow a descent method, and return its whole path.

    Parameters
    ----------
    function : callable or str
        As for `hesswidget.curvature`. Of `hesswidget.least_squares` and `hesswidget.composite` ``levenberg-marquardt``
        and ``hessian-free`` take the Gauss–Newton matrix in place of the Hessian.
    start : tuple or array_like, optional
        Where to start, the variables by position.
    method : str or callable
        One of `hesswidget.methods`; one of SciPy's solvers, ``scipy:BFGS``; or a step ``step(f, x)`` that returns the
        next point, see `hesswidget.descent.own_step.own`.
    steps : int
        How many at most.
    tolerance : float
        It has converged where |∇f| is at most so much of what it was at the start, or at most what rounding the start
        changes it by. With 0 it goes on until it stands still.
    over : str or tuple of str, optional
        Which arguments are the variables, if not those without a default.
    progress : bool or callable
        As for `hesswidget.critical_points`; where it asks to stop, the path ends there.
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
    converged at a minimum: |∇f| = 8.29e-9, 3.56e-11 of the first
    """
    chosen = method_of(method)
    count = whole_steps(steps)
    names = {*chosen.hyperparameters, "line_search"}
    usual = {**chosen.hyperparameters, "line_search": chosen.line_search}
    hyperparameters = usual | held(chosen, {a: v for a, v in given.items() if a in names})
    others = {a: v for a, v in given.items() if a not in names}
    with beside([chosen]):
        problem = Problem.at(function, start, over, others, (*KEYWORDS, *chosen.hyperparameters))
    iteration = Iteration(chosen, hyperparameters, tolerance=not_negative("tolerance", tolerance))
    traced = TracedProblem.of(problem)
    f = TracedFunction(traced, traced.problem.traced_values(traced.values))
    if callable(method):
        iteration.refuse_impure(f, iteration.begin(f, problem.start))
    is_scipys = chosen.name.startswith(PREFIX)
    runner = SciPyRunner(iteration, traced) if is_scipys else Runner.of(iteration, traced)
    states = []
    with reported(progress) as report:
        for taken, state in enumerate(runner.states(problem.start, problem.parameters, count)):
            states.append(state)
            if not report(taken / max(count, 1), amount(taken, "step")):
                break
    return Path.of(states, iteration, f, raised=runner.raised)


def whole_steps(given: Any, most: int = MAX_STEPS) -> int:
    """Return a number of steps, or refuse it with a sentence."""
    return whole_number("steps", given, 0, most)
