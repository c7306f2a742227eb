"""What a user gives for the variables: values at a point, or where each entry starts and how far it goes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from numbers import Real
from typing import Any

import numpy as np

from hesswidget.errors import ProblemError
from hesswidget.precision import nearest_float
from hesswidget.problem.arguments import Arguments
from hesswidget.problem.blocks import (
    DEEPEST,
    Blocks,
    check_container,
    is_container,
    mapped,
    parts,
    read,
    rebuilt,
    step,
)
from hesswidget.problem.controls import Range, around, between
from hesswidget.problem.formula import Formula
from hesswidget.problem.vector import Vector, as_array, as_floats, axes, vector

MOST_RANGES = 20_000  # of a block: more than anything that moves them takes


@dataclass(frozen=True)
class Ranged:
    """A block of what is explored.

    Attributes
    ----------
    start : ndarray
    ranges : tuple of Range
        One for each entry, row by row.
    """

    start: np.ndarray
    ranges: tuple[Range, ...]


def at_values(arguments: Arguments, values: Mapping[str, Any]) -> tuple[Blocks, np.ndarray]:
    """Return how the variables lie in a vector, and the vector that holds these values of them."""
    trees = {a: read(values[a], a, as_floats) for a in arguments.variables}
    return _laid_out(arguments, trees)


def over_ranges(
    arguments: Arguments, given: Mapping[str, Any], starts: Mapping[str, Any]
) -> tuple[Blocks, np.ndarray, tuple[Range, ...]]:
    """Return how the variables lie in a vector, the one where they start, and the range of each of its entries."""
    trees = {}
    for a in arguments.variables:
        usual, start = arguments.usual.get(a), starts.get(a)
        if start is None and _is_range(given.get(a)) and (is_container(usual) or axes(usual) > 0):
            start = usual  # of many entries, the range is that of each
        trees[a] = _ranged(given.get(a, usual), start, a, arguments)
    blocks, start = _laid_out(
        arguments, {a: mapped(tree, lambda leaf: leaf.start) for a, tree in trees.items()}
    )
    found: list[Range] = []
    for tree in trees.values():
        mapped(tree, lambda leaf: found.extend(leaf.ranges))
    ranges = tuple(replace(r, name=label) for r, label in zip(found, blocks.labels, strict=True))
    for r, x in zip(ranges, start.tolist(), strict=True):
        r.check(x)
    return blocks, start, ranges


def _laid_out(arguments: Arguments, trees: Mapping[str, Any]) -> tuple[Blocks, np.ndarray]:
    blocks = Blocks.of(trees, taken=arguments.defaults)
    start = blocks.flatten(trees)
    if isinstance(arguments.function, Formula) and len(start) > len(trees):
        name = next(a for a in trees if a not in blocks.scalars)
        raise ProblemError(
            f"{name} was given several values, but in a formula each name is one number; write names such as x1 and "
            f"x2, or a function in Python."
        )
    start.flags.writeable = False
    return blocks, start


def _ranged(given: Any, start: Any, name: str, arguments: Arguments, deepest: int = DEEPEST) -> Any:
    """Return a tree of `Ranged` of what was given for a variable, or a part of it, and of where that starts."""
    model = given if start is None else start
    if not is_container(model):
        return _block(given, start, name, arguments)
    check_container(model, name, deepest)
    inner = dict.fromkeys((key for key, _ in parts(model)), given)  # one range for all, or none
    if start is None or is_container(given):
        inner = dict(parts(given))
    elif not (given is None or _is_range(given)):
        raise ProblemError(
            f"{name} was given {given!r:.60}, but starts as a {type(start).__name__}; it takes ranges in the same "
            f"structure, or one (min, max) for all."
        )
    starts = dict(parts(model)) if start is not None else dict.fromkeys(inner)
    if set(inner) != set(starts):
        raise ProblemError(
            f"{name} has other parts where it starts than where it has ranges; give both in one structure."
        )
    held = [
        _ranged(inner[key], starts[key], step(name, key), arguments, deepest - 1) for key, _ in parts(model)
    ]
    return rebuilt(model, held)


def _block(given: Any, start: Any, name: str, arguments: Arguments) -> Ranged:
    """Return a block: its abbreviation is a range, a vector, one or more values, or values and ranges in rows."""
    if hasattr(given, "__array__") and not isinstance(given, np.generic):
        given = as_array(given)  # of JAX or PyTorch, too
    if start is not None and is_container(given):
        raise ProblemError(
            f"{name} has ranges for several blocks, but starts at {start!r:.60}; give both in one structure."
        )
    if start is not None and axes(start) > 0:
        start = as_floats(start, name)
        if _is_range(given):
            return _of_vector(vector(start, *given), name)
        if not isinstance(given, Vector) and not _has_ranges(given):
            return _of_vector(vector(start), name)
    if isinstance(given, Vector):
        ends = given.minimum, given.maximum, given.step
        return _of_vector(given if start is None else vector(as_floats(start, name), *ends), name)
    if _has_ranges(given):
        return _of_entries(given, start, name, arguments)
    if not _is_range(given) and isinstance(given, list | tuple | np.ndarray) and axes(given) > 0:
        return _of_vector(vector(as_floats(given, name)), name)
    range_ = _scalar(given, start, name, arguments)
    return Ranged(np.array(float(range_.value)), (range_,))


def _of_vector(given: Vector, name: str) -> Ranged:
    if given.start.size > MOST_RANGES:
        raise ProblemError(
            f"{name} has {given.start.size:,} entries, and at most {MOST_RANGES:,} can have ranges; take fewer with "
            f"over=..., or use hw.compile(f, point).hvp, which needs no ranges and gives products with the Hessian."
        )
    ranges = []
    for low, high, each, start in zip(
        given.minimum.flat, given.maximum.flat, given.step.flat, given.start.flat, strict=True
    ):
        range_ = between(name, float(low), float(high), None if np.isnan(each) else float(each))
        ranges.append(replace(range_, value=float(start)))
    return Ranged(given.start, tuple(ranges))


def _of_entries(given: Any, start: Any, name: str, arguments: Arguments) -> Ranged:
    """Return the block whose entries were given one by one, each as a scalar is."""
    shape, entries = _rows(given, name)
    starts = [None] * len(entries) if start is None else as_floats(start, name).reshape(-1).tolist()
    if len(starts) != len(entries):
        raise ProblemError(
            f"{name} has {len(entries)} ranges, but {len(starts)} values where it starts; give as many."
        )
    if start is not None:
        shape = as_floats(start, name).shape
    ranges = tuple(_scalar(each, at, name, arguments) for each, at in zip(entries, starts, strict=True))
    return Ranged(np.array([r.value for r in ranges], dtype=float).reshape(shape), ranges)


def _rows(given: Any, name: str) -> tuple[tuple[int, ...], list[Any]]:
    """Return the shape of nested lists, and the values and ranges in them, row by row."""
    if _is_range(given) or not isinstance(given, list | tuple):
        return (), [given]
    rows = [_rows(each, name) for each in given]
    shapes = {shape for shape, _ in rows}
    if len(shapes) != 1:
        raise ProblemError(
            f"{name} is a ragged {type(given).__name__}, {given!r:.80}; give as many values or ranges in each row."
        )
    return (len(rows), *shapes.pop()), [entry for _, entries in rows for entry in entries]


def _is_range(given: Any) -> bool:
    is_pair = isinstance(given, tuple) and len(given) in (2, 3) and not hasattr(given, "_fields")
    return is_pair and all(isinstance(g, Real) for g in given)


def _has_ranges(given: Any) -> bool:
    """Whether it is a list with ranges in it, at whatever depth."""
    if not isinstance(given, list | tuple) or _is_range(given):
        return False
    return any(_is_range(each) or _has_ranges(each) for each in given)


def _scalar(given: Any, start: Any, name: str, arguments: Arguments) -> Range:
    default = arguments.usual.get(name)
    if isinstance(given, Range):
        if given.integer:
            raise ProblemError(
                f"{name} was given a widget of whole numbers, but a variable is real; give a FloatSlider."
            )
        control = replace(between(name, given.minimum, given.maximum), value=given.value)
    elif _is_range(given):
        control = between(name, *(nearest_float(g) for g in given))
    elif isinstance(given, Real) and not isinstance(given, bool | np.bool_):
        low, high = (-1.0, 1.0) if given == 0 else around(nearest_float(given))
        control = between(name, low, high).starting_at(nearest_float(given))
    elif isinstance(given, np.ndarray) and given.ndim == 0:
        return _scalar(float(as_floats(given, name)), start, name, arguments)
    elif given is None and start is not None:
        return _scalar(float(as_floats(start, name)), None, name, arguments)
    elif given is None:
        raise ProblemError(
            f"the variable {name!r} of {arguments.name} has no range; give {name}=(min, max), such as {name}=(-2, 2)."
        )
    else:
        raise ProblemError(
            f"the variable {name!r} was given {given!r:.80}; it takes (min, max), (min, max, step), a start value, an "
            f"array, hw.vector(...), or lists and dicts of them."
        )
    if start is not None:
        return replace(control, value=float(control.check(float(as_floats(start, name)))))
    return control.starting_at(nearest_float(default)) if isinstance(default, Real) else control
