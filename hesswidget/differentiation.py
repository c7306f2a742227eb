"""Derivatives of a scalar function of one vector, on autograd's own tracer.

Three things of autograd are replaced here. The first two because a live widget computes while the user's code runs:

* Autograd numbers its nested traces in one process-wide counter. Jupyter hands widget messages to another
  thread (ipykernel 7 subshells), so two computations could take the same number and mix their derivatives.
  The counter becomes one per thread, for everybody in the process.
* ``autograd.core.make_vjp`` warns through the process-wide ``warnings`` module when an output does not depend
  on its input, which every linear function makes it do at the second derivative. `vjp` returns zeros instead.
* ``autograd.core.backward_pass`` adds gradients up in place. A recorder needs values that stay what they were, so
  `vjp` adds them into new arrays.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
from autograd import tracer
from autograd.core import Node, VJPNode, sparse_add, sparse_object_types, vspace
from autograd.util import toposort


class _TraceStackPerThread(threading.local):
    """Autograd's ``TraceStack`` with one counter per thread, which a raising function leaves as it was."""

    def __init__(self) -> None:
        self.top = -1

    @contextmanager
    def new_trace(self) -> Iterator[int]:
        self.top += 1
        try:
            yield self.top
        finally:
            self.top -= 1


tracer.trace_stack = _TraceStackPerThread()


def vjp(function: Callable[[Any], Any], x: Any) -> tuple[Any, Callable[[Any], Any]]:
    """Value of `function` at `x` and the map from a covector to its product with the Jacobian.

    Examples
    --------
    >>> value, pull = vjp(lambda x: x[0] * x[1], np.array([2.0, 3.0]))
    >>> float(value), pull(1.0).tolist()
    (6.0, [3.0, 2.0])
    """
    with tracer.trace_stack.new_trace() as level:
        end = function(tracer.new_box(x, level, VJPNode.new_root()))
    if tracer.isbox(end) and end._trace == level:
        return end._value, lambda covector: _backward(_as_array(covector), end._node)
    return end, lambda covector: vspace(x).zeros()


def _as_array(covector: Any) -> Any:
    """Give a float the shape and type that autograd's rules ask their covectors for."""
    return np.float64(covector) if type(covector) in (int, float) else covector


def _backward(covector: Any, end: Node) -> Any:
    """Pull a covector back through a trace: the chain rule, from the end to the start."""
    outgrads: dict[Node, Any] = {end: covector}
    outgrad = covector
    for node in toposort(end):
        outgrad = outgrads.pop(node)
        for parent, ingrad in zip(node.parents, node.vjp(outgrad), strict=False):
            dense = (
                sparse_add(vspace(ingrad), None, ingrad) if type(ingrad) in sparse_object_types else ingrad
            )
            outgrads[parent] = vspace(dense).add(outgrads[parent], dense) if parent in outgrads else dense
    return outgrad


def value_and_gradient(function: Callable[[Any], Any], x: Any) -> tuple[Any, Any]:
    """Value and gradient of a scalar function of one array, at `x`.

    Examples
    --------
    >>> value, slope = value_and_gradient(lambda x: x[0] ** 2 * x[1], np.array([1.0, 5.0]))
    >>> float(value), slope.tolist()
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


def gradient_or_nan(function: Callable[[Any], Any]) -> Callable[[np.ndarray], np.ndarray]:
    """Gradient of a function that may be undefined, or raise, where it is asked for: NaN there, without a warning.

    Examples
    --------
    >>> gradient_or_nan(lambda x: x[0] ** 2 if x[0] > 0 else 1 / 0)(np.array([-1.0])).tolist()
    [nan]
    """
    slope = gradient(function)

    def gradient_at(x: np.ndarray) -> np.ndarray:
        try:
            with np.errstate(all="ignore"):
                return np.asarray(slope(x), dtype=float)
        except Exception:  # outside its domain a function may raise what it likes
            return np.full(np.shape(x), np.nan)

    return gradient_at


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
    slope, pull = vjp(gradient(function), x)
    hessian, row = np.empty((len(x), len(x))), np.zeros(len(x))
    for i in range(len(x)):
        row[i] = 1.0
        hessian[i] = pull(row)
        row[i] = 0.0
    return slope, hessian
