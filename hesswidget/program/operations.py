"""The operations that programs are made of: one table with the shape, the work and the NumPy code of each.

``FORMAT.md`` says what they mean. Each row is an `Operation`; nothing else in the package knows an operation's code.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from hesswidget.program.errors import InvalidProgram

Shape = tuple[int, ...]
Attributes = Mapping[str, Any]
Code = Callable[..., Any]

MAX_AXES = 8
MAX_ELEMENTS = 2**24  # of one value


@dataclass(frozen=True)
class Operation:
    """One row of the table.

    Attributes
    ----------
    name : str
    arity : int or None
        How many operands it takes; None for any number from one up.
    attributes : tuple of str
        The names of its attributes.
    shapes : callable
        From the operands' shapes and the attributes to the results' shapes; raises `InvalidProgram`.
    code : callable
        From the operands' shapes and the attributes to a function of arrays.
    work : callable
        From the operands' shapes, the results' shapes and the attributes to a count of scalar operations.
    results : int
    """

    name: str
    arity: int | None
    attributes: tuple[str, ...]
    shapes: Callable[[Sequence[Shape], Attributes], tuple[Shape, ...]]
    code: Callable[[Sequence[Shape], Attributes], Code]
    work: Callable[[Sequence[Shape], Sequence[Shape], Attributes], int]
    results: int = 1


def size(shape: Shape) -> int:
    """Return the number of elements."""
    return math.prod(shape)


def refuse_unless(claim: bool, sentence: str) -> None:
    """Raise `InvalidProgram` with the sentence unless the claim holds."""
    if not claim:
        raise InvalidProgram(sentence)


def _results(_: Sequence[Shape], results: Sequence[Shape], __: Attributes) -> int:
    return sum(size(s) for s in results)


def _larger(operands: Sequence[Shape], results: Sequence[Shape], _: Attributes) -> int:
    return max(size(operands[0]), size(results[0]))


# --- elementwise ---


def broadcast_shape(shapes: Sequence[Shape]) -> Shape:
    """Return the shape that NumPy broadcasts these shapes to.

    >>> broadcast_shape([(3, 1), (4,)])
    (3, 4)
    """
    rank = max(len(s) for s in shapes)
    result = []
    for axis in range(-rank, 0):
        sizes = {s[axis] for s in shapes if len(s) >= -axis} - {1}
        refuse_unless(len(sizes) <= 1, f"shapes {', '.join(map(str, shapes))} do not broadcast.")
        result.append(sizes.pop() if sizes else 1)
    return tuple(result)


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

    return Operation(name, arity, (), _elementwise_shape, choose, _results)


# --- reductions ---


def _reduced(shapes: Sequence[Shape], attributes: Attributes) -> tuple[Shape, ...]:
    (shape,), axes = shapes, attributes["axes"]
    _check_axes(axes, len(shape), ascending=True)
    return (tuple(s for i, s in enumerate(shape) if i not in axes),)


def _chosen(shapes: Sequence[Shape], attributes: Attributes) -> tuple[Shape, ...]:
    (shape,) = shapes
    result = _reduced(shapes, attributes)
    refuse_unless(
        all(shape[i] for i in attributes["axes"]), "the maximum or minimum of no elements was asked for."
    )
    return result


def _check_axes(axes: Sequence[int], rank: int, ascending: bool = False) -> None:
    fits = all(0 <= a < rank for a in axes) and len(set(axes)) == len(axes)
    refuse_unless(
        fits and (not ascending or list(axes) == sorted(axes)), f"axes {axes} do not fit {rank} axes."
    )


def _reduction(name: str, shapes: Any) -> Operation:
    ufunc = {"sum": np.add, "prod": np.multiply, "max": np.maximum, "min": np.minimum}[name]

    def code(operands: Sequence[Shape], attributes: Attributes) -> Code:
        axes = attributes["axes"]
        if len(axes) == 1:
            (axis,) = axes
            return lambda x: ufunc.reduce(x, axis)
        return lambda x: ufunc.reduce(x, axis=axes)

    return Operation(name, 1, ("axes",), shapes, code, _larger)


def _running(shapes: Sequence[Shape], attributes: Attributes) -> tuple[Shape, ...]:
    _check_axes((attributes["axis"],), len(shapes[0]))
    return (shapes[0],)


# --- structure ---


def _reshaped(shapes: Sequence[Shape], attributes: Attributes) -> tuple[Shape, ...]:
    shape = attributes["shape"]
    refuse_unless(size(shape) == size(shapes[0]), f"shape {shapes[0]} cannot become {shape}.")
    return (shape,)


def _transposed(shapes: Sequence[Shape], attributes: Attributes) -> tuple[Shape, ...]:
    (shape,), axes = shapes, attributes["axes"]
    _check_axes(axes, len(shape))
    refuse_unless(len(axes) == len(shape), f"axes {axes} do not permute {len(shape)} axes.")
    return (tuple(shape[a] for a in axes),)


def _broadcast(shapes: Sequence[Shape], attributes: Attributes) -> tuple[Shape, ...]:
    shape = attributes["shape"]
    refuse_unless(
        broadcast_shape([shapes[0], shape]) == shape, f"shape {shapes[0]} does not broadcast to {shape}."
    )
    return (shape,)


def _split(shape: Shape, lead: int) -> tuple[Shape, int]:
    refuse_unless(0 <= lead <= len(shape), f"{lead} leading axes were asked of shape {shape}.")
    return shape[:lead], size(shape[lead:])


def _gathered(shapes: Sequence[Shape], attributes: Attributes) -> tuple[Shape, ...]:
    lead, rest = _split(shapes[0], attributes["lead"])
    places, shape = attributes["places"], attributes["shape"]
    refuse_unless(size(shape) == len(places), f"{len(places)} places do not fill shape {shape}.")
    refuse_unless(
        len(places) == 0 or (places.min() >= 0 and places.max() < rest), "a place lies outside its operand."
    )
    return ((*lead, *shape),)


def _scattered(shapes: Sequence[Shape], attributes: Attributes) -> tuple[Shape, ...]:
    lead, rest = _split(shapes[0], attributes["lead"])
    places, shape = attributes["places"], attributes["shape"]
    refuse_unless(rest == len(places), f"{len(places)} places do not take {rest} elements.")
    refuse_unless(
        len(places) == 0 or (places.min() >= 0 and places.max() < size(shape)),
        "a place lies outside its result.",
    )
    return ((*lead, *shape),)


def run_of(places: np.ndarray) -> slice | None:
    """Return the slice that picks these places, if they follow each other at even distances.

    >>> run_of(np.array([1, 3, 5]))
    slice(1, 6, 2)
    """
    if len(places) == 0:
        return None
    step = int(places[1] - places[0]) if len(places) > 1 else 1
    first, last = int(places[0]), int(places[-1])
    if step <= 0 or not np.array_equal(places, np.arange(first, last + 1, step)):
        return None
    return slice(first, last + 1, step)


def _gather_code(shapes: Sequence[Shape], attributes: Attributes) -> Code:
    lead, rest = _split(shapes[0], attributes["lead"])
    flat, result = (*lead, rest), (*lead, *attributes["shape"])
    places = attributes["places"]
    run = run_of(places)
    if run is None:
        return lambda x: np.take(np.reshape(x, flat), places, axis=-1).reshape(result)
    index: tuple[Any, ...] = (..., run)
    if flat == shapes[0] and len(attributes["shape"]) == 1:
        return lambda x: x[index]
    return lambda x: np.reshape(x, flat)[index].reshape(result)[()]


def _scatter_code(shapes: Sequence[Shape], attributes: Attributes) -> Code:
    lead, rest = _split(shapes[0], attributes["lead"])
    places, shape = attributes["places"], attributes["shape"]
    result, flat = (*lead, *shape), (*lead, rest)
    width = (*lead, size(shape))
    if len(np.unique(places)) == len(places):
        run = run_of(places)
        index: tuple[Any, ...] = (..., places if run is None else run)

        def put(x: Any) -> Any:
            out = np.zeros(width)
            out[index] = np.reshape(x, flat)
            return out.reshape(result)

        return put

    where: Any = (..., places)

    def add(x: Any) -> Any:
        out = np.zeros(width)
        np.add.at(out, where, np.reshape(x, flat))
        return out.reshape(result)

    return add


def _joined(shapes: Sequence[Shape], attributes: Attributes) -> tuple[Shape, ...]:
    axis = attributes["axis"]
    _check_axes((axis,), len(shapes[0]))
    rests = {(*s[:axis], *s[axis + 1 :]) if len(s) == len(shapes[0]) else None for s in shapes}
    refuse_unless(
        len(rests) == 1 and None not in rests, f"shapes {shapes} cannot be joined along axis {axis}."
    )
    first = shapes[0]
    return ((*first[:axis], sum(s[axis] for s in shapes), *first[axis + 1 :]),)


# --- contraction ---


def _labelled(shapes: Sequence[Shape], attributes: Attributes) -> dict[int, int]:
    """Return the size that each label stands for."""
    sizes: dict[int, int] = {}
    for shape, labels in zip(shapes, (attributes["left"], attributes["right"]), strict=True):
        refuse_unless(
            len(labels) == len(shape) == len(set(labels)), f"labels {labels} do not fit shape {shape}."
        )
        for label, extent in zip(labels, shape, strict=True):
            refuse_unless(sizes.setdefault(label, extent) == extent, "a label stands for two sizes.")
    return sizes


def _contracted(shapes: Sequence[Shape], attributes: Attributes) -> tuple[Shape, ...]:
    sizes = _labelled(shapes, attributes)
    left, right, out = (set(attributes[k]) for k in ("left", "right", "out"))
    refuse_unless(
        len(out) == len(attributes["out"]) and out <= left | right and (left ^ right) <= out,
        f"labels {attributes['left']}, {attributes['right']} cannot become {attributes['out']}.",
    )
    return (tuple(sizes[label] for label in attributes["out"]),)


def _contraction_work(shapes: Sequence[Shape], _: Sequence[Shape], attributes: Attributes) -> int:
    return math.prod(_labelled(shapes, attributes).values())


def _contract_code(shapes: Sequence[Shape], attributes: Attributes) -> Code:
    """Contract as a stack of matrix products (batch, M, K) by (batch, K, N), if possible in the order asked for."""
    left, right, out = attributes["left"], attributes["right"], attributes["out"]
    if all(label in out for label in left):
        return _product_code(left, right, out)
    sizes = _labelled(shapes, attributes)
    plans = [
        _plan(sizes, one, other, out, lead)
        for lead in range(max(1, len(out)))
        for one, other in ((left, right), (right, left))
    ]
    best = min(
        range(len(plans)), key=lambda k: (plans[k][-1] is not None, k)
    )  # the first that needs no turn at the end
    (turn_a, shape_a), (turn_b, shape_b), shape_out, turn_out = plans[best]
    swapped = best % 2 == 1

    def contracted(a: Any, b: Any) -> Any:
        if swapped:
            a, b = b, a
        if turn_a is not None:
            a = np.transpose(a, turn_a)
        if turn_b is not None:
            b = np.transpose(b, turn_b)
        c = np.matmul(np.reshape(a, shape_a), np.reshape(b, shape_b))
        if c.shape != shape_out:
            c = c.reshape(shape_out)
        return c if turn_out is None else np.transpose(c, turn_out)

    return contracted


def _plan(
    sizes: Mapping[int, int], one: Sequence[int], other: Sequence[int], out: Sequence[int], lead: int
) -> tuple[tuple[Any, Shape], tuple[Any, Shape], Shape, Any]:
    """Plan a stack of matrix products in which the first `lead` labels of the result count as the stack's.

    What of them an operand lacks is broadcast there. The answer is, for each operand, how to turn its axes and then
    shape it; then the shape of the product, and how to turn it.
    """
    stack = [k for k, label in enumerate(out) if k < lead or (label in one and label in other)]
    batch = [out[k] for k in stack]
    rows = [label for label in out if label not in other and label not in batch]
    columns = [label for label in out if label not in one and label not in batch]
    summed = [label for label in one if label not in out]

    def operand(labels: Sequence[int], inner: Sequence[Sequence[int]]) -> tuple[Any, Shape]:
        own = [label for label in batch if label in labels]
        turn = _permutation(labels, [*own, *(label for part in inner for label in part)])
        outer = [sizes[label] if label in labels else 1 for label in batch]
        while outer and outer[0] == 1:
            outer = outer[1:]
        return turn, (*outer, *(math.prod(sizes[label] for label in part) for part in inner))

    vectors = not batch
    first = operand(one, [*([rows] if rows or not vectors else []), summed])
    second = operand(other, [summed, *([columns] if columns or not vectors else [])])
    product = [*batch, *rows, *columns]
    return first, second, tuple(sizes[label] for label in product), _permutation(product, out)


def _product_code(left: Sequence[int], right: Sequence[int], out: Sequence[int]) -> Code:
    """Multiply without a sum: line the axes up, and let them broadcast."""

    def aligned(labels: Sequence[int]) -> tuple[tuple[int, ...], tuple[Any, ...]]:
        present = [label for label in out if label in labels]
        return tuple(labels.index(label) for label in present), tuple(
            slice(None) if label in labels else None for label in out
        )

    (turn_left, index_left), (turn_right, index_right) = aligned(left), aligned(right)
    return lambda a, b: np.multiply(
        np.transpose(a, turn_left)[index_left], np.transpose(b, turn_right)[index_right]
    )


def _permutation(have: Sequence[int], want: Sequence[int]) -> tuple[int, ...] | None:
    turn = tuple(list(have).index(label) for label in want)
    return None if turn == tuple(range(len(turn))) else turn


# --- order ---


def _sorted_shape(shapes: Sequence[Shape], _: Attributes) -> tuple[Shape, ...]:
    refuse_unless(len(shapes[0]) > 0, "a scalar cannot be sorted.")
    return (shapes[0],)


def _taken(shapes: Sequence[Shape], _: Attributes) -> tuple[Shape, ...]:
    x, i = shapes
    fits = len(x) == len(i) > 0 and x[:-1] == i[:-1] and x[-1] > 0
    refuse_unless(fits, f"places of shape {i} cannot be taken from shape {x}.")
    return (i,)


def _take(x: Any, i: Any) -> Any:
    places = np.clip(np.rint(np.nan_to_num(i, nan=0.0)), 0, x.shape[-1] - 1).astype(np.intp)
    return np.take_along_axis(x, places, axis=-1)


# --- linear algebra ---


def _square(shapes: Sequence[Shape]) -> Shape:
    shape = shapes[0]
    fits = len(shape) >= 2 and shape[-1] == shape[-2] > 0
    refuse_unless(fits, f"shape {shape} holds no square matrices.")
    return shape


def _solved(shapes: Sequence[Shape], _: Attributes) -> tuple[Shape, ...]:
    a, b = _square(shapes), shapes[1]
    fits = len(a) == len(b) and a[:-1] == b[:-1]
    refuse_unless(fits, f"systems of shape {a} cannot be solved for shape {b}.")
    return (b,)


def _for_each_matrix(solve: Code, shape: Callable[..., Any]) -> Code:
    """Apply `solve` to a stack of matrices; where NumPy raises, to one after the other, NaN for those at fault."""

    def code(*operands: Any) -> Any:
        try:
            return solve(*operands)
        except np.linalg.LinAlgError:
            pass
        lead = operands[0].shape[:-2]
        results = [np.full(s, np.nan) for s in shape(*operands)]
        for place in np.ndindex(*lead):
            try:
                found = solve(*(x[place] for x in operands))
            except np.linalg.LinAlgError:
                continue
            for result, part in zip(results, found if len(results) > 1 else (found,), strict=True):
                result[place] = part
        return tuple(results) if len(results) > 1 else results[0]

    return code


def _eigh(a: Any) -> Any:
    finite = np.isfinite(a).all(axis=(-2, -1))
    if finite.all():
        return tuple(np.linalg.eigh(a))
    values, vectors = np.linalg.eigh(np.where(finite[..., None, None], a, 0.0))
    return np.where(finite[..., None], values, np.nan), np.where(finite[..., None, None], vectors, np.nan)


def _on_matrices(name: str, shapes: Any, code: Code, weight: int = 16, results: int = 1) -> Operation:
    def work(operands: Sequence[Shape], _: Sequence[Shape], __: Attributes) -> int:
        shape = operands[0]
        return size(shape[:-2]) * weight * shape[-1] ** 3

    return Operation(name, 2 if name == "solve" else 1, (), shapes, lambda _, __: code, work, results)


TABLE: dict[str, Operation] = {
    **{name: _elementwise(name, 1, code) for name, code in _UNARY.items()},
    **{name: _elementwise(name, 2, code) for name, code in _BINARY.items()},
    **{name: _elementwise(name, 3, code) for name, code in _TERNARY.items()},
    **{name: _reduction(name, _reduced) for name in ("sum", "prod")},
    **{name: _reduction(name, _chosen) for name in ("max", "min")},
}
_OTHERS = [
    Operation(
        "cumsum",
        1,
        ("axis",),
        _running,
        lambda _, attributes: lambda x: np.cumsum(x, axis=attributes["axis"]),
        _larger,
    ),
    Operation(
        "reshape",
        1,
        ("shape",),
        _reshaped,
        lambda _, attributes: lambda x: np.reshape(x, attributes["shape"]),
        _results,
    ),
    Operation(
        "transpose",
        1,
        ("axes",),
        _transposed,
        lambda _, attributes: lambda x: np.transpose(x, attributes["axes"]),
        _results,
    ),
    Operation(
        "broadcast",
        1,
        ("shape",),
        _broadcast,
        lambda _, attributes: lambda x: np.broadcast_to(x, attributes["shape"]),
        _results,
    ),
    Operation("gather", 1, ("places", "shape", "lead"), _gathered, _gather_code, _larger),
    Operation("scatter", 1, ("places", "shape", "lead"), _scattered, _scatter_code, _larger),
    Operation(
        "concatenate",
        None,
        ("axis",),
        _joined,
        lambda _, attributes: lambda *x: np.concatenate(x, attributes["axis"]),
        _results,
    ),
    Operation("contract", 2, ("left", "right", "out"), _contracted, _contract_code, _contraction_work),
    Operation(
        "sort", 1, (), _sorted_shape, lambda _, __: np.sort, lambda operands, _, __: 32 * size(operands[0])
    ),
    Operation("take", 2, (), _taken, lambda _, __: _take, _results),
    _on_matrices("solve", _solved, _for_each_matrix(np.linalg.solve, lambda a, b: (b.shape,))),
    _on_matrices("inv", lambda s, _: (_square(s),), _for_each_matrix(np.linalg.inv, lambda a: (a.shape,))),
    _on_matrices("det", lambda s, _: (_square(s)[:-2],), np.linalg.det),
    _on_matrices(
        "cholesky", lambda s, _: (_square(s),), _for_each_matrix(np.linalg.cholesky, lambda a: (a.shape,))
    ),
    _on_matrices(
        "slogdet", lambda s, _: (_square(s)[:-2],) * 2, lambda a: tuple(np.linalg.slogdet(a)), results=2
    ),
    _on_matrices(
        "eigh",
        lambda s, _: (_square(s)[:-1], _square(s)),
        _for_each_matrix(_eigh, lambda a: (a.shape[:-1], a.shape)),
        weight=32,
        results=2,
    ),
]
TABLE |= {operation.name: operation for operation in _OTHERS}

ELEMENTWISE = frozenset([*_UNARY, *_BINARY, *_TERNARY])
COMMUTATIVE = frozenset(
    ["add", "multiply", "maximum", "minimum", "equal", "not_equal", "logical_and", "logical_or", "logaddexp"]
)


# --- programs within programs; `body` is a Program ---


def _mapped_shapes(shapes: Sequence[Shape], attributes: Attributes) -> tuple[Shape, ...]:
    body, mapped, rows, chunk = (attributes[k] for k in ("body", "mapped", "rows", "chunk"))
    refuse_unless(1 <= chunk <= rows, f"a map of {rows} rows cannot go by chunks of {chunk}.")
    refuse_unless(
        len(shapes) == len(mapped) == len(body.inputs), "a map's operands are not those of its body."
    )
    for shape, is_mapped, (_, wanted) in zip(shapes, mapped, body.inputs, strict=True):
        given = (chunk, *shape[1:]) if is_mapped and shape[:1] == (rows,) else shape
        refuse_unless(given == wanted, f"a map was given shape {shape} for an input of shape {wanted}.")
    results = [body.shapes[number] for _, number in body.outputs]
    refuse_unless(len(results) > 0, "a map's body returns nothing.")
    refuse_unless(
        all(s[:1] == (chunk,) for s in results), "a map's body returns something without the mapped axis."
    )
    return tuple((rows, *s[1:]) for s in results)


def _map_code(_: Sequence[Shape], attributes: Attributes) -> Code:
    from hesswidget.program.executor import Executable

    body, mapped, rows, chunk = (attributes[k] for k in ("body", "mapped", "rows", "chunk"))
    run = Executable(body).of_arrays
    shapes = [(rows, *body.shapes[number][1:]) for _, number in body.outputs]

    def code(*operands: Any) -> Any:
        results = [np.empty(s) for s in shapes]
        for start in (*range(0, rows - chunk, chunk), rows - chunk):
            part = slice(start, start + chunk)
            found = run(*(x[part] if m else x for x, m in zip(operands, mapped, strict=True)))
            for result, rows_found in zip(results, found, strict=True):
                result[part] = rows_found
        return tuple(results) if len(results) > 1 else results[0]

    return code


def _map_work(_: Sequence[Shape], __: Sequence[Shape], attributes: Attributes) -> int:
    return _run_work(attributes["body"]) * -(-attributes["rows"] // attributes["chunk"])


def _scanned_shapes(shapes: Sequence[Shape], attributes: Attributes) -> tuple[Shape, ...]:
    body, length, carries, sequences = (attributes[k] for k in ("body", "length", "carries", "sequences"))
    refuse_unless(
        length >= 1
        and min(carries, sequences) >= 0
        and carries + sequences <= len(shapes) == len(body.inputs),
        "a scan's operands are not those of its body.",
    )
    for place, (shape, (_, wanted)) in enumerate(zip(shapes, body.inputs, strict=True)):
        is_sequence = carries <= place < carries + sequences
        given = shape[1:] if is_sequence and shape[:1] == (length,) else None if is_sequence else shape
        refuse_unless(given == wanted, f"a scan was given shape {shape} for an input of shape {wanted}.")
    results = [body.shapes[number] for _, number in body.outputs]
    refuse_unless(len(results) > 0, "a scan's body returns nothing.")
    refuse_unless(results[:carries] == list(shapes[:carries]), "a scan's carries change their shapes.")
    return (*results[:carries], *((length, *s) for s in results[carries:]))


def _scan_code(_: Sequence[Shape], attributes: Attributes) -> Code:
    from hesswidget.program.executor import Executable

    body, length, carries, sequences = (attributes[k] for k in ("body", "length", "carries", "sequences"))
    run = Executable(body).of_arrays
    shapes = [(length, *body.shapes[number]) for _, number in body.outputs[carries:]]

    def code(*operands: Any) -> Any:
        carried = operands[:carries]
        rows, shared = operands[carries : carries + sequences], operands[carries + sequences :]
        stacks = [np.empty(s) for s in shapes]
        for k in range(length):
            found = run(*carried, *(x[k] for x in rows), *shared)
            carried = found[:carries]
            for stack, value in zip(stacks, found[carries:], strict=True):
                stack[k] = value
        results = (*carried, *stacks)
        return results if len(results) > 1 else results[0]

    return code


def _scan_work(_: Sequence[Shape], __: Sequence[Shape], attributes: Attributes) -> int:
    return _run_work(attributes["body"]) * int(attributes["length"])


def _run_work(body: Any) -> int:
    """Return the work of one run: no less than there are operations, so that a loop around nothing ends too."""
    return max(1, int(body.count), int(body.work))


TABLE["map"] = Operation(
    "map", None, ("body", "mapped", "rows", "chunk"), _mapped_shapes, _map_code, _map_work, 0
)
TABLE["scan"] = Operation(
    "scan", None, ("body", "length", "carries", "sequences"), _scanned_shapes, _scan_code, _scan_work, 0
)
