"""Blocks: variables of any structure as one vector, what its entries are called, and the way back.

A variable is a number, an array, or dicts, lists and tuples of such, nested as one likes: what JAX calls a pytree. Each
number or array in it is a block. They lie in one vector, in the order in which they were given, each row by row; one
scalar for each variable, or one vector, are two such structures among all others.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, reduce
from typing import Any

import autograd.numpy as anp
import numpy as np

from hesswidget.errors import ProblemError, nearest
from hesswidget.problem.vector import Vector, as_floats, axes

DEEPEST = 16  # containers within each other
LONGEST_KEY, LONGEST_NAME, LONGEST_LABEL = 40, 120, 180  # characters that are shown


@dataclass(frozen=True)
class Block:
    """An array among the variables, or a number.

    Attributes
    ----------
    name : str
        Such as ``W`` or ``layers[0].W``.
    shape : tuple of int
    first : int
        The place of its first entry in the vector.
    """

    name: str
    shape: tuple[int, ...]
    first: int

    @property
    def size(self) -> int:
        """How many entries it has."""
        return math.prod(self.shape)

    @property
    def places(self) -> slice:
        """Where its entries are in the vector."""
        return slice(self.first, self.first + self.size)

    @property
    def entries(self) -> list[str]:
        """The name of each entry; those of a column or a row are numbered as a vector's are.

        Examples
        --------
        >>> Block("W", (2, 2), 0).entries, Block("b", (), 4).entries
        (['W[0, 0]', 'W[0, 1]', 'W[1, 0]', 'W[1, 1]'], ['b'])
        """
        if not self.shape:
            return [self.name]
        shape = (self.size,) if len(self.shape) == 2 and 1 in self.shape else self.shape
        return [f"{self.name}[{', '.join(map(str, place))}]" for place in np.ndindex(*shape)]


@dataclass(frozen=True)
class Blocks:
    """How variables lie in one vector.

    Attributes
    ----------
    structure : dict
        The variables by name, with a `Block` in the place of every number and array.

    Examples
    --------
    >>> blocks = Blocks.of({"params": {"W": np.ones((2, 2)), "b": np.array(3.0)}})
    >>> blocks.labels
    ('W[0, 0]', 'W[0, 1]', 'W[1, 0]', 'W[1, 1]', 'b')
    >>> blocks.unflatten(np.arange(5.0))["params"]["W"].tolist()
    [[0.0, 1.0], [2.0, 3.0]]
    """

    structure: Mapping[str, Any]

    @classmethod
    def of(cls, variables: Mapping[str, Any], taken: Iterable[str] = ()) -> Blocks:
        """Lay out variables, of whose structures the leaves are arrays.

        A name is that of the variable, with what leads to the block behind it: ``w``, ``layers[0]``, ``layers[0].W``.
        What is in a dict is called by its key alone, ``W``, unless a name would then be among `taken` or stand twice.
        """
        paths = [(name, *path) for name, tree in variables.items() for path, _ in _leaves(tree)]
        short = [_name(path[1:] if len(path) > 1 and isinstance(path[1], str) else path) for path in paths]
        is_clear = len(set(short)) == len(short) and not {*short} & {*taken}
        names = iter(_distinct(short if is_clear else map(_name, paths)))
        first = 0

        def laid_out(array: np.ndarray) -> Block:
            nonlocal first
            block = Block(next(names), array.shape, first)
            first += block.size
            return block

        return cls({name: mapped(tree, laid_out) for name, tree in variables.items()})

    @cached_property
    def all(self) -> tuple[Block, ...]:
        """The blocks, in their order."""
        return tuple(block for tree in self.structure.values() for _, block in _leaves(tree))

    @cached_property
    def labels(self) -> tuple[str, ...]:
        """A name for each entry of the vector."""
        entries = (name for block in self.all for name in block.entries)
        return tuple(_distinct(_shortened(name, LONGEST_LABEL) for name in entries))

    @property
    def size(self) -> int:
        """How many entries the vector has."""
        return sum(block.size for block in self.all)

    @cached_property
    def scalars(self) -> dict[str, int]:
        """The variables that are one number each, and where that is in the vector."""
        return {a: b.first for a, b in self.structure.items() if isinstance(b, Block) and b.shape == ()}

    @property
    def are_scalars(self) -> bool:
        """Whether all variables are one number each."""
        return len(self.scalars) == len(self.structure)

    @property
    def are_several(self) -> bool:
        """Whether there is more than one block, and not one for each entry: whether blocks say more than entries."""
        return 1 < len(self.all) < self.size

    def named(self, name: Any) -> Block:
        r"""Return the block of that name, or say which there are.

        The keys that lead to it name it too: a tuple of them, with the variable or without, or the last alone where it
        is that of one block. They may be what no name shows: long, of several lines, or no text.

        Examples
        --------
        >>> blocks = Blocks.of({"p": {"a\nb": np.zeros(2), 3: {"w": np.zeros(1)}}})
        >>> blocks.named("a\nb").name, blocks.named(("p", 3, "w")) is blocks.named("w")
        ('a b', True)
        """
        for block in self.all:
            if block.name == name:
                return block
        paths = [((a, *path), block) for a, tree in self.structure.items() for path, block in _leaves(tree)]
        ways = name if isinstance(name, tuple) else (name,)
        found = [block for path, block in paths if ways in (path, path[1:])]
        found = found or [block for path, block in paths if ways == path[-1:]]
        if len(found) == 1:
            return found[0]
        if found:
            raise ProblemError(
                f"{name!r:.60} leads to several blocks: {_listed(block.name for block in found)}; name one of them."
            )
        raise ProblemError(
            f"there is no block {name!r:.60}; {nearest(str(name)[:60], [b.name for b in self.all])}"
        )

    def unflatten(self, vector: Any) -> dict[str, Any]:
        """Return the variables by name that a vector holds, which may be a traced one."""

        def taken(block: Block) -> Any:
            if not block.shape:
                return vector[block.first]
            part = vector if block.size == len(vector) else vector[block.places]
            return part if len(block.shape) == 1 else anp.reshape(part, block.shape)

        return {name: mapped(tree, taken) for name, tree in self.structure.items()}

    def variables(self, vector: np.ndarray) -> dict[str, Any]:
        """Return copies of the variables by name that a vector holds, numbers as floats: for who reads them.

        Examples
        --------
        >>> Blocks.of({"p": {"a": np.zeros(2), "b": np.array(0.0)}}).variables(np.arange(3.0))
        {'p': {'a': array([0., 1.]), 'b': 2.0}}
        """
        trees = self.unflatten(vector)
        return {
            a: mapped(tree, lambda x: np.array(x) if np.ndim(x) else float(x)) for a, tree in trees.items()
        }

    def flatten(self, variables: Mapping[str, Any]) -> np.ndarray:
        """Return the vector that holds the variables.

        Raises
        ------
        ProblemError
            If they are of another structure or shape, or no finite real numbers.
        """
        parts = [
            part for name, tree in self.structure.items() for part in _fitting(tree, variables[name], name)
        ]
        return np.concatenate([np.zeros(0), *parts])

    def norms(self, matrix: Any) -> Any:
        """Return the Frobenius norm of each block of a matrix, shape (k, k), which may be a traced one.

        Examples
        --------
        >>> matrix = np.array([[3.0, 0.0, 1.0], [4.0, 0.0, 0.0], [0.0, 2.0, 8.0]])
        >>> Blocks.of({"u": np.zeros(2), "v": np.array(0.0)}).norms(matrix).tolist()
        [[5.0, 1.0], [2.0, 8.0]]
        """
        size = anp.abs(matrix)
        largest = anp.max(anp.where(size < np.inf, size, 0.0))
        unit = anp.where(largest > 0, largest, 1.0)  # squares of what is large are not finite
        square = (matrix / unit) ** 2
        rows = anp.stack([anp.sum(square[block.places], axis=0) for block in self.all])
        return unit * anp.sqrt(
            anp.stack([anp.sum(rows[:, block.places], axis=1) for block in self.all], axis=1)
        )


def is_container(given: Any) -> bool:
    """Whether something holds blocks: a dict, a named tuple, or a list or tuple that holds more than plain numbers.

    Examples
    --------
    >>> is_container([[1.0, 2.0], [3.0]]), is_container([np.ones(2), 3.0]), is_container((1.0, {"a": 2.0}))
    (False, True, True)
    """
    return isinstance(given, Mapping) or (isinstance(given, list | tuple) and not _is_array(given, DEEPEST))


def _is_array(given: Sequence[Any], deepest: int) -> bool:
    """Whether a list is one of numbers, or of such lists: one array, however ragged."""
    if hasattr(given, "_fields") or deepest == 0:
        return False
    return all(
        isinstance(each, float | int)
        or (
            _is_array(each, deepest - 1)
            if isinstance(each, list | tuple)
            else not isinstance(each, Mapping | Vector) and axes(each) == 0
        )
        for each in given
    )


def parts(container: Any) -> list[tuple[Any, Any]]:
    """Return what a container holds, each with its key or place, or with the name of a named tuple's field."""
    if isinstance(container, Mapping):
        return list(container.items())
    return list(zip(getattr(container, "_fields", range(len(container))), container, strict=True))


