"""Saddle-free Newton: Newton's step with the absolute values of the eigenvalues, so that saddles repel."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import autograd.numpy as np

from hesswidget.derivatives.traced import TracedFunction
from hesswidget.descent.method import Hyperparameters, Method, State
from hesswidget.descent.spectral import scaled, scaled_descent


def _step(f: TracedFunction, state: State, h: Hyperparameters) -> State:
    gradient, hessian = state["gradient"], f.hessian(state["point"])
    return {"point": state["point"] + scaled_descent(gradient, hessian, _damped(h))}


def _model(f: TracedFunction, state: State, h: Hyperparameters) -> Any:
    return scaled(f.hessian(state["point"]), _damped(h))


def _damped(h: Hyperparameters) -> Callable[[Any], Any]:
    return lambda curvature: np.abs(curvature) + h["damping"]


METHOD = Method(
    name="saddle-free-newton",
    source="Dauphin et al. (2014), Identifying and attacking the saddle point problem in high-dimensional optimization",
    step=_step,
    cost=lambda n: 1.0 + 2.0 * n,
    hyperparameters={"damping": 0.0},
    model_of=_model,
)
