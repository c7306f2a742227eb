"""What the quasi-Newton methods share: a model of the Hessian that follows from how the gradient changes."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import autograd.numpy as np

from hesswidget.derivatives.traced import TracedFunction
from hesswidget.descent.division import divided
from hesswidget.descent.line_search import searched
from hesswidget.descent.method import Hyperparameters, Method, State
from hesswidget.precision import EPS

FAR = 1 / math.sqrt(EPS)  # from 1, either way: half of the digits

Update = Callable[[Any, Any, Any], Any]
"""``update(B, s, y)``: the model after the gradient has changed by `y` along `s`."""


def method(name: str, source: str, update: Update) -> Method:
    """Return the quasi-Newton method that starts with the unit matrix for a model and updates it so."""
    return Method(
        name=name,
        source=source,
        step=_stepper(update),
        cost=lambda _: 1.0,
        init=_init,
        line_search="backtracking",
        model="model",
    )


def _init(_: TracedFunction, state: State, __: Hyperparameters) -> State:
    return {"model": np.eye(len(state["point"]))}


def _stepper(update: Update) -> Callable[[TracedFunction, State, Hyperparameters], State]:
    """Make a step: along the model's Newton direction, as far as the line search says; then ``update(B, s, y)``.

    Where the direction leads uphill, it is the negative gradient, over the model's largest row sum: that is its unit.
    """

    def step(f: TracedFunction, state: State, h: Hyperparameters) -> State:
        point, gradient, model = state["point"], state["gradient"], state["model"]
        newton = np.linalg.solve(model, -gradient[:, None])[:, 0]
        downhill = -divided(gradient, np.max(np.sum(np.abs(model), axis=1)))
        direction = np.where(np.dot(newton, gradient) < 0, newton, downhill)
        size, spent = searched(f, state, direction, h)
        s = size * direction
        y = f.gradient(point + s) - gradient
        return {
            "point": point + s,
            "model": update(in_unit(model, s, y), s, y),
            "proposed": direction,
            "spent": 1.0 + spent,
        }

    return step


def in_unit(model: Any, s: Any, y: Any) -> Any:
    """Return the model; the unit matrix that it starts from times the curvature along a step, where that is far from 1.

    An update takes away what the model has along `s` and adds what `y` says: beyond `FAR` too few digits are left.
    Shanno & Phua (1978) scale it always; see Nocedal & Wright (2006), 6.20.

    Examples
    --------
    >>> in_unit(np.eye(1), np.array([1.0]), np.array([3.0])).tolist()
    [[1.0]]
    >>> in_unit(np.eye(1), np.array([1.0]), np.array([3e-9])).tolist()
    [[3e-09]]
    """
    curvature = divided(np.dot(y, y), np.dot(s, y))
    is_far = np.logical_and(curvature > 0, np.logical_or(curvature < 1 / FAR, curvature > FAR))
    is_new = np.all(model == np.eye(len(s)))
    return np.where(np.logical_and(is_new, is_far), curvature, 1.0) * model
