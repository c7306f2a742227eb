"""AdaGrad: each coordinate at a rate that falls with the gradients it has met."""

from __future__ import annotations

import autograd.numpy as np

from hesswidget.derivatives.traced import TracedFunction
from hesswidget.descent.method import Hyperparameters, Method, State


def _init(_: TracedFunction, state: State, h: Hyperparameters) -> State:
    return {"squares": 0.0 * state["point"], "model": np.abs(state["gradient"]) + h["epsilon"]}


def _step(_: TracedFunction, state: State, h: Hyperparameters) -> State:
    gradient = state["gradient"]
    squares = state["squares"] + gradient**2
    model = np.sqrt(squares) + h["epsilon"]
    return {"point": state["point"] - h["rate"] * gradient / model, "squares": squares, "model": model}


METHOD = Method(
    name="adagrad",
    source="Duchi, Hazan & Singer (2011), Adaptive subgradient methods for online learning",
    step=_step,
    cost=lambda _: 1.0,
    init=_init,
    hyperparameters={"rate": 0.01, "epsilon": 1e-10},
    edge=lambda _, h: 2.0 / h["rate"],  # gradient descent's, of the Hessian divided by the model
    model="model",  # the diagonal that its last step divided by
)
