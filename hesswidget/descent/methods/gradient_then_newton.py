"""Gradient descent far from a minimum, Newton's method near it.

A step is Newton's where |∇f| is at most a share of what it was at the start and the Hessian is positive definite, so
that it leads downhill, to the minimum of the model; else it is the gradient's.
"""

from __future__ import annotations

import autograd.numpy as np

from hesswidget.derivatives.traced import TracedFunction
from hesswidget.descent.line_search import PRODUCT, first_after, first_step, searched
from hesswidget.descent.method import Hyperparameters, Method, State
from hesswidget.descent.spectral import eigenbasis
from hesswidget.precision import EPS
from hesswidget.second_derivative_test.stationarity import norm_of


def _init(_: TracedFunction, state: State, __: Hyperparameters) -> State:
    return {"steepness": norm_of(state["gradient"]), "newton": np.zeros(()), "first": np.ones(())}


def _step(f: TracedFunction, state: State, h: Hyperparameters) -> State:
    gradient, hessian = state["gradient"], f.hessian(state["point"])
    curvatures, vectors, components = eigenbasis(gradient, hessian)
    is_near = norm_of(gradient) <= h["share"] * state["steepness"]
    is_definite = curvatures[0] > len(gradient) * EPS * np.max(np.abs(curvatures))
    newton = -np.dot(vectors, components / np.where(is_definite, curvatures, 1.0))
    is_newton = np.logical_and(is_near, is_definite)
    direction = np.where(is_newton, newton, -h["rate"] * gradient)
    first = state["first"]
    size, spent = searched(f, state, direction, h, np.where(is_newton, 1.0, first))
    return {
        "point": state["point"] + size * direction,
        "steepness": state["steepness"],
        "newton": np.where(is_newton, 1.0, 0.0),
        "first": np.where(is_newton, first, first_after(first, size, direction)),
        "proposed": first_step(direction, h, np.where(is_newton, 1.0, first)),
        "spent": 1.0 + np.where(is_near, PRODUCT * len(gradient), 0.0) + spent,
    }


METHOD = Method(
    name="gradient-then-newton",
    source="Nocedal & Wright (2006), Numerical optimization, §3.3: rates of convergence far and near",
    step=_step,
    cost=lambda n: 1.0 + PRODUCT * n,
    init=_init,
    line_search="backtracking",
    hyperparameters={"rate": 1.0, "share": 0.1},  # the rate of the very first trial
)
