"""Matrices whose spectrum may be wanted: a function's Hessian at a point, or whatever multiplies vectors."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from hesswidget.compiled import compile as compiled_function
from hesswidget.derivatives.objective import Objective
from hesswidget.errors import ProblemError, clause
from hesswidget.problem.problem import Problem
from hesswidget.spectra.operator import Operator


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
    backend: str,
    parameters: Mapping[str, Any],
    reserved: Iterable[str],
) -> tuple[Operator, list[str]]:
    """Return a function's Hessian at a point as an operator, and what is to be said besides.

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
    name = f"the Hessian of {problem.name}"
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
    operator = Operator(name, len(point), lambda v: found.hvp(point, v), lambda: found.hessian(point), blocks)
    return operator, notes
