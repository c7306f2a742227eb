"""Operations that move elements about."""

from __future__ import annotations

import math
import operator
from collections.abc import Sequence
from typing import Any

import numpy as np

from hesswidget.program.errors import InvalidProgram
from hesswidget.program.operations.arrays import Arrays, Code
from hesswidget.program.operations.row import (
    ONE,
    Attributes,
    ChooseCode,
    Operation,
    Shape,
    check_axis,
    listed,
    size,
    work_of_operand,
)


def _reshaped(shapes: Sequence[Shape], attributes: Attributes) -> tuple[Shape, ...]:
    shape = attributes["shape"]
    if size(shape) != size(shapes[0]):
        raise InvalidProgram(f"{shapes[0]} cannot be reshaped to {shape}.")
    return (shape,)


def _transposed(shapes: Sequence[Shape], attributes: Attributes) -> tuple[Shape, ...]:
    (shape,), axes = shapes, attributes["axes"]
    fits = sorted(axes) == list(range(len(shape)))
    if not fits:
        raise InvalidProgram(f"the axes are {listed(axes)}; each below {len(shape)} is expected once.")
    return (tuple(shape[a] for a in axes),)


def _broadcast(shapes: Sequence[Shape], attributes: Attributes) -> tuple[Shape, ...]:
    shape = attributes["shape"]
    pairs = zip(shapes[0][::-1], shape[::-1], strict=False)
    fits = len(shapes[0]) <= len(shape) and all(a in (1, b) for a, b in pairs)
    if not fits:
        raise InvalidProgram(f"{shapes[0]} cannot be broadcast to {shape}.")
    return (shape,)


def _split(shape: Shape, lead: int) -> tuple[Shape, int]:
    if not 0 <= lead <= len(shape):
        raise InvalidProgram(f"lead is {lead}; the operand has {len(shape)} axes.")
    return shape[:lead], size(shape[lead:])


def _check_places(places: np.ndarray, count: int, extent: int, is_read: bool) -> None:
    """Where the leading axes are empty nothing is read, and to check the places would be work that nothing counts."""
    if len(places) != count:
        raise InvalidProgram(f"there are {len(places)} places; {count} are expected.")
    if is_read:
        outside = places[(places < 0) | (places >= extent)]
        if outside.size:
            raise InvalidProgram(f"place {outside[:1].sum()} is outside; there are {extent} elements.")


def _gathered(shapes: Sequence[Shape], attributes: Attributes) -> tuple[Shape, ...]:
    lead, rest = _split(shapes[0], attributes["lead"])
    shape = attributes["shape"]
    _check_places(attributes["places"], size(shape), rest, size(lead) > 0)
    return ((*lead, *shape),)


def _scattered(shapes: Sequence[Shape], attributes: Attributes) -> tuple[Shape, ...]:
    lead, rest = _split(shapes[0], attributes["lead"])
    shape = attributes["shape"]
    _check_places(attributes["places"], rest, size(shape), size(lead) > 0)
    return ((*lead, *shape),)


def run_of(places: np.ndarray) -> slice | None:
    """Return the slice that picks these places, if they follow each other at even distances.

    >>> run_of(np.array([1, 3, 5]))
    slice(1, 6, 2)
    """
    if len(places) == 0:
        return None
    step = int(places[1] - places[0]) if len(places) > 1 else 1
    first, last = int(places[0]), int(places[-1])
    if step <= 0 or not np.array_equal(places, np.arange(first, last + 1, step)):
        return None
    return slice(first, last + 1, step)


def _gather_code(arrays: Arrays, shapes: Sequence[Shape], attributes: Attributes) -> Code:
    lead, rest = _split(shapes[0], attributes["lead"])
    flat, result = (*lead, rest), (*lead, *attributes["shape"])
    places, reshape, take = attributes["places"], arrays.xp.reshape, arrays.take
    run = run_of(places)
    if run is None:
        return lambda x: take(reshape(x, flat), places).reshape(result)
    if flat == shapes[0] and result == ():
        return operator.itemgetter(run.start)
    index: tuple[Any, ...] = (..., run)
    if flat == shapes[0] and len(attributes["shape"]) == 1:
        return lambda x: x[index]
    if flat == shapes[0]:
        return lambda x: x[index].reshape(result)
    return lambda x: reshape(x, flat)[index].reshape(result)[()]


def _scatter_code(arrays: Arrays, shapes: Sequence[Shape], attributes: Attributes) -> Code:
    lead, rest = _split(shapes[0], attributes["lead"])
    places, shape = attributes["places"], attributes["shape"]
    result, flat = (*lead, *shape), (*lead, rest)
    width = (*lead, size(shape))
    reshape, put, add = arrays.xp.reshape, arrays.put, arrays.add
    if len(np.unique(places)) == len(places):
        run = run_of(places)
        index: tuple[Any, ...] = (..., places if run is None else run)
        if flat == shapes[0]:
            return lambda x: put(width, index, x).reshape(result)
        return lambda x: put(width, index, reshape(x, flat)).reshape(result)
    where: Any = (..., places)
    return lambda x: add(width, where, reshape(x, flat)).reshape(result)


def _joined(shapes: Sequence[Shape], attributes: Attributes) -> tuple[Shape, ...]:
    axis = attributes["axis"]
    first = shapes[0]
    check_axis(axis, len(first))
    for shape in shapes:
        fits = len(shape) == len(first) and (*shape[:axis], *shape[axis + 1 :]) == (
            *first[:axis],
            *first[axis + 1 :],
        )
        if not fits:
            raise InvalidProgram(f"{first} and {shape} cannot be joined along axis {axis}.")
    return ((*first[:axis], sum(s[axis] for s in shapes), *first[axis + 1 :]),)


def _reshape_code(arrays: Arrays, _: Sequence[Shape], attributes: Attributes) -> Code:
    shape = attributes["shape"]
    if arrays.has_methods:
        return operator.methodcaller("reshape", shape)
    reshape = arrays.xp.reshape
    return lambda x: reshape(x, shape)


def _with(name: str, attribute: str) -> ChooseCode:
    """Return the code that hands one attribute to the function of this name."""

    def code(arrays: Arrays, _: Sequence[Shape], attributes: Attributes) -> Code:
        function, held = getattr(arrays.xp, name), attributes[attribute]
        return lambda x: function(x, held)

    return code


def _join_code(arrays: Arrays, _: Sequence[Shape], attributes: Attributes) -> Code:
    concatenate, axis = arrays.xp.concatenate, attributes["axis"]
    return lambda *x: concatenate(x, axis)


ROWS = [
    Operation("reshape", ONE, _reshaped, _reshape_code),
    Operation("transpose", ONE, _transposed, _with("transpose", "axes")),
    Operation("broadcast", ONE, _broadcast, _with("broadcast_to", "shape")),
    Operation("gather", ONE, _gathered, _gather_code, work_of_operand),
    Operation("scatter", ONE, _scattered, _scatter_code, work_of_operand),
    Operation("concatenate", (1, math.inf), _joined, _join_code),
]
