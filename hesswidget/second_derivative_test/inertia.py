"""The second-derivative test in mathematics that can be recorded: no branch on a value, arrays in and arrays out.

One definition serves `hesswidget.classify`, the kernel and, replayed, the browser.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import autograd.numpy as np
import numpy

from hesswidget.appearance import LABELS
from hesswidget.derivatives.rounding_noise import Noise
from hesswidget.precision import EPS
from hesswidget.second_derivative_test.judgement import Gaps, Judgement
from hesswidget.second_derivative_test.stationarity import (
    Lengths,
    Spectrum,
    Stationarity,
    by_newton,
    by_norm,
    norm_of,
)

STATIONARITY_TOLERANCE = math.sqrt(EPS)
ASYMMETRY_TOLERANCE = math.sqrt(EPS)
# Of the typical sizes: so near a critical point is said to be near, if Newton's step leaves so little of the gradient,
# less than at any multiple zero, about which nothing is known from here.
NEAR, REMAINDER = 0.1, 0.2
MINIMUM, SADDLE, MAXIMUM, DEGENERATE, NOT_STATIONARY, UNDEFINED = range(len(LABELS))


def second_derivative_test(
    value: Any,
    gradient: Any,
    hessian: Any,
    *,
    zero_tolerance: float,
    stationarity_tolerance: float,
    lengths: Lengths,
    gradient_after: Callable[[Any], Any] | None = None,
    noise: Noise | None = None,
) -> Judgement:
    """Say what a point is.

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
    """
    n = hessian.shape[0]
    noise = noise or Noise(numpy.zeros(n), numpy.zeros((n, n)))
    gaps = Gaps.of(value, gradient, hessian)
    H, g = np.where(gaps.is_whole, hessian, 0.0), np.where(gaps.is_whole, gradient, 0.0)
    is_noise = np.logical_and(np.abs(H) <= noise.hessian, H != 0)
    H = np.where(is_noise, 0.0, H)

    spectrum = Spectrum.of(H, lengths, zero_tolerance, noise.hessian)
    if gradient_after is None:
        stationarity = by_norm(g, spectrum, lengths, stationarity_tolerance)
    else:
        stationarity = by_newton(g, spectrum, lengths, stationarity_tolerance, gradient_after, noise.gradient)
    counts = _counts(spectrum, stationarity)
    asymmetry = _asymmetry(H, noise.hessian)
    is_symmetric = asymmetry <= ASYMMETRY_TOLERANCE
    is_judged = np.logical_and(gaps.is_whole, np.isfinite(np.max(np.abs(spectrum.eigenvalues))))
    label = np.where(stationarity.is_stationary, _class(*counts), NOT_STATIONARY)
    label = np.where(np.logical_and(is_judged, is_symmetric), label, UNDEFINED)
    return Judgement(
        label=label,
        asymmetry=np.where(is_judged, asymmetry, numpy.nan),
        largest=np.max(np.abs(hessian)),
        noisy=np.sum(1.0 * is_noise),
        value=value,
        gaps=gaps,
        step_tolerance=stationarity_tolerance,
        size=np.max(lengths.sizes),
        are_ranges=float(lengths.are_ranges),
        is_judged=1.0 * is_judged,
        is_symmetric=1.0 * is_symmetric,
        **_of_hessian(spectrum, counts, is_judged),
        **_of_gradient(stationarity, label, counts[1], is_judged),
    )


def _of_hessian(spectrum: Spectrum, counts: tuple[Any, Any, Any], is_judged: Any) -> dict[str, Any]:
    """Return what the eigenvalues say: their counts, and how they differ."""
    positive, zero, negative = counts
    eigenvalues = np.where(is_judged, spectrum.eigenvalues, numpy.nan)
    return {
        "positive": np.where(is_judged, positive, 0.0),
        "zero": np.where(is_judged, zero, 0.0),
        "negative": np.where(is_judged, negative, 0.0),
        "eigenvalues": eigenvalues,
        "eigenvectors": np.where(is_judged, spectrum.eigenvectors, numpy.nan),
        "lowest": eigenvalues[0],
        "highest": eigenvalues[-1],
        "zero_threshold": np.where(is_judged, spectrum.threshold_of(zero), numpy.nan),
        "condition_number": np.where(
            is_judged, _condition_number(np.abs(spectrum.eigenvalues), zero), numpy.nan
        ),
    }


def _of_gradient(stationarity: Stationarity, label: Any, zero: Any, is_judged: Any) -> dict[str, Any]:
    """Return how far the gradient is from zero, and where Newton's step leads."""
    is_near = np.logical_and(_leads(stationarity, zero), label == NOT_STATIONARY)
    return {
        "gradient_norm": np.where(is_judged, stationarity.norm, numpy.nan),
        "gradient_threshold": np.where(is_judged, stationarity.threshold, numpy.nan),
        "gradient_after": np.where(is_judged, stationarity.norm_after, numpy.nan),
        "relative_step": np.where(is_judged, stationarity.relative_step, numpy.nan),
        "newton_step": np.where(np.logical_or(zero > 0, label == UNDEFINED), np.nan, stationarity.step),
        "distance": norm_of(stationarity.step),
        "is_stationary": 1.0 * stationarity.is_stationary,
        "is_within_noise": 1.0 * stationarity.is_within_noise,
        "is_by_step": 1.0 * stationarity.is_by_step,
        "is_near": 1.0 * is_near,
    }


def _asymmetry(H: Any, noise: Any) -> Any:
    size = np.max(np.abs(H))
    apart = np.maximum(np.abs(H - np.transpose(H)) - noise - np.transpose(noise), 0.0)
    return np.max(apart) / np.where(size > 0, size, 1.0)


def _counts(spectrum: Spectrum, stationarity: Stationarity) -> tuple[Any, Any, Any]:
    """Count the positive, the zero and the negative eigenvalues."""
    is_zero = np.logical_or(spectrum.is_zero, stationarity.is_multiple)
    positive = np.sum(1.0 * np.logical_and(spectrum.scaled > 0, np.logical_not(is_zero)))
    negative = np.sum(1.0 * np.logical_and(spectrum.scaled < 0, np.logical_not(is_zero)))
    return positive, len(is_zero) - positive - negative, negative


def _class(positive: Any, zero: Any, negative: Any) -> Any:
    """Return the label that a stationary point has by its counts."""
    definite = np.where(positive > 0, MINIMUM, MAXIMUM)
    is_saddle = np.logical_and(positive > 0, negative > 0)
    return np.where(is_saddle, SADDLE, np.where(zero > 0, DEGENERATE, definite))


def _condition_number(sizes: Any, zero: Any) -> Any:
    smallest = np.min(sizes)
    return np.where(zero > 0, np.inf, np.max(sizes) / np.where(smallest > 0, smallest, 1.0))


def _leads(stationarity: Stationarity, zero: Any) -> Any:
    """Whether Newton's step leads to a critical point near by, by what it leaves of the gradient."""
    falls = stationarity.norm_after <= REMAINDER * stationarity.norm
    return np.logical_and(np.logical_and(stationarity.relative_step <= NEAR, falls), zero <= 0)
