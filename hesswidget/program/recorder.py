"""Follows a function through autograd's primitives and writes down what it computes.

A `RecordNode` in autograd's tracer stands for each traced value; what a primitive does is said by `lowering`. Inner traces,
such as a derivative that the function itself takes, are followed too, since autograd's derivative rules are written in
the same primitives. The function runs once, at example values; what depends on their values and not only on their
shapes (``if x > 0``) cannot be recorded, and is refused rather than baked in.
"""

from __future__ import annotations

import linecache
import os
import sys
import traceback
from collections.abc import Callable, Mapping
from typing import Any

import autograd
import numpy as np
from autograd import tracer
from autograd.core import Node
from autograd.numpy.numpy_boxes import ArrayBox
from autograd.tracer import Box

from hesswidget import differentiation
from hesswidget.program import lowering
from hesswidget.program.errors import InvalidProgram, NotRecorded
from hesswidget.program.graph import Graph, Value
from hesswidget.program.program import Program

_OWN = tuple(
    os.path.dirname(os.path.abspath(module.__file__ or "")) + os.sep
    for module in (np, autograd, sys.modules["hesswidget.program"], differentiation)
)


class RecordNode(Node):
    """A traced value's place in a graph: one `Value`, or a tuple of them."""

    __slots__ = ("graph", "value")

    def __init__(
        self, value: Any, fun: Any, args: Any, kwargs: Any, parent_argnums: Any, parents: Any
    ) -> None:
        self.graph: Graph = parents[0].graph
        if any(parent.graph is not self.graph for parent in parents):
            raise NotRecorded("a value of one recording was used in another.")
        operands = list(args)
        for place, parent in zip(parent_argnums, parents, strict=True):
            operands[place] = parent.value
        try:
            self.value = lowering.lowered(self.graph, fun, operands, kwargs, value)
        except NotRecorded as error:
            raise NotRecorded(f"{error}{_place()}") from None
        except InvalidProgram as error:
            raise NotRecorded(f"{_name(fun)}: {error}{_place()}") from None

    def initialize_root(self, graph: Graph, value: Value) -> None:
        self.graph, self.value = graph, value


class RecordedBox(ArrayBox):
    """A box for truths and whole numbers, which autograd has none for, since it does not differentiate them."""

    __slots__ = ()


def _truth(self: Box) -> bool:
    """Return the truth of a traced value, as a branch asks for it; refused where that depends on the inputs."""
    if not isinstance(self._node, RecordNode):
        return bool(self._value)
    value = self._node.value
    if isinstance(value, Value) and value.constant is not None:
        return bool(value.constant)
    raise NotRecorded(
        f"a branch depends on a value (if, while, and, or, max(), min()){_place()}; np.where takes both sides."
    )


RecordedBox.register(np.bool_)
RecordedBox.register(np.int64)
Box.__bool__ = _truth


def record(function: Callable[..., Mapping[str, Any]], /, **examples: Any) -> Program:
    """Write down what a function computes.

    Parameters
    ----------
    function : callable
        Written with ``autograd.numpy``; it takes the examples by keyword and returns a mapping from names to
        arrays or scalars.
    **examples : float or array_like
        For each input an example, which says its shape. It should be an ordinary point: the function runs there.

    Returns
    -------
    Program

    Raises
    ------
    NotRecorded
        If the function does something that no program can say; the sentence names the primitive and the line.

    Examples
    --------
    >>> import autograd.numpy as np
    >>> print(record(lambda x: {"norm": np.sqrt(np.sum(x**2))}, x=[3.0, 4.0]))
    inputs: x[2]
      a = x · x
      b = sum(a)
      c = sqrt(b)
    outputs: norm = c
    """
    graph = Graph()
    arrays = {name: np.array(example, dtype=float) for name, example in examples.items()}
    values = {name: graph.input(name, array.shape) for name, array in arrays.items()}
    outputs = traced(
        graph, lambda *x: function(**dict(zip(arrays, x, strict=True))), arrays.values(), values.values()
    )
    return graph.program(outputs)


def traced(
    graph: Graph, function: Callable[..., Mapping[str, Any]], arrays: Any, values: Any
) -> dict[str, Value]:
    """Run `function` on arrays that stand for values of `graph`; the values of what it returns, by name."""
    with tracer.trace_stack.new_trace() as level, np.errstate(all="ignore"):
        boxes = [
            tracer.new_box(array[()], level, RecordNode.new_root(graph, value))
            for array, value in zip(arrays, values, strict=True)
        ]
        results = function(*boxes)
        return {name: value_of(graph, result) for name, result in results.items()}


def value_of(graph: Graph, result: Any) -> Value:
    """Return the value in `graph` of a traced array, or a constant."""
    if isinstance(result, Box):
        node = result._node
        if isinstance(node, RecordNode) and node.graph is graph and isinstance(node.value, Value):
            return node.value
        raise NotRecorded("a value of one recording was used in another.")
    return graph.constant(lowering.as_array(result))


def _name(fun: Any) -> str:
    return str(getattr(fun, "__name__", fun))


def _place() -> str:
    """Say which line of the user's own code is being run."""
    for frame in reversed(traceback.extract_stack()):
        if not frame.filename.startswith(_OWN) and frame.filename.startswith(("<", os.sep)):
            line = linecache.getline(frame.filename, frame.lineno or 0).strip()
            where = "the cell" if "ipykernel_" in frame.filename else os.path.basename(frame.filename)
            return f" at line {frame.lineno} of {where}{f': {line[:200]}' if line else ''}"
    return ""
