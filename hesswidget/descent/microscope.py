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
    difference : array, shape (n, n)
        The model less the Hessian.
    model_eigenvalues : array, shape (n,)
        Those of the model's symmetric part, ascending.
    secant_residual : array, ()
        ``|B s − y| / |y|`` of the last step s, over which the gradient changed by y; NaN where there was none.
    """

    difference: Any
    model_eigenvalues: Any
    secant_residual: Any


def compared(model: Any, hessian: Any, step: Any, change: Any) -> Comparison:
    """Compare a model with the Hessian at the same point.

    Parameters
    ----------
    model, hessian : array, shape (n, n)
    step, change : array, shape (n,)
        The last step, and the change of the gradient over it.

    Examples
    --------
    >>> found = compared(np.eye(2), np.diag([3.0, 1.0]), np.array([1.0, 0.0]), np.array([3.0, 0.0]))
    >>> found.difference.tolist(), float(found.secant_residual)
    ([[-2.0, 0.0], [0.0, 0.0]], 0.6666666666666666)
    """
    return Comparison(
        difference=model - hessian,
        model_eigenvalues=np.linalg.eigh(model / 2 + np.transpose(model) / 2)[0],
        secant_residual=norm_of(np.dot(model, step) - change) / norm_of(change),
    )


def program(n: int) -> Program:
    """Record `compared` of models of n variables."""
    vector, square = numpy.ones(n), numpy.eye(n)
    return record(compared, model=square, hessian=square, step=vector, change=vector)
