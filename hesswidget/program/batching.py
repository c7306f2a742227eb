"""A program for one row becomes one for many: each operation gets a leading axis, where its operands have one.

What does not depend on the rows is emitted without the axis, and so is computed once. Only this module knows how an
operation takes a leading axis; the executors know no batches.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from hesswidget.program.graph import Graph, Value
from hesswidget.program.operations import ELEMENTWISE, TABLE, Shape, size
from hesswidget.program.program import Program
from hesswidget.program.simplification import SimplifyingGraph, reassociated

Rule = Callable[[Graph, int, Sequence[Value], Sequence[bool], Sequence[Shape], Mapping[str, Any]], Any]

# Of the largest value that a chunk of rows should have: what fits a cache, and malloc's own memory.
ELEMENTS = 2**14
# Over all rows, of what the same rows give at every run: it is computed once, ahead.
FIXED = 2**18


def over_rows(
    graph: Graph, body: Program, rows: int, operands: Sequence[Value], mapped: Sequence[bool]
) -> tuple[Value, ...]:
    """Emit `body` for each of `rows` rows: all at once while that is small, else a ``map`` that goes by chunks.

    Parameters
    ----------
    graph : Graph
    body : Program
        For one row.
    rows : int
    operands : sequence of Value
        One for each input of the body.
    mapped : sequence of bool
        Which of them have a leading axis of `rows`; the others are the same for all rows.

    Returns
    -------
    tuple of Value
        The body's outputs, each with a leading axis of `rows`.
    """
    body = _grouped(body, mapped)
    chunk = chunk_of(body, rows, mapped)
    if chunk >= rows:
        results = batched(graph, body, rows, operands, mapped)
        return tuple(_led(graph, v, is_led, rows) for v, is_led in results)
    return _by_chunks(graph, body, rows, chunk, operands, mapped)


def _grouped(body: Program, mapped: Sequence[bool]) -> Program:
    """Write (x · a) · b as x · (a · b), and likewise quotients, where only x depends on the rows.

    What autograd pulls back along a chain is multiplied by one derivative after the other; so grouped, their product
    is computed once for all rows.
    """
    graph = SimplifyingGraph()
    values = [graph.input(name, shape) for name, shape in body.inputs]
    is_by_rows = Dependence(dict(zip(values, mapped, strict=True)))
    values += map(graph.constant, body.constants)

    def is_scaled(x: Value) -> bool:
        if x.operation not in ("multiply", "divide"):
            return False
        first, other = x.operands
        return is_by_rows(first) and not is_by_rows(other)

    for step in body.steps:
        operands = [values[number] for number in step.operands]
        if step.operation == "multiply" and not is_by_rows(operands[0]):
            operands.reverse()
        is_product = step.operation in ("multiply", "divide")
        if is_product and is_scaled(operands[0]) and not is_by_rows(operands[1]):
            product, factor = operands
            x, other = product.operands
            results: Any = reassociated(graph, step.operation, product, x, other, factor)
        else:
            results = graph.emit(step.operation, *operands, **step.attributes)
        values += results if isinstance(results, tuple) else [results]
    return graph.program({name: values[number] for name, number in body.outputs})


class Dependence:
    """Whether a value depends on those inputs that do; each value is visited once, without recursion."""

    def __init__(self, inputs: dict[Value, bool]) -> None:
        self._known = inputs

    def __call__(self, value: Value) -> bool:
        """Return whether `value` depends on them."""
        waiting = [value]
        while waiting:
            last = waiting[-1]
            unknown = [x for x in last.operands if x not in self._known]
            if last in self._known or not unknown:
                waiting.pop()
                self._known.setdefault(last, any(self._known[x] for x in last.operands))
            else:
                waiting += unknown
        return self._known[value]


def chunk_of(body: Program, rows: int, mapped: Sequence[bool]) -> int:
    """Return how many rows to take at once."""
    depends = _dependent(body, mapped)
    widest = max((size(s) for s, d in zip(body.shapes, depends, strict=True) if d), default=1)
    most = max(1, min(rows, ELEMENTS // max(1, widest)))
    return -(-rows // -(-rows // most))  # of even size


def batched(
    graph: Graph, body: Program, rows: int, operands: Sequence[Value], mapped: Sequence[bool]
) -> list[tuple[Value, bool]]:
    """Emit `body` with a leading axis of `rows`; its outputs, and whether they have that axis."""
    made = [*zip(operands, mapped, strict=True), *((graph.constant(c), False) for c in body.constants)]
    for step in body.steps:
        parts = [made[number] for number in step.operands]
        shapes = [body.shapes[number] for number in step.operands]
        made += _batched_step(graph, step.operation, rows, parts, shapes, step.attributes)
    return [made[number] for _, number in body.outputs]


def _batched_step(
    graph: Graph,
    operation: str,
    rows: int,
    parts: Sequence[tuple[Value, bool]],
    shapes: Sequence[Shape],
    attributes: Mapping[str, Any],
) -> list[tuple[Value, bool]]:
    values, flags = [v for v, _ in parts], [f for _, f in parts]
    if any(flags):
        rule = _RULES.get(operation) or _as_it_is(operation)
        results = rule(graph, rows, values, flags, shapes, attributes)
    else:
        results = graph.emit(operation, *values, **attributes)
    return [(v, any(flags)) for v in (results if isinstance(results, tuple) else (results,))]


def _by_chunks(
    graph: Graph, body: Program, rows: int, chunk: int, operands: Sequence[Value], mapped: Sequence[bool]
) -> tuple[Value, ...]:
    """Emit a ``map``: what depends on the rows goes into its body, the rest into `graph`."""
    inner = SimplifyingGraph()
    outer_of: dict[int, Value] = {}
    inner_of: dict[int, tuple[Value, bool]] = {}
    given: list[tuple[Value, bool]] = []
    depends = _dependent(body, mapped)

    def inside(number: int) -> tuple[Value, bool]:
        """Return a value of the body in the map's own body, handing it in where it comes from outside."""
        if number not in inner_of:
            outer = outer_of[number]
            if outer.constant is not None and outer.size <= 1:
                inner_of[number] = (inner.constant(outer.constant), False)
            else:
                is_row = depends[number]
                shape = (chunk, *outer.shape[1:]) if is_row else outer.shape
                inner_of[number] = (inner.input(f"i{len(given)}", shape), is_row)
                given.append((outer, is_row))
        return inner_of[number]

    for number, value in enumerate([*operands, *map(graph.constant, body.constants)]):
        outer_of[number] = value
    fixed = {number for number, value in outer_of.items() if value.constant is not None}
    place = len(outer_of)
    for step in body.steps:
        shapes = [body.shapes[number] for number in step.operands]
        if fixed.issuperset(step.operands) and depends[place] and rows * size(body.shapes[place]) <= FIXED:
            parts = [(outer_of[number], depends[number]) for number in step.operands]
            results = _batched_step(graph, step.operation, rows, parts, shapes, step.attributes)
            outer_of |= {place + k: value for k, (value, _) in enumerate(results)}
            fixed |= {place + k for k in range(len(results))}
        elif depends[place]:
            parts = [inside(number) for number in step.operands]
            results = _batched_step(inner, step.operation, chunk, parts, shapes, step.attributes)
            inner_of |= {place + k: result for k, result in enumerate(results)}
        else:
            values = [outer_of[number] for number in step.operands]
            outer = graph.emit(step.operation, *values, **step.attributes)
            results = [(value, False) for value in (outer if isinstance(outer, tuple) else (outer,))]
            outer_of |= {place + k: value for k, (value, _) in enumerate(results)}
        place += len(results)
    outputs = {f"o{k}": _led(inner, *inside(number), chunk) for k, (_, number) in enumerate(body.outputs)}
    found = graph.emit(
        "map",
        *(value for value, _ in given),
        body=inner.program(outputs),
        mapped=tuple(is_row for _, is_row in given),
        rows=rows,
        chunk=chunk,
    )
    return found if isinstance(found, tuple) else (found,)


