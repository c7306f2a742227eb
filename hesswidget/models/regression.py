"""Linear models: linear, logistic and softmax regression. Their losses are convex."""

from __future__ import annotations

from typing import Any

import autograd.numpy as np
import numpy

from hesswidget.models.data import Data, features, given
from hesswidget.models.losses import SOFTMAX
from hesswidget.models.model import Model, model
from hesswidget.models.symmetries import shift


def _line(inputs: Any, w: Any, b: Any = 0.0) -> Any:
    return np.dot(inputs, w) + b


def _lines(inputs: Any, W: Any, b: Any = 0.0) -> Any:
    return np.dot(inputs, W.T) + b


def linear_regression(X: Any = "plane", y: Any = None, *, l2: float = 0.0, intercept: bool = True) -> Model:
    """Half the mean squared error of a linear function; blocks w, shape (d,), and b.

    Its Hessian is XᵀX/N + l2 I, the same everywhere (Gauss, 1809).

    Parameters
    ----------
    X, y : array_like, shapes (N, d) and (N,)
        Or `Data`, or the name of a data set.
    l2 : float
        Where the weight of the penalty starts; with it this is ridge regression (Hoerl and Kennard, 1970).
    intercept : bool
        Whether there is a b.

    Examples
    --------
    >>> fit = linear_regression([[0.0], [1.0], [2.0]], [1.0, 3.0, 5.0])
    >>> float(fit.loss({"w": [2.0], "b": 1.0})), fit.ggn().round(3).tolist()
    (0.0, [[1.667, 1.0], [1.0, 1.0]])
    """
    data = given(X, y)
    return model(
        _line,
        _single(data, intercept),
        data,
        loss="squared error",
        l2=l2,
        name=f"linear regression on {data.name}",
    )


def logistic_regression(X: Any = "moons", y: Any = None, *, l2: float = 0.0, intercept: bool = True) -> Model:
    """Mean logistic loss of two classes; blocks w, shape (d,), and b.

    Its Hessian is XᵀSX/N + l2 I with S = σ(1 − σ) on the diagonal (Böhning and Lindsay, 1988), so that Newton's step is
    iteratively reweighted least squares.

    Parameters
    ----------
    X, y : array_like, shapes (N, d) and (N,)
        Two labels; or `Data`, or the name of a data set.
    l2 : float
        Where the weight of the penalty starts. Without one there is no minimum if a plane separates the classes.
    intercept : bool
        Whether there is a b.

    Examples
    --------
    >>> fit = logistic_regression([[-1.0], [1.0]], [0, 1], intercept=False)
    >>> fit.ggn({"w": [0.0]}).tolist(), fit.predict({"w": [0.0]}, [[5.0]]).round(3).tolist()
    ([[0.25]], [0.5])
    """
    data = given(X, y)
    return model(
        _line,
        _single(data, intercept),
        data,
        loss="logistic",
        l2=l2,
        name=f"logistic regression on {data.name}",
    )


def softmax_regression(X: Any = "blobs", y: Any = None, *, l2: float = 0.0, intercept: bool = True) -> Model:
    """Mean cross-entropy of C classes; blocks W, shape (C, d), and b, shape (C,).

    Its Hessian is the mean of (diag p − ppᵀ) ⊗ xxᵀ (Böhning, 1992). The same numbers added to the weights of all
    classes change nothing: d + 1 eigenvalues are zero.

    Parameters
    ----------
    X, y : array_like, shapes (N, d) and (N,)
        Labels; or `Data`, or the name of a data set.
    l2 : float
        Where the weight of the penalty starts.
    intercept : bool
        Whether there is a b.

    Examples
    --------
    >>> fit = softmax_regression("blobs")
    >>> {name: block.shape for name, block in fit.start.items()}
    {'W': (3, 2), 'b': (3,)}
    >>> int(np.linalg.matrix_rank(fit.ggn(), hermitian=True))
    6
    """
    data = given(X, y)
    classes = SOFTMAX.read(data.train, data).shape[1]
    start = {"W": numpy.zeros((classes, features(data)))} | ({"b": numpy.zeros(classes)} if intercept else {})
    symmetries = (shift("W", "b" if intercept else None),)
    name = f"softmax regression on {data.name}"
    return model(_lines, start, data, loss="softmax", l2=l2, symmetries=symmetries, name=name)


def _single(data: Data, intercept: bool) -> dict[str, Any]:
    return {"w": numpy.zeros(features(data))} | ({"b": numpy.zeros(())} if intercept else {})
