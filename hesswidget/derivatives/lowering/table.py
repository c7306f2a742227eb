"""The table itself: rules by primitive, and what rules are made with."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from autograd import core

from hesswidget.program.errors import NotRecorded
from hesswidget.program.graph import Graph, Value

Rule = Callable[..., Any]


class Rules(dict[Any, Rule]):
    """Rules by primitive; what `hesswidget.derivatives.completion` puts in its place stands for it."""

    def __setitem__(self, function: Any, rule: Rule) -> None:
        super().__setitem__(getattr(function, "completes", function), rule)

    def setdefault(self, function: Any, rule: Rule) -> Rule:
        """Add a rule unless there is one."""
        return super().setdefault(getattr(function, "completes", function), rule)


RULES = Rules()


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
            RULES[primitive] = function
        return function

    return register


def elementwise(operation: str) -> Rule:
    """Return the rule for a primitive that is this operation."""
    return lambda graph, *operands: graph.emit(operation, *(value(graph, x) for x in operands))


def composed(build: Callable[..., Any]) -> Rule:
    """Return the rule for a primitive that `build` composes, given `Graph.emit` and the operands."""
    return lambda graph, *operands, **_: build(graph.emit, *(value(graph, x) for x in operands))


def no_more(rest: Mapping[str, Any]) -> None:
    """Refuse options that no rule has, where they were really given."""
    for name, given in rest.items():
        if given is not None and given is not np._NoValue:
            raise NotRecorded(f"the option {name} has no recorded form")
