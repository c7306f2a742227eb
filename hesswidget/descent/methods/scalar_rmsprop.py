"""RMSProp with one average for all coordinates: gradient descent at a rate that follows the gradient's size."""

from __future__ import annotations

from typing import Any

import autograd.numpy as np

from hesswidget.derivatives.traced import TracedFunction
from hesswidget.descent.method import Hyperparameters, Method, State


def _init(_: TracedFunction, state: State, h: Hyperparameters) -> State:
    return {"squared": np.zeros(()), "model": _sizes(_followed(0.0, state, h), state, h)}


def _followed(squared: Any, state: State, h: Hyperparameters) -> Any:
    return h["decay"] * squared + (1 - h["decay"]) * np.sum(state["gradient"] ** 2)


def _sizes(squared: Any, state: State, h: Hyperparameters) -> Any:
    return (np.sqrt(squared) + h["epsilon"]) * np.ones(len(state["point"]))


def _step(_: TracedFunction, state: State, h: Hyperparameters) -> State:
    squared = _followed(state["squared"], state, h)
    model = _sizes(squared, state, h)
    return {
        "point": state["point"] - h["rate"] * state["gradient"] / model,
        "squared": squared,
        "model": model,
    }


METHOD = Method(
    name="scalar-rmsprop",
    source="Cohen et al. (2025), Understanding optimization in deep learning with central flows",
    step=_step,
    cost=lambda _: 1.0,
    init=_init,
    hyperparameters={"rate": 0.01, "decay": 0.99, "epsilon": 1e-8},
    model="model",  # the diagonal that its last step divided by
)
