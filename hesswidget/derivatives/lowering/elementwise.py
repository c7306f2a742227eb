"""Primitives that act on each element by itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from autograd.numpy import numpy_wrapper as anp
from autograd.tracer import trace_primitives_map

from hesswidget.derivatives.lowering.table import RULES, Rule, composed, elementwise, rule, value
from hesswidget.program.errors import NotRecorded
from hesswidget.program.graph import Graph, Value
from hesswidget.program.operations import ELEMENTWISE

for _name in ELEMENTWISE - {"where"}:
    if hasattr(anp, _name):
        RULES[getattr(anp, _name)] = elementwise(_name)
for _alias, _name in {
    "abs": "absolute",
    "fabs": "absolute",
    "true_divide": "divide",
    "remainder": "mod",
    "float_power": "power",
    "bitwise_and": "logical_and",
    "bitwise_or": "logical_or",
    "bitwise_not": "logical_not",
    "invert": "logical_not",
    "pow": "power",
    "asin": "arcsin",
    "acos": "arccos",
    "atan": "arctan",
    "asinh": "arcsinh",
    "acosh": "arccosh",
    "atanh": "arctanh",
    "atan2": "arctan2",
}.items():
    if hasattr(anp, _alias):
        RULES.setdefault(getattr(anp, _alias), elementwise(_name))

# Compositions, in the operations' own names; x and y are the operands.
_COMPOSED: dict[str, Callable[..., Any]] = {
    "greater": lambda e, x, y: e("less", y, x),
    "greater_equal": lambda e, x, y: e("less_equal", y, x),
    "logical_xor": lambda e, x, y: e("not_equal", e("not_equal", x, 0.0), e("not_equal", y, 0.0)),
    "bitwise_xor": lambda e, x, y: e("not_equal", x, y),
    "square": lambda e, x: e("multiply", x, x),
    "reciprocal": lambda e, x: e("divide", 1.0, x),
    "exp2": lambda e, x: e("power", 2.0, x),
    "log2": lambda e, x: e("divide", e("log", x), np.log(2.0)),
    "log10": lambda e, x: e("divide", e("log", x), np.log(10.0)),
    "logaddexp2": lambda e, x, y: e(
        "divide", e("logaddexp", e("multiply", x, np.log(2.0)), e("multiply", y, np.log(2.0))), np.log(2.0)
    ),
    "hypot": lambda e, x, y: _hypot(e, x, y),
    "fmax": lambda e, x, y: e("where", e("isnan", x), y, e("where", e("isnan", y), x, e("maximum", x, y))),
    "fmin": lambda e, x, y: e("where", e("isnan", x), y, e("where", e("isnan", y), x, e("minimum", x, y))),
    "fmod": lambda e, x, y: e(
        "multiply", e("where", e("less", x, 0.0), -1.0, 1.0), e("mod", e("absolute", x), e("absolute", y))
    ),
    "floor_divide": lambda e, x, y: _floor_divide(e, x, y),
    "trunc": lambda e, x: e("multiply", e("sign", x), e("floor", e("absolute", x))),
    "fix": lambda e, x: e("multiply", e("sign", x), e("floor", e("absolute", x))),
    "isinf": lambda e, x: e("equal", e("absolute", x), np.inf),
    "isposinf": lambda e, x: e("equal", x, np.inf),
    "isneginf": lambda e, x: e("equal", x, -np.inf),
    "sinc": lambda e, x: _sinc(e, x),
    "degrees": lambda e, x: e("multiply", x, 180 / np.pi),
    "rad2deg": lambda e, x: e("multiply", x, 180 / np.pi),
    "radians": lambda e, x: e("multiply", x, np.pi / 180),
    "deg2rad": lambda e, x: e("multiply", x, np.pi / 180),
    "positive": lambda e, x: x,
    "conj": lambda e, x: x,
    "conjugate": lambda e, x: x,
    "real": lambda e, x: x,
    "real_if_close": lambda e, x: x,
    "copy": lambda e, x: x,
}


def _hypot(e: Rule, x: Value, y: Value) -> Value:
    one, other = e("absolute", x), e("absolute", y)
    larger = e("maximum", one, other)
    ratio = e("divide", e("minimum", one, other), e("where", e("equal", larger, 0.0), 1.0, larger))
    finite = e("multiply", larger, e("sqrt", e("add", 1.0, e("multiply", ratio, ratio))))
    infinite = e("logical_or", e("equal", one, np.inf), e("equal", other, np.inf))
    return e("where", infinite, np.inf, finite)


def _floor_divide(e: Rule, x: Value, y: Value) -> Value:
    """Divide what `mod` leaves, which is exact, since ⌊x / y⌋ of a rounded x / y can be one too many."""
    rest = e("mod", x, y)
    beyond = e("where", e("less", e("multiply", x, y), 0.0), -1.0, 0.0)  # for an infinite y
    beyond = e("add", beyond, e("multiply", x, 0.0))
    exact = e("rint", e("divide", e("subtract", x, rest), y))
    finite = e("where", e("equal", e("absolute", y), np.inf), beyond, exact)
    return e("where", e("equal", y, 0.0), e("divide", x, y), finite)


def _sinc(e: Rule, x: Value) -> Value:
    angle = e("multiply", np.pi, e("where", e("equal", x, 0.0), 1.0e-20, x))
    return e("divide", e("sin", angle), angle)


for _name, _build in _COMPOSED.items():
    RULES.setdefault(getattr(anp, _name), composed(_build))


@rule(trace_primitives_map[np.where])  # anp.where is a wrapper around it
def _where(graph: Graph, condition: Any, x: Any = None, y: Any = None) -> Value:
    if x is None or y is None:
        raise NotRecorded("where with a condition alone finds indices by value, which has no recorded form")
    return graph.emit("where", value(graph, condition), value(graph, x), value(graph, y))


@rule(anp.clip)
def _clip(graph: Graph, x: Any, a_min: Any = None, a_max: Any = None) -> Value:
    result = value(graph, x)
    if a_min is not None:
        result = graph.emit("maximum", result, value(graph, a_min))
    return result if a_max is None else graph.emit("minimum", result, value(graph, a_max))


@rule(anp.nan_to_num)
def _nan_to_num(
    graph: Graph, x: Value, copy: bool = True, nan: float = 0.0, posinf: Any = None, neginf: Any = None
) -> Value:
    largest = np.finfo(float).max
    x = graph.emit("where", graph.emit("isnan", x), nan, x)
    x = graph.emit("where", graph.emit("equal", x, np.inf), largest if posinf is None else posinf, x)
    return graph.emit("where", graph.emit("equal", x, -np.inf), -largest if neginf is None else neginf, x)


@rule(anp.round, anp.around)
def _round(graph: Graph, x: Value, decimals: int = 0) -> Value:
    up, down = ("multiply", "divide") if decimals >= 0 else ("divide", "multiply")
    scale = 10.0 ** abs(decimals)
    return graph.emit(down, graph.emit("rint", graph.emit(up, x, scale)), scale)


@rule(anp._astype)
def _astype(graph: Graph, x: Value, dtype: Any, *_: Any, **__: Any) -> Value:
    kind = np.dtype(dtype).kind
    if np.dtype(dtype) == np.float64:
        return x
    if kind == "b":
        return graph.emit("not_equal", x, 0.0)
    if kind in "iu":
        return _COMPOSED["trunc"](graph.emit, x)
    raise NotRecorded(f"a conversion to {np.dtype(dtype)} has no recorded form")
