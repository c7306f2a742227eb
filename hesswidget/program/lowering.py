"""What autograd's primitives are made of: one table from each of them to the operations of a program.

A rule takes a graph and the primitive's arguments, traced ones as values, and returns the value of the result. Most
primitives that only move elements about are lowered by doing to an array of places what the primitive does.
"""

from __future__ import annotations

import inspect
import math
import string
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from autograd import core
from autograd.builtins import container_take, container_untake
from autograd.numpy import linalg, numpy_vjps
from autograd.numpy import numpy_wrapper as anp
from autograd.numpy.numpy_boxes import ArrayBox
from autograd.tracer import trace_primitives_map

from hesswidget.errors import ProblemError
from hesswidget.program.errors import NotRecorded
from hesswidget.program.graph import Graph, Value

Rule = Callable[..., Any]
# What makes a truth of truths, where it makes a number of numbers: True + True is True.
_COUNTING = frozenset(["add", "dot", "inner", "matmul", "tensordot", "einsum", "diff"])
_OF_BITS = frozenset(["bitwise_and", "bitwise_or", "bitwise_xor", "bitwise_not", "invert"])
_RULES: dict[Any, Rule] = {}


def lowered(
    graph: Graph, primitive: Any, operands: Sequence[Any], options: Mapping[str, Any], example: Any
) -> Any:
    """Return the value, or tuple of values, that `primitive` computes of these operands.

    Raises
    ------
    NotRecorded
        If there is no rule for it, or none for these options, or something is complex.
    """
    rule = _RULES.get(primitive) or _special_rule(primitive)
    name = getattr(primitive, "__name__", str(primitive))
    of_truths = getattr(getattr(example, "dtype", None), "kind", "") == "b"
    if rule is None or (name in _OF_BITS and not of_truths):
        raise NotRecorded(f"{name} has no recorded form{' but for truths' if rule else ''}")
    options = {
        k: v for k, v in options.items() if k not in ("out", "called_by_autograd_dispatcher") or v is not None
    }
    if getattr(getattr(example, "dtype", None), "kind", "") == "c" or isinstance(example, complex):
        raise NotRecorded(f"{name} returned complex numbers, which programs do not have")
    for value in options.values():
        if isinstance(value, core.Box):
            raise NotRecorded(f"{name} was given a traced value by keyword")
    try:
        result = rule(graph, *operands, **options)
        return graph.emit("not_equal", result, 0.0) if of_truths and name in _COUNTING else result
    except ProblemError:
        raise
    except (TypeError, ValueError, IndexError, ArithmeticError, NotImplementedError) as error:
        raise NotRecorded(f"{name} was called in a way that has no recorded form ({error})") from None


def as_array(x: Any) -> np.ndarray:
    """Return a constant as a float64 array, or refuse it."""
    if isinstance(x, core.Box):
        raise NotRecorded("a traced value from outside was used; hand it in as an argument")
    try:
        array = np.asarray(x)
    except ValueError:
        array = np.empty(0, dtype=object)
    if array.dtype.kind not in "fiub":
        raise NotRecorded(f"a constant of type {type(x).__name__} ({array.dtype}) has no recorded form")
    return array.astype(float)


def value(graph: Graph, x: Any) -> Value:
    """Return an argument as a value of the graph."""
    if isinstance(x, Value):
        return x
    if isinstance(x, list | tuple) and any(isinstance(part, Value) for part in x):
        raise NotRecorded("a list of traced values has no recorded form")
    return graph.constant(as_array(x))


def rule(*primitives: Any) -> Callable[[Rule], Rule]:
    """Decorator: the rule for these primitives."""

    def register(function: Rule) -> Rule:
        for primitive in primitives:
            _RULES[primitive] = function
        return function

    return register


# --- elementwise ---


def _elementwise(operation: str) -> Rule:
    return lambda graph, *operands: graph.emit(operation, *(value(graph, x) for x in operands))


_SAME = [
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
    "isnan",
    "isfinite",
    "logical_not",
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
    "less",
    "less_equal",
    "equal",
    "not_equal",
    "logical_and",
    "logical_or",
]
for _name in _SAME:
    _RULES[getattr(anp, _name)] = _elementwise(_name)
for _alias, _name in {
    "abs": "absolute",
    "fabs": "absolute",
    "true_divide": "divide",
    "remainder": "mod",
    "float_power": "power",
    "bitwise_and": "logical_and",
    "bitwise_or": "logical_or",
    "bitwise_not": "logical_not",
    "invert": "logical_not",
    "pow": "power",
    "asin": "arcsin",
    "acos": "arccos",
    "atan": "arctan",
    "sinh": "sinh",
    "asinh": "arcsinh",
    "acosh": "arccosh",
    "atanh": "arctanh",
    "atan2": "arctan2",
}.items():
    if hasattr(anp, _alias):
        _RULES.setdefault(getattr(anp, _alias), _elementwise(_name))

