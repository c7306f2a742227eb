"""The Gauss–Newton matrix of a function of outputs: products, for which no Jacobian is formed, and its factor."""

from __future__ import annotations

from typing import Any

import autograd.numpy as anp
import numpy as np

from hesswidget.derivatives.autograd import hvp, vjp
from hesswidget.derivatives.control_flow import over_rows
from hesswidget.derivatives.objective import Objective


def gauss_newton_product(objective: Objective, point: Any, vector: Any) -> Any:
    """Return ``Jᵀ (∇²outer) J · vector``, shape (n,), for about the price of a product with the Hessian.

    Where the loss names variables itself, as a penalty on weights does, these are outputs besides, and G has its share
    of them. The product J · vector is the derivative of Jᵀ · covector, which is linear in the covector.

    Parameters
    ----------
    objective : Objective
        Of a `hesswidget.problem.composite.Composite`.
    point, vector : array, shape (n,)

    Examples
    --------
    >>> from hesswidget.problem.composite import least_squares
    >>> from hesswidget.problem.problem import Problem
    >>> loss = least_squares(lambda x, y: anp.array([x * y, y]))
    >>> objective = Objective(Problem.at(loss, (2.0, 3.0), None, {}))
    >>> gauss_newton_product(objective, np.array([2.0, 3.0]), np.array([1.0, 0.0])).tolist()
    [9.0, 6.0]
    """
    outputs, pull = vjp(objective.outputs, point)
    shape, count = np.shape(outputs), int(np.size(outputs))
    moved = vjp(pull, np.zeros(shape))[1](vector)

    def outer(both: Any) -> Any:
        return objective.outer(anp.reshape(both[:count], shape), both[count:])

    both = anp.concatenate([anp.reshape(outputs, (count,)), point])
    bent = hvp(outer, both, anp.concatenate([anp.reshape(moved, (count,)), vector]))
    return pull(anp.reshape(bent[:count], shape)) + bent[count:]


def gauss_newton_factor(objective: Objective, point: Any) -> Any:
    """Return A, (m, n), with ``AᵀA`` the Gauss–Newton matrix of m outputs, each in a term of its own, convex in it.

    That is so where the loss is a mean over samples with one output each; what it names besides has no part in it.

    Examples
    --------
    >>> from hesswidget.problem.composite import least_squares
    >>> from hesswidget.problem.problem import Problem
    >>> loss = least_squares(lambda x, y: anp.array([x * y, y]))
    >>> objective = Objective(Problem.at(loss, (2.0, 3.0), None, {}))
    >>> gauss_newton_factor(objective, np.array([2.0, 3.0])).tolist()
    [[3.0, 2.0], [0.0, 1.0]]
    """
    outputs = objective.outputs(point)
    shape, count = np.shape(outputs), int(np.size(outputs))
    bent = hvp(lambda z: objective.outer(z, point), outputs, np.ones(shape))

    def row(unit: Any, point: Any) -> Any:
        return vjp(objective.outputs, point)[1](anp.reshape(unit, shape))

    jacobian = over_rows(row, np.eye(count), shared=(point,))
    return anp.sqrt(anp.maximum(anp.reshape(bent, (count,)), 0.0))[:, None] * jacobian
