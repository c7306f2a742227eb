"""Whether a critical point is near, by Newton's step, in mathematics that can be recorded."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import autograd.numpy as np

from hesswidget.judgement import NOT_STATIONARY, norm_of

NEAR = 0.1  # of each coordinate's range


def nearness(
    judgement: Mapping[str, Any], point: Any, slope: Callable[[Any], Any], widths: Any
) -> dict[str, Any]:
    """Say whether a critical point is near, by Newton's step.

    It is if the step leads less than `NEAR` of each coordinate's range away, and to a gradient less than half as long.

    Returns
    -------
    dict of arrays
        ``is_near``, 1 or 0, and ``distance``, the step's length.
    """
    step = judgement["newton_step"]
    is_short = np.max(np.abs(step) / widths) <= NEAR  # False where there is no step
    ahead = norm_of(slope(point + np.where(np.isfinite(step), step, 0.0)))
    leads = np.logical_and(is_short, ahead <= judgement["gradient_norm"] / 2)
    return {
        "is_near": 1.0 * np.logical_and(leads, judgement["label"] == NOT_STATIONARY),
        "distance": norm_of(step),
    }
