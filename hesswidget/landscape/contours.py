"""Contour levels: as much area between any two."""

from __future__ import annotations

from functools import cache
from typing import Any

import autograd.numpy as anp
import numpy as np

from hesswidget.derivatives.control_flow import pick
from hesswidget.derivatives.recorder import record
from hesswidget.program.program import Program

MAX_LEVELS = 14
MAX_VALUES = 57**2  # of the finest landscape in a plane that a page draws


@cache
def program() -> Program:
    """Record the levels of up to `MAX_VALUES` values, the others NaN: input ``values``, output ``levels``."""
    return record(lambda values: {"levels": contour_levels(values)}, values=np.arange(float(MAX_VALUES)))


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


def levels_of(values: np.ndarray, count: int = MAX_LEVELS) -> np.ndarray:
    """Return the contour levels that there are."""
    with np.errstate(all="ignore"):
        levels = contour_levels(np.ravel(values), count)
    return levels[np.isfinite(levels)]
