"""SymPy's expressions as a library of arrays: a program run with them is written out as mathematics.

Imported where a formula is asked for, and nowhere else. Arrays are NumPy's, of objects.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from types import SimpleNamespace
from typing import Any

import numpy as np
import sympy

from hesswidget.precision import EPS
from hesswidget.program.errors import NotRecorded
from hesswidget.program.operations.arrays import Arrays, Code
from hesswidget.program.operations.numpy_arrays import loops, placing, take
from hesswidget.program.operations.row import Shape

MOST_PARTS = 4_000  # of an expression written out, in which what is used twice stands twice
DENOMINATOR = 1_000  # of a number that is written as a fraction, at most


class TooLong(NotRecorded):
    """A formula is too long to be read."""


def number(x: Any) -> sympy.Expr:
    """Return a number as it was written, as far as that can be told: 0.1 is 1/10.

    Examples
    --------
    >>> number(0.1), number(-4.0), number(0.1 + 0.2), number(2.718281828)
    (1/10, -4, 3/10, 2.71828182800000)
    """
    if not math.isfinite(x):
        return sympy.nan if math.isnan(x) else sympy.oo if x > 0 else -sympy.oo
    fraction = Fraction(float(x)).limit_denominator(DENOMINATOR)
    if abs(float(fraction) - x) <= 4 * EPS * abs(x):
        return sympy.Rational(fraction.numerator, fraction.denominator)
    return sympy.Float(float(x))


def symbol(name: str) -> sympy.Symbol:
    """Return the real variable of a name."""
    return sympy.Symbol(name, real=True)


class _Parts:
    """How many parts expressions have when they are written out: those met before are looked up."""

    def __init__(self) -> None:
        self._known: dict[Any, int] = {}

    def of(self, expression: Any) -> int:
        stack = [expression]
        while stack:
            one = stack[-1]
            unknown = [part for part in one.args if part not in self._known]
            if unknown:
                stack.extend(unknown)
                continue
            self._known[one] = 1 + sum(self._known[part] for part in one.args)
            stack.pop()
        return self._known[expression]


def _exact(x: Any) -> Any:
    return x if isinstance(x, sympy.Basic) else number(float(x))


def arrays() -> Arrays:
    """Return the library, which measures what it makes and refuses what is too long with `TooLong`."""
    parts = _Parts()

    def elementwise(function: Callable[..., Any], count: int) -> Any:
        def one(*x: Any) -> Any:
            exact = [_exact(one) for one in x]
            if sum(map(parts.of, exact)) > MOST_PARTS:  # before SymPy sorts them
                raise TooLong(f"the formula is too long: it has over {MOST_PARTS:,} parts")
            return function(*exact)

        return _Elementwise(np.frompyfunc(one, count, 1))

    chosen = elementwise(_where, 3)
    xp = SimpleNamespace(
        **{name: elementwise(f, 1) for name, f in _UNARY.items()},
        **{name: elementwise(f, 2) for name, f in _BINARY.items()},
        where=lambda *x: np.asarray(chosen(*x), dtype=object),
        asarray=lambda x, dtype=None: np.asarray(x, dtype=object),
        matmul=lambda *x: np.asarray(np.matmul(*(np.asarray(a, dtype=object) for a in x)), dtype=object),
        **{name: getattr(np, name) for name in _OF_PLACES},
        sort=_refused("sort"),
        clip=_refused("take"),
        rint=_refused("rint"),
    )
    special = lambda name: elementwise(*_SPECIAL[name])  # noqa: E731
    return Arrays(xp, special, _linalg, take, *placing(_zeros), *loops(_zeros), has_methods=False)


class _Elementwise:
    """A function of elements, which may be reduced with along axes, one after the other."""

    def __init__(self, ufunc: Any) -> None:
        self._ufunc = ufunc

    def __call__(self, *x: Any) -> Any:
        found = self._ufunc(*x)
        return found if isinstance(found, np.ndarray) else np.array(found, dtype=object)[()]

    def reduce(self, x: Any, axis: Any) -> Any:
        for a in sorted(axis if isinstance(axis, tuple) else (axis,), reverse=True):
            x = self._ufunc.reduce(np.asarray(x, dtype=object), axis=a)
        return x


def _indicator(condition: Any) -> Any:
    return sympy.Piecewise((sympy.Integer(1), condition), (sympy.Integer(0), True))


def _condition(x: Any) -> Any:
    """Return what an indicator says; of any other number whether it is not zero."""
    if isinstance(x, sympy.Piecewise) and [part.expr for part in x.args] == [1, 0]:
        return x.args[0].cond
    return sympy.Ne(x, 0)


def _where(condition: Any, x: Any, y: Any) -> Any:
    rest = y.args if isinstance(y, sympy.Piecewise) else [(y, True)]
    pieces = [(x, _condition(condition)), *((part[0], part[1]) for part in rest)]
    if pieces[-1][0] is sympy.nan and sympy.Or(*(on for _, on in pieces[:-1])) == sympy.true:
        pieces = [*pieces[:-2], (pieces[-2][0], True)]  # nothing is left for what is undefined
    return sympy.Piecewise(*pieces)


def _refused(name: str) -> Code:
    def code(*_: Any, **__: Any) -> Any:
        raise NotRecorded(f"{name} depends on values in a way that no formula says")

    return code


_UNARY: dict[str, Callable[..., Any]] = {
    "negative": lambda x: -x,
    "absolute": sympy.Abs,
    "sign": sympy.sign,
    "sqrt": sympy.sqrt,
    "exp": sympy.exp,
    "expm1": lambda x: sympy.exp(x) - 1,
    "log": sympy.log,
    "log1p": lambda x: sympy.log(1 + x),
    "sin": sympy.sin,
    "cos": sympy.cos,
    "tan": sympy.tan,
    "arcsin": sympy.asin,
    "arccos": sympy.acos,
    "arctan": sympy.atan,
    "sinh": sympy.sinh,
    "cosh": sympy.cosh,
    "tanh": sympy.tanh,
    "arcsinh": sympy.asinh,
    "arccosh": sympy.acosh,
    "arctanh": sympy.atanh,
    "floor": sympy.floor,
    "ceil": sympy.ceiling,
    "isnan": lambda x: sympy.Integer(int(x is sympy.nan)),
    "isfinite": lambda x: sympy.Integer(int(x not in (sympy.nan, sympy.oo, -sympy.oo))),
    "logical_not": lambda x: _indicator(sympy.Not(_condition(x))),
}
_BINARY: dict[str, Callable[..., Any]] = {
    "add": lambda x, y: x + y,
    "subtract": lambda x, y: x - y,
    "multiply": lambda x, y: x * y,
    "divide": lambda x, y: x / y,
    "power": lambda x, y: x**y,
    "mod": sympy.Mod,
    "maximum": sympy.Max,
    "minimum": sympy.Min,
    "arctan2": sympy.atan2,
    "logaddexp": lambda x, y: sympy.log(sympy.exp(x) + sympy.exp(y)),
    "less": lambda x, y: _indicator(sympy.Lt(x, y)),
    "less_equal": lambda x, y: _indicator(sympy.Le(x, y)),
    "equal": lambda x, y: _indicator(sympy.Eq(x, y)),
    "not_equal": lambda x, y: _indicator(sympy.Ne(x, y)),
    "logical_and": lambda x, y: _indicator(sympy.And(_condition(x), _condition(y))),
    "logical_or": lambda x, y: _indicator(sympy.Or(_condition(x), _condition(y))),
}
_SPECIAL: dict[str, tuple[Callable[..., Any], int]] = {
    "erf": (sympy.erf, 1),
    "erfc": (sympy.erfc, 1),
    "erfinv": (sympy.erfinv, 1),
    "gamma": (sympy.gamma, 1),
    "gammaln": (sympy.loggamma, 1),
    "digamma": (sympy.digamma, 1),
    "j0": (lambda x: sympy.besselj(0, x), 1),
    "j1": (lambda x: sympy.besselj(1, x), 1),
    "y0": (lambda x: sympy.bessely(0, x), 1),
    "y1": (lambda x: sympy.bessely(1, x), 1),
    "polygamma": (sympy.polygamma, 2),
}
_OF_PLACES = "reshape transpose broadcast_to concatenate cumsum".split()


def _linalg(name: str) -> Code:
    if name == "det":
        return _for_each_matrix(lambda a: np.array(sympy.Matrix(a).det(), dtype=object))
    if name == "inv":
        return _for_each_matrix(lambda a: np.array(sympy.Matrix(a).inv(), dtype=object))
    if name == "solve":
        return _for_each_matrix(lambda a, b: np.array(sympy.Matrix(a).LUsolve(sympy.Matrix(b)), dtype=object))
    return _refused(name)


def _for_each_matrix(solve: Code) -> Code:
    def code(*operands: Any) -> Any:
        lead = operands[0].shape[:-2]
        found = [solve(*(x[place] for x in operands)) for place in np.ndindex(*lead)]
        return np.reshape(np.array(found, dtype=object), (*lead, *np.shape(found[0])))[()]

    return code


def _zeros(shape: Shape) -> np.ndarray:
    return np.full(shape, sympy.Integer(0), dtype=object)
