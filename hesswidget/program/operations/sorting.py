"""Sorting, and taking elements at computed places."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from hesswidget.program.operations.row import (
    Attributes,
    Operation,
    Shape,
    refuse_unless,
    size,
    work_of_results,
)


def _sorted_shape(shapes: Sequence[Shape], _: Attributes) -> tuple[Shape, ...]:
    refuse_unless(len(shapes[0]) > 0, "a scalar cannot be sorted.")
    return (shapes[0],)


def _taken(shapes: Sequence[Shape], _: Attributes) -> tuple[Shape, ...]:
    x, i = shapes
    fits = len(x) == len(i) > 0 and x[:-1] == i[:-1] and x[-1] > 0
    refuse_unless(fits, f"places of shape {i} cannot be taken from shape {x}.")
    return (i,)


def _take(x: Any, i: Any) -> Any:
    places = np.clip(np.rint(np.nan_to_num(i, nan=0.0)), 0, x.shape[-1] - 1).astype(np.intp)
    return np.take_along_axis(x, places, axis=-1)


def _sort_work(operands: Sequence[Shape], _: Sequence[Shape], __: Attributes) -> int:
    return 32 * size(operands[0])


ROWS = [
    Operation("sort", 1, (), _sorted_shape, lambda _, __: np.sort, _sort_work),
    Operation("take", 2, (), _taken, lambda _, __: _take, work_of_results),
]
