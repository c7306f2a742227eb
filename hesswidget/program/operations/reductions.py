"""Operations that reduce or run along axes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from hesswidget.program.operations.row import (
    Attributes,
    Code,
    Operation,
    Shape,
    check_axes,
    refuse_unless,
    work_of_larger,
)


def _reduced(shapes: Sequence[Shape], attributes: Attributes) -> tuple[Shape, ...]:
    (shape,), axes = shapes, attributes["axes"]
    check_axes(axes, len(shape), ascending=True)
    return (tuple(s for i, s in enumerate(shape) if i not in axes),)


def _chosen(shapes: Sequence[Shape], attributes: Attributes) -> tuple[Shape, ...]:
    (shape,) = shapes
    result = _reduced(shapes, attributes)
    refuse_unless(
        all(shape[i] for i in attributes["axes"]), "the maximum or minimum of no elements was asked for."
    )
    return result


def _reduction(name: str, shapes: Any) -> Operation:
    ufunc = {"sum": np.add, "prod": np.multiply, "max": np.maximum, "min": np.minimum}[name]

    def code(operands: Sequence[Shape], attributes: Attributes) -> Code:
        axes = attributes["axes"]
        if len(axes) == 1:
            (axis,) = axes
            return lambda x: ufunc.reduce(x, axis)
        return lambda x: ufunc.reduce(x, axis=axes)

    return Operation(name, 1, ("axes",), shapes, code, work_of_larger)


def _running(shapes: Sequence[Shape], attributes: Attributes) -> tuple[Shape, ...]:
    check_axes((attributes["axis"],), len(shapes[0]))
    return (shapes[0],)


def _cumsum_code(_: Sequence[Shape], attributes: Attributes) -> Code:
    axis = attributes["axis"]
    return lambda x: np.cumsum(x, axis=axis)


ROWS = [
    *(_reduction(name, _reduced) for name in ("sum", "prod")),
    *(_reduction(name, _chosen) for name in ("max", "min")),
    Operation("cumsum", 1, ("axis",), _running, _cumsum_code, work_of_larger),
]
