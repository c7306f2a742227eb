"""A growing computation: values that know what they come from.

Equal values are made once, and constants are folded while they are small. What no output needs never enters a program.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import Any

import numpy as np

from hesswidget.program import deadline
from hesswidget.program.operations import COMMUTATIVE, NUMPY, TABLE, Shape, size
from hesswidget.program.program import Program, Step

SMALL = 256  # elements that folding a constant may always make


class Value:
    """One value of a graph: an input, a constant, or a result of an operation. Compared by identity."""

    __slots__ = (
        "attributes",
        "constant",
        "graph",
        "number",
        "operands",
        "operation",
        "shape",
        "sibling",
    )

    def __init__(
        self, graph: Graph, shape: Shape, operation: str, constant: np.ndarray | None = None
    ) -> None:
        self.graph, self.shape, self.operation, self.constant = graph, shape, operation, constant
        self.operands: tuple[Value, ...] = ()
        self.attributes: Mapping[str, Any] = {}
        self.number = graph.next_number()
        self.sibling: Value = self  # the first result of the same operation

    @property
    def ndim(self) -> int:
        """The number of axes."""
        return len(self.shape)

    @property
    def size(self) -> int:
        """The number of elements."""
        return size(self.shape)

    def is_constant(self, number: float | None = None) -> bool:
        """Whether it is a constant; or one all of whose elements are `number`."""
        constant = self.constant
        if constant is None:
            return False
        if number is None:
            return True
        return bool(constant.size and constant.flat[0] == number and (constant == number).all())


class Graph:
    """Makes values, and a program of those that outputs need.

    Attributes
    ----------
    refusal : Exception or None
        Why what is computed cannot be written down: whoever computes may have caught it and gone on.
    """

    refusal: Exception | None = None

    def __init__(self) -> None:
        self._count = 0
        self._inputs: list[tuple[str, Value]] = []
        self._made: dict[Hashable, tuple[Value, ...]] = {}

    def next_number(self) -> int:
        """Return a number larger than any before."""
        self._count += 1
        deadline.check(self._count)
        return self._count

    def input(self, name: str, shape: Shape) -> Value:
        """Make an input."""
        value = Value(self, shape, "input")
        self._inputs.append((name, value))
        return value

    def constant(self, array: Any) -> Value:
        """Make a constant of a copy of `array`."""
        copied = np.array(array, dtype=float, order="C")
        key = ("constant", copied.shape, copied.tobytes())
        if key not in self._made:
            copied.flags.writeable = False
            self._made[key] = (Value(self, copied.shape, "constant", copied),)
        return self._made[key][0]

    def emit(self, operation: str, *operands: Any, **attributes: Any) -> Any:
        """Make the result of an operation, or of a simpler one with the same value; a tuple where it has several.

        Operands that are no values of this graph become constants.
        """
        values = tuple([x if isinstance(x, Value) else self.constant(x) for x in operands])
        key = _key_of(operation, values, attributes)
        made = self._made.get(key)
        if made is None:
            results = TABLE[operation].shapes([v.shape for v in values], attributes)
            simpler = None
            if len(results) == 1:
                simpler = self.simpler(operation, values, attributes, results[0])
            made = (simpler,) if simpler else self._fresh(operation, values, attributes, results)
            self._made[key] = made
        return made[0] if len(made) == 1 else made

    def simpler(
        self, operation: str, operands: tuple[Value, ...], attributes: Mapping[str, Any], shape: Shape
    ) -> Value | None:
        """Return a value equal to the operation's result and simpler to compute, or None, as by itself."""
        return None

    def _fresh(
        self,
        operation: str,
        operands: tuple[Value, ...],
        attributes: Mapping[str, Any],
        results: Sequence[Shape],
    ) -> tuple[Value, ...]:
        if all(v.constant is not None for v in operands) and "body" not in attributes:
            made = sum(map(size, results))
            if made <= max(SMALL, sum(v.size for v in operands)):
                code = TABLE[operation].code(NUMPY, [v.shape for v in operands], attributes)
                with np.errstate(all="ignore"):
                    found = code(*(v.constant for v in operands))
                return tuple(self.constant(x) for x in ([found] if len(results) == 1 else found))
        values = tuple(Value(self, shape, operation) for shape in results)
        for value in values:
            value.operands, value.attributes = operands, attributes
            value.sibling = values[0]
        return values

    def program(self, outputs: Mapping[str, Value], carry: Sequence[str] = ()) -> Program:
        """Write down what the outputs need, in the order it was made; `carry` names what goes on to a next step."""
        needed = _needed(outputs.values())
        inputs = self._inputs
        constants = sorted((v for v in needed if v.constant is not None), key=lambda v: v.number)
        made = sorted((v for v in needed if v.operation not in ("input", "constant")), key=lambda v: v.number)
        numbers = {v: k for k, v in enumerate([*(v for _, v in inputs), *constants])}
        steps, place = [], len(numbers)
        for value in made:
            first = value.sibling
            if first in numbers:
                continue
            steps.append(Step(first.operation, tuple(numbers[v] for v in first.operands), first.attributes))
            siblings = self._siblings(first)
            numbers |= {v: place + k for k, v in enumerate(siblings)}
            place += len(siblings)
        return Program(
            tuple((name, v.shape) for name, v in inputs),
            tuple(v.constant for v in constants if v.constant is not None),
            tuple(steps),
            tuple((name, numbers[v]) for name, v in outputs.items()),
            tuple(carry),
        )

    def _siblings(self, first: Value) -> tuple[Value, ...]:
        return self._made[_key_of(first.operation, first.operands, first.attributes)]

    # --- short names for what is emitted most ---

    def reshape(self, x: Value, shape: Sequence[int]) -> Value:
        """Same elements in another shape."""
        return self.emit("reshape", x, shape=tuple(int(s) for s in shape))

    def transpose(self, x: Value, axes: Sequence[int]) -> Value:
        """Axes in another order."""
        return self.emit("transpose", x, axes=tuple(int(a) for a in axes))

    def broadcast(self, x: Value, shape: Sequence[int]) -> Value:
        """Repeated to a shape."""
        return self.emit("broadcast", x, shape=tuple(int(s) for s in shape))

    def gather(self, x: Value, places: Any, shape: Sequence[int], lead: int = 0) -> Value:
        """Elements at fixed places."""
        return self.emit("gather", x, places=_places(places), shape=tuple(int(s) for s in shape), lead=lead)

    def scatter(self, x: Value, places: Any, shape: Sequence[int], lead: int = 0) -> Value:
        """Elements added at fixed places."""
        return self.emit("scatter", x, places=_places(places), shape=tuple(int(s) for s in shape), lead=lead)


def _places(places: Any) -> np.ndarray:
    flat = np.array(places, dtype=np.int32).reshape(-1)
    flat.flags.writeable = False
    return flat


def _key_of(operation: str, operands: tuple[Value, ...], attributes: Mapping[str, Any]) -> Hashable:
    """Return what two operations have in common when they are the same."""
    if operation in COMMUTATIVE and operands[0].number > operands[1].number:
        operands = operands[::-1]
    if not attributes:
        return operation, operands
    marks = [(name, a.tobytes() if isinstance(a, np.ndarray) else a) for name, a in attributes.items()]
    return operation, operands, tuple(marks)


def _needed(outputs: Any) -> set[Value]:
    needed: set[Value] = set()
    waiting = list(outputs)
    while waiting:
        value = waiting.pop()
        if value in needed:
            continue
        needed.add(value)
        needed.add(value.sibling)
        waiting += value.operands
    return needed
