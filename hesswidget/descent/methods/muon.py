"""Muon: momentum whose singular values are all made about one.

Each block of the variables that is a matrix is one, and each vector beside them one row, of which only the length is
changed; variables that are no such blocks are together, row by row, a matrix whose sides are nearest to each other
(`hesswidget.descent.matrix_shape`). Five Newton–Schulz steps bring singular values that are at least a hundredth of
the momentum's norm into [0.682, 1.134].
"""

from __future__ import annotations

from typing import Any

import autograd.numpy as np

from hesswidget.derivatives.control_flow import scan
from hesswidget.derivatives.traced import TracedFunction
from hesswidget.descent.division import divided
from hesswidget.descent.matrix_shape import diagonal, joined, kronecker, parts
from hesswidget.descent.method import Hyperparameters, Method, State, at_rest
from hesswidget.precision import EPS

A, B, C = 3.4445, -4.7750, 2.0315
STEPS = 5
LEAST = 1e-7  # a norm below which a momentum is as good as none


def orthogonalized(matrix: Any) -> Any:
    """Return a matrix with the same singular vectors and singular values near one.

    Examples
    --------
    >>> values = np.linalg.svd(orthogonalized(np.diag([5.0, 0.1])), compute_uv=False)
    >>> bool(((values > 0.681) & (values < 1.135)).all())
    True
    """
    if np.shape(matrix)[0] > np.shape(matrix)[1]:
        return np.transpose(orthogonalized(np.transpose(matrix)))
    start = matrix / np.maximum(np.sqrt(np.sum(matrix**2)), LEAST)
    (found,) = scan(_schulz, [start], length=STEPS)
    return found


def _schulz(x: Any) -> tuple[Any]:
    square = np.dot(x, np.transpose(x))
    return (A * x + np.dot(B * square + C * np.dot(square, square), x),)


def _step(f: TracedFunction, state: State, h: Hyperparameters) -> State:
    mean, ahead = _followed(state, h)
    turned = joined(orthogonalized(part.of(ahead)) for part in parts(f))
    return {"point": state["point"] - h["rate"] * turned, "mean": mean}


def _followed(state: State, h: Hyperparameters) -> tuple[Any, Any]:
    """Return the momentum with this gradient, and the one that is ahead of it, as Nesterov's."""
    gradient = state["gradient"]
    mean = h["momentum"] * state["mean"] + (1 - h["momentum"]) * gradient
    ahead = h["momentum"] * mean + (1 - h["momentum"]) * gradient
    return mean, ahead


def _model(f: TracedFunction, state: State, h: Hyperparameters) -> Any:
    """Return what the next step divides the momentum by: each singular value, by what it becomes."""
    _, ahead = _followed(state, h)
    return diagonal([_model_of(part.of(ahead)) for part in parts(f)])


def _model_of(ahead: Any) -> Any:
    rows, columns = np.shape(ahead)
    if rows > columns:
        return kronecker(np.eye(rows), _divisors(np.transpose(ahead)))
    return kronecker(_divisors(ahead), np.eye(columns))


def _divisors(ahead: Any) -> Any:
    squares, vectors = np.linalg.eigh(np.dot(ahead, np.transpose(ahead)))
    turned = np.dot(orthogonalized(ahead), np.transpose(ahead))
    became = np.sum(vectors * np.dot(turned, vectors), axis=0)
    largest = np.max(squares)
    least = (
        np.sqrt(np.sum(ahead**2)) / A**STEPS
    )  # what it tends to for small values, of which rounding leaves none
    divisors = np.where(squares > len(squares) * EPS * largest, divided(squares, became), least)
    return np.dot(vectors * divisors, np.transpose(vectors))


METHOD = Method(
    name="muon",
    source="Jordan et al. (2024), Muon: an optimizer for hidden layers in neural networks",
    step=_step,
    cost=lambda _: 1.0,
    init=at_rest("mean"),
    hyperparameters={"rate": 0.02, "momentum": 0.95},
    model_of=_model,
)
