"""All that one picture shows, as one function of the derivatives at a point, in mathematics that can be recorded.

The kernel calls it with numbers; recorded together with the derivatives it is the browser's program. Either way
the front end receives the same arrays under the same names.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import autograd.numpy as np
import numpy

from hesswidget import sentences
from hesswidget.curvature import Tolerances
from hesswidget.judgement import LABELS, NOT_STATIONARY, judge, norm_of
from hesswidget.landscape import model_grids, taylor_polynomial
from hesswidget.plane import Plane

NUMBERS = ("value", "gradient_norm", "gradient_threshold", "zero_threshold", "condition_number", "asymmetry")
ARRAYS = ("eigenvalues", "eigenvectors", "newton_step")
FACTS = (
    *("label", "positive", "zero", "negative", "lowest", "highest", "largest"),
    *("place", "row", "column", "bad", "more"),
    "distance",
)
NEAR = 0.1  # of each coordinate's range


def frame(
    point: Any,
    value: Any,
    gradient: Any,
    hessian: Any,
    origin: Any,
    basis: Any,
    ends: Any,
    tolerances: Tolerances,
    slope: Callable[[Any], Any],
    widths: Any,
) -> dict[str, Any]:
    """Judge a point, say whether a critical point is near, and lay out the quadratic model.

    Parameters
    ----------
    point, value, gradient, hessian
        Shapes (n,), (), (n,) and (n, n).
    origin, basis, ends : array, shapes (n,), (k, n) and (k, 2)
        Where the landscape lies; see `hesswidget.plane.Plane`.
    tolerances : Tolerances
    slope : callable
        The gradient at another point.
    widths : ndarray, shape (n,)
        How far each coordinate ranges.

    Returns
    -------
    dict of arrays
        The derivatives; what `hesswidget.judgement.judge` and `nearness` find; ``said``, see `hesswidget.sentences`;
        ``model``, the quadratic model's values, and ``near0``, ``near1``, where it has them.
    """
    judgement = judge(value, gradient, hessian, **tolerances.at(point))
    judgement |= nearness(judgement, point, slope, widths)
    near = model_grids(point, origin, basis, ends)
    return {
        **{name: judgement[name] for name in (*NUMBERS, *ARRAYS, *FACTS)},
        "point": point,
        "gradient": gradient,
        "hessian": hessian,
        "said": sentences.said(judgement, len(point), has_gradient=True),
        "model": taylor_polynomial(value, gradient, hessian, point, origin, basis, near),
        **{f"near{k}": grid for k, grid in enumerate(near)},
    }


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


def wording() -> dict[str, Any]:
    """Return the templates that the front end writes the reason with."""
    return {"labels": LABELS, "headings": sentences.HEADINGS, "parts": sentences.TEMPLATES}


def frame_of_numbers(
    point: numpy.ndarray,
    value: Any,
    gradient: Any,
    hessian: Any,
    plane: Plane,
    tolerances: Tolerances,
    slope: Callable[[Any], Any],
    widths: Any,
) -> dict[str, numpy.ndarray]:
    """Return the frame at a point as float64 arrays."""
    with numpy.errstate(all="ignore"):
        made = frame(
            point, value, gradient, hessian, plane.origin, plane.basis, plane.ends, tolerances, slope, widths
        )
    return {name: numpy.asarray(array, dtype=float) for name, array in made.items()}
