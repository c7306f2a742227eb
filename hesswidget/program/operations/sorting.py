"""Sorting, and taking elements at computed places."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hesswidget.program.errors import InvalidProgram
from hesswidget.program.operations.arrays import Arrays, Code
from hesswidget.program.operations.row import (
    ONE,
    TWO,
    Attributes,
    Operation,
    Shape,
    check_axis,
    size,
)


def _sorted_shape(shapes: Sequence[Shape], _: Attributes) -> tuple[Shape, ...]:
    check_axis(0, len(shapes[0]))
    return (shapes[0],)


def _taken(shapes: Sequence[Shape], _: Attributes) -> tuple[Shape, ...]:
    x, i = shapes
    check_axis(0, min(len(x), len(i)))
    if x[:-1] != i[:-1]:
        raise InvalidProgram(f"the shapes are {x} and {i}; all but the last axes must agree.")
    if x[-1] == 0 and size(i):
        raise InvalidProgram("it takes from an axis without elements.")
    return (i,)


def _take_code(arrays: Arrays, _: Sequence[Shape], __: Attributes) -> Code:
    xp = arrays.xp

    def take(x: Any, i: Any) -> Any:
        places = xp.clip(xp.rint(xp.nan_to_num(i, nan=0.0)), 0, x.shape[-1] - 1).astype(int)
        return xp.take_along_axis(x, places, axis=-1)

    return take


def _sort_work(operands: Sequence[Shape], _: Attributes) -> int:
    return 32 * size(operands[0])


def _each_row(operands: Sequence[Shape]) -> int:
    return 32 * operands[0][-1]


ROWS = [
    Operation("sort", ONE, _sorted_shape, lambda arrays, _, __: arrays.xp.sort, _sort_work, _each_row),
    Operation("take", TWO, _taken, _take_code),
]
