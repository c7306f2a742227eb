"""RMSProp: each coordinate at a rate that follows the size of its recent gradients."""

from __future__ import annotations

import autograd.numpy as np

from hesswidget.derivatives.traced import TracedFunction
from hesswidget.descent.method import Hyperparameters, Method, State, at_rest


def _step(_: TracedFunction, state: State, h: Hyperparameters) -> State:
    gradient = state["gradient"]
    squares = h["decay"] * state["squares"] + (1 - h["decay"]) * gradient**2
    return {
        "point": state["point"] - h["rate"] * gradient / (np.sqrt(squares) + h["epsilon"]),
        "squares": squares,
    }


METHOD = Method(
    name="rmsprop",
    source="Tieleman & Hinton (2012), Lecture 6.5: divide the gradient by a running average of its recent magnitude",
    step=_step,
    cost=lambda _: 1.0,
    init=at_rest("squares"),
    hyperparameters={"rate": 0.01, "decay": 0.99, "epsilon": 1e-8},
)
