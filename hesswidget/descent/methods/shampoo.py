"""Shampoo: the gradient, as a matrix, between roots of what its rows and its columns have met.

Each block of the variables that is a matrix is one, and each vector beside them one row; variables that are no such
blocks are together, row by row, a matrix whose sides are nearest to each other (`hesswidget.descent.matrix_shape`).
"""

from __future__ import annotations

from typing import Any

import autograd.numpy as np

from hesswidget.derivatives.traced import TracedFunction
from hesswidget.descent.matrix_shape import diagonal, joined, kronecker, parts
from hesswidget.descent.method import Hyperparameters, Method, State


def _init(f: TracedFunction, _: State, h: Hyperparameters) -> State:
    entries: dict[str, Any] = {}
    for k, (_places, shape) in enumerate(parts(f)):
        entries |= {name: h["epsilon"] * np.eye(size) for name, size in zip(_names(k), shape, strict=True)}
    return entries


def _names(k: int) -> tuple[str, str]:
    """Return what the entries of a part are called, of its rows and of its columns."""
    return f"left_{k}", f"right_{k}"


def _step(f: TracedFunction, state: State, h: Hyperparameters) -> State:
    met = _met(f, state)
    turned = joined(np.dot(np.dot(_power(left, -0.25), G), _power(right, -0.25)) for G, left, right in met)
    entries = {name: x for k, (_, *both) in enumerate(met) for name, x in zip(_names(k), both, strict=True)}
    return {"point": state["point"] - h["rate"] * turned, **entries}


def _met(f: TracedFunction, state: State) -> list[tuple[Any, Any, Any]]:
    """Return the gradient of each part as a matrix, and what its rows and its columns have met with it."""
    met = []
    for k, part in enumerate(parts(f)):
        G = part.of(state["gradient"])
        left, right = (state[name] for name in _names(k))
        met.append((G, left + np.dot(G, np.transpose(G)), right + np.dot(np.transpose(G), G)))
    return met


def _power(matrix: Any, exponent: float) -> Any:
    eigenvalues, vectors = np.linalg.eigh(matrix)
    return np.dot(vectors * eigenvalues**exponent, np.transpose(vectors))


def _model(f: TracedFunction, state: State, _: Hyperparameters) -> Any:
    """Return what the next step divides the gradient by, of each part the Kronecker product of the two roots."""
    return diagonal([kronecker(_power(left, 0.25), _power(right, 0.25)) for _, left, right in _met(f, state)])


METHOD = Method(
    name="shampoo",
    source="Gupta, Koren & Singer (2018), Shampoo: preconditioned stochastic tensor optimization",
    step=_step,
    cost=lambda _: 1.0,
    init=_init,
    hyperparameters={"rate": 0.1, "epsilon": 1e-4},
    model_of=_model,
)
