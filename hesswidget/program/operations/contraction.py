"""Einstein summation of two operands, as one stack of matrix products."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from hesswidget.program.errors import InvalidProgram
from hesswidget.program.operations.arrays import Arrays, Code
from hesswidget.program.operations.row import TWO, Attributes, Operation, Shape, listed


def _labelled(shapes: Sequence[Shape], attributes: Attributes) -> dict[int, int]:
    """Return the size that each label stands for."""
    sizes: dict[int, int] = {}
    for shape, labels in zip(shapes, (attributes["left"], attributes["right"]), strict=True):
        if len(labels) != len(shape):
            raise InvalidProgram(f"there are {len(labels)} labels for {len(shape)} axes.")
        for label, extent in zip(labels, shape, strict=True):
            held = sizes.setdefault(label, extent)
            if held != extent:
                raise InvalidProgram(f"label {label} stands for axes of sizes {held} and {extent}.")
    return sizes


def _contracted(shapes: Sequence[Shape], attributes: Attributes) -> tuple[Shape, ...]:
    sizes = _labelled(shapes, attributes)
    left, right, out = (attributes[k] for k in ("left", "right", "out"))
    for labels in (left, right, out):
        if len(set(labels)) != len(labels):
            raise InvalidProgram(f"the labels {listed(labels)} do not all differ.")
    for label in out:
        if label not in sizes:
            raise InvalidProgram(f"label {label} of out is in neither operand.")
    for label in sizes:
        is_lost = (label in left) != (label in right) and label not in out
        if is_lost:
            raise InvalidProgram(f"label {label} is in one operand only and not in out.")
    return (tuple(sizes[label] for label in attributes["out"]),)


def _contraction_work(shapes: Sequence[Shape], attributes: Attributes) -> int:
    return math.prod(_labelled(shapes, attributes).values())


def _some_rows(operands: Sequence[Shape]) -> int:
    """Count four rows of one operand with all of the other."""
    return 4 * max(map(math.prod, operands))


def _contract_code(arrays: Arrays, shapes: Sequence[Shape], attributes: Attributes) -> Code:
    """Contract as a stack of matrix products (batch, M, K) by (batch, K, N), if possible in the order asked for."""
    left, right, out = attributes["left"], attributes["right"], attributes["out"]
    if all(label in out for label in left):
        return _product_code(arrays, left, right, out)
    sizes = _labelled(shapes, attributes)
    plans = [
        _plan(sizes, one, other, out, lead)
        for lead in range(max(1, len(out)))
        for one, other in ((left, right), (right, left))
    ]
    best = min(
        range(len(plans)), key=lambda k: (plans[k][-1] is not None, k)
    )  # the first that needs no turn at the end
    (turn_a, shape_a), (turn_b, shape_b), shape_out, turn_out = plans[best]
    swapped = best % 2 == 1
    ordered = shapes[::-1] if swapped else shapes
    is_shaped_a, is_shaped_b = (
        tuple(shape if turn is None else [shape[k] for k in turn]) == wanted
        for shape, turn, wanted in zip(ordered, (turn_a, turn_b), (shape_a, shape_b), strict=True)
    )
    transpose, matmul, reshape = arrays.xp.transpose, arrays.xp.matmul, arrays.xp.reshape

    def contracted(a: Any, b: Any) -> Any:
        if swapped:
            a, b = b, a
        if turn_a is not None:
            a = transpose(a, turn_a)
        if turn_b is not None:
            b = transpose(b, turn_b)
        c = matmul(a if is_shaped_a else reshape(a, shape_a), b if is_shaped_b else reshape(b, shape_b))
        if c.shape != shape_out:
            c = c.reshape(shape_out)
        return c if turn_out is None else transpose(c, turn_out)

    return contracted


def _plan(
    sizes: Mapping[int, int], one: Sequence[int], other: Sequence[int], out: Sequence[int], lead: int
) -> tuple[tuple[Any, Shape], tuple[Any, Shape], Shape, Any]:
    """Plan a stack of matrix products in which the first `lead` labels of the result count as the stack's.

    What of them an operand lacks is broadcast there. The answer is, for each operand, how to turn its axes and then
    shape it; then the shape of the product, and how to turn it.
    """
    stack = [k for k, label in enumerate(out) if k < lead or (label in one and label in other)]
    batch = [out[k] for k in stack]
    rows = [label for label in out if label not in other and label not in batch]
    columns = [label for label in out if label not in one and label not in batch]
    summed = [label for label in one if label not in out]

    def operand(labels: Sequence[int], inner: Sequence[Sequence[int]]) -> tuple[Any, Shape]:
        own = [label for label in batch if label in labels]
        turn = _permutation(labels, [*own, *(label for part in inner for label in part)])
        outer = [sizes[label] if label in labels else 1 for label in batch]
        while outer and outer[0] == 1:
            outer = outer[1:]
        return turn, (*outer, *(math.prod(sizes[label] for label in part) for part in inner))

    vectors = not batch
    first = operand(one, [*([rows] if rows or not vectors else []), summed])
    second = operand(other, [summed, *([columns] if columns or not vectors else [])])
    product = [*batch, *rows, *columns]
    return first, second, tuple(sizes[label] for label in product), _permutation(product, out)


def _product_code(arrays: Arrays, left: Sequence[int], right: Sequence[int], out: Sequence[int]) -> Code:
    """Multiply without a sum: line the axes up, and let them broadcast."""

    def aligned(labels: Sequence[int]) -> tuple[tuple[int, ...], tuple[Any, ...]]:
        present = [label for label in out if label in labels]
        return tuple(labels.index(label) for label in present), tuple(
            slice(None) if label in labels else None for label in out
        )

    (turn_left, index_left), (turn_right, index_right) = aligned(left), aligned(right)
    transpose, multiply = arrays.xp.transpose, arrays.xp.multiply
    return lambda a, b: multiply(transpose(a, turn_left)[index_left], transpose(b, turn_right)[index_right])


def _permutation(have: Sequence[int], want: Sequence[int]) -> tuple[int, ...] | None:
    turn = tuple(list(have).index(label) for label in want)
    return None if turn == tuple(range(len(turn))) else turn


ROWS = [Operation("contract", TWO, _contracted, _contract_code, _contraction_work, _some_rows)]
