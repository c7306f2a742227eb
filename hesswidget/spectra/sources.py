"""Matrices whose spectrum may be wanted: a function's Hessian at a point, or whatever multiplies vectors."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from hesswidget.compiled import compile as compiled_function
from hesswidget.derivatives.gauss_newton import gauss_newton_product
from hesswidget.derivatives.objective import Objective
from hesswidget.errors import ProblemError, clause, nearest
from hesswidget.problem.problem import Problem
from hesswidget.second_derivative_test.kinks.resolve import of_one_side
from hesswidget.spectra.operator import Operator

MATRICES = {"hessian": "Hessian", "gauss-newton": "Gauss–Newton matrix"}


def is_matrix(given: Any) -> bool:
    """Whether something multiplies vectors: an array, a sparse matrix, or a SciPy ``LinearOperator``.

    Examples
    --------
    >>> is_matrix(np.eye(2)), is_matrix(np.sum)
    (True, False)
    """
    return isinstance(given, np.ndarray) or (hasattr(given, "shape") and hasattr(given, "dot"))


def of_matrix(given: Any) -> Operator:
    """Return an operator of what multiplies vectors.

    Raises
    ------
    ProblemError
        If it is not square or not real.
    """
    shape = tuple(given.shape)
    if len(shape) != 2 or shape[0] != shape[1] or not shape[0]:
        raise ProblemError(f"a matrix of shape {shape} was given; a spectrum is that of a square one.")
    if getattr(given, "dtype", None) is not None and np.dtype(given.dtype).kind == "c":
        raise ProblemError("a complex matrix was given; hesswidget.spectrum takes real ones.")
    compute = None
    if isinstance(given, np.ndarray):
        compute = given.astype(float).copy
    elif hasattr(given, "toarray"):
        compute = given.toarray
    return Operator("the matrix", shape[0], given.dot, compute)


def of_function(
    function: Any,
    at: Any,
    over: Any,
    of: str,
    backend: str,
    parameters: Mapping[str, Any],
    reserved: Iterable[str],
) -> tuple[Operator, list[str]]:
    """Return a function's matrix at a point as an operator, and what is to be said besides.

    Recorded programs multiply, or autograd where the function cannot be recorded.

    Raises
    ------
    ProblemError
        If the function refuses the point, or has no finite derivatives there.
    """
    problem = Problem.at(function, at, over, dict(parameters), reserved)
    point, objective = problem.start, Objective(problem)
    value = objective.value(point)
    if not np.isfinite(value):
        raise ProblemError(f"{problem.name} is {value} at the point; give at= where it is finite.")
    if of not in MATRICES:
        raise ProblemError(f"of is {of!r:.40}, which is none; {nearest(str(of)[:40], MATRICES)}")
    notes: list[str] = []
    try:
        found: Any = compiled_function(function, at, over=over, backend=backend, **parameters)
    except ProblemError as error:
        if backend != "numpy":
            raise
        notes.append(f"multiplied by autograd, since {clause(str(error))}")
        found = objective
    else:
        point = found.problem.start
    blocks = problem.blocks if problem.blocks.are_several else None
    name, n = f"the {MATRICES[of]} of {problem.name}", len(point)
    if of == "hessian":
        if side := of_one_side(objective, point):
            notes.append(side)
        return Operator(name, n, lambda v: found.hvp(point, v), lambda: found.hessian(point), blocks), notes
    objective.outputs(point)  # which refuses what does not say what it is made of
    if found is objective:
        return Operator(name, n, lambda v: gauss_newton_product(objective, point, v), None, blocks), notes
    return Operator(name, n, lambda v: found.ggnvp(point, v), None, blocks), notes
