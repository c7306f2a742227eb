"""What autograd adds up gradients with."""

from __future__ import annotations

from typing import Any

import numpy as np
from autograd import core
from autograd.builtins import container_take, container_untake

from hesswidget.derivatives.lowering.table import rule, value
from hesswidget.program.errors import NotRecorded
from hesswidget.program.graph import Graph, Value


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
    zeros = [graph.broadcast(graph.constant(0.0), np.shape(z)) for z in space.zeros()]
    for k, single in (
        zip(range(len(zeros))[index], part, strict=True) if isinstance(index, slice) else [(index, part)]
    ):
        zeros[k] = value(graph, single)
    return tuple(zeros)
