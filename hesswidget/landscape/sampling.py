"""The function around a point: its values, and those of its quadratic model, on a slice of one or two dimensions."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import autograd.numpy as anp
import numpy as np

from hesswidget.curvature import Curvature
from hesswidget.derivatives.control_flow import pick
from hesswidget.derivatives.objective import Objective
from hesswidget.landscape.plane import Plane, position_in
from hesswidget.problem.problem import Problem

MAX_LEVELS = 14
MODEL_SHARE = 0.3  # of each range, to either side of the point
MODEL_WINDOW, MODEL_CURVE = 33, 401  # values along each axis


@dataclass(frozen=True, eq=False)
class Slice:
    """Values of a function on a slice.

    Attributes
    ----------
    plane : Plane
        Where the slice lies.
    grids : tuple of ndarray
        The places along each of its vectors, ascending.
    values : ndarray, shape (len(grids[1]), len(grids[0])) or (len(grids[0]),)
        Not finite where the function is undefined or raises.
    levels : ndarray
        Where contours are drawn: quantiles of the values, so that as much area lies between any two.
    """

    plane: Plane
    grids: tuple[np.ndarray, ...]
    values: np.ndarray
    levels: np.ndarray


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


def extreme_eigenvalues(hessian: Any) -> Any:
    """Return the least and the greatest eigenvalue of the symmetric part; NaN where an entry is not finite.

    Where both are positive the Hessian is positive definite, where both are negative it is negative definite; where one
    is zero so is det H.

    Examples
    --------
    >>> extreme_eigenvalues(np.diag([3.0, -1.0])).tolist()
    [-1.0, 3.0]
    """
    is_whole = anp.isfinite(anp.sum(anp.abs(hessian)))
    H = anp.where(is_whole, hessian, 0.0)
    eigenvalues, _ = anp.linalg.eigh(H / 2 + anp.transpose(H) / 2)
    ends = anp.array([eigenvalues[0], eigenvalues[len(hessian) - 1]])
    return anp.where(is_whole, ends, np.nan)


def contour_levels(values: Any, count: int = MAX_LEVELS) -> Any:
    """Levels that part the finite `values` into parts of equal area; NaN in place of those that there are not.

    None where the values are all equal, and no level twice. Where the values change sign the level nearest to zero
    becomes zero, so that the change is seen.

    Parameters
    ----------
    values : array, shape (k,)
    count : int

    Returns
    -------
    array, shape (count,)

    Examples
    --------
    >>> contour_levels(np.arange(5.0), 3).tolist()
    [1.0, 2.0, 3.0]
    """
    ordered = anp.sort(anp.where(anp.isfinite(values), values, np.nan))
    last = anp.sum(1.0 * anp.isfinite(values)) - 1.0
    share = np.linspace(0.0, 1.0, count + 2)[1:-1] * last
    below = anp.floor(share)
    low, high = pick(ordered, below), pick(ordered, anp.minimum(below + 1.0, last))
    levels = low + (high - low) * (share - below)
    ends = pick(ordered, anp.array([0.0 * last, last]))
    changes_sign = anp.logical_and(ends[0] < 0, ends[1] > 0)
    nearest = anp.abs(levels) == anp.min(anp.abs(levels))
    levels = anp.where(anp.logical_and(changes_sign, nearest), 0.0, levels)
    levels = anp.where(ends[0] < ends[1], levels, np.nan)
    repeats = anp.concatenate([np.zeros(1), 1.0 * (levels[1:] == levels[:-1])])
    return anp.where(repeats > 0, np.nan, levels)


def quadratic_model(curvature: Curvature, plane: Plane, grids: Sequence[np.ndarray]) -> np.ndarray:
    """Return the second-order Taylor polynomial about a curvature's point; see `taylor_polynomial`."""
    c = curvature
    return np.asarray(
        taylor_polynomial(c.value, c.gradient, c.hessian, c.point, plane.origin, plane.basis, grids)
    )


def levels_of(values: np.ndarray, count: int = MAX_LEVELS) -> np.ndarray:
    """Return the contour levels that there are."""
    with np.errstate(all="ignore"):
        levels = contour_levels(np.ravel(values), count)
    return levels[np.isfinite(levels)]


class Sampler:
    """Samples slices of a problem, with one call for a whole grid where the function allows that.

    A function of scalar variables is called once with arrays. What it returns is believed only if it has the
    grid's shape and agrees with single calls at scattered places; otherwise each place is called by itself.

    Parameters
    ----------
    problem : Problem
    recorded : callable, optional
        ``recorded(parameters, plane, places)`` returns the values at `places` in the plane, shape (k, m), or None
        where it does not know them.
    """

    PROBES = 7
    COARSEST = 9

    def __init__(self, problem: Problem, recorded: Callable[..., np.ndarray | None] | None = None) -> None:
        self.problem = problem
        self._recorded = recorded
        self.seconds_per_value = math.nan
        self._takes_arrays = not problem.is_vector

    def sample(self, plane: Plane, parameters: Mapping[str, Any], resolution: int) -> Slice:
        """Sample a slice with `resolution` values along each of its vectors."""
        grids = plane.grids(resolution)
        mesh = np.meshgrid(*grids, indexing="xy")
        places = np.array([m.ravel() for m in mesh])
        started = time.perf_counter()  # wall clock: what a person waits for
        flat = self._recorded(parameters, plane, places) if self._recorded else None
        if flat is None:
            flat = self._values(Objective(self.problem, parameters), plane.place(places))
        values = flat.reshape(mesh[0].shape)
        self.seconds_per_value = (time.perf_counter() - started) / values.size
        return Slice(plane, grids, values, levels_of(values))

    def affordable(self, seconds: float, finest: int, dimensions: int) -> int:
        """Return the resolution, at most `finest`, that is sampled within about `seconds`, judging by the last time."""
        if math.isnan(self.seconds_per_value):
            return self.COARSEST
        return max(self.COARSEST, min(finest, int((seconds / self.seconds_per_value) ** (1 / dimensions))))

    def _values(self, objective: Objective, columns: np.ndarray) -> np.ndarray:
        with np.errstate(all="ignore"):
            if self._takes_arrays:
                values = self._at_once(objective, columns)
                if values is not None:
                    return values
                self._takes_arrays = False
            return np.array([_value_or_nan(objective, row) for row in columns.T.copy()])

    def _at_once(self, objective: Objective, columns: np.ndarray) -> np.ndarray | None:
        try:
            values = np.asarray(objective.call(list(columns)))
        except Exception:  # whatever an array makes the function raise, single calls are the answer
            return None
        size = columns.shape[1]
        if values.shape != (size,) or values.dtype.kind != "f":
            return None
        for place in np.linspace(0, size - 1, self.PROBES).astype(int):
            single = _value_or_nan(objective, columns[:, place].copy())
            if not np.isclose(values[place], single, rtol=1e-9, atol=0, equal_nan=True):
                return None
        return values


def _value_or_nan(objective: Objective, row: np.ndarray) -> float:
    try:
        return float(objective(row))
    except Exception:  # a function may be undefined in part of the box; the picture shows a hole there
        return float("nan")
