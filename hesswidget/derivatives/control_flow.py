"""Repetition: a function over rows, a function iterated, and slices at indices that are values.

Each may be called on plain arrays, where it is a loop; inside a function that is being recorded, where it becomes a
batch, a ``map``, a ``scan`` or a ``take``; and inside a function that autograd differentiates, any number of times and
recorded or not. A traced value must be handed in; the function cannot close over one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import autograd.numpy as anp
import numpy as np
from autograd import tracer
from autograd.extend import defvjp_argnums
from autograd.util import subvals

from hesswidget.derivatives.recorder import RecordNode, record, value_of
from hesswidget.derivatives.reverse_mode import gradient
from hesswidget.program import batching
from hesswidget.program.errors import NotRecorded
from hesswidget.program.graph import Graph, Value
from hesswidget.program.program import Program


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
    >>> gradient(lambda x: anp.sum(over_rows(lambda row: row**3, x)))(np.array([1.0, 2.0])).tolist()
    [3.0, 12.0]
    """
    (stacked,) = _repeated(_Rows(lambda *x: (function(*x),), len(rows)), *rows, *shared)
    return stacked


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
    >>> float(gradient(lambda x: scan(lambda c: (c**2,), [x], length=3)[0])(1.5)), 8 * 1.5**7
    (136.6875, 136.6875)
    """
    steps = len(sequences[0]) if length is None else length
    operands = (*carry, *sequences, *shared)
    loop = _Scan(function, len(carry), len(sequences), steps)
    _, __, node = tracer.find_top_boxed_args(operands)[:3]
    if node in (None, RecordNode):
        return tuple(_repeated(loop, *operands))
    results = _repeated(loop.keeping_carries(), *operands)
    return tuple(results[k] for k in range(len(results) - len(carry)))


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
    return _boxed(graph, trace, graph.reshape(taken, shape))


@dataclass(frozen=True)
class _Rows:
    """A function over rows: its first operands have a leading axis, and it returns a tuple."""

    function: Callable[..., Any]
    rows: int

    def run(self, *operands: Any) -> tuple[Any, ...]:
        rows, shared = operands[: self.rows], operands[self.rows :]
        return _stacked([self.function(*row, *shared) for row in zip(*rows, strict=True)])

    def emit(self, graph: Graph, *operands: Any) -> tuple[Value, ...]:
        """Put it into a recording."""
        examples = [_raw(x)[0] if k < self.rows else _raw(x) for k, x in enumerate(operands)]
        mapped = [k < self.rows for k in range(len(operands))]
        values = [value_of(graph, x) for x in operands]
        return batching.over_rows(graph, _body(self.function, examples), len(operands[0]), values, mapped)

    def pull(
        self, wanted: Sequence[int], operands: Sequence[Any], _: Any, covectors: Sequence[Any]
    ) -> list[Any]:
        """Pull covectors back to the operands of these numbers: over rows too, and added up for what is shared."""
        of_results = _not_zero(covectors)

        def pull_row(*parts: Any) -> tuple[Any, ...]:
            row, of_row, shared = _split(parts, self.rows, len(of_results))
            return _pulled(self.function, wanted, (*row, *shared), dict(zip(of_results, of_row, strict=True)))

        rows, shared = operands[: self.rows], operands[self.rows :]
        pulled = _repeated(_Rows(pull_row, self.rows + len(of_results)), *rows, *of_results.values(), *shared)
        return [pulled[k] if n < self.rows else anp.sum(pulled[k], axis=0) for k, n in enumerate(wanted)]


@dataclass(frozen=True)
class _Scan:
    """A function iterated: its operands are carries, sequences, and what stays the same."""

    function: Callable[..., Any]
    carries: int
    sequences: int
    length: int

    def run(self, *operands: Any) -> tuple[Any, ...]:
        carry, sequences, shared = self._sorted(operands)
        if not self.length:  # the function still says of which shape its further values are
            further = self.function(*carry, *map(_row, sequences), *shared)[self.carries :]
            return (*carry, *(np.empty((0, *np.shape(x))) for x in further))
        kept = []
        for k in range(self.length):
            results = self.function(*carry, *(s[k] for s in sequences), *shared)
            carry = list(results[: self.carries])
            kept.append(results[self.carries :])
        return (*carry, *_stacked(kept))

    def emit(self, graph: Graph, *operands: Any) -> tuple[Value, ...]:
        """Put it into a recording."""
        carry, sequences, shared = self._sorted([_raw(x) for x in operands])
        results = graph.emit(
            "scan",
            *(value_of(graph, x) for x in operands),
            body=_body(self.function, [*carry, *map(_row, sequences), *shared]),
            length=self.length,
            carries=self.carries,
            sequences=self.sequences,
        )
        return results if isinstance(results, tuple) else (results,)

    def keeping_carries(self) -> _Scan:
        """Return the same with each step's carry stacked behind what else it returns, for the way back."""

        def function(*operands: Any) -> tuple[Any, ...]:
            return (*self.function(*operands), *operands[: self.carries])

        return _Scan(function, self.carries, self.sequences, self.length)

    def pull(
        self, wanted: Sequence[int], operands: Sequence[Any], results: Sequence[Any], covectors: Sequence[Any]
    ) -> list[Any]:
        """Pull covectors back to the operands of these numbers: from the last step to the first.

        The carry of the way back are the covectors of the carry, and those of what is shared, added up so far.
        """
        carries, steps = self.carries, self.carries + self.sequences
        of_shared = [n for n in wanted if n >= steps]
        of_sequences = [n for n in wanted if carries <= n < steps]
        differentiated = [*range(carries), *of_sequences, *of_shared]
        stacks = {k: c for k, c in _not_zero(covectors).items() if k >= carries}

        def back(*parts: Any) -> tuple[Any, ...]:
            of_carry, sums, carry, rows, of_stacks, shared = _split(
                parts, carries, len(of_shared), carries, self.sequences, len(stacks)
            )
            of_results = dict(enumerate(of_carry)) | dict(zip(stacks, of_stacks, strict=True))
            pulled = _pulled(self.function, differentiated, (*carry, *rows, *shared), of_results)
            to_carry, to_rows, to_shared = _split(pulled, carries, len(of_sequences))
            return (*to_carry, *(a + b for a, b in zip(sums, to_shared, strict=True)), *to_rows)

        _, sequences, shared = self._sorted(operands)
        kept = [results[k] for k in range(len(covectors) - carries, len(covectors))]
        pulled = scan(
            back,
            [*(covectors[k] for k in range(carries)), *(np.zeros(np.shape(operands[n])) for n in of_shared)],
            [x[::-1] for x in (*kept, *sequences, *stacks.values())],
            shared,
            self.length,
        )
        to_carry, to_shared, to_sequences = _split(pulled, carries, len(of_shared))
        gradients = dict(zip(of_shared, to_shared, strict=True)) | dict(enumerate(to_carry))
        gradients |= {n: x[::-1] for n, x in zip(of_sequences, to_sequences, strict=True)}
        return [gradients[n] for n in wanted]

    def _sorted(self, operands: Sequence[Any]) -> list[Sequence[Any]]:
        return _split(operands, self.carries, self.sequences)


