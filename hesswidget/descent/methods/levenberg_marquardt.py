"""Levenberg and Marquardt: Newton's step with a damping that grows where the model was poor, and shrinks where good.

Of a sum of squares that says so (`hesswidget.least_squares`), and of any other loss of outputs, the Gauss–Newton matrix
is damped, as Marquardt does; of a function alone, the Hessian. Where that has a negative eigenvalue, the damping is at
least twice its size, so that each step leads downhill.
"""

from __future__ import annotations

from typing import Any

import autograd.numpy as np

from hesswidget.derivatives.traced import TracedFunction
from hesswidget.descent import trust
from hesswidget.descent.damped_curvature import matrix
from hesswidget.descent.method import Hyperparameters, Method, State
from hesswidget.descent.spectral import eigenbasis

FACTOR = 10.0  # Marquardt's ν
LEAST = 1e-12  # of the largest curvature, that the smallest is raised to


def _init(f: TracedFunction, state: State, h: Hyperparameters) -> State:
    curvature = matrix(f, state["point"])
    curvatures, _, _ = eigenbasis(state["gradient"], curvature)
    wanted = h["damping"] * np.ones(())
    damping = _raised(wanted, curvatures)
    return {"damping": damping, "wanted": wanted, "model": _damped(curvature, damping)}


def _raised(damping: Any, curvatures: Any) -> Any:
    """Return the damping, or what makes the matrix positive definite, if that is more."""
    least = LEAST * np.max(np.abs(curvatures)) - curvatures[0]
    return np.maximum(damping, np.maximum(-2.0 * curvatures[0], least))


def _damped(curvature: Any, damping: Any) -> Any:
    return curvature + damping * np.eye(len(curvature))


def _step(f: TracedFunction, state: State, h: Hyperparameters) -> State:
    gradient, curvature = state["gradient"], matrix(f, state["point"])
    curvatures, vectors, components = eigenbasis(gradient, curvature)
    damping = _raised(state["wanted"], curvatures)
    step = -np.dot(vectors, components / (curvatures + damping))
    ratio = trust.reduction_ratio(f, state, step, trust.promised_fall(gradient, curvature, step))
    eased = np.where(ratio > trust.GOOD, damping / FACTOR, damping)
    return {
        "point": trust.taken(state["point"], step, ratio),
        "damping": damping,
        "wanted": np.where(
            trust.is_poor(ratio), FACTOR * damping, eased
        ),  # for the next step, unless that raises it
        "model": _damped(curvature, damping),
        "proposed": step,
        "tried": step,
    }


METHOD = Method(
    name="levenberg-marquardt",
    source="Marquardt (1963), An algorithm for least-squares estimation of nonlinear parameters",
    step=_step,
    cost=trust.cost,
    init=_init,
    hyperparameters={"damping": 0.01},  # at the start
    gauges=("damping",),  # that of the model
    model="model",  # H + λ I, or G + λ I, of the last step
)
