"""Linear algebra on the last two axes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hesswidget.program.errors import InvalidProgram
from hesswidget.program.operations.row import (
    ONE,
    TWO,
    Attributes,
    Operation,
    Shape,
    size,
)


def _square(shapes: Sequence[Shape]) -> Shape:
    shape = shapes[0]
    fits = len(shape) >= 2 and shape[-1] == shape[-2]
    if not fits:
        raise InvalidProgram(f"the shape is {shape}; square matrices are expected.")
    return shape


def _solved(shapes: Sequence[Shape], _: Attributes) -> tuple[Shape, ...]:
    a, b = _square(shapes), shapes[1]
    fits = len(a) == len(b) and a[:-1] == b[:-1]
    if not fits:
        raise InvalidProgram(f"the shapes are {a} and {b}; (…, n, n) and (…, n, k) are expected.")
    return (b,)


def _each_matrix(operands: Sequence[Shape]) -> int:
    """Count what takes as long as factors of one matrix, and solving with all columns of the right side."""
    n = operands[0][-1]
    return int(n**3 + sum(2 * n * n * right[-1] for right in operands[1:]))


def _on_matrices(name: str, shapes: Any, weight: int = 16, stretch: Any = _each_matrix) -> Operation:
    work = lambda s, _: _cubes(s[0], weight)  # noqa: E731
    return Operation(name, ONE, shapes, lambda arrays, _, __: arrays.linalg(name), work, stretch)


def _cubes(shape: Shape, weight: int) -> int:
    return size(shape[:-2]) * weight * shape[-1] ** 3


def _solving(operands: Sequence[Shape], _: Attributes) -> int:
    a, b = operands
    return max(_cubes(a, 16), 2 * a[-1] * size(b))


ROWS = [
    Operation("solve", TWO, _solved, lambda arrays, _, __: arrays.linalg("solve"), _solving, _each_matrix),
    _on_matrices("inv", lambda s, _: (_square(s),)),
    _on_matrices("det", lambda s, _: (_square(s)[:-2],)),
    _on_matrices("cholesky", lambda s, _: (_square(s),)),
    _on_matrices("slogdet", lambda s, _: (_square(s)[:-2],) * 2),
    _on_matrices(
        "eigh", lambda s, _: (_square(s)[:-1], _square(s)), weight=5, stretch=lambda s: 16 * s[0][-1] ** 2
    ),
]