def rebuilt(container: Any, held: list[Any]) -> Any:
    """Return a container of the same kind that holds other things."""
    if isinstance(container, Mapping):
        return dict(zip(container, held, strict=True))
    if hasattr(container, "_fields"):
        return type(container)(*held)
    return held if isinstance(container, list) else tuple(held)


def mapped(tree: Any, leaf: Callable[[Any], Any]) -> Any:
    """Return a tree of the same structure with what `leaf` makes of each leaf."""
    if not isinstance(tree, dict | list | tuple):
        return leaf(tree)
    return rebuilt(tree, [mapped(each, leaf) for _, each in parts(tree)])


def read(given: Any, name: str, leaf: Callable[[Any, str], Any], deepest: int = DEEPEST) -> Any:
    """Return the tree that was given, with what `leaf` makes of each leaf and of the path that leads to it."""
    if not is_container(given):
        return leaf(given, name)
    check_container(given, name, deepest)
    return rebuilt(given, [read(each, step(name, key), leaf, deepest - 1) for key, each in parts(given)])


def check_container(given: Any, name: str, deepest: int) -> None:
    """Refuse an empty container, and one that lies too deep."""
    if not len(given):
        raise ProblemError(f"{name} is an empty {type(given).__name__}; a block needs at least one number.")
    if deepest == 0:
        raise ProblemError(
            f"{name} lies {DEEPEST} containers deep; give the arrays in fewer dicts, lists and tuples."
        )


