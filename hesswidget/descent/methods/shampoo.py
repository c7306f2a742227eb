"""Shampoo: the gradient, as a matrix, between roots of what its rows and its columns have met.

The variables are read, row by row, as a matrix whose sides are nearest to each other (`matrix_shape`): six are 2 × 3, a
prime number of them is one row.
"""

from __future__ import annotations

from typing import Any

import autograd.numpy as np

from hesswidget.derivatives.traced import TracedFunction
from hesswidget.descent.matrix_shape import kronecker, matrix_shape
from hesswidget.descent.method import Hyperparameters, Method, State


def _init(_: TracedFunction, state: State, h: Hyperparameters) -> State:
    rows, columns = matrix_shape(len(state["point"]))
    return {"left": h["epsilon"] * np.eye(rows), "right": h["epsilon"] * np.eye(columns)}


def _step(_: TracedFunction, state: State, h: Hyperparameters) -> State:
    G, left, right = _met(state)
    turned = np.dot(np.dot(_power(left, -0.25), G), _power(right, -0.25))
    return {"point": state["point"] - h["rate"] * np.reshape(turned, (-1,)), "left": left, "right": right}


def _met(state: State) -> tuple[Any, Any, Any]:
    """Return the gradient as a matrix, and what its rows and its columns have met with it."""
    G = np.reshape(state["gradient"], matrix_shape(len(state["gradient"])))
    return G, state["left"] + np.dot(G, np.transpose(G)), state["right"] + np.dot(np.transpose(G), G)


def _power(matrix: Any, exponent: float) -> Any:
    eigenvalues, vectors = np.linalg.eigh(matrix)
    return np.dot(vectors * eigenvalues**exponent, np.transpose(vectors))


def _model(state: State, _: Hyperparameters) -> Any:
    """Return what the next step divides the gradient by, the Kronecker product of the two roots."""
    _, left, right = _met(state)
    return kronecker(_power(left, 0.25), _power(right, 0.25))


METHOD = Method(
    name="shampoo",
    source="Gupta, Koren & Singer (2018), Shampoo: preconditioned stochastic tensor optimization",
    step=_step,
    cost=lambda _: 1.0,
    init=_init,
    hyperparameters={"rate": 0.1, "epsilon": 1e-4},
    model_of=_model,
)
