"""Cubic regularization: the quadratic model with the cube of the step's length added, minimised globally.

How much is added, σ, doubles after a poor step and halves after a good one (Cartis, Gould & Toint, 2011).
"""

from __future__ import annotations

import autograd.numpy as np

from hesswidget.derivatives.traced import TracedFunction
from hesswidget.descent import trust
from hesswidget.descent.method import Hyperparameters, Method, State
from hesswidget.descent.secular import minimizer


def _init(_: TracedFunction, __: State, h: Hyperparameters) -> State:
    return {"damping": h["damping"] * np.ones(())}


def _step(f: TracedFunction, state: State, _: Hyperparameters) -> State:
    """Step to the minimum of the model, which promises less by ``σ |s|³ / 3``; σ doubles or halves by its truth."""
    gradient, hessian, damping = state["gradient"], f.hessian(state["point"]), state["damping"]
    step = minimizer(gradient, hessian, 0.0, damping)
    added = damping * np.sum(step**2) ** 1.5 / 3.0
    ratio = trust.reduction_ratio(f, state, step, trust.promised_fall(gradient, hessian, step) - added)
    eased = np.where(ratio > trust.GOOD, damping / 2.0, damping)
    return {
        "point": trust.taken(state["point"], step, ratio),
        "damping": np.where(trust.is_poor(ratio), 2.0 * damping, eased),
        "proposed": step,
        "tried": step,
    }


METHOD = Method(
    name="cubic",
    source="Nesterov & Polyak (2006), Cubic regularization of Newton method and its global performance",
    step=_step,
    cost=trust.cost,
    init=_init,
    hyperparameters={"damping": 1.0},  # σ at the start: half of the Hessian's Lipschitz constant
    gauges=("damping",),
)
