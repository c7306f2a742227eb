"""All that one picture shows, as one function of the derivatives at a point, in mathematics that can be recorded.

The kernel calls it with numbers; recorded together with the derivatives it is the browser's program. Either way
the front end receives the same arrays under the same names.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy

from hesswidget.appearance import LABELS
from hesswidget.curvature import Tolerances
from hesswidget.derivatives.traced import TracedFunction, TracedProblem
from hesswidget.landscape.plane import Plane
from hesswidget.landscape.taylor import model_grids, taylor_polynomial
from hesswidget.problem.problem import Problem
from hesswidget.program.program import Program
from hesswidget.second_derivative_test import reason as sentences
from hesswidget.second_derivative_test.inertia import judge

NUMBERS = ("value", "gradient_norm", "gradient_threshold", "zero_threshold", "condition_number", "asymmetry")
ARRAYS = ("eigenvalues", "eigenvectors", "newton_step")
FACTS = (
    *("label", "positive", "zero", "negative", "lowest", "highest", "largest"),
    *("place", "row", "column", "bad", "more"),
    *("distance", "gradient_after", "relative_step", "step_tolerance", "size", "noisy"),
)


def frame(
    point: Any,
    value: Any,
    gradient: Any,
    hessian: Any,
    origin: Any,
    basis: Any,
    ends: Any,
    tolerances: Tolerances,
    slope: Callable[[Any], Any],
    problem: Problem,
) -> dict[str, Any]:
    """Judge a point, say whether a critical point is near, and lay out the quadratic model.

    Parameters
    ----------
    point, value, gradient, hessian
        Shapes (n,), (), (n,) and (n, n).
    origin, basis, ends : array, shapes (n,), (k, n) and (k, 2)
        Where the landscape lies; see `hesswidget.landscape.plane.Plane`.
    tolerances : Tolerances
    slope : callable
        The gradient at another point.
    problem : Problem
        Whose ranges say what is large and small.

    Returns
    -------
    dict of arrays
        The derivatives; what `hesswidget.second_derivative_test.inertia.judge` finds; ``said``, see its `reason`;
        ``model``, the quadratic model's values, and ``near0``, ``near1``, where it has them.
    """
    judgement = judge(
        value,
        gradient,
        hessian,
        **tolerances.at(point, problem),
        gradient_after=lambda step: slope(point + step),
    )
    near = model_grids(point, origin, basis, ends)
    return {
        **{name: judgement[name] for name in (*NUMBERS, *ARRAYS, *FACTS)},
        "point": point,
        "gradient": gradient,
        "hessian": hessian,
        "said": sentences.said(judgement, len(point), has_gradient=True),
        "model": taylor_polynomial(value, gradient, hessian, point, origin, basis, near),
        **{f"near{k}": grid for k, grid in enumerate(near)},
    }


def program(traced: TracedProblem, tolerances: Tolerances) -> Program:
    """Record `frame`: inputs ``point``, ``origin``, ``basis``, ``ends`` and ``parameters``."""
    problem = traced.problem

    def build(f: TracedFunction, point: Any, origin: Any, basis: Any, ends: Any) -> dict[str, Any]:
        return frame(point, *f.derivatives(point), origin, basis, ends, tolerances, f.gradient, problem)

    plane = Plane.first(problem, problem.start)
    return traced.record(build, point=problem.start, origin=plane.origin, basis=plane.basis, ends=plane.ends)


def wording() -> dict[str, Any]:
    """Return the templates that the front end writes the reason with."""
    return {"labels": LABELS, "headings": sentences.HEADINGS, "parts": sentences.TEMPLATES}


def frame_of_numbers(
    point: numpy.ndarray,
    value: Any,
    gradient: Any,
    hessian: Any,
    plane: Plane,
    tolerances: Tolerances,
    slope: Callable[[Any], Any],
    problem: Problem,
) -> dict[str, numpy.ndarray]:
    """Return the frame at a point as float64 arrays."""
    with numpy.errstate(all="ignore"):
        made = frame(
            point, value, gradient, hessian, plane.origin, plane.basis, plane.ends, tolerances, slope, problem
        )
    return {name: numpy.asarray(array, dtype=float) for name, array in made.items()}
