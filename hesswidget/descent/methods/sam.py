"""SAM: gradient descent with the gradient where, in a small ball, f is about largest: flat minima attract."""

from __future__ import annotations

from hesswidget.derivatives.traced import TracedFunction
from hesswidget.descent.division import divided
from hesswidget.descent.method import Hyperparameters, Method, State
from hesswidget.second_derivative_test.stationarity import norm_of


def _step(f: TracedFunction, state: State, h: Hyperparameters) -> State:
    point, gradient = state["point"], state["gradient"]
    uphill = divided(h["radius"], norm_of(gradient)) * gradient
    return {"point": point - h["rate"] * f.gradient(point + uphill)}


METHOD = Method(
    name="sam",
    source="Foret et al. (2021), Sharpness-aware minimization for efficiently improving generalization",
    step=_step,
    cost=lambda _: 2.0,
    hyperparameters={"rate": 0.01, "radius": 0.05},
)