# Compositions, in the operations' own names; x and y are the operands.
_COMPOSED: dict[str, Callable[..., Any]] = {
    "greater": lambda e, x, y: e("less", y, x),
    "greater_equal": lambda e, x, y: e("less_equal", y, x),
    "logical_xor": lambda e, x, y: e("not_equal", e("not_equal", x, 0.0), e("not_equal", y, 0.0)),
    "bitwise_xor": lambda e, x, y: e("not_equal", x, y),
    "square": lambda e, x: e("multiply", x, x),
    "reciprocal": lambda e, x: e("divide", 1.0, x),
    "exp2": lambda e, x: e("power", 2.0, x),
    "log2": lambda e, x: e("divide", e("log", x), np.log(2.0)),
    "log10": lambda e, x: e("divide", e("log", x), np.log(10.0)),
    "logaddexp2": lambda e, x, y: e(
        "divide", e("logaddexp", e("multiply", x, np.log(2.0)), e("multiply", y, np.log(2.0))), np.log(2.0)
    ),
    "hypot": lambda e, x, y: _hypot(e, x, y),
    "fmax": lambda e, x, y: e("where", e("isnan", x), y, e("where", e("isnan", y), x, e("maximum", x, y))),
    "fmin": lambda e, x, y: e("where", e("isnan", x), y, e("where", e("isnan", y), x, e("minimum", x, y))),
    "fmod": lambda e, x, y: e(
        "multiply", e("where", e("less", x, 0.0), -1.0, 1.0), e("mod", e("absolute", x), e("absolute", y))
    ),
    "floor_divide": lambda e, x, y: _floor_divide(e, x, y),
    "trunc": lambda e, x: e("multiply", e("sign", x), e("floor", e("absolute", x))),
    "fix": lambda e, x: e("multiply", e("sign", x), e("floor", e("absolute", x))),
    "isinf": lambda e, x: e("equal", e("absolute", x), np.inf),
    "isposinf": lambda e, x: e("equal", x, np.inf),
    "isneginf": lambda e, x: e("equal", x, -np.inf),
    "sinc": lambda e, x: _sinc(e, x),
    "degrees": lambda e, x: e("multiply", x, 180 / np.pi),
    "rad2deg": lambda e, x: e("multiply", x, 180 / np.pi),
    "radians": lambda e, x: e("multiply", x, np.pi / 180),
    "deg2rad": lambda e, x: e("multiply", x, np.pi / 180),
    "positive": lambda e, x: x,
    "conj": lambda e, x: x,
    "conjugate": lambda e, x: x,
    "real": lambda e, x: x,
    "real_if_close": lambda e, x: x,
    "copy": lambda e, x: x,
}


def _hypot(e: Rule, x: Value, y: Value) -> Value:
    one, other = e("absolute", x), e("absolute", y)
    larger = e("maximum", one, other)
    ratio = e("divide", e("minimum", one, other), e("where", e("equal", larger, 0.0), 1.0, larger))
    finite = e("multiply", larger, e("sqrt", e("add", 1.0, e("multiply", ratio, ratio))))
    infinite = e("logical_or", e("equal", one, np.inf), e("equal", other, np.inf))
    return e("where", infinite, np.inf, finite)


def _floor_divide(e: Rule, x: Value, y: Value) -> Value:
    """Divide what `mod` leaves, which is exact, since ⌊x / y⌋ of a rounded x / y can be one too many."""
    rest = e("mod", x, y)
    beyond = e("where", e("less", e("multiply", x, y), 0.0), -1.0, 0.0)  # for an infinite y
    beyond = e("add", beyond, e("multiply", x, 0.0))
    exact = e("rint", e("divide", e("subtract", x, rest), y))
    finite = e("where", e("equal", e("absolute", y), np.inf), beyond, exact)
    return e("where", e("equal", y, 0.0), e("divide", x, y), finite)


def _sinc(e: Rule, x: Value) -> Value:
    angle = e("multiply", np.pi, e("where", e("equal", x, 0.0), 1.0e-20, x))
    return e("divide", e("sin", angle), angle)


def _composed(build: Callable[..., Any]) -> Rule:
    return lambda graph, *operands, **_: build(graph.emit, *(value(graph, x) for x in operands))


for _name, _build in _COMPOSED.items():
    _RULES.setdefault(getattr(anp, _name), _composed(_build))


@rule(trace_primitives_map[np.where])  # anp.where is a wrapper around it
def _where(graph: Graph, condition: Any, x: Any = None, y: Any = None) -> Value:
    if x is None or y is None:
        raise NotRecorded("where with a condition alone finds places by value, which has no recorded form")
    return graph.emit("where", value(graph, condition), value(graph, x), value(graph, y))


@rule(anp.clip)
def _clip(graph: Graph, x: Any, a_min: Any = None, a_max: Any = None) -> Value:
    result = value(graph, x)
    if a_min is not None:
        result = graph.emit("maximum", result, value(graph, a_min))
    return result if a_max is None else graph.emit("minimum", result, value(graph, a_max))


@rule(anp.nan_to_num)
def _nan_to_num(
    graph: Graph, x: Value, copy: bool = True, nan: float = 0.0, posinf: Any = None, neginf: Any = None
) -> Value:
    largest = np.finfo(float).max
    x = graph.emit("where", graph.emit("isnan", x), nan, x)
    x = graph.emit("where", graph.emit("equal", x, np.inf), largest if posinf is None else posinf, x)
    return graph.emit("where", graph.emit("equal", x, -np.inf), -largest if neginf is None else neginf, x)


@rule(anp.round, anp.around)
def _round(graph: Graph, x: Value, decimals: int = 0) -> Value:
    up, down = ("multiply", "divide") if decimals >= 0 else ("divide", "multiply")
    scale = 10.0 ** abs(decimals)
    return graph.emit(down, graph.emit("rint", graph.emit(up, x, scale)), scale)


@rule(anp._astype)
def _astype(graph: Graph, x: Value, dtype: Any, *_: Any, **__: Any) -> Value:
    kind = np.dtype(dtype).kind
    if np.dtype(dtype) == np.float64:
        return x
    if kind == "b":
        return graph.emit("not_equal", x, 0.0)
    if kind in "iu":
        return _COMPOSED["trunc"](graph.emit, x)
    raise NotRecorded(f"a conversion to {np.dtype(dtype)} has no recorded form")


# --- reductions ---


