"""Operations on each element by itself, with NumPy's broadcasting."""

from __future__ import annotations

import operator
from collections.abc import Sequence
from typing import Any

import numpy as np

from hesswidget.program.operations.row import (
    Attributes,
    Code,
    Operation,
    Shape,
    broadcast_shape,
)


def _elementwise_shape(shapes: Sequence[Shape], _: Attributes) -> tuple[Shape, ...]:
    return (broadcast_shape(shapes),)


def _erf(name: str) -> Code:
    def special(*x: Any) -> Any:
        import scipy.special

        return getattr(scipy.special, name)(*x)

    return special


def _of_truths(ufunc: Code) -> Code:
    return lambda *x: np.asarray(ufunc(*x), dtype=float)[()]


def _polygamma(order: Any, x: Any) -> Any:
    import scipy.special

    return np.asarray(scipy.special.polygamma(order, x))[()]


_SAME_NAME = [
    "negative",
    "absolute",
    "sign",
    "sqrt",
    "exp",
    "expm1",
    "log",
    "log1p",
    "sin",
    "cos",
    "tan",
    "arcsin",
    "arccos",
    "arctan",
    "sinh",
    "cosh",
    "tanh",
    "arcsinh",
    "arccosh",
    "arctanh",
    "floor",
    "ceil",
    "rint",
]
_UNARY: dict[str, Code] = {name: getattr(np, name) for name in _SAME_NAME}
_UNARY |= {name: _of_truths(getattr(np, name)) for name in ("isnan", "isfinite", "logical_not")}
_UNARY |= {
    name: _erf(name)
    for name in ["erf", "erfc", "erfinv", "gamma", "gammaln", "digamma", "j0", "j1", "y0", "y1"]
}
_BINARY: dict[str, Code] = {
    name: getattr(np, name)
    for name in [
        "add",
        "subtract",
        "multiply",
        "divide",
        "power",
        "mod",
        "maximum",
        "minimum",
        "arctan2",
        "logaddexp",
    ]
}
_BINARY |= {
    name: _of_truths(getattr(np, name))
    for name in ["less", "less_equal", "equal", "not_equal", "logical_and", "logical_or"]
}
_BINARY["polygamma"] = _polygamma
_where: Any = np.where
_TERNARY: dict[str, Code] = {"where": lambda c, a, b: _where(c, a, b)[()]}
# NumPy's scalars have operators that are several times quicker than its ufuncs.
_OF_SCALARS: dict[str, Code] = {
    "negative": operator.neg,
    "add": operator.add,
    "subtract": operator.sub,
    "multiply": operator.mul,
    "divide": operator.truediv,
}


def _elementwise(name: str, arity: int, code: Code) -> Operation:
    def choose(shapes: Sequence[Shape], _: Attributes) -> Code:
        return _OF_SCALARS.get(name, code) if not any(shapes) else code

    return Operation(name, (arity, arity), _elementwise_shape, choose)


ROWS = [
    *(_elementwise(name, 1, code) for name, code in _UNARY.items()),
    *(_elementwise(name, 2, code) for name, code in _BINARY.items()),
    *(_elementwise(name, 3, code) for name, code in _TERNARY.items()),
]
