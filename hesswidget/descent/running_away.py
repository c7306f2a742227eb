"""Whether f only flattens out where a path ended, on the way to infinity: in mathematics that can be recorded.

There a gradient is as small as near a minimum, and curvatures may be too small beside others to be known: those say
nothing, and Newton's step has no part along them. Two things tell: Newton's steps do not shrink; or f falls along the
gradient's part that no curvature explains and does not rise again over several times the path's own size, ever less
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
IN_A_ROW = (
    2  # of them, that keep their length: a path may end beside the course that they settle on, or leave it
)
KEPT = 0.95  # of a step's length, that the next one has along it where they do not shrink
"""Towards a zero of f' of multiplicity m steps shrink by (m − 1)/m, and by far more towards a simple one; down the
flank of exp(−x) they stay as long, and down that of a power of x they grow."""
SHORT = EPS**0.5  # of the size: shorter steps are those around a zero of ∇f, by rounding
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
    return np.logical_or(do_not_shrink(f, point, size), levels_off(f, point, size))


def do_not_shrink(f: TracedFunction, point: Any, size: Any) -> Any:
    """Whether some of Newton's steps in a row each go about as far along the one before as that went."""

    def advance(
        point: Any, before: Any, row: Any, longest: Any, size: Any, parameters: Any
    ) -> tuple[Any, ...]:
        gradient, curvatures, vectors, are_unknown = _decomposed(f.at(parameters), point)
        _, step = newton_step(gradient, curvatures, vectors, are_unknown)
        keeps = np.dot(step, before) >= KEPT * np.dot(before, before)
        keeps = np.logical_and(keeps, np.minimum(norm_of(step), norm_of(before)) > SHORT * size)
        row = np.where(keeps, row + 1.0, 0.0)
        return point + step, step, row, np.maximum(longest, row)

    carry = (point, 0.0 * point, np.zeros(()), np.zeros(()))
    *_, longest = scan(advance, carry, shared=(size * np.ones(()), f.parameters), length=STEPS)
    return longest >= IN_A_ROW


def levels_off(f: TracedFunction, point: Any, size: Any) -> Any:
    """Whether f falls along the gradient's part that no curvature explains, rises nowhere, and is bent less and less.

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
    gradient, curvatures, vectors, are_unknown = _decomposed(f, point)
    components = np.dot(np.transpose(vectors), gradient)
    is_flat = np.logical_or(np.abs(components) > NEAR * size * np.abs(curvatures), are_unknown)
    part = np.dot(vectors, np.where(is_flat, components, 0.0))
    way = -divided(part, norm_of(part))

    def slopes(place: Any, point: Any, way: Any, size: Any, parameters: Any) -> Any:
        there, function = point + place * size * way, f.at(parameters)
        at, beside = (function.gradient(x) for x in (there, there * (1.0 + ROUNDINGS * EPS)))
        of_the_way = point.shape[0] * EPS * (norm_of(at) + norm_of(at - beside))  # which is known to that
        return np.stack([np.dot(at, way), np.abs(np.dot(at - beside, way)) + of_the_way])

    found = over_rows(slopes, PLACES, shared=(point, way, size * np.ones(()), f.parameters))
    slope, noise = found[:, 0], found[:, 1]
    bent = (slope[1:] - slope[:-1]) / numpy.diff(PLACES)
    falls = np.logical_and(slope[0] < -CLEARLY * noise[0], np.all(slope <= CLEARLY * noise))
    return np.logical_and(falls, np.logical_and(bent[0] > 0, bent[-1] <= LESS_BENT * bent[0]))


def _decomposed(f: TracedFunction, point: Any) -> tuple[Any, Any, Any, Any]:
    """Return the gradient, the Hessian's eigenvalues and eigenvectors, and which eigenvalues rounding may have made.

    Those are within what the entries' own rounding may make of them: all that is small beside the largest where
    coordinates mix them, and nothing where they are the coordinates' own.
    """
    _, gradient, hessian = f.derivatives(point)
    whole = np.all(np.isfinite(hessian))
    symmetric = np.where(whole, hessian / 2 + np.transpose(hessian) / 2, 0.0)
    curvatures, vectors = np.linalg.eigh(symmetric)
    sizes = np.sum(np.abs(vectors) * np.dot(np.abs(symmetric), np.abs(vectors)), axis=0)
    return gradient, curvatures, vectors, np.abs(curvatures) <= point.shape[0] * EPS * sizes
