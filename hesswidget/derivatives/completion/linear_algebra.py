"""Matrices: determinants where they vanish, eigenvalues, norms."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from itertools import combinations
from typing import Any

import autograd.numpy as anp
import numpy as np
from autograd.extend import defvjp, primitive
from autograd.numpy import linalg
from autograd.numpy.numpy_vjps import unbroadcast

from hesswidget.derivatives.completion.definition import define, refuse
from hesswidget.derivatives.completion.reductions import products_of_others
from hesswidget.derivatives.completion.structure import as_traced
from hesswidget.derivatives.reverse_mode import gradient

EXPANDED = 8  # rows up to which determinants are expanded, in 2,048 products


def T(a: Any) -> Any:
    """Swap the last two axes."""
    return anp.swapaxes(a, -1, -2)


def cofactors(a: Any) -> Any:
    """Return the matrices of cofactors, ∂ det / ∂a, shape (..., n, n), of matrices of any rank.

    Up to `EXPANDED` rows they are those of Laplace's expansion, a polynomial; beyond by the singular values.
    """
    if anp.shape(a)[-1] > EXPANDED:
        return cofactor_matrix(a)

    return gradient(lambda x: anp.sum(_expanded(x)))(a)


def _expanded(a: Any) -> Any:
    """Return determinants by Laplace's expansion: row by row those of all choices of columns, 2ⁿ n products."""
    n = anp.shape(a)[-1]
    minors = a[..., 0, :]
    for k in range(1, n):
        indices = {chosen: at for at, chosen in enumerate(combinations(range(n), k))}
        columns = np.array(list(combinations(range(n), k + 1)))
        rest = np.array([[indices[(*c[:j], *c[j + 1 :])] for j in range(k + 1)] for c in columns.tolist()])
        signs = (-1.0) ** (k + np.arange(k + 1))
        minors = anp.sum(signs * a[..., k, :][..., columns] * minors[..., rest], axis=-1)
    return minors[..., 0]


def _of_singular_values(a: Any) -> Any:
    u, s, vt, sign = _factors(a)
    return sign[..., None, None] * (u * products_of_others(s)[..., None, :]) @ vt


def _second_of_singular_values(a: Any, g: Any) -> Any:
    """Return the derivative of ``sum(g * cofactors(a))``: of diagonal matrices products of all elements but two."""
    u, s, vt, sign = _factors(a)
    n = s.shape[-1]
    rest = np.repeat(s[..., None, :], n, axis=-2)  # row i without the i-th, and then without the j-th
    rest = np.where(np.eye(n, dtype=bool), 1.0, rest)
    without_two = np.where(np.eye(n, dtype=bool), 0.0, products_of_others(rest))
    inner = np.swapaxes(u, -1, -2) @ g @ np.swapaxes(vt, -1, -2)
    on_diagonal = np.einsum("...ij,...jj->...i", without_two, inner)
    middle = -np.swapaxes(inner, -1, -2) * without_two + on_diagonal[..., None] * np.eye(n)
    return sign[..., None, None] * (u @ middle @ vt)


cofactor_matrix, cofactor_derivative = primitive(_of_singular_values), primitive(_second_of_singular_values)


def _factors(a: Any) -> tuple[Any, Any, Any, Any]:
    u, s, vt = np.linalg.svd(a)
    return u, s, vt, np.linalg.det(u) * np.linalg.det(vt)


def _where_regular(a: Any, g: Any) -> Any:
    """Return `cofactor_derivative` of regular matrices in functions that have derivatives themselves."""
    inverse = T(linalg.inv(a))
    size = anp.sum(g * inverse, axis=(-2, -1), keepdims=True)
    return linalg.det(a)[..., None, None] * (size * inverse - inverse @ T(g) @ inverse)


defvjp(linalg.det, lambda ans, a: lambda g: anp.expand_dims(anp.expand_dims(g, -1), -1) * cofactors(a))
defvjp(cofactor_matrix, lambda ans, a: lambda g: cofactor_derivative(a, g))
defvjp(
    cofactor_derivative,
    lambda ans, a, g: lambda h: _third(a, g, h),
    lambda ans, a, g: lambda h: cofactor_derivative(a, h),
)


def _third(a: Any, g: Any, h: Any) -> Any:
    return gradient(lambda x: anp.sum(_where_regular(x, g) * h))(a)


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
