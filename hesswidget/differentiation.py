"""Derivatives of a scalar function of one vector, on autograd's own tracer.

Two things of autograd are replaced here, both because a live widget computes while the user's code runs:

* Autograd numbers its nested traces in one process-wide counter. Jupyter hands widget messages to another
  thread (ipykernel 7 subshells), so two computations could take the same number and mix their derivatives.
  The counter becomes one per thread, for everybody in the process.
* ``autograd.core.make_vjp`` warns through the process-wide ``warnings`` module when an output does not depend
  on its input, which every linear function makes it do at the second derivative. `vjp` returns zeros instead.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
from autograd import tracer
from autograd.core import VJPNode, backward_pass, vspace


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
        return end._value, lambda covector: backward_pass(covector, end._node)
    return end, lambda covector: vspace(x).zeros()


def gradient(function: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Gradient of a scalar function of one array, itself differentiable.

    Examples
    --------
    >>> gradient(lambda x: x[0] ** 2 * x[1])(np.array([1.0, 5.0])).tolist()
    [10.0, 1.0]
    """

    def gradient_at(x: Any) -> Any:
        value, pull = vjp(function, x)
        return pull(vspace(value).ones())

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
