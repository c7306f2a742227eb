"""Hessian-free: Newton's step for a damped Hessian, solved by conjugate gradients, so that products are all it needs.

Of a loss that says what it is made of (`hesswidget.composite`) these are products with the Gauss–Newton matrix, as
Martens has it; of a function alone, with the Hessian, and the iteration ends where a curvature is negative. It starts
from zero each time, and ends by a forcing term, not by its progress.
"""

from __future__ import annotations

from typing import Any

import autograd.numpy as np

from hesswidget.derivatives.traced import TracedFunction
from hesswidget.descent import trust
from hesswidget.descent.conjugate_gradients import iterations, solved
from hesswidget.descent.damped_curvature import matrix, product
from hesswidget.descent.line_search import PRODUCT, VALUE, searched
from hesswidget.descent.method import Hyperparameters, Method, State
from hesswidget.second_derivative_test.stationarity import norm_of

FACTOR = 1.5  # by which the damping changes
LOOSEST = 0.1  # residual: with a half, which is more usual, networks take up to half as many steps again


def _init(_: TracedFunction, state: State, h: Hyperparameters) -> State:
    none = np.full(iterations(len(state["point"])) + 1, np.nan)
    return {"damping": h["damping"] * np.ones(()), "ratio": np.ones(()), "residuals": none}


def _forcing(state: State) -> Any:
    """Return the share of |∇f| that the residual may be (Dembo & Steihaug, 1983): convergence stays superlinear."""
    size = norm_of(state["gradient"])
    return np.minimum(LOOSEST, np.sqrt(size))


def _step(f: TracedFunction, state: State, h: Hyperparameters) -> State:
    gradient, damping = state["gradient"], state["damping"]
    step, residuals, made = solved(f, state, damping, _forcing(state))
    bent = product(f, state["point"], step) + damping * step
    promised = -np.dot(gradient, step) - 0.5 * np.dot(step, bent)
    ratio = trust.reduction_ratio(f, state, step, promised)
    eased = np.where(ratio > trust.GOOD, damping / FACTOR, damping)
    size, spent = searched(f, state, step, h)
    return {
        "point": state["point"] + size * step,
        "damping": np.where(trust.is_poor(ratio), FACTOR * damping, eased),
        "ratio": ratio,
        "residuals": residuals,
        "proposed": step,
        "spent": 1.0 + PRODUCT * (made + 1.0) + VALUE + spent,
    }


def _model(f: TracedFunction, state: State, _: Hyperparameters) -> Any:
    return matrix(f, state["point"]) + state["damping"] * np.eye(len(state["point"]))


METHOD = Method(
    name="hessian-free",
    source="Martens (2010), Deep learning via Hessian-free optimization",
    step=_step,
    cost=lambda n: 3.0 + PRODUCT * n + VALUE,
    init=_init,
    line_search="backtracking",
    hyperparameters={"damping": 1.0},  # at the start
    gauges=("damping", "ratio"),
    series="residuals",
    model_of=_model,
)
