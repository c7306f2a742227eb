"""What the quasi-Newton methods share: a model of the Hessian that follows from how the gradient changes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import autograd.numpy as np

from hesswidget.derivatives.traced import TracedFunction
from hesswidget.descent.line_search import searched
from hesswidget.descent.method import Hyperparameters, Method, State

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

    Where the direction leads uphill, it is the negative gradient.
    """

    def step(f: TracedFunction, state: State, h: Hyperparameters) -> State:
        point, gradient, model = state["point"], state["gradient"], state["model"]
        newton = np.linalg.solve(model, -gradient[:, None])[:, 0]
        direction = np.where(np.dot(newton, gradient) < 0, newton, -gradient)
        size, spent = searched(f, state, direction, h)
        s = size * direction
        after = f.gradient(point + s)
        return {
            "point": point + s,
            "model": update(model, s, after - gradient),
            "proposed": direction,
            "spent": 1.0 + spent,
        }

    return step