def _axes(x: Value, axis: Any) -> tuple[int, ...]:
    if axis is None:
        return tuple(range(x.ndim))
    given = axis if isinstance(axis, Sequence | np.ndarray) else (axis,)
    for a in given:
        if not -x.ndim <= int(a) < x.ndim:
            raise ValueError(f"axis {a} of {x.ndim} axes")
    return tuple(sorted(int(a) % x.ndim for a in given))


def _kept(graph: Graph, x: Value, axes: Sequence[int], reduced: Value, keepdims: Any) -> Value:
    if not keepdims or keepdims is np._NoValue:
        return reduced
    return graph.reshape(reduced, [1 if a in axes else s for a, s in enumerate(x.shape)])


def _reduction(operation: str) -> Rule:
    def reduce(
        graph: Graph, x: Any, axis: Any = None, dtype: Any = None, keepdims: Any = False, **rest: Any
    ) -> Value:
        _no_more(rest)
        _only_floats(dtype)
        x = value(graph, x)
        axes = _axes(x, axis)
        return _kept(graph, x, axes, graph.emit(operation, x, axes=axes) if axes else x, keepdims)

    return reduce


def _only_floats(dtype: Any) -> None:
    if dtype is not None and np.dtype(dtype) != np.float64:
        raise NotRecorded(f"the option dtype={np.dtype(dtype)} has no recorded form")


def _no_more(rest: Mapping[str, Any]) -> None:
    """Refuse options that no rule has, where they were really given."""
    for name, given in rest.items():
        if given is not None and given is not np._NoValue:
            raise NotRecorded(f"the option {name} has no recorded form")


_RULES[anp.sum] = _reduction("sum")
_RULES[anp.prod] = _reduction("prod")
for _name in ("max", "amax"):
    _RULES[getattr(anp, _name)] = _reduction("max")
for _name in ("min", "amin"):
    _RULES[getattr(anp, _name)] = _reduction("min")


@rule(anp.any)
def _any(graph: Graph, x: Value, axis: Any = None, keepdims: Any = False, **rest: Any) -> Value:
    _no_more(rest)
    return _reduction("max")(graph, graph.emit("not_equal", x, 0.0), axis, keepdims=keepdims)


@rule(anp.all)
def _all(graph: Graph, x: Value, axis: Any = None, keepdims: Any = False, **rest: Any) -> Value:
    _no_more(rest)
    return _reduction("min")(graph, graph.emit("not_equal", x, 0.0), axis, keepdims=keepdims)


@rule(anp.count_nonzero)
def _count(graph: Graph, x: Value, axis: Any = None, keepdims: Any = False) -> Value:
    return _reduction("sum")(graph, graph.emit("not_equal", x, 0.0), axis, keepdims=keepdims)


def _counted(x: Value, axes: Sequence[int]) -> float:
    return float(np.prod([x.shape[a] for a in axes]))


@rule(anp._primitive_mean)
def _mean(
    graph: Graph, x: Any, axis: Any = None, dtype: Any = None, keepdims: Any = False, **rest: Any
) -> Value:
    _no_more(rest)
    _only_floats(dtype)
    x = value(graph, x)
    axes = _axes(x, axis)
    return graph.emit("divide", _reduction("sum")(graph, x, axis, keepdims=keepdims), _counted(x, axes))


@rule(anp._primitive_var)
def _var(
    graph: Graph,
    x: Any,
    axis: Any = None,
    dtype: Any = None,
    ddof: int = 0,
    keepdims: Any = False,
    **rest: Any,
) -> Value:
    _no_more(rest)
    _only_floats(dtype)
    x = value(graph, x)
    off = graph.emit("subtract", x, _mean(graph, x, axis, keepdims=True))
    total = _reduction("sum")(graph, graph.emit("multiply", off, off), axis, keepdims=keepdims)
    return graph.emit("divide", total, _counted(x, _axes(x, axis)) - ddof)


@rule(anp._primitive_std)
def _std(graph: Graph, *operands: Any, **options: Any) -> Value:
    return graph.emit("sqrt", _var(graph, *operands, **options))


@rule(anp.cumsum)
def _cumsum(graph: Graph, x: Value, axis: Any = None, dtype: Any = None) -> Value:
    _only_floats(dtype)
    if axis is None:
        x, axis = graph.reshape(x, (x.size,)), 0
    return graph.emit("cumsum", x, axis=int(axis) % x.ndim)


@rule(anp.sort)
def _sort(graph: Graph, x: Value, axis: Any = -1, **_: Any) -> Value:
    if axis is None:
        x, axis = graph.reshape(x, (x.size,)), 0
    turn = [a for a in range(x.ndim) if a != axis % x.ndim] + [axis % x.ndim]
    return graph.transpose(
        graph.emit("sort", graph.transpose(x, turn)), [turn.index(a) for a in range(x.ndim)]
    )


# --- moving elements: what the primitive does to an array of places, `gather` does to the elements ---


def _moving(primitive: Any) -> Rule:
    raw = primitive.fun

    def move(graph: Graph, x: Value, *operands: Any, **options: Any) -> Any:
        places = np.arange(x.size, dtype=np.int32).reshape(x.shape)
        moved = raw(places, *operands, **options)
        if isinstance(moved, list | tuple):
            return tuple(graph.gather(x, part, np.shape(part)) for part in moved)
        return graph.gather(x, moved, np.shape(moved))

    return move


for _name in [
    "roll",
    "flip",
    "fliplr",
    "flipud",
    "rot90",
    "tile",
    "repeat",
    "diagonal",
    "array_split",
    "split",
    "vsplit",
    "hsplit",
    "dsplit",
]:
    _RULES[getattr(anp, _name)] = _moving(getattr(anp, _name))
_RULES[anp.array_split] = _moving(anp.array_split)


