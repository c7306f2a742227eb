"""A degenerate point looked at over the length that its function varies over, or over others that tell more."""

from __future__ import annotations

import numpy as np

from hesswidget.derivatives.objective import Objective
from hesswidget.second_derivative_test.classification import Classification
from hesswidget.second_derivative_test.degenerate.directions import LEAST_ORDER
from hesswidget.second_derivative_test.degenerate.resolution import Resolution
from hesswidget.second_derivative_test.degenerate.resolve import resolve
from hesswidget.second_derivative_test.tolerances import Tolerances

# Of the length: how far beside a point f is looked at from, where there is no gradient at the point.
BESIDE = 1e-9
CLOSER = 0.01  # of the length, at which a point is looked at that is beyond telling at the length itself


def resolved(
    objective: Objective,
    point: np.ndarray,
    hessian: np.ndarray,
    test: Classification,
    tolerances: Tolerances,
    has_gradient: bool,
) -> Resolution:
    """Look along the null space of a degenerate point, in units of the variables' sizes where these differ.

    Parameters
    ----------
    objective : Objective
    point : ndarray, shape (n,)
    hessian : ndarray, shape (n, n)
    test : Classification
        What the second-derivative test says of it.
    tolerances : Tolerances
    has_gradient : bool
        Whether the objective has a gradient at the point itself.
    """
    problem = objective.problem
    sizes = tolerances.at(point, problem)["lengths"].sizes
    length = tolerances.length(point, problem)
    if not has_gradient:
        point = point + BESIDE * length * np.cos(np.arange(1.0, len(point) + 1))
    if np.ndim(sizes):
        eigenvalues, vectors = np.linalg.eigh((hessian + hessian.T) / 2 * sizes * sizes[:, None])
        threshold = 1.001 * float(np.sort(np.abs(eigenvalues))[test.inertia.zero - 1])
        return resolve(objective, point, eigenvalues, vectors, threshold, 0.5, sizes)

    def over(length: float) -> Resolution:
        return resolve(objective, point, test.eigenvalues, test.eigenvectors, test.zero_threshold, length)

    resolution = over(length)
    is_at_zero = length <= tolerances.stationarity * sizes  # to which distances then say nothing
    if is_at_zero and resolution.kind in ("flat", "inconclusive"):
        farther = over(float(sizes))
        # Where f grows like a square along the null space, so far away it is no null space.
        is_no_null_space = (farther.order or np.inf) < LEAST_ORDER
        return resolution if farther.kind == "inconclusive" or is_no_null_space else farther
    if resolution.kind == "inconclusive":
        closer = over(CLOSER * length)
        return closer if (closer.order or 0.0) > LEAST_ORDER else resolution
    return resolution
