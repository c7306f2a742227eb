"""Linear algebra on the last two axes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from hesswidget.program.operations.row import (
    ONE,
    TWO,
    Attributes,
    Code,
    Operation,
    Shape,
    refuse_unless,
    size,
)


def _square(shapes: Sequence[Shape]) -> Shape:
    shape = shapes[0]
    fits = len(shape) >= 2 and shape[-1] == shape[-2]
    refuse_unless(fits, f"the shape is {shape}; square matrices are expected.")
    return shape


def _solved(shapes: Sequence[Shape], _: Attributes) -> tuple[Shape, ...]:
    a, b = _square(shapes), shapes[1]
    fits = len(a) == len(b) and a[:-1] == b[:-1]
    refuse_unless(fits, f"the shapes are {a} and {b}; (…, n, n) and (…, n, k) are expected.")
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
    if np.isfinite(a).all():
        return tuple(np.linalg.eigh(a))
    finite = np.isfinite(np.tril(a)).all(axis=(-2, -1))
    values, vectors = np.linalg.eigh(np.where(finite[..., None, None], a, 0.0))
    return np.where(finite[..., None], values, np.nan), np.where(finite[..., None, None], vectors, np.nan)


def _on_matrices(name: str, shapes: Any, code: Code, weight: int = 16) -> Operation:
    return Operation(name, ONE, shapes, lambda _, __: code, lambda s, _: _cubes(s[0], weight))


def _cubes(shape: Shape, weight: int) -> int:
    return size(shape[:-2]) * weight * shape[-1] ** 3


def _solving(operands: Sequence[Shape], _: Attributes) -> int:
    a, b = operands
    return max(_cubes(a, 16), 2 * a[-1] * size(b))


_solve = _for_each_matrix(np.linalg.solve, lambda a, b: (b.shape,))

ROWS = [
    Operation("solve", TWO, _solved, lambda _, __: _solve, _solving),
    _on_matrices("inv", lambda s, _: (_square(s),), _for_each_matrix(np.linalg.inv, lambda a: (a.shape,))),
    _on_matrices("det", lambda s, _: (_square(s)[:-2],), np.linalg.det),
    _on_matrices(
        "cholesky", lambda s, _: (_square(s),), _for_each_matrix(np.linalg.cholesky, lambda a: (a.shape,))
    ),
    _on_matrices("slogdet", lambda s, _: (_square(s)[:-2],) * 2, lambda a: tuple(np.linalg.slogdet(a))),
    _on_matrices(
        "eigh",
        lambda s, _: (_square(s)[:-1], _square(s)),
        _for_each_matrix(_eigh, lambda a: (a.shape[:-1], a.shape)),
        weight=32,
    ),
]
