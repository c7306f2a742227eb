"""Damped Newton: the eigenvalues are made positive, and the step is halved until f falls enough."""

from __future__ import annotations

from typing import Any

import autograd.numpy as np

from hesswidget.derivatives.traced import TracedFunction
from hesswidget.descent.line_search import searched
from hesswidget.descent.method import Hyperparameters, Method, State
from hesswidget.descent.spectral import scaled_descent


def _step(f: TracedFunction, state: State, h: Hyperparameters) -> State:
    gradient, hessian = state["gradient"], f.hessian(state["point"])

    def positive(curvature: Any) -> Any:
        least = h["damping"] * np.max(np.abs(curvature))
        return np.maximum(np.abs(curvature), np.where(least > 0, least, 1.0))

    direction = scaled_descent(gradient, hessian, positive)
    size, spent = searched(f, state, direction, h)
    point = state["point"] + size * direction
    return {"point": point, "proposed": direction, "spent": _cost(len(gradient)) + spent}


def _cost(n: int) -> float:
    return 1.0 + 2.0 * n


METHOD = Method(
    name="damped-newton",
    source="Nocedal & Wright (2006), Numerical optimization, §3.4",
    step=_step,
    cost=_cost,
    line_search="backtracking",
    hyperparameters={"damping": 1e-8},  # of the largest curvature, below which a curvature does not count
)
