"""NumPy and SciPy, as the table of operations needs them."""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from hesswidget.program.operations.arrays import Arrays, Code
from hesswidget.program.operations.row import Attributes, Shape


def _special(name: str) -> Code:
    import scipy.special  # here, since it takes long and few programs need it

    return getattr(scipy.special, name)


def take(x: Any, places: np.ndarray) -> Any:
    """Return elements along the last axis."""
    return np.take(x, places, axis=-1)


def placing(zeros: Callable[[Shape], np.ndarray]) -> tuple[Code, Code]:
    """Return ``put`` and ``add`` of arrays that `zeros` makes."""

    def put(shape: Shape, index: Any, x: Any) -> Any:
        out = zeros(shape)
        out[index] = x
        return out

    def add(shape: Shape, index: Any, x: Any) -> Any:
        out = zeros(shape)
        np.add.at(out, index, x)
        return out

    return put, add


def loops(empty: Callable[[Shape], np.ndarray]) -> tuple[Code, Code]:
    """Return ``map`` and ``scan``, which fill arrays that `empty` makes."""

    def mapped(
        run: Code, operands: Sequence[Any], attributes: Attributes, shapes: Sequence[Shape]
    ) -> Sequence[Any]:
        are_mapped, rows, chunk = (attributes[k] for k in ("mapped", "rows", "chunk"))
        results = [empty(s) for s in shapes]
        for start in (*range(0, rows - chunk, chunk), rows - chunk):
            part = slice(start, start + chunk)
            found = run(*(x[part] if m else x for x, m in zip(operands, are_mapped, strict=True)))
            for result, rows_found in zip(results, found, strict=True):
                result[part] = rows_found
        return results

    def scanned(
        run: Code, operands: Sequence[Any], attributes: Attributes, shapes: Sequence[Shape]
    ) -> Sequence[Any]:
        length, carries, sequences = (attributes[k] for k in ("length", "carries", "sequences"))
        carried = operands[:carries]
        rows, shared = operands[carries : carries + sequences], operands[carries + sequences :]
        stacks = [empty(s) for s in shapes]
        for k in range(length):
            found = run(*carried, *(x[k] for x in rows), *shared)
            carried = found[:carries]
            for stack, value in zip(stacks, found[carries:], strict=True):
                stack[k] = value
        return (*carried, *stacks)

    return mapped, scanned


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


_LINALG: dict[str, Code] = {
    "solve": _for_each_matrix(np.linalg.solve, lambda a, b: (b.shape,)),
    "inv": _for_each_matrix(np.linalg.inv, lambda a: (a.shape,)),
    "det": np.linalg.det,
    "cholesky": _for_each_matrix(np.linalg.cholesky, lambda a: (a.shape,)),
    "slogdet": lambda a: tuple(np.linalg.slogdet(a)),
    "eigh": _for_each_matrix(_eigh, lambda a: (a.shape[:-1], a.shape)),
}
_TRUE, _FALSE = np.float64(1.0), np.float64(0.0)
# NumPy's scalars have operators that are several times quicker than its ufuncs, and a truth is quicker asked than made.
_OF_SCALARS: dict[str, Code] = {
    "negative": operator.neg,
    "add": operator.add,
    "subtract": operator.sub,
    "multiply": operator.mul,
    "divide": operator.truediv,
    "less": lambda a, b: _TRUE if a < b else _FALSE,
    "less_equal": lambda a, b: _TRUE if a <= b else _FALSE,
    "equal": lambda a, b: _TRUE if a == b else _FALSE,
    "not_equal": lambda a, b: _TRUE if a != b else _FALSE,
    "logical_and": lambda a, b: _TRUE if a and b else _FALSE,
    "logical_or": lambda a, b: _TRUE if a or b else _FALSE,
    "logical_not": lambda a: _FALSE if a else _TRUE,
    "where": lambda c, a, b: a if c else b,
}
NUMPY = Arrays(np, _special, _LINALG.__getitem__, take, *placing(np.zeros), *loops(np.empty), _OF_SCALARS)
