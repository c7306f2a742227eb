"""Sophia: momentum over an estimate of the Hessian's diagonal, clipped where the curvature is small or negative.

The estimate is Hutchinson's (Sophia-H), and made anew at every tenth step only.
"""

from __future__ import annotations

import autograd.numpy as np

from hesswidget.derivatives.traced import TracedFunction
from hesswidget.descent.draws import hutchinson_diagonal
from hesswidget.descent.line_search import PRODUCT
from hesswidget.descent.method import Hyperparameters, Method, State

EVERY = 10  # steps


def _init(_: TracedFunction, state: State, __: Hyperparameters) -> State:
    zeros = 0.0 * state["point"]
    return {"mean": zeros, "diagonal": zeros, "count": np.zeros(())}


def _step(f: TracedFunction, state: State, h: Hyperparameters) -> State:
    mean = h["momentum"] * state["mean"] + (1 - h["momentum"]) * state["gradient"]
    is_due = np.mod(state["count"], EVERY) == 0
    estimate = hutchinson_diagonal(f, state, state["count"] / EVERY)
    followed = h["decay"] * state["diagonal"] + (1 - h["decay"]) * estimate
    diagonal = np.where(is_due, followed, state["diagonal"])
    newton = mean / np.maximum(h["clipping"] * diagonal, h["epsilon"])
    return {
        "point": state["point"] - h["rate"] * np.clip(newton, -1.0, 1.0),
        "mean": mean,
        "diagonal": diagonal,
        "count": state["count"] + 1,
        "spent": 1.0 + np.where(is_due, PRODUCT, 0.0),
    }


METHOD = Method(
    name="sophia",
    source="Liu et al. (2023), Sophia: a scalable stochastic second-order optimizer for language model pre-training",
    step=_step,
    cost=lambda _: 1.0 + PRODUCT / EVERY,
    init=_init,
    hyperparameters={"rate": 0.001, "momentum": 0.96, "decay": 0.99, "epsilon": 1e-12, "clipping": 0.01},
    model="diagonal",  # as it follows the estimates, from zero
)
