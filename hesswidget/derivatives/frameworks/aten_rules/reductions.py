"""What makes few of many: sums, extremes, orders, norms."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import autograd.numpy as anp
import numpy as np

from hesswidget.derivatives.frameworks import arrays
from hesswidget.derivatives.frameworks.arrays import as_float
from hesswidget.derivatives.frameworks.aten_rules.shapes import selected, sliced
from hesswidget.derivatives.frameworks.aten_rules.table import RULES, axes_of, rule, shape_of, truth_of
from hesswidget.derivatives.frameworks.rules import Rule


@rule("sum")
def _sum(x: Any, dim: Any = None, keepdim: bool = False, **_: Any) -> Any:
    return anp.sum(as_float(x), axis=axes_of(dim), keepdims=keepdim)


@rule("mean")
def _mean(x: Any, dim: Any = None, keepdim: bool = False, **_: Any) -> Any:
    return anp.mean(x, axis=axes_of(dim), keepdims=keepdim)


@rule("prod")
def _prod(x: Any, dim: Any = None, keepdim: bool = False, **_: Any) -> Any:
    return anp.prod(x, axis=None if dim is None else int(dim), keepdims=keepdim)


@rule("var")
def _var(x: Any, dim: Any = None, unbiased: Any = None, keepdim: bool = False, correction: Any = None) -> Any:
    free = correction if correction is not None else 1 if unbiased in (None, True) else 0
    return anp.var(x, axis=axes_of(dim), ddof=free, keepdims=keepdim)


@rule("amax")
def _amax(x: Any, dim: Any = (), keepdim: bool = False) -> Any:
    return anp.max(x, axis=axes_of(dim), keepdims=keepdim)


@rule("amin")
def _amin(x: Any, dim: Any = (), keepdim: bool = False) -> Any:
    return anp.min(x, axis=axes_of(dim), keepdims=keepdim)


class _Lazy(tuple[Any, ...]):
    """A value and the place where it is, which is looked for only where somebody asks."""

    def __new__(cls, value: Any, place: Callable[[], Any]) -> _Lazy:
        return super().__new__(cls, (value, place))

    def __getitem__(self, k: Any) -> Any:
        found = super().__getitem__(k)
        return found() if k == 1 else found


def _extreme(reduce: str, place: str) -> Rule:
    def rule(x: Any, dim: Any = None, keepdim: bool = False) -> Any:
        if dim is None:
            return getattr(anp, reduce)(x)
        value = getattr(anp, reduce)(x, axis=dim, keepdims=keepdim)

        def at() -> Any:
            found = arrays.whole(getattr(anp, place)(x, axis=dim))
            return np.expand_dims(found, dim) if keepdim else found

        return _Lazy(value, at)

    return rule


RULES |= {"max": _extreme("max", "argmax"), "min": _extreme("min", "argmin")}


@rule("argmax")
def _argmax(x: Any, dim: Any = None, keepdim: bool = False) -> Any:
    return anp.argmax(x, axis=dim)


@rule("argmin")
def _argmin(x: Any, dim: Any = None, keepdim: bool = False) -> Any:
    return anp.argmin(x, axis=dim)


@rule("any")
def _any(x: Any, dim: Any = None, keepdim: bool = False) -> Any:
    return anp.any(truth_of(x), axis=axes_of(dim), keepdims=keepdim)


@rule("all")
def _all(x: Any, dim: Any = None, keepdim: bool = False) -> Any:
    return anp.all(truth_of(x), axis=axes_of(dim), keepdims=keepdim)


@rule("cumsum")
def _cumsum(x: Any, dim: int, **_: Any) -> Any:
    return anp.cumsum(x, axis=dim)


@rule("cumprod")
def _cumprod(x: Any, dim: int, **_: Any) -> Any:
    return anp.cumprod(x, axis=dim)


@rule("logcumsumexp")
def _logcumsumexp(x: Any, dim: int) -> Any:
    return arrays.running(anp.logaddexp)(x, dim)


@rule("cummax")
def _cummax(x: Any, dim: int) -> Any:
    return (arrays.running(anp.maximum)(x, dim),)


@rule("cummin")
def _cummin(x: Any, dim: int) -> Any:
    return (arrays.running(anp.minimum)(x, dim),)


@rule("sort")
def _sort(x: Any, dim: int = -1, descending: bool = False, **_: Any) -> Any:
    ordered = anp.sort(x, axis=dim)
    return (anp.flip(ordered, dim) if descending else ordered,)


@rule("topk")
def _topk(x: Any, k: int, dim: int = -1, largest: bool = True, is_sorted: bool = True) -> Any:
    return (sliced(_sort(x, dim, largest)[0], dim, 0, k),)


@rule("median")
def _median(x: Any, dim: int | None = None, keepdim: bool = False) -> Any:
    """Return the lower of the two in the middle, as PyTorch has it."""
    if dim is None:
        return anp.sort(anp.ravel(x))[(int(np.prod(shape_of(x))) - 1) // 2]
    value = selected(anp.sort(x, axis=dim), dim, (shape_of(x)[dim] - 1) // 2)
    return (anp.expand_dims(value, dim) if keepdim else value,)


@rule("linalg_vector_norm")
def vector_norm(x: Any, order: Any = 2, dim: Any = None, keepdim: bool = False, **_: Any) -> Any:
    """Return the norm of vectors."""
    axes = axes_of(dim)
    if abs(order) == math.inf:
        reduce = anp.max if order > 0 else anp.min
        return reduce(anp.abs(x), axis=axes, keepdims=keepdim)
    if order == 2:
        return anp.sqrt(anp.sum(x * x, axis=axes, keepdims=keepdim))
    powers = anp.sum(anp.abs(x) ** order if order != 1 else anp.abs(x), axis=axes, keepdims=keepdim)
    return powers if order == 1 else powers ** (1.0 / order)
