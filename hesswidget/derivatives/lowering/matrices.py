"""Linear algebra on the last two axes."""

from __future__ import annotations

from typing import Any

import numpy as np
from autograd.numpy import linalg

from hesswidget.derivatives.completion import determinants
from hesswidget.derivatives.lowering.reductions import axes_of, reduction
from hesswidget.derivatives.lowering.table import no_more, rule, value
from hesswidget.program.errors import NotRecorded
from hesswidget.program.graph import Graph, Value


@rule(linalg.inv)
def _inv(graph: Graph, a: Value) -> Value:
    return graph.emit("inv", a)


@rule(linalg.det)
def _det(graph: Graph, a: Value) -> Value:
    return graph.emit("det", a)


@rule(determinants.cofactor_matrix, determinants.cofactor_derivative)
def _cofactors(_: Graph, a: Any, *__: Any) -> Value:
    raise NotRecorded(
        f"derivatives of det, of more than {determinants.EXPANDED} rows, have no form that holds at singular "
        f"matrices too",
        advice="np.linalg.slogdet of regular matrices is recorded.",
    )


@rule(linalg.slogdet)
def _slogdet(graph: Graph, a: Value) -> Any:
    return graph.emit("slogdet", a)


@rule(linalg.cholesky)
def _cholesky(graph: Graph, a: Value, **rest: Any) -> Value:
    no_more({k: v for k, v in rest.items() if v})
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
    axes = axes_of(x, axis)
    if ord not in (None, "fro") and len(axes) != 1:
        raise NotRecorded(f"the matrix norm {ord} has no recorded form")

    def total(v: Value) -> Value:
        return reduction("sum")(graph, v, axes, keepdims=keepdims)

    size_ = graph.emit("absolute", x)
    if ord in (None, 2, "fro"):
        return graph.emit("sqrt", total(graph.emit("multiply", x, x)))
    if ord == np.inf:
        return reduction("max")(graph, size_, axes, keepdims=keepdims)
    if ord == -np.inf:
        return reduction("min")(graph, size_, axes, keepdims=keepdims)
    if ord == 1:
        return total(size_)
    if ord == 0:
        return total(graph.emit("not_equal", x, 0.0))
    return graph.emit("power", total(graph.emit("power", size_, float(ord))), 1.0 / ord)
