"""Polynomials by their coefficients."""

from __future__ import annotations

from typing import Any

import autograd.numpy as anp
import numpy as np
from autograd.numpy import numpy_wrapper

from hesswidget.derivatives.completion.contractions import convolve
from hesswidget.derivatives.completion.definition import define, holds_traced
from hesswidget.derivatives.completion.structure import as_traced


@define("polyval")
def polyval(p: Any, x: Any) -> Any:
    """By Horner's scheme, as NumPy's."""
    x = as_traced(x)
    value = anp.zeros(anp.shape(x))
    for coefficient in p.coeffs if isinstance(p, np.poly1d) else p:
        value = value * x + coefficient
    return value


@define("polyadd")
def polyadd(a1: Any, a2: Any) -> Any:
    return _sum(a1, a2, 1.0)


@define("polysub")
def polysub(a1: Any, a2: Any) -> Any:
    return _sum(a1, a2, -1.0)


def _sum(a1: Any, a2: Any, sign: float) -> Any:
    a1, a2 = anp.array(a1), anp.array(a2)
    size = max(len(a1), len(a2))
    parts = [anp.concatenate([np.zeros(size - len(a)), a]) for a in (a1, a2)]
    return parts[0] + sign * parts[1]


@define("polymul")
def polymul(a1: Any, a2: Any) -> Any:
    return convolve(a1, a2)


@define("polyder")
def polyder(p: Any, m: int = 1) -> Any:
    p = as_traced(p)
    for _ in range(m):
        p = p[:-1] * np.arange(len(p) - 1.0, 0.0, -1.0)
    return p


@define("polyint")
def polyint(p: Any, m: int = 1, k: Any = None) -> Any:
    constants = np.zeros(m) if k is None else np.broadcast_to(k, m)
    p = as_traced(p)
    for constant in constants:
        p = anp.concatenate([p / np.arange(float(len(p)), 0.0, -1.0), np.array([constant])])
    return p


@define("polyfit")
def polyfit(
    x: Any, y: Any, deg: int, rcond: Any = None, full: bool = False, w: Any = None, cov: bool = False
) -> Any:
    if full or cov or w is not None or holds_traced(x):
        raise NotImplementedError(
            "polyfit of a traced value takes x, y and the degree alone, and x is not traced"
        )
    return anp.dot(np.linalg.pinv(np.vander(np.asarray(x, dtype=float), deg + 1)), as_traced(y))


@define("vander")
def vander(x: Any, N: int | None = None, increasing: bool = False) -> Any:
    x = anp.array(x)
    powers = [anp.ones(len(x))]
    for _ in range((len(x) if N is None else N) - 1):
        powers.append(powers[-1] * x)
    return anp.stack(powers if increasing else powers[::-1], axis=1)


class poly1d(np.poly1d):
    """NumPy's ``poly1d`` whose value at a traced point is traced, and which takes traced coefficients."""

    __slots__ = ()

    def __new__(cls, c_or_r: Any, *args: Any, **options: Any) -> Any:
        """Return NumPy's own unless coefficients are traced."""
        if holds_traced(c_or_r):
            if args or options:
                raise NotImplementedError("poly1d of traced values takes coefficients, not roots")
            return lambda x: polyval(as_traced(c_or_r), x)
        return super().__new__(cls)

    def __call__(self, val: Any) -> Any:
        """Return the value at `val`."""
        return polyval(self.coeffs, val) if holds_traced(val) else super().__call__(val)


for _home in (anp, numpy_wrapper):
    _home.poly1d = poly1d
