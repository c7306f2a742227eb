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
) -> Judgement:
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
    eigenvalues, sizes = spectrum.eigenvalues, np.abs(spectrum.eigenvalues)
    positive, zero, negative = _counts(spectrum, stationarity)
    is_judged = np.logical_and(gaps.is_whole, np.isfinite(np.max(sizes)))
    asymmetry = _asymmetry(H, noise.hessian)
    is_symmetric = asymmetry <= ASYMMETRY_TOLERANCE
    label = np.where(stationarity.is_stationary, _class(positive, zero, negative), NOT_STATIONARY)
    label = np.where(np.logical_and(is_judged, is_symmetric), label, UNDEFINED)

    def if_judged(x: Any, otherwise: float = numpy.nan) -> Any:
        return np.where(is_judged, x, otherwise)

    return Judgement(
        label=label,
        positive=if_judged(positive, 0.0),
        zero=if_judged(zero, 0.0),
        negative=if_judged(negative, 0.0),
        eigenvalues=if_judged(eigenvalues),
        eigenvectors=if_judged(spectrum.eigenvectors),
        lowest=if_judged(eigenvalues[0]),
        highest=if_judged(eigenvalues[n - 1]),
        zero_threshold=if_judged(spectrum.threshold_of(zero)),
        condition_number=if_judged(_condition_number(sizes, zero)),
        asymmetry=if_judged(asymmetry),
        largest=np.max(np.abs(hessian)),
        noisy=np.sum(1.0 * is_noise),
        value=value,
        gaps=gaps,
        gradient_norm=if_judged(stationarity.norm),
        gradient_threshold=if_judged(stationarity.threshold),
        gradient_after=if_judged(stationarity.norm_after),
        relative_step=if_judged(stationarity.relative_step),
        step_tolerance=stationarity_tolerance,
        size=np.max(lengths.sizes),
        newton_step=np.where(np.logical_or(zero > 0, label == UNDEFINED), np.nan, stationarity.step),
        distance=norm_of(stationarity.step),
        are_ranges=float(lengths.are_ranges),
        is_judged=1.0 * is_judged,
        is_symmetric=1.0 * is_symmetric,
        is_stationary=1.0 * stationarity.is_stationary,
        is_within_noise=1.0 * stationarity.is_within_noise,
        is_by_step=1.0 * stationarity.is_by_step,
        is_near=1.0 * np.logical_and(_leads(stationarity, zero), label == NOT_STATIONARY),
    )


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
