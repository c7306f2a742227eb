"""Barzilai and Borwein: gradient descent at the rate that the last step has shown the curvature to ask for."""

from __future__ import annotations

import autograd.numpy as np

from hesswidget.derivatives.traced import TracedFunction
from hesswidget.descent.method import Hyperparameters, Method, State


def _init(_: TracedFunction, __: State, h: Hyperparameters) -> State:
    return {"rate": h["rate"] * np.ones(())}


def _step(f: TracedFunction, state: State, h: Hyperparameters) -> State:
    point = state["point"] - state["rate"] * state["gradient"]
    gradient = f.gradient(point)
    s, y = point - state["point"], gradient - state["gradient"]
    curvature = np.dot(s, y)
    is_convex = curvature > 0
    rate = np.where(is_convex, np.dot(s, s) / np.where(is_convex, curvature, 1.0), h["rate"])
    return {"point": point, "rate": rate}


METHOD = Method(
    name="barzilai-borwein",
    source="Barzilai & Borwein (1988), Two-point step size gradient methods",
    step=_step,
    cost=lambda _: 1.0,
    init=_init,
    hyperparameters={
        "rate": 0.01
    },  # of the first step, and where the curvature along the last is not positive
    gauges=("rate",),
)
