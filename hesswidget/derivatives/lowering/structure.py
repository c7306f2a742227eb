"""Primitives that move elements: what one does to an array of indices, ``gather`` does to the elements."""

from __future__ import annotations

import inspect
from typing import Any

import numpy as np
from autograd import core
from autograd.numpy import numpy_vjps
from autograd.numpy import numpy_wrapper as anp
from autograd.numpy.numpy_boxes import ArrayBox

from hesswidget.derivatives.lowering.table import RULES, Rule, rule, value
from hesswidget.program.errors import NotRecorded
from hesswidget.program.graph import Graph, Value


def _moving(primitive: Any) -> Rule:
    raw = primitive.fun

    def move(graph: Graph, x: Value, *operands: Any, **options: Any) -> Any:
        indices = np.arange(x.size, dtype=np.int32).reshape(x.shape)
        moved = raw(indices, *operands, **options)
        if isinstance(moved, list | tuple):
            return tuple(graph.gather(x, part, np.shape(part)) for part in moved)
        return graph.gather(x, moved, np.shape(moved))

    return move


for _name in [
    "roll",
    "flip",
    "fliplr",
    "flipud",
    "rot90",
    "tile",
    "repeat",
    "diagonal",
    "array_split",
    "split",
    "vsplit",
    "hsplit",
    "dsplit",
]:
    RULES[getattr(anp, _name)] = _moving(getattr(anp, _name))


def _masking(primitive: Any) -> Rule:
    """Rules for what keeps some elements in place and makes the others zero."""
    raw = primitive.fun

    def mask(graph: Graph, x: Value, *operands: Any, **options: Any) -> Value:
        return graph.emit("where", raw(np.ones(x.shape), *operands, **options), x, 0.0)

    return mask


RULES[anp.tril] = _masking(anp.tril)
RULES[anp.triu] = _masking(anp.triu)


@rule(anp.reshape)
def _reshape(graph: Graph, x: Any, shape: Any, order: Any = None, **_: Any) -> Value:
    x = value(graph, x)
    if order not in (None, "C"):
        return _moving(anp.reshape)(graph, x, shape, order=order)
    return graph.reshape(x, np.empty(x.shape, dtype=bool).reshape(shape).shape)


@rule(anp.ravel)
def _ravel(graph: Graph, x: Value, order: Any = None) -> Value:
    return _reshape(graph, x, (-1,), order=order)


def _reordering(primitive: Any) -> Rule:
    """Rules for what changes the shape and not the order of the elements."""
    raw = primitive.fun
    return lambda graph, x, *a, **k: graph.reshape(x, raw(np.empty(x.shape, dtype=bool), *a, **k).shape)


for _name in ["squeeze", "expand_dims", "atleast_1d", "atleast_2d", "atleast_3d"]:
    RULES[getattr(anp, _name)] = _reordering(getattr(anp, _name))


def _turning(primitive: Any) -> Rule:
    """Rules for what permutes axes: seen by doing it to an array whose axes all have different sizes."""
    raw = primitive.fun

    def turn(graph: Graph, x: Value, *operands: Any, **options: Any) -> Value:
        marked = np.empty(range(2, 2 + x.ndim), dtype=bool)
        return graph.transpose(x, [s - 2 for s in raw(marked, *operands, **options).shape])

    return turn


for _name in ["transpose", "swapaxes", "moveaxis", "rollaxis"]:
    RULES[getattr(anp, _name)] = _turning(getattr(anp, _name))
if hasattr(anp, "matrix_transpose"):
    RULES[anp.matrix_transpose] = _turning(anp.matrix_transpose)


@rule(anp.broadcast_to)
def _broadcast_to(graph: Graph, x: Value, shape: Any, **_: Any) -> Value:
    return graph.broadcast(x, np.broadcast_to(np.empty(x.shape, dtype=bool), shape).shape)


@rule(anp.full)
def _full(graph: Graph, shape: Any, fill_value: Any, *_: Any, **__: Any) -> Value:
    return graph.broadcast(value(graph, fill_value), np.empty(shape, dtype=bool).shape)


@rule(anp.full_like)
def _full_like(graph: Graph, x: Any, fill_value: Any, *_: Any, **__: Any) -> Value:
    return graph.broadcast(value(graph, fill_value), np.shape(x) if not isinstance(x, Value) else x.shape)


