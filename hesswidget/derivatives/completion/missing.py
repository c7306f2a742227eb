"""Reductions that leave out what is not a number."""

from __future__ import annotations

from typing import Any

import autograd.numpy as anp
import numpy as np
from autograd.tracer import getval

from hesswidget.derivatives.completion.definition import define, refuse
from hesswidget.derivatives.completion.structure import as_traced


def _present(a: Any, function: str) -> tuple[Any, Any]:
    """Return `a` with zeros where it is NaN, and a one for each number.

    Where it is NaN now, the chain rule would multiply the zero that belongs there by NaN in the steps before, and all
    derivatives would be NaN; so that is refused.
    """
    a = as_traced(a)
    if np.any(np.isnan(getval(a))):
        raise NotImplementedError(
            f"{function} met NaN in what is differentiated, and the derivative of what is computed from NaN is NaN. "
            f"Leave missing data out before computing with it: keep = ~np.isnan(data), and then data[keep]"
        )
    missing = anp.isnan(a)
    return anp.where(missing, 0.0, a), anp.where(missing, 0.0, 1.0)


def _filled(a: Any, number: float, function: str) -> Any:
    kept, counts = _present(a, function)
    return anp.where(counts > 0, kept, number)


@define("nansum")
def nansum(
    a: Any, axis: Any = None, dtype: Any = None, out: Any = None, keepdims: Any = False, **rest: Any
) -> Any:
    refuse("nansum", dtype=dtype, out=out, **rest)
    return anp.sum(_present(a, "nansum")[0], axis=axis, keepdims=keepdims)


@define("nanmean")
def nanmean(
    a: Any, axis: Any = None, dtype: Any = None, out: Any = None, keepdims: Any = False, **rest: Any
) -> Any:
    refuse("nanmean", dtype=dtype, out=out, **rest)
    kept, counts = _present(a, "nanmean")
    return anp.sum(kept, axis=axis, keepdims=keepdims) / anp.sum(counts, axis=axis, keepdims=keepdims)


@define("nanvar")
def nanvar(
    a: Any,
    axis: Any = None,
    dtype: Any = None,
    out: Any = None,
    ddof: Any = 0,
    keepdims: Any = False,
    **rest: Any,
) -> Any:
    refuse("nanvar", dtype=dtype, out=out, **rest)
    kept, counts = _present(a, "nanvar")
    off = (kept - nanmean(a, axis, keepdims=True)) * counts
    return anp.sum(off**2, axis=axis, keepdims=keepdims) / (
        anp.sum(counts, axis=axis, keepdims=keepdims) - ddof
    )


@define("nanstd")
def nanstd(a: Any, axis: Any = None, **options: Any) -> Any:
    return anp.sqrt(nanvar(a, axis, **options))


@define("nanprod")
def nanprod(
    a: Any, axis: Any = None, dtype: Any = None, out: Any = None, keepdims: Any = False, **rest: Any
) -> Any:
    refuse("nanprod", dtype=dtype, out=out, **rest)
    return anp.prod(_filled(a, 1.0, "nanprod"), axis=axis, keepdims=keepdims)


@define("nanmax")
def nanmax(a: Any, axis: Any = None, out: Any = None, keepdims: Any = False, **rest: Any) -> Any:
    refuse("nanmax", out=out, **rest)
    return anp.max(_filled(a, -np.inf, "nanmax"), axis=axis, keepdims=keepdims)


@define("nanmin")
def nanmin(a: Any, axis: Any = None, out: Any = None, keepdims: Any = False, **rest: Any) -> Any:
    refuse("nanmin", out=out, **rest)
    return anp.min(_filled(a, np.inf, "nanmin"), axis=axis, keepdims=keepdims)


@define("nancumsum")
def nancumsum(a: Any, axis: int | None = None, dtype: Any = None, out: Any = None) -> Any:
    refuse("nancumsum", dtype=dtype, out=out)
    kept = _present(a, "nancumsum")[0]
    return anp.cumsum(anp.ravel(kept), 0) if axis is None else anp.cumsum(kept, axis)
