"""JAX's primitives in ``autograd.numpy``, by name; each takes the operands, and what JAX says besides by keyword.

Whole numbers and truths are computed where they do not depend on an argument; then their types are JAX's.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any

import autograd.numpy as anp
import numpy as np
from autograd.tracer import isbox

from hesswidget.derivatives.completion.definition import getval_deep
from hesswidget.derivatives.frameworks import arrays
from hesswidget.derivatives.frameworks.arrays import as_float, kind_of, special
from hesswidget.derivatives.frameworks.rules import RENAMED, SPECIAL, Rule, adding_to, by_numpy
from hesswidget.errors import ProblemError

RULES: dict[str, Rule] = {}
LIBRARY_CALLS: dict[str, Rule] = {
    # Functions of jax.numpy.linalg that are one call in what is traced, and linear algebra of ours.
    "solve": lambda a, b: (anp.linalg.solve(a, b),),
    "slogdet": lambda a: tuple(anp.linalg.slogdet(a)),
    "det": lambda a: (anp.linalg.det(a),),
}
SEVERAL = frozenset(
    ["eigh", "split", "sort", "unstack", "optimization_barrier", "device_put"]
)  # return a tuple


def _special(name: str) -> Rule:
    function = special(name)
    return lambda *operands, **_: function(*operands)


for _name in """sin cos tan sinh cosh tanh exp exp2 expm1 log log1p sqrt cbrt abs sign floor ceil square
    real conj imag""".split():
    RULES[_name] = by_numpy(_name)
for _theirs, _ours in {
    **RENAMED,
    "add": "add",
    "add_any": "add",
    "sub": "subtract",
    "max": "maximum",
    "min": "minimum",
    "is_finite": "isfinite",
    "lt_to": "less",  # in searches of sorted numbers, among which there is no NaN
    "le_to": "less_equal",
    "eq_to": "equal",
    "and": "bitwise_and",
    "or": "bitwise_or",
    "xor": "bitwise_xor",
    "not": "bitwise_not",
}.items():
    RULES[_theirs] = by_numpy(_ours)
for _theirs, _ours in {
    **SPECIAL,
    "erf_inv": "erfinv",
    "polygamma": "polygamma",
    "bessel_i0e": "i0e",
    "bessel_i1e": "i1e",
    "logistic": "expit",
}.items():
    RULES[_theirs] = _special(_ours)


_rule = adding_to(RULES)


# --- numbers ---


@_rule("div")
def _div(x: Any, y: Any, **_: Any) -> Any:
    if kind_of(x) in "iu":
        return _convert(anp.trunc(as_float(x) / as_float(y)), new_dtype=np.asarray(getval_deep(x)).dtype)
    return x / y


@_rule("rem")
def _rem(x: Any, y: Any, **_: Any) -> Any:
    if not isbox(x) and not isbox(y):
        return np.fmod(x, y)
    ratio = as_float(x) / as_float(y)
    return x - anp.where(ratio < 0, anp.ceil(ratio), anp.floor(ratio)) * y


@_rule("integer_pow")
def _integer_pow(x: Any, y: int, **_: Any) -> Any:
    return x**y


@_rule("rsqrt")
def _rsqrt(x: Any, **_: Any) -> Any:
    return 1.0 / anp.sqrt(x)


@_rule("round")
def _round(x: Any, rounding_method: Any, **_: Any) -> Any:
    return anp.round(x) if int(rounding_method) else anp.sign(x) * anp.floor(anp.abs(x) + 0.5)


@_rule("clamp")
def _clamp(least: Any, x: Any, most: Any, **_: Any) -> Any:
    return anp.minimum(anp.maximum(x, least), most)


@_rule("stop_gradient")
def _stop_gradient(x: Any, **_: Any) -> Any:
    return arrays.held(x)


@_rule("copy", "copy_p", "reduce_precision", "pvary", "sharding_constraint")
def _same(x: Any, **_: Any) -> Any:
    return x


@_rule("optimization_barrier", "device_put")
def _all_the_same(*operands: Any, **_: Any) -> tuple[Any, ...]:
    return operands


@_rule("convert_element_type")
def _convert(x: Any, new_dtype: Any, **_: Any) -> Any:
    """Every real number is a float64 here, whatever precision is asked for."""
    kind = "f" if "float" in str(new_dtype) else np.dtype(new_dtype).kind
    if kind == "f":
        return as_float(x)
    if kind == "c":
        raise ProblemError("it computes with complex numbers, and a Hessian is of real ones.")
    if not isbox(x):
        return np.asarray(x).astype(new_dtype)
    if kind == "b":
        return anp.not_equal(x, 0)
    return anp.where(x, 1, 0) if kind_of(x) == "b" else x if kind_of(x) in "iu" else x.astype(int)


@_rule("select_n")
def _select_n(which: Any, *cases: Any, **_: Any) -> Any:
    if kind_of(which) == "b":
        return anp.where(which, cases[1], cases[0])
    chosen = cases[-1]
    for k in range(len(cases) - 2, -1, -1):
        chosen = anp.where(anp.equal(which, k), cases[k], chosen)
    return chosen


# --- shapes ---


@_rule("reshape")
def _reshape(x: Any, new_sizes: Any, dimensions: Any = None, **_: Any) -> Any:
    return anp.reshape(x if dimensions is None else anp.transpose(x, dimensions), new_sizes)


@_rule("broadcast_in_dim")
def _broadcast_in_dim(x: Any, shape: Any, broadcast_dimensions: Any, **_: Any) -> Any:
    own = [1] * len(shape)
    for axis, size in zip(broadcast_dimensions, np.shape(getval_deep(x)), strict=True):
        own[axis] = size
    wide = anp.reshape(x, tuple(own))
    return wide if tuple(own) == tuple(shape) else anp.broadcast_to(wide, tuple(shape))


@_rule("squeeze")
def _squeeze(x: Any, dimensions: Any, **_: Any) -> Any:
    shape = np.shape(getval_deep(x))
    gone = {axis % len(shape) for axis in dimensions}
    return anp.reshape(x, tuple(size for axis, size in enumerate(shape) if axis not in gone))


@_rule("expand_dims")
def _expand_dims(x: Any, dimensions: Any, **_: Any) -> Any:
    return anp.expand_dims(x, tuple(dimensions))


@_rule("transpose")
def _transpose(x: Any, permutation: Any, **_: Any) -> Any:
    return anp.transpose(x, tuple(permutation))


@_rule("rev")
def _rev(x: Any, dimensions: Any, **_: Any) -> Any:
    return anp.flip(x, tuple(dimensions))


@_rule("concatenate")
def _concatenate(*parts: Any, dimension: int, **_: Any) -> Any:
    return anp.concatenate(list(parts), axis=dimension)


@_rule("stack")
def _stack(*parts: Any, axis: int = 0, **rest: Any) -> Any:
    return anp.stack(list(parts), axis=rest.get("dimension", axis))


@_rule("unstack")
def _unstack(x: Any, axis: int = 0, **rest: Any) -> tuple[Any, ...]:
    axis = rest.get("dimension", axis)
    return tuple(anp.take(x, k, axis=axis) for k in range(np.shape(getval_deep(x))[axis]))


@_rule("slice")
def _slice(x: Any, start_indices: Any, limit_indices: Any, strides: Any = None, **_: Any) -> Any:
    strides = strides or [1] * len(start_indices)
    return x[tuple(map(slice, start_indices, limit_indices, strides))] if start_indices else x


@_rule("split")
def _split(x: Any, sizes: Any, axis: int, **_: Any) -> tuple[Any, ...]:
    ends = np.cumsum(sizes)
    before = (slice(None),) * axis
    return tuple(x[(*before, slice(end - size, end))] for size, end in zip(sizes, ends, strict=True))


@_rule("dynamic_slice")
def _dynamic_slice(x: Any, *starts: Any, slice_sizes: Any, **_: Any) -> Any:
    shape = np.shape(getval_deep(x))
    first = [_start(s, n, size) for s, n, size in zip(starts, shape, slice_sizes, strict=True)]
    return x[tuple(slice(a, a + size) for a, size in zip(first, slice_sizes, strict=True))] if first else x


@_rule("dynamic_update_slice")
def _dynamic_update_slice(x: Any, update: Any, *starts: Any, **_: Any) -> Any:
    shape, sizes = np.shape(getval_deep(x)), np.shape(getval_deep(update))
    first = [_start(s, n, size) for s, n, size in zip(starts, shape, sizes, strict=True)]
    at = np.arange(int(np.prod(shape))).reshape(shape)
    window = tuple(slice(a, a + size) for a, size in zip(first, sizes, strict=True))
    at[window] = at.size + np.arange(int(np.prod(sizes))).reshape(sizes)
    return anp.concatenate([anp.ravel(x), anp.ravel(update)])[at]


def _start(start: Any, length: int, size: int) -> int:
    return int(np.clip(int(start), 0, length - size))


@_rule("pad")
def _pad(x: Any, fill: Any, padding_config: Any, **_: Any) -> Any:
    low, high, interior = zip(*padding_config, strict=True) if padding_config else ((), (), ())
    return arrays.padded(x, low, high, interior, fill)


@_rule("tile")
def _tile(x: Any, reps: Any, **_: Any) -> Any:
    return anp.tile(x, tuple(reps))


# --- reductions ---


def _reduction(name: str) -> Rule:
    def reduce(x: Any, axes: Any, **_: Any) -> Any:
        return getattr(anp, name)(x, axis=tuple(axes)) if len(axes) else x

    return reduce


for _theirs, _ours in {
    "reduce_sum": "sum",
    "reduce_max": "max",
    "reduce_min": "min",
    "reduce_prod": "prod",
    "reduce_and": "all",
    "reduce_or": "any",
}.items():
    RULES[_theirs] = _reduction(_ours)


def _cumulative(combine: Callable[[Any, Any], Any]) -> Rule:
    def accumulate(x: Any, axis: int, reverse: bool = False, **_: Any) -> Any:
        turned = anp.flip(x, axis) if reverse else x
        result = combine(turned, axis)
        return anp.flip(result, axis) if reverse else result

    return accumulate


RULES |= {
    "cumsum": _cumulative(lambda x, axis: anp.cumsum(x, axis)),
    "cumprod": _cumulative(lambda x, axis: anp.cumprod(x, axis)),
    "cummax": _cumulative(arrays.running(anp.maximum)),
    "cummin": _cumulative(arrays.running(anp.minimum)),
    "cumlogsumexp": _cumulative(arrays.running(anp.logaddexp)),
}


@_rule("argmax")
def _argmax(x: Any, axes: Any, **_: Any) -> Any:
    return anp.argmax(x, axis=axes[0])


@_rule("argmin")
def _argmin(x: Any, axes: Any, **_: Any) -> Any:
    return anp.argmin(x, axis=axes[0])


@_rule("sort")
def _sort(x: Any, *others: Any, dimension: int, **_: Any) -> tuple[Any, ...]:
    if not others:
        return (anp.sort(x, axis=dimension),)
    order = arrays.whole(anp.argsort(x, axis=dimension))
    shape = np.shape(getval_deep(x))
    at = np.take_along_axis(np.arange(int(np.prod(shape))).reshape(shape), order, axis=dimension)
    return tuple(anp.ravel(operand)[at] for operand in (x, *others))


# --- linear algebra ---


@_rule("dot_general")
def _dot_general(x: Any, y: Any, dimension_numbers: Any, **_: Any) -> Any:
    (contracted_x, contracted_y), (batch_x, batch_y) = dimension_numbers
    x, y = as_float(x), as_float(y)
    if not batch_x:
        return anp.tensordot(x, y, axes=(list(contracted_x), list(contracted_y)))
    x_rank, y_rank = np.ndim(getval_deep(x)), np.ndim(getval_deep(y))
    of_x = list(range(x_rank))
    of_y = list(range(x_rank, x_rank + y_rank))
    for a, b in zip((*contracted_x, *batch_x), (*contracted_y, *batch_y), strict=True):
        of_y[b] = of_x[a]
    of_result = [of_x[a] for a in batch_x]
    of_result += [of_x[a] for a in range(x_rank) if a not in (*contracted_x, *batch_x)]
    of_result += [of_y[b] for b in range(y_rank) if b not in (*contracted_y, *batch_y)]
    return anp.einsum(f"{_letters(of_x)},{_letters(of_y)}->{_letters(of_result)}", x, y)


def _letters(axes: Sequence[int]) -> str:
    return "".join(chr(ord("a") + axis) for axis in axes)


@_rule("conv_general_dilated")
def _convolution(
    x: Any,
    kernel: Any,
    window_strides: Any,
    padding: Any,
    lhs_dilation: Any,
    rhs_dilation: Any,
    dimension_numbers: Any,
    feature_group_count: int,
    batch_group_count: int = 1,
    **_: Any,
) -> Any:
    if batch_group_count != 1:
        raise ProblemError("JAX's conv_general_dilated has no rule here for groups of batches.")
    lhs, rhs, out = dimension_numbers
    turned = arrays.convolution(
        anp.transpose(x, lhs),
        anp.transpose(kernel, rhs),
        window_strides,
        padding,
        rhs_dilation,
        lhs_dilation,
        feature_group_count,
    )
    return anp.transpose(turned, np.argsort(out))


@_rule("cholesky")
def _cholesky(x: Any, **_: Any) -> Any:
    return anp.linalg.cholesky(x)


@_rule("eigh")
def _eigh(x: Any, lower: bool = True, **_: Any) -> tuple[Any, ...]:
    values, vectors = anp.linalg.eigh(x, "L" if lower else "U")
    return vectors, values


@_rule("triangular_solve")
def _triangular_solve(
    a: Any, b: Any, left_side: bool, lower: bool, transpose_a: bool, unit_diagonal: bool, **_: Any
) -> Any:
    return arrays.triangular_solution(a, b, lower, transpose_a, unit_diagonal, left_side)


def with_params(name: str, params: dict[str, Any]) -> Rule | None:
    """Return the rule of a primitive for these parameters, None if there is none."""
    rule = RULES.get(name)
    return functools.partial(rule, **params) if rule else None
