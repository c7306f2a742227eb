"""Sorting, and what is read off sorted values: medians, percentiles.

Derivatives go back through a network of comparisons, which a recording can follow where it could not follow indices
that depend on values.
"""

from __future__ import annotations

from typing import Any

import autograd.numpy as anp
import numpy as np
from autograd.extend import defvjp

from hesswidget.derivatives.branches.questions import LARGEST, ORDER, SMALLEST, Question, ask
from hesswidget.derivatives.completion.definition import define, refuse
from hesswidget.derivatives.completion.reductions import axes_last, with_axes
from hesswidget.derivatives.completion.structure import as_traced
from hesswidget.derivatives.reverse_mode import vjp


def sorted_along_last(x: Any) -> Any:
    """Sort along the last axis with a bitonic network (Batcher, 1968), in log₂ n (log₂ n + 1) / 2 rounds."""
    n = x.shape[-1]
    full = 1 << max(0, n - 1).bit_length()
    if full > n:  # what is not a number comes last, as in NumPy
        x = anp.concatenate([x, np.full((*x.shape[:-1], full - n), np.nan)], axis=-1)
    indices = np.arange(full)
    block = 2
    while block <= full:
        distance = block // 2
        while distance:
            other = x[..., indices ^ distance]
            lower = ((indices & distance) == 0) == ((indices & block) == 0)
            less = anp.logical_or(other < x, anp.logical_and(anp.isnan(x), anp.logical_not(anp.isnan(other))))
            more = anp.logical_or(x < other, anp.logical_and(anp.isnan(other), anp.logical_not(anp.isnan(x))))
            x = anp.where(
                anp.logical_or(anp.logical_and(lower, less), anp.logical_and(~lower, more)), other, x
            )
            distance //= 2
        block *= 2
    return x[..., :n]


def _derivative_of_sort(ans: Any, a: Any, axis: int | None = -1, *_: Any, **__: Any) -> Any:
    def by_network(x: Any) -> Any:
        if axis is None:
            return sorted_along_last(anp.ravel(x))
        return anp.moveaxis(sorted_along_last(anp.moveaxis(x, axis, -1)), -1, axis)

    return vjp(by_network, a)[1]


defvjp(anp.sort, _derivative_of_sort)
_sort = anp.sort


@define("sort")
def sort(a: Any, axis: int | None = -1, kind: Any = None, order: Any = None, *, stable: Any = None) -> Any:
    refuse("sort", order=order)
    return _sort(as_traced(a), axis)


@define("partition")
def partition(a: Any, kth: Any, axis: int | None = -1, kind: Any = "introselect", order: Any = None) -> Any:
    """Sorted values are partitioned at every index."""
    return sort(a, axis, order=order)


def _indices(name: str, question: Question) -> None:
    @define(name)
    def indices(a: Any, axis: int | None = None, **options: Any) -> Any:
        """Indices are whole numbers: constants, as long as the order of the values stays."""
        refuse(name, **options)
        a = as_traced(a)
        if axis is None and question is not ORDER:
            a = anp.ravel(a)
        rows = anp.moveaxis(a, -1 if axis is None else axis, -1)
        found = np.array([ask(question, rows[at]) for at in np.ndindex(rows.shape[:-1])])
        found = np.reshape(found, rows.shape[:-1] if question is not ORDER else rows.shape)
        return np.moveaxis(found, -1, axis or -1) if question is ORDER else found[()]


for _name, _question in (("argmax", LARGEST), ("argmin", SMALLEST), ("argsort", ORDER)):
    _indices(_name, _question)


_SHARES: dict[str, Any] = {
    "linear": lambda index: index,
    "lower": np.floor,
    "higher": np.ceil,
    "nearest": np.rint,
    "midpoint": lambda index: (np.floor(index) + np.ceil(index)) / 2,
}


@define("quantile")
def quantile(
    a: Any,
    q: Any,
    axis: Any = None,
    out: Any = None,
    overwrite_input: bool = False,
    method: str = "linear",
    keepdims: Any = False,
    **rest: Any,
) -> Any:
    refuse("quantile", out=out, **rest)
    if method not in _SHARES:
        raise NotImplementedError(
            f"quantile of a traced value knows the methods {', '.join(_SHARES)}, not {method!r}"
        )
    a = as_traced(a)
    rows, axes = axes_last(a, axis)
    ordered = _sort(rows, -1)
    index = _SHARES[method](np.asarray(q, dtype=float) * (ordered.shape[-1] - 1))
    below = np.floor(index).astype(int)
    share = index - below
    above = np.minimum(below + 1, ordered.shape[-1] - 1)
    result = ordered[..., below] * (1.0 - share) + ordered[..., above] * share
    if np.all(share == 0):  # an element, and no mean, in which the other may be infinite
        result = ordered[..., below]
    rank = np.ndim(q)
    if rank:  # the axes of q come first
        result = anp.moveaxis(result, list(range(-rank, 0)), list(range(rank)))
        parts = [with_axes(result[k], a, axes, keepdims) for k in np.ndindex(np.shape(q))]
        return anp.reshape(anp.array(parts), (*np.shape(q), *anp.shape(parts[0])))
    return with_axes(result, a, axes, keepdims)


@define("percentile")
def percentile(a: Any, q: Any, *args: Any, **options: Any) -> Any:
    return quantile(a, np.asarray(q, dtype=float) / 100.0, *args, **options)


@define("median")
def median(
    a: Any, axis: Any = None, out: Any = None, overwrite_input: bool = False, keepdims: Any = False
) -> Any:
    return quantile(a, 0.5, axis, out, keepdims=keepdims)


@define("nanmedian", "nanpercentile", "nanquantile")
def _of_missing(*_: Any, **__: Any) -> Any:
    raise NotImplementedError(
        "how many numbers an array holds is a value; leave NaN out of the data, and use median, percentile or quantile"
    )
