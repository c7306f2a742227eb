"""Functions that reduce or run along axes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import autograd.numpy as anp
import numpy as np
from autograd.extend import defvjp
from autograd.numpy import numpy_wrapper

from hesswidget.derivatives.completion.definition import define, normalised_axis, refuse
from hesswidget.derivatives.completion.structure import as_traced, indices_of, moved


def axes_last(x: Any, axis: Any) -> tuple[Any, tuple[int, ...]]:
    """Return `x` with the axes that `axis` means joined into one last axis, and those axes."""
    given = range(x.ndim) if axis is None else np.atleast_1d(np.asarray(axis, dtype=int))
    axes = tuple(sorted(normalised_axis(int(a), x.ndim) for a in given))
    others = [a for a in range(x.ndim) if a not in axes]
    turned = np.transpose(indices_of(x), [*others, *axes])
    return moved(x, turned.reshape([*(x.shape[a] for a in others), -1])), axes


def with_axes(reduced: Any, x: Any, axes: tuple[int, ...], keepdims: Any) -> Any:
    """Give back the reduced axes of `x`, with one element each, where `keepdims` asks for that."""
    if not keepdims or keepdims is np._NoValue:
        return reduced
    return anp.reshape(reduced, [1 if a in axes else s for a, s in enumerate(x.shape)])


def running_products(x: Any) -> Any:
    """Return the products of the first elements along the last axis, by doubling (Hillis and Steele, 1986).

    Nothing but products is formed, so that derivatives are right where elements are zero.
    """
    reach = 1
    while reach < x.shape[-1]:
        x = anp.concatenate([x[..., :reach], x[..., reach:] * x[..., :-reach]], axis=-1)
        reach *= 2
    return x


def products_of_others(x: Any) -> Any:
    """Return for each element the product of all others along the last axis, without division by what may be 0."""
    one = np.ones((*x.shape[:-1], 1))
    before = running_products(anp.concatenate([one, x[..., :-1]], axis=-1))
    after = running_products(anp.concatenate([one, x[..., :0:-1]], axis=-1))[..., ::-1]
    return before * after


def _derivative_of_prod(ans: Any, x: Any, axis: Any = None, keepdims: Any = False, **options: Any) -> Any:
    refuse("prod", **{k: v for k, v in options.items() if k not in ("dtype", "out")})
    if anp.ndim(x) == 0:
        return lambda g: g
    rows, axes = axes_last(x, axis)
    shape = [1 if a in axes else s for a, s in enumerate(x.shape)]
    others = products_of_others(rows) if rows.size else rows
    back = np.empty(indices_of(x).shape, dtype=int)  # where each element of x lies in the rows
    back.flat[np.ravel(axes_last(indices_of(x), axis)[0])] = np.arange(back.size)
    return lambda g: anp.reshape(g, shape) * moved(others, back)


defvjp(anp.prod, _derivative_of_prod)


@define("cumprod")
def cumprod(a: Any, axis: int | None = None, dtype: Any = None, out: Any = None) -> Any:
    refuse("cumprod", dtype=dtype, out=out)
    a = as_traced(a)
    if axis is None:
        return running_products(anp.ravel(a))
    return anp.moveaxis(running_products(anp.moveaxis(a, axis, -1)), -1, axis)


def _stretched(g: Any, x: Any, axis: Any) -> Any:
    """Bring what belongs to a reduced array into the shape of `x`, with one element where it was reduced."""
    axes = (
        range(anp.ndim(x))
        if axis is None
        else np.atleast_1d(np.asarray(axis, dtype=int)) % max(1, anp.ndim(x))
    )
    return anp.reshape(g, [1 if a in axes else s for a, s in enumerate(anp.shape(x))])


def _derivative_of_sum(
    ans: Any,
    x: Any,
    axis: Any = None,
    dtype: Any = None,
    keepdims: Any = False,
    initial: Any = 0.0,
    where: Any = True,
    **_: Any,
) -> Any:
    kept = np.broadcast_to(1.0 * np.asarray(where), anp.shape(x))
    return lambda g: _stretched(g, x, axis) * kept


def _derivative_of_mean(
    ans: Any, x: Any, axis: Any = None, dtype: Any = None, keepdims: Any = False, where: Any = True, **_: Any
) -> Any:
    kept = np.broadcast_to(1.0 * np.asarray(where), anp.shape(x))
    shares = kept / np.sum(kept, axis=axis, keepdims=True)
    return lambda g: _stretched(g, x, axis) * shares


def _derivative_of_extreme(
    ans: Any,
    x: Any,
    axis: Any = None,
    keepdims: Any = False,
    initial: Any = None,
    where: Any = True,
    **_: Any,
) -> Any:
    """Share the derivative among those that are equally large, as autograd does along one axis."""
    extreme = _stretched(ans, x, axis)
    chosen = anp.logical_and(x == extreme, where)
    count = anp.sum(chosen, axis=axis, keepdims=True) + (0 if initial is None else extreme == initial)
    return lambda g: _stretched(g, x, axis) * chosen / count


defvjp(anp.sum, _derivative_of_sum)
defvjp(numpy_wrapper._primitive_mean, _derivative_of_mean)
for _name in ("max", "min", "amax", "amin"):
    defvjp(getattr(anp, _name), _derivative_of_extreme)


def _derivative_of_var(ans: Any, x: Any, axis: Any = None, *args: Any, **options: Any) -> Any:
    freedom = _freedom("var", x, axis, *args, **options)
    return lambda g: _stretched(g, x, axis) * 2.0 * _deviations(x, axis) / freedom


def _derivative_of_std(ans: Any, x: Any, axis: Any = None, *args: Any, **options: Any) -> Any:
    freedom = _freedom("std", x, axis, *args, **options)
    if _count(x, axis) <= 1:
        return lambda g: _stretched(g, x, axis) * 0.0 * x
    return lambda g: _stretched(g / ans, x, axis) * _deviations(x, axis) / freedom


def _freedom(
    name: str,
    x: Any,
    axis: Any,
    dtype: Any = None,
    ddof: Any = 0,
    keepdims: Any = False,
    correction: Any = None,
    **rest: Any,
) -> Any:
    """Return what the sum of squares is divided by."""
    refuse(name, **{k: v for k, v in rest.items() if k != "out"})
    return _count(x, axis) - (ddof if correction is None else correction)


def _deviations(x: Any, axis: Any) -> Any:
    return anp.conj(x - anp.mean(x, axis=axis, keepdims=True))


def _count(x: Any, axis: Any) -> float:
    shape = anp.shape(x)
    return float(np.prod(shape if axis is None else [shape[a] for a in np.atleast_1d(axis)]))


defvjp(numpy_wrapper._primitive_var, _derivative_of_var)
defvjp(numpy_wrapper._primitive_std, _derivative_of_std)


@define("ptp")
def ptp(a: Any, axis: Any = None, out: Any = None, keepdims: Any = False) -> Any:
    refuse("ptp", out=out)
    return anp.max(a, axis=axis, keepdims=keepdims) - anp.min(a, axis=axis, keepdims=keepdims)


def _ddof(raw: Any, name: str) -> Callable[..., Any]:
    def spread(a: Any, axis: Any = None, *args: Any, **options: Any) -> Any:
        if "correction" in options:
            options["ddof"] = options.pop("correction")
        options = {k: v for k, v in options.items() if v is not np._NoValue}
        refuse(name, **{k: options[k] for k in ("where", "mean", "out") if k in options})
        return raw(as_traced(a), axis, *args, **options)

    return spread


for _name in ("var", "std"):
    define(_name)(_ddof(getattr(numpy_wrapper, f"_primitive_{_name}"), _name))


@define("average")
def average(
    a: Any, axis: Any = None, weights: Any = None, returned: bool = False, *, keepdims: Any = False
) -> Any:
    a = as_traced(a)
    if weights is None:
        result = anp.mean(a, axis=axis, keepdims=keepdims)
        return (result, a.size / result.size) if returned else result
    weights = as_traced(weights)
    if anp.shape(weights) != anp.shape(a):
        if not isinstance(axis, int) or anp.ndim(weights) != 1:
            raise NotImplementedError(
                "average of a traced value takes weights of its shape, or a vector for one axis"
            )
        shape = [1] * a.ndim
        shape[axis] = -1
        weights = anp.reshape(anp.array(weights), shape) * np.ones(a.shape)
    total = anp.sum(anp.array(weights), axis=axis, keepdims=keepdims)
    result = anp.sum(a * weights, axis=axis, keepdims=keepdims) / total
    return (result, total) if returned else result


@define("cumulative_sum")
def cumulative_sum(x: Any, /, *, axis: int | None = None, include_initial: bool = False, **rest: Any) -> Any:
    refuse("cumulative_sum", include_initial=include_initial or None, **rest)
    return anp.cumsum(as_traced(x), 0 if axis is None else axis)


@define("cumulative_prod")
def cumulative_prod(x: Any, /, *, axis: int | None = None, include_initial: bool = False, **rest: Any) -> Any:
    refuse("cumulative_prod", include_initial=include_initial or None, **rest)
    return cumprod(as_traced(x), 0 if axis is None else axis)


@define("trapezoid", "trapz")
def trapezoid(y: Any, x: Any = None, dx: Any = 1.0, axis: int = -1) -> Any:
    y = anp.moveaxis(anp.array(y), axis, -1)
    width = dx
    if x is not None:
        x = anp.array(x)
        x = x if anp.ndim(x) == 1 else anp.moveaxis(x, axis, -1)
        width = x[..., 1:] - x[..., :-1]
    return anp.sum(width * (y[..., 1:] + y[..., :-1]) / 2.0, axis=-1)
