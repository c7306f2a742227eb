"""How high sharpness is drawn beside the threshold of its method. Twin of ``frontend/panels/sharpness_scale.ts``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes

from hesswidget.appearance import APART, BELOW, CEILING
from hesswidget.figures.style import MUTED, ink, ticks

MARGIN = 1.08  # of the highest value, up to where its axis goes
FOOT = 1.5  # how far below the lowest value a logarithmic axis goes


class Heights(NamedTuple):
    """From where to where an axis goes, and whether it is logarithmic."""

    low: float
    high: float
    is_logarithmic: bool


def heights_of(
    along: Sequence[np.ndarray], edges: Sequence[np.ndarray], beside: Sequence[np.ndarray] = ()
) -> Heights:
    """Return on what axis sharpness and threshold are both readable.

    Parameters
    ----------
    along : sequence of ndarray
        What was measured along each path.
    edges : sequence of ndarray
        The thresholds.
    beside : sequence of ndarray
        What is drawn besides.

    Examples
    --------
    >>> heights_of([np.array([1.0, 2.0])], [np.array([4.0])])
    Heights(low=0.0, high=4.32, is_logarithmic=False)
    >>> heights_of([np.array([-1.0, 0.2, 2.0])], [np.array([200.0])])
    Heights(low=0.13..., high=216.0, is_logarithmic=True)
    """
    measured, thresholds = [_known(each) for each in along], _known(np.concatenate([np.zeros(0), *edges]))
    everything = np.concatenate([np.zeros(0), *measured, thresholds, *map(_known, beside)])
    ceiling = CEILING * np.max(thresholds, initial=0.0) or np.inf
    high = float(MARGIN * min(np.max(everything, initial=0.0), ceiling) or 1.0)
    peaks = [min(float(np.max(each)), high) for each in measured if np.max(each, initial=0.0) > 0]
    if peaks and min(peaks) * APART < high:
        positive = everything[everything > 0]
        return Heights(float(max(np.min(positive), min(peaks) / BELOW)) / FOOT, high, True)
    return Heights(float(MARGIN * max(np.min(everything, initial=0.0), -high)), high, False)


def sharpness_axis(ax: Axes, heights: Heights, most: int = 5) -> None:
    """Set a panel's upright axis, and say where it is logarithmic."""
    low, high, is_logarithmic = heights
    if is_logarithmic:
        ax.set_yscale("log")
        ax.yaxis.minorticks_off()
        ax.set_title("logarithmic", loc="right", pad=6, **ink(7.5, MUTED))
    ax.set_ylim(low, high)
    ticks(ax.yaxis, low, high, most=most)


def within(values: np.ndarray, heights: Heights) -> np.ndarray:
    """Return values to be drawn: on a logarithmic axis at its foot what is not positive."""
    return np.maximum(values, heights.low) if heights.is_logarithmic else values


def _known(values: np.ndarray) -> np.ndarray:
    return values[np.isfinite(values)]
