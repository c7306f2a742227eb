"""The corpus: small named functions with example inputs, every rule of the recorder among them.

Each is recorded, differentiated while it is recorded, batched, written down and replayed by the tests beside this file.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import autograd.numpy as np
import autograd.scipy.special as special
import autograd.scipy.stats as stats
import numpy as onp
import scipy.special
from autograd import grad
from autograd.numpy import linalg

from hesswidget.derivatives.completion.families import meet_scipy
from hesswidget.derivatives.control_flow import over_rows, pick, scan
from hesswidget.derivatives.reverse_mode import gradient, vjp

meet_scipy()
TOLERANCE = 1e-12  # of the largest magnitude: a few hundred roundings
# LAPACK's factors of our matrices, of condition numbers below 100, lose two or three digits, derivatives twice that
OF_MATRICES = 1e-10
# SciPy's special functions are good to 1e-13 or so, and where a recorded form is not SciPy's own they differ by as much
OF_SPECIALS = 1e-11


@dataclass(frozen=True)
class Input:
    """The shape of an input, and how to draw it."""

    shape: tuple[int, ...]
    draw: Callable[[Any, tuple[int, ...]], Any]

    def __call__(self, rng: Any) -> Any:
        """Return an example."""
        return onp.asarray(self.draw(rng, self.shape), dtype=float)


def normal(*shape: int) -> Input:
    return Input(shape, lambda rng, s: rng.normal(size=s))


def positive(*shape: int) -> Input:
    return Input(shape, lambda rng, s: rng.uniform(0.3, 3.0, size=s))


def unit(*shape: int) -> Input:
    return Input(shape, lambda rng, s: rng.uniform(-0.9, 0.9, size=s))


def fraction(*shape: int) -> Input:
    return Input(shape, lambda rng, s: rng.uniform(0.1, 0.9, size=s))


def above_one(*shape: int) -> Input:
    return Input(shape, lambda rng, s: rng.uniform(1.2, 3.0, size=s))


def wide(*shape: int) -> Input:
    """Numbers of either sign, a few units large, none near a half or a whole one."""
    return Input(shape, lambda rng, s: rng.integers(-5, 5, size=s) + rng.uniform(0.1, 0.4, size=s))


def regular(*shape: int) -> Input:
    """Matrices far from singular."""
    return Input(shape, lambda rng, s: rng.uniform(-1, 1, size=s) + (2 + s[-1]) * onp.eye(s[-1]))


def definite(*shape: int) -> Input:
    """Symmetric positive definite matrices with eigenvalues apart from each other."""

    def draw(rng: Any, s: tuple[int, ...]) -> Any:
        a = rng.uniform(-0.3, 0.3, size=s)
        return (a + onp.swapaxes(a, -1, -2)) / 2 + onp.diag(onp.arange(1.0, s[-1] + 1))

    return Input(shape, draw)


@dataclass(frozen=True)
class Case:
    """A function and its inputs.

    Attributes
    ----------
    derivatives : int
        How many times autograd itself can differentiate the function.
    extremes : str
        Which of `EXTREMES` its value is compared at. "all": NaN and infinities are where NumPy has them. "no huge":
        not where a product overflows, since a fused multiply-add of BLAS has no product that could. "nan": where
        sums are formed in another order than NumPy's, ∞ − ∞ arises elsewhere, but NaN stays. "none": see the case.
    """

    name: str
    function: Callable[..., Any]
    inputs: tuple[Input, ...]
    derivatives: int = 2
    tolerance: float = TOLERANCE
    extremes: str = "all"

    def draw(self, seed: int) -> list[Any]:
        """Return inputs that depend on the seed only."""
        rng = onp.random.default_rng(seed)
        return [draw(rng) for draw in self.inputs]


CASES: dict[str, Case] = {}


def case(name: str, function: Callable[..., Any], *inputs: Input, **options: Any) -> None:
    assert name not in CASES, name
    CASES[name] = Case(name, function, inputs, **options)


# --- elementwise, one operand ---

for _name in [
    *[
        "negative",
        "absolute",
        "abs",
        "fabs",
        "exp",
        "expm1",
        "sin",
        "cos",
        "tan",
        "arctan",
        "sinh",
        "cosh",
        "tanh",
    ],
    *["arcsinh", "square", "exp2", "sinc", "degrees", "rad2deg", "radians", "deg2rad"],
    *["conj", "real", "real_if_close"],
]:
    case(_name, getattr(np, _name), normal(4))
for _name in ["sqrt", "log", "log2", "log10", "log1p", "reciprocal"]:
    case(_name, getattr(np, _name), positive(4))
for _name in ["arcsin", "arccos", "arctanh"]:
    case(_name, getattr(np, _name), unit(4))
case("arccosh", np.arccosh, above_one(4))
for _name in ["sign", "floor", "ceil", "rint", "round", "around", "trunc", "fix"]:
    _f = getattr(np, _name)
    case(_name, lambda x, f=_f: f(x) * x, wide(4))
for _name in ["isnan", "isfinite", "isinf", "isposinf", "isneginf", "logical_not"]:
    _f = getattr(np, _name)
    case(_name, lambda x, f=_f: np.where(f(x), 2.0, 3.0) * np.exp(-x), normal(4))
case("zeros_like", lambda x: np.zeros_like(x) + x**2, normal(2, 3))
case("ones_like", lambda x: np.ones_like(x) * x**2, normal(2, 3))
case("full_like", lambda x: np.full_like(x, 2.5) * x**2, normal(2, 3))
case("positive", lambda x: np.positive(x), normal(3), derivatives=0)
case("copy", lambda x: np.copy(x) * 2, normal(3), derivatives=0)
case("positive of no derivative", lambda x: np.positive(np.floor(x)) * x, wide(3), derivatives=2)
case("nan_to_num", lambda x: np.nan_to_num(x) ** 2, normal(5))
case(
    "nan_to_num to given numbers",
    lambda x: np.nan_to_num(x, nan=7.0, posinf=5.0, neginf=-4.0),
    normal(5),
    derivatives=0,
)
case("round to a place", lambda x: np.round(x, 2) * x, wide(5))
case("round to tens", lambda x: np.round(7.3 * x, -1) * x, wide(5))
case("astype float", lambda x: (x > 0).astype(float) * x, normal(5))
case("astype int", lambda x: x.astype(int) * x, wide(5), derivatives=0, extremes="none")
case("astype bool", lambda x: (x > 0.5).astype(int).astype(bool) * x, normal(5))
case("matrix_transpose", lambda x: np.matrix_transpose(x) * 2.0, normal(2, 3), derivatives=0)
case("plus", lambda x: +np.floor(x) * x, wide(3))

# --- elementwise, two operands and three ---

for _name in [
    "add",
    "subtract",
    "multiply",
    "maximum",
    "minimum",
    "fmax",
    "fmin",
    "arctan2",
    "logaddexp",
    "logaddexp2",
    "hypot",
]:
    case(_name, getattr(np, _name), normal(3, 1), normal(4))
for _name in ["divide", "true_divide", "mod", "remainder"]:
    case(_name, getattr(np, _name), wide(3, 1), wide(4))
case("power", np.power, positive(3, 1), normal(4))
case(
    "operators",
    lambda x, y: (-x + y) * x - y / x + x**2 + 2.0**x + 1 / y + (3 - x) % 2.5 + 2 % abs(y),
    wide(3),
    wide(3),
)
for _name in ["fmod", "float_power", "floor_divide"]:
    case(_name, getattr(np, _name), positive(3, 1), positive(4), derivatives=0)
case("floor_divide of wide numbers", lambda x, y: (np.floor(x) // y) * x * y, wide(3, 1), wide(4))
case(
    "floor_divide at a whole number",
    lambda x: np.floor_divide(x, 0.1),
    Input((4,), lambda rng, s: onp.arange(1.0, 5.0)),
    derivatives=0,
)
for _name in [
    "less",
    "less_equal",
    "greater",
    "greater_equal",
    "equal",
    "not_equal",
    "logical_and",
    "logical_or",
    "logical_xor",
]:
    _f = getattr(np, _name)
    case(_name, lambda x, y, f=_f: f(x, y) * x * y, normal(3, 1), normal(4))
case(
    "truths",
    lambda x, y: np.where((x > 0) & ~(y > 0) | (x < -1) ^ (y != 0.5), x * y, x**2) + ((x > 0) + (y > 0)) * x,
    normal(3, 1),
    normal(4),
)
case(
    "bitwise names",
    lambda x, y: (np.bitwise_and(x > 0, y > 0) + 2 * np.bitwise_or(x > 0, y > 0)) * x,
    normal(3),
    normal(3),
)
case("bitwise_not", lambda x: np.where(np.bitwise_not(x > 0), x, 2 * x) + np.invert(x < 1) * x, normal(3))
case("a constant mask and a traced one", lambda x: (onp.array([True, False, True]) & (x > 0)) * x, normal(3))
case("products of truths", lambda x, y: np.dot(x > 0, y > 0) * np.sum(x * y), normal(3), normal(3))
case("difference of truths", lambda x: np.diff(x > 0) * np.sum(x**2), normal(5))
case("where", lambda x, y: np.where(x > y, x**2, y * x), normal(3, 1), normal(4))
case(
    "where with a constant mask",
    lambda x: np.where(onp.array([True, False, True]), x**2, np.exp(x)),
    normal(3),
)
case("where of scalars", lambda x: np.where(x > 0.0, x, 0.1 * x), normal())
case("where of truths alone", lambda x: np.where(x, x * 2.0, 3.0), normal(3))
case("clip", lambda x: np.clip(x, -0.5, 0.7) * x, normal(6))
case("clip one side", lambda x: np.clip(x, None, 0.7), normal(6), derivatives=0)
case("clip by keyword", lambda x: np.clip(x, a_min=0.0, a_max=None), normal(6), derivatives=0)
case("clip between arrays", lambda x: np.clip(x, onp.zeros(6), onp.linspace(0.1, 1, 6)), normal(6))
case("method clip", lambda x: x.clip(-0.5, 0.5), normal(6))
case("select", lambda x: np.where(x < -0.5, -x, np.where(x < 0.5, x**2, np.sin(x))), normal(6))
for _exponent in [0, 1, 2, 3, 4, 5, -1, -2, -3, 0.5, 1.5, -0.5, 2.0, 0.0, 7]:
    case(f"power {_exponent!r}", lambda x, p=_exponent: x**p, positive(4))
for _exponent in [0, 1, 2, 3, 4, 5, -1, -2, -3]:
    case(f"power {_exponent!r} of either sign", lambda x, p=_exponent: x**p, wide(4))
case("a number to a traced power", lambda x: 1.7**x + 0.0 ** np.abs(x), normal(4))
case("a traced power of itself", lambda x: x**x, positive(4))
case("power by an array", lambda x: x ** onp.array([0.0, 1.0, 2.0, -0.5]), positive(4))
case("absolute by built-in", lambda x: abs(x) ** 3, normal(4))

# --- reductions ---

for _name in ["sum", "mean", "var", "std", "prod", "max", "min"]:
    _f = getattr(np, _name)
    case(f"{_name}", lambda x, f=_f: f(x) * x[0, 0], normal(3, 4))
    case(f"{_name} over an axis", lambda x, f=_f: f(x, axis=1), normal(3, 4))
    case(f"{_name} over the last axis, kept", lambda x, f=_f: x * f(x, axis=-1, keepdims=True), normal(3, 4))
    case(f"{_name} over the first axis", lambda x, f=_f: f(x, 0), normal(3, 2, 2))
    _times = (
        0 if _name == "prod" else 1 if _name in ("max", "min") else 2
    )  # autograd's own derivatives end here
    case(
        f"{_name} over two axes",
        lambda x, f=_f: f(x, axis=(0, -1)),
        normal(3, 2, 2),
        derivatives=_times and 2,
    )
    case(
        f"{_name} over two axes, kept",
        lambda x, f=_f: x - f(x, axis=(1, 0), keepdims=True),
        normal(3, 4),
        derivatives=_times and 2,
    )
    case(f"{_name} of a vector", lambda x, f=_f: f(x), normal(5))
    case(f"{_name} by method", lambda x, n=_name: getattr(x, n)(axis=0), normal(3, 4))
case("sum of nothing", lambda x: np.sum(x[:0]) + x[0], normal(3))
case("prod of nothing", lambda x: np.prod(x[:0]) * x[0], normal(3), derivatives=0)
case("sum of a scalar", lambda x: np.sum(x) ** 2, normal())
case("sum over no axes", lambda x: np.sum(x, axis=()), normal(3), derivatives=0)
case("sum of a list", lambda x: np.sum([x[0] ** 2, x[1]]), normal(3), derivatives=0)
case("mean of a list", lambda x: np.mean([x[0] ** 2, x[1]]), normal(3))
case("var with ddof", lambda x: np.var(x, axis=0, ddof=1), normal(4, 2))
case("std with ddof", lambda x: np.std(x, ddof=1), normal(4))
case("amax", lambda x: np.amax(x, axis=1) * x[:, 0], normal(3, 4))
case("amin", lambda x: np.amin(x, axis=0) * x[0], normal(3, 4))
case("max with a tie", lambda x: np.max(np.concatenate([x, x])) * x[0], normal(3))
case("any", lambda x: np.where(np.any(x > 1.0, axis=1), x[:, 0] ** 2, x[:, 1]), normal(5, 3))
case("any, kept", lambda x: np.where(np.any(x > 1.0, axis=1, keepdims=True), x, x**2), normal(5, 3))
case("all", lambda x: np.where(np.all(x > -1.0), np.sum(x**2), np.sum(x)), normal(3))
case("all by method", lambda x: np.where((x > -1.0).all(axis=0), x[0], 2 * x[1]), normal(3, 2))
case("count_nonzero", lambda x: np.count_nonzero(x > 0, axis=0) * np.sum(x, axis=0), normal(3, 4))
case("count_nonzero of all", lambda x: np.sum(x) * np.sum(x > 0), normal(3, 4))
case("cumsum", lambda x: np.cumsum(x) ** 2, normal(5))
case("cumsum over an axis", lambda x: np.cumsum(x, axis=1) * x, normal(3, 4))
case("cumsum of a matrix", lambda x: np.cumsum(x), normal(2, 3), derivatives=0)
case("cumsum over the first axis", lambda x: np.cumsum(np.sin(x), axis=0), normal(3, 2))
case("cumsum over the last axis", lambda x: np.cumsum(x, axis=-1), normal(3, 2))
case("sort", np.sort, normal(6), derivatives=0)
case("sort of a matrix", lambda x: np.sort(x, axis=0), normal(4, 3), derivatives=0)
case("sort of all", lambda x: np.sort(x, axis=None), normal(2, 3), derivatives=0)
case("median by sorting", lambda x: np.sort(x, axis=-1)[..., 2], normal(2, 5), derivatives=0)

# --- indexing ---

_MASK = onp.array([True, False, True, True])
for _name, _index in {
    "an element": (1, 2),
    "a negative place": -1,
    "a slice": slice(1, 3),
    "a reversed slice": (slice(None, None, -1), slice(None, None, -2)),
    "steps": (slice(0, None, 2), slice(1, None, 2)),
    "negative bounds": (slice(-3, -1), -2),
    "a new axis": (None, slice(None), None, 1),
    "an ellipsis": (Ellipsis, 2),
    "an ellipsis and a new axis": (Ellipsis, None, 0),
    "whole numbers": onp.array([0, 2, 2, -1]),
    "whole numbers in a matrix": onp.array([[0, 1], [3, 0]]),
    "a list": [0, 2, 2],
    "an empty list": [],
    "pairs": (onp.array([0, 1, 1]), onp.array([2, 0, 0])),
    "whole numbers and a slice": (slice(1, None), onp.array([0, 2, 0])),
    "apart": (onp.array([0, 1]), None, onp.array([1, 2])),
    "a mask": _MASK,
    "a mask of a column": (_MASK, 0),
    "a mask of elements": onp.arange(16).reshape(4, 4) % 3 == 0,
    "nothing": (),
    "an empty slice": slice(3, 1),
    "a grid": onp.ix_([0, 2], [1, 3]),
}.items():
    case(f"index by {_name}", lambda x, i=_index: np.sin(x)[i] ** 2, normal(4, 4))
case("index of a vector by its own shape", lambda x: x[len(x) - 1] * x[x.shape[0] // 2], normal(4))
case("iteration", lambda x: sum(row[0] * row[1] for row in x), normal(3, 2))
case("unpacking", lambda x: (lambda a, b, c: a * b + np.sin(c))(*x), normal(3))
case("index twice", lambda x: x[1:][::2][:, [1, 0]] * 2, normal(6, 3))

# --- moving elements about ---

for _name, _f in {
    "reshape": lambda x: np.reshape(x, (4, 3)),
    "reshape with -1": lambda x: np.reshape(x, (2, -1)),
    "reshape in Fortran's order": lambda x: np.reshape(x, (4, 3), order="F"),
    "method reshape": lambda x: x.reshape(2, 6),
    "method reshape by a tuple": lambda x: x.reshape((6, 2)),
    "ravel": lambda x: np.ravel(x),
    "ravel in Fortran's order": lambda x: np.ravel(x, "F"),
    "flatten": lambda x: x.flatten(),
    "transpose": lambda x: np.transpose(x),
    "transpose by axes": lambda x: np.transpose(np.reshape(x, (3, 2, 2)), (2, 0, 1)),
    "transpose by negative axes": lambda x: np.transpose(np.reshape(x, (3, 2, 2)), (-1, 0, -2)),
    "T": lambda x: x.T @ x,
    "swapaxes": lambda x: np.swapaxes(np.reshape(x, (3, 2, 2)), 0, -1),
    "moveaxis": lambda x: np.moveaxis(np.reshape(x, (3, 2, 2)), 0, 2),
    "moveaxis of two": lambda x: np.moveaxis(np.reshape(x, (3, 2, 2)), (0, 1), (-1, 0)),
    "rollaxis": lambda x: np.rollaxis(np.reshape(x, (3, 2, 2)), 2),
    "rollaxis to a place": lambda x: np.rollaxis(np.reshape(x, (3, 2, 2)), 0, 2),
    "squeeze": lambda x: np.squeeze(x[:, None, :1]),
    "squeeze an axis": lambda x: np.squeeze(x[None, :, :1], axis=0),
    "expand_dims": lambda x: np.expand_dims(x, 1) * x,
    "expand_dims at the end": lambda x: np.expand_dims(x, -1),
    "atleast_1d": lambda x: np.atleast_1d(x[0, 0]),
    "atleast_2d": lambda x: np.atleast_2d(x[0]),
    "atleast_3d": lambda x: np.atleast_3d(x),
    "roll": lambda x: np.roll(x, 2) * x,
    "roll along an axis": lambda x: np.roll(x, -1, axis=1),
    "rot90": lambda x: np.rot90(x),
    "rot90 thrice": lambda x: np.rot90(x, 3),
    "fliplr": lambda x: np.fliplr(x),
    "flipud": lambda x: np.flipud(x),
    "tile": lambda x: np.tile(x, (2, 3)) ** 2,
    "tile a vector": lambda x: np.tile(x[0], 3),
    "repeat": lambda x: np.repeat(x, 2, axis=1) ** 2,
    "repeat all": lambda x: np.repeat(x, 3),
    "repeat the one": lambda x: np.repeat(x[:, :1], 3, axis=1),
    "diag of a vector": lambda x: np.diag(x[0]),
    "diag of a square": lambda x: np.diag(x[:, :3]),
    "diagonal": lambda x: np.diagonal(np.reshape(x, (3, 2, 2)), axis1=-1, axis2=-2),
    "diagonal, squared": lambda x: np.diagonal(np.reshape(x, (3, 2, 2)), axis1=-1, axis2=-2) ** 2,
    "trace": lambda x: np.trace(x[:, :3] ** 2),
    "trace off the diagonal": lambda x: np.trace(x[:, :3], 1),
    "tril": lambda x: np.tril(x),
    "tril below": lambda x: np.tril(x, -1),
    "triu": lambda x: np.triu(x, 1),
    "triu of a stack": lambda x: np.triu(np.reshape(x, (3, 2, 2))),
    "pad": lambda x: np.pad(x, ((1, 2), (1, 1)), mode="constant") ** 2,
    "pad by a number": lambda x: np.pad(x, 1, "constant"),
    "pad by a pair": lambda x: np.pad(x[0], (1, 2), "constant"),
    "array_split": lambda x: np.array_split(x, 2, axis=1)[0] * 3,
    "split": lambda x: np.split(x, 2, axis=1)[1] * np.split(x, [1], axis=0)[0][:, :2],
    "vsplit": lambda x: np.vsplit(x, 3)[1],
    "hsplit": lambda x: np.hsplit(x, 2)[1] ** 2,
    "dsplit": lambda x: np.dsplit(np.reshape(x, (3, 2, 2)), 2)[0],
    "diff": lambda x: np.diff(x) ** 2,
    "diff twice along the first axis": lambda x: np.diff(x, n=2, axis=0),
    "broadcast_to": lambda x: np.broadcast_to(x[:, :1], (3, 4)),
    "full": lambda x: np.full((2, 3), x[0, 0]) ** 2,
    "concatenate": lambda x: np.concatenate([x, x[:1] ** 2, onp.ones((1, 4))]),
    "concatenate along the last axis": lambda x: np.concatenate((x, 2 * x), axis=-1),
    "stack": lambda x: np.stack([x[0], x[1] ** 2], axis=1),
    "stack along the last axis": lambda x: np.stack([x, x * x], axis=-1),
    "vstack": lambda x: np.vstack([x, x[0]]),
    "hstack": lambda x: np.hstack([x, x[:, :1]]),
    "hstack of vectors": lambda x: np.hstack([x[0], x[1] ** 2]),
    "column_stack": lambda x: np.column_stack([x[0], x[1] * x[2]]),
    "append": lambda x: np.append(x, x[:1], axis=0),
    "append flat": lambda x: np.append(x, 3.0),
    "array of scalars": lambda x: np.array([x[0, 0], 2.0, x[1, 1] * x[0, 1]]),
    "array of nested lists": lambda x: np.array([[x[0, 0], 1.0], [x[1, 2], x[0, 0] ** 2]]),
    "array of rows": lambda x: np.array([x[0], x[1]]),
    "array of an array": lambda x: np.array(x) * 2,
    "array with ndmin": lambda x: np.array(x[0], ndmin=2),
    "outer": lambda x: np.outer(x[0], x[:, 1]),
    "kron": lambda x: np.kron(x[:2, :2], x[1:, 2:]),
    "kron of vectors": lambda x: np.kron(x[0], x[1]),
    "cross": lambda x: np.cross(x[:, :3], np.sin(x[:, 1:])),
    "meshgrid by hand": lambda x: x[0][:, None] * x[1][None, :] + x[2],
}.items():
    case(_name, _f, normal(3, 4), extremes="no huge" if _name == "T" else "all")
case("flip", lambda x: np.flip(x, axis=0), normal(3, 4), derivatives=0)
case("diag of a rectangle", lambda x: np.diag(x, 1), normal(3, 4), derivatives=0)
case("diagonal off", lambda x: np.diagonal(x, 1), normal(3, 4), derivatives=0)
case("diagonal of other axes", lambda x: np.diagonal(x, axis1=0, axis2=2), normal(3, 4, 2), derivatives=0)
case("broadcast_to more axes", lambda x: np.broadcast_to(x, (2, 3, 4)), normal(3, 4), derivatives=0)
case("pad to given zeros", lambda x: np.pad(x, ((0, 0), (2, 0)), "constant", constant_values=0), normal(3, 4))

# --- contractions ---

for _name, (_f, _shapes) in {
    "dot of vectors": (np.dot, [(4,), (4,)]),
    "dot of matrices": (np.dot, [(3, 4), (4, 2)]),
    "dot of a matrix and a vector": (np.dot, [(3, 4), (4,)]),
    "dot of a vector and a matrix": (np.dot, [(3,), (3, 4)]),
    "dot with a scalar": (np.dot, [(), (3, 4)]),
    "dot of scalars": (np.dot, [(), ()]),
    "dot of three axes and a vector": (np.dot, [(2, 3, 4), (4,)]),
    "dot of three axes": (np.dot, [(2, 3, 4), (2, 4, 3)]),
    "inner": (np.inner, [(3, 4), (2, 4)]),
    "inner of vectors": (np.inner, [(4,), (4,)]),
    "inner with a scalar": (np.inner, [(3,), ()]),
    "matmul": (np.matmul, [(3, 4), (4, 2)]),
    "matmul of vectors": (np.matmul, [(4,), (4,)]),
    "matmul of a vector and a matrix": (np.matmul, [(3,), (3, 4)]),
    "matmul of a matrix and a vector": (np.matmul, [(3, 4), (4,)]),
    "matmul of stacks": (np.matmul, [(2, 3, 4), (2, 4, 2)]),
    "matmul of a stack and a matrix": (np.matmul, [(2, 3, 4), (4, 2)]),
    "matmul of stacks that broadcast": (np.matmul, [(2, 1, 3, 4), (3, 4, 2)]),
    "matmul of a stack and a vector": (np.matmul, [(2, 3, 4), (4,)]),
    "matmul of a vector and a stack": (np.matmul, [(3,), (2, 3, 4)]),
    "matmul of a stack of one": (np.matmul, [(1, 3, 4), (2, 4, 2)]),
    "matmul of single rows": (np.matmul, [(1, 4), (4, 1)]),
    "matmul operator": (lambda x, y: x @ y, [(3, 4), (4,)]),
    "tensordot": (np.tensordot, [(2, 3, 4), (3, 4, 2)]),
    "tensordot of one axis": (lambda x, y: np.tensordot(x, y, 1), [(3, 4), (4, 2)]),
    "tensordot of no axis": (lambda x, y: np.tensordot(x, y, 0), [(3,), (2, 2)]),
    "tensordot of axes": (lambda x, y: np.tensordot(x, y, ([0, 2], [1, 0])), [(2, 3, 4), (4, 2)]),
    "tensordot of negative axes": (lambda x, y: np.tensordot(x, y, axes=[[-1], [-2]]), [(2, 3), (3, 2)]),
    "outer of vectors": (np.outer, [(3,), (4,)]),
    "kron of matrices": (np.kron, [(2, 3), (3, 2)]),
    "quadratic form": (lambda x, y: x @ y @ x, [(3,), (3, 3)]),
    "einsum ij,jk": (lambda x, y: np.einsum("ij,jk->ik", x, y), [(3, 4), (4, 2)]),
    "einsum turned": (lambda x, y: np.einsum("ij,jk->ki", x, y), [(3, 4), (4, 2)]),
    "einsum implicit": (lambda x, y: np.einsum("ij,jk", x, y), [(3, 4), (4, 2)]),
    "einsum implicit in another order": (lambda x, y: np.einsum("ba,bc", x, y), [(3, 4), (3, 2)]),
    "einsum of a product": (lambda x, y: np.einsum("ij,ij->ij", x, y), [(3, 4), (3, 4)]),
    "einsum to a number": (lambda x, y: np.einsum("ij,ij->", x, y), [(3, 4), (3, 4)]),
    "einsum with an ellipsis": (lambda x, y: np.einsum("...ij,...jk->...ik", x, y), [(2, 3, 4), (2, 4, 2)]),
    "einsum with an ellipsis that broadcasts": (
        lambda x, y: np.einsum("...ij,jk->...ik", x, y),
        [(2, 3, 4), (4, 2)],
    ),
    "einsum with ellipses of ones": (lambda x, y: np.einsum("...i,...i->...", x, y), [(2, 1, 4), (3, 4)]),
    "einsum with an ellipsis and implicit": (lambda x, y: np.einsum("i...,ij", x, y), [(3, 4), (3, 2)]),
    "einsum of three": (lambda x, y, z: np.einsum("ij,jk,kl->il", x, y, z), [(2, 3), (3, 4), (4, 2)]),
    "einsum of three with a batch": (
        lambda x, y, z: np.einsum("bi,ij,bj->b", x, y, z),
        [(4, 3), (3, 2), (4, 2)],
    ),
    "einsum bilinear": (lambda x, y, z: np.einsum("i,ij,j", x, y, z), [(3,), (3, 2), (2,)]),
    "einsum that sums a label of one": (lambda x, y: np.einsum("ij,k->k", x, y), [(3, 4), (2,)]),
    "einsum of scalars": (lambda x, y: np.einsum(",i->i", x, y), [(), (3,)]),
    "einsum khatri-rao": (lambda x, y: np.einsum("ik,jk->ijk", x, y), [(3, 2), (4, 2)]),
    "einsum with spaces": (lambda x, y: np.einsum("i j, j -> i", x, y), [(3, 4), (4,)]),
    "a polynomial": (lambda x, y: (x[None, :] ** onp.arange(4)[:, None]).T @ y, [(3,), (4,)]),
    "a sum of outer products": (lambda x, y: np.sum(x[:, None] * y[None, :], axis=1), [(3,), (4,)]),
    "a constant matrix": (lambda x: onp.arange(12.0).reshape(3, 4) @ x, [(4,)]),
    "a net": (lambda w, x: np.tanh(np.tanh(x @ w) @ w.T), [(3, 2), (5, 3)]),
}.items():
    _huge = (
        len(_shapes) == 3
        or "sums a label" in _name
        or "bilinear" in _name
        or _name in ("quadratic form", "a net")
    )
    # NumPy's dot with a scalar of 0 is 0 though the other be NaN
    _none = _name in ("dot with a scalar", "inner with a scalar")
    case(
        _name, _f, *(normal(*s) for s in _shapes), extremes="none" if _none else "nan" if _huge else "no huge"
    )
case("einsum of one", lambda x: np.einsum("ij->ji", x) * 2, normal(3, 4))
case("einsum that sums", lambda x: np.einsum("ij->i", x), normal(3, 4), extremes="no huge")
case("einsum of a diagonal", lambda x: np.einsum("ii->i", x), normal(3, 3), derivatives=0)
case("einsum of a trace", lambda x: np.einsum("ii", x), normal(3, 3), derivatives=0)
case(
    "einsum of a diagonal and a vector",
    lambda x, y: np.einsum("ii,i->i", x, y),
    normal(3, 3),
    normal(3),
    derivatives=0,
)
case("einsum implicit of one", lambda x: np.einsum("ba", x), normal(3, 4))

# --- linear algebra; extremes are tried elsewhere, since LAPACK need not say the same of NaN as a row of matrices ---

for _name, (_f, _inputs) in {
    "solve": (linalg.solve, [regular(3, 3), normal(3)]),
    "solve for a matrix": (linalg.solve, [regular(3, 3), normal(3, 2)]),
    "solve of stacks": (linalg.solve, [regular(2, 3, 3), normal(2, 3, 2)]),
    "inv": (linalg.inv, [regular(3, 3)]),
    "inv of a stack": (linalg.inv, [regular(2, 3, 3)]),
    "det": (linalg.det, [regular(3, 3)]),
    "det of a stack": (linalg.det, [regular(2, 2, 2)]),
    "slogdet": (lambda a: linalg.slogdet(a)[1], [regular(3, 3)]),
    "slogdet of a stack": (lambda a: linalg.slogdet(a)[1], [regular(2, 3, 3)]),
    "sign and log of a determinant": (lambda a: np.prod(np.array([*linalg.slogdet(a)])), [regular(3, 3)]),
    "eigenvalues by eigh": (lambda a: linalg.eigh(a)[0], [definite(3, 3)]),
    "eigenvalues of the upper triangle": (lambda a: linalg.eigh(a, "U")[0], [definite(3, 3)]),
    "a projection by eigh": (
        _projection := (lambda a: (lambda w, v: (v[:, :1] * w[0]) @ v[:, :1].T)(*linalg.eigh(a))),
        [definite(3, 3)],
    ),
    "an eigenvector, squared": (lambda a: linalg.eigh(a)[1] ** 2, [definite(3, 3)]),
    "a function of a matrix": (
        lambda a: (lambda w, v: v @ np.diag(np.exp(-w)) @ v.T)(*linalg.eigh(a)),
        [definite(3, 3)],
    ),
    "eigenvalues of a stack": (lambda a: linalg.eigh(a)[0], [definite(2, 3, 3)]),
    "cholesky": (linalg.cholesky, [definite(3, 3)]),
    "cholesky of a stack": (linalg.cholesky, [definite(2, 3, 3)]),
    "log-density of a normal": (
        lambda a, x: -x @ linalg.solve(a, x) / 2 - linalg.slogdet(2 * np.pi * a)[1] / 2,
        [definite(3, 3), normal(3)],
    ),
}.items():
    case(_name, _f, *_inputs, tolerance=OF_MATRICES, extremes="none")
case(
    "eigvalsh",
    lambda a: linalg.eigvalsh(a),
    definite(3, 3),
    derivatives=0,
    tolerance=OF_MATRICES,
    extremes="none",
)
case(
    "eigvalsh of the upper triangle",
    lambda a: linalg.eigvalsh(a, "U"),
    definite(3, 3),
    derivatives=0,
    tolerance=OF_MATRICES,
    extremes="none",
)
for _order in [None, 2, 1.5, 3]:
    case(f"norm {_order}", lambda x, o=_order: linalg.norm(x, o), normal(4))
    case(f"norm {_order} along an axis", lambda x, o=_order: linalg.norm(x, o, axis=1), normal(3, 4))
for _order in [1, onp.inf, -onp.inf, -1, 0.5]:
    case(f"norm {_order}", lambda x, o=_order: linalg.norm(x, o), normal(4), derivatives=0)
    case(
        f"norm {_order} along an axis",
        lambda x, o=_order: linalg.norm(x, o, axis=0),
        normal(3, 4),
        derivatives=0,
    )
case("norm 0", lambda x: linalg.norm(x * (x > 0), 0), normal(4), derivatives=0)
case("norm of a matrix", lambda x: linalg.norm(x), normal(3, 4))
case("norm fro", lambda x: linalg.norm(x, "fro"), normal(3, 4))
case("norm fro over axes", lambda x: linalg.norm(x, "fro", axis=(0, 1)), normal(3, 4), derivatives=2)
case("norm, kept", lambda x: x / linalg.norm(x, axis=1, keepdims=True), normal(3, 4), derivatives=0)
case("norm of a list", lambda x: linalg.norm([x[0], x[1] ** 2]), normal(3))

# --- special functions ---

for _name in ["erf", "erfc", "j0", "j1", "expit"]:
    case(_name, getattr(special, _name), normal(4), tolerance=OF_SPECIALS)
for _name in ["gamma", "gammaln", "digamma", "psi", "rgamma", "y0", "y1"]:
    case(_name, getattr(special, _name), positive(4), tolerance=OF_SPECIALS)
case("gamma of negative numbers", special.gamma, wide(4), tolerance=OF_SPECIALS)
case("erfinv", special.erfinv, unit(4), tolerance=OF_SPECIALS)
case("logit", special.logit, fraction(4), tolerance=OF_SPECIALS)
case("beta", special.beta, positive(3, 1), positive(4), tolerance=OF_SPECIALS, extremes="none")
case("betaln", special.betaln, positive(3, 1), positive(4), tolerance=OF_SPECIALS, extremes="none")
for _order in [0, 1, 2]:
    case(
        f"polygamma {_order}", lambda x, o=_order: special.polygamma(o, x), positive(4), tolerance=OF_SPECIALS
    )
for _order in [-3, -2, -1, 0, 1, 2, 3, 4, 6]:
    for _name, _inputs in (("", [wide(4)]), (" near zero", [unit(4)])):
        case(
            f"jn {_order}{_name}",
            lambda x, o=_order: special.jn(o, x),
            *_inputs,
            tolerance=OF_SPECIALS,
            extremes="none",
        )
    case(
        f"yn {_order}",
        lambda x, o=_order: special.yn(o, x),
        above_one(4),
        tolerance=OF_SPECIALS,
        extremes="none",
    )
case(
    "beta of large numbers",
    lambda x, y: special.beta(100 * x, 90 + y),
    above_one(4),
    above_one(4),
    tolerance=OF_SPECIALS,
    extremes="none",
)
case("logsumexp", special.logsumexp, normal(4))
case("logsumexp along an axis", lambda x: special.logsumexp(x, axis=1), normal(3, 4))
case("logsumexp, kept", lambda x: x - special.logsumexp(x, axis=-1, keepdims=True), normal(3, 4))
case("logsumexp with weights", lambda x: special.logsumexp(x, b=onp.array([0.5, 1.0, 2.0])), normal(3))
case("softmax", lambda x: np.exp(x - special.logsumexp(x, axis=1, keepdims=True)) ** 2, normal(2, 3))

# --- sums of gradients, containers, derivatives that the function itself takes ---

case(
    "many uses of one value",
    lambda x: x[0] * x[1] + x[1] * x[2] + np.sum(x) * x[0] ** 2 + x[::2] @ x[1:],
    normal(3),
)
case("its own gradient", lambda x: grad(lambda y: np.sum(np.sin(y) * y**2))(x) ** 2, normal(3))
case("its own second derivative", lambda x: grad(grad(lambda y: np.exp(-(y**2))))(x), normal())
case("sum of a power of nothing", lambda x: np.sum(x**2) + 0 * np.sum(x), normal(3))
case("does not depend", lambda x: onp.ones(3) * 2.0, normal(2))
case("the input itself", lambda x: x, normal(2, 2))
case("a scalar", lambda x: x * 2.0, normal())
case("no elements", lambda x: x * 2.0, normal(0, 3))
case("eight axes", lambda x: np.reshape(x, (1, 2, 1, 2, 1, 1, 1, 1)) * x[0], normal(4))

# --- loops of the user's own, which a recording unrolls ---


def repeated(step: Callable[..., Any], times: int) -> Callable[..., Any]:
    """Return a function that takes a state, goes on from it `times` times, and returns the sum of its last."""

    def function(*state: Any) -> Any:
        for _ in range(times):
            state = step(*state)
        return sum(np.sum(x) for x in state)

    return function


case("an iterated map", repeated(lambda x, r: ((2 + r) * x * (1 - x), r), 12), fraction(), fraction())
case(
    "an integrator",
    repeated(lambda q, p, g: (q + 0.05 * p, p - 0.05 * g * np.sin(q), g), 25),
    normal(),
    normal(),
    positive(),
)
case(
    "a deep network",
    repeated(lambda h, W: (h + 0.3 * np.tanh(np.dot(W, h)), W), 12),
    unit(3),
    unit(3, 3),
)
case("an unrolled Newton solver", repeated(lambda x, a: ((x + a / x) / 2, a), 9), positive(), positive())

# --- what autograd itself leaves out: `hesswidget.derivatives.completion` ---

for _name, _f in {
    "broadcast_to new axes": lambda x: np.broadcast_to(x, (2, 3, 4)) ** 2,
    "broadcast_to a list of a number": lambda x: np.broadcast_to(x[0, 0], [2, 3]),
    "broadcast_arrays": lambda x: np.broadcast_arrays(x, x[:1])[1] * x,
    "where of a number and an array": lambda x: np.where(onp.eye(3, 4) > 0, x[0, 0] ** 2, x),
    "full_like of a traced value": lambda x: np.full_like(x, x[0, 0] ** 2) * x,
    "full of an array": lambda x: np.full((2, 4), x[0]) ** 2,
    "flip of all axes": lambda x: np.flip(x) * x,
    "flip of an axis": lambda x: np.flip(x, axis=1) ** 2,
    "roll along two axes": lambda x: np.roll(x, (1, 2), axis=(0, 1)) * x,
    "rot90 in other axes": lambda x: np.rot90(x, 1, (1, 0)) ** 2,
    "rollaxis of the last": lambda x: np.rollaxis(x, -1) ** 2,
    "repeat by numbers": lambda x: np.repeat(x[0], [1, 0, 2, 1]) ** 2,
    "repeat along the last axis": lambda x: np.repeat(x, 2, axis=-1) ** 2,
    "tile of fewer axes": lambda x: np.tile(x, 2) ** 2,
    "transpose by negative axes, squared": lambda x: np.transpose(x, (-1, 0)) ** 2,
    "diagonal above": lambda x: np.diagonal(x, 1) ** 2,
    "diag of a rectangle, squared": lambda x: np.diag(x, 1) ** 2,
    "diagflat": lambda x: np.diagflat(x[0]) ** 2,
    "take": lambda x: np.take(x, [0, 2, 2]) ** 2,
    "take along an axis": lambda x: np.take(x, [0, 2, 2], axis=1) ** 2,
    "take_along_axis": lambda x: np.take_along_axis(x, onp.array([[0, 3]]), 1) ** 2,
    "compress": lambda x: np.compress([True, False, True], x, axis=0) ** 2,
    "extract": lambda x: np.extract(onp.eye(3, 4) > 0, x) ** 2,
    "delete": lambda x: np.delete(x, 1, axis=1) ** 2,
    "insert": lambda x: np.insert(x[0], 1, x[1, :2].tolist()[0] ** 2),
    "pad by edges": lambda x: np.pad(x, 1, mode="edge") ** 2,
    "pad by reflection": lambda x: np.pad(x, ((0, 0), (2, 1)), mode="reflect") ** 2,
    "pad to a number": lambda x: np.pad(x, 1, constant_values=2.0) ** 2,
    "meshgrid": lambda x: np.meshgrid(x[0], x[:, 0])[0] * np.meshgrid(x[0], x[:, 0])[1],
    "block": lambda x: np.block([[x, x**2], [onp.ones((1, 8))]]),
    "dstack": lambda x: np.dstack([x[0], x[1] ** 2]),
    "concat": lambda x: np.concat([x, x**2], axis=1),
    "r_": lambda x: np.r_[x[0], 1.0, x[1] ** 2],
    "linspace": lambda x: np.linspace(x[0, 0], x[0, 1] ** 2, 5),
    "linspace of arrays": lambda x: np.linspace(x[0], x[1] ** 2, num=3, endpoint=False, axis=1),
    "logspace": lambda x: np.logspace(x[0, 0], x[0, 1], 4),
    "ediff1d": lambda x: np.ediff1d(x, to_end=1.0) ** 2,
    "gradient": lambda x: np.gradient(x[0]) ** 2,
    "gradient along an axis": lambda x: np.gradient(x, 0.5, axis=1) ** 2,
    "apply_along_axis": lambda x: np.apply_along_axis(lambda r: np.outer(r, r), 1, x),
    "copies": lambda x: np.copy(x) * np.asarray(x) * np.ascontiguousarray(x),
    "asarray of a list": lambda x: np.asarray([x[0, 0], x[1, 1] ** 2]),
    "fmod of both": lambda x: np.fmod(x, 1.7 + x[0, 0] ** 2),
    "cbrt": lambda x: np.cbrt(3.0 + x**2),
    "float_power by an array": lambda x: np.float_power(2.0 + x**2, x[0]),
    "heaviside": lambda x: np.heaviside(x, 0.5) * x**2,
    "copysign": lambda x: np.copysign(x**2, x),
    "divmod": lambda x: divmod(x, 0.7)[1] * divmod(x, 0.7)[0] * x,
    "clip between traced bounds": lambda x: np.clip(x, a_min=-(x[0, 0] ** 2), a_max=0.5 + x[0, 1] ** 2),
    "clip on one side, squared": lambda x: np.clip(x, None, 0.7) ** 2,
    "clip by new names": lambda x: np.clip(x, min=-0.5, max=None) ** 2,
    "select": lambda x: np.select([x < -0.5, x < 0.5], [-x, x**2], default=np.sin(x)),
    "piecewise": lambda x: np.piecewise(x, [x < 0, x >= 1], [lambda v: v**2, lambda v: v**3, 2.0]) * x,
    "choose": lambda x: np.choose(onp.arange(12).reshape(3, 4) % 2, [x, x**2]),
    "interp": lambda x: np.interp(x, [-2.0, -0.5, 0.3, 1.1], [1.0, 4.0, 0.0, 2.0]) * x,
    "interp between traced values": lambda x: np.interp([-1.0, 0.2, 0.9], [-2.0, 0.0, 0.7, 3.0], x[0] ** 2),
    "interp at traced nodes": lambda x: np.interp(
        [0.5, 2.0], np.cumsum(np.exp(x[0])), x[1] ** 2, left=x[2, 0]
    ),
    "sinc, squared": lambda x: np.sinc(x * onp.array([0.0, 0.1, 1.0, 2.0])) * x,
    "nan_to_num by names": lambda x: np.nan_to_num(x, nan=1.0) ** 2,
    "prod with zeros": lambda x: np.prod(x * onp.array([0.0, 1.0, 1.0, 0.0]), axis=1) + np.prod(x - x[0, 0]),
    "prod over both axes": lambda x: np.prod(x, axis=(0, 1)),
    "cumprod": lambda x: np.cumprod(x[0]) ** 2,
    "cumprod over an axis": lambda x: np.cumprod(x, axis=0) * x,
    "cumulative_sum": lambda x: np.cumulative_sum(x, axis=1) ** 2,
    "max over two axes": lambda x: np.max(x, axis=(0, 1)) ** 2,
    "ptp": lambda x: np.ptp(x) ** 2 + np.ptp(x, axis=1) ** 2,
    "average": lambda x: np.average(x, axis=1, weights=onp.arange(1.0, 5.0)) ** 2,
    "average with traced weights": lambda x: np.average(x, weights=x**2),
    "trapezoid": lambda x: np.trapezoid(x**2, np.cumsum(np.exp(x), axis=1), axis=1),
    "var with correction": lambda x: np.var(x, axis=(0, 1), correction=1),
    "nansum": lambda x: np.nansum(x**2, axis=1),
    "nanmean and nanstd": lambda x: np.nanmean(x**2, axis=0) * np.nanstd(x, axis=0),
    "nanmax and nanmin": lambda x: np.nanmax(x, axis=0) * np.nanmin(x, axis=0),
    "nanprod and nancumsum": lambda x: np.nanprod(x, axis=0) * np.nancumsum(x[0]),
    "sort, differentiated": lambda x: np.sort(x) ** 2 * onp.arange(1.0, 5.0),
    "sort of columns, differentiated": lambda x: np.sort(x, axis=0) ** 2 * onp.arange(1.0, 4.0)[:, None],
    "partition": lambda x: np.partition(x, 1, axis=None) ** 2 * onp.arange(12.0),
    "median": lambda x: np.median(x) ** 2 + np.median(x, axis=0) ** 2,
    "percentile": lambda x: np.percentile(x, 30) ** 2,
    "percentiles along an axis": lambda x: np.percentile(x, [10, 50], axis=1) ** 2,
    "quantile to a place": lambda x: np.quantile(x, 0.4, axis=0, method="lower") ** 2,
    "quantile, kept": lambda x: x * np.quantile(x, 0.4, axis=0, keepdims=True),
    "einsum of lists": lambda x: np.einsum(x, [0, 1], x**2, [0, 1], [0]),
    "einsum of a diagonal, differentiated": lambda x: np.einsum("ii->i", x[:, :3]) ** 2,
    "einsum of a trace, differentiated": lambda x: np.einsum("ii", x[:, :3]) ** 2,
    "einsum of a diagonal and a vector, differentiated": lambda x: (
        np.einsum("ii,i->i", x[:, :3], x[:, 3]) ** 2
    ),
    "einsum with a factor of length one": lambda x: np.einsum("i,i->", x[0], x[1, :1]) ** 2,
    "einsum with a constant of length one": lambda x: np.einsum("ij,ij->", x, onp.ones((1, 4))) ** 2,
    "einsum with a column": lambda x: np.einsum("ij,ij->i", x[:, :1], x) ** 2,
    "einsum with a column kept": lambda x: np.einsum("ij,ij->ij", x[:, :1], x) ** 2,
    "einsum with an ellipsis of one": lambda x: np.einsum("...i,...i->...", x[:1], x) ** 2,
    "outer of matrices": lambda x: np.outer(x, x[0]),
    "outer with a list": lambda x: np.outer([1.0, 2.0], x[0]) ** 2,
    "vdot and vecdot": lambda x: np.vdot(x, x**2) * np.vecdot(x, x**2),
    "convolve": lambda x: np.convolve(x[0], x[1, :3]),
    "convolve to the same length": lambda x: np.convolve(x[0], [1.0, 2.0, 1.0], mode="same") ** 2,
    "correlate": lambda x: np.correlate(x[0], x[1, :2]),
    "cov": lambda x: np.cov(x),
    "corrcoef": lambda x: np.corrcoef(x),
    "polyval": lambda x: np.polyval(x[0], x),
    "polyval of a list": lambda x: np.polyval([1.0, x[0, 0], 2.0], x[0, 1]),
    "poly1d": lambda x: np.poly1d([1.0, 2.0, 3.0])(x),
    "poly1d of traced coefficients": lambda x: np.poly1d([x[0, 0], x[0, 1]])(x[1]),
    "products of polynomials": lambda x: np.polyadd(np.polymul(x[0], x[1]), np.polyder(x[2])),
    "polyfit": lambda x: np.polyfit([0.0, 1.0, 2.0, 3.0], x[0] ** 2, 2),
    "vander": lambda x: np.vander(x[0], 3),
    "method dot": lambda x: x.dot(x[0]),
    "methods of copies": lambda x: x.copy() * x.conj() * x.real + x.imag,
    "method transpose": lambda x: x.transpose(1, 0) ** 2 + x.transpose() * x.mT,
    "method item": lambda x: x[0, 0].item() ** 2 * x.item(5),
    "method tolist": lambda x: sum(v**2 for v in x[0].tolist()),
    "method compress": lambda x: x.compress([True, False, True], axis=0) ** 2,
    "method flat": lambda x: sum(v**2 for v in x.flat),
    "an array of traced numbers": lambda x: np.sin(onp.array([x[0, 0] ** 2, x[1, 1]])),
}.items():
    case(f"completed: {_name}", _f, normal(3, 4), extremes="none")
for _name, (_f, _inputs) in {
    "eigvalsh, differentiated": (linalg.eigvalsh, [definite(3, 3)]),
    "eigvalsh of the upper triangle, differentiated": (lambda a: linalg.eigvalsh(a, "U"), [definite(3, 3)]),
    "det of a singular matrix": (
        lambda x: linalg.det(np.outer(x, x)) + linalg.det(np.outer(x, x**2)[:2, :2]) + np.sum(x**4),
        [normal(3)],
    ),
    "det of a singular matrix of five rows": (
        lambda x: linalg.det(np.outer(x, x) + np.diag(onp.array([1.0, 1.0, 0.0, 0.0, 0.0]))) + np.sum(x**4),
        [normal(5)],
    ),
    "det of four rows": (lambda a: linalg.det(a), [regular(4, 4)]),
    "det of five rows": (lambda a: linalg.det(a), [regular(5, 5)]),
    "det of a stack of five rows": (lambda a: linalg.det(a), [regular(2, 5, 5)]),
    "solve that broadcasts": (linalg.solve, [regular(3, 3), normal(2, 3, 2)]),
    "cholesky, upper": (lambda a: linalg.cholesky(a, upper=True), [definite(3, 3)]),
    "matrix_power": (lambda a: linalg.matrix_power(a, 3), [regular(3, 3)]),
    "matrix_power, negative": (lambda a: linalg.matrix_power(a, -2), [regular(3, 3)]),
    "multi_dot": (lambda a, x: linalg.multi_dot([a, a, x]), [regular(3, 3), normal(3)]),
    "norm of order 1": (lambda x: linalg.norm(x, 1) ** 2, [normal(4)]),
    "largest norm": (lambda x: linalg.norm(x, onp.inf, axis=1) ** 2, [normal(3, 4)]),
    "matrix norm 1": (lambda x: linalg.norm(x, 1) ** 2, [normal(3, 4)]),
    "norm, kept": (lambda x: x / linalg.norm(x, axis=1, keepdims=True), [normal(3, 4)]),
    "traces by linalg": (lambda a: linalg.trace(a) * linalg.diagonal(a), [regular(3, 3)]),
    "vector and matrix norms": (lambda a: linalg.vector_norm(a) * linalg.matrix_norm(a), [regular(3, 3)]),
}.items():
    case(f"completed: {_name}", _f, *_inputs, tolerance=OF_MATRICES, extremes="none")
for _name, (_f, _inputs) in {
    "xlogy": (special.xlogy, [positive(4), positive(4)]),
    "xlog1py": (special.xlog1py, [positive(4), positive(4)]),
    "entr": (special.entr, [positive(4)]),
    "rel_entr and kl_div": (
        lambda x, y: special.rel_entr(x, y) + special.kl_div(y, x),
        [positive(4), positive(4)],
    ),
    "huber": (lambda x: special.huber(0.5, x) + special.pseudo_huber(0.5, x), [normal(4)]),
    "ndtr": (special.ndtr, [normal(4)]),
    "log_ndtr": (lambda x: special.log_ndtr(x) + special.log_ndtr(-3.0 * x), [normal(4)]),
    "log_expit": (special.log_expit, [normal(4)]),
    "softmax": (lambda x: special.softmax(x, axis=1), [normal(2, 3)]),
    "log_softmax": (special.log_softmax, [normal(4)]),
    "SciPy's own ufuncs": (
        lambda x: scipy.special.expit(x) * scipy.special.erf(x) + scipy.special.expm1(x),
        [normal(4)],
    ),
    "SciPy's gammaln": (lambda x: scipy.special.gammaln(x) * scipy.special.xlogy(x, x), [positive(4)]),
    "log density of a normal": (
        lambda x, m, s: stats.norm.logpdf(x, loc=m, scale=s) + stats.norm.cdf(x, m, s),
        [normal(4), normal(), positive()],
    ),
    "log distribution of a normal": (
        lambda x: stats.norm.logcdf(x) + stats.norm.logsf(x, 0.5, 2.0),
        [normal(4)],
    ),
    "log density of Student's t": (stats.t.logpdf, [normal(4), above_one(), normal(), positive()]),
    "log density of a gamma": (stats.gamma.logpdf, [positive(4), above_one()]),
    "log density of a beta": (stats.beta.logpdf, [fraction(4), above_one(), above_one()]),
    "log density of chi2": (stats.chi2.logpdf, [positive(4), above_one()]),
    "log probability of Poisson": (lambda m: stats.poisson.logpmf([0, 1, 4], m), [positive()]),
    "log density of a Dirichlet": (lambda a: stats.dirichlet.logpdf([0.2, 0.3, 0.5], a), [positive(3)]),
    "log density of a normal in the plane": (
        lambda x, m, c: stats.multivariate_normal.logpdf(x, m, c @ c.T),
        [normal(4, 2), normal(2), regular(2, 2)],
    ),
}.items():
    case(f"completed: {_name}", _f, *_inputs, tolerance=OF_SPECIALS, extremes="none")
# Autograd's own functions, for those who took them by name before they were completed.
for _name, _arguments in {
    **dict.fromkeys(["copy", "flip", "positive", "rot90", "matrix_transpose", "permute_dims"], ()),
    **{
        "clip": (-0.5, 0.7),
        "diagonal": (1,),
        "float_power": (2.0,),
        "full_like": (1.5,),
        "pad": (1, "constant"),
    },
    **{"outer": (onp.arange(3.0),), "repeat": (2, 1), "roll": (2,), "rollaxis": (1,), "tile": ((2, 1),)},
}.items():
    if hasattr(np, _name):
        _f = getattr(np, _name).completes
        case(
            f"imported before: {_name}",
            lambda x, f=_f, a=_arguments: f(x, *a) * 1.0,
            normal(3, 4),
            derivatives=0,
            extremes="none",
        )
case(
    "imported before: diagonal of the last axes",
    lambda x: np.diagonal.completes(x, 0, -1, -2) ** 2,
    normal(3, 2, 2),
    extremes="none",
)
case(
    "imported before: eigvalsh",
    lambda a: linalg.eigvalsh.completes(a),
    definite(3, 3),
    derivatives=0,
    tolerance=OF_MATRICES,
    extremes="none",
)
case(
    "completed: log_ndtr far out",
    lambda x: special.log_ndtr(-12.0 * x),
    above_one(4),
    derivatives=0,
    tolerance=OF_SPECIALS,
    extremes="none",
)

# --- repetition ---

case("pick", lambda x, i: pick(x, 2 * i), normal(3, 4), normal(2), derivatives=0, extremes="nan")
case(
    "pick along the first axis",
    lambda x, i: pick(x, 2 * i, axis=0),
    normal(3, 4),
    normal(5),
    derivatives=0,
    extremes="nan",
)
case(
    "over_rows",
    lambda x, a: over_rows(lambda r, s: np.sum(r**2) * s, x, shared=(a,)),
    normal(5, 3),
    normal(),
)
case(
    "over_rows of two",
    lambda x, y: over_rows(lambda r, s: np.outer(r, s), x, y),
    normal(4, 2),
    normal(4, 3),
)
case(
    "scan",
    lambda x: scan(lambda c: (np.sin(c) + x.shape[0], c[0]), [x], length=4)[0],
    normal(3),
)
case(
    "scan of sequences",
    lambda x, s: scan(lambda c, r, k: (c * k + r, c), [x], [s], [2.0], 4)[1],
    normal(2),
    normal(4, 2),
)
case(
    "a descent over rows",
    lambda x: over_rows(
        lambda r: scan(lambda c: (c - 0.1 * grad(lambda z: np.sum(z**4))(c),), [r], length=3)[0], x
    ),
    normal(3, 2),
)
case(
    "rows in a scan",
    lambda x: scan(lambda c: (over_rows(lambda r: np.cos(r) * r[0], c),), [x], length=3)[0],
    normal(4, 2),
    extremes="no huge",  # the cosine of a huge number depends on its last digit
)


def _steep(x: Any) -> Any:
    return np.sum(np.cos(x) * x[::-1] ** 3) + 0.1 * np.sum(x**4)


def _hessian_by_rows(x: Any) -> Any:
    return over_rows(lambda v, x: vjp(gradient(_steep), x)[1](v), np.eye(len(x)), shared=(x,))


def _descent(x: Any, rate: Any) -> Any:
    slope = gradient(_steep)
    return scan(lambda c, r, rate: (c - rate * r * slope(c), np.sum(c)), [x], [np.array([0.1, 0.05])], [rate])


# Penalties on curvature: their derivatives are the function's third and fourth.
case("the trace of a Hessian by rows", lambda x: np.trace(_hessian_by_rows(x)), normal(3), extremes="none")
case(
    "the largest eigenvalue of a Hessian by rows",
    lambda x: np.linalg.eigvalsh(_hessian_by_rows(x))[-1],
    normal(3),
    tolerance=OF_MATRICES,
    extremes="none",
)
case("the end of a descent", lambda x, a: _descent(x, a)[0], unit(2), unit(), extremes="none")
case("the way of a descent", lambda x, a: _descent(x, a)[1], unit(2), unit(), extremes="none")
case("a scan of no steps", lambda x: scan(lambda c: (c**2, c), [x], length=0)[0], normal(2))
