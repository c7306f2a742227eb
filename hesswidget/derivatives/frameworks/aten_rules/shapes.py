"""What moves elements about: views, slices, joins, fillings."""

from __future__ import annotations

from typing import Any

import autograd.numpy as anp
import numpy as np
from autograd.tracer import isbox

from hesswidget.derivatives.frameworks import arrays
from hesswidget.derivatives.frameworks.arrays import as_float, kind_of
from hesswidget.derivatives.frameworks.aten_rules.table import axes_of, rule, shape_of, truth_of
from hesswidget.errors import ProblemError


@rule("clone", "alias", "lift_fresh", "contiguous", "lift", "view_as_real")
def _same(x: Any, **_: Any) -> Any:
    return x


@rule("detach")
def _detach(x: Any) -> Any:
    return arrays.held(x)


@rule("_to", "to")  # _to_copy
def _to(x: Any, *_: Any, dtype: Any = None, **__: Any) -> Any:
    """Every real number is a float64 here, whatever precision is asked for."""
    name = str(dtype)
    if "complex" in name:
        raise ProblemError("it computes with complex numbers, and a Hessian is of real ones.")
    if "bool" in name:
        return truth_of(x)
    if "int" in name:
        return anp.where(x, 1, 0) if kind_of(x) == "b" else x.astype(int)
    return as_float(x) if "float" in name else x


@rule("copy")  # also `copy_`, made a function
def _copied(x: Any, source: Any, *_: Any) -> Any:
    return anp.broadcast_to(source, shape_of(x)) if shape_of(source) != shape_of(x) else source


@rule("view", "reshape", "_unsafe_view", "_reshape")
def _view(x: Any, size: Any) -> Any:
    return anp.reshape(x, tuple(size))


@rule("unsqueeze")
def _unsqueeze(x: Any, dim: int) -> Any:
    return anp.expand_dims(x, dim)


@rule("squeeze")
def _squeeze(x: Any, dim: Any = None) -> Any:
    shape = shape_of(x)
    axes = range(len(shape)) if dim is None else [a % max(1, len(shape)) for a in axes_of(dim) or ()]
    return anp.reshape(x, tuple(n for a, n in enumerate(shape) if n != 1 or a not in axes))


@rule("expand")
def _expand(x: Any, size: Any, **_: Any) -> Any:
    own = (1,) * (len(size) - len(shape_of(x))) + shape_of(x)
    wide = tuple(n if n != -1 else own[a] for a, n in enumerate(size))
    return x if wide == shape_of(x) else anp.broadcast_to(anp.reshape(x, own), wide)


@rule("permute")
def _permute(x: Any, dims: Any) -> Any:
    return anp.transpose(x, tuple(d % len(dims) for d in dims))


@rule("transpose", "swapaxes")
def _transpose(x: Any, a: int, b: int) -> Any:
    return anp.swapaxes(x, a, b) if shape_of(x) else x


@rule("t")
def _t(x: Any) -> Any:
    return anp.transpose(x)


def along(dim: int, rank: int, part: Any) -> tuple[Any, ...]:
    """Return the index of a part along one axis."""
    return (*[slice(None)] * (dim % rank), part)


@rule("slice")
def sliced(x: Any, dim: int = 0, start: Any = None, end: Any = None, step: int = 1) -> Any:
    """Return every so many elements along an axis."""
    return x[along(dim, len(shape_of(x)), slice(start, end, step))]


@rule("select")
def selected(x: Any, dim: int, index: int) -> Any:
    """Return one place along an axis."""
    return x[along(dim, len(shape_of(x)), int(index))]


def replaced(x: Any, source: Any, window: tuple[Any, ...]) -> Any:
    """Return `x` with `source` in place of a window of it."""
    at = np.arange(int(np.prod(shape_of(x)))).reshape(shape_of(x))
    size = at[window].shape
    at[window] = at.size + np.arange(int(np.prod(size))).reshape(size)
    source = anp.broadcast_to(source, size) if shape_of(source) != size else source
    return anp.concatenate([anp.ravel(x), anp.ravel(source)])[at]


@rule("slice_scatter")
def _slice_scatter(
    x: Any, source: Any, dim: int = 0, start: Any = None, end: Any = None, step: int = 1
) -> Any:
    return replaced(x, source, along(dim, len(shape_of(x)), slice(start, end, step)))


@rule("select_scatter")
def _select_scatter(x: Any, source: Any, dim: int, index: int) -> Any:
    return replaced(x, source, along(dim, len(shape_of(x)), int(index)))


@rule("cat")
def _cat(parts: Any, dim: int = 0) -> Any:
    return anp.concatenate([p for p in parts if shape_of(p) != (0,)], axis=dim)


@rule("stack")
def _stack(parts: Any, dim: int = 0) -> Any:
    return anp.stack(list(parts), axis=dim)


@rule("split_with_sizes")
def _split_with_sizes(x: Any, sizes: Any, dim: int = 0) -> tuple[Any, ...]:
    rank, ends = len(shape_of(x)), np.cumsum(sizes)
    return tuple(x[along(dim, rank, slice(e - s, e))] for s, e in zip(sizes, ends, strict=True))


@rule("split")
def _split(x: Any, size: int, dim: int = 0) -> tuple[Any, ...]:
    length = shape_of(x)[dim]
    return _split_with_sizes(x, [min(size, length - k) for k in range(0, length, size)], dim)


@rule("unbind")
def _unbind(x: Any, dim: int = 0) -> tuple[Any, ...]:
    return tuple(selected(x, dim, k) for k in range(shape_of(x)[dim]))


@rule("flip")
def _flip(x: Any, dims: Any) -> Any:
    return anp.flip(x, tuple(dims))


@rule("roll")
def _roll(x: Any, shifts: Any, dims: Any = ()) -> Any:
    return anp.roll(x, tuple(shifts), tuple(dims)) if dims else anp.roll(x, shifts[0])


@rule("repeat")
def _repeat(x: Any, repeats: Any) -> Any:
    return anp.tile(x, tuple(repeats))


@rule("diagonal")
def _diagonal(x: Any, offset: int = 0, dim1: int = 0, dim2: int = 1) -> Any:
    at = np.arange(int(np.prod(shape_of(x)))).reshape(shape_of(x))
    return anp.ravel(x)[np.diagonal(at, offset, dim1, dim2)]


@rule("unfold")
def _unfold(x: Any, dim: int, size: int, step: int) -> Any:
    at = np.arange(int(np.prod(shape_of(x)))).reshape(shape_of(x))
    windows = np.lib.stride_tricks.sliding_window_view(at, size, dim)
    return anp.ravel(x)[windows[along(dim, at.ndim, slice(None, None, step))]]


@rule("constant_pad_nd")
def _constant_pad_nd(x: Any, pad: Any, fill: Any = 0.0) -> Any:
    before = [0] * (len(shape_of(x)) - len(pad) // 2)
    low, high = [*before, *pad[-2::-2]], [*before, *pad[::-2]]
    return arrays.padded(x, low, high, [0] * len(low), fill)


@rule("full_like")
def _full_like(x: Any, fill: Any, **_: Any) -> Any:
    return anp.broadcast_to(fill, shape_of(x)) if isbox(fill) else np.full(shape_of(x), float(fill))


@rule("fill")
def _fill(x: Any, fill: Any) -> Any:
    return _full_like(x, fill)


@rule("zeros_like", "empty_like")
def _zeros_like(x: Any, **_: Any) -> Any:
    return np.zeros(shape_of(x))


@rule("ones_like")
def _ones_like(x: Any, **_: Any) -> Any:
    return np.ones(shape_of(x))
