"""The quadratic model: the second-order Taylor polynomial about a point, on a slice."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import autograd.numpy as anp
import numpy as np

from hesswidget.curvature import Curvature
from hesswidget.landscape.plane import Plane, position_in

MODEL_SHARE = 0.3  # of each range, to either side of the point
MODEL_WINDOW, MODEL_CURVE = 33, 401  # values along each axis


# --- mathematics that can be recorded: autograd.numpy, no branch on a value ---


def taylor_polynomial(
    value: Any, gradient: Any, hessian: Any, point: Any, origin: Any, basis: Any, grids: Sequence[Any]
) -> Any:
    """Second-order Taylor polynomial of a function about a point, on a slice through it.

    Parameters
    ----------
    value, gradient, hessian
        Of the function at `point`; shapes (), (n,) and (n, n).
    point : array, shape (n,)
    origin, basis : array, shapes (n,) and (k, n)
        See `hesswidget.landscape.plane.Plane`.
    grids : sequence of array
        The places along each vector of the basis.

    Returns
    -------
    array, shape (len(grids[1]), len(grids[0])) or (len(grids[0]),)

    Examples
    --------
    >>> grid = np.array([0.0, 3.0])
    >>> taylor_polynomial(1.0, np.zeros(1), 2 * np.eye(1), np.zeros(1), np.zeros(1), np.eye(1), (grid,)).tolist()
    [1.0, 10.0]
    """
    # What the slice does not vary has no part in it, and spoils nothing where it is not finite.
    varied = anp.sum(anp.abs(basis), axis=0) > 0
    g = anp.where(varied, gradient, 0.0)
    H = anp.where(anp.logical_and(varied, anp.reshape(varied, (-1, 1))), hessian, 0.0)
    slope, bend = anp.dot(basis, g), anp.dot(anp.dot(basis, H), anp.transpose(basis))
    t = position_in(origin, basis, point)
    if len(grids) == 1:
        d = grids[0] - t[0]
        return value + slope[0] * d + bend[0, 0] / 2 * d**2
    d, e = grids[0] - t[0], anp.reshape(grids[1] - t[1], (-1, 1))
    mixed = (bend[0, 1] + bend[1, 0]) / 2
    return value + slope[0] * d + slope[1] * e + bend[0, 0] / 2 * d**2 + mixed * d * e + bend[1, 1] / 2 * e**2


def model_grids(point: Any, origin: Any, basis: Any, ends: Any) -> list[Any]:
    """Where a picture needs the quadratic model: along a whole curve, or in a window about the point in a plane.

    Parameters
    ----------
    point : array, shape (n,)
    origin, basis, ends : array, shapes (n,), (k, n) and (k, 2)
        See `hesswidget.landscape.plane.Plane`. The window may reach beyond the ends, where the frame cuts it.
    """
    if len(ends) == 1:
        return [ends[0][0] + (ends[0][1] - ends[0][0]) * np.linspace(0.0, 1.0, MODEL_CURVE)]
    reach = MODEL_SHARE * np.linspace(-1.0, 1.0, MODEL_WINDOW)
    t = position_in(origin, basis, point)
    return [t[k] + (ends[k][1] - ends[k][0]) * reach for k in range(len(ends))]


def quadratic_model(curvature: Curvature, plane: Plane, grids: Sequence[np.ndarray]) -> np.ndarray:
    """Return the second-order Taylor polynomial about a curvature's point; see `taylor_polynomial`."""
    c = curvature
    return np.asarray(
        taylor_polynomial(c.value, c.gradient, c.hessian, c.point, plane.origin, plane.basis, grids)
    )
