"""Programs within programs: `body` is a `hesswidget.program.program.Program`.

Their codes have one more attribute, which the executor gives them: `run`, the body as a function of arrays in order.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hesswidget.program.bounds import MAX_ELEMENTS
from hesswidget.program.errors import InvalidProgram
from hesswidget.program.operations.arrays import Arrays, Code
from hesswidget.program.operations.row import (
    ANY,
    Attributes,
    Operation,
    Shape,
    size,
)


def _mapped_shapes(shapes: Sequence[Shape], attributes: Attributes) -> tuple[Shape, ...]:
    body, mapped, rows, chunk = (attributes[k] for k in ("body", "mapped", "rows", "chunk"))
    for count, what in ((rows, "rows"), (chunk, "chunk")):
        if count < 1:
            raise InvalidProgram(f"{what} is {count}; a whole number from 1 to {MAX_ELEMENTS} is expected.")
    if chunk > rows:
        raise InvalidProgram(f"chunk is {chunk}; at most the {rows} rows are allowed.")
    if len(mapped) != len(shapes):
        raise InvalidProgram(f"mapped has {len(mapped)} entries for {len(shapes)} operands.")
    given = [
        (chunk, *_row_of(shape, rows, "a mapped operand")) if is_mapped else shape
        for shape, is_mapped in zip(shapes, mapped, strict=True)
    ]
    _check_equal([shape for _, shape in body.inputs], given)
    return tuple((rows, *_row_of(shape, chunk, "an output of the body")) for shape in _returned(body))


def _map_code(arrays: Arrays, _: Sequence[Shape], attributes: Attributes) -> Code:
    body, rows, run = (attributes[k] for k in ("body", "rows", "run"))
    shapes = [(rows, *body.shapes[number][1:]) for _, number in body.outputs]
    return lambda *operands: _one_or_all(arrays.map(run, operands, attributes, shapes))


def _one_or_all(results: Sequence[Any]) -> Any:
    return results if len(results) > 1 else results[0]


def _map_work(_: Sequence[Shape], attributes: Attributes) -> int:
    body, mapped = attributes["body"], attributes["mapped"]
    copied = [shape for (_, shape), m in zip(body.inputs, mapped, strict=True) if m]
    return _run_work(body, copied) * -(-attributes["rows"] // attributes["chunk"])


def _scanned_shapes(shapes: Sequence[Shape], attributes: Attributes) -> tuple[Shape, ...]:
    body, length, carries, sequences = (attributes[k] for k in ("body", "length", "carries", "sequences"))
    if length < 0:
        raise InvalidProgram(f"length is {length}; a whole number from 0 to {MAX_ELEMENTS} is expected.")
    if carries + sequences > len(shapes):
        raise InvalidProgram(
            f"there are {carries} carries and {sequences} sequences, but {len(shapes)} operands."
        )
    given = [
        _row_of(shape, length, "a sequence") if carries <= place < carries + sequences else shape
        for place, shape in enumerate(shapes)
    ]
    _check_equal([shape for _, shape in body.inputs], given)
    results = _returned(body)
    _check_equal(results[:carries], shapes[:carries])
    return (*results[:carries], *((length, *s) for s in results[carries:]))


def _returned(body: Any) -> list[Shape]:
    if not body.outputs:
        raise InvalidProgram("the body returns nothing; at least one value is expected.")
    return [body.shapes[number] for _, number in body.outputs]


def _row_of(shape: Shape, length: int, what: str) -> Shape:
    fits = shape[:1] == (length,)
    if not fits:
        raise InvalidProgram(f"{what} has the shape {shape}; a leading axis of {length} is expected.")
    return shape[1:]


def _check_equal(expected: Sequence[Shape], given: Sequence[Shape]) -> None:
    fits = len(expected) == len(given)
    if not fits:
        raise InvalidProgram(f"the body has {len(expected)} where {len(given)} are given.")
    for shape, other in zip(expected, given, strict=True):
        if shape != other:
            raise InvalidProgram(f"the body has the shape {shape} where {other} is given.")


def _scan_code(arrays: Arrays, _: Sequence[Shape], attributes: Attributes) -> Code:
    body, length, carries, run = (attributes[k] for k in ("body", "length", "carries", "run"))
    shapes = [(length, *body.shapes[number]) for _, number in body.outputs[carries:]]
    return lambda *operands: _one_or_all(arrays.scan(run, operands, attributes, shapes))


def _scan_work(_: Sequence[Shape], attributes: Attributes) -> int:
    body, count = attributes["body"], attributes["carries"] + attributes["sequences"]
    return _run_work(body, [shape for _, shape in body.inputs[:count]]) * int(attributes["length"])


def _run_work(body: Any, copied: Sequence[Shape]) -> int:
    """Return the work of one run with what is copied in and out; never 0, so that a loop around nothing ends too."""
    return int(body.work) + 1 + sum(map(size, (*copied, *_returned(body))))


ROWS = [
    Operation("map", ANY, _mapped_shapes, _map_code, _map_work),
    Operation("scan", ANY, _scanned_shapes, _scan_code, _scan_work),
]
