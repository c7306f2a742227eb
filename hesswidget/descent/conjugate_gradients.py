"""Conjugate gradients for ``(∇²f + λ I) s = −∇f``, by products, until it is solved or a curvature is not positive.

Where the function says what it is made of, the Gauss–Newton matrix is in the Hessian's place.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import autograd.numpy as np

from hesswidget.derivatives.control_flow import scan
from hesswidget.derivatives.traced import TracedFunction
from hesswidget.descent.damped_curvature import product
from hesswidget.descent.division import divided
from hesswidget.descent.method import State

MOST = 100


def iterations(n: int) -> int:
    """Return how many iterations there are at most in n variables: twice as many, as rounding delays the end."""
    return min(2 * n, MOST)


class Solution(NamedTuple):
    """What the iterations came to.

    Attributes
    ----------
    step : array, shape (n,)
    residuals : array, shape (k + 1,)
        The norms of the residual, that of the gradient first, NaN from where it has ended.
    iterations : array, ()
        How many products were used.
    """

    step: Any
    residuals: Any
    iterations: Any


def solved(f: TracedFunction, state: State, damping: Any, tolerance: Any) -> Solution:
    """Solve for the step, from zero.

    It ends as Steihaug's (1983) iteration does without a radius: where the residual is at most the tolerance times
    |∇f|; and where the curvature along a direction is not positive, at the step so far, which for the first
    direction is the negative gradient. All iterations are made, in a recorded step, and those after the end are masked.

    Parameters
    ----------
    f : TracedFunction
    state : mapping
        With a ``point`` and the ``gradient`` there.
    damping, tolerance : array, ()

    Returns
    -------
    Solution
    """
    gradient = state["gradient"]
    squared = np.dot(gradient, gradient)
    goes_on = np.where(squared > 0, 1.0, 0.0)
    carry = [0.0 * gradient, -gradient, -gradient, squared, goes_on]
    shared = (state["point"], f.parameters, damping, tolerance**2 * squared)

    def advance(s: Any, r: Any, d: Any, rr: Any, goes_on: Any, *shared: Any) -> tuple[Any, ...]:
        point, parameters, damping, enough = shared
        bent = product(f.at(parameters), point, d) + damping * d
        curvature = np.dot(d, bent)
        is_convex = curvature > 0
        size = rr / np.where(is_convex, curvature, 1.0)
        residual = r - size * bent
        left = np.dot(residual, residual)
        moves = np.logical_and(goes_on > 0, is_convex)
        is_first = np.logical_and(goes_on > 0, np.logical_and(np.logical_not(is_convex), np.all(s == 0)))
        return (
            np.where(moves, s + size * d, np.where(is_first, d, s)),
            np.where(moves, residual, r),
            np.where(moves, residual + divided(left, rr) * d, d),
            np.where(moves, left, rr),
            np.where(np.logical_and(moves, left > enough), 1.0, 0.0),
            np.where(moves, np.sqrt(left), np.nan),
            goes_on,
        )

    step, _, _, _, _, norms, made = scan(advance, carry, shared=shared, length=iterations(len(gradient)))
    return Solution(step, np.concatenate([np.sqrt(squared)[None], norms]), np.sum(made))
