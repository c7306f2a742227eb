"""SciPy's special functions; imported when a traced value meets one, or with ``autograd.scipy.special``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import autograd.numpy as anp
import autograd.scipy.special as special
import numpy as np
import scipy.special
from autograd.extend import defvjp, primitive
from autograd.tracer import trace_primitives_map

from hesswidget.derivatives.completion.advice import without_derivative
from hesswidget.derivatives.completion.definition import define
from hesswidget.derivatives.completion.structure import as_traced


def _defined(name: str) -> Callable[[Any], Any]:
    return define(name, module=special, original=getattr(scipy.special, name))


@_defined("xlogy")
def xlogy(x: Any, y: Any) -> Any:
    return anp.where(x == 0, 0.0, x * anp.log(anp.where(x == 0, 1.0, y)))


@_defined("xlog1py")
def xlog1py(x: Any, y: Any) -> Any:
    return anp.where(x == 0, 0.0, x * anp.log1p(anp.where(x == 0, 0.0, y)))


@_defined("entr")
def entr(x: Any) -> Any:
    return anp.where(x < 0, -np.inf, -xlogy(x, x))


@_defined("rel_entr")
def rel_entr(x: Any, y: Any) -> Any:
    return xlogy(x, x / y)


@_defined("kl_div")
def kl_div(x: Any, y: Any) -> Any:
    return rel_entr(x, y) - x + y


@_defined("huber")
def huber(delta: Any, r: Any) -> Any:
    return anp.where(anp.abs(r) <= delta, r**2 / 2.0, delta * (anp.abs(r) - delta / 2.0))


@_defined("pseudo_huber")
def pseudo_huber(delta: Any, r: Any) -> Any:
    return delta**2 * (anp.sqrt(1.0 + (r / delta) ** 2) - 1.0)


@_defined("ndtr")
def ndtr(x: Any) -> Any:
    return special.erfc(-x / np.sqrt(2.0)) / 2.0


@_defined("ndtri")
def ndtri(y: Any) -> Any:
    return -np.sqrt(2.0) * special.erfcinv(2.0 * y)


@_defined("log_expit")
def log_expit(x: Any) -> Any:
    return -anp.logaddexp(0.0, -x)


@_defined("exp10")
def exp10(x: Any) -> Any:
    return 10.0**x


@_defined("softmax")
def softmax(x: Any, axis: Any = None) -> Any:
    return anp.exp(log_softmax(x, axis))


@_defined("log_softmax")
def log_softmax(x: Any, axis: Any = None) -> Any:
    x = as_traced(x)
    return x - special.logsumexp(x, axis=axis, keepdims=True)


for _name in ("cbrt", "expm1", "log1p", "exp2", "sinc"):  # SciPy's own ufuncs of NumPy's names
    if getattr(scipy.special, _name, None) is not None:
        define(_name, module=special, original=getattr(scipy.special, _name))(getattr(anp, _name))

# log Φ, whose derivative says itself: φ / Φ, by logarithms where both underflow
_log_ndtr = primitive(scipy.special.log_ndtr)
defvjp(_log_ndtr, lambda ans, x: lambda g: g * anp.exp(-(x**2) / 2.0 - ans - np.log(2.0 * np.pi) / 2.0))
special.log_ndtr = _log_ndtr

_jv = primitive(scipy.special.jv)
defvjp(_jv, None, lambda ans, v, x: lambda g: g * (_jv(v - 1, x) - _jv(v + 1, x)) / 2.0)
_yv = primitive(scipy.special.yv)
defvjp(_yv, None, lambda ans, v, x: lambda g: g * (_yv(v - 1, x) - _yv(v + 1, x)) / 2.0)
_kv = primitive(scipy.special.kv)
defvjp(_kv, None, lambda ans, v, x: lambda g: -g * (_kv(v - 1, x) + _kv(v + 1, x)) / 2.0)
special.jv, special.yv, special.kv = _jv, _yv, _kv
define("k0", module=special, original=scipy.special.k0)(lambda x: _kv(0.0, x))
define("k1", module=special, original=scipy.special.k1)(lambda x: _kv(1.0, x))


def meet(ufunc: Any) -> None:
    """Make sure that a ufunc of SciPy is known; by importing this module most are."""
    if ufunc in trace_primitives_map:
        return
    name = ufunc.__name__
    if getattr(scipy.special, name, None) is ufunc:
        raise NotImplementedError(without_derivative(ufunc, (0,)))
