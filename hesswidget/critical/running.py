"""How a search is run: recorded, on as many rows as were recorded; else start by start, a few steps at a time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from hesswidget.critical.newton import APART, Derivatives, is_best, search
from hesswidget.derivatives.autograd import gradient_and_hessian
from hesswidget.derivatives.objective import Objective
from hesswidget.program.executor import Executable

Found = dict[str, np.ndarray]


def recorded(run: Executable, rows: int, starts: np.ndarray, **inputs: Any) -> Found:
    """Run a recorded search from at most `rows` starts; the rest of its rows find nothing and are left out."""
    padded = np.full((rows, starts.shape[1]), np.nan)
    padded[: len(starts)] = starts
    found = run(starts=padded, **inputs)
    return {name: array[: len(starts)] if np.ndim(array) else array for name, array in found.items()}


def start_by_start(
    derivatives: Derivatives, starts: np.ndarray, box: np.ndarray, steps: int, stretches: int, arrived: float
) -> Found:
    """Search `steps` steps at a time, since each costs milliseconds, and go on only from where nothing was reached."""
    found: Found = {}
    rows = np.arange(len(starts))
    for _ in range(stretches):
        with np.errstate(all="ignore"):
            more = search(derivatives, starts[rows], box, (), steps, arrived)
        found = found or {name: np.array(array, dtype=float) for name, array in more.items()}
        for name, array in found.items():
            if array.ndim:
                array[rows] = more[name]
        starts = found["places"]
        rows = np.flatnonzero((found["arrived"] == 0) & np.isfinite(found["errors"]))
        if not len(rows):
            break
    radii = APART + 4 * found["errors"]
    found["found"] = found["arrived"] * is_best(found["places"], found["errors"], radii, found["arrived"])
    return found


def derivatives_or_nan(objective: Objective) -> Callable[[np.ndarray], tuple[Any, np.ndarray, np.ndarray]]:
    """Value, gradient and Hessian by autograd; NaN where the function is undefined or raises."""

    def derivatives(point: np.ndarray) -> tuple[Any, np.ndarray, np.ndarray]:
        n = len(point)
        try:
            with np.errstate(all="ignore"):
                return objective.value(point), *gradient_and_hessian(objective, point)
        except Exception:  # outside its domain a function may raise what it likes
            return np.nan, np.full(n, np.nan), np.full((n, n), np.nan)

    return derivatives
