"""Arrays that are not autograd's: data in frames and series, and arrays whose elements are traced numbers.

Frames and series (of pandas, and what resembles it) become arrays where a traced value meets them. An array has no
index: of two series in one product the rows meet in their order, as they are. Where pandas would have aligned them
otherwise, the traced function is another one; `frames_met` tells when that must be looked at.

NumPy's own ``array`` and ``where``, and a product with a frame, make arrays of objects of traced numbers. A function of
``autograd.numpy`` takes them as the traced arrays that they stand for.
"""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import autograd.numpy as anp
import numpy as np
from autograd import tracer
from autograd.tracer import isbox

_subvals, _find_top_boxed_args = tracer.subvals, tracer.find_top_boxed_args
_BOXES = tracer.box_types


class _Met(threading.local):
    frames = False


_met = _Met()


@contextmanager
def frames_met() -> Iterator[Callable[[], bool]]:
    """Yield a function that tells whether a traced value met a frame or series since, in this thread."""
    before, _met.frames = _met.frames, False
    try:
        yield lambda: _met.frames
    finally:
        _met.frames = before or _met.frames


@functools.cache
def _is_frame(kind: type) -> bool:
    return hasattr(kind, "to_numpy")


def as_plain(x: Any) -> Any:
    """Return the array of a frame or series, everything else as it is."""
    return x.to_numpy() if _is_frame(x.__class__) else x


def plain_arguments(arguments: Any, values: Any) -> Any:
    """Replace traced arguments of a primitive by their values, and frames by arrays."""
    replaced = _subvals(arguments, values)
    for x in replaced:
        if _is_frame(x.__class__):
            _met.frames = True
            return tuple(map(as_plain, replaced))
    return replaced


def _elements(x: Any) -> Any:
    """Return the traced array that an array of objects stands for; None of anything else."""
    array = as_plain(x)
    if type(array) is not np.ndarray or array.dtype.kind != "O" or not any(map(isbox, array.flat)):
        return None
    return anp.reshape(anp.array(array.ravel().tolist()), array.shape)


@functools.cache
def _has_own_way(kind: type) -> bool:
    """Whether NumPy's functions leave it to this type what to make of them; or it is a frame."""
    own = getattr(kind, "__array_ufunc__", None)
    return _is_frame(kind) or own not in (None, np.ndarray.__array_ufunc__)


def traced_arguments(arguments: Any) -> Any:
    """Find the traced arguments of a primitive, arrays of traced numbers among them."""
    boxes: list[Any] = []
    top, node = -1, None
    for k, x in enumerate(arguments):  # called for every primitive, and so in one go where nothing is foreign
        kind = x.__class__
        if kind in _BOXES:
            if x._trace > top:
                boxes, top, node = [(k, x)], x._trace, type(x._node)
            elif x._trace == top:
                boxes.append((k, x))
        elif x.dtype.hasobject if kind is np.ndarray else _has_own_way(kind):
            return _among_foreign(arguments)
    return boxes, top, node, False


def _among_foreign(arguments: Any) -> Any:
    arrays = {k: array for k, x in enumerate(arguments) if (array := _elements(x)) is not None}
    if not arrays:
        return _find_top_boxed_args(arguments)
    boxes, level, node, _ = _find_top_boxed_args(
        tuple(arrays.get(k, as_plain(x)) for k, x in enumerate(arguments))
    )
    return boxes, level, node, False
