"""How far to go along a direction: as it is, to the quadratic model's minimum, or halved until f falls enough.

A search is bounded and has no branch on a value, so that it can be recorded: all its trials are made. It is said to
cost those up to the first at which f falls enough. Newton's direction has its own length, so that the first trial is
the whole of it. A gradient is as long as f is steep: its first trial is twice the last that was taken (Nocedal &
Wright, 2006, §3.5), whatever the units of f and of its variables are.
"""

from __future__ import annotations

from typing import Any

import autograd.numpy as np

from hesswidget.derivatives.control_flow import over_rows
from hesswidget.derivatives.traced import TracedFunction
from hesswidget.descent.method import Hyperparameters, State
from hesswidget.precision import ROUNDING
from hesswidget.second_derivative_test.stationarity import unit_of

SHARES = 0.5 ** np.concatenate([np.arange(20.0), 19.0 + 10.0 * np.arange(1.0, 17.0)])
"""Of the first trial, that are tried: 1, ½, ¼ … to a millionth, then each a thousandth of the one before, to 1e-54.

A search that has halved twenty times has the wrong unit, which may be off by any power of ten.
"""
ENOUGH = 1e-4  # of the fall that the slope promises (Armijo, 1966; Nocedal & Wright, 2006, §3.1)
VALUE, PRODUCT = 1 / 3, 2.0  # what a value of f costs, and a product with the Hessian, in gradients


def searched(
    f: TracedFunction, state: State, direction: Any, h: Hyperparameters, first: Any = 1.0
) -> tuple[Any, Any]:
    """Return how far to go, in lengths of the direction, by ``h["line_search"]``; and what that costs, in gradients.

    Backtracking tries `first`, (), before all else.
    """
    slope = np.dot(state["gradient"], direction)
    if h["line_search"] == "exact":
        return exact(f, state["point"], slope, direction), PRODUCT
    if h["line_search"] == "backtracking":
        return backtracking(f, state["point"], state["value"], slope, direction, first)
    return 1.0, 0.0


def first_step(direction: Any, h: Hyperparameters, first: Any) -> Any:
    """Return what a search tries before all else."""
    return first * direction if h["line_search"] == "backtracking" else direction


def tried(f: TracedFunction, state: State, direction: Any, h: Hyperparameters) -> tuple[Any, Any]:
    """Return the sizes that `searched` tries, shape (k,), NaN in the place of those that it need not; and its own."""
    size, _ = searched(f, state, direction, h)
    if h["line_search"] == "backtracking":
        return np.where(size <= SHARES, SHARES, np.nan), size
    return np.ones(1) * (size if h["line_search"] == "exact" else np.nan), size


def first_after(first: Any, size: Any, direction: Any) -> Any:
    """Return the first trial of the next search along a gradient: twice what was taken, or the same where none was.

    A step that is too short to move the point is taken too, so that from any first trial the right one is reached.

    Examples
    --------
    >>> float(first_after(1.0, 0.25, np.array([0.5]))), float(first_after(1.0, 0.0, np.array([0.5])))
    (0.5, 1.0)
    """
    return np.where(np.logical_and(size > 0, np.any(direction != 0)), 2.0 * size, first)


def backtracking(
    f: TracedFunction, point: Any, value: Any, slope: Any, direction: Any, first: Any = 1.0
) -> tuple[Any, Any]:
    """Return the first of `first`, a half of it, a quarter … at which f falls enough, and the trials' cost.

    It is zero where f falls enough at none, as along a direction that leads up. A fall within the rounding of f says
    nothing: there a step is taken that promises none larger, if f rises no more than that.

    Parameters
    ----------
    f : TracedFunction
    point, direction : array, shape (n,)
    value : array, ()
        f at the point.
    slope : array, ()
        ∇f · direction.
    first : array, ()

    Examples
    --------
    >>> from hesswidget.derivatives.traced import TracedProblem
    >>> from hesswidget.problem.problem import Problem
    >>> f = TracedFunction(TracedProblem.of(Problem.at(lambda x: x**2, 1.0, None, {})), np.array([]))
    >>> [float(x) for x in backtracking(f, np.array([1.0]), 1.0, -16.0, np.array([-8.0]))]
    [0.125, 1.3333333333333333]
    """
    sizes = first * SHARES

    def value_at(size: Any, point: Any, direction: Any, parameters: Any) -> Any:
        return f.at(parameters).value(point + size * direction)

    values = over_rows(value_at, sizes, shared=(point, direction, f.parameters))
    rounding = ROUNDING * np.abs(value)
    spare = np.where(-sizes * slope <= rounding, rounding, 0.0)
    is_enough = np.logical_and(slope <= 0, values <= value + ENOUGH * sizes * slope + spare)
    falls = np.where(is_enough, 1.0, 0.0)
    fallen = np.cumsum(falls)
    is_first = np.logical_and(falls == 1.0, fallen == 1.0)
    tried = np.minimum(np.sum(np.where(fallen == 0.0, 1.0, 0.0)) + 1.0, float(len(SHARES)))
    return np.sum(np.where(is_first, sizes, 0.0)), VALUE * tried


def exact(f: TracedFunction, point: Any, slope: Any, direction: Any) -> Any:
    """Return where the quadratic model has its minimum along the direction; one where it has none."""
    unit = unit_of(np.max(np.abs(direction)))
    curvature = np.dot(direction / unit, f.hvp(point, direction / unit))
    is_convex = curvature > 0
    return np.where(is_convex, -slope / unit / np.where(is_convex, curvature, 1.0) / unit, 1.0)
