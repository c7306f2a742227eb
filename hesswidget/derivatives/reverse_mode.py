"""Reverse mode: derivatives of a scalar function of one array, on autograd's own tracer.

Three things of autograd have a form of their own here, which `hesswidget.derivatives.autograd` needs no patch for:

* ``autograd.core.make_vjp`` warns through the process-wide ``warnings`` module when an output does not depend
  on its input, which every linear function makes it do at the second derivative. `vjp` returns zeros instead.
* ``autograd.core.backward_pass`` adds gradients up in place. A recorder needs values that stay what they were, so
  `vjp` adds them into new arrays.
* ``autograd.core.VJPNode`` forgets where it came from. A `TracedNode` knows its function, its shape and the user's
  line, so that a derivative of another shape than its argument is refused rather than stretched, and an error on the
  way back names a line.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import numpy as np
from autograd import tracer
from autograd.core import VJPNode, primitive_vjps, sparse_add, sparse_object_types, vspace
from autograd.util import toposort

from hesswidget.derivatives.completion.advice import without_derivative
from hesswidget.user_code import Place, place_now


class TracedNode(VJPNode):
    """A step of a function, with what is needed to check and to name its derivative."""

    __slots__ = ("function", "place", "shape")

    def __init__(
        self, value: Any, fun: Any, args: Any, kwargs: Any, parent_argnums: Any, parents: Any
    ) -> None:
        self.function, self.shape = fun, _shape(value)
        self.place = place_now(_OUTSIDE) or place_of_derivative()
        if fun not in primitive_vjps:
            raise NotImplementedError(without_derivative(fun, parent_argnums))
        super().__init__(value, fun, args, kwargs, parent_argnums, parents)

    def initialize_root(self, shape: Any) -> None:
        """Stand for the argument of the whole function."""
        super().initialize_root()
        self.function, self.shape, self.place = None, shape, None


# What has no derivative for autograd's own node has none for this one.
tracer.notrace_primitives[TracedNode] = tracer.notrace_primitives[VJPNode]


def _shape(value: Any) -> Any:
    """Return the shape of an array or number; None of what else a primitive may return."""
    while type(value) in tracer.box_types:
        value = value._value
    if isinstance(value, np.ndarray):
        return value.shape
    return () if isinstance(value, _NUMBERS) else None


_NUMBERS = (float, complex, np.number)


_going_back = threading.local()


def place_of_derivative() -> Place | None:
    """Return the user's line whose derivative is being computed in this thread, if any is."""
    return getattr(_going_back, "place", None)


def vjp(function: Callable[[Any], Any], x: Any) -> tuple[Any, Callable[[Any], Any]]:
    """Value of `function` at `x` and the map from a covector to its product with the Jacobian.

    Examples
    --------
    >>> value, pull = vjp(lambda x: x[0] * x[1], np.array([2.0, 3.0]))
    >>> float(value), pull(1.0).tolist()
    (6.0, [3.0, 2.0])
    """
    with tracer.trace_stack.new_trace() as level:
        end = function(tracer.new_box(x, level, TracedNode.new_root(_shape(x))))
    if tracer.isbox(end) and end._trace == level:
        return end._value, lambda covector: _backward(_as_array(covector), end._node)
    return end, lambda covector: vspace(x).zeros()


def _as_array(covector: Any) -> Any:
    """Give a float the shape and type that autograd's rules ask their covectors for."""
    return np.float64(covector) if type(covector) in (int, float) else covector


def _backward(covector: Any, end: TracedNode) -> Any:
    """Pull a covector back through a trace: the chain rule, from the end to the start.

    What is raised on the way has the user's line, as its ``user_place``.
    """
    outgrads: dict[TracedNode, Any] = {end: covector}
    outgrad, before, node = covector, place_of_derivative(), end
    try:
        for node in toposort(end):
            outgrad = outgrads.pop(node)
            _going_back.place = node.place
            for parent, ingrad in zip(node.parents, node.vjp(outgrad), strict=False):
                dense = (
                    sparse_add(vspace(ingrad), None, ingrad)
                    if type(ingrad) in sparse_object_types
                    else ingrad
                )
                if parent.shape is not None and _shape(dense) not in (None, parent.shape):
                    raise NotImplementedError(_misshapen(node.function, _shape(dense), parent.shape))
                outgrads[parent] = vspace(dense).add(outgrads[parent], dense) if parent in outgrads else dense
    except Exception as error:
        if node.place is not None and not hasattr(error, "user_place"):
            error.user_place = node.place  # type: ignore[attr-defined]
        raise
    finally:
        _going_back.place = before
    return outgrad


# What calls these is not the function that is differentiated.
_OUTSIDE = frozenset([vjp.__code__, _backward.__code__])


def _misshapen(function: Any, shape: Any, expected: Any) -> str:
    name = getattr(function, "__name__", function)
    return (
        f"autograd's derivative of {name} has shape {shape} where its argument has shape {expected}; make the shapes "
        f"equal before it, with np.broadcast_to or reshape"
    )


def value_and_gradient(function: Callable[[Any], Any], x: Any) -> tuple[Any, Any]:
    """Value and gradient of a scalar function of one array, at `x`.

    Examples
    --------
    >>> value, g = value_and_gradient(lambda x: x[0] ** 2 * x[1], np.array([1.0, 5.0]))
    >>> float(value), g.tolist()
    (5.0, [10.0, 1.0])
    """
    value, pull = vjp(function, x)
    return value, pull(vspace(value).ones())


def gradient(function: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Gradient of a scalar function of one array, itself differentiable.

    Examples
    --------
    >>> gradient(lambda x: x[0] ** 2 * x[1])(np.array([1.0, 5.0])).tolist()
    [10.0, 1.0]
    """
    return lambda x: value_and_gradient(function, x)[1]


def hvp(function: Callable[[Any], Any], x: Any, vector: Any) -> Any:
    """Hessian-vector product of a scalar function of one array at `x`.

    Examples
    --------
    >>> hvp(lambda x: x[0] ** 2 * x[1], np.array([1.0, 5.0]), np.array([1.0, 0.0])).tolist()
    [10.0, 2.0]
    """
    return vjp(gradient(function), x)[1](vector)


def gradient_and_hessian(function: Callable[[Any], Any], x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Gradient, shape (n,), and Hessian, shape (n, n), row by row as autograd gives them.

    The cost is one gradient and n Hessian-vector products, reverse over reverse. Row i is the derivative of
    component i of the gradient; nothing is symmetrised.

    Examples
    --------
    >>> g, H = gradient_and_hessian(lambda x: x[0] ** 2 * x[1], np.array([1.0, 5.0]))
    >>> H.tolist()
    [[10.0, 2.0], [2.0, 0.0]]
    """
    g, pull = vjp(gradient(function), x)
    hessian, row = np.empty((len(x), len(x))), np.zeros(len(x))
    for i in range(len(x)):
        row[i] = 1.0
        hessian[i] = pull(row)
        row[i] = 0.0
    return g, hessian
