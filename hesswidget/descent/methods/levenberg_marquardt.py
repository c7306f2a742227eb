"""Levenberg and Marquardt: Newton's step with a damping that grows where the model was poor, and shrinks where good.

Marquardt damps the Gauss–Newton matrix of a sum of squares, and needs its residuals; of a function alone there is the
Hessian. Where it has a negative eigenvalue, the damping is at least twice its size, so that each step leads downhill.
"""

from __future__ import annotations

from typing import Any

import autograd.numpy as np

from hesswidget.derivatives.traced import TracedFunction
from hesswidget.descent import trust
from hesswidget.descent.method import Hyperparameters, Method, State
from hesswidget.descent.spectral import eigenbasis

FACTOR = 10.0  # Marquardt's ν
LEAST = 1e-12  # of the largest curvature, that the smallest is raised to


def _init(f: TracedFunction, state: State, h: Hyperparameters) -> State:
    hessian = f.hessian(state["point"])
    curvatures, _, _ = eigenbasis(state["gradient"], hessian)
    damping = h["damping"] * np.ones(())
    return {"damping": damping, "model": _damped(hessian, _raised(damping, curvatures))}


def _raised(damping: Any, curvatures: Any) -> Any:
    """Return the damping, or what makes the Hessian positive definite, if that is more."""
    least = LEAST * np.max(np.abs(curvatures)) - curvatures[0]
    return np.maximum(damping, np.maximum(-2.0 * curvatures[0], least))


def _damped(hessian: Any, damping: Any) -> Any:
    return hessian + damping * np.eye(len(hessian))


def _step(f: TracedFunction, state: State, h: Hyperparameters) -> State:
    gradient, hessian = state["gradient"], f.hessian(state["point"])
    curvatures, vectors, components = eigenbasis(gradient, hessian)
    damping = _raised(state["damping"], curvatures)
    step = -np.dot(vectors, components / (curvatures + damping))
    ratio = trust.reduction_ratio(f, state, step, trust.promised_fall(gradient, hessian, step))
    eased = np.where(ratio > trust.GOOD, damping / FACTOR, damping)
    return {
        "point": trust.taken(state["point"], step, ratio),
        "damping": np.where(trust.is_poor(ratio), FACTOR * damping, eased),
        "model": _damped(hessian, damping),
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
    gauges=("damping",),
    model="model",  # H + λ I of the last step
)
