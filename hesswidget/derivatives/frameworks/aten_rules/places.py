"""What is read from and written to places that indices name."""

from __future__ import annotations

from typing import Any

import autograd.numpy as anp
import numpy as np
from autograd.tracer import isbox

from hesswidget.derivatives.frameworks import arrays
from hesswidget.derivatives.frameworks.arrays import kind_of
from hesswidget.derivatives.frameworks.aten_rules.shapes import along, replaced
from hesswidget.derivatives.frameworks.aten_rules.table import rule, shape_of
from hesswidget.errors import ProblemError


def _index(indices: Any) -> tuple[Any, ...]:
    return tuple(slice(None) if i is None else i if kind_of(i) == "b" else arrays.whole(i) for i in indices)


@rule("index", "_unsafe_index")
def _indexed(x: Any, indices: Any) -> Any:
    return x[_index(indices)]


@rule("index_select")
def _index_select(x: Any, dim: int, index: Any) -> Any:
    return x[along(dim, len(shape_of(x)), arrays.whole(index))]


@rule("embedding")
def _embedding(weight: Any, indices: Any, *_: Any) -> Any:
    return weight[arrays.whole(indices)]


def _places(x: Any, dim: int, index: np.ndarray) -> np.ndarray:
    """Return the place in the flat `x` of each of what is indexed along one axis."""
    at = np.arange(int(np.prod(shape_of(x)))).reshape(shape_of(x))
    window = tuple(slice(n) for n in index.shape)
    others = tuple(s if a != dim % at.ndim else slice(None) for a, s in enumerate(window))
    return np.take_along_axis(at[others], index, axis=dim)


@rule("gather")
def _gather(x: Any, dim: int, index: Any, **_: Any) -> Any:
    return anp.ravel(x)[_places(x, dim, arrays.whole(index))] if shape_of(x) else x


@rule("scatter")
def _scatter(x: Any, dim: int, index: Any, source: Any, **named: Any) -> Any:
    if named:
        raise ProblemError("torch.scatter with reduce has no rule here; use scatter_add.")
    index = arrays.whole(index)
    places = _places(x, dim, index)
    part = anp.broadcast_to(source, index.shape) if not shape_of(source) else source
    part = part[tuple(slice(n) for n in index.shape)]
    at = np.arange(int(np.prod(shape_of(x))))
    at[places.ravel()] = at.size + np.arange(index.size)
    return anp.reshape(anp.concatenate([anp.ravel(x), anp.ravel(part)])[at], shape_of(x))


@rule("scatter_add")
def _scatter_add(x: Any, dim: int, index: Any, source: Any) -> Any:
    index = arrays.whole(index)
    part = source[tuple(slice(n) for n in index.shape)]
    return arrays.added_at(x, _places(x, dim, index), part)


@rule("index_add")
def _index_add(x: Any, dim: int, index: Any, source: Any, alpha: Any = 1) -> Any:
    at = np.arange(int(np.prod(shape_of(x)))).reshape(shape_of(x))
    return arrays.added_at(x, at[along(dim, at.ndim, arrays.whole(index))], alpha * source)


@rule("index_put")
def _index_put(x: Any, indices: Any, values: Any, accumulate: bool = False) -> Any:
    if len(indices) == 1 and kind_of(indices[0]) == "b" and isbox(indices[0]):
        if shape_of(values) not in ((), (1,)) or shape_of(indices[0]) != shape_of(x):
            raise ProblemError("how many values a mask selects depends on a value; use torch.where.")
        return anp.where(indices[0], x + values if accumulate else values, x)
    window = _index(indices)
    if not accumulate:
        return replaced(x, values, window)
    at = np.arange(int(np.prod(shape_of(x)))).reshape(shape_of(x))[window]
    return arrays.added_at(x, at, anp.broadcast_to(values, at.shape))
