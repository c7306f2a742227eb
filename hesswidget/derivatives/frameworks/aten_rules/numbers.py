"""Arithmetic, comparisons and activations, element by element."""

from __future__ import annotations

import math
from typing import Any

import autograd.numpy as anp

from hesswidget.derivatives.frameworks.arrays import special
from hesswidget.derivatives.frameworks.aten_rules.table import RULES, rule, truth_of
from hesswidget.derivatives.frameworks.rules import RENAMED, SPECIAL, by_numpy

for (
    _name
) in """abs ceil cos cosh exp exp2 expm1 floor log log10 log1p log2 reciprocal sign sin sinh sqrt square
    tan tanh trunc isnan isinf maximum minimum fmod remainder hypot logaddexp bitwise_and bitwise_or bitwise_xor
    bitwise_not tril triu""".split():
    RULES[_name] = by_numpy(_name)
for _theirs, _ours in {
    **RENAMED,
    "sgn": "sign",
}.items():
    RULES[_theirs] = by_numpy(_ours)
for _theirs, _ours in {
    **SPECIAL,
    "erfinv": "erfinv",
    "sigmoid": "expit",
    "special_i0": "i0",
}.items():
    RULES[_theirs] = special(_ours)


@rule("add")
def _add(x: Any, y: Any, alpha: Any = 1) -> Any:
    return anp.add(x, y if alpha == 1 else alpha * y)


@rule("sub")
def _sub(x: Any, y: Any, alpha: Any = 1) -> Any:
    return anp.subtract(x, y if alpha == 1 else alpha * y)


@rule("rsub")
def _rsub(x: Any, y: Any, alpha: Any = 1) -> Any:
    return _sub(y, x, alpha)


@rule("div", "true_divide")
def _div(x: Any, y: Any, rounding_mode: Any = None) -> Any:
    ratio = anp.true_divide(x, y)
    return ratio if rounding_mode is None else (anp.floor if rounding_mode == "floor" else anp.trunc)(ratio)


@rule("rsqrt")
def _rsqrt(x: Any) -> Any:
    return 1.0 / anp.sqrt(x)


@rule("round")
def _round(x: Any, decimals: int = 0) -> Any:
    return anp.round(x, decimals)


@rule("logical_and")
def _logical_and(x: Any, y: Any) -> Any:
    return anp.bitwise_and(truth_of(x), truth_of(y))


@rule("logical_or")
def _logical_or(x: Any, y: Any) -> Any:
    return anp.bitwise_or(truth_of(x), truth_of(y))


@rule("logical_not")
def _logical_not(x: Any) -> Any:
    return anp.bitwise_not(truth_of(x))


@rule("xlogy")
def _xlogy(x: Any, y: Any) -> Any:
    return anp.where(anp.equal(x, 0), 0.0, x * anp.log(anp.where(anp.equal(x, 0), 1.0, y)))


@rule("clamp")
def _clamp(x: Any, min: Any = None, max: Any = None) -> Any:
    x = x if min is None else anp.maximum(x, min)
    return x if max is None else anp.minimum(x, max)


@rule("hardtanh")
def _hardtanh(x: Any, min_val: Any = -1.0, max_val: Any = 1.0) -> Any:
    return _clamp(x, min_val, max_val)


@rule("clamp_min")
def _clamp_min(x: Any, least: Any) -> Any:
    return anp.maximum(x, least)


@rule("clamp_max")
def _clamp_max(x: Any, most: Any) -> Any:
    return anp.minimum(x, most)


@rule("where")
def _where(condition: Any, x: Any, y: Any) -> Any:
    return anp.where(truth_of(condition), x, y)


@rule("masked_fill")
def _masked_fill(x: Any, mask: Any, fill: Any) -> Any:
    return anp.where(truth_of(mask), fill, x)


@rule("relu")
def _relu(x: Any) -> Any:
    return anp.maximum(x, 0.0)


@rule("leaky_relu")
def _leaky_relu(x: Any, negative_slope: float = 0.01) -> Any:
    return anp.where(anp.greater(x, 0), x, negative_slope * x)


@rule("elu")
def _elu(x: Any, alpha: float = 1.0, scale: float = 1.0, input_scale: float = 1.0) -> Any:
    below = anp.expm1(anp.minimum(x, 0.0) * input_scale) * alpha
    return scale * anp.where(anp.greater(x, 0), x, below)


@rule("gelu")
def _gelu(x: Any, approximate: str = "none") -> Any:
    if approximate == "tanh":
        return 0.5 * x * (1.0 + anp.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3)))
    return 0.5 * x * (1.0 + special("erf")(x / math.sqrt(2.0)))


@rule("softplus")
def _softplus(x: Any, beta: float = 1.0, threshold: float = 20.0) -> Any:
    return anp.where(anp.greater(x * beta, threshold), x, anp.logaddexp(x * beta, 0.0) / beta)


@rule("silu")
def _silu(x: Any) -> Any:
    return x * special("expit")(x)
