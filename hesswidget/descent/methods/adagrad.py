"""AdaGrad: each coordinate at a rate that falls with the gradients it has met."""

from __future__ import annotations

import autograd.numpy as np

from hesswidget.derivatives.traced import TracedFunction
from hesswidget.descent.method import Hyperparameters, Method, State, at_rest


def _step(_: TracedFunction, state: State, h: Hyperparameters) -> State:
    gradient = state["gradient"]
    squares = state["squares"] + gradient**2
    return {
        "point": state["point"] - h["rate"] * gradient / (np.sqrt(squares) + h["epsilon"]),
        "squares": squares,
    }


METHOD = Method(
    name="adagrad",
    source="Duchi, Hazan & Singer (2011), Adaptive subgradient methods for online learning",
    step=_step,
    cost=lambda _: 1.0,
    init=at_rest("squares"),
    hyperparameters={"rate": 0.01, "epsilon": 1e-10},
)
