"""The second-derivative test in mathematics that can be recorded: no branch on a value, arrays in and arrays out.

One definition serves `hesswidget.classify`, the kernel and, replayed, the browser.
"""

from __future__ import annotations

import math
from typing import Any

import autograd.numpy as np
import numpy

EPS = float(numpy.finfo(float).eps)
STATIONARITY_TOLERANCE = math.sqrt(EPS)
ASYMMETRY_TOLERANCE = math.sqrt(EPS)
LABELS = ("minimum", "maximum", "saddle", "degenerate", "not stationary", "undefined")
MINIMUM, MAXIMUM, SADDLE, DEGENERATE, NOT_STATIONARY, UNDEFINED = range(len(LABELS))


def judge(
    value: Any,
    gradient: Any,
    hessian: Any,
    *,
    zero_tolerance: float,
    stationarity_tolerance: float,
    scale: Any,
) -> dict[str, Any]:
    """Judge a point.

    Parameters
    ----------
    value : float
    gradient : array, shape (n,)
    hessian : array, shape (n, n)
    zero_tolerance, stationarity_tolerance, scale : float
        See `hesswidget.classify`.

    Returns
    -------
    dict of arrays
        ``label`` (a place in `LABELS`), ``positive``, ``zero``, ``negative``, ``eigenvalues`` (n,), ascending,
        ``eigenvectors`` (n, n), of unit length with a positive largest component, ``asymmetry``, ``zero_threshold``,
        ``gradient_norm``, ``gradient_threshold``, ``condition_number``, ``newton_step`` (n,), NaN where there is
        none; and what `hesswidget.sentences` needs to say why. Where something is not finite all of these are NaN
        and the counts zero.
    """
    n = hessian.shape[0]
    gaps = _gaps(value, gradient, hessian)
    largest = np.max(np.abs(hessian))
    H = np.where(gaps["whole"], hessian, 0.0)
    g = np.where(gaps["whole"], gradient, 0.0)
    eigenvalues, V = np.linalg.eigh(H / 2 + np.transpose(H) / 2)
    # The largest component is made positive; of two that are equal up to rounding the first, lest signs flicker.
    weighted = V * (1.0 - 1e-9 * numpy.arange(n))[:, None]
    eigenvectors = V * np.where(np.max(weighted, axis=0) >= -np.min(weighted, axis=0), 1.0, -1.0)
    magnitudes = np.abs(eigenvalues)
    norm = np.max(magnitudes)
    judged = np.logical_and(gaps["whole"], np.isfinite(norm))
    size = np.max(np.abs(H))
    asymmetry = np.max(np.abs(H - np.transpose(H))) / np.where(size > 0, size, 1.0)
    zero_threshold = zero_tolerance * n * EPS * norm
    negative = np.sum(1.0 * (eigenvalues < -zero_threshold))
    positive = np.sum(1.0 * (eigenvalues > zero_threshold))
    zero = n - positive - negative
    gradient_norm = norm_of(g)
    gradient_threshold = stationarity_tolerance * norm * scale
    stationary = gradient_norm <= gradient_threshold
    symmetric = asymmetry <= ASYMMETRY_TOLERANCE
    label = np.where(
        np.logical_and(positive > 0, negative > 0),
        SADDLE,
        np.where(zero > 0, DEGENERATE, np.where(positive > 0, MINIMUM, MAXIMUM)),
    )
    label = np.where(stationary, label, NOT_STATIONARY)
    label = np.where(np.logical_and(judged, symmetric), label, UNDEFINED)
    smallest = np.min(magnitudes)
    condition = np.where(zero > 0, np.inf, norm / np.where(smallest > 0, smallest, 1.0))
    divisor = np.where(zero > 0, 1.0, eigenvalues)
    newton = -np.dot(eigenvectors, np.dot(np.transpose(eigenvectors), g) / divisor)

    def if_judged(x: Any) -> Any:
        return np.where(judged, x, np.nan)

    return {
        "label": label,
        "positive": np.where(judged, positive, 0.0),
        "zero": np.where(judged, zero, 0.0),
        "negative": np.where(judged, negative, 0.0),
        "eigenvalues": if_judged(eigenvalues),
        "eigenvectors": if_judged(eigenvectors),
        "asymmetry": if_judged(asymmetry),
        "zero_threshold": if_judged(zero_threshold),
        "gradient_norm": if_judged(gradient_norm),
        "gradient_threshold": if_judged(gradient_threshold),
        "condition_number": if_judged(condition),
        "newton_step": np.where(np.logical_or(zero > 0, label == UNDEFINED), np.nan, newton),
        "lowest": if_judged(eigenvalues[0]),
        "highest": if_judged(eigenvalues[n - 1]),
        "largest": largest,
        "value": value,
        **{name: gaps[name] for name in ("place", "row", "column", "bad", "more")},
        "value_is_finite": 1.0 * np.isfinite(value),
        "slopes_are_finite": gaps["slopes_are_finite"],
        "is_whole": 1.0 * gaps["whole"],
        "is_judged": 1.0 * judged,
        "is_stationary": 1.0 * stationary,
        "is_symmetric": 1.0 * symmetric,
    }


def norm_of(vector: Any) -> Any:
    """Return the Euclidean norm, by a way that neither over- nor underflows."""
    largest = np.max(np.abs(vector))
    unit = np.where(np.logical_and(largest > 0, np.isfinite(largest)), largest, 1.0)
    return unit * np.sqrt(np.sum((vector / unit) ** 2))


def _gaps(value: Any, gradient: Any, hessian: Any) -> dict[str, Any]:
    """Find what is not finite: whether nothing is, and where the first derivative is that is not."""
    n = hessian.shape[0]
    bad_slopes = 1.0 - np.isfinite(gradient)
    entries = np.reshape(hessian, (n * n,))
    bad_entries = 1.0 - np.isfinite(entries)
    total = np.sum(bad_slopes) + np.sum(bad_entries)
    place, slope = _first(bad_slopes, gradient)
    entry, second = _first(bad_entries, entries)
    row = np.floor(entry / n)
    slopes_are_finite = np.sum(bad_slopes) <= 0
    return {
        "whole": np.logical_and(np.isfinite(value), total <= 0),
        "slopes_are_finite": 1.0 * slopes_are_finite,
        "place": place,
        "row": row,
        "column": entry - n * row,
        "bad": np.where(slopes_are_finite, second, slope),
        "more": total - 1.0,
    }


def _first(bad: Any, values: Any) -> tuple[Any, Any]:
    """Return the first place that is bad, or the last place, and what stands there."""
    places = numpy.arange(float(len(bad)))
    place = np.min(np.where(bad > 0, places, float(len(bad) - 1)))
    return place, np.sum(np.where(places == place, values, 0.0))
