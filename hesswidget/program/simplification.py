"""What is computed more simply: one rule for each thing that autograd leaves behind.

A rule may change a result by rounding only, of the order of one unit in the last place, and where the result is zero by
its sign. None hides a NaN or an infinity: x · 0 is not 0.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from hesswidget.program.graph import Graph, Value
from hesswidget.program.operations import ELEMENTWISE, Shape, broadcast_shape

# Not "broadcast": what is elementwise is done before it, to fewer elements.
_LINEAR = frozenset(["reshape", "transpose", "gather", "scatter", "sum", "cumsum", "contract"])

Rule = Callable[[Graph, tuple[Value, ...], Mapping[str, Any], Shape], Value | None]


class SimplifyingGraph(Graph):
    """A graph whose values are simplified as they are made; what is recorded grows in one."""

    def simpler(
        self, operation: str, operands: tuple[Value, ...], attributes: Mapping[str, Any], shape: Shape
    ) -> Value | None:
        """Return what a rule makes of the operation."""
        if operation in ELEMENTWISE and any(v.operation == "broadcast" for v in operands):
            return _as(self, self.emit(operation, *map(_without_broadcast, operands)), shape)
        if operation in _LINEAR and any(v.operation == "negative" for v in operands):
            minus = sum(v.operation == "negative" for v in operands) % 2
            freed = [v.operands[0] if v.operation == "negative" else v for v in operands]
            result: Value = self.emit(operation, *freed, **attributes)
            return self.emit("negative", result) if minus else result
        rule = _RULES.get(operation)
        return rule(self, operands, attributes, shape) if rule else None


def _without_broadcast(value: Value) -> Value:
    return value.operands[0] if value.operation == "broadcast" else value


def _as(graph: Graph, value: Value, shape: Shape) -> Value:
    return value if value.shape == shape else graph.broadcast(value, shape)


def _add(graph: Graph, operands: tuple[Value, ...], _: Any, shape: Shape) -> Value | None:
    for one, other in (operands, operands[::-1]):
        if one.is_constant(0):
            return _as(graph, other, shape)
        if one.operation == "negative":
            return graph.emit("subtract", other, one.operands[0])
    return None


def _subtract(graph: Graph, operands: tuple[Value, ...], _: Any, shape: Shape) -> Value | None:
    one, other = operands
    if other.is_constant(0):
        return _as(graph, one, shape)
    if one.is_constant(0):
        return _as(graph, graph.emit("negative", other), shape)
    if other.operation == "negative":
        return graph.emit("add", one, other.operands[0])
    return None


def _multiply(graph: Graph, operands: tuple[Value, ...], _: Any, shape: Shape) -> Value | None:
    for one, other in (operands, operands[::-1]):
        if one.is_constant(1):
            return _as(graph, other, shape)
        if one.is_constant(-1):
            return _as(graph, graph.emit("negative", other), shape)
        if one.operation == "negative":
            return graph.emit("negative", graph.emit("multiply", one.operands[0], other))
        if regrouped := _regrouped(graph, "multiply", other, one, shape):
            return regrouped
    return None


def _regrouped(graph: Graph, operation: str, product: Value, factor: Value, shape: Shape) -> Value | None:
    """Return (x · a) · b or (x · a) / b as x · (a · b) or x · (a / b), where that leaves less to do with a large x."""
    if product.operation not in ("multiply", "divide"):
        return None
    x, a = product.operands
    if product.operation == "multiply" and x.size < a.size:
        x, a = a, x
    whole = math.prod(shape)
    together = math.prod(broadcast_shape([a.shape, factor.shape]))
    if x.size != whole or not (
        together < whole or (a.is_constant() and factor.is_constant() and together == 1)
    ):
        return None
    return reassociated(graph, operation, product, x, a, factor)


def reassociated(graph: Graph, operation: str, product: Value, x: Value, a: Value, factor: Value) -> Value:
    """Return a product x · a or a quotient x / a, times or divided by a factor, so that `x` comes last."""
    if product.operation == "multiply":
        return graph.emit("multiply", x, graph.emit(operation, a, factor))
    if operation == "multiply":
        return graph.emit("multiply", x, graph.emit("divide", factor, a))
    return graph.emit("divide", x, graph.emit("multiply", a, factor))


def _divide(graph: Graph, operands: tuple[Value, ...], _: Any, shape: Shape) -> Value | None:
    one, other = operands
    if other.is_constant(1):
        return _as(graph, one, shape)
    if one.operation == "negative":
        return graph.emit("negative", graph.emit("divide", one.operands[0], other))
    return _regrouped(graph, "divide", one, other, shape)


def _negative(_: Graph, operands: tuple[Value, ...], __: Any, ___: Shape) -> Value | None:
    return operands[0].operands[0] if operands[0].operation == "negative" else None


def _power(graph: Graph, operands: tuple[Value, ...], _: Any, shape: Shape) -> Value | None:
    base, exponent = operands
    if not exponent.is_constant() or exponent.size == 0:
        return None
    powers: dict[float, Callable[[], Value]] = {
        0.0: lambda: graph.constant(1.0),
        0.5: lambda: graph.emit("sqrt", base),
        1.0: lambda: base,
        2.0: lambda: graph.emit("multiply", base, base),
        3.0: lambda: graph.emit("multiply", graph.emit("multiply", base, base), base),
        4.0: lambda: graph.emit("power", graph.emit("multiply", base, base), 2.0),
        -1.0: lambda: graph.emit("divide", 1.0, base),
        -2.0: lambda: graph.emit("divide", 1.0, graph.emit("multiply", base, base)),
    }
    first = float(np.asarray(exponent.constant).flat[0])
    if first not in powers or not exponent.is_constant(first):
        return None
    return _as(graph, powers[first](), shape)


def _where(graph: Graph, operands: tuple[Value, ...], _: Any, shape: Shape) -> Value | None:
    condition, one, other = operands
    if condition.constant is not None and condition.size:
        truths = condition.constant != 0
        if truths.all():
            return _as(graph, one, shape)
        if not truths.any():
            return _as(graph, other, shape)
    return _as(graph, one, shape) if one is other else None


def _reshape(graph: Graph, operands: tuple[Value, ...], _: Any, shape: Shape) -> Value | None:
    (x,) = operands
    if x.shape == shape:
        return x
    return graph.reshape(x.operands[0], shape) if x.operation == "reshape" else None


def _transpose(graph: Graph, operands: tuple[Value, ...], attributes: Any, shape: Shape) -> Value | None:
    (x,), axes = operands, attributes["axes"]
    if axes == tuple(range(len(axes))):
        return x
    if x.operation == "transpose":
        return graph.transpose(x.operands[0], [x.attributes["axes"][a] for a in axes])
    if [a for a in axes if x.shape[a] != 1] == [a for a in range(len(axes)) if x.shape[a] != 1]:
        return graph.reshape(x, shape)  # only axes of one element move
    return None


def _broadcast(graph: Graph, operands: tuple[Value, ...], _: Any, shape: Shape) -> Value | None:
    (x,) = operands
    if x.shape == shape:
        return x
    if x.operation == "broadcast":
        return graph.broadcast(x.operands[0], shape)
    return None


def _gather(graph: Graph, operands: tuple[Value, ...], attributes: Any, shape: Shape) -> Value | None:
    (x,), lead, places = operands, attributes["lead"], attributes["places"]
    if len(places) == x.size // max(1, int(np.prod(x.shape[:lead]))) and np.array_equal(
        places, np.arange(len(places))
    ):
        return graph.reshape(x, shape)
    if x.operation == "gather" and x.attributes["lead"] == lead:
        return graph.gather(x.operands[0], x.attributes["places"][places], attributes["shape"], lead)
    if x.operation == "reshape" and x.operands[0].shape[:lead] == x.shape[:lead]:
        return graph.gather(x.operands[0], places, attributes["shape"], lead)
    return None


def _sum(graph: Graph, operands: tuple[Value, ...], attributes: Any, shape: Shape) -> Value | None:
    (x,), axes = operands, attributes["axes"]
    if all(x.shape[a] == 1 for a in axes):
        return graph.reshape(x, shape)
    return None


def _concatenate(_: Graph, operands: tuple[Value, ...], __: Any, ___: Shape) -> Value | None:
    return operands[0] if len(operands) == 1 else None


_RULES: dict[str, Rule] = {
    "add": _add,
    "subtract": _subtract,
    "multiply": _multiply,
    "divide": _divide,
    "negative": _negative,
    "power": _power,
    "where": _where,
    "reshape": _reshape,
    "transpose": _transpose,
    "broadcast": _broadcast,
    "gather": _gather,
    "sum": _sum,
    "prod": _sum,
    "max": _sum,
    "min": _sum,
    "concatenate": _concatenate,
}
