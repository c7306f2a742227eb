"""What autograd's primitives are made of: one table from each of them to the operations of a program.

A rule takes a graph and the primitive's arguments, traced ones as values, and returns the value of the result. Most
primitives that only move elements about are lowered by doing to an array of indices what the primitive does.

`table` holds the rules; each of the other modules adds those of one family as it is imported.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from autograd import core

from hesswidget.derivatives.lowering import (
    contractions,
    elementwise,
    gradients,
    matrices,
    reductions,
    special,
    structure,
)
from hesswidget.derivatives.lowering.special import SPECIAL, special_rule
from hesswidget.derivatives.lowering.table import RULES, as_array
from hesswidget.errors import ProblemError
from hesswidget.program.errors import NotRecorded
from hesswidget.program.graph import Graph

__all__ = ["FAMILIES", "RULES", "SPECIAL", "as_array", "lowered"]

FAMILIES = (elementwise, reductions, structure, gradients, contractions, matrices, special)
# What makes a truth of truths, where it makes a number of numbers: True + True is True.
_COUNTING = frozenset(["add", "dot", "inner", "matmul", "tensordot", "einsum", "diff"])
_OF_BITS = frozenset(["bitwise_and", "bitwise_or", "bitwise_xor", "bitwise_not", "invert"])


def lowered(
    graph: Graph, primitive: Any, operands: Sequence[Any], options: Mapping[str, Any], example: Any
) -> Any:
    """Return the value, or tuple of values, that `primitive` computes of these operands.

    Raises
    ------
    NotRecorded
        If there is no rule for it, or none for these options, or something is complex.
    """
    rule = RULES.get(primitive) or special_rule(primitive)
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
