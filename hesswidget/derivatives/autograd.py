"""Autograd as a backend of derivatives; and the one place where its internals are replaced, for the whole process.

* ``tracer.trace_stack``: autograd numbers its nested traces in one process-wide counter. Jupyter hands widget messages
  to another thread (ipykernel 7 subshells), so two computations could take the same number and mix their derivatives.
  The counter becomes one per thread, which a raising function leaves as it was.
* ``Box.__bool__``: a traced value is as true as what it holds, and ``int()``, ``round()``, ``math.floor()`` of it are
  whole numbers. The node of a recording, which holds for all values, has to be asked.
* Boxes for truths and whole numbers, and their operators: autograd does not trace what it does not differentiate, and
  a recording does.
* ``tracer.subvals`` and ``tracer.find_top_boxed_args``: frames of pandas, and arrays whose elements are traced numbers,
  are arguments of primitives too (`hesswidget.derivatives.completion.foreign_arrays`).
* ``numpy_vjps.unbroadcast_f``: it asks again and again for shapes and types of what mostly has the right ones, which
  took a fifth of the time of a derivative.

What autograd leaves out of NumPy is added to it, rather than replaced, by `hesswidget.derivatives.completion`, in force
as this is imported. All else here is `hesswidget.derivatives.reverse_mode`, which is no patch.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
from autograd import tracer
from autograd.core import Node
from autograd.numpy import numpy_vjps
from autograd.numpy import numpy_wrapper as anp
from autograd.numpy.numpy_boxes import ArrayBox
from autograd.tracer import Box

from hesswidget.derivatives.branches.questions import CEILING, FLOOR, NEAREST, TRUTH, WHOLE, ask
from hesswidget.derivatives.completion import families, foreign_arrays  # noqa: F401 in force before users' code runs
from hesswidget.derivatives.reverse_mode import gradient, gradient_and_hessian, hvp, value_and_gradient, vjp

__all__ = ["gradient", "gradient_and_hessian", "hvp", "value_and_gradient", "vjp"]


class _TraceStackPerThread(threading.local):
    """Autograd's ``TraceStack`` with one counter per thread."""

    def __init__(self) -> None:
        self.top = -1

    @contextmanager
    def new_trace(self) -> Iterator[int]:
        self.top += 1
        try:
            yield self.top
        finally:
            self.top -= 1


class DiscreteBox(ArrayBox):
    """A box for truths and whole numbers."""

    __slots__ = ()


def leave_shapes(node: type[Node]) -> None:
    """Have nodes of this type not trace what depends on shapes only: it is what it is."""
    for primitive in (anp.size, anp.isscalar, anp.isreal, anp.iscomplex, anp.zeros_like, anp.ones_like):
        tracer.register_notrace(node, primitive)


_unbroadcast_f = numpy_vjps.unbroadcast_f


def _real_shape(x: Any) -> Any:
    """Return the shape of what holds numbers of float64, traced or not; None of anything else."""
    value = tracer.getval(x)
    kind = value.__class__
    if kind is np.ndarray:
        return value.shape if value.dtype == np.float64 else None
    return () if kind is np.float64 or kind is float else None


def _unbroadcast_where_needed(target: Any, rule: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Give what `rule` makes of a covector the shape of its target, if it has another."""
    shape = _real_shape(target)
    if shape is None:
        found: Callable[[Any], Any] = _unbroadcast_f(target, rule)
        return found
    wanted = shape, len(shape), np.dtype(float), False

    def pulled(covector: Any) -> Any:
        found = rule(covector)
        return found if _real_shape(found) == shape else numpy_vjps.unbroadcast(found, wanted)

    return pulled


tracer.trace_stack = _TraceStackPerThread()
tracer.subvals, tracer.find_top_boxed_args = foreign_arrays.plain_arguments, foreign_arrays.traced_arguments
numpy_vjps.unbroadcast_f = _unbroadcast_where_needed
Box.__bool__ = lambda self: ask(TRUTH, self)
ArrayBox.__int__ = ArrayBox.__trunc__ = lambda self: ask(WHOLE, self)
ArrayBox.__floor__, ArrayBox.__ceil__ = lambda self: ask(FLOOR, self), lambda self: ask(CEILING, self)
ArrayBox.__round__ = lambda self, digits=None: (
    ask(NEAREST, self) if digits is None else anp.round(self, digits)
)
DiscreteBox.__index__ = lambda self: ask(WHOLE, self)
for _kind in (np.bool_, np.int8, np.int16, np.int32, np.int64, np.uint8, np.uint16, np.uint32, np.uint64):
    DiscreteBox.register(_kind)
_OPERATORS: dict[str, Any] = {
    "and": anp.bitwise_and,
    "or": anp.bitwise_or,
    "xor": anp.bitwise_xor,
    "floordiv": anp.floor_divide,
}
for _operator, _primitive in _OPERATORS.items():
    setattr(ArrayBox, f"__{_operator}__", lambda self, other, of=_primitive: of(self, other))
    setattr(ArrayBox, f"__r{_operator}__", lambda self, other, of=_primitive: of(other, self))
ArrayBox.__invert__ = lambda self: anp.bitwise_not(self)
ArrayBox.__pos__ = lambda self: self
# Operators of frames, and their way with NumPy's ufuncs, leave it to a traced value what to make of them.
ArrayBox.__pandas_priority__ = 10_000
ArrayBox.__array_priority__ = 10_000.0
