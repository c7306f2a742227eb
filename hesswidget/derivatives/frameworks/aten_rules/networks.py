"""Layers of networks: softmax, normalizations, convolutions, pools."""

from __future__ import annotations

from typing import Any

import autograd.numpy as anp
import numpy as np

from hesswidget.derivatives.frameworks import arrays
from hesswidget.derivatives.frameworks.aten_rules.table import rule, shape_of
from hesswidget.errors import ProblemError


@rule("_softmax")
def _softmax(x: Any, dim: int, *_: Any) -> Any:
    powers = anp.exp(x - arrays.held(anp.max(x, axis=dim, keepdims=True)))
    return powers / anp.sum(powers, axis=dim, keepdims=True)


@rule("_log_softmax")
def _log_softmax(x: Any, dim: int, *_: Any) -> Any:
    centred = x - arrays.held(anp.max(x, axis=dim, keepdims=True))
    return centred - anp.log(anp.sum(anp.exp(centred), axis=dim, keepdims=True))


def _normalised(x: Any, axes: tuple[int, ...], eps: float) -> tuple[Any, Any, Any]:
    mean = anp.mean(x, axis=axes, keepdims=True)
    scale = 1.0 / anp.sqrt(anp.mean((x - mean) ** 2, axis=axes, keepdims=True) + eps)
    return (x - mean) * scale, mean, scale


@rule("native_layer_norm")
def _layer_norm(x: Any, normalized_shape: Any, weight: Any, bias: Any, eps: float) -> Any:
    result, mean, scale = _normalised(x, tuple(range(-len(normalized_shape), 0)), eps)
    result = result if weight is None else result * weight
    return (result if bias is None else result + bias), mean, scale


@rule("native_group_norm")
def _group_norm(
    x: Any, weight: Any, bias: Any, batch: int, channels: int, pixels: int, group: int, eps: float
) -> Any:
    parts = anp.reshape(x, (batch, group, channels // group * pixels))
    result, mean, scale = _normalised(parts, (2,), eps)
    return _by_channel(anp.reshape(result, shape_of(x)), weight, bias), mean, scale


def _by_channel(x: Any, weight: Any, bias: Any) -> Any:
    wide = (1, -1, *[1] * (len(shape_of(x)) - 2))
    x = x if weight is None else x * anp.reshape(weight, wide)
    return x if bias is None else x + anp.reshape(bias, wide)


@rule("native_batch_norm", "_native_batch_norm_legit", "_native_batch_norm_legit_functional")
def _batch_norm(x: Any, weight: Any, bias: Any, *rest: Any) -> Any:
    *_, training, __, eps = rest
    if not training:
        return _batch_norm_at_rest(x, weight, bias, *rest[:2], *rest[3:])
    result, mean, scale = _normalised(x, (0, *range(2, len(shape_of(x)))), eps)
    return _by_channel(result, weight, bias), mean, scale, *rest[:2]


@rule("_native_batch_norm_legit_no_training")
def _batch_norm_at_rest(
    x: Any, weight: Any, bias: Any, mean: Any, variance: Any, momentum: float, eps: float
) -> Any:
    scale = 1.0 / anp.sqrt(variance + eps)
    centred = _by_channel(x, None, -1.0 * mean)
    result = _by_channel(_by_channel(centred, scale, None), weight, bias)
    return result, mean, scale


@rule("convolution")
def _convolution(
    x: Any,
    weight: Any,
    bias: Any,
    stride: Any,
    padding: Any,
    dilation: Any,
    transposed: bool,
    output_padding: Any,
    groups: int,
) -> Any:
    rank = len(shape_of(weight)) - 2
    stride, padding, dilation = (list(s) * (rank if len(s) == 1 else 1) for s in (stride, padding, dilation))
    if transposed:
        raise ProblemError("PyTorch's transposed convolution has no rule here.")
    both = [(p, p) for p in padding]
    return _by_channel(arrays.convolution(x, weight, stride, both, dilation, [1] * rank, groups), None, bias)


@rule("avg_pool2d")
def _avg_pool2d(
    x: Any, kernel_size: Any, stride: Any = (), padding: Any = (0,), ceil_mode: bool = False, *rest: Any
) -> Any:
    if ceil_mode or any(padding) or any(r is not None and r is not True for r in rest):
        raise ProblemError("PyTorch's avg_pool2d has a rule here without padding and rounding up alone.")
    return anp.mean(_windows(x, kernel_size, stride), axis=(-2, -1))


@rule("max_pool2d_with_indices")
def _max_pool2d(
    x: Any, kernel_size: Any, stride: Any = (), padding: Any = (0,), dilation: Any = (1,), ceil: bool = False
) -> Any:
    if ceil or any(padding) or any(d != 1 for d in dilation):
        raise ProblemError(
            "PyTorch's max_pool2d has a rule here without padding, dilation and rounding up alone."
        )
    return (anp.max(_windows(x, kernel_size, stride), axis=(-2, -1)),)


def _windows(x: Any, kernel_size: Any, stride: Any) -> Any:
    size = tuple(kernel_size) * (3 - len(kernel_size))
    steps = tuple(stride or size) * (3 - len(stride or size))
    at = np.arange(int(np.prod(shape_of(x)))).reshape(shape_of(x))
    windows = np.lib.stride_tricks.sliding_window_view(at, size, (-2, -1))
    return anp.ravel(x)[windows[..., :: steps[0], :: steps[1], :, :]]
