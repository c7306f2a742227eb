"""Products that sum over axes: dot, matmul, tensordot, einsum, and autograd's adjoints of them."""

from __future__ import annotations

import string
from collections.abc import Sequence
from typing import Any

import numpy as np
from autograd.numpy import numpy_vjps
from autograd.numpy import numpy_wrapper as anp

from hesswidget.derivatives.lowering.table import no_more, rule, value
from hesswidget.program.errors import NotRecorded
from hesswidget.program.graph import Graph, Value


def contract(graph: Graph, left: Value, right: Value, labels: Sequence[Sequence[int]]) -> Value:
    """Contract two values by labels of their axes and of the result's, any of Einstein's sums."""
    a, b, out = (list(x) for x in labels)
    left, a = _free_of_own(graph, left, a, keep={*b, *out})
    right, b = _free_of_own(graph, right, b, keep={*a, *out})
    left, a = _without_single(graph, left, a, out)
    right, b = _without_single(graph, right, b, out)
    if set(a) | set(b) == set(out):
        return graph.emit("multiply", _lined_up(graph, left, a, out), _lined_up(graph, right, b, out))
    return graph.emit("contract", left, right, left=tuple(a), right=tuple(b), out=tuple(out))


def _without_single(graph: Graph, x: Value, labels: list[int], out: list[int]) -> tuple[Value, list[int]]:
    """Drop axes of one element that would be summed over."""
    keep = [k for k, label in enumerate(labels) if label in out or x.shape[k] != 1]
    return graph.reshape(x, [x.shape[k] for k in keep]), [labels[k] for k in keep]


def _lined_up(graph: Graph, x: Value, labels: list[int], out: list[int]) -> Value:
    """Bring a factor's axes into the order of the product's, with one element where it has none."""
    present = [label for label in out if label in labels]
    turned = graph.transpose(x, [labels.index(label) for label in present])
    sizes = dict(zip(present, turned.shape, strict=True))
    return graph.reshape(turned, [sizes.get(label, 1) for label in out])


def _free_of_own(graph: Graph, x: Value, labels: list[int], keep: set[int]) -> tuple[Value, list[int]]:
    """Take diagonals along repeated labels, and sum over those that nothing else has."""
    if len(set(labels)) < len(labels):
        unique = sorted(set(labels), key=labels.index)
        indices = np.einsum(np.arange(x.size).reshape(x.shape), labels, unique)
        x, labels = graph.gather(x, indices, indices.shape), unique
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
    return contract(graph, x, y, _labels_of_tensordot(axes, x.ndim, y.ndim))


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
    no_more({k: v for k, v in options.items() if k != "optimize"})
    if isinstance(operands[0], str):
        text, values = operands[0], [value(graph, x) for x in operands[1:]]
    else:
        text, values = _from_lists(graph, operands)
    inputs, out = _subscripts(text, values)
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


def _from_lists(graph: Graph, operands: Sequence[Any]) -> tuple[str, list[Value]]:
    """Read einsum's other form: each operand followed by the numbers of its axes, and at last those of the result."""
    pairs = len(operands) // 2
    values = [value(graph, x) for x in operands[: 2 * pairs : 2]]
    shapes: list[Any] = list(operands)
    shapes[: 2 * pairs : 2] = [np.empty(v.shape, dtype=bool) for v in values]
    inputs, output, _ = anp.parse_einsum_input(*shapes)
    return f"{inputs}->{output}", values


def _subscripts(text: str, values: Sequence[Value]) -> tuple[list[list[int]], list[int]]:
    """Read einsum's subscripts: a list of labels for each operand, and for the result. Ellipses become labels."""
    text = text.replace(" ", "")
    inputs, arrow, output = text.partition("->")
    parts = inputs.split(",")
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
        all_letters = inputs.replace(",", "").replace("...", "")
        output = ("..." if "..." in inputs else "") + "".join(
            c for c in sorted(set(all_letters)) if all_letters.count(c) == 1
        )

    used: dict[int, int] = {}

    def labels(part: str, rank: int) -> list[int]:
        before, dots, after = part.partition("...")
        spread = range(100 + hidden - (rank - len(before) - len(after)), 100 + hidden) if dots else ()
        numbers = [*map(letters.index, before), *spread, *map(letters.index, after)]
        return [used.setdefault(k, len(used)) for k in numbers]

    operands = [labels(part, v.ndim) for part, v in zip(parts, values, strict=True)]
    return operands, labels(output, hidden + len(output.replace("...", "")))


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
        indices = np.roll(np.arange(v.size).reshape(v.shape), -by, axis=-1)
        return graph.gather(v, indices, indices.shape)

    one = graph.emit("multiply", turned(x, 1), turned(y, 2))
    return graph.emit("subtract", one, graph.emit("multiply", turned(x, 2), turned(y, 1)))
