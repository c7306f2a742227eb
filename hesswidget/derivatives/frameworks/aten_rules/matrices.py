"""Products, factorizations and solutions of matrices."""

from __future__ import annotations

from typing import Any

import autograd.numpy as anp

from hesswidget.derivatives.frameworks import arrays
from hesswidget.derivatives.frameworks.aten_rules.reductions import vector_norm
from hesswidget.derivatives.frameworks.aten_rules.table import rule


@rule("mm", "bmm", "mv", "matmul")
def _matmul(x: Any, y: Any) -> Any:
    return anp.matmul(x, y)


@rule("dot", "vdot")
def _dot(x: Any, y: Any) -> Any:
    return anp.dot(x, y)


@rule("addmm", "addmv", "baddbmm")
def _addmm(bias: Any, x: Any, y: Any, beta: Any = 1, alpha: Any = 1) -> Any:
    product = anp.matmul(x, y)
    product = product if alpha == 1 else alpha * product
    return product + (bias if beta == 1 else beta * bias)


@rule("linear")
def _linear(x: Any, weight: Any, bias: Any = None) -> Any:
    product = anp.matmul(x, anp.transpose(weight))
    return product if bias is None else product + bias


@rule("_cdist_forward")
def _cdist(x: Any, y: Any, p: float, *_: Any) -> Any:
    return vector_norm(anp.expand_dims(x, -2) - anp.expand_dims(y, -3), p, (-1,))


@rule("linalg_inv_ex")
def _inverse(a: Any, **_: Any) -> Any:
    return (anp.linalg.inv(a),)


@rule("_linalg_solve_ex")
def _solve(a: Any, b: Any, left: bool = True, **_: Any) -> Any:
    if left:
        return (anp.linalg.solve(a, b),)
    return (anp.swapaxes(anp.linalg.solve(anp.swapaxes(a, -1, -2), anp.swapaxes(b, -1, -2)), -1, -2),)


@rule("_linalg_slogdet")
def _slogdet(a: Any) -> Any:
    return tuple(anp.linalg.slogdet(a))


@rule("_linalg_det")
def _det(a: Any) -> Any:
    return (anp.linalg.det(a),)


@rule("linalg_cholesky_ex")
def _cholesky(a: Any, upper: bool = False, **_: Any) -> Any:
    lower = anp.linalg.cholesky(a)
    return (anp.swapaxes(lower, -1, -2) if upper else lower,)


@rule("_linalg_eigh")
def _eigh(a: Any, uplo: str = "L", *_: Any) -> Any:
    return tuple(anp.linalg.eigh(a, uplo))


@rule("linalg_solve_triangular")
def _solve_triangular(a: Any, b: Any, upper: bool, left: bool = True, unitriangular: bool = False) -> Any:
    return arrays.triangular_solution(a, b, not upper, False, unitriangular, left)


@rule("triangular_solve")
def _triangular_solve(
    b: Any, a: Any, upper: bool = True, transpose: bool = False, unitriangular: bool = False
) -> Any:
    return (arrays.triangular_solution(a, b, not upper, transpose, unitriangular),)


@rule("cholesky_solve")
def _cholesky_solve(b: Any, factor: Any, upper: bool = False) -> Any:
    half = arrays.triangular_solution(factor, b, not upper, upper, False)
    return arrays.triangular_solution(factor, half, not upper, not upper, False)
