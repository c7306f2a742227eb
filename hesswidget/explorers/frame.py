"""All that one picture shows, as one function of the derivatives at a point, in mathematics that can be recorded.

The kernel calls it with numbers; recorded together with the derivatives it is the browser's program. Either way
the front end receives the same arrays under the same names.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy

from hesswidget.appearance import DENSITY, LABELS
from hesswidget.derivatives.traced import TracedFunction, TracedProblem
from hesswidget.landscape.plane import Plane
from hesswidget.landscape.taylor import model_grids, taylor_polynomial
from hesswidget.problem.problem import Problem
from hesswidget.program.program import Program
from hesswidget.program.records import by_name
from hesswidget.second_derivative_test import reason as sentences
from hesswidget.second_derivative_test.inertia import second_derivative_test
from hesswidget.second_derivative_test.judgement import Judgement
from hesswidget.second_derivative_test.steps import Steps
from hesswidget.second_derivative_test.tolerances import Tolerances
from hesswidget.spectra.density import curve


class Frame(NamedTuple):
    """What a picture shows around its point. The page reads it as ``FrameArrays`` (``frontend/engine/frame.ts``).

    Attributes
    ----------
    point, gradient, hessian : array, shapes (n,), (n,) and (n, n)
    block_norms : array, shape (k, k)
        The norm of each block of the Hessian; shape (0, 0) where blocks say no more than entries.
    density : array, shape (2, m)
        How the eigenvalues are spread: where, and how densely; m = 0 where there are few.
    judgement : Judgement
        f, and what the second-derivative test finds.
    branch_line : float
        The line of a branch whose other way is within rounding, so that one side is judged; see
        `hesswidget.derivatives.traced.TracedFunction.branch_beside`.
    steps : Steps
        How the gradient and Newton's step lie.
    said : array, shape (m,)
        Which of the reason's templates are said; see `hesswidget.second_derivative_test.reason.said`.
    model : array
        The quadratic model's values on the grid `near`, of one axis or two.
    near : tuple of array
        Where the model is laid out along each axis.
    """

    point: Any
    gradient: Any
    hessian: Any
    block_norms: Any
    density: Any
    judgement: Judgement
    branch_line: Any
    steps: Steps
    said: Any
    model: Any
    near: tuple[Any, ...]


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
    branch_line: Any = 0.0,
) -> Frame:
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
    branch_line : float, optional
        Of a branch beside the point.
    """
    judgement = second_derivative_test(
        value,
        gradient,
        hessian,
        **tolerances.at(point, problem),
        gradient_after=lambda step: slope(point + step),
    )
    near = model_grids(point, origin, basis, ends)
    return Frame(
        point=point,
        gradient=gradient,
        hessian=hessian,
        block_norms=block_norms(problem, hessian),
        density=density(judgement.eigenvalues),
        judgement=judgement,
        branch_line=branch_line,
        steps=Steps.of(
            gradient,
            judgement.eigenvalues,
            judgement.eigenvectors,
            judgement.newton_step,
            judgement.is_stationary > 0,
            problem.diagonal,
        ),
        said=sentences.said(judgement, has_gradient=True, branch_line=branch_line),
        model=taylor_polynomial(value, gradient, hessian, point, origin, basis, near),
        near=tuple(near),
    )


def block_norms(problem: Problem, matrix: Any) -> Any:
    """Return the norm of each block of a matrix, shape (k, k); shape (0, 0) where blocks say no more than entries."""
    return problem.blocks.norms(matrix) if problem.blocks.are_several else numpy.zeros((0, 0))


def density(eigenvalues: Any) -> Any:
    """Return where eigenvalues lie and how densely, shape (2, m); shape (2, 0) where there are too few for that."""
    return (
        curve(eigenvalues, DENSITY["points"]) if len(eigenvalues) >= DENSITY["from"] else numpy.zeros((2, 0))
    )


def program(traced: TracedProblem, tolerances: Tolerances) -> Program:
    """Record `frame`: inputs ``point``, ``origin``, ``basis``, ``ends`` and ``parameters``."""
    problem = traced.problem

    def build(f: TracedFunction, point: Any, origin: Any, basis: Any, ends: Any) -> Frame:
        lies, beside = (origin, basis, ends), f.branch_beside(point)
        return frame(point, *f.derivatives(point), *lies, tolerances, f.gradient, problem, beside)

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
    """Return the arrays of the frame at a point, in float64, by the names that its program gives them."""
    with numpy.errstate(all="ignore"):
        made = frame(
            point, value, gradient, hessian, plane.origin, plane.basis, plane.ends, tolerances, slope, problem
        )
    return {name: numpy.asarray(array, dtype=float) for name, array in by_name(made).items()}
