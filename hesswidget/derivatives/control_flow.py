"""Repetition: a function over rows, a function iterated, and slices at indices that are values.

Each may be called on plain arrays, where it is a loop; inside a function that is being recorded, where it becomes a
batch, a ``map``, a ``scan`` or a ``take``; and inside a function that autograd differentiates, any number of times and
recorded or not. A traced value must be handed in; the function cannot close over one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from autograd import tracer

from hesswidget.derivatives.loops import Rows, boxed, repeated, scanned
from hesswidget.derivatives.recorder import RecordNode, value_of
from hesswidget.program.errors import NotRecorded
from hesswidget.program.graph import Graph


def over_rows(function: Callable[..., Any], *rows: Any, shared: Sequence[Any] = ()) -> Any:
    """Stack what `function` returns for each row.

    Its derivative holds, for each shared argument that is differentiated, one gradient for each row before they are
    added up.

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
    >>> import autograd.numpy as anp
    >>> from hesswidget.derivatives.reverse_mode import gradient
    >>> gradient(lambda x: anp.sum(over_rows(lambda row: row**3, x)))(np.array([1.0, 2.0])).tolist()
    [3.0, 12.0]
    """
    (stacked,) = repeated(Rows(lambda *x: (function(*x),), len(rows)), *rows, *shared)
    return stacked


def over_rows_each(function: Callable[..., Any], *rows: Any, shared: Sequence[Any] = ()) -> tuple[Any, ...]:
    """Stack each of the arrays that `function` returns for a row, a tuple of them; else as `over_rows`.

    Examples
    --------
    >>> doubled, squared = over_rows_each(lambda x: (2 * x, x**2), np.array([1.0, 3.0]))
    >>> doubled.tolist(), squared.tolist()
    ([2.0, 6.0], [1.0, 9.0])
    """
    return tuple(repeated(Rows(function, len(rows)), *rows, *shared))


def scan(
    function: Callable[..., Any],
    carry: Sequence[Any],
    sequences: Sequence[Any] = (),
    shared: Sequence[Any] = (),
    length: int | None = None,
) -> tuple[Any, ...]:
    """Iterate a function.

    Its derivative runs backwards over the carries of all steps, which are kept: their size times the length.

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
    >>> from hesswidget.derivatives.reverse_mode import gradient
    >>> float(gradient(lambda x: scan(lambda c: (c**2,), [x], length=3)[0])(1.5)), 8 * 1.5**7
    (136.6875, 136.6875)
    """
    steps = len(sequences[0]) if length is None else length
    return scanned(function, carry, sequences, shared, steps)


def pick(x: Any, indices: Any, axis: int = -1) -> Any:
    """Take slices along an axis at indices that may be traced; rounded, and clipped to the axis.

    Parameters
    ----------
    x : array_like
    indices : array_like, shape (k,) or ()
        For a single index the axis goes.
    axis : int

    Examples
    --------
    >>> pick(np.array([5.0, 6.0, 7.0]), np.array([2.0, 0.0])).tolist()
    [7.0, 5.0]
    >>> pick(np.array([[1.0, 2.0], [3.0, 4.0]]), 1.0, axis=0).tolist()
    [3.0, 4.0]
    """
    boxes, trace, node = tracer.find_top_boxed_args((x, indices))[:3]
    if node is None:
        whole = np.clip(np.rint(np.nan_to_num(indices)), 0, np.shape(x)[axis] - 1).astype(np.intp)
        return np.take(x, whole, axis=axis)
    if node is not RecordNode:
        raise NotRecorded("pick cannot be differentiated.")
    graph: Graph = boxes[0][1]._node.graph
    values, at = value_of(graph, x), value_of(graph, indices)
    line = graph.reshape(at, (at.size,))
    turn = [a for a in range(values.ndim) if a != axis % values.ndim] + [axis % values.ndim]
    turned = graph.transpose(values, turn)
    wide = graph.broadcast(line, (*turned.shape[:-1], *line.shape))
    taken = graph.transpose(graph.emit("take", turned, wide), [turn.index(a) for a in range(values.ndim)])
    shape = (*values.shape[: axis % values.ndim], *at.shape, *values.shape[axis % values.ndim + 1 :])
    return boxed(graph, trace, graph.reshape(taken, shape))
