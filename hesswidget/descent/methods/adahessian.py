"""AdaHessian: Adam with an estimate of the Hessian's diagonal in place of the gradient."""

from __future__ import annotations

import autograd.numpy as np

from hesswidget.derivatives.traced import TracedFunction
from hesswidget.descent.draws import hutchinson_diagonal
from hesswidget.descent.line_search import PRODUCT
from hesswidget.descent.method import Hyperparameters, Method, State
from hesswidget.descent.methods.averages import moments_after


def _init(f: TracedFunction, state: State, h: Hyperparameters) -> State:
    zeros, count = 0.0 * state["point"], np.zeros(())
    model = np.abs(hutchinson_diagonal(f, state, count)) + h["epsilon"]
    return {"mean": zeros, "squares": zeros, "count": count, "model": model}


def _step(f: TracedFunction, state: State, h: Hyperparameters) -> State:
    return moments_after(state, h, hutchinson_diagonal(f, state, state["count"]))


METHOD = Method(
    name="adahessian",
    source="Yao et al. (2021), ADAHESSIAN: an adaptive second order optimizer for machine learning",
    step=_step,
    cost=lambda _: 1.0 + PRODUCT,
    init=_init,
    hyperparameters={"rate": 0.15, "momentum": 0.9, "decay": 0.999, "epsilon": 1e-4},
    model="model",  # the diagonal that its last step divided by
)
