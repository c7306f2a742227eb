"""What the point is where a path ended: the second-derivative test there, and whether it is on the way to infinity.

A small gradient alone says little: it is as small where f only flattens out as near a minimum. Where the test is clear,
the path's limit is known better than by its last point: Newton's step leads there.
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
from hesswidget.descent.outcome import CONVERGED, GROWS, OFF, RUNS_AWAY, STANDS_STILL, WITHIN
from hesswidget.descent.running_away import runs_away
from hesswidget.program.bounds import PICTURE
from hesswidget.program.program import Program
from hesswidget.second_derivative_test.inertia import DEGENERATE, NOT_STATIONARY, second_derivative_test
from hesswidget.second_derivative_test.judgement import Judgement
from hesswidget.second_derivative_test.stationarity import norm_of
from hesswidget.second_derivative_test.tolerances import Tolerances

OPEN = (NOT_STATIONARY, DEGENERATE)  # what may be on the way to infinity
SETTLED = tuple(map(LABELS.index, ("minimum", "saddle", "maximum")))
MOST = 200  # variables: the Hessian is computed a few times
BETTER = 16  # times smaller |∇f| is behind a step that is no rounding


class Ending(NamedTuple):
    """A path's end.

    Attributes
    ----------
    label : array, ()
        Its class, a place in `hesswidget.appearance.LABELS`.
    status : array, ()
        How the path stands, now that its end has been judged.
    limit : array, shape (n,)
        The critical point that it comes to, up to rounding; NaN where that is not certain.
    """

    label: Any
    status: Any
    limit: Any


def ending(f: TracedFunction, status: Any, point: Any, tolerances: Tolerances) -> Ending:
    """Judge a path's end, in mathematics that can be recorded: by the test alone, without `curvature`'s second look.

    Parameters
    ----------
    f : TracedFunction
    status : array, ()
        How the path stands by its gradients alone.
    point : array, shape (n,)
    tolerances : Tolerances
    """
    test = tested(f, point, tolerances)
    label = test.label
    is_open = np.logical_or(*(label == each for each in OPEN))
    is_away = np.logical_and(is_open, runs_away(f, point, _reach(point, tolerances)))
    label, status = concluded(status, label, is_away)
    return Ending(
        label, status, limit(point, label, test.newton_step, test.gradient_norm, test.gradient_after)
    )


def concluded(status: Any, label: Any, is_away: Any) -> tuple[Any, Any]:
    """Return a path's label and status, given how it stands by its gradients alone, and what its last point is.

    On the way to infinity, where f only flattens out or |∇f| grows without end, no point is stationary, however small
    |∇f| is beside the curvature, and no path has converged; one that came to its tolerance at a point that is not
    stationary has done that alone; and one that stands still at a point whose class is certain has converged.

    Examples
    --------
    >>> label, status = concluded(CONVERGED, LABELS.index("degenerate"), is_away=True)
    >>> LABELS[int(label)], status == RUNS_AWAY
    ('not stationary', np.True_)
    """
    label = np.where(np.logical_or(is_away, status == GROWS), NOT_STATIONARY, label)
    short = np.where(is_away, RUNS_AWAY, np.where(label == NOT_STATIONARY, WITHIN, CONVERGED))
    came = np.where(_is_settled(label), CONVERGED, STANDS_STILL)
    return label, np.where(status == CONVERGED, short, np.where(status == STANDS_STILL, came, status))


def limit(point: Any, label: Any, step: Any, before: Any, after: Any) -> Any:
    """Return the critical point that a path comes to, given its last one, and Newton's step there.

    Parameters
    ----------
    point : array, shape (n,)
    label : array, ()
        What it is. The limit is known where its class is certain and no eigenvalue is zero; else it is NaN.
    step : array, shape (n,)
        NaN where an eigenvalue is zero: along its eigenvector nothing says how far the limit is.
    before, after : array, ()
        |∇f| at the point and behind the step, which is taken if that is smaller: else it is rounding.

    Examples
    --------
    >>> limit(np.array([1.5]), LABELS.index("minimum"), np.array([-0.25]), 1e-9, 1e-16).tolist()
    [1.25]
    """
    is_known = np.logical_and(_is_settled(label), np.all(np.isfinite(step)))
    return np.where(is_known, point + np.where(after * BETTER <= before, step, 0.0), numpy.nan)


def _is_settled(label: Any) -> Any:
    return np.any(label == np.array(SETTLED))


def tested(f: TracedFunction, point: Any, tolerances: Tolerances) -> Judgement:
    """Judge a path's end by the test alone, wherever f goes from there."""
    return second_derivative_test(
        *f.derivatives(point),
        **tolerances.at(point, f.traced.problem),
        gradient_after=lambda step: f.gradient(point + step),
    )


