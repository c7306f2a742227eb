"""The function around a point: its values, and those of its quadratic model, on a slice of one or two variables."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from hesswidget.curvature import Curvature
from hesswidget.errors import ProblemError
from hesswidget.objective import Objective
from hesswidget.problem import Problem

MAX_LEVELS = 14


@dataclass(frozen=True, eq=False)
class Slice:
    """Values of a function over one or two of its variables, the others held.

    Attributes
    ----------
    axes : tuple of int
        Which coordinates vary; one or two.
    grids : tuple of ndarray
        The values that each takes, ascending.
    values : ndarray, shape (len(grids[1]), len(grids[0])) or (len(grids[0]),)
        Not finite where the function is undefined or raises.
    levels : ndarray
        Where contours are drawn: quantiles of the values, so that as much area lies between any two.
    """

    axes: tuple[int, ...]
    grids: tuple[np.ndarray, ...]
    values: np.ndarray
    levels: np.ndarray


def quadratic_model(curvature: Curvature, axes: tuple[int, ...], grids: tuple[np.ndarray, ...]) -> np.ndarray:
    """Second-order Taylor polynomial of the function about its point, over one or two of its variables.

    Parameters
    ----------
    curvature : Curvature
    axes : tuple of int
        Which coordinates vary.
    grids : tuple of ndarray
        The values that each takes.

    Returns
    -------
    ndarray, shape (len(grids[1]), len(grids[0])) or (len(grids[0]),)
    """
    offsets = [grid - curvature.point[i] for i, grid in zip(axes, grids, strict=True)]
    d = np.stack(np.meshgrid(*offsets, indexing="xy"))
    slope = np.tensordot(curvature.gradient[list(axes)], d, 1)
    bend = np.einsum("i...,ij,j...->...", d, curvature.hessian[np.ix_(axes, axes)], d)
    return curvature.value + slope + bend / 2


def model_grids(
    slice_: Slice, point: np.ndarray, share: float = 0.3, resolution: int = 33
) -> tuple[np.ndarray, ...]:
    """Where a picture needs the quadratic model: along a whole curve, or in a share of the plane around `point`.

    The window may reach beyond the slice, whose frame cuts it.
    """
    if len(slice_.axes) == 1:
        return slice_.grids
    reaches = [share * (grid[-1] - grid[0]) for grid in slice_.grids]
    return tuple(
        np.linspace(point[i] - reach, point[i] + reach, resolution)
        for i, reach in zip(slice_.axes, reaches, strict=True)
    )


def contour_levels(values: np.ndarray, count: int = MAX_LEVELS) -> np.ndarray:
    """Levels that part the finite `values` into parts of equal area; none where they are all equal.

    Where the values change sign the level nearest to zero becomes zero, so that the change is seen.
    """
    finite = values[np.isfinite(values)]
    if finite.size == 0 or finite.min() == finite.max():
        return np.empty(0)
    levels = np.quantile(finite, np.linspace(0, 1, count + 2)[1:-1])
    if finite.min() < 0 < finite.max():
        levels[np.argmin(np.abs(levels))] = 0.0
    return np.unique(levels)


class Sampler:
    """Samples slices of a problem, with one call for a whole grid where the function allows that.

    A function of scalar variables is called once with arrays. What it returns is believed only if it has the
    grid's shape and agrees with single calls at scattered places; otherwise each place is called by itself.

    Parameters
    ----------
    problem : Problem
    """

    PROBES = 7
    COARSEST = 9

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.seconds_per_value = math.nan
        self._takes_arrays = not problem.is_vector

    def sample(
        self, point: np.ndarray, parameters: Mapping[str, Any], axes: tuple[int, ...], resolution: int
    ) -> Slice:
        """Sample the slice through `point` along `axes` with `resolution` values on each.

        Raises
        ------
        ProblemError
            If the axes are not one or two different coordinates.
        """
        n = len(point)
        if len(axes) not in (1, 2) or len(set(axes)) != len(axes) or not all(0 <= i < n for i in axes):
            raise ProblemError(
                f"a slice along {axes} was asked for; it takes one or two different axes from 0 to {n - 1}."
            )
        ranges = [self.problem.ranges[i] for i in axes]
        grids = tuple(np.linspace(r.minimum, r.maximum, resolution) for r in ranges)
        mesh = np.meshgrid(*grids, indexing="xy")
        columns = [np.full(mesh[0].size, x) for x in point]
        for i, m in zip(axes, mesh, strict=True):
            columns[i] = m.ravel()
        started = time.perf_counter()  # wall clock: what a person waits for
        values = self._values(Objective(self.problem, parameters), columns, mesh[0].size).reshape(
            mesh[0].shape
        )
        self.seconds_per_value = (time.perf_counter() - started) / values.size
        return Slice(tuple(axes), grids, values, contour_levels(values))

    def affordable(self, seconds: float, finest: int, dimensions: int) -> int:
        """Return the resolution, at most `finest`, that is sampled within about `seconds`, judging by the last time."""
        if math.isnan(self.seconds_per_value):
            return self.COARSEST
        return max(self.COARSEST, min(finest, int((seconds / self.seconds_per_value) ** (1 / dimensions))))

    def _values(self, objective: Objective, columns: list[np.ndarray], size: int) -> np.ndarray:
        with np.errstate(all="ignore"):
            if self._takes_arrays:
                values = self._at_once(objective, columns, size)
                if values is not None:
                    return values
                self._takes_arrays = False
            rows = np.stack(columns, axis=1)
            return np.array([_value_or_nan(objective, row) for row in rows])

    def _at_once(self, objective: Objective, columns: list[np.ndarray], size: int) -> np.ndarray | None:
        try:
            values = np.asarray(objective.call(columns))
        except Exception:  # whatever an array makes the function raise, single calls are the answer
            return None
        if values.shape != (size,) or values.dtype.kind != "f":
            return None
        rows = np.stack(columns, axis=1)
        for place in np.linspace(0, size - 1, self.PROBES).astype(int):
            single = _value_or_nan(objective, rows[place])
            if not np.isclose(values[place], single, rtol=1e-9, atol=0, equal_nan=True):
                return None
        return values


def _value_or_nan(objective: Objective, row: np.ndarray) -> float:
    try:
        return float(objective(row))
    except Exception:  # a function may be undefined in part of the box; the picture shows a hole there
        return float("nan")
