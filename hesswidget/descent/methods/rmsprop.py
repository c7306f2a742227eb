"""RMSProp: each coordinate at a rate that follows the size of its recent gradients."""

from __future__ import annotations

from typing import Any

import autograd.numpy as np

from hesswidget.derivatives.traced import TracedFunction
from hesswidget.descent.method import Hyperparameters, Method, State


def _init(_: TracedFunction, state: State, h: Hyperparameters) -> State:
    zeros = 0.0 * state["point"]
    return {"squares": zeros, "model": np.sqrt(_followed(zeros, state, h)) + h["epsilon"]}


def _followed(squares: Any, state: State, h: Hyperparameters) -> Any:
    return h["decay"] * squares + (1 - h["decay"]) * state["gradient"] ** 2


def _step(_: TracedFunction, state: State, h: Hyperparameters) -> State:
    squares = _followed(state["squares"], state, h)
    model = np.sqrt(squares) + h["epsilon"]
    return {
        "point": state["point"] - h["rate"] * state["gradient"] / model,
        "squares": squares,
        "model": model,
    }


METHOD = Method(
    name="rmsprop",
    source="Tieleman & Hinton (2012), Lecture 6.5: divide the gradient by a running average of its recent magnitude",
    step=_step,
    cost=lambda _: 1.0,
    init=_init,
    hyperparameters={"rate": 0.01, "decay": 0.99, "epsilon": 1e-8},
    model="model",  # the diagonal that its last step divided by
)
