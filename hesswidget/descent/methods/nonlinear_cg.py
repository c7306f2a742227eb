"""Nonlinear conjugate gradients: each direction is kept conjugate to the last, by Polak and Ribière's rule.

It starts again along the negative gradient where the rule's factor would be negative (PR+), where successive gradients
are far from orthogonal (Powell, 1977), and where the direction would lead uphill.
"""

from __future__ import annotations

import autograd.numpy as np

from hesswidget.derivatives.traced import TracedFunction
from hesswidget.descent.division import divided
from hesswidget.descent.line_search import first_after, first_step, searched
from hesswidget.descent.method import Hyperparameters, Method, State

FAR = 0.2  # of |∇f|², which two successive gradients' product is beyond where they are far from orthogonal


def _init(_: TracedFunction, state: State, __: Hyperparameters) -> State:
    return {"direction": -state["gradient"], "first": np.ones(())}


def _step(f: TracedFunction, state: State, h: Hyperparameters) -> State:
    gradient, direction = state["gradient"], state["direction"]
    size, spent = searched(f, state, direction, h, state["first"])
    point = state["point"] + size * direction
    after = f.gradient(point)
    squared = np.dot(after, after)
    factor = divided(np.dot(after, after - gradient), np.dot(gradient, gradient))
    is_conjugate = np.abs(np.dot(after, gradient)) < FAR * squared
    turned = -after + np.where(is_conjugate, np.maximum(factor, 0.0), 0.0) * direction
    is_downhill = np.dot(turned, after) < 0
    return {
        "point": point,
        "direction": np.where(is_downhill, turned, -after),
        "first": first_after(state["first"], size, direction),
        "proposed": first_step(direction, h, state["first"]),
        "spent": 1.0 + spent,
    }


METHOD = Method(
    name="nonlinear-cg",
    source="Polak & Ribière (1969), Note sur la convergence de méthodes de directions conjuguées; "
    "Gilbert & Nocedal (1992), PR+",
    step=_step,
    cost=lambda _: 1.0,
    init=_init,
    line_search="exact",
)
