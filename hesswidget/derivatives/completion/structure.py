"""Functions that move elements: by an index that depends on shapes only."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import autograd.numpy as anp
import numpy as np
from autograd.extend import defvjp
from autograd.numpy import numpy_wrapper
from autograd.numpy.numpy_vjps import unbroadcast, unbroadcast_f

from hesswidget.derivatives.completion.definition import define, holds_traced, normalised_axis, refuse


def moved(x: Any, indices: np.ndarray) -> Any:
    """Return the elements of `x` at indices in its flat order, in the indices' shape."""
    return anp.ravel(x)[indices]


def indices_of(x: Any) -> np.ndarray:
    """Return the index of each element in the flat order, in the shape of `x`."""
    return np.arange(np.size(x) if not hasattr(x, "size") else x.size).reshape(anp.shape(x))


def as_traced(x: Any) -> Any:
    """Return a list that holds traced values as one array, everything else as it is."""
    return anp.array(x) if isinstance(x, list | tuple) else x


def _derivative_of_broadcast(ans: Any, x: Any, *_: Any, **__: Any) -> Any:
    target = anp.metadata(x)
    return lambda g: unbroadcast(g, target)


defvjp(anp.broadcast_to, _derivative_of_broadcast)
defvjp(anp.full, lambda ans, shape, value, *_, **__: unbroadcast_f(value, lambda g: g), argnums=(1,))


def _derivative_of_transpose(ans: Any, x: Any, axes: Any = None) -> Any:
    back = None if axes is None else np.argsort([normalised_axis(a, anp.ndim(x)) for a in axes])
    return lambda g: anp.transpose(g, back)


defvjp(anp.transpose, _derivative_of_transpose)


@define("full_like")
def full_like(
    a: Any, fill_value: Any, dtype: Any = None, order: Any = None, subok: Any = None, shape: Any = None
) -> Any:
    """Autograd takes the result for a constant, even where the value that fills it is traced."""
    shape = anp.shape(as_traced(a)) if shape is None else shape
    return (
        anp.broadcast_to(fill_value, shape) if holds_traced(fill_value) else np.full(shape, fill_value, dtype)
    )


@define("broadcast_arrays")
def broadcast_arrays(*arrays: Any, subok: bool = False) -> tuple[Any, ...]:
    arrays = tuple(map(as_traced, arrays))
    shape = np.broadcast_shapes(*map(anp.shape, arrays))
    return tuple(anp.broadcast_to(x, shape) for x in arrays)


@define("asarray", "asanyarray", "ascontiguousarray", "copy", "asarray_chkfinite")
def asarray(a: Any, dtype: Any = None, order: Any = None, **_: Any) -> Any:
    return anp.array(a) if dtype is None or not np.issubdtype(dtype, np.floating) else anp.array(a, dtype)


@define("take")
def take(a: Any, indices: Any, axis: int | None = None, out: Any = None, mode: Any = "raise") -> Any:
    refuse("take", out=out)
    a = as_traced(a)
    if holds_traced(indices):
        return (anp.ravel(a) if axis is None else a)[indices]  # refused by a recording with its own sentence
    return moved(a, np.take(indices_of(a), indices, axis=axis, mode=mode))


def _by_indices(*names: str) -> None:
    """Define functions of an array that do to its elements what they do to their indices."""
    for name in names:
        raw = getattr(getattr(anp, name, None), "fun", None)
        if raw is not None:
            define(name)(_moving(raw))


def _moving(raw: Any) -> Any:
    return lambda a, *args, **options: moved(as_traced(a), raw(indices_of(as_traced(a)), *args, **options))


_by_indices("flip", "diagonal", "repeat", "roll", "rot90", "rollaxis", "take_along_axis", "delete")
_by_indices("permute_dims", "matrix_transpose", "resize", "tile")


@define("compress")
def compress(condition: Any, a: Any, axis: int | None = None, out: Any = None) -> Any:
    refuse("compress", out=out)
    return moved(a, np.compress(condition, indices_of(a), axis))


