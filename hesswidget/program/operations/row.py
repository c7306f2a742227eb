"""What a row of the table of operations is, and what several rows need."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hesswidget.program.errors import InvalidProgram
from hesswidget.program.operations.arrays import Arrays, Code

Shape = tuple[int, ...]
Attributes = Mapping[str, Any]
ChooseCode = Callable[[Arrays, Sequence[Shape], Attributes], Code]

ONE, TWO, ANY = (1, 1), (2, 2), (0, math.inf)  # arities


@dataclass(frozen=True)
class Operation:
    """One row of the table.

    Attributes
    ----------
    name : str
    arity : (int, float)
        How many operands it takes at least, and at most.
    shapes : callable
        From the operands' shapes and the attributes to the results' shapes; raises `InvalidProgram`.
    code : callable
        From a library of arrays, the operands' shapes and the attributes to a function of such arrays.
    work : callable
        From the operands' shapes and the attributes to a count of scalar operations, where there are more of them than
        elements of the results.
    stretch : callable, optional
        From the operands' shapes to how many of them a page does at a stretch, of an operation that it does in pieces.
    """

    name: str
    arity: tuple[int, float]
    shapes: Callable[[Sequence[Shape], Attributes], tuple[Shape, ...]]
    code: ChooseCode
    work: Callable[[Sequence[Shape], Attributes], int] = lambda operands, attributes: 0
    stretch: Callable[[Sequence[Shape]], int] | None = None


def size(shape: Shape) -> int:
    """Return the number of elements."""
    return math.prod(shape)


def span(shape: Shape) -> int:
    """Return the number of elements that bounds count: an empty axis counts as 1, for tables run along the others.

    >>> span((3, 0, 4)), span(())
    (12, 1)
    """
    return math.prod(max(1, extent) for extent in shape)


def work_of_operand(operands: Sequence[Shape], _: Attributes) -> int:
    """Count one for each element of the operand."""
    return size(operands[0])


def check_axis(axis: int, rank: int) -> None:
    """Refuse an axis that a value of `rank` axes does not have."""
    if not 0 <= axis < rank:
        raise InvalidProgram(f"the axis is {axis}; one below {rank} is expected.")


def listed(numbers: Sequence[int]) -> str:
    """Write numbers in a sentence."""
    return ", ".join(map(str, numbers))


def broadcast_shape(shapes: Sequence[Shape]) -> Shape:
    """Return the shape that NumPy broadcasts these shapes to.

    >>> broadcast_shape([(3, 1), (4,)])
    (3, 4)
    """
    distinct = {shape for shape in shapes if shape}
    if len(distinct) <= 1:  # as mostly
        return distinct.pop() if distinct else ()
    rank = max(map(len, distinct))
    result = []
    for axis in range(-rank, 0):
        sizes = {s[axis] for s in distinct if len(s) >= -axis} - {1}
        if len(sizes) > 1:
            raise InvalidProgram(f"{' and '.join(map(str, shapes))} cannot be broadcast together.")
        result.append(sizes.pop() if sizes else 1)
    return tuple(result)
