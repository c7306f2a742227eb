"""Heavy ball: gradient descent with momentum."""

from __future__ import annotations

from typing import Any

import autograd.numpy as np

from hesswidget.derivatives.traced import TracedFunction
from hesswidget.descent.method import Hyperparameters, Method, State, at_rest


def _step(_: TracedFunction, state: State, h: Hyperparameters) -> State:
    velocity = h["momentum"] * state["velocity"] - h["rate"] * state["gradient"]
    return {"point": state["point"] + velocity, "velocity": velocity}


def _best(smallest: Any, largest: Any, _: Hyperparameters) -> dict[str, Any]:
    """Polyak (1964): each step then leaves the share √momentum of the error, (√κ − 1) / (√κ + 1)."""
    low, high = np.sqrt(smallest), np.sqrt(largest)
    return {"rate": 4.0 / (low + high) ** 2, "momentum": ((high - low) / (high + low)) ** 2}


METHOD = Method(
    name="heavy-ball",
    source="Polyak (1964), Some methods of speeding up the convergence of iteration methods",
    step=_step,
    cost=lambda _: 1.0,
    init=at_rest("velocity"),
    hyperparameters={"rate": 0.01, "momentum": 0.9},
    best=_best,
    stable_rate=lambda largest, h: (2.0 + 2.0 * h["momentum"]) / largest,  # Polyak (1964)
)
