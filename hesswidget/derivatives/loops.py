"""Loops as steps of a computation: run on plain arrays, put into a recording, and pulled back by autograd."""

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


@dataclass(frozen=True)
class Rows:
    """A function over rows: its first operands have a leading axis, and it returns a tuple."""

    function: Callable[..., Any]
    rows: int

    def run(self, *operands: Any) -> tuple[Any, ...]:
        """Run it on plain arrays."""
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
        pulled = repeated(Rows(pull_row, self.rows + len(of_results)), *rows, *of_results.values(), *shared)
        return [pulled[k] if n < self.rows else anp.sum(pulled[k], axis=0) for k, n in enumerate(wanted)]


@dataclass(frozen=True)
class Scan:
    """A function iterated: its operands are carries, sequences, and what stays the same."""

    function: Callable[..., Any]
    carries: int
    sequences: int
    length: int

    def run(self, *operands: Any) -> tuple[Any, ...]:
        """Run it on plain arrays."""
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

    def keeping_carries(self) -> Scan:
        """Return the same with each step's carry stacked behind what else it returns, for the way back."""

        def function(*operands: Any) -> tuple[Any, ...]:
            return (*self.function(*operands), *operands[: self.carries])

        return Scan(function, self.carries, self.sequences, self.length)

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
        pulled = scanned(
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


def scanned(
    function: Callable[..., Any],
    carry: Sequence[Any],
    sequences: Sequence[Any],
    shared: Sequence[Any],
    length: int,
) -> tuple[Any, ...]:
    """Iterate a function; see `hesswidget.derivatives.control_flow.scan`."""
    operands = (*carry, *sequences, *shared)
    loop = Scan(function, len(carry), len(sequences), length)
    _, __, node = tracer.find_top_boxed_args(operands)[:3]
    if node in (None, RecordNode):
        return tuple(repeated(loop, *operands))
    results = repeated(loop.keeping_carries(), *operands)
    return tuple(results[k] for k in range(len(results) - len(carry)))


def repeated(loop: Rows | Scan, *operands: Any) -> Any:
    """Run a loop on plain arrays, put it into a recording, or make it a step that autograd differentiates.

    No primitive of autograd's own kind, since that would run the loop where it is only recorded.
    """
    boxes, trace, node = tracer.find_top_boxed_args(operands)[:3]
    if node is None:
        return loop.run(*operands)
    if node is RecordNode:
        graph: Graph = boxes[0][1]._node.graph
        return tuple(boxed(graph, trace, value) for value in loop.emit(graph, *operands))
    values = subvals(operands, [(k, box._value) for k, box in boxes])
    results = repeated(loop, *values)
    argnums, parents = tuple(k + 1 for k, _ in boxes), tuple(box._node for _, box in boxes)
    return tracer.new_box(results, trace, node(results, repeated, (loop, *values), {}, argnums, parents))


def _pull_of(argnums: Sequence[int], results: Any, arguments: Any, _: Any) -> Callable[[Any], list[Any]]:
    loop, *operands = arguments
    return lambda covectors: loop.pull([k - 1 for k in argnums], operands, results, covectors)


defvjp_argnums(repeated, _pull_of)


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


def boxed(graph: Graph, level: int, value: Value) -> Any:
    """Return a traced array for a value; what it holds is only an example."""
    return tracer.new_box(np.ones(value.shape)[()], level, RecordNode.new_root(graph, value))
