"""Layers of a ReLU network rescaled: the same function, and another curvature."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from hesswidget.models.permutation import weights_of
from hesswidget.precision import positive, whole_number

Blocks = Mapping[str, Any]


def rescaled(params: Blocks, alpha: float, *, layer: int = 1) -> dict[str, np.ndarray]:
    """Return the weights of a perceptron with a layer multiplied by a number, and the next divided by it.

    A network of ReLU, or of the identity, stays the function that it was, and so does its loss; with a penalty on
    weights it does not. The Hessian does not stay: its largest eigenvalue grows as α² (Dinh, Pascanu, Bengio & Bengio,
    2017, Sharp minima can generalize for deep nets).

    Parameters
    ----------
    params : dict
        W1, b1, W2 and so on, with or without biases.
    alpha : float
        Above zero.
    layer : int
        Which hidden layer is multiplied, with its biases: from 1 on.

    Raises
    ------
    ProblemError
        If there is no such hidden layer, or alpha is not above zero.

    Examples
    --------
    >>> net = {"W1": [[1.0]], "b1": [2.0], "W2": [[6.0]], "b2": [1.0]}
    >>> {name: block.tolist() for name, block in rescaled(net, 2.0).items()}
    {'W1': [[2.0]], 'b1': [4.0], 'W2': [[3.0]], 'b2': [1.0]}
    """
    found = weights_of(params)
    hidden = sum(name.startswith("W") for name in found) - 1
    k, factor = whole_number("layer", layer, 1, hidden), positive("alpha", alpha)
    for name, by in ((f"W{k}", factor), (f"b{k}", factor), (f"W{k + 1}", 1 / factor)):
        if name in found:
            found[name] = by * found[name]
    return found
