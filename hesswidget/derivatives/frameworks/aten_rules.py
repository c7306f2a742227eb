"""PyTorch's core operators (ATen) in ``autograd.numpy``, by name and with PyTorch's own arguments.

The variants that copy, such as ``view_copy``, and the overloads of a name share its rule.
"""

from __future__ import annotations

import math
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


for (
    _name
) in """abs ceil cos cosh exp exp2 expm1 floor log log10 log1p log2 reciprocal sign sin sinh sqrt square
    tan tanh trunc isnan isinf maximum minimum fmod remainder hypot logaddexp bitwise_and bitwise_or bitwise_xor
    bitwise_not tril triu""".split():
    RULES[_name] = by_numpy(_name)
for _theirs, _ours in {
    **RENAMED,
    "sgn": "sign",
}.items():
    RULES[_theirs] = by_numpy(_ours)
for _theirs, _ours in {
    **SPECIAL,
    "erfinv": "erfinv",
    "sigmoid": "expit",
    "special_i0": "i0",
}.items():
    RULES[_theirs] = special(_ours)


_rule = adding_to(RULES)


def _shape(x: Any) -> tuple[int, ...]:
    return np.shape(getval_deep(x))


def _truth(x: Any) -> Any:
    return x if kind_of(x) == "b" else anp.not_equal(x, 0)


def _axes(dim: Any) -> tuple[int, ...] | None:
    """Return axes as NumPy takes them; no axis at all stands for all of them."""
    if dim is None or (isinstance(dim, Sequence) and not len(dim)):
        return None
    return tuple(dim) if isinstance(dim, Sequence) else (int(dim),)


# --- numbers ---


@_rule("add")
def _add(x: Any, y: Any, alpha: Any = 1) -> Any:
    return anp.add(x, y if alpha == 1 else alpha * y)


@_rule("sub")
def _sub(x: Any, y: Any, alpha: Any = 1) -> Any:
    return anp.subtract(x, y if alpha == 1 else alpha * y)


@_rule("rsub")
def _rsub(x: Any, y: Any, alpha: Any = 1) -> Any:
    return _sub(y, x, alpha)


@_rule("div", "true_divide")
def _div(x: Any, y: Any, rounding_mode: Any = None) -> Any:
    ratio = anp.true_divide(x, y)
    return ratio if rounding_mode is None else (anp.floor if rounding_mode == "floor" else anp.trunc)(ratio)


@_rule("rsqrt")
def _rsqrt(x: Any) -> Any:
    return 1.0 / anp.sqrt(x)


@_rule("round")
def _round(x: Any, decimals: int = 0) -> Any:
    return anp.round(x, decimals)


@_rule("logical_and")
def _logical_and(x: Any, y: Any) -> Any:
    return anp.bitwise_and(_truth(x), _truth(y))


@_rule("logical_or")
def _logical_or(x: Any, y: Any) -> Any:
    return anp.bitwise_or(_truth(x), _truth(y))


@_rule("logical_not")
def _logical_not(x: Any) -> Any:
    return anp.bitwise_not(_truth(x))


@_rule("xlogy")
def _xlogy(x: Any, y: Any) -> Any:
    return anp.where(anp.equal(x, 0), 0.0, x * anp.log(anp.where(anp.equal(x, 0), 1.0, y)))


@_rule("clamp")
def _clamp(x: Any, min: Any = None, max: Any = None) -> Any:
    x = x if min is None else anp.maximum(x, min)
    return x if max is None else anp.minimum(x, max)


@_rule("hardtanh")
def _hardtanh(x: Any, min_val: Any = -1.0, max_val: Any = 1.0) -> Any:
    return _clamp(x, min_val, max_val)


@_rule("clamp_min")
def _clamp_min(x: Any, least: Any) -> Any:
    return anp.maximum(x, least)


@_rule("clamp_max")
def _clamp_max(x: Any, most: Any) -> Any:
    return anp.minimum(x, most)


@_rule("where")
def _where(condition: Any, x: Any, y: Any) -> Any:
    return anp.where(_truth(condition), x, y)


@_rule("masked_fill")
def _masked_fill(x: Any, mask: Any, fill: Any) -> Any:
    return anp.where(_truth(mask), fill, x)