def _reach(point: Any, tolerances: Tolerances) -> Any:
    """Return what lengths around a point are measured by: as the tolerances have it, or by its largest entry."""
    if tolerances.scale:
        return tolerances.scale
    largest = np.max(np.abs(point))
    return np.where(largest > 0, largest, 1.0)


def program(traced: TracedProblem, tolerances: Tolerances) -> Program | None:
    """Record `ending`, by ``status`` and ``point``; None of too many variables, and where a page takes too long."""
    if len(traced.problem.start) > MOST:
        return None

    def build(f: TracedFunction, status: Any, point: Any) -> Ending:
        return ending(f, status, point, tolerances)

    made = traced.record(build, status=np.array(CONVERGED), point=traced.problem.start)
    return made if PICTURE.admit(made, PICTURE.beside) else None


def program_of_test(traced: TracedProblem, tolerances: Tolerances) -> Program:
    """Record `tested` of a ``point``, its ``label``: all that there is to know of a path that has not converged."""
    return traced.record(
        lambda f, point: {"label": tested(f, point, tolerances).label}, point=traced.problem.start
    )


class Judged(NamedTuple):
    """How a path stands, now that its end has been judged, and that end.

    Attributes
    ----------
    status : float
    label : str
        That of `hesswidget.curvature`, but ``not stationary`` on the way to infinity; empty where it is not judged.
    limit : ndarray, shape (n,), or None
        The critical point that it comes to, up to rounding, where that is certain.
    """

    status: float
    label: str = ""
    limit: numpy.ndarray | None = None


def judged(f: TracedFunction, status: float, points: Any, tolerances: Tolerances | None = None) -> Judged:
    """Judge a path's end, with `curvature`'s second look.

    Parameters
    ----------
    f : TracedFunction
    status : float
        How it stands by its gradients alone.
    points : ndarray, shape (k + 1, n)
        Their largest value is what lengths are measured by, unless tolerances are given.
    tolerances : Tolerances, optional
    """
    if points.shape[1] > MOST or status in OFF:
        return Judged(status)
    if tolerances is None:
        tolerances = Tolerances(scale=float(numpy.max(numpy.abs(points))) or 1.0)
    point = points[-1]
    try:
        with numpy.errstate(all="ignore"), one_blas_thread():
            objective = Objective(f.traced.problem, f.values)
            found = curvature_at(objective, point, tolerances)
            label = LABELS.index(found.label)
            is_short = status != CONVERGED and label == NOT_STATIONARY  # wherever f goes from there
            is_away = label in OPEN and not is_short and runs_away(f, point, _reach(point, tolerances))
            place, stands = (float(x) for x in concluded(status, label, is_away))
            name, step = LABELS[int(place)], found.newton_step
            if place not in SETTLED or step is None:
                return Judged(stands, name)
            after = norm_of(objective.gradient_or_nan(point + step))
            return Judged(stands, name, limit(point, place, step, norm_of(found.gradient), after))
    except Exception:  # a function may raise what it likes outside of its domain
        return Judged(status)
