"""How far to go along a direction: as it is, to the quadratic model's minimum, or halved until f falls enough.

A search is bounded and has no branch on a value, so that it can be recorded: all its trials are made. It is said to
cost those up to the first at which f falls enough.
"""

from __future__ import annotations

from typing import Any

import autograd.numpy as np

from hesswidget.derivatives.control_flow import over_rows
from hesswidget.derivatives.traced import TracedFunction
from hesswidget.descent.method import Hyperparameters, State

TRIALS = 30
SIZES = 0.5 ** np.arange(float(TRIALS))  # that are tried: 1, ½, ¼, …
ENOUGH = 1e-4  # of the fall that the slope promises (Armijo, 1966; Nocedal & Wright, 2006, §3.1)
VALUE, PRODUCT = 1 / 3, 2.0  # what a value of f costs, and a product with the Hessian, in gradients


def searched(f: TracedFunction, state: State, direction: Any, h: Hyperparameters) -> tuple[Any, Any]:
    """Return how far to go, in lengths of the direction, by ``h["line_search"]``; and what that costs, in gradients."""
    slope = np.dot(state["gradient"], direction)
    if h["line_search"] == "exact":
        return exact(f, state["point"], slope, direction), PRODUCT
    if h["line_search"] == "backtracking":
        return backtracking(f, state["point"], state["value"], slope, direction)
    return 1.0, 0.0


def tried(f: TracedFunction, state: State, direction: Any, h: Hyperparameters) -> tuple[Any, Any]:
    """Return the sizes that `searched` tries, shape (k,), NaN in the place of those that it need not; and its own."""
    size, _ = searched(f, state, direction, h)
    if h["line_search"] == "backtracking":
        return np.where(size <= SIZES, SIZES, np.nan), size
    return np.ones(1) * (size if h["line_search"] == "exact" else np.nan), size


def backtracking(f: TracedFunction, point: Any, value: Any, slope: Any, direction: Any) -> tuple[Any, Any]:
    """Return the first of 1, ½, ¼ … at which f falls enough, zero where it does at none; and the trials' cost.

    Parameters
    ----------
    f : TracedFunction
    point, direction : array, shape (n,)
    value : array, ()
        f at the point.
    slope : array, ()
        ∇f · direction.

    Examples
    --------
    >>> from hesswidget.derivatives.traced import TracedProblem
    >>> from hesswidget.problem.problem import Problem
    >>> f = TracedFunction(TracedProblem.of(Problem.at(lambda x: x**2, 1.0, None, {})), np.array([]))
    >>> [float(x) for x in backtracking(f, np.array([1.0]), 1.0, -16.0, np.array([-8.0]))]
    [0.125, 1.3333333333333333]
    """

    def value_at(size: Any, point: Any, direction: Any, parameters: Any) -> Any:
        return f.at(parameters).value(point + size * direction)

    values = over_rows(value_at, SIZES, shared=(point, direction, f.parameters))
    falls = np.where(values <= value + ENOUGH * SIZES * slope, 1.0, 0.0)
    fallen = np.cumsum(falls)
    is_first = np.logical_and(falls == 1.0, fallen == 1.0)
    tried = np.minimum(np.sum(np.where(fallen == 0.0, 1.0, 0.0)) + 1.0, TRIALS)
    return np.sum(np.where(is_first, SIZES, 0.0)), VALUE * tried


def exact(f: TracedFunction, point: Any, slope: Any, direction: Any) -> Any:
    """Return where the quadratic model has its minimum along the direction; one where it has none."""
    curvature = np.dot(direction, f.hvp(point, direction))
    is_convex = curvature > 0
    return np.where(is_convex, -slope / np.where(is_convex, curvature, 1.0), 1.0)
