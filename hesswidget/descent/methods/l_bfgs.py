"""L-BFGS: the inverse that BFGS would have made of the last few steps, applied without being formed.

As many as 20 pairs of a step and the change of the gradient along it are kept, the last one first, of which ``memory``
count. The unit matrix that the updates start from is scaled by the last pair. A step along which the curvature is not
positive makes no pair, and shows the others to be of no use: they are forgotten.
"""

from __future__ import annotations

from typing import Any

import autograd.numpy as np

from hesswidget.derivatives.control_flow import scan
from hesswidget.derivatives.traced import TracedFunction
from hesswidget.descent.division import divided
from hesswidget.descent.line_search import searched
from hesswidget.descent.method import Hyperparameters, Method, State
from hesswidget.descent.methods.bfgs import updated

PAIRS = 20


def inverse_applied(vector: Any, steps: Any, changes: Any, scale: Any) -> Any:
    """Return BFGS's inverse model times a vector, by two loops over pairs, the last pair first; zeros are no pair.

    Examples
    --------
    >>> steps, changes = np.array([[1.0, 1.0], [0.0, 0.0]]), np.array([[3.0, 1.0], [0.0, 0.0]])
    >>> inverse_applied(np.array([3.0, 1.0]), steps, changes, 0.7).round(12).tolist()
    [1.0, 1.0]
    """
    weights = divided(1.0, np.sum(steps * changes, axis=1))
    inner, shares = scan(_reduced, [vector], [steps, changes, weights])
    pairs = [steps[::-1], changes[::-1], weights[::-1], shares[::-1]]  # the first pair first
    (applied,) = scan(_restored, [scale * inner], pairs)
    return applied


def _reduced(inner: Any, s: Any, y: Any, weight: Any) -> tuple[Any, Any]:
    share = weight * np.dot(s, inner)
    return inner - share * y, share


def _restored(outer: Any, s: Any, y: Any, weight: Any, share: Any) -> tuple[Any]:
    return (outer + (share - weight * np.dot(y, outer)) * s,)


def _init(_: TracedFunction, state: State, __: Hyperparameters) -> State:
    none = np.zeros((PAIRS, len(state["point"])))
    return {"steps": none, "changes": none}


def _step(f: TracedFunction, state: State, h: Hyperparameters) -> State:
    point, gradient = state["point"], state["gradient"]
    direction = -inverse_applied(gradient, *_pairs(state, h))
    size, spent = searched(f, state, direction, h)
    s = size * direction
    y = f.gradient(point + s) - gradient
    is_convex = np.dot(s, y) > 0
    return {
        "point": point + s,
        "steps": np.where(is_convex, _pushed(s, state["steps"]), 0.0),
        "changes": np.where(is_convex, _pushed(y, state["changes"]), 0.0),
        "proposed": direction,
        "spent": 1.0 + spent,
    }


def _model(_: TracedFunction, state: State, h: Hyperparameters) -> Any:
    """Return the model that the pairs make by BFGS's updates, the first pair first: the inverse of what is applied."""
    n = len(state["point"])
    steps, changes, scale = _pairs(state, h)
    (model,) = scan(lambda B, s, y: (updated(B, s, y),), [np.eye(n) / scale], [steps[::-1], changes[::-1]])
    return model


def _pairs(state: State, h: Hyperparameters) -> tuple[Any, Any, Any]:
    """Return the pairs that count, and by what the unit matrix that the updates start from is scaled."""
    counts = np.where(np.arange(float(PAIRS)) < h["memory"], 1.0, 0.0)[:, None]
    steps, changes = counts * state["steps"], counts * state["changes"]
    fitting = divided(np.dot(steps[0], changes[0]), np.dot(changes[0], changes[0]))
    return steps, changes, np.where(fitting > 0, fitting, 1.0)


def _pushed(row: Any, rows: Any) -> Any:
    return np.concatenate([row[None, :], rows[:-1]])


METHOD = Method(
    name="l-bfgs",
    source="Liu & Nocedal (1989), On the limited memory BFGS method for large scale optimization",
    step=_step,
    cost=lambda _: 1.0,
    init=_init,
    line_search="backtracking",
    hyperparameters={"memory": 10.0},
    model_of=_model,
)
