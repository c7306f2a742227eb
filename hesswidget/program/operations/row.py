"""What a row of the table of operations is, and what several rows need."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hesswidget.program.errors import InvalidProgram

Shape = tuple[int, ...]
Attributes = Mapping[str, Any]
Code = Callable[..., Any]

MAX_AXES = 8
MAX_ELEMENTS = 2**24  # of one value


@dataclass(frozen=True)
class Operation:
    """One row of the table.

    Attributes
    ----------
    name : str
    arity : int or None
        How many operands it takes; None for any number from one up.
    attributes : tuple of str
        The names of its attributes.
    shapes : callable
        From the operands' shapes and the attributes to the results' shapes; raises `InvalidProgram`.
    code : callable
        From the operands' shapes and the attributes to a function of arrays.
    work : callable
        From the operands' shapes, the results' shapes and the attributes to a count of scalar operations.
    results : int
    """

    name: str
    arity: int | None
    attributes: tuple[str, ...]
    shapes: Callable[[Sequence[Shape], Attributes], tuple[Shape, ...]]
    code: Callable[[Sequence[Shape], Attributes], Code]
    work: Callable[[Sequence[Shape], Sequence[Shape], Attributes], int]
    results: int = 1


def size(shape: Shape) -> int:
    """Return the number of elements."""
    return math.prod(shape)


def refuse_unless(claim: bool, sentence: str) -> None:
    """Raise `InvalidProgram` with the sentence unless the claim holds."""
    if not claim:
        raise InvalidProgram(sentence)


def work_of_results(_: Sequence[Shape], results: Sequence[Shape], __: Attributes) -> int:
    """Count one scalar operation for each element of the results."""
    return sum(size(s) for s in results)


def work_of_larger(operands: Sequence[Shape], results: Sequence[Shape], _: Attributes) -> int:
    """Count one for each element of the operand or of the result, whichever has more."""
    return max(size(operands[0]), size(results[0]))


def check_axes(axes: Sequence[int], rank: int, ascending: bool = False) -> None:
    """Refuse axes that a value of `rank` axes does not have, or that are named twice."""
    fits = all(0 <= a < rank for a in axes) and len(set(axes)) == len(axes)
    refuse_unless(
        fits and (not ascending or list(axes) == sorted(axes)), f"axes {axes} do not fit {rank} axes."
    )


def broadcast_shape(shapes: Sequence[Shape]) -> Shape:
    """Return the shape that NumPy broadcasts these shapes to.

    >>> broadcast_shape([(3, 1), (4,)])
    (3, 4)
    """
    rank = max(len(s) for s in shapes)
    result = []
    for axis in range(-rank, 0):
        sizes = {s[axis] for s in shapes if len(s) >= -axis} - {1}
        refuse_unless(len(sizes) <= 1, f"shapes {', '.join(map(str, shapes))} do not broadcast.")
        result.append(sizes.pop() if sizes else 1)
    return tuple(result)
