"""Grids, and differences along them."""

from __future__ import annotations

from typing import Any

import autograd.numpy as anp
import numpy as np

from hesswidget.derivatives.completion.definition import define, normalised_axis, refuse
from hesswidget.derivatives.completion.structure import as_traced


@define("meshgrid")
def meshgrid(*xi: Any, copy: bool = True, sparse: bool = False, indexing: Any = "xy") -> tuple[Any, ...]:
    xi = tuple(anp.ravel(anp.array(x)) for x in xi)
    grids = np.meshgrid(*(np.arange(x.size) for x in xi), sparse=sparse, indexing=indexing)
    return tuple(x[indices] for x, indices in zip(xi, grids, strict=True))


@define("linspace")
def linspace(
    start: Any,
    stop: Any,
    num: int = 50,
    endpoint: bool = True,
    retstep: bool = False,
    dtype: Any = None,
    axis: int = 0,
) -> Any:
    refuse("linspace", dtype=dtype, retstep=retstep or None)
    shares = np.linspace(0.0, 1.0, num, endpoint)
    rank = max(anp.ndim(start), anp.ndim(stop))
    shares = np.moveaxis(shares.reshape((num,) + (1,) * rank), 0, axis)
    if rank:
        start, stop = (
            anp.expand_dims(anp.array(x) * np.ones(()), axis) if anp.ndim(x) else x for x in (start, stop)
        )
    # both ends are exact, as NumPy's are
    return start * (1.0 - shares) + stop * shares


@define("logspace")
def logspace(
    start: Any,
    stop: Any,
    num: int = 50,
    endpoint: bool = True,
    base: Any = 10.0,
    dtype: Any = None,
    axis: int = 0,
) -> Any:
    refuse("logspace", dtype=dtype)
    return anp.power(base, linspace(start, stop, num, endpoint, axis=axis))


@define("geomspace")
def geomspace(
    start: Any, stop: Any, num: int = 50, endpoint: bool = True, dtype: Any = None, axis: int = 0
) -> Any:
    refuse("geomspace", dtype=dtype)
    return anp.exp(linspace(anp.log(start), anp.log(stop), num, endpoint, axis=axis))


@define("ediff1d")
def ediff1d(ary: Any, to_end: Any = None, to_begin: Any = None) -> Any:
    flat = anp.ravel(as_traced(ary))
    ends = [[] if end is None else [anp.ravel(anp.array(end))] for end in (to_begin, to_end)]
    return anp.concatenate([*ends[0], flat[1:] - flat[:-1], *ends[1]])


@define("gradient")
def gradient(f: Any, *varargs: Any, axis: Any = None, edge_order: int = 1) -> Any:
    f = as_traced(f)
    axes = range(f.ndim) if axis is None else [normalised_axis(a, f.ndim) for a in np.atleast_1d(axis)]
    spacings = list(varargs) * len(axes) if len(varargs) == 1 else list(varargs) or [1.0] * len(axes)
    if edge_order != 1 or any(anp.ndim(h) for h in spacings) or len(spacings) != len(axes):
        raise NotImplementedError(
            "gradient of a traced value takes one number for each spacing, and edge_order=1"
        )
    derivatives = [_derivatives_along(f, a) / h for a, h in zip(axes, spacings, strict=True)]
    if len(derivatives) == 1:
        return derivatives[0]
    return tuple(derivatives) if np.__version__ >= "2" else derivatives


def _derivatives_along(f: Any, axis: int) -> Any:
    def part(start: Any, stop: Any) -> Any:
        return f[(slice(None),) * axis + (slice(start, stop),)]

    inside = (part(2, None) - part(None, -2)) / 2.0
    return anp.concatenate([part(1, 2) - part(0, 1), inside, part(-1, None) - part(-2, -1)], axis)
