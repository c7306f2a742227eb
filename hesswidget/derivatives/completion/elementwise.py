"""Functions of each element, and those that choose between several: clip, select, piecewise, interp."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import autograd.numpy as anp
import numpy as np
from autograd.extend import defvjp
from autograd.numpy.numpy_vjps import unbroadcast_f
from autograd.tracer import trace_primitives_map

from hesswidget.derivatives.completion.definition import define, holds_traced, refuse
from hesswidget.derivatives.completion.structure import as_traced

defvjp(
    anp.fmod,
    lambda ans, x, y: unbroadcast_f(x, lambda g: g),
    lambda ans, x, y: unbroadcast_f(y, lambda g: -g * anp.trunc(x / y)),
)
# Autograd's own derivative has the shape of the result, whatever the shape of what was chosen.
defvjp(
    trace_primitives_map[np.where],
    None,
    lambda ans, c, x=None, y=None: unbroadcast_f(x, lambda g: anp.where(c, g, np.zeros(anp.shape(g)))),
    lambda ans, c, x=None, y=None: unbroadcast_f(y, lambda g: anp.where(c, np.zeros(anp.shape(g)), g)),
)


@define("imag")
def imag(val: Any) -> Any:
    return _imag(val) if anp.iscomplexobj(val) else anp.zeros(anp.shape(val))


defvjp(anp.nan_to_num, lambda ans, x, *_, **__: lambda g: anp.where(anp.isfinite(x), g, 0.0))


def _derivative_of_sinc(x: Any) -> Any:
    """Return the derivative of sin(πx)/(πx); near 0 by its series, where the quotient has no value or no digits."""
    near = anp.abs(x) < 0.25
    far = anp.where(near, 1.0, x)
    quotient = (anp.cos(np.pi * far) - anp.sinc(far)) / far
    small = (np.pi * anp.where(near, x, 0.0)) ** 2
    total = 0.0
    for k in range(9, 0, -1):  # the next term is below a rounding of the first
        total = (-1.0) ** k * 2 * k / math.factorial(2 * k + 1) + small * total
    return anp.where(near, np.pi**2 * x * total, quotient)


defvjp(anp.sinc, lambda ans, x: lambda g: g * _derivative_of_sinc(x))

_imag = anp.imag


@define("positive")
def positive(x: Any) -> Any:
    return as_traced(x)


@define("float_power")
def float_power(x: Any, y: Any) -> Any:
    return anp.power(as_traced(x), as_traced(y))


@define("cbrt")
def cbrt(x: Any) -> Any:
    return anp.sign(x) * anp.abs(x) ** (1.0 / 3.0)


@define("heaviside")
def heaviside(x: Any, at_zero: Any) -> Any:
    return anp.where(x > 0, 1.0, anp.where(x == 0, at_zero, 0.0))


@define("copysign")
def copysign(x: Any, sign: Any) -> Any:
    if holds_traced(sign):
        return anp.abs(x) * anp.where(sign < 0, -1.0, 1.0)
    return anp.abs(x) * np.copysign(1.0, sign)


@define("ldexp")
def ldexp(x: Any, exponent: Any) -> Any:
    return x * 2.0**exponent


@define("modf")
def modf(x: Any) -> tuple[Any, Any]:
    return x - anp.trunc(x), anp.trunc(x)


@define("divmod")
def divmod_(x: Any, y: Any) -> tuple[Any, Any]:
    return anp.floor_divide(x, y), anp.mod(x, y)


@define("clip")
def clip(
    a: Any, a_min: Any = None, a_max: Any = None, out: Any = None, *, min: Any = None, max: Any = None
) -> Any:
    refuse("clip", out=out)
    low, high = (a_min if min is None else min), (a_max if max is None else max)
    a = as_traced(a)
    if low is not None:  # where, rather than maximum, whose derivative at a tie is the mean of both
        a = anp.where(anp.logical_or(a > low, anp.isnan(a)), a, low)
    return a if high is None else anp.where(anp.logical_or(a < high, anp.isnan(a)), a, high)


@define("select")
def select(condlist: Sequence[Any], choicelist: Sequence[Any], default: Any = 0.0) -> Any:
    if len(condlist) != len(choicelist):
        raise ValueError("select takes as many choices as conditions")
    result = default
    for condition, choice in zip(reversed(condlist), reversed(choicelist), strict=True):
        result = anp.where(condition, choice, result)
    return result


@define("choose")
def choose(a: Any, choices: Sequence[Any], out: Any = None, mode: str = "raise") -> Any:
    refuse("choose", out=out)
    if mode != "raise" or (
        not holds_traced(a) and not np.all((np.asarray(a) >= 0) & (np.asarray(a) < len(choices)))
    ):
        raise ValueError("choose of a traced value takes indices between 0 and the number of choices")
    return select([a == k for k in range(len(choices))], choices, choices[-1] * 1.0)


@define("piecewise")
def piecewise(x: Any, condlist: Any, funclist: Sequence[Any], *args: Any, **options: Any) -> Any:
    conditions = list(condlist) if isinstance(condlist, list | tuple) else [condlist]
    if len(funclist) not in (len(conditions), len(conditions) + 1):
        raise ValueError(f"piecewise takes {len(conditions)} functions, or one more for everywhere else")

    def piece(f: Any) -> Any:
        return f(x, *args, **options) if callable(f) else f

    otherwise = piece(funclist[len(conditions)]) if len(funclist) > len(conditions) else 0.0
    result = otherwise + anp.zeros(anp.shape(x))
    for condition, f in zip(conditions, funclist, strict=False):  # the last condition that holds has its way
        result = anp.where(condition, piece(f), result)
    return result


@define("interp")
def interp(x: Any, xp: Any, fp: Any, left: Any = None, right: Any = None, period: Any = None) -> Any:
    """At a node the derivative is that of the piece to its right, at the last node of the one to its left."""
    refuse("interp", period=period)
    x, xp, fp = (anp.array(v) * 1.0 for v in (x, xp, fp))
    if len(xp) < 2:
        raise NotImplementedError("interp of a traced value takes two nodes or more")
    at = x[..., None]
    last = np.arange(len(xp) - 1) == len(xp) - 2
    width = xp[1:] - xp[:-1]
    inside = anp.logical_and(at >= xp[:-1], anp.logical_or(at < xp[1:], anp.logical_and(last, at == xp[1:])))
    lines = fp[:-1] + (fp[1:] - fp[:-1]) / anp.where(width > 0, width, 1.0) * (at - xp[:-1])
    value = anp.sum(anp.where(inside, lines, 0.0), axis=-1)
    value = anp.where(x < xp[0], fp[0] if left is None else left, value)
    value = anp.where(x > xp[-1], fp[-1] if right is None else right, value)
    return anp.where(anp.isnan(x), x, value)


@define("i0")
def i0(x: Any) -> Any:
    import autograd.scipy.special

    return autograd.scipy.special.i0(x)
