"""The search for critical points from many starts at once, in mathematics that can be recorded.

From every start Newton's iteration on ∇f = 0 runs with Levenberg's and Marquardt's damping, in coordinates in which the
box is the unit cube, so that neither the variables' units nor their order of magnitude matter. The kernel calls it with
numbers; recorded it is what the browser finds its markers with.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import autograd.numpy as np
import numpy

from hesswidget.derivatives.control_flow import over_rows, scan
from hesswidget.derivatives.traced import TracedFunction, TracedProblem
from hesswidget.low_discrepancy import additive_recurrence
from hesswidget.precision import EPS
from hesswidget.program.program import Program
from hesswidget.second_derivative_test.inertia import second_derivative_test
from hesswidget.second_derivative_test.stationarity import Lengths, norm_of

MAX_VARIABLES = 6
NEARLY = 1e-3  # how short the last Newton step must be, in widths of the box; at degenerate points it shortens slowly
FLATTEST = 1e-5  # of the gradient's median over the starts: what is steeper is no critical point
ZERO_CURVATURE = EPS**0.5  # of the Hessian's median size over the starts: what is less counts as zero
ROUNDING_CURVATURE = 1e-12 / ZERO_CURVATURE  # of the gradient's median: what changes it by less is rounding
APART = 1e-6  # of the box: points nearer than this are one
CROWD = 12  # degenerate points that are found: more are not isolated
LONGEST = 0.25  # of the box: no step is longer
FLAT = 100.0  # units of rounding: along an eigenvalue that small beside the largest a step is rounding alone
DAMPING, RELIEF, CAUTION = 1e-3, 0.05, 6.0
STEEPEST = 1e300

Derivatives = Callable[..., tuple[Any, Any, Any]]
Gradients = Callable[[numpy.ndarray], numpy.ndarray]  # (k, n) of points (k, n), both in the unit cube


def search(
    derivatives: Derivatives,
    starts: Any,
    box: Any,
    shared: Sequence[Any],
    steps: int,
    arrived: float,
) -> dict[str, Any]:
    """Look for critical points from many starts.

    Parameters
    ----------
    derivatives : callable
        ``derivatives(point, *shared)`` returns value, gradient (n,) and Hessian (n, n).
    starts : array, shape (rows, n)
        In the unit cube. A row that is not finite finds nothing.
    box : array, shape (2, n)
        Least and greatest value of each coordinate.
    shared : sequence of array
        What `derivatives` needs besides, such as parameters.
    steps : int
        How many evaluations of the derivatives each start is given.
    arrived : float
        How short the Newton step must be at the end, in widths of the box.

    Returns
    -------
    dict of arrays
        A row for each start: ``points`` (rows, n), and ``unit_points``, the same in the unit cube; ``values``;
        ``labels``, indices into `inertia.LABELS`; ``indices`` and ``zeros``, the numbers of negative and of zero
        eigenvalues; ``errors``, the last Newton step in widths of the box; ``arrived``, 1 where a critical point inside
        the box was reached; ``distinct``, 1 where moreover no other row has it more exactly; ``in_set``, 1 where so
        many of those are degenerate that they are no isolated points; ``gradient_norms`` at the end. Besides
        ``hessian_scale`` and ``gradient_scale``, (), the median sizes of the Hessian and of the gradient over the
        starts. Derivatives are by the unit cube's coordinates.

    Notes
    -----
    A step solves ``min ‖H d + g‖² + μ ‖H‖² ‖d‖²`` (Levenberg, 1944; Marquardt, 1963) through the eigenvalues of H and
    is taken if it makes the gradient smaller, so that saddles attract as minima do. The damping falls with each
    success, to Newton's quadratic convergence. Within a critical point's reach there are starts that lead elsewhere;
    nothing here says that all were found.
    """

    def unit(u: Any, low: Any, width: Any, *shared: Any) -> tuple[Any, Any, Any]:
        value, gradient, hessian = derivatives(low + width * u, *shared)
        return value, gradient * width, hessian * width * np.reshape(width, (-1, 1))

    low, width = box[0], box[1] - box[0]
    rows = over_rows(_of_row(unit, steps), starts, shared=(low, width, *shared))
    n = len(low)
    unit_points, values, errors, gradient_norms, first_gradient_norms, first_sizes = (
        rows[:, :n], *(rows[:, n + k] for k in range(5)),
    )  # fmt: skip
    hessians = np.reshape(rows[:, n + 5 :], (-1, n, n))
    gradient_scale = _median(first_gradient_norms)
    # A function of flat pieces has no curvature beside which another counts; rounding has what it makes of gradients.
    hessian_scale = np.maximum(_median(first_sizes), ROUNDING_CURVATURE * gradient_scale)
    inertia = over_rows(_label_and_inertia, hessians, shared=(ZERO_CURVATURE * hessian_scale,))
    gap = 100 * APART
    is_inside = np.min(np.where((unit_points >= -gap) * (unit_points <= 1 + gap), 1.0, 0.0), axis=1)
    has_arrived = (
        np.isfinite(values) * (errors <= arrived) * (gradient_norms <= FLATTEST * gradient_scale) * is_inside
    )
    distinct = has_arrived * is_best(unit_points, errors, APART + 4 * errors, has_arrived)
    is_flat = distinct * (inertia[:, 2] > 0)
    return {
        "points": low + width * np.clip(unit_points, 0.0, 1.0),
        "unit_points": unit_points,
        "values": values,
        "labels": inertia[:, 0],
        "indices": inertia[:, 1],
        "zeros": inertia[:, 2],
        "errors": errors,
        "arrived": has_arrived,
        "distinct": distinct,
        "in_set": is_flat * (np.sum(is_flat) > CROWD),
        "hessian_scale": hessian_scale,
        "gradient_norms": gradient_norms,
        "gradient_scale": gradient_scale,
    }


def program(traced: TracedProblem, rows: int, steps: int, arrived: float) -> Program:
    """Record `search` from so many starts: inputs ``starts``, ``box`` and ``parameters``."""

    def build(f: TracedFunction, starts: Any, box: Any) -> dict[str, Any]:
        def derivatives(point: Any, parameters: Any) -> tuple[Any, Any, Any]:
            return f.at(parameters).derivatives(point)

        return search(derivatives, starts, box, (f.parameters,), steps, arrived)

    box = traced.problem.box
    return traced.record(build, starts=additive_recurrence(rows, box.shape[1]), box=box)


def _of_row(unit: Derivatives, steps: int) -> Callable[..., Any]:
    """Return what happens to one start: its end, and what has to be known of end and start."""

    def improved(
        u: Any, value: Any, gradient: Any, hessian: Any, damping: Any, low: Any, width: Any, *shared: Any
    ) -> Any:
        trial = u + _damped_step(gradient, hessian, damping)
        new_value, new_gradient, new_hessian = unit(trial, low, width, *shared)
        is_better = norm_of(new_gradient) < norm_of(gradient)  # also False where it is not finite
        return (
            np.where(is_better, trial, u),
            np.where(is_better, new_value, value),
            np.where(is_better, new_gradient, gradient),
            np.where(is_better, new_hessian, hessian),
            np.clip(damping * np.where(is_better, RELIEF, CAUTION), 0.0, 1e6),
            norm_of(new_gradient),
            np.max(np.abs(new_hessian)),
        )

    def of_row(start: Any, low: Any, width: Any, *shared: Any) -> Any:
        # So flat and so steep that the first step leads nowhere: what is recorded holds the derivatives only once.
        n = len(start)
        nowhere = (start, numpy.nan, STEEPEST * numpy.ones(n), numpy.zeros((n, n)), DAMPING / RELIEF)
        end, value, gradient, hessian, _, gradient_norms, sizes = scan(
            improved, nowhere, shared=(low, width, *shared), length=steps + 1
        )
        error = np.max(np.abs(_damped_step(gradient, hessian, 0.0)))
        error = np.where(np.isfinite(value), error, numpy.nan)
        numbers = [value, error, norm_of(gradient), gradient_norms[0], sizes[0]]
        return np.concatenate([end, np.array(numbers), np.reshape(hessian, (-1,))])

    return of_row


def _damped_step(gradient: Any, hessian: Any, damping: Any) -> Any:
    """Levenberg's and Marquardt's step, at most `LONGEST` in any coordinate; NaN where something is not finite.

    It has no rule for which eigenvalues are zero, as `stationarity.newton_step` has: a direction in which f is flat is
    damped, the more so the flatter, so that the step is continuous where an eigenvalue passes the rounding. The floor
    keeps that so where there is no damping.
    """
    is_whole = np.isfinite(np.sum(np.abs(hessian)))
    H = np.where(is_whole, hessian, 0.0)
    eigenvalues, vectors = np.linalg.eigh(H / 2 + np.transpose(H) / 2)
    largest = np.max(np.abs(eigenvalues))
    size = np.where(largest > 0, largest, 1.0)
    share = eigenvalues / size
    floor = (FLAT * len(gradient) * EPS) ** 2
    step = -np.dot(
        vectors, share / (share**2 + damping + floor) * np.dot(np.transpose(vectors), gradient / size)
    )
    length = np.max(np.abs(step))
    return np.where(is_whole, step * np.where(length > LONGEST, LONGEST / length, 1.0), numpy.nan)


def _label_and_inertia(hessian: Any, zero: Any) -> Any:
    """Label and index of a Hessian, of which what is less than `zero` counts as zero."""
    n = hessian.shape[0]
    size = np.max(np.abs(hessian))
    tolerance = 1.0 + zero / np.where(size > 0, size, 1.0) / (n * EPS)
    judgement = second_derivative_test(
        0.0,
        np.zeros(n),
        hessian,
        zero_tolerance=tolerance,
        stationarity_tolerance=0.0,
        lengths=Lengths(1.0, 1.0),
    )
    return np.array([1.0 * judgement.label, judgement.negative, judgement.zero])


def is_best(points: Any, errors: Any, radii: Any, has_arrived: Any) -> Any:
    """Choose one of the rows that are the same point: 1 where no row close by has a smaller error.

    Rows are close by if the squares of these `radii` about them meet.

    Examples
    --------
    >>> rows = numpy.array([[0.5], [0.5], [0.9]])
    >>> is_best(rows, numpy.array([1e-9, 1e-12, 0.0]), np.array([1e-6, 1e-6, 1e-6]), numpy.ones(3)).tolist()
    [0.0, 1.0, 1.0]
    """
    rows = numpy.arange(float(points.shape[0]))
    # Of equal errors the earlier counts as smaller; a table of which row is earlier would be a constant of rows².
    ranks = errors * (1 + 1e-12 * rows) + 1e-30 * rows
    apart = np.max(np.abs(points[:, None, :] - points[None, :, :]), axis=2)
    is_near = apart <= radii[:, None] + radii[None, :]
    beaten = np.sum(is_near * (ranks[None, :] < ranks[:, None]) * (has_arrived[None, :] > 0), axis=1)
    return 1.0 * (beaten <= 0)


def _median(values: Any) -> Any:
    """Median of the finite values; NaN if there are none."""
    ordered = np.sort(np.where(np.isfinite(values), values, np.nan))
    middle = np.floor((np.sum(1.0 * np.isfinite(values)) - 1) / 2)
    ranks = numpy.arange(float(len(values)))
    return np.sum(np.where(ranks == middle, ordered, 0.0)) / np.where(middle >= 0, 1.0, np.nan)
