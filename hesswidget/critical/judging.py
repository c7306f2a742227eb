"""One critical point after the search: polished to rounding, and judged by what is known of the whole box."""

from __future__ import annotations

import numpy as np

from hesswidget.classification import classification
from hesswidget.critical.multiple_root import located
from hesswidget.critical.search import LONGEST, ZERO_CURVATURE
from hesswidget.curvature import Curvature
from hesswidget.differentiation import gradient_and_hessian
from hesswidget.judgement import EPS, judge, norm_of
from hesswidget.objective import Objective
from hesswidget.second_look import second_look

POLISHING = 60  # Newton steps at most
SHORTEST = float(np.sqrt(np.finfo(float).tiny))  # the square of a shorter step underflows
DIGITS = 1e-12  # of the box: coordinates are rounded to it where the gradient does not grow


def polished(objective: Objective, point: np.ndarray, width: np.ndarray) -> tuple[np.ndarray, float]:
    """Take Newton steps for as long as the gradient gets smaller.

    At a degenerate point Newton's steps shrink by a constant factor only, (m − 1)/m at a zero of multiplicity m, and
    are lengthened by m accordingly (Schröder, 1870).

    Returns
    -------
    ndarray, shape (n,)
    float
        The last step, in widths of the box.
    """
    slope, step = _slope_and_step(objective, point, width)
    before = np.zeros_like(step)
    for _ in range(POLISHING):
        size, last = float(np.max(np.abs(step))), float(np.max(np.abs(before)))
        if not size > SHORTEST:  # as good as zero, or not finite
            break
        ratio = float(step @ before) / float(before @ before) if last > 0 else 0.0
        factors = [1 / (1 - ratio), 1.0] if 0.4 < ratio < 0.95 else [1.0]
        for factor in factors:
            trial = point + factor * width * step
            found = _slope_and_step(objective, trial, width)
            if norm_of(found[0]) < norm_of(slope):
                break
        else:
            break
        point, (slope, new) = trial, found
        before, step = (step, new) if factor == 1.0 else (np.zeros_like(new), new)
    # What remains of the step may be rounding alone: of the gradient's terms, which is not known.
    return _rounded(objective, point, width, norm_of(slope)), float(np.max(np.abs(step)))


def _rounded(objective: Objective, point: np.ndarray, width: np.ndarray, slope: float) -> np.ndarray:
    """Round the coordinates to `DIGITS` of the box, all or those for which the gradient stays within `slope`."""
    places = np.round(point / width / DIGITS) * DIGITS * width + 0.0
    short = np.array([float(f"{x:.13g}") for x in places])
    for chosen in [np.full(len(point), True), *np.eye(len(point), dtype=bool)]:
        trial = np.where(chosen, short, point)
        # Where the gradient is not finite, the point is singular.
        if not norm_of(_slope_and_step(objective, trial, width)[0]) > slope:
            point = trial
            if np.all(chosen):
                break
    return point


def _slope_and_step(
    objective: Objective, point: np.ndarray, width: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return gradient and Newton step, through the pseudo-inverse, in the unit cube; NaN where there is none."""
    try:
        with np.errstate(all="ignore"):
            slope, hessian = gradient_and_hessian(objective, point)
    except Exception:  # outside its domain a function may raise what it likes
        slope, hessian = np.full(len(point), np.nan), np.full((len(point), len(point)), np.nan)
    slope, H = slope * width, (hessian + hessian.T) / 2 * width * width[:, None]
    if not np.all(np.isfinite(H)) or not np.all(np.isfinite(slope)):
        return np.full(len(point), np.nan), np.full(len(point), np.nan)
    eigenvalues, vectors = np.linalg.eigh(H)
    zero = len(point) * EPS * np.max(np.abs(eigenvalues))
    inverse = np.where(np.abs(eigenvalues) > zero, 1 / np.where(eigenvalues == 0, 1.0, eigenvalues), 0.0)
    step = -vectors @ (inverse * (vectors.T @ slope))
    return slope, step * min(1.0, LONGEST / max(float(np.max(np.abs(step))), LONGEST))


def judged(objective: Objective, point: np.ndarray, width: np.ndarray, usual: float) -> Curvature:
    """Return the curvature at a critical point, of a degenerate one after it has been located along the null space.

    The parameters are those of `curvature_of_critical`; `Curvature.point` may differ from the given one.
    """
    found = curvature_of_critical(objective, point, width, usual)
    resolution = found.resolution
    if resolution is None or resolution.order is None or found.inertia.zero != 1:
        return found
    test = found.classification
    place = located(
        objective, point, test.eigenvalues, test.eigenvectors, test.zero_threshold, resolution.order, width
    )
    if place is None:
        return found
    slope = norm_of(_slope_and_step(objective, point, width)[0])
    if not norm_of(_slope_and_step(objective, place, width)[0]) <= slope:
        return found
    again = curvature_of_critical(objective, _rounded(objective, place, width, slope), width, usual)
    return found if again.resolution is None or again.resolution.kind == "inconclusive" else again


def curvature_of_critical(
    objective: Objective, point: np.ndarray, width: np.ndarray, usual: float
) -> Curvature:
    """Return the curvature at a point that a search has found to be critical.

    Parameters
    ----------
    objective : Objective
    point, width : ndarray, shape (n,)
        The widths of the box.
    usual : float
        The Hessian's usual size in the box, in the unit cube's coordinates. Eigenvalues less than 1.5e-8 of it count
        as zero; how many is decided in these coordinates, as the inertia is the same in all (Sylvester, 1852).
    """
    value = objective.value(point)
    with objective.in_sentences(), np.errstate(all="ignore"):
        slope, hessian = gradient_and_hessian(objective, point)
    n = len(point)
    tolerance = 1.0
    if np.all(np.isfinite(hessian)):
        H = (hessian + hessian.T) / 2
        scaled = np.abs(np.linalg.eigvalsh(H * width * width[:, None]))
        zeros = int(np.sum(scaled <= max(n * EPS * np.max(scaled), ZERO_CURVATURE * usual)))
        sizes = np.sort(np.abs(np.linalg.eigvalsh(H)))
        if zeros and sizes[-1] > 0:
            tolerance = max(1.0, 1.001 * sizes[zeros - 1] / (n * EPS * sizes[-1]))
    with np.errstate(all="ignore"):
        judgement = judge(
            value, np.zeros(n) if np.all(np.isfinite(slope)) else slope, hessian,
            zero_tolerance=tolerance, stationarity_tolerance=0.0, scale=0.0,
        )  # fmt: skip
    labels = objective.problem.labels
    test = classification(judgement, labels, has_gradient=False)
    test, resolution = second_look(objective, point, slope, hessian, test, float(np.min(width)) / 2)
    return Curvature(point, labels, value, slope, hessian, test, resolution)
