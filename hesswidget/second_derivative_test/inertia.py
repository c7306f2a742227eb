"""The second-derivative test in mathematics that can be recorded: no branch on a value, arrays in and arrays out.

One definition serves `hesswidget.classify`, the kernel and, replayed, the browser.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import autograd.numpy as np
import numpy

from hesswidget.appearance import LABELS
from hesswidget.derivatives.rounding_noise import Noise
from hesswidget.precision import EPS
from hesswidget.second_derivative_test.stationarity import Lengths, Spectrum, by_newton, by_norm, norm_of

STATIONARITY_TOLERANCE = math.sqrt(EPS)
ASYMMETRY_TOLERANCE = math.sqrt(EPS)
# Of the typical sizes: so near a critical point is said to be near, if Newton's step leaves so little of the gradient,
# less than at any multiple zero, about which nothing is known from here.
NEAR, REMAINDER = 0.1, 0.2
MINIMUM, SADDLE, MAXIMUM, DEGENERATE, NOT_STATIONARY, UNDEFINED = range(len(LABELS))


def judge(
    value: Any,
    gradient: Any,
    hessian: Any,
    *,
    zero_tolerance: float,
    stationarity_tolerance: float,
    lengths: Lengths,
    gradient_after: Callable[[Any], Any] | None = None,
    noise: Noise | None = None,
) -> dict[str, Any]:
    """Judge a point.

    Parameters
    ----------
    value : float
    gradient : array, shape (n,)
    hessian : array, shape (n, n)
    zero_tolerance, stationarity_tolerance : float
        See `hesswidget.classify`.
    lengths : Lengths
        What the variables are measured by. Where the sizes differ from coordinate to coordinate eigenvalues are
        counted in units of them; how many have which sign is the same in all units (Sylvester, 1852), but not how many
        are zero to rounding.
    gradient_after : callable, optional
        ``gradient_after(step)``, the gradient after a step from the point. Without it the gradient is judged by its
        norm alone.
    noise : Noise, optional
        Entries of the Hessian no larger than their noise count as zero, and a gradient within its noise too.

    Returns
    -------
    dict of arrays
        ``label`` (a place in `LABELS`), ``positive``, ``zero``, ``negative``, ``eigenvalues`` (n,), ascending,
        ``eigenvectors`` (n, n), of unit length with a positive largest component, ``asymmetry``, ``zero_threshold``,
        ``gradient_norm``, ``gradient_threshold``, ``condition_number``, ``newton_step`` (n,), NaN where there is
        none; ``is_near`` and ``distance``, whether Newton's step leads to a critical point near by and how far; what
        `hesswidget.second_derivative_test.stationarity` says; and what `reason` needs to say why. Where something
        is not finite all of these are NaN and the counts zero.
    """
    n = hessian.shape[0]
    gaps = _gaps(value, gradient, hessian)
    largest = np.max(np.abs(hessian))
    H, g = np.where(gaps["whole"], hessian, 0.0), np.where(gaps["whole"], gradient, 0.0)
    noise = noise or Noise(numpy.zeros(n), numpy.zeros((n, n)))
    is_noise = np.logical_and(np.abs(H) <= noise.hessian, H != 0)
    H = np.where(is_noise, 0.0, H)
    size = np.max(np.abs(H))
    apart = np.maximum(np.abs(H - np.transpose(H)) - noise.hessian - np.transpose(noise.hessian), 0.0)
    asymmetry = np.max(apart) / np.where(size > 0, size, 1.0)
    symmetric = asymmetry <= ASYMMETRY_TOLERANCE

    spectrum = Spectrum.of(H, lengths, zero_tolerance, noise.hessian)
    eigenvalues, eigenvectors = spectrum.eigenvalues, spectrum.eigenvectors
    norm = np.max(np.abs(eigenvalues))
    judged = np.logical_and(gaps["whole"], np.isfinite(norm))
    if gradient_after is None:
        stationarity = by_norm(g, spectrum, lengths, stationarity_tolerance)
    else:
        stationarity = by_newton(g, spectrum, lengths, stationarity_tolerance, gradient_after, noise.gradient)
    is_zero = np.logical_or(spectrum.is_zero, stationarity.is_multiple)
    positive = np.sum(1.0 * np.logical_and(spectrum.scaled > 0, np.logical_not(is_zero)))
    negative = np.sum(1.0 * np.logical_and(spectrum.scaled < 0, np.logical_not(is_zero)))
    zero = n - positive - negative
    zero_threshold = spectrum.threshold_of(zero)
    label = np.where(
        np.logical_and(positive > 0, negative > 0),
        SADDLE,
        np.where(zero > 0, DEGENERATE, np.where(positive > 0, MINIMUM, MAXIMUM)),
    )
    label = np.where(stationarity.is_stationary, label, NOT_STATIONARY)
    label = np.where(np.logical_and(judged, symmetric), label, UNDEFINED)
    smallest = np.min(np.abs(eigenvalues))
    condition = np.where(zero > 0, np.inf, norm / np.where(smallest > 0, smallest, 1.0))

    leads = np.logical_and(
        stationarity.relative_step <= NEAR, stationarity.norm_after <= REMAINDER * stationarity.norm
    )
    is_near = np.logical_and(np.logical_and(leads, zero <= 0), label == NOT_STATIONARY)

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
        "gradient_norm": if_judged(stationarity.norm),
        "gradient_threshold": if_judged(stationarity.threshold),
        "gradient_after": if_judged(stationarity.norm_after),
        "relative_step": if_judged(stationarity.relative_step),
        "step_tolerance": stationarity_tolerance,
        "size": np.max(lengths.sizes),
        "are_ranges": float(lengths.are_ranges),
        "condition_number": if_judged(condition),
        "is_near": 1.0 * is_near,
        "distance": norm_of(stationarity.step),
        "newton_step": np.where(np.logical_or(zero > 0, label == UNDEFINED), np.nan, stationarity.step),
        "lowest": if_judged(eigenvalues[0]),
        "highest": if_judged(eigenvalues[n - 1]),
        "largest": largest,
        "value": value,
        **{name: gaps[name] for name in ("place", "row", "column", "bad", "more")},
        "value_is_finite": 1.0 * np.isfinite(value),
        "slopes_are_finite": gaps["slopes_are_finite"],
        "is_whole": 1.0 * gaps["whole"],
        "is_judged": 1.0 * judged,
        "is_stationary": 1.0 * stationarity.is_stationary,
        "is_symmetric": 1.0 * symmetric,
        "is_within_noise": 1.0 * stationarity.is_within_noise,
        "is_by_step": 1.0 * stationarity.is_by_step,
        "noisy": np.sum(1.0 * is_noise),
    }


def _gaps(value: Any, gradient: Any, hessian: Any) -> Mapping[str, Any]:
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
