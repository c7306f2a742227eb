"""A program: inputs, constants, operations in order, outputs; plain data that can be printed, saved and replayed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from hesswidget.program.errors import InvalidProgram
from hesswidget.program.operations import MAX_AXES, MAX_ELEMENTS, TABLE, Shape, size
from hesswidget.program.printing import printed

MAX_OPERATIONS = 2**17
MAX_NAMES = 1_000  # of inputs, and of outputs
MAX_CONSTANTS = 20_000
MAX_DEPTH = 4
MAX_TOTAL = 2**27  # elements of all values together
MAX_WORK = 2**33


@dataclass(frozen=True, eq=False)
class Step:
    """One operation of a program, on the values of these numbers."""

    operation: str
    operands: tuple[int, ...]
    attributes: Mapping[str, Any]


@dataclass(frozen=True, eq=False)
class Program:
    """A recorded computation.

    Values are float64 arrays, numbered: the inputs, the constants, then the results of each step in order.

    Attributes
    ----------
    inputs : tuple of (str, shape)
    constants : tuple of ndarray
    steps : tuple of Step
    outputs : tuple of (str, int)
        Name and number of a value.
    carry : tuple of str
        The outputs that are the inputs of the same name at the next step, if this is a step of something.
    shapes : tuple of shape
        Of every value, inferred.
    work : int
        A count of scalar operations, see ``FORMAT.md``.

    Raises
    ------
    InvalidProgram
        If a step does not fit its operands, or a bound of ``FORMAT.md`` is passed.
    """

    inputs: tuple[tuple[str, Shape], ...]
    constants: tuple[np.ndarray, ...]
    steps: tuple[Step, ...]
    outputs: tuple[tuple[str, int], ...]
    carry: tuple[str, ...] = ()
    shapes: tuple[Shape, ...] = field(init=False)
    work: int = field(init=False)

    def __post_init__(self) -> None:
        shapes: list[Shape] = [shape for _, shape in self.inputs]
        shapes += [constant.shape for constant in self.constants]
        for shape in shapes:
            _check_size(shape)
        work = 0
        for step in self.steps:
            operands = [shapes[number] for number in step.operands]
            row = TABLE[step.operation]
            results = row.shapes(operands, step.attributes)
            for shape in results:
                _check_size(shape)
            # Nothing is free, or empty operations in nested loops would run for ever on no work.
            work += max(1, int(row.work(operands, results, step.attributes)))
            shapes += results
        object.__setattr__(self, "shapes", tuple(shapes))
        self._check_carry()
        object.__setattr__(self, "work", work)
        for claim, what, most in (
            (len(self.inputs), "inputs", MAX_NAMES),
            (len(self.constants), "constants", MAX_CONSTANTS),
            (len(self.outputs), "outputs", MAX_NAMES),
            (self.count, "operations", MAX_OPERATIONS),
            (self.depth, "bodies within bodies", MAX_DEPTH),
            (self.total, "elements in all", MAX_TOTAL),
            (self.work, "scalar operations of work", MAX_WORK),
        ):
            if claim > most:
                raise InvalidProgram(f"the program has {claim:,} {what}; at most {most:,} are allowed.")

    def _check_carry(self) -> None:
        inputs = dict(self.inputs)
        outputs = {name: self.shapes[number] for name, number in self.outputs}
        if len(set(self.carry)) < len(self.carry):
            raise InvalidProgram("a name is in the carry twice.")
        for name in self.carry:
            if name not in inputs or name not in outputs:
                raise InvalidProgram(f"{name!r} is in the carry; it is to be an input and an output.")
            if inputs[name] != outputs[name]:
                raise InvalidProgram(
                    f"{name!r} is in the carry, and goes in with shape {inputs[name]} and comes out with shape "
                    f"{outputs[name]}; the shapes are to be equal."
                )

    @property
    def bodies(self) -> list[Program]:
        """The programs inside its maps and scans."""
        return [step.attributes["body"] for step in self.steps if "body" in step.attributes]

    @cached_property
    def count(self) -> int:
        """How many operations it has, bodies included."""
        return len(self.steps) + sum(body.count for body in self.bodies)

    @cached_property
    def depth(self) -> int:
        """How deep bodies lie within bodies."""
        return max((1 + body.depth for body in self.bodies), default=0)

    @cached_property
    def total(self) -> int:
        """How many elements all its values have together, bodies included once."""
        return sum(map(size, self.shapes)) + sum(body.total for body in self.bodies)

    def output_shape(self, name: str) -> Shape:
        """Return the shape of the output of that name."""
        return self.shapes[dict(self.outputs)[name]]

    def __str__(self) -> str:
        return printed(self)


def _check_size(shape: Shape) -> None:
    if len(shape) > MAX_AXES:
        raise InvalidProgram(f"a value has {len(shape)} axes; at most {MAX_AXES} are allowed.")
    if size(shape) > MAX_ELEMENTS:
        raise InvalidProgram(f"a value has {size(shape):,} elements; at most {MAX_ELEMENTS:,} are allowed.")
