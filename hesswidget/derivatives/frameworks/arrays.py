"""What rules of both libraries are made of, in ``autograd.numpy``."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import autograd.numpy as anp
import numpy as np
from autograd.extend import defvjp, primitive, vspace
from autograd.numpy import numpy_vjps
from autograd.tracer import isbox

from hesswidget.derivatives.completion.definition import getval_deep
from hesswidget.derivatives.lowering.table import RULES, rule, value
from hesswidget.program.graph import Graph, Value

held: Callable[[Any], Any] = primitive(lambda x: x)
"""What it is given, as a constant to whoever differentiates."""

defvjp(held, None)


@rule(held)
def _held(graph: Graph, x: Any) -> Value:
    return value(graph, x)


def special(name: str) -> Callable[..., Any]:
    """Return a function of ``autograd.scipy.special``, which is imported when it is called."""

    def call(*operands: Any) -> Any:
        import autograd.scipy.special

        from hesswidget.derivatives.completion.families import meet_scipy

        meet_scipy()
        return getattr(autograd.scipy.special, name)(*operands)

    return call


def kind_of(x: Any) -> str:
    """Return the kind of a value's type: f, i, u or b."""
    return np.asarray(getval_deep(x)).dtype.kind


def as_float(x: Any) -> Any:
    """Return a value as float64."""
    kind = kind_of(x)
    if kind == "b":
        return anp.where(x, 1.0, 0.0)
    if not isbox(x):
        return np.asarray(x, dtype=float)
    return x * 1.0 if kind in "iu" else x


def whole(x: Any) -> np.ndarray:
    """Return whole numbers; of a traced value they are asked for one by one, as any branch on a value is."""
    if not isbox(x):
        return np.asarray(x)
    flat = anp.ravel(x)
    return np.array([int(flat[k]) for k in range(flat.size)], dtype=int).reshape(np.shape(getval_deep(x)))


def taken(x: Any, at: np.ndarray, fill: float = np.nan) -> Any:
    """Return the elements of the flat `x` at the places `at`, of its shape; `fill` where that is negative."""
    found = anp.ravel(x)[np.maximum(at, 0)]
    return anp.where(at < 0, fill, found) if np.any(at < 0) else found


def added_at(x: Any, at: np.ndarray, updates: Any) -> Any:
    """Add each of `updates` to the element of the flat `x` at its place; those at negative places are left out."""
    kept = np.flatnonzero(at.ravel() >= 0)
    shape = np.shape(getval_deep(x))
    return x + anp.reshape(summed_at(anp.ravel(updates)[kept], at.ravel()[kept], int(np.prod(shape))), shape)


def _summed(updates: Any, at: np.ndarray, size: int) -> Any:
    sums = np.zeros(size)
    np.add.at(sums, at, updates)
    return sums


summed_at: Callable[..., Any] = primitive(_summed)
"""So many sums: each of those of the updates at its place."""

defvjp(summed_at, lambda ans, updates, at, size: lambda g: g[at], argnums=(0,))


@rule(summed_at)
def _summed_at(graph: Graph, updates: Any, at: np.ndarray, size: int) -> Value:
    return RULES[numpy_vjps.untake](graph, updates, at, vspace(np.zeros(size)))


def running(combine: Callable[[Any, Any], Any]) -> Callable[..., Any]:
    """Return what accumulates along an axis with `combine`."""

    def accumulate(x: Any, axis: int) -> Any:
        lines = [anp.take(x, k, axis=axis) for k in range(np.shape(getval_deep(x))[axis])]
        for k in range(1, len(lines)):
            lines[k] = combine(lines[k - 1], lines[k])
        return anp.stack(lines, axis=axis) if lines else x

    return accumulate


def triangular_solution(
    a: Any, b: Any, lower: bool, transposed: bool, unit_diagonal: bool, left: bool = True
) -> Any:
    """Solve a system with the triangle of `a`; ``x a = b`` where it is not left."""
    size = np.shape(getval_deep(a))[-1]
    triangle = (np.tril if lower else np.triu)(np.ones((size, size)), (-1 if lower else 1) * unit_diagonal)
    a = anp.where(triangle > 0, a, 0.0) + unit_diagonal * np.eye(size)
    if transposed != (not left):
        a = anp.swapaxes(a, -1, -2)
    return (
        anp.linalg.solve(a, b) if left else anp.swapaxes(anp.linalg.solve(a, anp.swapaxes(b, -1, -2)), -1, -2)
    )


def padded(x: Any, low: Sequence[int], high: Sequence[int], interior: Sequence[int], fill: Any) -> Any:
    """Pad on both sides, and between elements; negative padding cuts off."""
    shape = np.shape(getval_deep(x))
    at = np.arange(int(np.prod(shape))).reshape(shape)
    for axis, (below, above, between) in enumerate(zip(low, high, interior, strict=True)):
        at = np.moveaxis(at, axis, 0)
        spread = np.full((max(0, len(at) * (between + 1) - between), *at.shape[1:]), -1)
        spread[:: between + 1] = at
        spread = spread[max(0, -below) : len(spread) - max(0, -above)]
        widths = [(max(0, below), max(0, above)), *[(0, 0)] * (at.ndim - 1)]
        at = np.moveaxis(np.pad(spread, widths, constant_values=-1), 0, axis)
    if isbox(fill) or np.any(at < 0):
        return anp.where(at < 0, fill, anp.ravel(x)[np.maximum(at, 0)] if np.size(getval_deep(x)) else fill)
    return anp.ravel(x)[at]


def convolution(
    x: Any,
    kernel: Any,
    strides: Sequence[int],
    padding: Sequence[tuple[int, int]],
    dilation: Sequence[int],
    spread: Sequence[int],
    groups: int,
) -> Any:
    """Correlate `x`, shape (batch, channels, …), with `kernel`, shape (features, channels of a group, …).

    `dilation` spreads the kernel, and `spread` what it is moved over.
    """
    shape, of_kernel = np.shape(getval_deep(x)), np.shape(getval_deep(kernel))
    at = np.arange(int(np.prod(shape))).reshape(shape)
    low, high = zip((0, 0), (0, 0), *padding, strict=True)
    at = padded(at, low, high, (0, 0, *(s - 1 for s in spread)), -1)
    spans = tuple((k - 1) * d + 1 for k, d in zip(of_kernel[2:], dilation, strict=True))
    windows = np.lib.stride_tricks.sliding_window_view(at, spans, tuple(range(2, at.ndim)))
    steps = [slice(None, None, step) for step in (*strides, *dilation)]
    patches = taken(x, windows[(slice(None), slice(None), *steps)], 0.0)
    rank = len(spans)
    of_patches, of_features = [1, *range(2 + rank, 2 + 2 * rank)], [1, *range(2, 2 + rank)]
    channels, features = of_kernel[1], of_kernel[0] // groups
    parts = [
        anp.tensordot(
            patches[:, g * channels : (g + 1) * channels],
            kernel[g * features : (g + 1) * features],
            axes=(of_patches, of_features),
        )
        for g in range(groups)
    ]
    joined = parts[0] if groups == 1 else anp.concatenate(parts, axis=-1)
    return anp.moveaxis(joined, -1, 1)
