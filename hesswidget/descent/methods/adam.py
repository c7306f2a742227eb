"""Adam: momentum, and each coordinate at a rate that follows the size of its recent gradients."""

from __future__ import annotations

import autograd.numpy as np

from hesswidget.derivatives.traced import TracedFunction
from hesswidget.descent.method import Hyperparameters, Method, State


def _init(_: TracedFunction, state: State, h: Hyperparameters) -> State:
    zeros, model = 0.0 * state["point"], np.abs(state["gradient"]) + h["epsilon"]
    return {"mean": zeros, "squares": zeros, "count": np.zeros(()), "model": model}


def _step(_: TracedFunction, state: State, h: Hyperparameters) -> State:
    gradient, count = state["gradient"], state["count"] + 1
    mean = h["momentum"] * state["mean"] + (1 - h["momentum"]) * gradient
    squares = h["decay"] * state["squares"] + (1 - h["decay"]) * gradient**2
    unbiased = mean / (1 - h["momentum"] ** count)
    model = np.sqrt(squares / (1 - h["decay"] ** count)) + h["epsilon"]
    return {
        "point": state["point"] - h["rate"] * unbiased / model,
        "mean": mean,
        "squares": squares,
        "count": count,
        "model": model,
    }


METHOD = Method(
    name="adam",
    source="Kingma & Ba (2015), Adam: a method for stochastic optimization",
    step=_step,
    cost=lambda _: 1.0,
    init=_init,
    hyperparameters={"rate": 0.001, "momentum": 0.9, "decay": 0.999, "epsilon": 1e-8},
    model="model",  # the diagonal that its last step divided by
)