@rule(anp.concatenate_args)
def _concatenate(graph: Graph, axis: Any, *parts: Any) -> Value:
    values = [value(graph, part) for part in parts]
    return graph.emit("concatenate", *values, axis=int(axis) % values[0].ndim)


@rule(anp.array_from_args)
def _array(graph: Graph, array_args: Any, array_options: Any, *parts: Any) -> Value:
    if array_options.get("ndmin", 0):
        raise NotRecorded("np.array(..., ndmin=...) has no recorded form")
    values = [value(graph, part) for part in parts]
    return graph.emit("concatenate", *(graph.reshape(v, (1, *v.shape)) for v in values), axis=0)


@rule(anp._array_from_scalar_or_array)
def _copied(graph: Graph, array_args: Any, array_options: Any, x: Any) -> Value:
    x = value(graph, x)
    rank = max(array_options.get("ndmin", 0), x.ndim)
    return graph.reshape(x, (1,) * (rank - x.ndim) + x.shape)


@rule(anp.diag)
def _diag(graph: Graph, x: Value, k: int = 0) -> Value:
    indices = np.arange(1, x.size + 1).reshape(x.shape)
    if x.ndim == 2:
        diagonal = np.diag(indices, k) - 1
        return graph.gather(x, diagonal, diagonal.shape)
    matrix = np.diag(indices, k)
    return graph.scatter(x, np.flatnonzero(matrix), matrix.shape)


@rule(anp.make_diagonal)
def _make_diagonal(graph: Graph, x: Value, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Value:
    matrices = anp.make_diagonal.fun(np.arange(1.0, x.size + 1).reshape(x.shape), offset, axis1, axis2)
    indices = np.empty(x.size, dtype=np.int32)
    filled = np.flatnonzero(matrices)
    indices[matrices.ravel()[filled].astype(int) - 1] = filled
    return graph.scatter(x, indices, matrices.shape)


@rule(anp.trace)
def _trace(graph: Graph, x: Value, offset: int = 0) -> Value:
    indices = np.diagonal(np.arange(x.size).reshape(x.shape), offset)
    diagonal = graph.gather(x, indices, indices.shape)
    return graph.emit("sum", diagonal, axes=(diagonal.ndim - 1,))


@rule(anp.pad)
def _pad(graph: Graph, x: Value, pad_width: Any, mode: str = "constant", constant_values: Any = 0.0) -> Value:
    if mode != "constant" or np.any(np.asarray(constant_values) != 0):
        raise NotRecorded("padding with anything but zeros has no recorded form")
    padded = np.pad(np.arange(1, x.size + 1).reshape(x.shape), pad_width)
    return graph.scatter(x, np.flatnonzero(padded), padded.shape)


@rule(anp.diff)
def _diff(graph: Graph, x: Value, n: int = 1, axis: int = -1) -> Value:
    for _ in range(n):
        indices = np.moveaxis(np.arange(x.size).reshape(x.shape), axis, -1)
        high, low = (np.moveaxis(p, -1, axis) for p in (indices[..., 1:], indices[..., :-1]))
        x = graph.emit("subtract", graph.gather(x, high, high.shape), graph.gather(x, low, low.shape))
    return x


@rule(inspect.unwrap(ArrayBox.__dict__["__getitem__"]), ArrayBox.__dict__["__getitem__"])
def _getitem(graph: Graph, x: Any, index: Any) -> Value:
    x = value(graph, x)
    indices = np.arange(x.size, dtype=np.int32).reshape(x.shape)[_fixed(index)]
    return graph.gather(x, indices, indices.shape)


@rule(numpy_vjps.untake)
def _untake(graph: Graph, x: Any, index: Any, space: Any) -> Value:
    indices = np.arange(int(np.prod(space.shape)), dtype=np.int32).reshape(space.shape)[_fixed(index)]
    return graph.scatter(graph.broadcast(value(graph, x), np.shape(indices)), indices, space.shape)


def _fixed(index: Any) -> Any:
    """Refuse an index that depends on a value."""
    parts = index if isinstance(index, tuple) else (index,)
    for part in parts:
        if isinstance(part, Value | core.Box) or (
            isinstance(part, list) and any(isinstance(i, core.Box) for i in part)
        ):
            raise NotRecorded("an index depends on a value, which has no recorded form")
    if isinstance(index, list) and (not index or not isinstance(index[0], slice)):
        return (
            np.array(index, dtype=np.int64)
            if not index or not isinstance(index[0], bool)
            else np.array(index)
        )
    return index
