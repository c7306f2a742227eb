"""Determinants, also of matrices where they vanish: derivatives by cofactors, which need no inverse."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import autograd.numpy as anp
import numpy as np
from autograd.extend import defvjp, primitive
from autograd.numpy import linalg

from hesswidget.derivatives.completion.reductions import products_of_others
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