def _dependent(body: Program, mapped: Sequence[bool]) -> list[bool]:
    """Say of each value of the body whether it depends on the rows."""
    depends = [*mapped, *(False for _ in body.constants)]
    for step in body.steps:
        shapes = [body.shapes[number] for number in step.operands]
        count = len(TABLE[step.operation].shapes(shapes, step.attributes))
        depends += [any(depends[number] for number in step.operands)] * count
    return depends


def _led(graph: Graph, value: Value, is_led: bool, rows: int) -> Value:
    """Return the value with the leading axis."""
    return value if is_led else graph.broadcast(value, (rows, *value.shape))


def _all_led(graph: Graph, rows: int, values: Sequence[Value], flags: Sequence[bool]) -> list[Value]:
    return [_led(graph, v, f, rows) for v, f in zip(values, flags, strict=True)]


# --- the rules: what an operation becomes when some of its operands have the leading axis ---


def _as_it_is(operation: str) -> Rule:
    """For what acts on the last axes, whatever leads: sort, take and the linear algebra."""

    def rule(graph: Graph, rows: int, values: Any, flags: Any, shapes: Any, attributes: Any) -> Any:
        return graph.emit(operation, *_all_led(graph, rows, values, flags), **attributes)

    return rule


def _elementwise_of(operation: str) -> Rule:
    def rule(graph: Graph, rows: int, values: Any, flags: Any, shapes: Any, _: Any) -> Value:
        rank = max(map(len, shapes))
        lined = [
            graph.reshape(v, (rows, *(1,) * (rank - len(s)), *s)) if f else v
            for v, f, s in zip(values, flags, shapes, strict=True)
        ]
        return graph.emit(operation, *lined)

    return rule


