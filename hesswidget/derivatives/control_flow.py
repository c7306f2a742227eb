"""Repetition in recorded code: a function over rows, and a function iterated.

Both may be called on plain arrays, where they are loops, and inside a function that is being recorded, where they
become a batch, or a ``map`` or ``scan``. A traced value must be handed in; the function cannot close over one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from autograd import tracer

from hesswidget.derivatives.recorder import RecordNode, record, value_of
from hesswidget.program import batching
from hesswidget.program.errors import NotRecorded
from hesswidget.program.graph import Graph, Value
from hesswidget.program.program import Program


def over_rows(function: Callable[..., Any], *rows: Any, shared: Sequence[Any] = ()) -> Any:
    """Stack what `function` returns for each row.

    Parameters
    ----------
    function : callable
        ``function(*row, *shared)`` returns an array or a scalar.
    *rows : array_like
        Arrays with the same leading axis.
    shared : sequence of array_like
        What is the same for every row.

    Examples
    --------
    >>> over_rows(lambda x, a: a * x**2, np.array([1.0, 2.0, 3.0]), shared=(2.0,)).tolist()
    [2.0, 8.0, 18.0]
    """
    host = _host([*rows, *shared])
    count = len(rows[0])
    if host is None:
        return np.stack([function(*(r[k] for r in rows), *shared) for k in range(count)])
    graph, level = host
    examples = [*(_raw(r)[0] for r in rows), *(_raw(s) for s in shared)]
    body = _body(lambda *x: (function(*x),), examples)
    mapped = [True] * len(rows) + [False] * len(shared)
    (value,) = batching.over_rows(graph, body, count, [value_of(graph, x) for x in (*rows, *shared)], mapped)
    return _boxed(graph, level, value)


def scan(
    function: Callable[..., Any],
    carry: Sequence[Any],
    sequences: Sequence[Any] = (),
    shared: Sequence[Any] = (),
    length: int | None = None,
) -> tuple[Any, ...]:
    """Iterate a function.

    Parameters
    ----------
    function : callable
        ``function(*carry, *step, *shared)`` returns a tuple: the new carry, of the same shapes, and then any
        number of further values.
    carry : sequence of array_like
        Where to start.
    sequences : sequence of array_like
        Arrays of which each step gets one row.
    shared : sequence of array_like
        What is the same at every step.
    length : int, optional
        How many steps; by default as many as the sequences have rows.

    Returns
    -------
    tuple of ndarray
        The last carry, then the further values, stacked.

    Examples
    --------
    >>> last, path = scan(lambda x: (x / 2, x), [8.0], length=3)
    >>> float(last), path.tolist()
    (1.0, [8.0, 4.0, 2.0])
    """
    steps = len(sequences[0]) if length is None else length
    host = _host([*carry, *sequences, *shared])
    if host is None:
        return _iterated(function, list(carry), sequences, shared, steps)
    graph, level = host
    examples = [*map(_raw, carry), *(_raw(s)[0] for s in sequences), *map(_raw, shared)]
    body = _body(function, examples)
    found = graph.emit(
        "scan",
        *(value_of(graph, x) for x in (*carry, *sequences, *shared)),
        body=body,
        length=steps,
        carries=len(carry),
        sequences=len(sequences),
    )
    return tuple(_boxed(graph, level, v) for v in (found if isinstance(found, tuple) else (found,)))


def pick(x: Any, places: Any, axis: int = -1) -> Any:
    """Take slices along an axis at places that may be traced; rounded, and clipped to the axis.

    Parameters
    ----------
    x : array_like
    places : array_like, shape (k,)
    axis : int

    Examples
    --------
    >>> pick(np.array([5.0, 6.0, 7.0]), np.array([2.0, 0.0])).tolist()
    [7.0, 5.0]
    """
    host = _host([x, places])
    if host is None:
        whole = np.clip(np.rint(np.nan_to_num(places)), 0, np.shape(x)[axis] - 1).astype(np.intp)
        return np.take(x, whole, axis=axis)
    graph, level = host
    values, at = value_of(graph, x), value_of(graph, places)
    turn = [a for a in range(values.ndim) if a != axis % values.ndim] + [axis % values.ndim]
    turned = graph.transpose(values, turn)
    wide = graph.broadcast(at, (*turned.shape[:-1], *at.shape))
    return _boxed(
        graph,
        level,
        graph.transpose(graph.emit("take", turned, wide), [turn.index(a) for a in range(values.ndim)]),
    )


def _iterated(
    function: Callable[..., Any],
    carry: list[Any],
    sequences: Sequence[Any],
    shared: Sequence[Any],
    steps: int,
) -> tuple[Any, ...]:
    kept = []
    for k in range(steps):
        results = function(*carry, *(s[k] for s in sequences), *shared)
        carry = list(results[: len(carry)])
        kept.append(results[len(carry) :])
    return (*carry, *(np.stack(values) for values in zip(*kept, strict=True)))


def _host(operands: Sequence[Any]) -> tuple[Graph, int] | None:
    """Return the graph that is being recorded, and the level of its trace; None outside a recording."""
    boxes = [x for x in operands if tracer.isbox(x)]
    if not boxes:
        return None
    top = max(boxes, key=lambda box: box._trace)
    if not isinstance(top._node, RecordNode):
        raise NotRecorded("over_rows and scan cannot be differentiated.")
    return top._node.graph, top._trace


def _body(function: Callable[..., Any], examples: Sequence[Any]) -> Program:
    named = {f"i{k}": example for k, example in enumerate(examples)}
    return record(lambda **x: {f"o{k}": y for k, y in enumerate(function(*x.values()))}, **named)


def _raw(x: Any) -> Any:
    return np.asarray(tracer.getval(x), dtype=float)


def _boxed(graph: Graph, level: int, value: Value) -> Any:
    """Return a traced array for a value; what it holds is only an example."""
    return tracer.new_box(np.ones(value.shape)[()], level, RecordNode.new_root(graph, value))
