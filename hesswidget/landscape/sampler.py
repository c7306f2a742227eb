"""The function's values on a slice of one or two dimensions."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from hesswidget.derivatives.objective import Objective
from hesswidget.landscape.contours import levels_of
from hesswidget.landscape.plane import Plane
from hesswidget.problem.problem import Problem


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
        self._takes_arrays = problem.blocks.are_scalars

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
            return np.array([objective.value_or_nan(row) for row in columns.T.copy()])

    def _at_once(self, objective: Objective, columns: np.ndarray) -> np.ndarray | None:
        try:
            values = np.asarray(objective.call(dict(zip(self.problem.blocks.scalars, columns, strict=True))))
        except Exception:  # whatever an array makes the function raise, single calls are the answer
            return None
        size = columns.shape[1]
        if values.shape != (size,) or values.dtype.kind != "f":
            return None
        for place in np.linspace(0, size - 1, self.PROBES).astype(int):
            single = objective.value_or_nan(columns[:, place].copy())
            if not np.isclose(values[place], single, rtol=1e-9, atol=0, equal_nan=True):
                return None
        return values
