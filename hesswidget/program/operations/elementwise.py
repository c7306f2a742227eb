"""Operations on each element by itself, with NumPy's broadcasting."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from hesswidget.program.operations.arrays import Arrays, Code
from hesswidget.program.operations.row import (
    Attributes,
    Operation,
    Shape,
    broadcast_shape,
    size,
)

_Choose = Callable[[Arrays], Code]


def _elementwise_shape(shapes: Sequence[Shape], _: Attributes) -> tuple[Shape, ...]:
    return (broadcast_shape(shapes),)


def _same_name(name: str) -> _Choose:
    return lambda arrays: getattr(arrays.xp, name)


def _special(name: str) -> _Choose:
    return lambda arrays: arrays.special(name)


def _of_truths(name: str) -> _Choose:
    def choose(arrays: Arrays) -> Code:
        function, asarray = getattr(arrays.xp, name), arrays.xp.asarray
        return lambda *x: asarray(function(*x), dtype=float)[()]

    return choose


def _polygamma(arrays: Arrays) -> Code:
    polygamma, asarray = arrays.special("polygamma"), arrays.xp.asarray
    return lambda order, x: asarray(polygamma(order, x))[()]


def _where(arrays: Arrays) -> Code:
    where = arrays.xp.where
    return lambda c, a, b: where(c, a, b)[()]


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
_UNARY: dict[str, _Choose] = {name: _same_name(name) for name in _SAME_NAME}
_UNARY |= {name: _of_truths(name) for name in ("isnan", "isfinite", "logical_not")}
_UNARY |= {
    name: _special(name)
    for name in ["erf", "erfc", "erfinv", "gamma", "gammaln", "digamma", "j0", "j1", "y0", "y1"]
}
_BINARY: dict[str, _Choose] = {
    name: _same_name(name)
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
    name: _of_truths(name)
    for name in ["less", "less_equal", "equal", "not_equal", "logical_and", "logical_or"]
}
_BINARY["polygamma"] = _polygamma
# How many of the scalar operations that are counted each element takes, where that is not about one.
_WEIGHTS = dict.fromkeys(("erf", "erfc", "erfinv", "gamma", "gammaln", "digamma", "j0", "j1", "y0", "y1"), 16)
_WEIGHTS["polygamma"] = 256
_AT_A_STRETCH = 2**14  # elements
_TERNARY: dict[str, _Choose] = {"where": _where}


def _elementwise(name: str, arity: int, choose: _Choose) -> Operation:
    def code(arrays: Arrays, shapes: Sequence[Shape], _: Attributes) -> Code:
        quicker = None if any(shapes) else arrays.of_scalars.get(name)
        return quicker or choose(arrays)

    weight = _WEIGHTS.get(name, 1)

    def work(shapes: Sequence[Shape], _: Attributes) -> int:
        return weight * size(broadcast_shape(shapes)) if weight > 1 else 0

    stretch = None if arity > 2 else lambda _: weight * _AT_A_STRETCH
    return Operation(name, (arity, arity), _elementwise_shape, code, work, stretch)


ROWS = [
    *(_elementwise(name, 1, choose) for name, choose in _UNARY.items()),
    *(_elementwise(name, 2, choose) for name, choose in _BINARY.items()),
    *(_elementwise(name, 3, choose) for name, choose in _TERNARY.items()),
]