@_rule("relu")
def _relu(x: Any) -> Any:
    return anp.maximum(x, 0.0)


@_rule("leaky_relu")
def _leaky_relu(x: Any, negative_slope: float = 0.01) -> Any:
    return anp.where(anp.greater(x, 0), x, negative_slope * x)


@_rule("elu")
def _elu(x: Any, alpha: float = 1.0, scale: float = 1.0, input_scale: float = 1.0) -> Any:
    below = anp.expm1(anp.minimum(x, 0.0) * input_scale) * alpha
    return scale * anp.where(anp.greater(x, 0), x, below)


@_rule("gelu")
def _gelu(x: Any, approximate: str = "none") -> Any:
    if approximate == "tanh":
        return 0.5 * x * (1.0 + anp.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3)))
    return 0.5 * x * (1.0 + special("erf")(x / math.sqrt(2.0)))


@_rule("softplus")
def _softplus(x: Any, beta: float = 1.0, threshold: float = 20.0) -> Any:
    return anp.where(anp.greater(x * beta, threshold), x, anp.logaddexp(x * beta, 0.0) / beta)


@_rule("silu")
def _silu(x: Any) -> Any:
    return x * special("expit")(x)


# --- shapes ---


@_rule("clone", "alias", "lift_fresh", "contiguous", "lift", "view_as_real")
def _same(x: Any, **_: Any) -> Any:
    return x


@_rule("detach")
def _detach(x: Any) -> Any:
    return arrays.held(x)


@_rule("_to", "to")  # _to_copy
def _to(x: Any, *_: Any, dtype: Any = None, **__: Any) -> Any:
    """Every real number is a float64 here, whatever precision is asked for."""
    name = str(dtype)
    if "complex" in name:
        raise ProblemError("it computes with complex numbers, and a Hessian is of real ones.")
    if "bool" in name:
        return _truth(x)
    if "int" in name:
        return anp.where(x, 1, 0) if kind_of(x) == "b" else x.astype(int)
    return as_float(x) if "float" in name else x


@_rule("copy")  # also `copy_`, made a function
def _copied(x: Any, source: Any, *_: Any) -> Any:
    return anp.broadcast_to(source, _shape(x)) if _shape(source) != _shape(x) else source


@_rule("view", "reshape", "_unsafe_view", "_reshape")
def _view(x: Any, size: Any) -> Any:
    return anp.reshape(x, tuple(size))


@_rule("unsqueeze")
def _unsqueeze(x: Any, dim: int) -> Any:
    return anp.expand_dims(x, dim)


@_rule("squeeze")
def _squeeze(x: Any, dim: Any = None) -> Any:
    shape = _shape(x)
    axes = range(len(shape)) if dim is None else [a % max(1, len(shape)) for a in _axes(dim) or ()]
    return anp.reshape(x, tuple(n for a, n in enumerate(shape) if n != 1 or a not in axes))


@_rule("expand")
def _expand(x: Any, size: Any, **_: Any) -> Any:
    own = (1,) * (len(size) - len(_shape(x))) + _shape(x)
    wide = tuple(n if n != -1 else own[a] for a, n in enumerate(size))
    return x if wide == _shape(x) else anp.broadcast_to(anp.reshape(x, own), wide)


@_rule("permute")
def _permute(x: Any, dims: Any) -> Any:
    return anp.transpose(x, tuple(d % len(dims) for d in dims))


@_rule("transpose", "swapaxes")
def _transpose(x: Any, a: int, b: int) -> Any:
    return anp.swapaxes(x, a, b) if _shape(x) else x


@_rule("t")
def _t(x: Any) -> Any:
    return anp.transpose(x)


def _along(dim: int, rank: int, part: Any) -> tuple[Any, ...]:
    return (*[slice(None)] * (dim % rank), part)


@_rule("slice")
def _slice(x: Any, dim: int = 0, start: Any = None, end: Any = None, step: int = 1) -> Any:
    return x[_along(dim, len(_shape(x)), slice(start, end, step))]


@_rule("select")
def _select(x: Any, dim: int, index: int) -> Any:
    return x[_along(dim, len(_shape(x)), int(index))]


