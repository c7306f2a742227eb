"""What rounding may decide at a point: noise in derivatives, and eigenvalues that the gradient does not bear out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from hesswidget.appearance import LABELS
from hesswidget.derivatives.rounding_noise import LONG, Noise, measured
from hesswidget.precision import EPS
from hesswidget.second_derivative_test.classification import Classification, classification
from hesswidget.second_derivative_test.inertia import second_derivative_test
from hesswidget.second_derivative_test.judgement import Judgement
from hesswidget.second_derivative_test.stationarity import norm_of

# An eigenvalue that is no larger than the gradient's noise by this factor may be noise itself.
DOUBTFUL = 1e-6
MAX_NOISY = 100  # variables; of more the noise of the Hessian would take seconds to measure
WIDER, SPACINGS = 16, 64  # times the distance within which a point is known; units of rounding of the point
LONGER = 16  # times a distance over which the gradient does not change
MAX_TRIED = 12
ERRATIC = 0.1  # of the gradient, by which it may change over a step as short as noise is measured with


def classified(
    value: Any,
    gradient: np.ndarray,
    hessian: np.ndarray,
    point: np.ndarray,
    labels: tuple[str, ...],
    allowed: Mapping[str, Any],
    gradient_at: Callable[[np.ndarray], np.ndarray],
    hessian_at: Callable[[np.ndarray], np.ndarray],
    noise: Noise | None,
) -> tuple[Classification, Noise | None]:
    """Classify a point by its Hessian and by the gradient after Newton's step; what rounding may decide is measured.

    Parameters
    ----------
    value : float
    gradient : ndarray, shape (n,)
    hessian : ndarray, shape (n, n)
    point : ndarray, shape (n,)
    labels : tuple of str
        A name for each coordinate.
    allowed : dict
        The tolerances of `second_derivative_test`.
    gradient_at, hessian_at : callable
        The derivatives elsewhere, NaN where there are none.
    noise : Noise, optional
        Of the derivatives, if it is known.

    Returns
    -------
    Classification
    Noise or None
        None where it decides nothing.
    """

    def test_with(noise: Noise | None = None, least: float = 0.0) -> Judgement:
        """Test with what is known of the noise; eigenvalues up to `least` count as zero."""
        norm = np.max(np.abs(np.linalg.eigvalsh((hessian + hessian.T) / 2))) if least else 1.0
        zero = max(allowed["zero_tolerance"], 1.001 * least / (len(point) * EPS * norm))
        with np.errstate(all="ignore"):
            return second_derivative_test(
                value, gradient, hessian, **{**allowed, "zero_tolerance": zero},
                gradient_after=lambda step: gradient_at(point + step), noise=noise,
            )  # fmt: skip

    judgement = test_with(noise)
    if noise is None:
        noise = _noise_in_doubt(judgement, point, gradient, gradient_at, hessian_at)
        if noise is not None:
            judgement = test_with(noise)
            unborne = _largest_unborne(judgement, point, gradient, noise, gradient_at)
            if unborne > judgement.zero_threshold:
                judgement = test_with(noise, unborne)
    return classification(judgement, labels, has_gradient=True), noise


def _largest_unborne(
    judgement: Judgement,
    point: np.ndarray,
    gradient: np.ndarray,
    noise: Noise,
    gradient_at: Callable[[np.ndarray], np.ndarray],
) -> float:
    """Return the largest eigenvalue that the gradient does not bear out around a stationary point; 0 if there is none.

    A point is known to lie within Newton's step, and within what the noise of the gradient makes of it, of the critical
    point. Where the gradient changes otherwise than by λ over `WIDER` times that distance, λ may be that of a point
    beside a multiple zero: at the zero itself it vanishes. Where it does not change at all, λ is rounding; but that may
    be a distance too short to be seen in the rounding of f, so one goes on to the typical size of the variables.
    Of many eigenvalues the smallest are tried.
    """
    label = LABELS[int(judgement.label)]
    if label not in ("minimum", "maximum", "saddle", "degenerate"):
        return 0.0
    largest, size, magnitudes = 0.0, float(judgement.size), np.abs(judgement.eigenvalues)
    smallest = [i for i in np.argsort(magnitudes) if magnitudes[i] > judgement.zero_threshold]
    for i in smallest[:MAX_TRIED]:
        eigenvalue, vector = judgement.eigenvalues[i], judgement.eigenvectors[:, i]
        distance = max(abs(vector @ gradient), np.abs(vector) @ noise.gradient) / abs(eigenvalue)
        reach = max(WIDER * distance, SPACINGS * EPS * float(np.max(np.abs(point))))
        for outwards in (-vector, vector):
            moved, change = _change(point, outwards, gradient, reach, size, gradient_at)
            if moved and np.isfinite(change) and not 0.5 < change / (moved * eigenvalue) < 2:
                largest = max(largest, abs(float(eigenvalue)))
    return largest


def _change(
    point: np.ndarray,
    direction: np.ndarray,
    gradient: np.ndarray,
    reach: float,
    size: float,
    gradient_at: Callable[[np.ndarray], np.ndarray],
) -> tuple[float, float]:
    """Go along a direction until the derivative along it changes; return how far that is, and by how much."""
    here = direction @ gradient
    while True:
        beside = point + reach * direction
        moved, change = float(direction @ (beside - point)), float(direction @ gradient_at(beside) - here)
        if change != 0 or not 0 < reach < size:
            return moved, change
        reach = min(LONGER * reach, size)


def _noise_in_doubt(
    judgement: Judgement,
    point: np.ndarray,
    gradient: np.ndarray,
    gradient_at: Callable[[np.ndarray], np.ndarray],
    hessian_at: Callable[[np.ndarray], np.ndarray],
) -> Noise | None:
    """Measure the rounding noise of derivatives where it may decide: where a gradient is zero, or erratic.

    The gradient's costs 18 gradients. The Hessian's, 18 Hessians, is measured only where an eigenvalue or an asymmetry
    is within a million times the gradient's.
    """
    if not judgement.is_judged:
        return None
    n, size = len(point), float(judgement.size)
    if judgement.is_symmetric and not (
        judgement.is_stationary or _is_erratic(point, gradient, size, gradient_at)
    ):
        return None
    of_gradient = measured(gradient_at, point, size)
    reach = float(np.max(np.abs(point))) or size
    least = np.min(np.abs(judgement.eigenvalues)) * reach
    is_clear = least * DOUBTFUL > np.max(of_gradient) and judgement.is_symmetric
    if is_clear or n > MAX_NOISY:
        return Noise(of_gradient, np.zeros((n, n)))
    # Entries are made alike; of some the noise is not seen in so few samples.
    return Noise(of_gradient, np.full((n, n), np.max(measured(hessian_at, point, size))))


def _is_erratic(
    point: np.ndarray, gradient: np.ndarray, size: float, gradient_at: Callable[[Any], Any]
) -> bool:
    """Whether the gradient close by is another, so that it is noise or f varies much there; see `measured`."""
    norm = float(norm_of(gradient))
    for k, share in enumerate((LONG, 3 * LONG), 2):
        beside = gradient_at(point + share * size * np.cos(k * np.arange(1.0, len(point) + 1)))
        if float(norm_of(beside - gradient)) > ERRATIC * norm:
            return True
    return False
