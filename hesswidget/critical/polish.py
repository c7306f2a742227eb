"""One critical point after the search: polished to rounding, and judged by what is known of the whole box."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from hesswidget.critical.multiple_root import located
from hesswidget.critical.newton import LONGEST, ZERO_CURVATURE
from hesswidget.curvature import Curvature, curvature_at
from hesswidget.derivatives.objective import Objective
from hesswidget.derivatives.rounding_noise import SAFETY
from hesswidget.precision import EPS
from hesswidget.second_derivative_test.classification import Classification, classification
from hesswidget.second_derivative_test.degenerate.resolution import Resolution
from hesswidget.second_derivative_test.degenerate.resolve import resolve
from hesswidget.second_derivative_test.inertia import second_derivative_test
from hesswidget.second_derivative_test.second_look import second_look
from hesswidget.second_derivative_test.stationarity import Lengths, newton_step, norm_of, zero_threshold

POLISHING = 60  # Newton steps at most
SHORTEST = float(np.sqrt(np.finfo(float).tiny))  # the square of a shorter step underflows
TINY = float(np.finfo(float).tiny)
SOFT = 1e-3  # of the largest eigenvalue: one that is no larger may be that of a point beside a multiple root
DIGITS = 1e-12  # of the box: coordinates are rounded to it where the gradient does not grow


def polish(objective: Objective, point: np.ndarray, width: np.ndarray) -> tuple[np.ndarray, float]:
    """Take Newton steps for as long as the gradient gets smaller.

    At a degenerate point Newton's steps shrink by a constant factor only, (m − 1)/m at a zero of multiplicity m, and
    are lengthened by m accordingly (Schröder, 1870).

    Returns
    -------
    ndarray, shape (n,)
    float
        The last step, in widths of the box.
    """
    gradient, step = _gradient_and_step(objective, point, width)
    before = np.zeros_like(step)
    for _ in range(POLISHING):
        size, last = float(np.max(np.abs(step))), float(np.max(np.abs(before)))
        if not size > SHORTEST:  # as good as zero, or not finite
            break
        ratio = float(step @ before) / float(before @ before) if last > 0 else 0.0
        factors = [1 / (1 - ratio), 1.0] if 0.4 < ratio < 0.95 else [1.0]
        for factor in factors:
            trial = point + factor * width * step
            found = _gradient_and_step(objective, trial, width)
            if norm_of(found[0]) < norm_of(gradient):
                break
        else:
            break
        point, (gradient, new) = trial, found
        before, step = (step, new) if factor == 1.0 else (np.zeros_like(new), new)
    # What remains of the step may be rounding alone: of the gradient's terms, which is not known.
    return _rounded(objective, point, width, norm_of(gradient)), float(np.max(np.abs(step)))


def _rounded(
    objective: Objective, point: np.ndarray, width: np.ndarray, gradient_norm: float, *, singly: bool = False
) -> np.ndarray:
    """Round the coordinates to `DIGITS` of the box, all or `singly`, if the gradient's norm stays within this."""
    rounded = np.round(point / width / DIGITS) * DIGITS * width + 0.0
    short = np.array([float(f"{x:.13g}") for x in rounded])
    n = len(point)
    for chosen in [np.full(n, True), *np.eye(n, dtype=bool)[: n if singly else 0]]:
        trial = np.where(chosen, short, point)
        # Where the gradient is not finite, the point is singular.
        if not norm_of(_gradient_and_step(objective, trial, width)[0]) > gradient_norm:
            point = trial
            if np.all(chosen):
                break
    return point