def _replaced(x: Any, source: Any, window: tuple[Any, ...]) -> Any:
    """Return `x` with `source` in place of a window of it."""
    at = np.arange(int(np.prod(_shape(x)))).reshape(_shape(x))
    size = at[window].shape
    at[window] = at.size + np.arange(int(np.prod(size))).reshape(size)
    source = anp.broadcast_to(source, size) if _shape(source) != size else source
    return anp.concatenate([anp.ravel(x), anp.ravel(source)])[at]


@_rule("slice_scatter")
def _slice_scatter(
    x: Any, source: Any, dim: int = 0, start: Any = None, end: Any = None, step: int = 1
) -> Any:
    return _replaced(x, source, _along(dim, len(_shape(x)), slice(start, end, step)))


@_rule("select_scatter")
def _select_scatter(x: Any, source: Any, dim: int, index: int) -> Any:
    return _replaced(x, source, _along(dim, len(_shape(x)), int(index)))


@_rule("cat")
def _cat(parts: Any, dim: int = 0) -> Any:
    return anp.concatenate([p for p in parts if _shape(p) != (0,)], axis=dim)


@_rule("stack")
def _stack(parts: Any, dim: int = 0) -> Any:
    return anp.stack(list(parts), axis=dim)


@_rule("split_with_sizes")
def _split_with_sizes(x: Any, sizes: Any, dim: int = 0) -> tuple[Any, ...]:
    rank, ends = len(_shape(x)), np.cumsum(sizes)
    return tuple(x[_along(dim, rank, slice(e - s, e))] for s, e in zip(sizes, ends, strict=True))


@_rule("split")
def _split(x: Any, size: int, dim: int = 0) -> tuple[Any, ...]:
    length = _shape(x)[dim]
    return _split_with_sizes(x, [min(size, length - k) for k in range(0, length, size)], dim)


@_rule("unbind")
def _unbind(x: Any, dim: int = 0) -> tuple[Any, ...]:
    return tuple(_select(x, dim, k) for k in range(_shape(x)[dim]))


@_rule("flip")
def _flip(x: Any, dims: Any) -> Any:
    return anp.flip(x, tuple(dims))


@_rule("roll")
def _roll(x: Any, shifts: Any, dims: Any = ()) -> Any:
    return anp.roll(x, tuple(shifts), tuple(dims)) if dims else anp.roll(x, shifts[0])


@_rule("repeat")
def _repeat(x: Any, repeats: Any) -> Any:
    return anp.tile(x, tuple(repeats))


@_rule("diagonal")
def _diagonal(x: Any, offset: int = 0, dim1: int = 0, dim2: int = 1) -> Any:
    at = np.arange(int(np.prod(_shape(x)))).reshape(_shape(x))
    return anp.ravel(x)[np.diagonal(at, offset, dim1, dim2)]


@_rule("unfold")
def _unfold(x: Any, dim: int, size: int, step: int) -> Any:
    at = np.arange(int(np.prod(_shape(x)))).reshape(_shape(x))
    windows = np.lib.stride_tricks.sliding_window_view(at, size, dim)
    return anp.ravel(x)[windows[_along(dim, at.ndim, slice(None, None, step))]]