def _reduction_of(operation: str) -> Rule:
    return lambda graph, rows, values, flags, shapes, attributes: graph.emit(
        operation, values[0], axes=tuple(a + 1 for a in attributes["axes"])
    )


def _cumsum(graph: Graph, rows: int, values: Any, flags: Any, shapes: Any, attributes: Any) -> Value:
    return graph.emit("cumsum", values[0], axis=attributes["axis"] + 1)


def _reshape(graph: Graph, rows: int, values: Any, flags: Any, shapes: Any, attributes: Any) -> Value:
    return graph.reshape(values[0], (rows, *attributes["shape"]))


def _transpose(graph: Graph, rows: int, values: Any, flags: Any, shapes: Any, attributes: Any) -> Value:
    return graph.transpose(values[0], (0, *(a + 1 for a in attributes["axes"])))


def _broadcast(graph: Graph, rows: int, values: Any, flags: Any, shapes: Any, attributes: Any) -> Value:
    (shape,), wanted = shapes, attributes["shape"]
    lined = graph.reshape(values[0], (rows, *(1,) * (len(wanted) - len(shape)), *shape))
    return graph.broadcast(lined, (rows, *wanted))


def _placed_of(operation: str) -> Rule:
    return lambda graph, rows, values, flags, shapes, attributes: graph.emit(
        operation, values[0], **{**attributes, "lead": attributes["lead"] + 1}
    )


def _concatenate(graph: Graph, rows: int, values: Any, flags: Any, shapes: Any, attributes: Any) -> Value:
    return graph.emit("concatenate", *_all_led(graph, rows, values, flags), axis=attributes["axis"] + 1)


def _contract(graph: Graph, rows: int, values: Any, flags: Any, shapes: Any, attributes: Any) -> Value:
    left, right, out = attributes["left"], attributes["right"], attributes["out"]
    label = next(k for k in range(32) if k not in (*left, *right))
    return graph.emit(
        "contract",
        *values,
        left=(label, *left) if flags[0] else left,
        right=(label, *right) if flags[1] else right,
        out=(label, *out),
    )


def _swapped(graph: Graph, value: Value) -> Value:
    return graph.transpose(value, (1, 0, *range(2, value.ndim)))


def _map(graph: Graph, rows: int, values: Any, flags: Any, shapes: Any, attributes: Any) -> Any:
    body, mapped, chunk = (attributes[k] for k in ("body", "mapped", "chunk"))
    inner = SimplifyingGraph()
    operands, given = [], []
    for k, (value, is_led, is_row) in enumerate(zip(values, flags, mapped, strict=True)):
        shape = body.inputs[k][1]
        both = is_led and is_row
        operands.append(_swapped(graph, value) if both else value)
        lead = (chunk, rows) if both else (rows,) if is_led else ()
        taken = inner.input(f"i{k}", (*lead, *(shape[1:] if both else shape)))
        given.append(_swapped(inner, taken) if both else taken)
    results = batched(inner, body, rows, given, flags)
    outputs = {f"o{k}": _swapped(inner, _led(inner, *result, rows)) for k, result in enumerate(results)}
    found = graph.emit("map", *operands, **{**attributes, "body": inner.program(outputs)})
    return tuple(_swapped(graph, v) for v in (found if isinstance(found, tuple) else (found,)))


def _scan(graph: Graph, rows: int, values: Any, flags: Any, shapes: Any, attributes: Any) -> Any:
    body, carries, sequences = (attributes[k] for k in ("body", "carries", "sequences"))
    inner = SimplifyingGraph()
    operands, given, led = [], [], []
    for k, (value, is_led) in enumerate(zip(values, flags, strict=True)):
        is_carry, is_sequence = k < carries, carries <= k < carries + sequences
        now_led = is_led or is_carry
        outer = _led(graph, value, is_led, rows) if is_carry else value
        operands.append(_swapped(graph, outer) if is_sequence and is_led else outer)
        shape = body.inputs[k][1]
        given.append(inner.input(f"i{k}", (rows, *shape) if now_led else shape))
        led.append(now_led)
    results = batched(inner, body, rows, given, led)
    outputs = {f"o{k}": _led(inner, *result, rows) for k, result in enumerate(results)}
    found = graph.emit("scan", *operands, **{**attributes, "body": inner.program(outputs)})
    found = found if isinstance(found, tuple) else (found,)
    return (*found[:carries], *(_swapped(graph, v) for v in found[carries:]))


_RULES: dict[str, Rule] = {
    **{name: _elementwise_of(name) for name in ELEMENTWISE},
    **{name: _reduction_of(name) for name in ("sum", "prod", "max", "min")},
    **{name: _placed_of(name) for name in ("gather", "scatter")},
    "cumsum": _cumsum,
    "reshape": _reshape,
    "transpose": _transpose,
    "broadcast": _broadcast,
    "concatenate": _concatenate,
    "contract": _contract,
    "map": _map,
    "scan": _scan,
}
