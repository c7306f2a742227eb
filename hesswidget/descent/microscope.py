"""What a method takes for the Hessian, beside the Hessian: in mathematics that can be recorded."""

from __future__ import annotations

from typing import Any, NamedTuple

import autograd.numpy as np
import numpy

from hesswidget.derivatives.recorder import record
from hesswidget.program.program import Program
from hesswidget.second_derivative_test.stationarity import norm_of


class Comparison(NamedTuple):
    """A model beside the Hessian.

    Attributes
    ----------
    curvature_model : array, shape (n, n)
    difference : array, shape (n, n)
        The model less the Hessian.
    model_eigenvalues : array, shape (n,)
        Those of the model's symmetric part, ascending.
    secant_residual : array, ()
        ``|B s − y| / |y|`` of the last step s, over which the gradient changed by y; NaN where there was none.
    """

    curvature_model: Any
    difference: Any
    model_eigenvalues: Any
    secant_residual: Any


def compared(model: Any, hessian: Any, step: Any, change: Any) -> Comparison:
    """Compare a model with the Hessian at the same point.

    Parameters
    ----------
    model : array, shape (n, n) or (n,)
        A diagonal may be given alone.
    hessian : array, shape (n, n)
    step, change : array, shape (n,)
        The last step, and the change of the gradient over it.

    Examples
    --------
    >>> found = compared(np.eye(2), np.diag([3.0, 1.0]), np.array([1.0, 0.0]), np.array([3.0, 0.0]))
    >>> found.difference.tolist(), float(found.secant_residual)
    ([[-2.0, 0.0], [0.0, 0.0]], 0.6666666666666666)
    """
    whole = np.diag(model) if np.ndim(model) == 1 else model
    return Comparison(
        curvature_model=whole,
        difference=whole - hessian,
        model_eigenvalues=np.linalg.eigh(whole / 2 + np.transpose(whole) / 2)[0],
        secant_residual=norm_of(np.dot(whole, step) - change) / norm_of(change),
    )


def program(shape: tuple[int, ...]) -> Program:
    """Record `compared` of models of this shape."""
    vector, square = numpy.ones(shape[0]), numpy.eye(shape[0])
    return record(compared, model=numpy.ones(shape), hessian=square, step=vector, change=vector)
