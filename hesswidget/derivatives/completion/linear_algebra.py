"""Matrices: solutions, eigenvalues, norms."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import autograd.numpy as anp
import numpy as np
from autograd.extend import defvjp
from autograd.numpy import linalg
from autograd.numpy.numpy_vjps import unbroadcast

from hesswidget.derivatives.completion.definition import define, refuse
from hesswidget.derivatives.completion.determinants import T
from hesswidget.derivatives.completion.structure import as_traced


def _to_matrices(b: Any, a: Any) -> Any:
    """Return the right-hand side as matrices: a vector is one only if it has a single axis (NumPy 2)."""
    return anp.expand_dims(b, -1) if anp.ndim(b) == 1 or _is_stack_of_vectors(b, a) else b


def _is_stack_of_vectors(b: Any, a: Any) -> bool:
    return np.lib.NumpyVersion(np.__version__) < "2.0.0" and anp.ndim(b) == anp.ndim(a) - 1


def _derivative_of_solve(argnum: int, ans: Any, a: Any, b: Any) -> Any:
    target = anp.metadata(b if argnum else a)

    def pull(g: Any) -> Any:
        single = anp.ndim(_to_matrices(b, a)) != anp.ndim(b)
        lift = (lambda x: anp.expand_dims(x, -1)) if single else (lambda x: x)
        adjoint = linalg.solve(T(a), lift(g))
        if argnum:
            return unbroadcast(adjoint[..., 0] if single else adjoint, target)
        return unbroadcast(-anp.matmul(adjoint, T(lift(ans))), target)

    return pull


defvjp(linalg.solve, partial(_derivative_of_solve, 0), partial(_derivative_of_solve, 1))


@define("eigvalsh", module=linalg)
def eigvalsh(a: Any, UPLO: str = "L") -> Any:
    return linalg.eigh(a, UPLO)[0]


@define("svdvals", module=linalg)
def svdvals(x: Any, /) -> Any:
    return linalg.svd(x, compute_uv=False)


_svd = linalg.svd


@define("svd", module=linalg)
def svd(a: Any, full_matrices: bool = True, compute_uv: bool = True, hermitian: bool = False) -> Any:
    square = anp.shape(a)[-1] == anp.shape(a)[-2]
    return _svd(a, full_matrices=full_matrices and not square, compute_uv=compute_uv)


@define("norm", module=linalg)
def norm(x: Any, ord: Any = None, axis: Any = None, keepdims: bool = False) -> Any:
    x = as_traced(x)
    pair = axis if isinstance(axis, tuple) and len(axis) == 2 else None
    if pair is None and axis is None and x.ndim == 2 and ord is not None:
        pair = (0, 1)
    if pair is not None and ord not in (None, "fro"):
        return _matrix_norm(x, ord, pair, keepdims)
    if ord is None and axis is None:
        return anp.reshape(_vector_norm(anp.ravel(x), 2, -1, False), (1,) * x.ndim if keepdims else ())
    if pair is not None:
        return anp.sqrt(anp.sum(anp.abs(x) ** 2, axis=pair, keepdims=keepdims))
    return _vector_norm(x, 2 if ord is None else ord, axis[0] if isinstance(axis, tuple) else axis, keepdims)


_primitive_norm = linalg._primitive_norm


def _vector_norm(x: Any, ord: Any, axis: Any, keepdims: bool) -> Any:
    size = anp.abs(x)
    options = {"axis": axis, "keepdims": keepdims}
    if ord == np.inf:
        return anp.max(size, **options)
    if ord == -np.inf:
        return anp.min(size, **options)
    if ord == 0:
        return anp.sum(anp.where(x != 0, 1.0, 0.0), **options)
    if ord == 1:
        return anp.sum(size, **options)
    if ord > 1:
        along = -1 if axis is None else axis
        norm = _primitive_norm(x, ord, along)
        return anp.expand_dims(norm, along) if keepdims else norm
    return anp.sum(size**ord, **options) ** (1.0 / ord)


def _matrix_norm(x: Any, ord: Any, axes: tuple[int, int], keepdims: bool) -> Any:
    turned = anp.moveaxis(x, axes, (-2, -1))
    if ord in (1, -1):
        sums = anp.sum(anp.abs(turned), axis=-2)
    elif ord in (np.inf, -np.inf):
        sums = anp.sum(anp.abs(turned), axis=-1)
    elif ord in (2, -2, "nuc"):
        sums = _svd(turned, compute_uv=False)
    else:
        raise ValueError(f"a matrix has no norm of order {ord!r}")
    norm = anp.sum(sums, axis=-1) if ord == "nuc" else (anp.max if ord > 0 else anp.min)(sums, axis=-1)
    if keepdims:
        for axis in sorted(a % x.ndim for a in axes):
            norm = anp.expand_dims(norm, axis)
    return norm


@define("matrix_norm", module=linalg)
def matrix_norm(x: Any, /, *, keepdims: bool = False, ord: Any = "fro") -> Any:
    return norm(x, ord, (-2, -1), keepdims)


@define("vector_norm", module=linalg)
def vector_norm(x: Any, /, *, axis: Any = None, keepdims: bool = False, ord: Any = 2) -> Any:
    return _vector_norm(anp.ravel(x), ord, -1, keepdims) if axis is None else norm(x, ord, axis, keepdims)


@define("cond", module=linalg)
def cond(x: Any, p: Any = None) -> Any:
    if p in (None, 2, -2):
        s = _svd(x, compute_uv=False)
        return s[..., -1] / s[..., 0] if p == -2 else s[..., 0] / s[..., -1]
    return norm(x, p, (-2, -1)) * norm(linalg.inv(x), p, (-2, -1))


@define("matrix_power", module=linalg)
def matrix_power(a: Any, n: int) -> Any:
    if n < 0:
        a, n = linalg.inv(a), -n
    result = np.eye(anp.shape(a)[-1]) + anp.zeros(anp.shape(a))
    while n:
        if n % 2:
            result = anp.matmul(result, a)
        a, n = anp.matmul(a, a) if n > 1 else a, n // 2
    return result


@define("multi_dot", module=linalg)
def multi_dot(arrays: Sequence[Any], *, out: Any = None) -> Any:
    refuse("multi_dot", out=out)
    result = as_traced(arrays[0])
    for a in arrays[1:]:
        result = anp.dot(result, as_traced(a))
    return result


@define("lstsq", module=linalg)
def lstsq(a: Any, b: Any, rcond: Any = None) -> Any:
    """Of the results only the solution is there, by the pseudo-inverse."""
    return anp.dot(linalg.pinv(a), b), None, None, None


def _derivative_of_cholesky(ans: Any, a: Any) -> Any:
    """NumPy reads the lower triangle alone; autograd's own derivative is shared between both."""
    shared = linalg.grad_cholesky(ans, a)

    def pull(g: Any) -> Any:
        both = shared(g)
        return anp.tril(2.0 * both) - np.eye(anp.shape(a)[-1]) * both

    return pull


defvjp(linalg.cholesky, _derivative_of_cholesky)
_cholesky = linalg.cholesky


@define("cholesky", module=linalg)
def cholesky(a: Any, /, *, upper: bool = False) -> Any:
    return T(_cholesky(T(a))) if upper else _cholesky(a)


for _name in ("trace", "diagonal", "outer", "matmul", "cross", "vecdot", "tensordot", "matrix_transpose"):
    if hasattr(linalg, _name):
        _stacked = {"axis1": -2, "axis2": -1} if _name in ("trace", "diagonal") else {}

        def _forwarded(*args: Any, _of: str = _name, _more: Any = _stacked, **options: Any) -> Any:
            if _of == "trace":
                return anp.sum(anp.diagonal(args[0], **_more, **options), axis=-1)
            return getattr(anp, _of)(*args, **_more, **options)

        define(_name, module=linalg)(_forwarded)
