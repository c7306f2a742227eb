"""Anybody's points as a path: f and ∇f at each, and whether they have converged."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import autograd.numpy as anp
import numpy as np

from hesswidget.derivatives.control_flow import over_rows
from hesswidget.derivatives.objective import Objective
from hesswidget.derivatives.traced import TracedFunction, TracedProblem
from hesswidget.descent import standing
from hesswidget.descent.flattening import flattened, structure_of
from hesswidget.descent.path import Path
from hesswidget.errors import ProblemError
from hesswidget.precision import not_negative
from hesswidget.problem.arguments import Arguments, named
from hesswidget.problem.blocks import is_container
from hesswidget.problem.problem import Problem
from hesswidget.program.executor import Executable
from hesswidget.wording import amount

KEYWORDS = ("over", "method", "tolerance")
BLOCK = 64  # points that are computed at once
NO_FUNCTION = "an unknown function"


def path(
    points: Any,
    function: Any = None,
    /,
    *,
    method: str = "path",
    tolerance: float = 1e-10,
    over: str | Sequence[str] | None = None,
    **given: Any,
) -> Path:
    """Return points that anything has come along as a path, with f and ∇f at each.

    Parameters
    ----------
    points : array_like, shape (k + 1, n), or sequence
        The start first. Each may be whatever `hesswidget.PathRecorder` takes; numbers alone are points of one variable.
    function : callable or str, optional
        As for `hesswidget.curvature`: it gets dicts and lists of arrays as they are, if it takes them so, and else the
        vector of all their numbers. Without it, values and gradients are NaN.
    method : str
        What the path is called.
    tolerance : float
        It has converged where |∇f| at the end is at most so much of what it was at the start, or at most what rounding
        the start changes it by.
    over : str or tuple of str, optional
        Which arguments are the variables, if not those without a default.
    **given
        Values of the function's other arguments.

    Returns
    -------
    Path
        Its cost is one gradient a step, whatever was really spent; f and ∇f are NaN where the function is undefined.

    Raises
    ------
    ProblemError
        If there are no points, they are not finite or of different lengths, or the function does not take them or
        cannot be evaluated at the first.

    Examples
    --------
    >>> halving = path([1.0, 0.5, 0.25], lambda x: x**2, method="halving")
    >>> halving.values.tolist(), halving.gradients.ravel().tolist()
    ([1.0, 0.25, 0.0625], [2.0, 1.0, 0.5])
    >>> print(halving.reason)
    stopped after 2 steps: |∇f| = 0.5
    """
    points = held(points)
    trees = [structure_of(point) for point in points]
    return path_along(*as_rows(points), trees, function, method, tolerance, over, given)


def path_along(
    rows: np.ndarray,
    are_numbers: bool,
    trees: Sequence[Any],
    function: Any,
    method: str,
    tolerance: float,
    over: str | Sequence[str] | None,
    given: Mapping[str, Any],
) -> Path:
    """Return the path of points that were read: each as a row, and in its structure, or None where it has none."""
    if not isinstance(method, str):
        raise ProblemError(f"method is {method!r:.60}; it takes text: what the path is called.")
    share = not_negative("tolerance", tolerance)
    steps = len(rows) - 1
    cost = np.arange(steps + 1.0)
    if function is None:
        for name in given if over is None else ("over",):
            raise ProblemError(
                f"{name} was given without a function; give the function too, or leave {name} out."
            )
        nothing = np.full(rows.shape, np.nan)
        why = f"ended after {amount(steps, 'step')}; f is not known"
        return Path(NO_FUNCTION, method, rows, nothing[:, 0].copy(), nothing, None, cost, False, why)
    problem = in_structure(function, trees, over, given, KEYWORDS)
    if problem is None:
        problem = as_problem(function, rows[0], are_numbers, over, given, KEYWORDS)
    else:
        rows = np.array([problem.blocks.flatten(problem.arguments.spread(tree)) for tree in trees])
    values, gradients = _along(problem, rows)
    with np.errstate(all="ignore"):
        stands = standing.begun(Objective(problem).gradient_or_nan, rows[0], values[0], gradients[0], share)
        for value, gradient in zip(values[1:], gradients[1:], strict=True):
            stands = standing.went(stands, value, gradient)
    f = TracedFunction.of_problem(problem)
    return Path.ended(f, method, rows, values, gradients, None, cost, status=float(stands["status"]))


def held(points: Any) -> list[Any]:
    """Return points as a list, each of which can be read more than once."""
    try:
        return [list(point) if isinstance(point, Iterator) else point for point in points]
    except TypeError:
        raise ProblemError(
            f"points is {points!r:.60}; it takes a sequence of points, or an array with one in each row."
        ) from None


def in_structure(
    function: Any, trees: Sequence[Any], over: Any, given: Mapping[str, Any], reserved: Sequence[str]
) -> Problem | None:
    """Return the problem of a function that takes points in their structure; None where it does not."""
    if any(tree is None for tree in trees):
        return None
    try:
        problem = Problem.at(named(function, over, given), trees[0], over, given, reserved)
        Objective(problem).value(problem.start)
        for tree in trees:
            problem.blocks.flatten(problem.arguments.spread(tree))
    except ProblemError:
        return None
    return problem


def as_rows(points: Any) -> tuple[np.ndarray, bool]:
    """Return the points as rows, and whether each was given as one number."""
    each = held(points)
    rows = [flattened(point, f"point {k}") for k, point in enumerate(each)]
    if not rows:
        raise ProblemError("there are no points; a path has at least the one where it starts.")
    count = len(rows[0])
    for k, row in enumerate(rows):
        if len(row) != count:
            raise ProblemError(
                f"point {k} has {amount(len(row), 'value')}, but point 0 has {count}; give as many for each."
            )
        if not np.isfinite(row).all():
            at = int(np.argmin(np.isfinite(row)))
            raise ProblemError(
                f"point {k} has {row[at]} at place {at}; it takes finite numbers. End the path before it."
            )
    are_numbers = all(not is_container(point) and np.ndim(point) == 0 for point in each)
    return np.array(rows), are_numbers


def as_problem(
    function: Any,
    start: np.ndarray,
    is_number: bool,
    over: Any,
    given: Mapping[str, Any],
    reserved: Sequence[str],
) -> Problem:
    """Return the problem of a function at a point: of one variable that is a vector, unless the point is a number."""
    function = named(function, over, given)
    variables = Arguments.of(function, over, given, reserved).variables
    is_vector = len(variables) == 1 and not is_number
    return Problem.at(function, start if is_vector else tuple(start.tolist()), over, given, reserved)


def _along(problem: Problem, points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return f and ∇f at each point: by what can be recorded of the function, many at once, or else by autograd."""
    objective = Objective(problem)
    objective.value_and_gradient(points[0])  # refuses in a sentence what is no function of such a point
    found = _recorded(problem, points)
    if found is not None:
        return found
    values = [objective.value_or_nan(point) for point in points]
    return np.array(values), np.array([objective.gradient_or_nan(point) for point in points])


def _recorded(problem: Problem, points: np.ndarray) -> tuple[np.ndarray, np.ndarray] | None:
    traced = TracedProblem.of(problem)
    size = min(BLOCK, len(points))

    def block(f: TracedFunction, points: Any) -> dict[str, Any]:
        def at(point: Any, parameters: Any) -> Any:
            value, gradient = f.at(parameters).value_and_gradient(point)
            return anp.concatenate([anp.reshape(value, (1,)), gradient])

        return {"found": over_rows(at, points, shared=(f.parameters,))}

    program = traced.record_or_none(block, points=np.tile(points[0], (size, 1)))
    if program is None:
        return None
    run, parameters = Executable(program), problem.traced_values(problem.parameters)
    rows = points[np.minimum(np.arange(-(-len(points) // size) * size), len(points) - 1)]
    blocks = [
        run(points=some, parameters=parameters)["found"] for some in rows.reshape(-1, size, points.shape[1])
    ]
    found = np.concatenate(blocks)[: len(points)]
    return found[:, 0].copy(), found[:, 1:].copy()
