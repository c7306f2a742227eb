"""Adam: momentum, and each coordinate at a rate that follows the size of its recent gradients."""

from __future__ import annotations

from typing import Any

import autograd.numpy as np

from hesswidget.derivatives.traced import TracedFunction
from hesswidget.descent.method import Hyperparameters, Method, State
from hesswidget.descent.methods.averages import moments_after


def _init(_: TracedFunction, state: State, h: Hyperparameters) -> State:
    zeros, model = 0.0 * state["point"], np.abs(state["gradient"]) + h["epsilon"]
    return {"mean": zeros, "squares": zeros, "count": np.zeros(()), "model": model}


def _step(_: TracedFunction, state: State, h: Hyperparameters) -> State:
    return moments_after(state, h, state["gradient"])


def _edge(_: State, h: Hyperparameters) -> Any:
    """Heavy ball's at the rate (1 − momentum) · rate (Cohen et al., 2022, Adaptive gradient methods at the edge)."""
    return (2.0 + 2.0 * h["momentum"]) / ((1.0 - h["momentum"]) * h["rate"])


METHOD = Method(
    name="adam",
    source="Kingma & Ba (2015), Adam: a method for stochastic optimization",
    step=_step,
    cost=lambda _: 1.0,
    init=_init,
    hyperparameters={"rate": 0.001, "momentum": 0.9, "decay": 0.999, "epsilon": 1e-8},
    edge=_edge,
    model="model",  # the diagonal that its last step divided by
)