@define("extract")
def extract(condition: Any, arr: Any) -> Any:
    return moved(arr, np.extract(condition, indices_of(arr)))


@define("insert")
def insert(arr: Any, obj: Any, values: Any, axis: int | None = None) -> Any:
    arr, values = as_traced(arr), as_traced(values)
    marks = np.arange(np.prod(anp.shape(values), dtype=int)).reshape(anp.shape(values)) + arr.size
    indices = np.insert(indices_of(arr), obj, marks, axis)
    return anp.concatenate([anp.ravel(arr), anp.ravel(anp.array(values))])[indices]


_diag = anp.diag


@define("diag")
def diag(v: Any, k: int = 0) -> Any:
    v = as_traced(v)
    return _diag(v, k) if v.ndim == 1 else anp.diagonal(v, k)


@define("diagflat")
def diagflat(v: Any, k: int = 0) -> Any:
    return anp.diag(anp.ravel(as_traced(v)), k)


@define("pad")
def pad(
    array: Any, pad_width: Any, mode: Any = "constant", constant_values: Any = 0.0, **options: Any
) -> Any:
    x = as_traced(array)
    if mode in ("edge", "reflect", "symmetric", "wrap"):
        return moved(x, np.pad(indices_of(x), pad_width, mode, **options))
    if mode != "constant" or anp.shape(constant_values) != ():
        raise NotImplementedError(
            f"pad of a traced value knows the modes constant (of one value), edge, reflect, symmetric and wrap, "
            f"not {mode!r:.40}"
        )
    indices = np.pad(indices_of(x), pad_width, "constant", constant_values=x.size)
    return anp.concatenate([anp.ravel(x), anp.reshape(anp.array(constant_values), (1,)) * 1.0])[indices]


@define("concat")
def concat(arrays: Sequence[Any], /, *, axis: int | None = 0, **options: Any) -> Any:
    refuse("concat", **options)
    return (
        anp.concatenate(arrays, axis) if axis is not None else anp.concatenate([anp.ravel(a) for a in arrays])
    )


@define("dstack")
def dstack(tup: Sequence[Any]) -> Any:
    return anp.concatenate([anp.atleast_3d(as_traced(a)) for a in tup], axis=2)


@define("block")
def block(arrays: Any) -> Any:
    def depth(x: Any) -> int:
        return 1 + max(map(depth, x)) if isinstance(x, list) else 0

    def joined(x: Any, level: int, rank: int) -> Any:
        if not isinstance(x, list):
            array = anp.array(x)
            return anp.reshape(array, (1,) * (rank - anp.ndim(array)) + anp.shape(array))
        return anp.concatenate([joined(part, level - 1, rank) for part in x], axis=-level)

    def rank_of(x: Any) -> int:
        return max(map(rank_of, x)) if isinstance(x, list) else anp.ndim(x)

    levels = depth(arrays)
    return joined(arrays, levels, max(levels, rank_of(arrays), 1))


@define("apply_along_axis")
def apply_along_axis(func1d: Any, axis: int, arr: Any, *args: Any, **options: Any) -> Any:
    turned = anp.moveaxis(as_traced(arr), axis, -1)
    rows = anp.reshape(turned, (-1, turned.shape[-1]))
    results = anp.stack([anp.array(func1d(row, *args, **options)) for row in rows])
    results = anp.reshape(results, (*turned.shape[:-1], *results.shape[1:]))
    kept = turned.ndim - 1
    return anp.moveaxis(
        results,
        list(range(kept, results.ndim)),
        list(range(axis % turned.ndim, axis % turned.ndim + results.ndim - kept)),
    )


class _Joined:
    """``np.r_`` and ``np.c_`` of traced values, without autograd's warning that they are slow."""

    def __init__(self, raw: Any) -> None:
        self._raw = raw

    def __getitem__(self, parts: Any) -> Any:
        return numpy_wrapper.wrap_if_boxes_inside(self._raw[parts])


for _home in (anp, numpy_wrapper):
    _home.r_, _home.c_ = _Joined(np.r_), _Joined(np.c_)
