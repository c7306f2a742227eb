"""Newton's method: to where the quadratic model is stationary, a minimum or not."""

from __future__ import annotations

from hesswidget.derivatives.traced import TracedFunction
from hesswidget.descent.line_search import searched
from hesswidget.descent.method import Hyperparameters, Method, State
from hesswidget.descent.spectral import scaled_descent


def _step(f: TracedFunction, state: State, h: Hyperparameters) -> State:
    gradient, hessian = state["gradient"], f.hessian(state["point"])
    direction = scaled_descent(gradient, hessian, lambda curvature: curvature)
    size, spent = searched(f, state, direction, h)
    point = state["point"] + size * direction
    return {"point": point, "proposed": direction, "spent": _cost(len(gradient)) + spent}


def _cost(n: int) -> float:
    return 1.0 + 2.0 * n


METHOD = Method(
    name="newton",
    source="Kantorovich (1948), Functional analysis and applied mathematics",
    step=_step,
    cost=_cost,
    line_search="none",
)