def _repeated(loop: _Rows | _Scan, *operands: Any) -> Any:
    """Run a loop on plain arrays, put it into a recording, or make it a step that autograd differentiates.

    No primitive of autograd's own kind, since that would run the loop where it is only recorded.
    """
    boxes, trace, node = tracer.find_top_boxed_args(operands)[:3]
    if node is None:
        return loop.run(*operands)
    if node is RecordNode:
        graph: Graph = boxes[0][1]._node.graph
        return tuple(_boxed(graph, trace, value) for value in loop.emit(graph, *operands))
    values = subvals(operands, [(k, box._value) for k, box in boxes])
    results = _repeated(loop, *values)
    argnums, parents = tuple(k + 1 for k, _ in boxes), tuple(box._node for _, box in boxes)
    return tracer.new_box(results, trace, node(results, _repeated, (loop, *values), {}, argnums, parents))


def _pull_of(argnums: Sequence[int], results: Any, arguments: Any, _: Any) -> Callable[[Any], list[Any]]:
    loop, *operands = arguments
    return lambda covectors: loop.pull([k - 1 for k in argnums], operands, results, covectors)


defvjp_argnums(_repeated, _pull_of)


def _not_zero(covectors: Sequence[Any]) -> dict[int, Any]:
    """Return those covectors, by their numbers, that are not plainly zero: nothing depends on a result's others."""
    numbered = [(k, covectors[k]) for k in range(len(covectors))]
    return {k: c for k, c in numbered if tracer.isbox(c) or np.any(c)}


def _pulled(
    function: Callable[..., Any],
    wanted: Sequence[int],
    operands: Sequence[Any],
    covectors: Mapping[int, Any],
) -> tuple[Any, ...]:
    """Pull covectors of the results of these numbers back to the operands of those that are wanted."""

    def product(some: Any) -> Any:
        results = function(*subvals(operands, [(n, some[k]) for k, n in enumerate(wanted)]))
        return sum((anp.sum(c * results[k]) for k, c in covectors.items()), 0.0)

    gradients = gradient(product)(tuple(operands[n] for n in wanted))
    return tuple(gradients[k] for k in range(len(wanted)))


def _split(parts: Sequence[Any], *counts: int) -> list[Sequence[Any]]:
    """Take so many parts, then so many of those after them, and last the rest."""
    left = iter(parts)
    return [*(list(islice(left, count)) for count in counts), list(left)]


def _stacked(results: Sequence[Sequence[Any]]) -> tuple[Any, ...]:
    """Stack what was returned at each turn, which is traced only if something traced was not handed in."""
    if any(tracer.isbox(x) for turn in results for x in turn):
        raise NotRecorded("a traced value from outside was used; hand it in as an argument")
    return tuple(np.stack(values) for values in zip(*results, strict=True))


def _body(function: Callable[..., Any], examples: Sequence[Any]) -> Program:
    named = {f"i{k}": example for k, example in enumerate(examples)}
    return record(lambda **x: {f"o{k}": y for k, y in enumerate(function(*x.values()))}, **named)


def _row(x: Any) -> Any:
    """Return an example of a row."""
    return x[0] if len(x) else np.ones(np.shape(x)[1:])


def _raw(x: Any) -> Any:
    return np.asarray(tracer.getval(x), dtype=float)


def _boxed(graph: Graph, level: int, value: Value) -> Any:
    """Return a traced array for a value; what it holds is only an example."""
    return tracer.new_box(np.ones(value.shape)[()], level, RecordNode.new_root(graph, value))
