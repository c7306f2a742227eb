"""What a function's own library says its derivatives are, against those that are computed here."""

from __future__ import annotations

import numpy as np

from hesswidget.derivatives.comparison import TOLERANCE, Derivatives, by_autograd, relative_error, rounding_of
from hesswidget.derivatives.frameworks.played import Played, played
from hesswidget.derivatives.objective import Objective

BESIDE = 1e-3  # of a coordinate's range: so far from a kink derivatives agree that do not on it


def library_of(objective: Objective) -> str | None:
    """Return the library that a function is written in, as sentences name it; None for ``autograd.numpy``."""
    function = played(objective.problem.arguments.function)
    return function.library.LIBRARY if isinstance(function, Played) else None


def by_library(objective: Objective, point: np.ndarray) -> Derivatives | None:
    """Compute the derivatives at a point by the library's own differentiation; None where it has none."""
    function = played(objective.problem.arguments.function)
    if not isinstance(function, Played):
        return None
    n = len(point)
    passed = [objective.passed(objective.problem.blocks.unflatten(x)) for x in (np.zeros(n), *np.eye(n))]
    base, *moved = (function.flat(*x) for x in passed)
    try:
        results = function.own(*passed[0])(point, base, np.array(moved) - base)
    except Exception:  # whatever the library raises, then it does not tell
        return None
    value, gradient, hessian = (np.asarray(x, dtype=float) for x in results)
    return Derivatives(point, float(value), gradient, hessian)


def deviation(objective: Objective, point: np.ndarray, widths: np.ndarray) -> float:
    """Return how far the two are apart at a point, 0 where there is nothing to compare.

    Where they agree beside the point it is a kink or a pole, where the function has no derivative and libraries choose.
    """
    largest = 0.0
    for place in (point, point + BESIDE * widths * np.cos(np.arange(1.0, len(point) + 1))):
        theirs, ours = by_library(objective, place), by_autograd(objective, place)
        if theirs is None or ours is None:
            return 0.0
        error = relative_error(ours, theirs, widths)
        if error > TOLERANCE:
            error = relative_error(ours, theirs, widths, rounding_of(objective, ours))
        if error <= TOLERANCE:
            return error
        largest = max(largest, error)
    return largest
