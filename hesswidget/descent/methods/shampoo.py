"""Shampoo: the gradient, as a matrix, between roots of what its rows and its columns have met.

The variables are read, row by row, as a matrix whose sides are nearest to each other (`matrix_shape`): six are 2 × 3, a
prime number of them is one row.
"""

from __future__ import annotations

from typing import Any

import autograd.numpy as np

from hesswidget.derivatives.traced import TracedFunction
from hesswidget.descent.matrix_shape import matrix_shape
from hesswidget.descent.method import Hyperparameters, Method, State


def _init(_: TracedFunction, state: State, h: Hyperparameters) -> State:
    rows, columns = matrix_shape(len(state["point"]))
    return {"left": h["epsilon"] * np.eye(rows), "right": h["epsilon"] * np.eye(columns)}


def _step(_: TracedFunction, state: State, h: Hyperparameters) -> State:
    G = np.reshape(state["gradient"], matrix_shape(len(state["gradient"])))
    left = state["left"] + np.dot(G, np.transpose(G))
    right = state["right"] + np.dot(np.transpose(G), G)
    turned = np.dot(np.dot(_fourth_root_inverted(left), G), _fourth_root_inverted(right))
    return {"point": state["point"] - h["rate"] * np.reshape(turned, (-1,)), "left": left, "right": right}


def _fourth_root_inverted(matrix: Any) -> Any:
    eigenvalues, vectors = np.linalg.eigh(matrix)
    return np.dot(vectors * eigenvalues**-0.25, np.transpose(vectors))


METHOD = Method(
    name="shampoo",
    source="Gupta, Koren & Singer (2018), Shampoo: preconditioned stochastic tensor optimization",
    step=_step,
    cost=lambda _: 1.0,
    init=_init,
    hyperparameters={"rate": 0.1, "epsilon": 1e-4},
)