def step(name: str, key: Any) -> str:
    """Name what a container holds under a key."""
    if isinstance(key, str):
        return _shortened(f"{name}.{_shown(key)}", LONGEST_NAME)
    return _shortened(f"{name}[{_shown(repr(key))}]", LONGEST_NAME)


def _leaves(tree: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], Any]]:
    if not isinstance(tree, dict | list | tuple):
        yield path, tree
        return
    for key, each in parts(tree):
        yield from _leaves(each, (*path, key))


def _name(path: tuple[Any, ...]) -> str:
    return reduce(step, path[1:], _shown(path[0]))


def _shown(key: str) -> str:
    """Return a key as it is shown: in one line, and not too long."""
    start = key[: 2 * LONGEST_KEY]
    plain = "".join(c if c.isprintable() else " " for c in start)
    return _shortened(plain + "…" * (len(key) > len(start)), LONGEST_KEY) or "''"


def _shortened(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most // 2]}…{text[-(most - most // 2 - 1) :]}"


def _distinct(names: Iterable[str]) -> list[str]:
    """Return the names, with a number behind each that has been there already."""
    found: dict[str, None] = {}
    for name in names:
        other, k = name, 1
        while other in found:
            k += 1
            other = f"{name} ({k})"
        found[other] = None
    return list(found)


def _fitting(tree: Any, given: Any, name: str) -> Iterator[np.ndarray]:
    """Go through what was given beside the structure that it must have."""
    if isinstance(tree, Block):
        array = as_floats(given, name)
        if _without_ones(array.shape) != _without_ones(tree.shape) or (array.ndim > 0) != (
            len(tree.shape) > 0
        ):
            raise ProblemError(
                f"{name} was given {'an array of shape ' + str(array.shape) if array.ndim else 'a number'}; it takes "
                f"{'an array of shape ' + str(tree.shape) if tree.shape else 'one number'}."
            )
        yield array.reshape(-1)
        return
    if isinstance(tree, dict):
        if not isinstance(given, Mapping) or set(given) != set(tree):
            what = f"the keys {_listed(given)}" if isinstance(given, Mapping) else f"{given!r:.60}"
            raise ProblemError(f"{name} was given {what}; it takes a dict with the keys {_listed(tree)}.")
        for key, each in tree.items():
            yield from _fitting(each, given[key], step(name, key))
        return
    if not isinstance(given, list | tuple) or len(given) != len(tree):
        kind = "list" if isinstance(tree, list) else "tuple"
        raise ProblemError(f"{name} was given {given!r:.60}; it takes a {kind} of {len(tree)}.")
    for (key, each), one in zip(parts(tree), given, strict=True):
        yield from _fitting(each, one, step(name, key))


def _without_ones(shape: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(length for length in shape if length != 1)


def _listed(keys: Iterable[Any]) -> str:
    shown = [_shown(str(key)) for key in keys]
    return ", ".join(shown[:8]) + (", …" if len(shown) > 8 else "")
