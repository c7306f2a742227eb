"""What the point is where a path ended: the second-derivative test there, and whether it is on the way to infinity.

A small gradient alone says little: it is as small where f only flattens out as near a minimum.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import autograd.numpy as np
import numpy

from hesswidget.appearance import LABELS
from hesswidget.curvature import curvature_at
from hesswidget.derivatives.blas import one_blas_thread
from hesswidget.derivatives.objective import Objective
from hesswidget.derivatives.traced import TracedFunction, TracedProblem
from hesswidget.descent.outcome import CONVERGED, NO_GRADIENT, NO_VALUE, RUNS_AWAY
from hesswidget.descent.running_away import runs_away
from hesswidget.program.bounds import PICTURE
from hesswidget.program.program import Program
from hesswidget.second_derivative_test.inertia import DEGENERATE, NOT_STATIONARY, second_derivative_test
from hesswidget.second_derivative_test.stationarity import Lengths
from hesswidget.second_derivative_test.tolerances import Tolerances

LOOKED_AT = ("minimum", "saddle", "maximum")  # labels that are looked at again
MOST = 200  # variables: the Hessian is computed a few times


class Ending(NamedTuple):
    """A path's end.

    Attributes
    ----------
    label : array, ()
        Its class, a place in `hesswidget.appearance.LABELS`.
    runs_away : array of truth, ()
        Whether f only flattens out there, on the way to infinity; then it is not stationary.
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
    is_open = np.logical_or(label == NOT_STATIONARY, label == DEGENERATE)
    largest = np.max(np.abs(point))
    reach = np.where(largest > 0, largest, 1.0) if size is None else size
    is_away = np.logical_and(is_open, runs_away(f, point, reach))
    return Ending(np.where(is_away, NOT_STATIONARY, label), 1.0 * is_away)


def label_at(f: TracedFunction, point: Any, tolerances: Tolerances, size: Any = None) -> Any:
    """Return the class of a point, a place in `hesswidget.appearance.LABELS`."""
    given = tolerances.at(point, f.traced.problem)
    if size is not None:
        given["lengths"] = Lengths.at(point, None, size)
    judgement = second_derivative_test(
        *f.derivatives(point), **given, gradient_after=lambda step: f.gradient(point + step)
    )
    return judgement.label


def program(traced: TracedProblem, tolerances: Tolerances) -> Program | None:
    """Record `ending` of a ``point``; None of too many variables, and where a page would take too long."""
    if len(traced.problem.start) > MOST:
        return None

    def build(f: TracedFunction, point: Any) -> Ending:
        return ending(f, point, tolerances)

    made = traced.record(build, point=traced.problem.start)
    return made if PICTURE.admit(made, PICTURE.beside) else None


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
            found = ending(f, points[-1], tolerances or Tolerances(), size)
            if status == CONVERGED and found.runs_away:
                return RUNS_AWAY, LABELS[NOT_STATIONARY]
            return status, _beyond(f, points[-1], LABELS[int(found.label)])
    except Exception:  # a function may raise what it likes outside of its domain
        return status, ""
