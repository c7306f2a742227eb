"""Nesterov's momentum: the gradient is taken where the velocity leads."""

from __future__ import annotations

from typing import Any

import autograd.numpy as np

from hesswidget.derivatives.traced import TracedFunction
from hesswidget.descent.method import Hyperparameters, Method, State, at_rest


def _step(f: TracedFunction, state: State, h: Hyperparameters) -> State:
    ahead = state["point"] + h["momentum"] * state["velocity"]
    velocity = h["momentum"] * state["velocity"] - h["rate"] * f.gradient(ahead)
    return {"point": state["point"] + velocity, "velocity": velocity}


def _best(smallest: Any, largest: Any, _: Hyperparameters) -> dict[str, Any]:
    """Lessard, Recht & Packard (2016), proposition 1."""
    root = np.sqrt(3.0 * largest / smallest + 1.0)
    return {"rate": 4.0 / (3.0 * largest + smallest), "momentum": (root - 2.0) / (root + 2.0)}


METHOD = Method(
    name="nesterov",
    source="Nesterov (1983), A method of solving a convex programming problem with convergence rate O(1/k²)",
    step=_step,
    cost=lambda _: 1.0,  # the gradient where it ends is for the eye alone
    init=at_rest("velocity"),
    hyperparameters={"rate": 0.01, "momentum": 0.9},
    best=_best,
    # where the larger root of its recurrence has the absolute value 1 (Goh, 2017)
    stable_rate=lambda largest, h: (2.0 + 2.0 * h["momentum"]) / ((1.0 + 2.0 * h["momentum"]) * largest),
)
