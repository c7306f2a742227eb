"""Where the second-derivative test needs a second look: its Hessian audited, and what it leaves open resolved."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np

from hesswidget.derivatives.objective import Objective
from hesswidget.errors import ProblemError
from hesswidget.second_derivative_test.classification import Classification
from hesswidget.second_derivative_test.degenerate.resolution import Resolution
from hesswidget.second_derivative_test.differentiability import COORDINATES, Audit, audit
from hesswidget.second_derivative_test.kinks.resolve import KinkResolution, resolve_kink
from hesswidget.second_derivative_test.reason import Reason
from hesswidget.second_derivative_test.symmetry import by_symmetry

CROWD = 64  # switches that meet


class SecondLook(NamedTuple):
    """What a second look finds.

    Attributes
    ----------
    classification : Classification
        Its reason grown.
    resolution : Resolution or None
        None where the label is neither ``degenerate`` nor that of a kink.
    contradiction : str
        What is wrong with autograd's derivatives at the point where the sides of it agree; else empty.
    """

    classification: Classification
    resolution: Resolution | None = None
    contradiction: str = ""


def second_look(
    objective: Objective,
    point: np.ndarray,
    gradient: np.ndarray,
    hessian: np.ndarray,
    test: Classification,
    scale: float,
    resolved: Callable[[], Resolution],
    is_audited: bool = False,
    background: float = 0.0,
) -> SecondLook:
    """Look at a point again: at where pieces meet, at the derivatives beside it, and along the null space.

    Where pieces of the function meet, autograd's Hessian is that of one of them, or of none; and one that one-sided
    differences of the gradient contradict is no Hessian: the label becomes ``undefined``. It never raises: the test of
    the Hessian stands where f cannot be evaluated beside the point.

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
    resolved : callable
        Says what a degenerate point is.
    is_audited : bool
        The derivatives are differences of the gradient themselves.
    background : float
        The gradient's noise about the point, as far as it is known.

    Returns
    -------
    SecondLook
    """
    kink = resolve_kink(objective, point, test.is_stationary)
    is_crowded = kink is not None and kink.count > CROWD  # which differences tell nothing more of
    if not (is_audited or is_crowded) and _needs_audit(test, len(point)):
        audited = _audited(objective, point, gradient, hessian, scale, background)
        if kink is not None:
            kink = kink.besides(audited.sentence)
        elif not audited.agrees or (test.label == "undefined" and audited.sentence):
            if not audited.agrees and audited.agree_beside:
                return SecondLook(_undefined(test, audited.sentence), contradiction=audited.sentence)
            kink = _singular(objective, point, scale)
            if kink is None:
                return SecondLook(_undefined(test, audited.sentence))
            kink = kink.besides(audited.sentence)
    if kink is not None and (kink.is_sharp or test.is_stationary):
        return SecondLook(_at_kink(test, kink.sentence), kink.resolution)
    if kink is not None:
        test = replace(test, justification=test.justification.further(kink.sentence))
    zeros = by_symmetry(objective, point, test)
    reason = test.justification.inserted(0 if test.is_stationary else 1, *zeros.clauses)
    test = replace(test, justification=reason.further(*zeros.copies))
    if test.label != "degenerate" or zeros.resolution is not None:
        return SecondLook(test, zeros.resolution)
    resolution = resolved()
    test = replace(test, justification=test.justification.further(resolution.sentence))
    return SecondLook(test, resolution)


def _needs_audit(test: Classification, n: int) -> bool:
    if test.label == "undefined":
        return True
    return test.is_stationary and (test.label == "degenerate" or n <= COORDINATES)


def _audited(*arguments: Any) -> Audit:
    try:
        return audit(*arguments)
    except ProblemError as error:
        return Audit(True, f"its neighbourhood could not be looked at: {error}")


def _singular(objective: Objective, point: np.ndarray, scale: float) -> KinkResolution | None:
    from hesswidget.second_derivative_test.kinks.singular import resolve_singular  # brings scipy

    return resolve_singular(objective, point, scale)


def _at_kink(test: Classification, sentence: str) -> Classification:
    of_autograd = (
        f"of autograd's derivatives, {'; '.join(test.justification.clauses)}"
        if test.label == "undefined"
        else f"autograd's Hessian says {test.reason}"
    )
    reason = Reason("undefined", (sentence, of_autograd))
    return replace(test, label="undefined", justification=reason, newton_step=None)


def _undefined(test: Classification, sentence: str) -> Classification:
    if test.label == "undefined":
        return replace(test, justification=test.justification.further(sentence))
    reason = Reason("undefined", (sentence, f"autograd's Hessian says {test.reason}"))
    return replace(test, label="undefined", justification=reason, newton_step=None)
