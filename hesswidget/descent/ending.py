"""What the point is where a path ended: the second-derivative test there, and whether Newton's steps from it shrink.

A small gradient alone says little: it is as small on the way to infinity, where f flattens out, as near a minimum.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import autograd.numpy as np
import numpy

from hesswidget.appearance import LABELS
from hesswidget.curvature import curvature_at
from hesswidget.derivatives.blas import one_blas_thread
from hesswidget.derivatives.control_flow import scan
from hesswidget.derivatives.objective import Objective
from hesswidget.derivatives.traced import TracedFunction, TracedProblem
from hesswidget.descent.outcome import CONVERGED, NO_GRADIENT, NO_VALUE, RUNS_AWAY
from hesswidget.program.bounds import PICTURE
from hesswidget.program.program import Program
from hesswidget.second_derivative_test.inertia import NOT_STATIONARY, second_derivative_test
from hesswidget.second_derivative_test.stationarity import Lengths, newton_step
from hesswidget.second_derivative_test.tolerances import Tolerances

LOOKED_AT = ("minimum", "saddle", "maximum")  # labels that are looked at again
MOST = 200  # variables: the Hessian is computed a few times
STEPS = 8  # of Newton's
KEPT = 0.95  # of a step's length, that the next one has along it where they do not shrink
"""Towards a zero of f' of multiplicity m steps shrink by (m − 1)/m, and by far more towards a simple one; down the
flank of exp(−x) they stay as long, and down that of a power of x they grow."""


class Ending(NamedTuple):
    """A path's end.

    Attributes
    ----------
    label : array, ()
        Its class, a place in `hesswidget.appearance.LABELS`.
    runs_away : array of truth, ()
        Whether it is not stationary, and Newton's steps from there do not shrink.
    """

    label: Any
    runs_away: Any


def ending(f: TracedFunction, point: Any, tolerances: Tolerances, size: Any = None) -> Ending:
    """Judge a path's end, in mathematics that can be recorded.

    Parameters
    ----------
    f : TracedFunction
    point : array, shape (n,)
    tolerances : Tolerances
    size : float, optional
        What lengths are measured by; by default as the tolerances have it.
    """
    label = label_at(f, point, tolerances, size)
    return Ending(label, 1.0 * np.logical_and(label == NOT_STATIONARY, do_not_shrink(f, point)))


def label_at(f: TracedFunction, point: Any, tolerances: Tolerances, size: Any = None) -> Any:
    """Return the class of a point, a place in `hesswidget.appearance.LABELS`."""
    given = tolerances.at(point, f.traced.problem)
    if size is not None:
        given["lengths"] = Lengths.at(point, None, size)
    judgement = second_derivative_test(
        *f.derivatives(point), **given, gradient_after=lambda step: f.gradient(point + step)
    )
    return judgement.label


def do_not_shrink(f: TracedFunction, point: Any) -> Any:
    """Whether each of Newton's steps goes about as far along the one before as that went."""

    def advance(point: Any, before: Any, goes_on: Any, parameters: Any) -> tuple[Any, ...]:
        _, gradient, hessian = f.at(parameters).derivatives(point)
        whole = np.all(np.isfinite(hessian))
        H = np.where(whole, hessian / 2 + np.transpose(hessian) / 2, 0.0)
        curvatures, vectors = np.linalg.eigh(H)
        _, step = newton_step(
            gradient, curvatures, vectors, curvatures == 0
        )  # far out one is small beside others
        stays = np.dot(step, before) >= KEPT * np.dot(before, before)
        goes_on = np.logical_and(goes_on > 0, np.logical_and(stays, np.any(step != 0)))
        return point + step, step, np.where(goes_on, 1.0, 0.0)

    carry = (point, 0.0 * point, np.ones(()))
    _, _, goes_on = scan(advance, carry, shared=(f.parameters,), length=STEPS)
    return goes_on > 0


def program(traced: TracedProblem, tolerances: Tolerances) -> Program | None:
    """Record `ending` of a ``point``; None of too many variables, and where a page would take too long."""
    if len(traced.problem.start) > MOST:
        return None

    def build(f: TracedFunction, point: Any) -> Ending:
        return ending(f, point, tolerances)

    made = traced.record(build, point=traced.problem.start)
    return made if made.work <= PICTURE.beside else None


def _beyond(f: TracedFunction, point: Any, label: str) -> str:
    """Return the label of a point at a second look, which is ``undefined`` where the test sees one side of a kink."""
    if label not in LOOKED_AT:
        return label
    found = curvature_at(Objective(f.traced.problem, f.values), point, Tolerances()).label
    return found if found == "undefined" else label


def judged(
    f: TracedFunction, status: float, points: Any, tolerances: Tolerances | None = None
) -> tuple[float, str]:
    """Return how a path stands, now that its end has been judged, and that end's label; empty where it has none.

    Parameters
    ----------
    f : TracedFunction
    status : float
        How it stands by its gradients alone.
    points : ndarray, shape (k + 1, n)
        Their largest value is what lengths are measured by, unless tolerances are given.
    tolerances : Tolerances, optional
    """
    if points.shape[1] > MOST or status in (NO_VALUE, NO_GRADIENT):
        return status, ""
    size = None if tolerances else float(numpy.max(numpy.abs(points))) or 1.0
    try:
        with numpy.errstate(all="ignore"), one_blas_thread():
            label = int(label_at(f, points[-1], tolerances or Tolerances(), size))
            is_flat = status == CONVERGED and label == NOT_STATIONARY
            if is_flat and do_not_shrink(f, points[-1]):
                return RUNS_AWAY, LABELS[label]
            return status, _beyond(f, points[-1], LABELS[label])
    except Exception:  # a function may raise what it likes outside of its domain
        return status, ""
