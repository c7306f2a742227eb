"""Operations that reduce or run along axes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hesswidget.program.errors import InvalidProgram
from hesswidget.program.operations.arrays import Arrays, Code
from hesswidget.program.operations.row import (
    ONE,
    Attributes,
    Operation,
    Shape,
    check_axis,
    listed,
    work_of_operand,
)


def _reduced(shapes: Sequence[Shape], attributes: Attributes) -> tuple[Shape, ...]:
    (shape,), axes = shapes, attributes["axes"]
    fits = list(axes) == sorted(set(axes)) and all(a < len(shape) for a in axes)
    if not fits:
        raise InvalidProgram(f"the axes are {listed(axes)}; ascending ones below {len(shape)} are expected.")
    return (tuple(s for i, s in enumerate(shape) if i not in axes),)


def _chosen(shapes: Sequence[Shape], attributes: Attributes) -> tuple[Shape, ...]:
    (shape,) = shapes
    result = _reduced(shapes, attributes)
    fits = all(shape[i] for i in attributes["axes"])
    if not fits:
        raise InvalidProgram("it is over no elements; at least one is needed.")
    return result


def _reduction(name: str, shapes: Any) -> Operation:
    ufunc_name = {"sum": "add", "prod": "multiply", "max": "maximum", "min": "minimum"}[name]

    def code(arrays: Arrays, _: Sequence[Shape], attributes: Attributes) -> Code:
        ufunc, axes = getattr(arrays.xp, ufunc_name), attributes["axes"]
        if len(axes) == 1:
            (axis,) = axes
            return lambda x: ufunc.reduce(x, axis)
        return lambda x: ufunc.reduce(x, axis=axes)

    return Operation(name, ONE, shapes, code, work_of_operand)


def _running(shapes: Sequence[Shape], attributes: Attributes) -> tuple[Shape, ...]:
    check_axis(attributes["axis"], len(shapes[0]))
    return (shapes[0],)


def _cumsum_code(arrays: Arrays, _: Sequence[Shape], attributes: Attributes) -> Code:
    cumsum, axis = arrays.xp.cumsum, attributes["axis"]
    return lambda x: cumsum(x, axis=axis)


ROWS = [
    *(_reduction(name, _reduced) for name in ("sum", "prod")),
    *(_reduction(name, _chosen) for name in ("max", "min")),
    Operation("cumsum", ONE, _running, _cumsum_code),
]
