"""Where a problem's function is run to find its paths: over the ranges of its sliders, and on their ticks."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import numpy as np

from hesswidget.low_discrepancy import additive_recurrence
from hesswidget.problem.controls import Range
from hesswidget.problem.problem import Problem

INSIDE = 512
TICKS = 256  # of the sliders' steps, on which a function may take paths that it takes nowhere else
CORNERS = 5  # dimensions of which all corners are tried


def places(problem: Problem, names: tuple[str, ...]) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield points with the values of the parameters `names`: the start, corners, inside, and the ticks of sliders.

    A problem without ranges is tried around its start, as far as that is from zero.
    """
    start = np.concatenate([problem.start, [float(problem.parameters[a]) for a in names]])
    n = len(problem.start)
    controls = [*(problem.ranges or ()), *(problem.controls.get(a) for a in names)]
    if len(controls) < len(start):
        controls = [None] * n + controls
    low, high = start.copy(), start.copy()
    steps = np.full(len(start), np.nan)
    for k, control in enumerate(controls):
        if isinstance(control, Range):
            low[k], high[k] = control.minimum, control.maximum
            steps[k] = np.nan if control.logarithmic else control.step
        else:
            low[k], high[k] = start[k] - 2 * max(1.0, abs(start[k])), start[k] + 2 * max(1.0, abs(start[k]))
    shares = additive_recurrence(INSIDE + TICKS, len(start), first=1)
    inside = low + (high - low) * shares
    yield _parted(start, n)
    if len(start) <= CORNERS:
        for corner in product(*zip(low, high, strict=True)):
            yield _parted(np.array(corner), n)
    on_ticks = low + np.rint((inside[INSIDE:] - low) / steps) * steps
    on_ticks = np.where(np.isfinite(on_ticks), np.clip(on_ticks, low, high), np.rint(inside[INSIDE:]))
    for k in range(INSIDE):
        yield _parted(inside[k], n)
        if k < TICKS:
            yield _parted(on_ticks[k], n)


def _parted(place: np.ndarray, n: int) -> tuple[np.ndarray, np.ndarray]:
    return place[:n], place[n:]
