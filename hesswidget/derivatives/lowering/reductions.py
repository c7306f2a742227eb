"""Primitives that reduce or run along axes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from autograd.numpy import numpy_wrapper as anp

from hesswidget.derivatives.lowering.table import RULES, Rule, no_more, rule, value
from hesswidget.program.errors import NotRecorded
from hesswidget.program.graph import Graph, Value


def axes_of(x: Value, axis: Any) -> tuple[int, ...]:
    """Return the axes that a primitive's `axis` means, ascending; all of them for None."""
    if axis is None:
        return tuple(range(x.ndim))
    given = axis if isinstance(axis, Sequence | np.ndarray) else (axis,)
    for a in given:
        if not -x.ndim <= int(a) < x.ndim:
            raise ValueError(f"axis {a} of {x.ndim} axes")
    return tuple(sorted(int(a) % x.ndim for a in given))


def kept(graph: Graph, x: Value, axes: Sequence[int], reduced: Value, keepdims: Any) -> Value:
    """Give a reduced value its axes back, with one element each, where `keepdims` asks for that."""
    if not keepdims or keepdims is np._NoValue:
        return reduced
    return graph.reshape(reduced, [1 if a in axes else s for a, s in enumerate(x.shape)])


def reduction(operation: str) -> Rule:
    """Return the rule for a primitive that is a reduction by this operation."""

    def reduce(
        graph: Graph, x: Any, axis: Any = None, dtype: Any = None, keepdims: Any = False, **rest: Any
    ) -> Value:
        no_more(rest)
        _only_floats(dtype)
        x = value(graph, x)
        axes = axes_of(x, axis)
        return kept(graph, x, axes, graph.emit(operation, x, axes=axes) if axes else x, keepdims)

    return reduce


def _only_floats(dtype: Any) -> None:
    if dtype is not None and np.dtype(dtype) != np.float64:
        raise NotRecorded(f"the option dtype={np.dtype(dtype)} has no recorded form")


RULES[anp.sum] = reduction("sum")
RULES[anp.prod] = reduction("prod")
for _name in ("max", "amax"):
    RULES[getattr(anp, _name)] = reduction("max")
for _name in ("min", "amin"):
    RULES[getattr(anp, _name)] = reduction("min")


@rule(anp.any)
def _any(graph: Graph, x: Value, axis: Any = None, keepdims: Any = False, **rest: Any) -> Value:
    no_more(rest)
    return reduction("max")(graph, graph.emit("not_equal", x, 0.0), axis, keepdims=keepdims)


@rule(anp.all)
def _all(graph: Graph, x: Value, axis: Any = None, keepdims: Any = False, **rest: Any) -> Value:
    no_more(rest)
    return reduction("min")(graph, graph.emit("not_equal", x, 0.0), axis, keepdims=keepdims)


@rule(anp.count_nonzero)
def _count(graph: Graph, x: Value, axis: Any = None, keepdims: Any = False) -> Value:
    return reduction("sum")(graph, graph.emit("not_equal", x, 0.0), axis, keepdims=keepdims)


def _counted(x: Value, axes: Sequence[int]) -> float:
    return float(np.prod([x.shape[a] for a in axes]))


@rule(anp._primitive_mean)
def _mean(
    graph: Graph, x: Any, axis: Any = None, dtype: Any = None, keepdims: Any = False, **rest: Any
) -> Value:
    no_more(rest)
    _only_floats(dtype)
    x = value(graph, x)
    axes = axes_of(x, axis)
    return graph.emit("divide", reduction("sum")(graph, x, axis, keepdims=keepdims), _counted(x, axes))


@rule(anp._primitive_var)
def _var(
    graph: Graph,
    x: Any,
    axis: Any = None,
    dtype: Any = None,
    ddof: int = 0,
    keepdims: Any = False,
    **rest: Any,
) -> Value:
    no_more(rest)
    _only_floats(dtype)
    x = value(graph, x)
    off = graph.emit("subtract", x, _mean(graph, x, axis, keepdims=True))
    total = reduction("sum")(graph, graph.emit("multiply", off, off), axis, keepdims=keepdims)
    return graph.emit("divide", total, _counted(x, axes_of(x, axis)) - ddof)


@rule(anp._primitive_std)
def _std(graph: Graph, *operands: Any, **options: Any) -> Value:
    return graph.emit("sqrt", _var(graph, *operands, **options))


@rule(anp.cumsum)
def _cumsum(graph: Graph, x: Value, axis: Any = None, dtype: Any = None) -> Value:
    _only_floats(dtype)
    if axis is None:
        x, axis = graph.reshape(x, (x.size,)), 0
    return graph.emit("cumsum", x, axis=int(axis) % x.ndim)


@rule(anp.sort)
def _sort(graph: Graph, x: Value, axis: Any = -1, **_: Any) -> Value:
    if axis is None:
        x, axis = graph.reshape(x, (x.size,)), 0
    turn = [a for a in range(x.ndim) if a != axis % x.ndim] + [axis % x.ndim]
    return graph.transpose(
        graph.emit("sort", graph.transpose(x, turn)), [turn.index(a) for a in range(x.ndim)]
    )