def _gradient_and_step(
    objective: Objective, point: np.ndarray, width: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return gradient and Newton step, through the pseudo-inverse, in the unit cube; NaN where there is none."""
    gradient, hessian = objective.gradient_and_hessian_or_nan(point)
    gradient, H = gradient * width, (hessian + hessian.T) / 2 * width * width[:, None]
    if not np.all(np.isfinite(H)) or not np.all(np.isfinite(gradient)):
        return np.full(len(point), np.nan), np.full(len(point), np.nan)
    eigenvalues, vectors = np.linalg.eigh(H)
    is_zero = np.abs(eigenvalues) <= zero_threshold(eigenvalues)
    _, step = newton_step(gradient, eigenvalues, vectors, is_zero)
    return gradient, step * min(1.0, LONGEST / max(float(np.max(np.abs(step))), LONGEST))


def curvature_of_root(
    objective: Objective, point: np.ndarray, width: np.ndarray, hessian_scale: float
) -> Curvature:
    """Return the curvature at a critical point, at one with a soft direction after it has been located along that.

    The parameters are those of `curvature_of_critical`; `Curvature.point` may differ from the given one.
    """
    found = curvature_of_critical(objective, point, width, hessian_scale)
    if found.label == "undefined":
        return found
    spectrum = UnitCubeSpectrum(found.hessian, width, hessian_scale)
    if np.sum(spectrum.sizes <= SOFT * spectrum.largest) != 1:
        return found
    root = located(objective, point, spectrum.eigenvalues, spectrum.eigenvectors, width)
    if root is None:
        return found
    gradient_norm = max(
        norm_of(found.gradient * width),
        # What rounding the root does.
        SAFETY * EPS * spectrum.largest * float(np.max(np.abs(root) / width)),
    )
    if not norm_of(_gradient_and_step(objective, root, width)[0]) <= gradient_norm:
        return found
    # Of the root and the point with short coordinates the one at which less of a second derivative is left.
    short = _rounded(objective, root, width, gradient_norm, singly=True)
    again, shorter = (curvature_of_critical(objective, x, width, hessian_scale) for x in (root, short))
    if min(abs(shorter.eigenvalues)) <= min(abs(again.eigenvalues)):
        again = shorter
    return found if again.resolution is None or again.resolution.kind == "inconclusive" else again


class UnitCubeSpectrum:
    """Eigenvalues of a Hessian in the unit cube's coordinates, and which of them count as zero beside the whole box.

    What `hesswidget.second_derivative_test.stationarity.Spectrum` takes for zero, a single point can tell.

    Parameters
    ----------
    hessian : ndarray, shape (n, n)
    width : ndarray, shape (n,)
        The widths of the box.
    hessian_scale : float
        The Hessian's usual size in the box, in the unit cube's coordinates. Eigenvalues less than 1.5e-8 of it count
        as zero.

    Attributes
    ----------
    matrix : ndarray, shape (n, n)
        ``diag(width) H diag(width)``, symmetrised.
    eigenvalues, eigenvectors : ndarray, shape (n,) and (n, n)
    zero_threshold : float
        As small as it can be for those that count as zero.
    """

    def __init__(self, hessian: np.ndarray, width: np.ndarray, hessian_scale: float) -> None:
        self.matrix = (hessian + hessian.T) / 2 * width * width[:, None]
        self.eigenvalues, self.eigenvectors = np.linalg.eigh(self.matrix)
        self.sizes = np.abs(self.eigenvalues)
        self.largest = max(float(np.max(self.sizes)), hessian_scale)
        is_zero = self.sizes <= zero_threshold(self.eigenvalues, floor=ZERO_CURVATURE * hessian_scale)
        self.zeros = int(np.sum(is_zero))
        largest_zero = float(np.max(self.sizes[is_zero], initial=0.0))
        self.zero_threshold = float(zero_threshold(self.eigenvalues, floor=1.001 * largest_zero))

    @property
    def inertia(self) -> tuple[int, int, int]:
        """Counts of positive, zero and negative eigenvalues, the same in all coordinates (Sylvester, 1852)."""
        negative = int(np.sum(self.eigenvalues < -self.zero_threshold))
        return len(self.sizes) - self.zeros - negative, self.zeros, negative


def curvature_of_critical(
    objective: Objective, point: np.ndarray, width: np.ndarray, hessian_scale: float
) -> Curvature:
    """Return the curvature at a point that a search has found to be critical.

    Its inertia is judged in units of the box's widths. The eigenvalues are those of the Hessian in the variables' own
    units, unless these are so different that its rounding hides the inertia.

    Parameters
    ----------
    objective : Objective
    point, width : ndarray, shape (n,)
        The widths of the box.
    hessian_scale : float
        See `UnitCubeSpectrum`.
    """
    value = objective.value(point)
    gradient, hessian = objective.gradient_and_hessian(point)
    labels = objective.problem.labels
    if not np.all(np.isfinite([*gradient, *hessian.ravel()])):
        return curvature_at(objective, point)
    # What counts as zero beside the box's curvature is no matter for an audit.
    is_zero = np.abs(hessian * width * width[:, None]) <= ZERO_CURVATURE * hessian_scale / len(width)
    curved = np.where(is_zero, 0.0, hessian)
    spectrum = UnitCubeSpectrum(curved, width, hessian_scale)
    n = len(point)
    sizes = np.sort(np.abs(np.linalg.eigvalsh((curved + curved.T) / 2)))
    tolerance = 1.0
    if spectrum.zeros and sizes[-1] > 0:
        tolerance = max(1.0, 1.001 * sizes[spectrum.zeros - 1] / (n * EPS * sizes[-1]))
    test = _test(value, np.zeros_like(point), curved, tolerance, labels)
    if test.label != "undefined" and test.inertia != spectrum.inertia:
        tolerance = spectrum.zero_threshold / (n * EPS * max(float(np.max(spectrum.sizes)), TINY))
        test = _test(value, np.zeros_like(point), spectrum.matrix, tolerance, labels)
        *clauses, last = test.justification.clauses
        reason = replace(test.justification, clauses=(*clauses, f"{last}, in units of the ranges"))
        test = replace(test, justification=reason)

    def resolved() -> Resolution:
        return resolve(
            objective, point, spectrum.eigenvalues, spectrum.eigenvectors, spectrum.zero_threshold, 0.5, width
        )

    scale = float(np.min(width)) / 2
    test, resolution, contradiction = second_look(objective, point, gradient, curved, test, scale, resolved)
    if contradiction:
        return curvature_at(objective, point)
    return Curvature(point, objective.problem.blocks, value, gradient, hessian, test, resolution)


def _test(
    value: float, gradient: np.ndarray, hessian: np.ndarray, tolerance: float, labels: tuple[str, ...]
) -> Classification:
    with np.errstate(all="ignore"):
        judgement = second_derivative_test(
            value, gradient, hessian,
            zero_tolerance=tolerance, stationarity_tolerance=0.0, lengths=Lengths(1.0, 1.0),
        )  # fmt: skip
    return classification(judgement, labels, has_gradient=False)
