"""The last few points that Python has set an explorer to."""

from __future__ import annotations

from typing import Any

import numpy as np

from hesswidget.errors import ProblemError
from hesswidget.program.bounds import SAVED

MOST_POINTS = 256


def checked(given: Any, n: int) -> np.ndarray:
    """Return the newest points of `n` values each, as many as are kept; none, for nothing.

    Examples
    --------
    >>> checked([], 2).shape, checked(np.zeros((300, 2)), 2).shape, checked(np.zeros((300, 1_000)), 1_000).shape
    ((0, 2), (256, 2), (4, 1000))
    """
    try:
        points = np.array(given, dtype=float)
    except (TypeError, ValueError):
        raise ProblemError(
            f"the trail was given {given!r:.80}; it takes points of {n} values each."
        ) from None
    if not points.size:
        points = np.empty((0, n))
    if points.ndim != 2 or points.shape[1] != n or not np.isfinite(points).all():
        raise ProblemError(
            f"the trail was given an array of shape {points.shape}; it takes finite points of {n} values each, or [] "
            f"to be cleared."
        )
    return points[-max(2, min(MOST_POINTS, SAVED.trail // n)) :]
