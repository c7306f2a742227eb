"""Products with the Gauss–Newton matrix of a function of outputs: no Jacobian is formed."""

from __future__ import annotations

from typing import Any

import autograd.numpy as anp
import numpy as np

from hesswidget.derivatives.autograd import hvp, vjp
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
