"""Programs within programs: `body` is a `hesswidget.program.program.Program`.

Their codes have one more attribute, which the executor gives them: `run`, the body as a function of arrays in order.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from hesswidget.program.operations.row import Attributes, Code, Operation, Shape, refuse_unless, size


def _mapped_shapes(shapes: Sequence[Shape], attributes: Attributes) -> tuple[Shape, ...]:
    body, mapped, rows, chunk = (attributes[k] for k in ("body", "mapped", "rows", "chunk"))
    refuse_unless(1 <= chunk <= rows, f"a map of {rows} rows cannot go by chunks of {chunk}.")
    refuse_unless(
        len(shapes) == len(mapped) == len(body.inputs), "a map's operands are not those of its body."
    )
    for shape, is_mapped, (_, wanted) in zip(shapes, mapped, body.inputs, strict=True):
        given = (chunk, *shape[1:]) if is_mapped and shape[:1] == (rows,) else shape
        refuse_unless(given == wanted, f"a map was given shape {shape} for an input of shape {wanted}.")
    results = [body.shapes[number] for _, number in body.outputs]
    refuse_unless(len(results) > 0, "a map's body returns nothing.")
    refuse_unless(
        all(s[:1] == (chunk,) for s in results), "a map's body returns something without the mapped axis."
    )
    return tuple((rows, *s[1:]) for s in results)


def _map_code(_: Sequence[Shape], attributes: Attributes) -> Code:
    body, mapped, rows, chunk = (attributes[k] for k in ("body", "mapped", "rows", "chunk"))
    run = attributes["run"]
    shapes = [(rows, *body.shapes[number][1:]) for _, number in body.outputs]

    def code(*operands: Any) -> Any:
        results = [np.empty(s) for s in shapes]
        for start in (*range(0, rows - chunk, chunk), rows - chunk):
            part = slice(start, start + chunk)
            found = run(*(x[part] if m else x for x, m in zip(operands, mapped, strict=True)))
            for result, rows_found in zip(results, found, strict=True):
                result[part] = rows_found
        return tuple(results) if len(results) > 1 else results[0]

    return code


def _map_work(_: Sequence[Shape], __: Sequence[Shape], attributes: Attributes) -> int:
    body, mapped = attributes["body"], attributes["mapped"]
    copied = [shape for (_, shape), m in zip(body.inputs, mapped, strict=True) if m]
    return _run_work(body, copied) * -(-attributes["rows"] // attributes["chunk"])


def _scanned_shapes(shapes: Sequence[Shape], attributes: Attributes) -> tuple[Shape, ...]:
    body, length, carries, sequences = (attributes[k] for k in ("body", "length", "carries", "sequences"))
    refuse_unless(
        min(length, carries, sequences) >= 0 and carries + sequences <= len(shapes) == len(body.inputs),
        "a scan's operands are not those of its body.",
    )
    for place, (shape, (_, wanted)) in enumerate(zip(shapes, body.inputs, strict=True)):
        is_sequence = carries <= place < carries + sequences
        given = shape[1:] if is_sequence and shape[:1] == (length,) else None if is_sequence else shape
        refuse_unless(given == wanted, f"a scan was given shape {shape} for an input of shape {wanted}.")
    results = [body.shapes[number] for _, number in body.outputs]
    refuse_unless(len(results) > 0, "a scan's body returns nothing.")
    refuse_unless(results[:carries] == list(shapes[:carries]), "a scan's carries change their shapes.")
    return (*results[:carries], *((length, *s) for s in results[carries:]))


def _scan_code(_: Sequence[Shape], attributes: Attributes) -> Code:
    body, length, carries, sequences = (attributes[k] for k in ("body", "length", "carries", "sequences"))
    run = attributes["run"]
    shapes = [(length, *body.shapes[number]) for _, number in body.outputs[carries:]]

    def code(*operands: Any) -> Any:
        carried = operands[:carries]
        rows, shared = operands[carries : carries + sequences], operands[carries + sequences :]
        stacks = [np.empty(s) for s in shapes]
        for k in range(length):
            found = run(*carried, *(x[k] for x in rows), *shared)
            carried = found[:carries]
            for stack, value in zip(stacks, found[carries:], strict=True):
                stack[k] = value
        results = (*carried, *stacks)
        return results if len(results) > 1 else results[0]

    return code


def _scan_work(_: Sequence[Shape], __: Sequence[Shape], attributes: Attributes) -> int:
    body, count = attributes["body"], attributes["carries"] + attributes["sequences"]
    return _run_work(body, [shape for _, shape in body.inputs[:count]]) * int(attributes["length"])


def _run_work(body: Any, copied: Sequence[Shape]) -> int:
    """Return the work of one run with what is copied in and out; never 0, so that a loop around nothing ends too."""
    results = [body.shapes[number] for _, number in body.outputs]
    return int(body.work) + 1 + sum(map(size, (*copied, *results)))


ROWS = [
    Operation("map", None, ("body", "mapped", "rows", "chunk"), _mapped_shapes, _map_code, _map_work, 0),
    Operation(
        "scan", None, ("body", "length", "carries", "sequences"), _scanned_shapes, _scan_code, _scan_work, 0
    ),
]
