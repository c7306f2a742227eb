"""Gradient descent with the silver steps, a quarter of which are longer than any fixed rate may be."""

from __future__ import annotations

import autograd.numpy as np

from hesswidget.derivatives.traced import TracedFunction
from hesswidget.descent.method import Hyperparameters, Method, State

RATIO = 1 + np.sqrt(2.0)  # the silver ratio
LEVELS = 30


def _init(_: TracedFunction, __: State, ___: Hyperparameters) -> State:
    return {"count": np.zeros(())}


def _step(_: TracedFunction, state: State, h: Hyperparameters) -> State:
    point, count = state["point"], state["count"] + 1
    powers = 2.0 ** np.arange(1.0, LEVELS)
    twos = np.sum(
        np.where(np.mod(count, powers) == 0, 1.0, 0.0)
    )  # how often 2 divides the number of the step
    return {"point": point - h["rate"] * (1 + RATIO ** (twos - 1)) * state["gradient"], "count": count}


METHOD = Method(
    name="silver",
    source="Altschuler & Parrilo (2025), Acceleration by stepsize hedging: the silver stepsize schedule",
    step=_step,
    cost=lambda _: 1.0,
    init=_init,
    hyperparameters={"rate": 0.01},  # 1 / L, of the gradient's Lipschitz constant
)
