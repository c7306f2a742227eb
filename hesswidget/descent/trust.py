"""Whether a step is taken, and how far the next may go, by how much of the promised fall came true.

A step that is not taken leaves the point where it is, and the radius or the damping changed: the iteration goes on.
"""

from __future__ import annotations

from typing import Any

import autograd.numpy as np

from hesswidget.derivatives.traced import TracedFunction
from hesswidget.descent.division import divided
from hesswidget.descent.line_search import VALUE
from hesswidget.descent.method import State
from hesswidget.precision import ROUNDING
from hesswidget.second_derivative_test.stationarity import norm_of

POOR, GOOD = (
    0.25,
    0.75,
)  # ratios below and above which the model is trusted less and more (Nocedal & Wright, §4.1)
ENOUGH = 0.15  # the ratio above which a step is taken, which is SciPy's


def promised_fall(gradient: Any, hessian: Any, step: Any) -> Any:
    """Return by how much f falls along a step by its quadratic model.

    Examples
    --------
    >>> float(promised_fall(np.array([2.0]), np.array([[2.0]]), np.array([-1.0])))
    1.0
    """
    return -np.dot(gradient, step) - 0.5 * np.dot(step, np.dot(hessian, step))


def reduction_ratio(f: TracedFunction, state: State, step: Any, promised: Any) -> Any:
    """Return the fall of f along a step, over the promised one; NaN where f is not defined there.

    Where both are rounding, which says nothing against the model, it is about one.
    """
    fall, rounding = state["value"] - f.value(state["point"] + step), ROUNDING * np.abs(state["value"])
    return divided(fall + rounding, promised + rounding)


def taken(point: Any, step: Any, ratio: Any) -> Any:
    """Return the point after the step, or as it was; where the step is not finite, neither is the point."""
    return point + np.where(ratio > ENOUGH, 1.0, 0.0) * step


def is_poor(ratio: Any) -> Any:
    """Whether f fell too little beside what was promised, or is not defined where the step led."""
    return np.logical_not(ratio >= POOR)


def radius_after(radius: Any, step: Any, ratio: Any) -> Any:
    """Return a quarter of the radius after a poor step, twice the radius after a good one that it has bounded.

    Examples
    --------
    >>> [float(radius_after(1.0, np.array([0.6, 0.8]), ratio)) for ratio in (0.1, 0.5, 0.9, np.nan)]
    [0.25, 1.0, 2.0, 0.25]
    """
    is_bounded = norm_of(step) > 0.99 * radius
    grown = np.where(np.logical_and(ratio > GOOD, is_bounded), 2.0 * radius, radius)
    return np.where(is_poor(ratio), 0.25 * radius, grown)


def cost(n: int) -> float:
    """Return what a step costs that has the whole Hessian, and is tried before it is taken."""
    return 1.0 + 2.0 * n + VALUE
