"""Whether a point is stationary, as people mean it, in mathematics that can be recorded.

A gradient is zero within its own rounding noise, or where Newton's step is short beside the typical size of the
variables (Dennis and Schnabel, 1983, 7.2) and the gradient does vanish along it as a quadratic function's does. The
second half tells a critical point from a cone's flank and from a function that varies within the step.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import autograd.numpy as np
import numpy

from hesswidget.precision import EPS

ROUNDINGS = 16.0  # units of rounding that a gradient may be off by, for each coordinate
FALL = (
    1e-5  # of the gradient, that may be left after Newton's step: f is quadratic for 50,000 such steps around
)
# At a zero of multiplicity m Newton's step leaves ((m − 1)/m)^m of the gradient (Schröder, 1870), 1/4 to 1/e.
MULTIPLE = (0.2, 0.4)


class Lengths(NamedTuple):
    """What lengths are measured by.

    Attributes
    ----------
    sizes : float, or ndarray of shape (n,)
        The typical sizes of the variables, in their own units; one for all, or one for each.
    reach : array, () or (n,)
        How large the numbers are that a coordinate is made of, such as ``|x_i|``: the point is known to eps of it.
    are_ranges : bool
        Whether the sizes are the widths of the variables' ranges.
    """

    sizes: Any
    reach: Any
    are_ranges: bool = False

    @classmethod
    def at(cls, point: Any, widths: numpy.ndarray | None, size: float | None) -> Lengths:
        """Measure by `size` if it is given, else by the widths of the ranges if there are any, else by the point.

        Without either the size is the largest ``|x_i|``, and at least 1 (Dennis and Schnabel, 1983, 7.2).

        Examples
        --------
        >>> at = numpy.array([3.0, -40.0])
        >>> Lengths.at(at, None, None).sizes, Lengths.at(at, numpy.array([2.0, 2.0]), None).sizes
        (np.float64(40.0), 2.0)
        """
        magnitude = np.max(np.abs(point))
        if size is not None:
            return cls(size, size + magnitude)
        if widths is None:
            return cls(np.maximum(magnitude, 1.0), magnitude)
        if numpy.all(widths == widths[0]):
            return cls(float(widths[0]), float(widths[0]) + magnitude, True)
        return cls(widths, widths + np.abs(point), True)

    @property
    def units(self) -> Any:
        """What each coordinate is divided by, at most 1: 1 where there is one size for all."""
        return 1.0 if numpy.ndim(self.sizes) == 0 else self.sizes / numpy.max(self.sizes)


class Spectrum(NamedTuple):
    """Eigenvalues of a symmetric matrix, ascending, in the coordinates themselves and in units of the sizes.

    Attributes
    ----------
    eigenvalues, eigenvectors : array, shapes (n,) and (n, n)
        The largest component of each vector is positive.
    scaled, vectors : array, shapes (n,) and (n, n)
        In the scaled coordinates ``x_i / units_i``.
    is_zero : array of truths, shape (n,)
        Which of `scaled` are zero within the tolerance.
    threshold : array, ()
        Within which an eigenvalue is zero, in the coordinates themselves, if they are not scaled.
    row_sums : array, shape (n,)
        Of the magnitudes of the scaled matrix's entries.
    """

    eigenvalues: Any
    eigenvectors: Any
    scaled: Any
    vectors: Any
    is_zero: Any
    threshold: Any
    row_sums: Any

    @classmethod
    def of(cls, matrix: Any, lengths: Lengths, zero_tolerance: Any, noise: Any) -> Spectrum:
        """Decompose the symmetric part of a matrix whose entries are known up to `noise`, shape (n, n)."""
        n = matrix.shape[0]
        S = matrix / 2 + np.transpose(matrix) / 2
        eigenvalues, V = np.linalg.eigh(S)
        # The largest component is made positive; of two that are equal up to rounding the first, lest signs flicker.
        weighted = V * (1.0 - 1e-9 * numpy.arange(n))[:, None]
        eigenvectors = V * np.where(np.max(weighted, axis=0) >= -np.min(weighted, axis=0), 1.0, -1.0)
        units = lengths.units
        if numpy.ndim(units) == 0:
            scaled, vectors = eigenvalues, eigenvectors
        else:
            area = units * numpy.reshape(units, (-1, 1))
            S, noise = S * area, noise * area
            scaled, vectors = np.linalg.eigh(S)
        floor = zero_threshold(scaled, zero_tolerance, norm_of(np.reshape(noise, (-1,))))
        row_sums = np.sum(np.abs(S), axis=1)
        return cls(eigenvalues, eigenvectors, scaled, vectors, np.abs(scaled) <= floor, floor, row_sums)

    def threshold_of(self, zeros: Any) -> Any:
        """Return what `zeros` eigenvalues do not exceed in magnitude: the tolerance, or more where more are zero."""
        sizes = np.sort(np.abs(self.eigenvalues))
        counted = np.sum(np.where(numpy.arange(len(sizes)) == zeros - 1, sizes, 0.0))
        if self.scaled is self.eigenvalues:
            return np.maximum(self.threshold, counted)
        return counted


class Stationarity(NamedTuple):
    """Whether a gradient counts as zero, and by what.

    Attributes
    ----------
    is_stationary : array of truth, ()
    is_within_noise, is_by_step : array of truth, ()
        By which rule.
    is_multiple : array of truths, shape (n,)
        Along which eigenvectors, in scaled coordinates, the gradient falls as it does at a multiple zero: their
        eigenvalues are zero at the critical point.
    norm, norm_after : array, ()
        Of the gradient at the point and after Newton's step.
    threshold : array, ()
        The norm up to which a gradient of this direction counts as zero.
    step : array, shape (n,)
        Newton's step, through the pseudo-inverse.
    relative_step : array, ()
        The largest component of the step, in units of the sizes.
    """

    is_stationary: Any
    is_within_noise: Any
    is_by_step: Any
    is_multiple: Any
    norm: Any
    norm_after: Any
    threshold: Any
    step: Any
    relative_step: Any


def by_newton(
    gradient: Any,
    spectrum: Spectrum,
    lengths: Lengths,
    tolerance: float,
    gradient_after: Callable[[Any], Any],
    noise: Any,
) -> Stationarity:
    """Test a gradient, shape (n,), by its noise, shape (n,), and by Newton's step.

    Along eigenvectors whose eigenvalues are zero there is no step; there the gradient must be zero within rounding.
    """
    units = lengths.units
    g, step = _newton_step(gradient, spectrum, units)
    after = gradient_after(step)
    left = np.dot(np.transpose(spectrum.vectors), after * units)
    left = np.where(np.isfinite(np.sum(left)), left, numpy.inf)

    rounding = ROUNDINGS * EPS * np.max(lengths.reach / units)
    # What rounding the point, and the gradient itself, does to each component.
    floors = np.dot(np.abs(np.transpose(spectrum.vectors)), rounding * spectrum.row_sums + noise * units)
    floor = norm_of(floors)
    relative_step = np.max(np.abs(step) / lengths.sizes)
    shares = np.abs(left) / np.where(np.abs(g) > 0, np.abs(g), 1.0)
    # Where nothing says in which units the variables are measured, a multiple zero must be as near as to eight digits.
    is_near = np.min(1.0 * (np.abs(step) <= tolerance * lengths.reach)) > 0
    has_room = np.logical_and(np.logical_not(spectrum.is_zero), np.abs(left) > floors)
    is_like_multiple = np.logical_and(shares >= MULTIPLE[0], shares <= MULTIPLE[1])
    is_multiple = np.logical_and(np.logical_and(has_room, is_like_multiple), is_near)
    remaining = norm_of(np.where(np.logical_or(is_multiple, spectrum.is_zero), 0.0, left))
    falls = remaining <= np.maximum(FALL * norm_of(g), floor)
    is_at_place = np.max(np.abs(step) / units) <= rounding
    flat = np.max(np.where(spectrum.is_zero, np.abs(g), 0.0))
    is_short = np.logical_and(relative_step <= tolerance, flat <= floor)
    is_by_step = np.logical_and(is_short, np.logical_or(falls, is_at_place))
    has_noise = np.logical_and(np.max(np.abs(g)) > 0, np.max(noise) > 0)
    is_within_noise = np.logical_and(has_noise, np.max(np.abs(gradient) - noise) <= 0)

    norm = norm_of(gradient)
    excess = np.maximum(_share(relative_step, tolerance), _share(flat, floor))
    return Stationarity(
        is_stationary=np.logical_or(is_by_step, is_within_noise),
        is_within_noise=is_within_noise,
        is_by_step=is_by_step,
        is_multiple=np.logical_and(is_multiple, is_by_step),
        norm=norm,
        norm_after=norm_of(after),
        threshold=np.where(is_within_noise, norm_of(noise), _share(norm, excess)),
        step=step,
        relative_step=relative_step,
    )


def by_norm(gradient: Any, spectrum: Spectrum, lengths: Lengths, tolerance: float) -> Stationarity:
    """Test a gradient by its norm beside that of the Hessian: what can be said where nothing but the two is known."""
    _, step = _newton_step(gradient, spectrum, lengths.units)
    norm = norm_of(gradient)
    threshold = tolerance * np.max(np.abs(spectrum.eigenvalues)) * np.max(lengths.sizes)
    is_stationary = norm <= threshold
    return Stationarity(
        is_stationary=is_stationary,
        is_within_noise=False,
        is_by_step=False,
        is_multiple=np.zeros(len(gradient)) > 0,
        norm=norm,
        norm_after=numpy.nan,
        threshold=threshold,
        step=step,
        relative_step=np.max(np.abs(step) / lengths.sizes),
    )


def _newton_step(gradient: Any, spectrum: Spectrum, units: Any) -> tuple[Any, Any]:
    """Return the gradient's components along the eigenvectors, in scaled coordinates, and Newton's step."""
    g, step = newton_step(gradient * units, spectrum.scaled, spectrum.vectors, spectrum.is_zero)
    return g, units * step


def zero_threshold(eigenvalues: Any, tolerance: Any = 1.0, floor: Any = 0.0) -> Any:
    """Return the magnitude up to which eigenvalues of a symmetric matrix count as zero, in whatever units they are.

    It is `tolerance` times what their decomposition may be off by, ``n eps ‖H‖₂``, or `floor`, below which they mean
    nothing for another reason.
    """
    return np.maximum(tolerance * eigenvalues.shape[0] * EPS * np.max(np.abs(eigenvalues)), floor)


def newton_step(gradient: Any, eigenvalues: Any, eigenvectors: Any, is_zero: Any) -> tuple[Any, Any]:
    """Return the gradient's components along the eigenvectors, and Newton's step through the pseudo-inverse.

    Along eigenvectors whose eigenvalues are zero there is no step.
    """
    components = np.dot(np.transpose(eigenvectors), gradient)
    quotients = components / np.where(is_zero, 1.0, eigenvalues)
    return components, -np.dot(eigenvectors, np.where(is_zero, 0.0, quotients))


def unit_of(size: Any) -> Any:
    """Return what to divide by whatever is of this size, so that its squares neither over- nor underflow.

    Examples
    --------
    >>> unit_of(numpy.array([2e200, 0.0, numpy.inf])).tolist()
    [2e+200, 1.0, 1.0]
    """
    return np.where(np.logical_and(size > 0, np.isfinite(size)), size, 1.0)


def norm_of(vector: Any) -> Any:
    """Return the Euclidean norm of a vector, or of each row, by a way that neither over- nor underflows.

    Examples
    --------
    >>> norm_of(numpy.array([[0.0, 2e200], [2e-200, 0.0], [0.0, 0.0]])).tolist()
    [2e+200, 2e-200, 0.0]
    """
    unit = unit_of(np.max(np.abs(vector), axis=-1, keepdims=True))
    return unit[..., 0] * np.sqrt(np.sum((vector / unit) ** 2, axis=-1))


def _share(part: Any, whole: Any) -> Any:
    """Return a quotient, 0 where there is nothing of either."""
    return np.where(part > 0, part / np.where(part > 0, whole, 1.0), 0.0)
