"""Newton's method: to where the quadratic model is stationary, a minimum or not."""

from __future__ import annotations

from hesswidget.derivatives.traced import TracedFunction
from hesswidget.descent.method import Hyperparameters, Method, State
from hesswidget.descent.spectral import scaled_descent


def _step(f: TracedFunction, state: State, _: Hyperparameters) -> State:
    _, gradient, hessian = f.derivatives(state["point"])
    return {"point": state["point"] + scaled_descent(gradient, hessian, lambda curvature: curvature)}


METHOD = Method(
    name="newton",
    source="Kantorovich (1948), Functional analysis and applied mathematics",
    step=_step,
    cost=lambda n: 1.0 + 2.0 * n,
)
