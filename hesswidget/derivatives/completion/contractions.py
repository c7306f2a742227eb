"""Products that sum over axes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import autograd.numpy as anp
import numpy as np
from autograd.extend import defvjp_argnum
from autograd.numpy import numpy_wrapper

from hesswidget.derivatives.completion.definition import define, refuse
from hesswidget.derivatives.completion.structure import as_traced

_LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"


def _derivative_of_einsum(argnum: int, ans: Any, operands: Any, options: Any) -> Any:
    """Return the pull-back to one factor, for any letters: repeated in it, of length one in it or in the others."""
    inputs, result, _ = numpy_wrapper.parse_einsum_input(*operands)
    if isinstance(operands[0], str):
        factors, index = list(operands[1:]), argnum - 1
    else:
        factors, index = list(operands[: len(operands) // 2 * 2 : 2]), argnum // 2
    letters = inputs.split(",")
    own, shape = letters.pop(index), anp.shape(factors.pop(index))
    sizes = dict(zip(own, shape, strict=True))
    wide = [
        k for k in sizes if sizes[k] != 1
    ]  # where the factor has one element, all that meet it are summed

    def pull(g: Any) -> Any:
        parts, terms = [g, *factors], [result, *letters]
        present = {
            k: size for x, term in zip(parts, terms, strict=True) for k, size in _sizes(x, term) if size != 1
        }
        lacking = [k for k in wide if k not in present]  # summed over in the product, or stretched by it
        if lacking:
            parts.append(np.ones([sizes[k] for k in lacking]))
            terms.append("".join(lacking))
        # on a diagonal each further occurrence of a letter is another, tied to the first by a unit matrix
        target, used = [], set("".join(terms))
        for k in own:
            if sizes[k] == 1:
                continue
            if k in target:
                other = next(c for c in _LETTERS if c not in used and c not in target and c not in own)
                parts.append(np.eye(sizes[k]))
                terms.append(k + other)
                k = other
            target.append(k)
        product = anp.einsum(",".join(terms) + "->" + "".join(target), *parts)
        product = anp.reshape(product, shape)
        return product if not anp.iscomplexobj(product) or np.iscomplexobj(ans) else anp.real(product)

    return pull


def _sizes(x: Any, letters: str) -> Sequence[tuple[str, int]]:
    return list(zip(letters, anp.shape(x), strict=True))


defvjp_argnum(anp.einsum, _derivative_of_einsum)


@define("outer")
def outer(a: Any, b: Any, out: Any = None) -> Any:
    refuse("outer", out=out)
    a, b = anp.ravel(as_traced(a)), anp.ravel(as_traced(b))
    return anp.reshape(a, (-1, 1)) * anp.reshape(b, (1, -1))


@define("vdot")
def vdot(a: Any, b: Any) -> Any:
    return anp.dot(anp.conj(anp.ravel(as_traced(a))), anp.ravel(as_traced(b)))


@define("vecdot")
def vecdot(x1: Any, x2: Any, /, *, axis: int = -1) -> Any:
    return anp.sum(anp.conj(as_traced(x1)) * as_traced(x2), axis=axis)


@define("matvec")
def matvec(x1: Any, x2: Any, /) -> Any:
    return anp.matmul(x1, anp.expand_dims(as_traced(x2), -1))[..., 0]


@define("vecmat")
def vecmat(x1: Any, x2: Any, /) -> Any:
    return anp.matmul(anp.expand_dims(anp.conj(as_traced(x1)), -2), x2)[..., 0, :]


@define("convolve")
def convolve(a: Any, v: Any, mode: str = "full") -> Any:
    a, v = anp.array(a), anp.array(v)
    if len(v) > len(a):
        a, v = v, a
    n, m = len(a), len(v)
    indices = np.arange(n + m - 1)[:, None] - np.arange(m)  # which of a meets which of v
    meets = (indices >= 0) & (indices < n)
    full = anp.dot(anp.where(meets, a[np.where(meets, indices, 0)], 0.0), v)
    if mode == "full":
        return full
    if mode == "same":
        start = (m - 1) // 2
        return full[start : start + n]
    if mode == "valid":
        return full[m - 1 : n]
    raise ValueError(f"convolve takes the modes full, same and valid, not {mode!r}")


@define("correlate")
def correlate(a: Any, v: Any, mode: str = "valid") -> Any:
    a, v = anp.array(a), anp.array(v)
    if len(a) >= len(v):
        return _centred(a, v[::-1], mode)
    return _centred(v, a[::-1], mode)[::-1]


def _centred(a: Any, v: Any, mode: str) -> Any:
    return convolve(a, v, mode)


@define("cov")
def cov(m: Any, y: Any = None, rowvar: bool = True, bias: bool = False, ddof: Any = None, **rest: Any) -> Any:
    refuse("cov", **rest)
    rows = anp.atleast_2d(as_traced(m))
    rows = rows if rowvar or rows.shape[0] == 1 else rows.T
    if y is not None:
        more = anp.atleast_2d(as_traced(y))
        rows = anp.concatenate([rows, more if rowvar or more.shape[0] == 1 else more.T])
    off = rows - anp.mean(rows, axis=1, keepdims=True)
    ddof = (0 if bias else 1) if ddof is None else ddof
    matrix = anp.dot(off, off.T) / (rows.shape[1] - ddof)
    return anp.reshape(matrix, ()) if matrix.size == 1 else matrix


@define("corrcoef")
def corrcoef(x: Any, y: Any = None, rowvar: bool = True, **rest: Any) -> Any:
    refuse("corrcoef", **rest)
    covariance = cov(x, y, rowvar)
    if anp.ndim(covariance) == 0:
        return covariance / covariance
    size = anp.sqrt(anp.diagonal(covariance))
    return covariance / size[:, None] / size[None, :]
