"""Operations that move elements about."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from hesswidget.program.operations.row import (
    Attributes,
    Code,
    Operation,
    Shape,
    broadcast_shape,
    check_axes,
    refuse_unless,
    size,
    work_of_larger,
    work_of_results,
)


def _reshaped(shapes: Sequence[Shape], attributes: Attributes) -> tuple[Shape, ...]:
    shape = attributes["shape"]
    refuse_unless(size(shape) == size(shapes[0]), f"shape {shapes[0]} cannot become {shape}.")
    return (shape,)


def _transposed(shapes: Sequence[Shape], attributes: Attributes) -> tuple[Shape, ...]:
    (shape,), axes = shapes, attributes["axes"]
    check_axes(axes, len(shape))
    refuse_unless(len(axes) == len(shape), f"axes {axes} do not permute {len(shape)} axes.")
    return (tuple(shape[a] for a in axes),)


def _broadcast(shapes: Sequence[Shape], attributes: Attributes) -> tuple[Shape, ...]:
    shape = attributes["shape"]
    refuse_unless(
        broadcast_shape([shapes[0], shape]) == shape, f"shape {shapes[0]} does not broadcast to {shape}."
    )
    return (shape,)


def _split(shape: Shape, lead: int) -> tuple[Shape, int]:
    refuse_unless(0 <= lead <= len(shape), f"{lead} leading axes were asked of shape {shape}.")
    return shape[:lead], size(shape[lead:])


def _gathered(shapes: Sequence[Shape], attributes: Attributes) -> tuple[Shape, ...]:
    lead, rest = _split(shapes[0], attributes["lead"])
    places, shape = attributes["places"], attributes["shape"]
    refuse_unless(size(shape) == len(places), f"{len(places)} places do not fill shape {shape}.")
    refuse_unless(
        len(places) == 0 or (places.min() >= 0 and places.max() < rest), "a place lies outside its operand."
    )
    return ((*lead, *shape),)


def _scattered(shapes: Sequence[Shape], attributes: Attributes) -> tuple[Shape, ...]:
    lead, rest = _split(shapes[0], attributes["lead"])
    places, shape = attributes["places"], attributes["shape"]
    refuse_unless(rest == len(places), f"{len(places)} places do not take {rest} elements.")
    refuse_unless(
        len(places) == 0 or (places.min() >= 0 and places.max() < size(shape)),
        "a place lies outside its result.",
    )
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


def _gather_code(shapes: Sequence[Shape], attributes: Attributes) -> Code:
    lead, rest = _split(shapes[0], attributes["lead"])
    flat, result = (*lead, rest), (*lead, *attributes["shape"])
    places = attributes["places"]
    run = run_of(places)
    if run is None:
        return lambda x: np.take(np.reshape(x, flat), places, axis=-1).reshape(result)
    index: tuple[Any, ...] = (..., run)
    if flat == shapes[0] and len(attributes["shape"]) == 1:
        return lambda x: x[index]
    return lambda x: np.reshape(x, flat)[index].reshape(result)[()]


def _scatter_code(shapes: Sequence[Shape], attributes: Attributes) -> Code:
    lead, rest = _split(shapes[0], attributes["lead"])
    places, shape = attributes["places"], attributes["shape"]
    result, flat = (*lead, *shape), (*lead, rest)
    width = (*lead, size(shape))
    if len(np.unique(places)) == len(places):
        run = run_of(places)
        index: tuple[Any, ...] = (..., places if run is None else run)

        def put(x: Any) -> Any:
            out = np.zeros(width)
            out[index] = np.reshape(x, flat)
            return out.reshape(result)

        return put

    where: Any = (..., places)

    def add(x: Any) -> Any:
        out = np.zeros(width)
        np.add.at(out, where, np.reshape(x, flat))
        return out.reshape(result)

    return add


def _joined(shapes: Sequence[Shape], attributes: Attributes) -> tuple[Shape, ...]:
    axis = attributes["axis"]
    check_axes((axis,), len(shapes[0]))
    rests = {(*s[:axis], *s[axis + 1 :]) if len(s) == len(shapes[0]) else None for s in shapes}
    refuse_unless(
        len(rests) == 1 and None not in rests, f"shapes {shapes} cannot be joined along axis {axis}."
    )
    first = shapes[0]
    return ((*first[:axis], sum(s[axis] for s in shapes), *first[axis + 1 :]),)


def _with(function: Code, attribute: str) -> Callable[[Sequence[Shape], Attributes], Code]:
    """Return the code that hands one attribute to a function of NumPy."""
    return lambda _, attributes: lambda x: function(x, attributes[attribute])


def _join_code(_: Sequence[Shape], attributes: Attributes) -> Code:
    axis = attributes["axis"]
    return lambda *x: np.concatenate(x, axis)


ROWS = [
    Operation("reshape", 1, ("shape",), _reshaped, _with(np.reshape, "shape"), work_of_results),
    Operation("transpose", 1, ("axes",), _transposed, _with(np.transpose, "axes"), work_of_results),
    Operation("broadcast", 1, ("shape",), _broadcast, _with(np.broadcast_to, "shape"), work_of_results),
    Operation("gather", 1, ("places", "shape", "lead"), _gathered, _gather_code, work_of_larger),
    Operation("scatter", 1, ("places", "shape", "lead"), _scattered, _scatter_code, work_of_larger),
    Operation("concatenate", None, ("axis",), _joined, _join_code, work_of_results),
]
