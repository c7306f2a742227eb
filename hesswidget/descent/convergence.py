"""How paths converge: what is left at each step, by three measures, and how fast it falls; of many at once."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import autograd.numpy as np
import numpy

from hesswidget.derivatives.control_flow import over_rows, pick
from hesswidget.derivatives.recorder import record
from hesswidget.descent.order import FEW, UNSETTLED, VAGUE, order_of_padded, ratio_of_falls, ratio_of_peaks
from hesswidget.program.program import Program
from hesswidget.second_derivative_test.stationarity import norm_of, unit_of

MEASURES = ("value", "gradient", "distance")


def convergence(points: Any, values: Any, gradient_norms: Any, counts: Any, limits: Any) -> dict[str, Any]:
    """Return what is left at each step of each path, and how it falls.

    Parameters
    ----------
    points : array, shape (m, length, n)
        NaN beyond a path's end, here and below.
    values, gradient_norms : array, shape (m, length)
    counts : array, shape (m,)
        How many points each path has.
    limits : array, shape (m, n)
        What each comes to; NaN where that is not known.

    Returns
    -------
    dict of array
        ``left_value``, ``left_gradient`` and ``left_distance``, shape (m, length): how much f is above the lowest value
        that any of the paths has reached; |∇f|; and the distance to the path's limit, or to its own end where there is
        none. NaN where nothing is left, as at the end itself. And by ``<measure>_orders``, shape (m, 4), what
        `hesswidget.descent.order.order_of_padded` says of them.

    Examples
    --------
    >>> x = 0.5 ** numpy.arange(30.0)
    >>> with numpy.errstate(all="ignore"):
    ...     found = convergence(x[None, :, None], x[None] ** 2, 2 * x[None], numpy.array([30.0]), numpy.zeros((1, 1)))
    >>> found["left_gradient"][0, :3].tolist(), found["gradient_orders"][0, :2].round(6).tolist()
    ([2.0, 1.0, 0.5], [2.0, 0.5])
    """
    finite = np.where(np.isfinite(values), values, np.inf)
    above = values - np.min(finite)

    def ended(path: Any, count: Any, limit: Any) -> Any:
        is_known = np.all(np.isfinite(limit))
        end = np.where(is_known, limit, pick(path, count - 1.0, axis=0))
        largest, far = np.max(np.abs(end)), norm_of(path[0] - end)
        unit = unit_of(np.maximum(largest, far))
        steps_away = unit * np.sqrt(np.sum(((path - end) / unit) ** 2, axis=1))
        is_at_end = np.logical_and(steps_away == 0, np.logical_not(is_known))
        return np.concatenate([np.where(is_at_end, np.nan, steps_away), largest[None]])

    distances = over_rows(ended, points, counts, limits)
    highest = np.maximum(np.abs(np.min(finite)), np.abs(values[:, 0]))  # of a path that stays
    left = {"value": above, "gradient": gradient_norms, "distance": distances[:, :-1]}
    scales = {
        "value": highest,
        "gradient": gradient_norms[:, 0],
        "distance": np.maximum(distances[:, -1], distances[:, 0]),
    }
    shown = {name: np.where(errors > 0, errors, np.nan) for name, errors in left.items()}
    # At its limit nothing is left, which is not known of the lowest value that has been met.
    known = {**shown, "distance": left["distance"]}
    # The rows of all measures go through one loop: a program then has it once.
    rows = (
        np.concatenate([known[name] for name in MEASURES]),
        np.concatenate([scales[name] for name in MEASURES]),
    )
    orders = np.reshape(over_rows(_order, *rows), (len(MEASURES), -1, 4))
    return {
        **{f"left_{name}": shown[name] for name in MEASURES},
        **{f"{name}_orders": orders[k] for k, name in enumerate(MEASURES)},
    }


def _order(errors: Any, scale: Any) -> Any:
    """Return the order of errors; of ones whose limit is not known well the ratio of what goes of them at each step.

    Of ones that rise and fall it is the ratio of their peaks.
    """
    gone = np.concatenate([np.abs(errors[1:] - errors[:-1]), numpy.array([numpy.nan])])
    order = np.stack(order_of_padded(errors, scale))
    for others in (ratio_of_falls(gone, scale), ratio_of_peaks(errors, scale)):
        is_open = np.logical_or(order[0] == 0, order[0] == FEW)
        order = np.where(np.logical_and(is_open, others[0] > 0), np.stack(others), order)
    kind, value, constant, spread = order
    kind = np.where(spread > VAGUE * np.abs(value), UNSETTLED, kind)
    return np.stack([kind, value, constant, spread])


@lru_cache(16)
def program(paths: int, length: int, n: int) -> Program:
    """Record `convergence` for so many paths of n variables, each filled up with NaN to this length."""
    falling = numpy.tile(0.5 ** numpy.arange(float(length)), (paths, 1))
    points = numpy.repeat(falling[:, :, None], n, axis=2)
    counts = numpy.full(paths, float(length))
    limits = numpy.zeros((paths, n))
    return record(
        convergence, points=points, values=falling, gradient_norms=falling, counts=counts, limits=limits
    )
