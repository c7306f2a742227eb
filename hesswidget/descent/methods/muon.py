"""Muon: momentum whose singular values are all made about one.

The variables are read, row by row, as a matrix whose sides are nearest to each other (`matrix_shape`): six are 2 × 3, a
prime number of them is one row, of which only the length is changed. Five Newton–Schulz steps bring singular values
that are at least a hundredth of the momentum's norm into [0.682, 1.134].
"""

from __future__ import annotations

from typing import Any

import autograd.numpy as np

from hesswidget.derivatives.control_flow import scan
from hesswidget.derivatives.traced import TracedFunction
from hesswidget.descent.division import divided
from hesswidget.descent.matrix_shape import kronecker, matrix_shape
from hesswidget.descent.method import Hyperparameters, Method, State, at_rest
from hesswidget.precision import EPS

A, B, C = 3.4445, -4.7750, 2.0315
STEPS = 5
LEAST = 1e-7  # a norm below which a momentum is as good as none


def orthogonalized(matrix: Any) -> Any:
    """Return a matrix with the same singular vectors and singular values near one; it has no more rows than columns.

    Examples
    --------
    >>> values = np.linalg.svd(orthogonalized(np.diag([5.0, 0.1])), compute_uv=False)
    >>> bool(((values > 0.681) & (values < 1.135)).all())
    True
    """
    start = matrix / np.maximum(np.sqrt(np.sum(matrix**2)), LEAST)
    (found,) = scan(_schulz, [start], length=STEPS)
    return found


def _schulz(x: Any) -> tuple[Any]:
    square = np.dot(x, np.transpose(x))
    return (A * x + np.dot(B * square + C * np.dot(square, square), x),)


def _step(_: TracedFunction, state: State, h: Hyperparameters) -> State:
    mean, ahead = _followed(state, h)
    return {"point": state["point"] - h["rate"] * np.reshape(orthogonalized(ahead), (-1,)), "mean": mean}


def _followed(state: State, h: Hyperparameters) -> tuple[Any, Any]:
    """Return the momentum with this gradient, and as a matrix the one that is ahead of it, as Nesterov's."""
    gradient = state["gradient"]
    mean = h["momentum"] * state["mean"] + (1 - h["momentum"]) * gradient
    ahead = h["momentum"] * mean + (1 - h["momentum"]) * gradient
    return mean, np.reshape(ahead, matrix_shape(len(gradient)))


def _model(state: State, h: Hyperparameters) -> Any:
    """Return what the next step divides the momentum by: each singular value, by what it becomes."""
    _, ahead = _followed(state, h)
    squares, vectors = np.linalg.eigh(np.dot(ahead, np.transpose(ahead)))
    turned = np.dot(orthogonalized(ahead), np.transpose(ahead))
    became = np.sum(vectors * np.dot(turned, vectors), axis=0)
    largest = np.max(squares)
    least = (
        np.sqrt(np.sum(ahead**2)) / A**STEPS
    )  # what it tends to for small values, of which rounding leaves none
    divisors = np.where(squares > len(squares) * EPS * largest, divided(squares, became), least)
    left = np.dot(vectors * divisors, np.transpose(vectors))
    return kronecker(left, np.eye(np.shape(ahead)[1]))


METHOD = Method(
    name="muon",
    source="Jordan et al. (2024), Muon: an optimizer for hidden layers in neural networks",
    step=_step,
    cost=lambda _: 1.0,
    init=at_rest("mean"),
    hyperparameters={"rate": 0.02, "momentum": 0.95},
    model_of=_model,
)
