"""Where the second-derivative test needs a second look: its Hessian audited, and what it leaves open resolved."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from hesswidget.classification import Classification
from hesswidget.degenerate import Resolution, resolve
from hesswidget.differentiation import gradient_or_nan
from hesswidget.errors import ProblemError
from hesswidget.objective import Objective
from hesswidget.one_sided import COORDINATES, Audit, audit

BESIDE = 1e-9  # of the scale: how far beside a point f is looked at from, where autograd has no gradient at the point


def second_look(
    objective: Objective,
    point: np.ndarray,
    gradient: np.ndarray,
    hessian: np.ndarray,
    test: Classification,
    scale: float,
    size: float = 0.0,
    is_audited: bool = False,
) -> tuple[Classification, Resolution | None]:
    """Return the classification, its reason grown, and what a degenerate point is.

    A Hessian that one-sided differences of the gradient contradict is no Hessian: the label becomes ``undefined``. It
    never raises: the test of the Hessian stands where f cannot be evaluated beside the point.

    Parameters
    ----------
    objective : Objective
    point : ndarray, shape (n,)
    gradient : ndarray, shape (n,)
    hessian : ndarray, shape (n, n)
    test : Classification
        What the Hessian says.
    scale : float
        A length over which the function varies.
    size : float
        The typical size of the variables. Where it is larger, a point that is flat close by is looked at so far too.
    is_audited : bool
        The derivatives are differences of the gradient themselves.

    Returns
    -------
    Classification
    Resolution or None
        None where the label is not ``degenerate``.
    """
    if not is_audited and _needs_audit(test, len(point)):
        found = _audited(objective, point, gradient, hessian, scale)
        if not found.agrees or (test.label == "undefined" and found.sentence):
            return _undefined(test, found.sentence), None
    if test.label != "degenerate":
        return test, None
    place = point
    if not np.all(np.isfinite(gradient_or_nan(objective)(point))):
        place = point + BESIDE * scale * np.cos(np.arange(1.0, len(point) + 1))
    resolution = resolve(objective, place, test.eigenvalues, test.eigenvectors, test.zero_threshold, scale)
    if size > scale and resolution.kind in (
        "flat",
        "inconclusive",
    ):  # what is all there is to see from so near
        farther = resolve(objective, place, test.eigenvalues, test.eigenvectors, test.zero_threshold, size)
        resolution = resolution if farther.kind == "inconclusive" else farther
    return replace(test, reason=f"{test.reason}; {resolution.sentence}"), resolution


def _needs_audit(test: Classification, n: int) -> bool:
    if test.label == "undefined":
        return True
    return test.is_stationary and (test.label == "degenerate" or n <= COORDINATES)


def _audited(
    objective: Objective, point: np.ndarray, gradient: np.ndarray, hessian: np.ndarray, scale: float
) -> Audit:
    try:
        return audit(objective, point, gradient, hessian, scale)
    except ProblemError as error:
        return Audit(True, f"its neighbourhood could not be looked at: {error}")


def _undefined(test: Classification, sentence: str) -> Classification:
    if test.label == "undefined":
        return replace(test, reason=f"{test.reason}; {sentence}")
    reason = f"undefined: {sentence}; autograd's Hessian says {test.reason}"
    return replace(test, label="undefined", reason=reason, newton_step=None)
