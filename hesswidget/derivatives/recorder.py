"""Follows a function through autograd's primitives and writes down what it computes.

A `RecordNode` in autograd's tracer stands for each traced value; what a primitive does is said by `lowering`. Inner
traces, such as a derivative that the function itself takes, are followed too, since autograd's derivative rules are
written in the same primitives. The function runs once, at example values; what depends on their values and not only
on their shapes (``if x > 0``) is asked for: it goes as on the path that is followed, and is refused without one rather
than baked in (`hesswidget.derivatives.branches`).
"""

from __future__ import annotations

import sys
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
from autograd import tracer
from autograd.core import Node
from autograd.tracer import Box

from hesswidget.derivatives import autograd, lowering
from hesswidget.derivatives.branches import paths
from hesswidget.derivatives.branches.questions import Answer, Question
from hesswidget.derivatives.completion.advice import of_library
from hesswidget.errors import ProblemError, clause
from hesswidget.program.errors import InvalidProgram, NotRecorded
from hesswidget.program.graph import Graph, Value
from hesswidget.program.program import Program
from hesswidget.program.records import Outputs, by_name
from hesswidget.program.simplification import SimplifyingGraph
from hesswidget.user_code import hint_for, line_of, summary


class RecordNode(Node):
    """A traced value in a graph: one `Value`, or a tuple of them."""

    __slots__ = ("graph", "value")

    def __init__(
        self, value: Any, fun: Any, args: Any, kwargs: Any, parent_argnums: Any, parents: Any
    ) -> None:
        self.graph: Graph = parents[0].graph
        if any(parent.graph is not self.graph for parent in parents):
            raise NotRecorded("a value of one recording was used in another.")
        operands = list(args)
        for at, parent in zip(parent_argnums, parents, strict=True):
            operands[at] = parent.value
        try:
            self.value = lowering.lowered(self.graph, fun, operands, kwargs, value)
        except InvalidProgram as error:
            self.graph.refusal = NotRecorded(f"{_name(fun)}: {error}")
            raise self.graph.refusal from None
        except NotRecorded as error:
            self.graph.refusal = error
            raise

    def initialize_root(self, graph: Graph, value: Value) -> None:
        """Stand for a value that no primitive made."""
        self.graph, self.value = graph, value

    def asked(self, question: Question, x: Box) -> Answer:
        """Answer as on the path that is followed; refused without one where the answer depends on the inputs."""
        try:
            return self._answer(question, x)
        except NotRecorded as error:
            self.graph.refusal = error
            raise

    def _answer(self, question: Question, x: Box) -> Answer:
        following = paths.present()
        if following is not None:
            return following.answer(question, x)
        value = self.value
        if isinstance(value, Value) and value.constant is not None:
            return question.found(value.constant)
        frames = [frame for frame, _ in traceback.walk_stack(sys._getframe(1))][::-1]
        if hint := of_library(frames):
            raise NotRecorded(clause(hint))
        raise paths.Branches(
            "a branch depends on a value (if, while, and, or, max(), min(), int(), argmax())",
            advice="np.where takes both sides.",
        )


autograd.leave_shapes(RecordNode)


def record(function: Callable[..., Outputs], carry: Sequence[str] = (), /, **examples: Any) -> Program:
    """Write down what a function computes.

    Parameters
    ----------
    function : callable
        Written with ``autograd.numpy``; it takes the examples by keyword and returns arrays or scalars by
        name: a mapping, or a record (see `hesswidget.program.records`).
    carry : sequence of str
        For a step of something: the outputs that are the inputs of the same name at the next step.
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

    A step of Newton's method for a square root, which any executor can repeat:

    >>> from hesswidget.program.executor import Executable
    >>> step = record(lambda x, a: {"x": (x + a / x) / 2}, ("x",), x=1.0, a=2.0)
    >>> float(Executable(step).iterate(5, x=1.0, a=2.0)["x"])
    1.414213562373095
    """
    graph = SimplifyingGraph()
    with _in_sentences():
        arrays = {name: np.array(example, dtype=float) for name, example in examples.items()}
        values = {name: graph.input(name, array.shape) for name, array in arrays.items()}
        outputs = traced(
            graph, lambda *x: function(**dict(zip(arrays, x, strict=True))), arrays.values(), values.values()
        )
        if graph.refusal is not None:
            raise graph.refusal
        return graph.program(outputs, carry)


def traced(graph: Graph, function: Callable[..., Outputs], arrays: Any, values: Any) -> dict[str, Value]:
    """Run `function` on arrays that stand for values of `graph`; the values of what it returns, by name."""
    with tracer.trace_stack.new_trace() as level, np.errstate(all="ignore"):
        boxes = [
            tracer.new_box(array[()], level, RecordNode.new_root(graph, value))
            for array, value in zip(arrays, values, strict=True)
        ]
        results = by_name(function(*boxes))
        return {name: value_of(graph, result, f"the output {name!r}: ") for name, result in results.items()}


def value_of(graph: Graph, result: Any, what: str = "") -> Value:
    """Return the value in `graph` of a traced array, or a constant; `what` begins the sentence if it is neither."""
    if isinstance(result, Box):
        node = result._node
        if isinstance(node, RecordNode) and node.graph is graph and isinstance(node.value, Value):
            return node.value
        raise NotRecorded(f"{what}a value of one recording was used in another.")
    try:
        return graph.constant(lowering.as_array(result))
    except NotRecorded as error:
        raise NotRecorded(f"{what}{error.message}") from None


def is_recorded(x: Any) -> bool:
    """Whether a value, or the number that derivatives of it are taken at, is traced by a recording."""
    while isinstance(x, Box):
        if isinstance(x._node, RecordNode):
            return True
        x = x._value
    return False


def _name(fun: Any) -> str:
    return str(getattr(fun, "__name__", fun))


@contextmanager
def _in_sentences() -> Iterator[None]:
    """Turn whatever the recorded function raises into a `NotRecorded` that says what and where."""
    try:
        yield
    except ProblemError as error:
        line = error.line or line_of(error)
        if isinstance(error, NotRecorded):
            error.line = line
            raise
        raise NotRecorded(error.message, line=line, advice=error.advice) from None
    except Exception as error:
        if untraced := of_library([frame for frame, _ in traceback.walk_tb(error.__traceback__)]):
            raise NotRecorded(clause(untraced), line=line_of(error)) from error
        raise NotRecorded(summary(error), line=line_of(error), advice=hint_for(error)) from error