def _masking(primitive: Any) -> Rule:
    """Rules for what keeps some elements in place and makes the others zero."""
    raw = primitive.fun

    def mask(graph: Graph, x: Value, *operands: Any, **options: Any) -> Value:
        return graph.emit("where", raw(np.ones(x.shape), *operands, **options), x, 0.0)

    return mask


_RULES[anp.tril] = _masking(anp.tril)
_RULES[anp.triu] = _masking(anp.triu)


@rule(anp.reshape)
def _reshape(
    graph: Graph, x: Any, shape: Any = None, order: Any = None, newshape: Any = None, **_: Any
) -> Value:
    x = value(graph, x)
    if order not in (None, "C"):
        return _moving(anp.reshape)(graph, x, shape, order=order)
    return graph.reshape(
        x, np.empty(x.shape, dtype=bool).reshape(shape if newshape is None else newshape).shape
    )


@rule(anp.ravel)
def _ravel(graph: Graph, x: Value, order: Any = None) -> Value:
    return _reshape(graph, x, (-1,), order=order)


@rule(anp.squeeze, anp.expand_dims, anp.atleast_1d, anp.atleast_2d, anp.atleast_3d)
def _same_order(graph: Graph, x: Value, *_: Any, **__: Any) -> Value:
    raise NotRecorded("unreachable")


def _reordering(primitive: Any) -> Rule:
    """Rules for what changes the shape and not the order of the elements."""
    raw = primitive.fun
    return lambda graph, x, *a, **k: graph.reshape(x, raw(np.empty(x.shape, dtype=bool), *a, **k).shape)


for _name in ["squeeze", "expand_dims", "atleast_1d", "atleast_2d", "atleast_3d"]:
    _RULES[getattr(anp, _name)] = _reordering(getattr(anp, _name))


def _turning(primitive: Any) -> Rule:
    """Rules for what permutes axes: seen by doing it to an array whose strides tell its axes."""
    raw = primitive.fun

    def turn(graph: Graph, x: Value, *operands: Any, **options: Any) -> Value:
        marked = np.empty(tuple(range(2, 2 + x.ndim)), dtype=bool)
        return graph.transpose(x, [s - 2 for s in raw(marked, *operands, **options).shape])

    return turn


for _name in ["transpose", "swapaxes", "moveaxis", "rollaxis"]:
    _RULES[getattr(anp, _name)] = _turning(getattr(anp, _name))
if hasattr(anp, "matrix_transpose"):
    _RULES[anp.matrix_transpose] = _turning(anp.matrix_transpose)


@rule(anp.broadcast_to)
def _broadcast_to(graph: Graph, x: Value, shape: Any, **_: Any) -> Value:
    return graph.broadcast(x, np.broadcast_to(np.empty(x.shape, dtype=bool), shape).shape)


@rule(anp.full)
def _full(graph: Graph, shape: Any, fill_value: Any, *_: Any, **__: Any) -> Value:
    return graph.broadcast(value(graph, fill_value), np.empty(shape, dtype=bool).shape)


@rule(anp.full_like)
def _full_like(graph: Graph, x: Any, fill_value: Any, *_: Any, **__: Any) -> Value:
    return graph.broadcast(value(graph, fill_value), np.shape(x) if not isinstance(x, Value) else x.shape)


@rule(anp.concatenate_args)
def _concatenate(graph: Graph, axis: Any, *parts: Any) -> Value:
    values = [value(graph, part) for part in parts]
    return graph.emit("concatenate", *values, axis=int(axis) % values[0].ndim)


@rule(anp.array_from_args)
def _array(graph: Graph, array_args: Any, array_options: Any, *parts: Any) -> Value:
    if array_options.get("ndmin", 0):
        raise NotRecorded("np.array(..., ndmin=...) has no recorded form")
    values = [value(graph, part) for part in parts]
    return graph.emit("concatenate", *(graph.reshape(v, (1, *v.shape)) for v in values), axis=0)


@rule(anp._array_from_scalar_or_array)
def _copied(graph: Graph, array_args: Any, array_options: Any, x: Any) -> Value:
    x = value(graph, x)
    rank = max(array_options.get("ndmin", 0), x.ndim)
    return graph.reshape(x, (1,) * (rank - x.ndim) + x.shape)


@rule(anp.diag)
def _diag(graph: Graph, x: Value, k: int = 0) -> Value:
    places = np.arange(1, x.size + 1).reshape(x.shape)
    if x.ndim == 2:
        found = np.diag(places, k) - 1
        return graph.gather(x, found, found.shape)
    made = np.diag(places, k)
    return graph.scatter(x, np.flatnonzero(made), made.shape)