@_rule("constant_pad_nd")
def _constant_pad_nd(x: Any, pad: Any, fill: Any = 0.0) -> Any:
    before = [0] * (len(_shape(x)) - len(pad) // 2)
    low, high = [*before, *pad[-2::-2]], [*before, *pad[::-2]]
    return arrays.padded(x, low, high, [0] * len(low), fill)


@_rule("full_like")
def _full_like(x: Any, fill: Any, **_: Any) -> Any:
    return anp.broadcast_to(fill, _shape(x)) if isbox(fill) else np.full(_shape(x), float(fill))


@_rule("fill")
def _fill(x: Any, fill: Any) -> Any:
    return _full_like(x, fill)


@_rule("zeros_like", "empty_like")
def _zeros_like(x: Any, **_: Any) -> Any:
    return np.zeros(_shape(x))


@_rule("ones_like")
def _ones_like(x: Any, **_: Any) -> Any:
    return np.ones(_shape(x))


# --- places ---


def _index(indices: Any) -> tuple[Any, ...]:
    return tuple(slice(None) if i is None else i if kind_of(i) == "b" else arrays.whole(i) for i in indices)


@_rule("index", "_unsafe_index")
def _indexed(x: Any, indices: Any) -> Any:
    return x[_index(indices)]


@_rule("index_select")
def _index_select(x: Any, dim: int, index: Any) -> Any:
    return x[_along(dim, len(_shape(x)), arrays.whole(index))]


@_rule("embedding")
def _embedding(weight: Any, indices: Any, *_: Any) -> Any:
    return weight[arrays.whole(indices)]


def _places(x: Any, dim: int, index: np.ndarray) -> np.ndarray:
    """Return the place in the flat `x` of each of what is indexed along one axis."""
    at = np.arange(int(np.prod(_shape(x)))).reshape(_shape(x))
    window = tuple(slice(n) for n in index.shape)
    others = tuple(s if a != dim % at.ndim else slice(None) for a, s in enumerate(window))
    return np.take_along_axis(at[others], index, axis=dim)


@_rule("gather")
def _gather(x: Any, dim: int, index: Any, **_: Any) -> Any:
    return anp.ravel(x)[_places(x, dim, arrays.whole(index))] if _shape(x) else x


@_rule("scatter")
def _scatter(x: Any, dim: int, index: Any, source: Any, **named: Any) -> Any:
    if named:
        raise ProblemError("torch.scatter with reduce has no rule here; use scatter_add.")
    index = arrays.whole(index)
    places = _places(x, dim, index)
    part = anp.broadcast_to(source, index.shape) if not _shape(source) else source
    part = part[tuple(slice(n) for n in index.shape)]
    at = np.arange(int(np.prod(_shape(x))))
    at[places.ravel()] = at.size + np.arange(index.size)
    return anp.reshape(anp.concatenate([anp.ravel(x), anp.ravel(part)])[at], _shape(x))


@_rule("scatter_add")
def _scatter_add(x: Any, dim: int, index: Any, source: Any) -> Any:
    index = arrays.whole(index)
    part = source[tuple(slice(n) for n in index.shape)]
    return arrays.added_at(x, _places(x, dim, index), part)


@_rule("index_add")
def _index_add(x: Any, dim: int, index: Any, source: Any, alpha: Any = 1) -> Any:
    at = np.arange(int(np.prod(_shape(x)))).reshape(_shape(x))
    return arrays.added_at(x, at[_along(dim, at.ndim, arrays.whole(index))], alpha * source)


@_rule("index_put")
def _index_put(x: Any, indices: Any, values: Any, accumulate: bool = False) -> Any:
    if len(indices) == 1 and kind_of(indices[0]) == "b" and isbox(indices[0]):
        if _shape(values) not in ((), (1,)) or _shape(indices[0]) != _shape(x):
            raise ProblemError("how many values a mask selects depends on a value; use torch.where.")
        return anp.where(indices[0], x + values if accumulate else values, x)
    window = _index(indices)
    if not accumulate:
        return _replaced(x, values, window)
    at = np.arange(int(np.prod(_shape(x)))).reshape(_shape(x))[window]
    return arrays.added_at(x, at, anp.broadcast_to(values, at.shape))


# --- reductions ---


@_rule("sum")
def _sum(x: Any, dim: Any = None, keepdim: bool = False, **_: Any) -> Any:
    return anp.sum(as_float(x), axis=_axes(dim), keepdims=keepdim)


@_rule("mean")
def _mean(x: Any, dim: Any = None, keepdim: bool = False, **_: Any) -> Any:
    return anp.mean(x, axis=_axes(dim), keepdims=keepdim)


@_rule("prod")
def _prod(x: Any, dim: Any = None, keepdim: bool = False, **_: Any) -> Any:
    return anp.prod(x, axis=None if dim is None else int(dim), keepdims=keepdim)


@_rule("var")
def _var(x: Any, dim: Any = None, unbiased: Any = None, keepdim: bool = False, correction: Any = None) -> Any:
    free = correction if correction is not None else 1 if unbiased in (None, True) else 0
    return anp.var(x, axis=_axes(dim), ddof=free, keepdims=keepdim)


@_rule("amax")
def _amax(x: Any, dim: Any = (), keepdim: bool = False) -> Any:
    return anp.max(x, axis=_axes(dim), keepdims=keepdim)


@_rule("amin")
def _amin(x: Any, dim: Any = (), keepdim: bool = False) -> Any:
    return anp.min(x, axis=_axes(dim), keepdims=keepdim)


class _Lazy(tuple[Any, ...]):
    """A value and the place where it is, which is looked for only where somebody asks."""

    def __new__(cls, value: Any, place: Callable[[], Any]) -> _Lazy:
        return super().__new__(cls, (value, place))

    def __getitem__(self, k: Any) -> Any:
        found = super().__getitem__(k)
        return found() if k == 1 else found


def _extreme(reduce: str, place: str) -> Rule:
    def rule(x: Any, dim: Any = None, keepdim: bool = False) -> Any:
        if dim is None:
            return getattr(anp, reduce)(x)
        value = getattr(anp, reduce)(x, axis=dim, keepdims=keepdim)

        def at() -> Any:
            found = arrays.whole(getattr(anp, place)(x, axis=dim))
            return np.expand_dims(found, dim) if keepdim else found

        return _Lazy(value, at)

    return rule


RULES |= {"max": _extreme("max", "argmax"), "min": _extreme("min", "argmin")}


@_rule("argmax")
def _argmax(x: Any, dim: Any = None, keepdim: bool = False) -> Any:
    return anp.argmax(x, axis=dim)


@_rule("argmin")
def _argmin(x: Any, dim: Any = None, keepdim: bool = False) -> Any:
    return anp.argmin(x, axis=dim)


@_rule("any")
def _any(x: Any, dim: Any = None, keepdim: bool = False) -> Any:
    return anp.any(_truth(x), axis=_axes(dim), keepdims=keepdim)


@_rule("all")
def _all(x: Any, dim: Any = None, keepdim: bool = False) -> Any:
    return anp.all(_truth(x), axis=_axes(dim), keepdims=keepdim)


@_rule("cumsum")
def _cumsum(x: Any, dim: int, **_: Any) -> Any:
    return anp.cumsum(x, axis=dim)


@_rule("cumprod")
def _cumprod(x: Any, dim: int, **_: Any) -> Any:
    return anp.cumprod(x, axis=dim)


@_rule("logcumsumexp")
def _logcumsumexp(x: Any, dim: int) -> Any:
    return arrays.running(anp.logaddexp)(x, dim)


@_rule("cummax")
def _cummax(x: Any, dim: int) -> Any:
    return (arrays.running(anp.maximum)(x, dim),)


@_rule("cummin")
def _cummin(x: Any, dim: int) -> Any:
    return (arrays.running(anp.minimum)(x, dim),)


@_rule("sort")
def _sort(x: Any, dim: int = -1, descending: bool = False, **_: Any) -> Any:
    ordered = anp.sort(x, axis=dim)
    return (anp.flip(ordered, dim) if descending else ordered,)


@_rule("topk")
def _topk(x: Any, k: int, dim: int = -1, largest: bool = True, is_sorted: bool = True) -> Any:
    return (_slice(_sort(x, dim, largest)[0], dim, 0, k),)


@_rule("median")
def _median(x: Any, dim: int | None = None, keepdim: bool = False) -> Any:
    """Return the lower of the two in the middle, as PyTorch has it."""
    if dim is None:
        return anp.sort(anp.ravel(x))[(int(np.prod(_shape(x))) - 1) // 2]
    value = _select(anp.sort(x, axis=dim), dim, (_shape(x)[dim] - 1) // 2)
    return (anp.expand_dims(value, dim) if keepdim else value,)


@_rule("linalg_vector_norm")
def _vector_norm(x: Any, order: Any = 2, dim: Any = None, keepdim: bool = False, **_: Any) -> Any:
    axes = _axes(dim)
    if abs(order) == math.inf:
        reduce = anp.max if order > 0 else anp.min
        return reduce(anp.abs(x), axis=axes, keepdims=keepdim)
    if order == 2:
        return anp.sqrt(anp.sum(x * x, axis=axes, keepdims=keepdim))
    powers = anp.sum(anp.abs(x) ** order if order != 1 else anp.abs(x), axis=axes, keepdims=keepdim)
    return powers if order == 1 else powers ** (1.0 / order)


@_rule("_softmax")
def _softmax(x: Any, dim: int, *_: Any) -> Any:
    powers = anp.exp(x - arrays.held(anp.max(x, axis=dim, keepdims=True)))
    return powers / anp.sum(powers, axis=dim, keepdims=True)


@_rule("_log_softmax")
def _log_softmax(x: Any, dim: int, *_: Any) -> Any:
    centred = x - arrays.held(anp.max(x, axis=dim, keepdims=True))
    return centred - anp.log(anp.sum(anp.exp(centred), axis=dim, keepdims=True))


def _normalised(x: Any, axes: tuple[int, ...], eps: float) -> tuple[Any, Any, Any]:
    mean = anp.mean(x, axis=axes, keepdims=True)
    scale = 1.0 / anp.sqrt(anp.mean((x - mean) ** 2, axis=axes, keepdims=True) + eps)
    return (x - mean) * scale, mean, scale


@_rule("native_layer_norm")
def _layer_norm(x: Any, normalized_shape: Any, weight: Any, bias: Any, eps: float) -> Any:
    result, mean, scale = _normalised(x, tuple(range(-len(normalized_shape), 0)), eps)
    result = result if weight is None else result * weight
    return (result if bias is None else result + bias), mean, scale


@_rule("native_group_norm")
def _group_norm(
    x: Any, weight: Any, bias: Any, batch: int, channels: int, pixels: int, group: int, eps: float
) -> Any:
    parts = anp.reshape(x, (batch, group, channels // group * pixels))
    result, mean, scale = _normalised(parts, (2,), eps)
    return _by_channel(anp.reshape(result, _shape(x)), weight, bias), mean, scale


def _by_channel(x: Any, weight: Any, bias: Any) -> Any:
    wide = (1, -1, *[1] * (len(_shape(x)) - 2))
    x = x if weight is None else x * anp.reshape(weight, wide)
    return x if bias is None else x + anp.reshape(bias, wide)


@_rule("native_batch_norm", "_native_batch_norm_legit", "_native_batch_norm_legit_functional")
def _batch_norm(x: Any, weight: Any, bias: Any, *rest: Any) -> Any:
    *_, training, __, eps = rest
    if not training:
        return _batch_norm_at_rest(x, weight, bias, *rest[:2], *rest[3:])
    result, mean, scale = _normalised(x, (0, *range(2, len(_shape(x)))), eps)
    return _by_channel(result, weight, bias), mean, scale, *rest[:2]


@_rule("_native_batch_norm_legit_no_training")
def _batch_norm_at_rest(
    x: Any, weight: Any, bias: Any, mean: Any, variance: Any, momentum: float, eps: float
) -> Any:
    scale = 1.0 / anp.sqrt(variance + eps)
    centred = _by_channel(x, None, -1.0 * mean)
    result = _by_channel(_by_channel(centred, scale, None), weight, bias)
    return result, mean, scale


# --- linear algebra ---


@_rule("mm", "bmm", "mv", "matmul")
def _matmul(x: Any, y: Any) -> Any:
    return anp.matmul(x, y)


@_rule("dot", "vdot")
def _dot(x: Any, y: Any) -> Any:
    return anp.dot(x, y)


@_rule("addmm", "addmv", "baddbmm")
def _addmm(bias: Any, x: Any, y: Any, beta: Any = 1, alpha: Any = 1) -> Any:
    product = anp.matmul(x, y)
    product = product if alpha == 1 else alpha * product
    return product + (bias if beta == 1 else beta * bias)


@_rule("linear")
def _linear(x: Any, weight: Any, bias: Any = None) -> Any:
    product = anp.matmul(x, anp.transpose(weight))
    return product if bias is None else product + bias


@_rule("convolution")
def _convolution(
    x: Any,
    weight: Any,
    bias: Any,
    stride: Any,
    padding: Any,
    dilation: Any,
    transposed: bool,
    output_padding: Any,
    groups: int,
) -> Any:
    rank = len(_shape(weight)) - 2
    stride, padding, dilation = (list(s) * (rank if len(s) == 1 else 1) for s in (stride, padding, dilation))
    if transposed:
        raise ProblemError("PyTorch's transposed convolution has no rule here.")
    both = [(p, p) for p in padding]
    return _by_channel(arrays.convolution(x, weight, stride, both, dilation, [1] * rank, groups), None, bias)


@_rule("avg_pool2d")
def _avg_pool2d(
    x: Any, kernel_size: Any, stride: Any = (), padding: Any = (0,), ceil_mode: bool = False, *rest: Any
) -> Any:
    if ceil_mode or any(padding) or any(r is not None and r is not True for r in rest):
        raise ProblemError("PyTorch's avg_pool2d has a rule here without padding and rounding up alone.")
    return anp.mean(_windows(x, kernel_size, stride), axis=(-2, -1))


@_rule("max_pool2d_with_indices")
def _max_pool2d(
    x: Any, kernel_size: Any, stride: Any = (), padding: Any = (0,), dilation: Any = (1,), ceil: bool = False
) -> Any:
    if ceil or any(padding) or any(d != 1 for d in dilation):
        raise ProblemError(
            "PyTorch's max_pool2d has a rule here without padding, dilation and rounding up alone."
        )
    return (anp.max(_windows(x, kernel_size, stride), axis=(-2, -1)),)


def _windows(x: Any, kernel_size: Any, stride: Any) -> Any:
    size = tuple(kernel_size) * (3 - len(kernel_size))
    steps = tuple(stride or size) * (3 - len(stride or size))
    at = np.arange(int(np.prod(_shape(x)))).reshape(_shape(x))
    windows = np.lib.stride_tricks.sliding_window_view(at, size, (-2, -1))
    return anp.ravel(x)[windows[..., :: steps[0], :: steps[1], :, :]]


@_rule("_cdist_forward")
def _cdist(x: Any, y: Any, p: float, *_: Any) -> Any:
    return _vector_norm(anp.expand_dims(x, -2) - anp.expand_dims(y, -3), p, (-1,))


@_rule("linalg_inv_ex")
def _inverse(a: Any, **_: Any) -> Any:
    return (anp.linalg.inv(a),)


@_rule("_linalg_solve_ex")
def _solve(a: Any, b: Any, left: bool = True, **_: Any) -> Any:
    if left:
        return (anp.linalg.solve(a, b),)
    return (anp.swapaxes(anp.linalg.solve(anp.swapaxes(a, -1, -2), anp.swapaxes(b, -1, -2)), -1, -2),)


@_rule("_linalg_slogdet")
def _slogdet(a: Any) -> Any:
    return tuple(anp.linalg.slogdet(a))


@_rule("_linalg_det")
def _det(a: Any) -> Any:
    return (anp.linalg.det(a),)


@_rule("linalg_cholesky_ex")
def _cholesky(a: Any, upper: bool = False, **_: Any) -> Any:
    lower = anp.linalg.cholesky(a)
    return (anp.swapaxes(lower, -1, -2) if upper else lower,)


@_rule("_linalg_eigh")
def _eigh(a: Any, uplo: str = "L", *_: Any) -> Any:
    return tuple(anp.linalg.eigh(a, uplo))


@_rule("linalg_solve_triangular")
def _solve_triangular(a: Any, b: Any, upper: bool, left: bool = True, unitriangular: bool = False) -> Any:
    return arrays.triangular_solution(a, b, not upper, False, unitriangular, left)


@_rule("triangular_solve")
def _triangular_solve(
    b: Any, a: Any, upper: bool = True, transpose: bool = False, unitriangular: bool = False
) -> Any:
    return (arrays.triangular_solution(a, b, not upper, transpose, unitriangular),)


@_rule("cholesky_solve")
def _cholesky_solve(b: Any, factor: Any, upper: bool = False) -> Any:
    half = arrays.triangular_solution(factor, b, not upper, upper, False)
    return arrays.triangular_solution(factor, half, not upper, not upper, False)
