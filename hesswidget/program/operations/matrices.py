"""Linear algebra on the last two axes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from hesswidget.program.operations.row import Attributes, Code, Operation, Shape, refuse_unless, size


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
    if np.isfinite(a).all():
        return tuple(np.linalg.eigh(a))
    finite = np.isfinite(np.tril(a)).all(axis=(-2, -1))
    values, vectors = np.linalg.eigh(np.where(finite[..., None, None], a, 0.0))
    return np.where(finite[..., None], values, np.nan), np.where(finite[..., None, None], vectors, np.nan)


def _on_matrices(name: str, shapes: Any, code: Code, weight: int = 16, results: int = 1) -> Operation:
    def work(operands: Sequence[Shape], _: Sequence[Shape], __: Attributes) -> int:
        shape = operands[0]
        return size(shape[:-2]) * weight * shape[-1] ** 3

    return Operation(name, 2 if name == "solve" else 1, (), shapes, lambda _, __: code, work, results)


ROWS = [
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
