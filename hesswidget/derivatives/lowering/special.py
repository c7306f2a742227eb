"""scipy.special, as far as autograd differentiates it; looked up by name, so that scipy is not imported."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from hesswidget.derivatives.lowering.reductions import axes_of, kept, reduction
from hesswidget.derivatives.lowering.table import Rule, composed, elementwise, value
from hesswidget.program.errors import NotRecorded
from hesswidget.program.graph import Graph, Value


def _is_pole_of_gamma(e: Rule, x: Value) -> Value:
    return e("logical_and", e("less_equal", x, 0.0), e("equal", x, e("floor", x)))


SPECIAL: dict[str, Rule] = {
    name: elementwise(name)
    for name in ["erf", "erfc", "erfinv", "gamma", "gammaln", "digamma", "j0", "j1", "y0", "y1", "polygamma"]
}
SPECIAL["psi"] = elementwise("digamma")


def _beta(e: Rule, x: Value, y: Value) -> Value:
    """Return Γ(x) Γ(y) / Γ(x + y), by logarithms where a factor overflows."""
    above, below = e("multiply", e("gamma", x), e("gamma", y)), e("gamma", e("add", x, y))
    fits = e("logical_and", e("isfinite", above), e("isfinite", below))
    return e("where", fits, e("divide", above, below), e("exp", _betaln(e, x, y)))


def _log_ndtr(e: Rule, x: Value) -> Value:
    """Return log Φ: where Φ is 1 up to rounding by its rest, where it underflows by its asymptotic series."""
    tail = e("divide", e("erfc", e("divide", e("absolute", x), np.sqrt(2.0))), 2.0)
    far = e("where", e("less", x, -20.0), x, -20.0)
    step = e("divide", 1.0, e("multiply", far, far))
    series: Any = 0.0
    for k in range(7, 0, -1):  # 1 − 1/x² + 3/x⁴ − 15/x⁶ … (Abramowitz and Stegun, 1964, 26.2.12)
        series = e("multiply", e("multiply", step, -(2.0 * k - 1.0)), e("add", 1.0, series))
    leading = e("subtract", e("divide", e("multiply", far, far), -2.0), e("log", e("negative", far)))
    asymptotic = e("add", e("subtract", leading, np.log(2.0 * np.pi) / 2.0), e("log1p", series))
    near = e("where", e("less", x, 0.0), e("log", tail), e("log1p", e("negative", tail)))
    return e("where", e("less", x, -20.0), asymptotic, near)


def _betaln(e: Rule, x: Value, y: Value) -> Value:
    return e("subtract", e("add", e("gammaln", x), e("gammaln", y)), e("gammaln", e("add", x, y)))


_COMPOSED_SPECIAL: dict[str, Callable[..., Any]] = {
    "expit": lambda e, x: e("divide", 1.0, e("add", 1.0, e("exp", e("negative", x)))),
    "logit": lambda e, x: e("log", e("divide", x, e("subtract", 1.0, x))),
    "log_ndtr": lambda e, x: _log_ndtr(e, x),
    "rgamma": lambda e, x: e("where", _is_pole_of_gamma(e, x), 0.0, e("divide", 1.0, e("gamma", x))),
    "beta": lambda e, x, y: _beta(e, x, y),
    "betaln": _betaln,
}
SPECIAL |= {name: composed(build) for name, build in _COMPOSED_SPECIAL.items()}


def _bessel(kind: str) -> Rule:
    def function(graph: Graph, order: Any, x: Value) -> Value:
        order = int(order) if not isinstance(order, Value) and float(order).is_integer() else None
        if order is None or abs(order) > 8:
            raise NotRecorded(f"{kind}n of an order that is not a whole number up to 8 has no recorded form")
        if order < 0:
            mirrored = function(graph, -order, x)
            return graph.emit("negative", mirrored) if order % 2 else mirrored
        below, this = graph.emit(f"{kind}0", x), graph.emit(f"{kind}1", x)
        if order == 0:
            return below
        for k in range(1, order):  # the three-term recurrence (Abramowitz and Stegun, 1964, 9.1.27)
            ahead = graph.emit("divide", graph.emit("multiply", 2.0 * k, this), x)
            following = graph.emit("subtract", ahead, below)
            if kind == "y":  # −∞ is followed by −∞, and not by −∞ + ∞
                following = graph.emit("where", graph.emit("equal", this, -np.inf), -np.inf, following)
            below, this = this, following
        if order == 1 or kind == "y":
            return this
        near = graph.emit("less", graph.emit("absolute", x), float(order))
        return graph.emit("where", near, _bessel_near_zero(graph.emit, order, x), this)

    return function


def _bessel_near_zero(e: Rule, order: int, x: Value) -> Value:
    """Sum the power series of the first kind for |x| < order, where the recurrence loses all digits (ibid., 9.1.10)."""
    half = e("divide", x, 2.0)
    step = e("negative", e("multiply", half, half))
    terms, rest = 0, 1.0
    while rest > 1e-17:
        terms += 1
        rest *= order**2 / 4 / (terms * (terms + order))
    total: Any = 1.0
    for k in range(terms, 0, -1):
        total = e("add", 1.0, e("multiply", e("divide", step, float(k * (k + order))), total))
    return e("multiply", e("divide", e("power", half, float(order)), float(math.factorial(order))), total)


SPECIAL |= {"jn": _bessel("j"), "yn": _bessel("y"), "jv": _bessel("j"), "yv": _bessel("y")}


def _logsumexp(graph: Graph, x: Any, axis: Any = None, b: Any = 1.0, keepdims: Any = False) -> Value:
    x = value(graph, x)
    axes = axes_of(x, axis)
    largest = kept(graph, x, axes, graph.emit("max", x, axes=axes), True)
    offset = graph.emit("where", graph.emit("isfinite", largest), largest, 0.0)
    terms = graph.emit("multiply", graph.emit("exp", graph.emit("subtract", x, offset)), value(graph, b))
    total = graph.emit("log", reduction("sum")(graph, terms, axes, keepdims=True))
    result = graph.emit("add", total, offset)
    return result if keepdims else graph.reshape(result, [s for a, s in enumerate(x.shape) if a not in axes])


SPECIAL["logsumexp"] = _logsumexp


def special_rule(primitive: Any) -> Rule | None:
    """Return the rule for a primitive of scipy.special, if it is one and has a rule."""
    raw = getattr(primitive, "fun", None)
    module = getattr(raw, "__module__", None) or ""
    is_special = module.startswith("scipy.special") or type(raw).__name__ in ("ufunc", "MultiUFunc")
    return SPECIAL.get(getattr(raw, "__name__", "")) if is_special else None
