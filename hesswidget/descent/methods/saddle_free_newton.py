"""Saddle-free Newton: Newton's step with the absolute values of the eigenvalues, so that saddles repel."""

from __future__ import annotations

import autograd.numpy as np

from hesswidget.derivatives.traced import TracedFunction
from hesswidget.descent.method import Hyperparameters, Method, State
from hesswidget.descent.spectral import scaled_descent


def _step(f: TracedFunction, state: State, h: Hyperparameters) -> State:
    gradient, hessian = state["gradient"], f.hessian(state["point"])
    step = scaled_descent(gradient, hessian, lambda curvature: np.abs(curvature) + h["damping"])
    return {"point": state["point"] + step}


METHOD = Method(
    name="saddle-free-newton",
    source="Dauphin et al. (2014), Identifying and attacking the saddle point problem in high-dimensional optimization",
    step=_step,
    cost=lambda n: 1.0 + 2.0 * n,
    hyperparameters={"damping": 0.0},
)
