"""Matrices whose spectrum may be wanted: a function's Hessian at a point, or whatever multiplies vectors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from hesswidget.compiled import Compiled, compiled
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


class FunctionMatrix:
    """The matrix of a function at a point, for one setting of its parameters after another.

    Recorded programs multiply, or autograd where the function cannot be recorded.

    Parameters
    ----------
    problem : Problem
        Its start is the point.
    of : {"hessian", "gauss-newton"}
    backend : {"numpy", "jax"}

    Raises
    ------
    ProblemError
        If there is no such matrix.
    """

    def __init__(self, problem: Problem, of: str = "hessian", backend: str = "numpy") -> None:
        if of not in MATRICES:
            raise ProblemError(f"of is {of!r:.40}, which is none; {nearest(str(of)[:40], MATRICES)}")
        self._problem, self._of, self._backend = problem, of, backend
        self._compiled: Compiled | None = None

    def at(self, parameters: Mapping[str, Any]) -> tuple[Operator, list[str]]:
        """Return the matrix as an operator, and what is to be said besides.

        Raises
        ------
        ProblemError
            If the function refuses the point, or is not finite there.
        """
        problem = replace(self._problem, parameters={**self._problem.parameters, **parameters})
        point, objective = problem.start, Objective(problem)
        value = objective.value(point)
        if not np.isfinite(value):
            raise ProblemError(f"{problem.name} is {value} at the point; give at= where it is finite.")
        blocks = problem.blocks if problem.blocks.are_several else None
        name, n = f"the {MATRICES[self._of]} of {problem.name}", len(point)
        if self._of == "gauss-newton":
            objective.outputs(point)  # which refuses what does not say what it is made of
        found: Any = objective
        notes, moved = [], {}
        try:
            found = self._recorded(problem)
        except ProblemError as error:
            if self._backend != "numpy":
                raise
            notes.append(f"multiplied by autograd, since {clause(str(error))}")
        else:
            moved = {a: float(problem.parameters[a]) for a in found.parameters}
        if self._of == "hessian":
            if side := of_one_side(objective, point):
                notes.append(side)
            return Operator(
                name, n, lambda v: found.hvp(point, v, **moved), lambda: found.hessian(point, **moved), blocks
            ), notes
        if found is objective:
            return Operator(name, n, lambda v: gauss_newton_product(objective, point, v), None, blocks), notes
        return Operator(name, n, lambda v: found.ggnvp(point, v, **moved), None, blocks), notes

    def _recorded(self, problem: Problem) -> Compiled:
        """Return what was recorded, anew where a parameter has changed that is part of it."""
        known = self._compiled
        if known is None or any(
            known.problem.parameters[a] is not value
            for a, value in problem.parameters.items()
            if a not in known.parameters
        ):
            self._compiled = known = compiled(problem, self._backend)
        return known