@rule(anp.make_diagonal)
def _make_diagonal(graph: Graph, x: Value, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Value:
    made = anp.make_diagonal.fun(np.arange(1.0, x.size + 1).reshape(x.shape), offset, axis1, axis2)
    places = np.empty(x.size, dtype=np.int32)
    filled = np.flatnonzero(made)
    places[made.ravel()[filled].astype(int) - 1] = filled
    return graph.scatter(x, places, made.shape)


@rule(anp.trace)
def _trace(graph: Graph, x: Value, offset: int = 0) -> Value:
    found = np.diagonal(np.arange(x.size).reshape(x.shape), offset)
    diagonal = graph.gather(x, found, found.shape)
    return graph.emit("sum", diagonal, axes=(diagonal.ndim - 1,))


@rule(anp.pad)
def _pad(graph: Graph, x: Value, pad_width: Any, mode: str = "constant", constant_values: Any = 0.0) -> Value:
    if mode != "constant" or np.any(np.asarray(constant_values) != 0):
        raise NotRecorded("padding with anything but zeros has no recorded form")
    padded = np.pad(np.arange(1, x.size + 1).reshape(x.shape), pad_width)
    return graph.scatter(x, np.flatnonzero(padded), padded.shape)


@rule(anp.diff)
def _diff(graph: Graph, x: Value, n: int = 1, axis: int = -1) -> Value:
    for _ in range(n):
        places = np.moveaxis(np.arange(x.size).reshape(x.shape), axis, -1)
        high, low = (np.moveaxis(p, -1, axis) for p in (places[..., 1:], places[..., :-1]))
        x = graph.emit("subtract", graph.gather(x, high, high.shape), graph.gather(x, low, low.shape))
    return x


@rule(inspect.unwrap(ArrayBox.__dict__["__getitem__"]), ArrayBox.__dict__["__getitem__"])
def _getitem(graph: Graph, x: Any, index: Any) -> Value:
    x = value(graph, x)
    found = np.arange(x.size, dtype=np.int32).reshape(x.shape)[_fixed(index)]
    return graph.gather(x, found, found.shape)


@rule(numpy_vjps.untake)
def _untake(graph: Graph, x: Any, index: Any, space: Any) -> Value:
    places = np.arange(int(np.prod(space.shape)), dtype=np.int32).reshape(space.shape)[_fixed(index)]
    return graph.scatter(graph.broadcast(value(graph, x), np.shape(places)), places, space.shape)


def _fixed(index: Any) -> Any:
    """Refuse an index that depends on a value."""
    parts = index if isinstance(index, tuple) else (index,)
    for part in parts:
        if isinstance(part, Value | core.Box) or (
            isinstance(part, list) and any(isinstance(i, core.Box) for i in part)
        ):
            raise NotRecorded("an index depends on a value, which has no recorded form")
    if isinstance(index, list) and (not index or not isinstance(index[0], slice)):
        return (
            np.array(index, dtype=np.int64)
            if not index or not isinstance(index[0], bool)
            else np.array(index)
        )
    return index


# --- sums of gradients ---


@rule(core.VSpace.add, core.VSpace.__dict__["add"])
def _space_add(graph: Graph, _: Any, x: Any, y: Any) -> Any:
    if isinstance(x, tuple) or isinstance(y, tuple):
        return tuple(_space_add(graph, None, a, b) for a, b in zip(x, y, strict=True))
    return graph.emit("add", value(graph, x), value(graph, y))


@rule(core.VSpace.mut_add, core.VSpace.__dict__["mut_add"])
def _space_mut_add(graph: Graph, space: Any, x: Any, y: Any) -> Any:
    if x is None:
        return y
    if not isinstance(x, Value | tuple):
        raise NotRecorded("a derivative that the function itself takes has no recorded form here")
    return _space_add(graph, space, x, y)


@rule(core.sparse_add)
def _sparse_add(graph: Graph, space: Any, x: Any, y: Any) -> Any:
    return _space_mut_add(graph, space, x, y)


@rule(core.VSpace.scalar_mul, core.VSpace.__dict__["scalar_mul"])
def _space_scale(graph: Graph, _: Any, x: Any, y: Any) -> Value:
    return graph.emit("multiply", value(graph, x), value(graph, y))


@rule(core.VSpace.covector, core.VSpace.__dict__["covector"])
def _space_covector(graph: Graph, _: Any, x: Any) -> Any:
    return x


@rule(container_take)
def _container_take(graph: Graph, parts: Any, index: Any) -> Any:
    return parts[index]


@rule(container_untake)
def _container_untake(graph: Graph, part: Any, index: Any, space: Any) -> Any:
    zeros = [value(graph, z) for z in space.zeros()]
    for k, single in (
        zip(range(len(zeros))[index], part, strict=True) if isinstance(index, slice) else [(index, part)]
    ):
        zeros[k] = value(graph, single)
    return tuple(zeros)


# --- contractions ---


def contract(graph: Graph, left: Value, right: Value, labels: Sequence[Sequence[int]]) -> Value:
    """Contract two values by labels of their axes and of the result's, any of Einstein's sums."""
    a, b, out = (list(x) for x in labels)
    left, a = _free_of_own(graph, left, a, keep={*b, *out})
    right, b = _free_of_own(graph, right, b, keep={*a, *out})
    return graph.emit("contract", left, right, left=tuple(a), right=tuple(b), out=tuple(out))


def _free_of_own(graph: Graph, x: Value, labels: list[int], keep: set[int]) -> tuple[Value, list[int]]:
    """Take diagonals along repeated labels, and sum over those that nothing else has."""
    if len(set(labels)) < len(labels):
        unique = sorted(set(labels), key=labels.index)
        places = np.einsum(np.arange(x.size).reshape(x.shape), labels, unique)
        x, labels = graph.gather(x, places, places.shape), unique
    alone = tuple(k for k, label in enumerate(labels) if label not in keep)
    if alone:
        x = graph.emit("sum", x, axes=alone)
        labels = [label for label in labels if label in keep]
    return x, labels


@rule(anp.dot)
def _dot(graph: Graph, x: Any, y: Any) -> Value:
    x, y = value(graph, x), value(graph, y)
    if x.ndim == 0 or y.ndim == 0:
        return graph.emit("multiply", x, y)
    return _tensordot(graph, x, y, ([x.ndim - 1], [max(0, y.ndim - 2)]))


@rule(anp.inner)
def _inner(graph: Graph, x: Any, y: Any) -> Value:
    x, y = value(graph, x), value(graph, y)
    if x.ndim == 0 or y.ndim == 0:
        return graph.emit("multiply", x, y)
    return _tensordot(graph, x, y, ([x.ndim - 1], [y.ndim - 1]))


@rule(anp.outer)
def _outer(graph: Graph, x: Any, y: Any) -> Value:
    x, y = value(graph, x), value(graph, y)
    return graph.emit("multiply", graph.reshape(x, (x.size, 1)), graph.reshape(y, (1, y.size)))


@rule(anp.tensordot)
def _tensordot(graph: Graph, x: Any, y: Any, axes: Any = 2) -> Value:
    x, y = value(graph, x), value(graph, y)
    if isinstance(axes, int | np.integer):
        axes = (range(x.ndim - axes, x.ndim), range(axes))
    one, other = ([int(k) for k in np.atleast_1d(np.asarray(a, dtype=int))] for a in axes)
    left = list(range(x.ndim))
    right = list(range(x.ndim, x.ndim + y.ndim))
    for i, j in zip(one, other, strict=True):
        right[j % y.ndim] = left[i % x.ndim]
    summed = {left[i % x.ndim] for i in one}
    out = [k for k in left if k not in summed] + [k for k in right if k not in summed]
    return contract(graph, x, y, (left, right, out))


@rule(anp.matmul)
def _matmul(graph: Graph, x: Any, y: Any) -> Value:
    x, y = value(graph, x), value(graph, y)
    if x.ndim == 0 or y.ndim == 0:
        raise ValueError("matmul of a scalar")
    lead = max(x.ndim, y.ndim, 2) - 2
    batch = [2 + k for k in range(lead)]
    left = [*batch[lead - max(0, x.ndim - 2) :], *([0] if x.ndim > 1 else []), 1]
    right = [*batch[lead - max(0, y.ndim - 2) :], 1, *([lead + 2] if y.ndim > 1 else [])]
    out = [*batch, *([0] if x.ndim > 1 else []), *([lead + 2] if y.ndim > 1 else [])]
    x, left = _without_ones(graph, x, left, y, right)
    y, right = _without_ones(graph, y, right, x, left)
    shape = tuple(
        max([v.shape[labels.index(k)] for v, labels in ((x, left), (y, right)) if k in labels], default=1)
        for k in out
    )
    kept = [k for k in out if k in left or k in right]
    return graph.reshape(contract(graph, x, y, (left, right, kept)), shape)


def _without_ones(
    graph: Graph, x: Value, labels: list[int], other: Value, others: list[int]
) -> tuple[Value, list[int]]:
    """Drop axes of one element that broadcast against others."""
    sizes = dict(zip(others, other.shape, strict=True))
    keep = [k for k, label in enumerate(labels) if x.shape[k] != 1 or sizes.get(label, 1) == 1]
    return graph.reshape(x, [x.shape[k] for k in keep]), [labels[k] for k in keep]


@rule(anp.einsum)
def _einsum(graph: Graph, *operands: Any, **options: Any) -> Value:
    _no_more({k: v for k, v in options.items() if k != "optimize"})
    if not isinstance(operands[0], str):
        raise NotRecorded("einsum with lists of axes has no recorded form; use a text such as 'ij,j->i'")
    values = [value(graph, x) for x in operands[1:]]
    inputs, out = _subscripts(operands[0], values)
    remaining = list(zip(values, inputs, strict=True))
    while len(remaining) > 1:
        (x, left), (y, right), *rest = remaining
        later = set(out).union(*(labels for _, labels in rest))
        x, left = _without_ones(graph, x, left, y, right)
        y, right = _without_ones(graph, y, right, x, left)
        middle = list(dict.fromkeys(k for k in [*left, *right] if k in later))
        middle = list(out) if not rest and set(middle) == set(out) else middle
        remaining = [(contract(graph, x, y, (left, right, middle)), middle), *rest]
    x, labels = _free_of_own(graph, *remaining[0], keep=set(out))
    return graph.transpose(x, [labels.index(k) for k in out])


def _subscripts(text: str, values: Sequence[Value]) -> tuple[list[list[int]], list[int]]:
    """Read einsum's subscripts: a list of labels for each operand, and for the result. Ellipses become labels."""
    text = text.replace(" ", "")
    given, arrow, wanted = text.partition("->")
    parts = given.split(",")
    letters = string.ascii_letters
    hidden = max(
        (
            v.ndim - len(part.replace("...", ""))
            for part, v in zip(parts, values, strict=True)
            if "..." in part
        ),
        default=0,
    )
    if not arrow:
        seen = given.replace(",", "").replace("...", "")
        wanted = ("..." if "..." in given else "") + "".join(
            c for c in sorted(set(seen)) if seen.count(c) == 1
        )

    used: dict[int, int] = {}

    def labels(part: str, rank: int) -> list[int]:
        before, dots, after = part.partition("...")
        spread = range(100 + hidden - (rank - len(before) - len(after)), 100 + hidden) if dots else ()
        found = [*map(letters.index, before), *spread, *map(letters.index, after)]
        return [used.setdefault(k, len(used)) for k in found]

    inputs = [labels(part, v.ndim) for part, v in zip(parts, values, strict=True)]
    return inputs, labels(wanted, hidden + len(wanted.replace("...", "")))


def _by_labels(build: Callable[..., tuple[Sequence[int], Sequence[int], Sequence[int]]]) -> Rule:
    def contracted(graph: Graph, x: Any, y: Any, *rest: Any) -> Value:
        x, y = value(graph, x), value(graph, y)
        return contract(graph, x, y, build(x, y, *rest))

    return contracted


def _labels_of_tensordot(axes: Any, a: int, b: int) -> tuple[list[int], list[int], list[int]]:
    if isinstance(axes, int | np.integer):
        axes = (range(a - axes, a), range(axes))
    one, other = ([int(k) for k in np.atleast_1d(np.asarray(x, dtype=int))] for x in axes)
    left, right = list(range(a)), list(range(a, a + b))
    for i, j in zip(one, other, strict=True):
        right[j % b] = left[i % a]
    summed = {left[i % a] for i in one}
    return left, right, [k for k in left if k not in summed] + [k for k in right if k not in summed]


def _adjoint_of_left(b: Value, g: Value, axes: Any, a_rank: int) -> tuple[list[int], list[int], list[int]]:
    left, right, out = _labels_of_tensordot(axes, a_rank, b.ndim)
    return right, out, left


def _adjoint_of_right(a: Value, g: Value, axes: Any, b_rank: int) -> tuple[list[int], list[int], list[int]]:
    left, right, out = _labels_of_tensordot(axes, a.ndim, b_rank)
    return left, out, right


@rule(numpy_vjps.tensordot_adjoint_0)
def _tensordot_adjoint_0(graph: Graph, b: Any, g: Any, axes: Any, a_rank: int, b_rank: int) -> Value:
    b, g = value(graph, b), value(graph, g)
    if b_rank == 0:
        return graph.emit("multiply", g, b)
    return contract(graph, b, g, _adjoint_of_left(b, g, axes, a_rank))


@rule(numpy_vjps.tensordot_adjoint_1)
def _tensordot_adjoint_1(graph: Graph, a: Any, g: Any, axes: Any, a_rank: int, b_rank: int) -> Value:
    a, g = value(graph, a), value(graph, g)
    if a_rank == 0:
        return graph.emit("multiply", g, a)
    return contract(graph, a, g, _adjoint_of_right(a, g, axes, b_rank))


def _dot_axes(a_rank: int, b_rank: int) -> Any:
    return ([], []) if a_rank == 0 or b_rank == 0 else ([a_rank - 1], [max(0, b_rank - 2)])


@rule(numpy_vjps.dot_adjoint_0)
def _dot_adjoint_0(graph: Graph, b: Any, g: Any, a_meta: Any, b_meta: Any) -> Value:
    b, g = value(graph, b), value(graph, g)
    return contract(graph, b, g, _adjoint_of_left(b, g, _dot_axes(a_meta[1], b_meta[1]), a_meta[1]))


@rule(numpy_vjps.dot_adjoint_1)
def _dot_adjoint_1(graph: Graph, a: Any, g: Any, a_meta: Any, b_meta: Any) -> Value:
    a, g = value(graph, a), value(graph, g)
    return contract(graph, a, g, _adjoint_of_right(a, g, _dot_axes(a_meta[1], b_meta[1]), b_meta[1]))


@rule(anp.kron)
def _kron(graph: Graph, x: Any, y: Any) -> Value:
    x, y = value(graph, x), value(graph, y)
    rank = max(x.ndim, y.ndim)
    a = (1,) * (rank - x.ndim) + x.shape
    b = (1,) * (rank - y.ndim) + y.shape
    x = graph.reshape(x, [s for extent in a for s in (extent, 1)])
    y = graph.reshape(y, [s for extent in b for s in (1, extent)])
    return graph.reshape(graph.emit("multiply", x, y), [p * q for p, q in zip(a, b, strict=True)])


@rule(anp.cross)
def _cross(graph: Graph, x: Any, y: Any, *axes: Any, **named: Any) -> Value:
    x, y = value(graph, x), value(graph, y)
    if (
        x.shape[-1:] != (3,)
        or y.shape[-1:] != (3,)
        or any(a not in (-1, None) for a in (*axes, *named.values()))
    ):
        raise NotRecorded(
            "a cross product of anything but vectors of three along the last axis has no recorded form"
        )

    def turned(v: Value, by: int) -> Value:
        places = np.roll(np.arange(v.size).reshape(v.shape), -by, axis=-1)
        return graph.gather(v, places, places.shape)

    one = graph.emit("multiply", turned(x, 1), turned(y, 2))
    return graph.emit("subtract", one, graph.emit("multiply", turned(x, 2), turned(y, 1)))


# --- linear algebra ---


@rule(linalg.inv)
def _inv(graph: Graph, a: Value) -> Value:
    return graph.emit("inv", a)


@rule(linalg.det)
def _det(graph: Graph, a: Value) -> Value:
    return graph.emit("det", a)


@rule(linalg.slogdet)
def _slogdet(graph: Graph, a: Value) -> Any:
    return graph.emit("slogdet", a)


@rule(linalg.cholesky)
def _cholesky(graph: Graph, a: Value, **rest: Any) -> Value:
    _no_more({k: v for k, v in rest.items() if v})
    return graph.emit("cholesky", a)


@rule(linalg.eigh)
def _eigh(graph: Graph, a: Value, UPLO: str = "L") -> Any:
    turn = [*range(a.ndim - 2), a.ndim - 1, a.ndim - 2]
    return graph.emit("eigh", a if UPLO == "L" else graph.transpose(a, turn))


@rule(linalg.eigvalsh)
def _eigvalsh(graph: Graph, a: Value, UPLO: str = "L") -> Value:
    return _eigh(graph, a, UPLO)[0]


@rule(linalg.solve)
def _solve(graph: Graph, a: Any, b: Any) -> Value:
    a, b = value(graph, a), value(graph, b)
    single = b.ndim == 1
    if single:
        b = graph.reshape(b, (*b.shape, 1))
    lead = np.broadcast_shapes(a.shape[:-2], b.shape[:-2])
    x = graph.emit(
        "solve", graph.broadcast(a, (*lead, *a.shape[-2:])), graph.broadcast(b, (*lead, *b.shape[-2:]))
    )
    return graph.reshape(x, x.shape[:-1]) if single else x


@rule(linalg._primitive_norm)
def _norm(graph: Graph, x: Any, ord: Any = None, axis: Any = None, keepdims: Any = False) -> Value:
    x = value(graph, x)
    axes = _axes(x, axis)
    if ord not in (None, "fro") and len(axes) != 1:
        raise NotRecorded(f"the matrix norm {ord} has no recorded form")

    def total(v: Value) -> Value:
        return _reduction("sum")(graph, v, axes, keepdims=keepdims)

    size_ = graph.emit("absolute", x)
    if ord in (None, 2, "fro"):
        return graph.emit("sqrt", total(graph.emit("multiply", x, x)))
    if ord == np.inf:
        return _reduction("max")(graph, size_, axes, keepdims=keepdims)
    if ord == -np.inf:
        return _reduction("min")(graph, size_, axes, keepdims=keepdims)
    if ord == 1:
        return total(size_)
    if ord == 0:
        return total(graph.emit("not_equal", x, 0.0))
    return graph.emit("power", total(graph.emit("power", size_, float(ord))), 1.0 / ord)


# --- scipy.special, as far as autograd differentiates it; looked up by name, so that scipy is not imported ---


def _is_pole_of_gamma(e: Rule, x: Value) -> Value:
    return e("logical_and", e("less_equal", x, 0.0), e("equal", x, e("floor", x)))


_SPECIAL: dict[str, Rule] = {
    name: _elementwise(name)
    for name in ["erf", "erfc", "erfinv", "gamma", "gammaln", "digamma", "j0", "j1", "y0", "y1", "polygamma"]
}
_SPECIAL["psi"] = _elementwise("digamma")


def _beta(e: Rule, x: Value, y: Value) -> Value:
    """Return Γ(x) Γ(y) / Γ(x + y), by logarithms where a factor overflows."""
    above, below = e("multiply", e("gamma", x), e("gamma", y)), e("gamma", e("add", x, y))
    fits = e("logical_and", e("isfinite", above), e("isfinite", below))
    return e("where", fits, e("divide", above, below), e("exp", _betaln(e, x, y)))


def _betaln(e: Rule, x: Value, y: Value) -> Value:
    return e("subtract", e("add", e("gammaln", x), e("gammaln", y)), e("gammaln", e("add", x, y)))


_COMPOSED_SPECIAL: dict[str, Callable[..., Any]] = {
    "expit": lambda e, x: e("divide", 1.0, e("add", 1.0, e("exp", e("negative", x)))),
    "logit": lambda e, x: e("log", e("divide", x, e("subtract", 1.0, x))),
    "rgamma": lambda e, x: e("where", _is_pole_of_gamma(e, x), 0.0, e("divide", 1.0, e("gamma", x))),
    "beta": lambda e, x, y: _beta(e, x, y),
    "betaln": _betaln,
}
_SPECIAL |= {name: _composed(build) for name, build in _COMPOSED_SPECIAL.items()}


def _bessel(kind: str) -> Rule:
    def function(graph: Graph, order: Any, x: Value) -> Value:
        order = int(order) if not isinstance(order, Value) and float(order).is_integer() else None
        if order is None or abs(order) > 8:
            raise NotRecorded(f"{kind}n of an order that is not a whole number up to 8 has no recorded form")
        if order < 0:
            mirrored = function(graph, -order, x)
            return graph.emit("negative", mirrored) if order % 2 else mirrored
        below, this = graph.emit(f"{kind}0", x), graph.emit(f"{kind}1", x)
        if order == 0:
            return below
        for k in range(1, order):  # the three-term recurrence (Abramowitz and Stegun, 1964, 9.1.27)
            ahead = graph.emit("divide", graph.emit("multiply", 2.0 * k, this), x)
            following = graph.emit("subtract", ahead, below)
            if kind == "y":  # −∞ is followed by −∞, and not by −∞ + ∞
                following = graph.emit("where", graph.emit("equal", this, -np.inf), -np.inf, following)
            below, this = this, following
        if order == 1 or kind == "y":
            return this
        near = graph.emit("less", graph.emit("absolute", x), float(order))
        return graph.emit("where", near, _bessel_near_zero(graph.emit, order, x), this)

    return function


def _bessel_near_zero(e: Rule, order: int, x: Value) -> Value:
    """Sum the power series of the first kind for |x| < order, where the recurrence loses all digits (ibid., 9.1.10)."""
    half = e("divide", x, 2.0)
    step = e("negative", e("multiply", half, half))
    terms, rest = 0, 1.0
    while rest > 1e-17:
        terms += 1
        rest *= order**2 / 4 / (terms * (terms + order))
    total: Any = 1.0
    for k in range(terms, 0, -1):
        total = e("add", 1.0, e("multiply", e("divide", step, float(k * (k + order))), total))
    return e("multiply", e("divide", e("power", half, float(order)), float(math.factorial(order))), total)


_SPECIAL |= {"jn": _bessel("j"), "yn": _bessel("y"), "jv": _bessel("j"), "yv": _bessel("y")}


def _logsumexp(graph: Graph, x: Any, axis: Any = None, b: Any = 1.0, keepdims: Any = False) -> Value:
    x = value(graph, x)
    axes = _axes(x, axis)
    largest = _kept(graph, x, axes, graph.emit("max", x, axes=axes), True)
    offset = graph.emit("where", graph.emit("isfinite", largest), largest, 0.0)
    terms = graph.emit("multiply", graph.emit("exp", graph.emit("subtract", x, offset)), value(graph, b))
    total = graph.emit("log", _reduction("sum")(graph, terms, axes, keepdims=True))
    result = graph.emit("add", total, offset)
    return result if keepdims else graph.reshape(result, [s for a, s in enumerate(x.shape) if a not in axes])


_SPECIAL["logsumexp"] = _logsumexp


def _special_rule(primitive: Any) -> Rule | None:
    raw = getattr(primitive, "fun", None)
    module = getattr(raw, "__module__", None) or ""
    is_special = module.startswith("scipy.special") or type(raw).__name__ in ("ufunc", "MultiUFunc")
    return _SPECIAL.get(getattr(raw, "__name__", "")) if is_special else None
