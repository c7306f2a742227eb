"""SAM: gradient descent with the gradient where, in a small ball, f is about largest: flat minima attract."""

from __future__ import annotations

from typing import Any

import autograd.numpy as np

from hesswidget.derivatives.traced import TracedFunction
from hesswidget.descent.division import divided
from hesswidget.descent.method import Hyperparameters, Method, State
from hesswidget.second_derivative_test.stationarity import norm_of


def _step(f: TracedFunction, state: State, h: Hyperparameters) -> State:
    point, gradient = state["point"], state["gradient"]
    uphill = divided(h["radius"], norm_of(gradient)) * gradient
    return {"point": point - h["rate"] * f.gradient(point + uphill)}


def _edge(state: State, h: Hyperparameters) -> Any:
    """Long & Bartlett (2024), Sharpness-aware minimization and the edge of stability.

    It is the root of rate · (λ + radius · λ² / |∇f|) = 2, written so that nothing is divided by zero.
    """
    size, radius = state["gradient_norm"], h["radius"]
    return 4.0 * size / (h["rate"] * (size + np.sqrt(size**2 + 8.0 * radius * size / h["rate"])))


METHOD = Method(
    name="sam",
    source="Foret et al. (2021), Sharpness-aware minimization for efficiently improving generalization",
    step=_step,
    cost=lambda _: 2.0,
    hyperparameters={"rate": 0.01, "radius": 0.05},
    edge=_edge,
)
