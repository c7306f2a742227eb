"""What is found of a point by the second-derivative test, as a record of arrays, which is recorded as it is."""

from __future__ import annotations

from typing import Any, NamedTuple

import autograd.numpy as np
import numpy


class Gaps(NamedTuple):
    """What is not finite at a point.

    Attributes
    ----------
    value_is_finite, slopes_are_finite, is_whole : array, ()
        1 where it is true of f, of its gradient, and of these and the Hessian; else 0.
    place, row, column : array, ()
        Where the first entry of the gradient, and the first of the Hessian, is that is not finite.
    bad : array, ()
        What stands there: in the gradient, if one of its entries is not finite.
    more : array, ()
        How many entries are not finite besides.
    """

    value_is_finite: Any
    slopes_are_finite: Any
    is_whole: Any
    place: Any
    row: Any
    column: Any
    bad: Any
    more: Any

    @classmethod
    def of(cls, value: Any, gradient: Any, hessian: Any) -> Gaps:
        """Find what is not finite of f, shape (), its gradient, shape (n,), and its Hessian, shape (n, n)."""
        n = hessian.shape[0]
        bad_slopes = 1.0 - np.isfinite(gradient)
        entries = np.reshape(hessian, (n * n,))
        bad_entries = 1.0 - np.isfinite(entries)
        total = np.sum(bad_slopes) + np.sum(bad_entries)
        place, slope = _first(bad_slopes, gradient)
        entry, second = _first(bad_entries, entries)
        row = np.floor(entry / n)
        slopes_are_finite = np.sum(bad_slopes) <= 0
        return cls(
            value_is_finite=1.0 * np.isfinite(value),
            slopes_are_finite=1.0 * slopes_are_finite,
            is_whole=1.0 * np.logical_and(np.isfinite(value), total <= 0),
            place=place,
            row=row,
            column=entry - n * row,
            bad=np.where(slopes_are_finite, second, slope),
            more=total - 1.0,
        )


class Judgement(NamedTuple):
    """What a point is by the second-derivative test, and what `reason` needs to say why.

    Truths are 1 and 0. Where something is not finite, or the Hessian too large for its eigenvalues to be computed, what
    follows from them is NaN, and the counts are 0.

    Attributes
    ----------
    label : array, ()
        A place in `LABELS`.
    positive, zero, negative : array, ()
        Counts of eigenvalues.
    eigenvalues : array, shape (n,)
        Ascending.
    eigenvectors : array, shape (n, n)
        Column i belongs to eigenvalue i: of unit length, with a positive largest component.
    lowest, highest : array, ()
        Of the eigenvalues.
    zero_threshold : array, ()
        What an eigenvalue that counts as zero does not exceed in magnitude.
    condition_number : array, ()
        ``max |λ| / min |λ|``; infinite where an eigenvalue counts as zero.
    asymmetry : array, ()
        ``max |H − Hᵀ| / max |H|``, beyond the noise.
    largest : array, ()
        Of the magnitudes of the Hessian's entries.
    noisy : array, ()
        How many entries are no larger than their noise.
    value : array, ()
        f.
    gaps : Gaps
    gradient_norm, gradient_threshold, gradient_after, relative_step : array, ()
        See `hesswidget.second_derivative_test.stationarity.Stationarity`.
    step_tolerance, size : array, ()
        Within which the relative step is zero, and the largest of the sizes that it is relative to.
    newton_step : array, shape (n,)
        NaN where there is none.
    distance : array, ()
        The length of Newton's step.
    are_ranges, is_judged, is_symmetric, is_stationary, is_within_noise, is_by_step : array of truth, ()
        Whether the sizes are those of ranges; whether there is a judgement; by what the gradient counts as zero.
    is_near : array of truth, ()
        Whether Newton's step leads to a critical point near by.
    """

    label: Any
    positive: Any
    zero: Any
    negative: Any
    eigenvalues: Any
    eigenvectors: Any
    lowest: Any
    highest: Any
    zero_threshold: Any
    condition_number: Any
    asymmetry: Any
    largest: Any
    noisy: Any
    value: Any
    gaps: Gaps
    gradient_norm: Any
    gradient_threshold: Any
    gradient_after: Any
    relative_step: Any
    step_tolerance: Any
    size: Any
    newton_step: Any
    distance: Any
    are_ranges: Any
    is_judged: Any
    is_symmetric: Any
    is_stationary: Any
    is_within_noise: Any
    is_by_step: Any
    is_near: Any


def _first(bad: Any, values: Any) -> tuple[Any, Any]:
    """Return the first place that is bad, or the last place, and what stands there."""
    places = numpy.arange(float(len(bad)))
    place = np.min(np.where(bad > 0, places, float(len(bad) - 1)))
    return place, np.sum(np.where(places == place, values, 0.0))
