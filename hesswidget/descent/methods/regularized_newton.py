"""Gradient-regularized Newton: the Hessian with a damping that vanishes with the root of the gradient."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import autograd.numpy as np

from hesswidget.derivatives.traced import TracedFunction
from hesswidget.descent.method import Hyperparameters, Method, State
from hesswidget.descent.spectral import scaled, scaled_descent
from hesswidget.second_derivative_test.stationarity import norm_of


def _step(f: TracedFunction, state: State, h: Hyperparameters) -> State:
    gradient, hessian = state["gradient"], f.hessian(state["point"])
    return {"point": state["point"] + scaled_descent(gradient, hessian, _damped(state, h))}


def _model(f: TracedFunction, state: State, h: Hyperparameters) -> Any:
    return scaled(f.hessian(state["point"]), _damped(state, h))


def _damped(state: State, h: Hyperparameters) -> Callable[[Any], Any]:
    damping = np.sqrt(h["damping"] * norm_of(state["gradient"]))
    return lambda curvature: curvature + damping


METHOD = Method(
    name="regularized-newton",
    source="Mishchenko (2023), Regularized Newton method with global O(1/k²) convergence",
    step=_step,
    cost=lambda n: 1.0 + 2.0 * n,
    hyperparameters={"damping": 1.0},  # the Hessian's Lipschitz constant
    model_of=_model,
)
