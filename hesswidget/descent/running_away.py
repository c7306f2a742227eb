"""Whether f only flattens out where a path ended, on the way to infinity: in mathematics that can be recorded.

There a gradient is as small as near a minimum, and the Hessian may be too small beside its other entries to be known.
Two things tell: Newton's steps do not shrink; or f goes on falling over several times the path's own size, ever less
bent, as it does along −arctan(x) or a power of x, in whatever direction of the variables that is.
"""

from __future__ import annotations

from typing import Any

import autograd.numpy as np
import numpy

from hesswidget.derivatives.control_flow import over_rows, scan
from hesswidget.derivatives.traced import TracedFunction
from hesswidget.descent.division import divided
from hesswidget.precision import EPS
from hesswidget.second_derivative_test.stationarity import ROUNDINGS, newton_step, norm_of

STEPS = 8  # of Newton's
KEPT = 0.95  # of a step's length, that the next one has along it where they do not shrink
"""Towards a zero of f' of multiplicity m steps shrink by (m − 1)/m, and by far more towards a simple one; down the
flank of exp(−x) they stay as long, and down that of a power of x they grow."""
NEAR = 0.01  # of the size: a zero of ∇f that Newton's step has nearer along an eigenvector is one
PLACES = numpy.array([0.0, 0.125, 0.25, 0.5, 1.0, 2.0, 4.0])  # in sizes, at which the slope is looked at
LESS_BENT = (
    0.5  # of the curvature over the first stretch, that is left over the last; a quadratic function has all
)
CLEARLY = 8.0  # times what rounding the point changes it by, a slope is one


def runs_away(f: TracedFunction, point: Any, size: Any) -> Any:
    """Whether the path that ended at a point, shape (n,), is on its way to infinity.

    `size` is how large the variables are there, or were on the way.
    """
    return np.logical_or(do_not_shrink(f, point), levels_off(f, point, size))


def do_not_shrink(f: TracedFunction, point: Any) -> Any:
    """Whether each of Newton's steps goes about as far along the one before as that went."""

    def advance(point: Any, before: Any, goes_on: Any, parameters: Any) -> tuple[Any, ...]:
        gradient, curvatures, vectors = _decomposed(f.at(parameters), point)
        # far out one curvature is small beside others: only none is none
        _, step = newton_step(gradient, curvatures, vectors, curvatures == 0)
        stays = np.dot(step, before) >= KEPT * np.dot(before, before)
        goes_on = np.logical_and(goes_on > 0, np.logical_and(stays, np.any(step != 0)))
        return point + step, step, np.where(goes_on, 1.0, 0.0)

    carry = (point, 0.0 * point, np.ones(()))
    _, _, goes_on = scan(advance, carry, shared=(f.parameters,), length=STEPS)
    return goes_on > 0


def levels_off(f: TracedFunction, point: Any, size: Any) -> Any:
    """Whether f falls on and on along the gradient's part that no curvature explains, and is bent less and less.

    Examples
    --------
    >>> from hesswidget.derivatives.traced import TracedProblem
    >>> from hesswidget.problem.problem import Problem
    >>> for function in (lambda x, y: y**2 - np.arctan(x), lambda x, y: y**2 + (x - 9e4) ** 4):
    ...     f = TracedFunction(TracedProblem.of(Problem.at(function, (1e5, 0.0), None, {})), np.array([]))
    ...     print(bool(levels_off(f, np.array([1e5, 0.0]), 1e5)))
    True
    False
    """
    gradient, curvatures, vectors = _decomposed(f, point)
    components = np.dot(np.transpose(vectors), gradient)
    is_flat = np.abs(components) > NEAR * size * np.abs(curvatures)
    part = np.dot(vectors, np.where(is_flat, components, 0.0))
    way = -divided(part, norm_of(part))

    def slopes(place: Any, point: Any, way: Any, size: Any, parameters: Any) -> Any:
        there, function = point + place * size * way, f.at(parameters)
        at, beside = (np.dot(function.gradient(x), way) for x in (there, there * (1.0 + ROUNDINGS * EPS)))
        return np.stack([at, np.abs(at - beside)])

    found = over_rows(slopes, PLACES, shared=(point, way, size * np.ones(()), f.parameters))
    slope, noise = found[:, 0], found[:, 1]
    bent = (slope[1:] - slope[:-1]) / numpy.diff(PLACES)
    falls = np.all(slope < -CLEARLY * noise)
    return np.logical_and(falls, np.logical_and(bent[0] > 0, bent[-1] <= LESS_BENT * bent[0]))


def _decomposed(f: TracedFunction, point: Any) -> tuple[Any, Any, Any]:
    """Return the gradient, and the Hessian's eigenvalues and eigenvectors."""
    _, gradient, hessian = f.derivatives(point)
    whole = np.all(np.isfinite(hessian))
    curvatures, vectors = np.linalg.eigh(np.where(whole, hessian / 2 + np.transpose(hessian) / 2, 0.0))
    return gradient, curvatures, vectors
