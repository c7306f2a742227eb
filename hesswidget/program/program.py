"""A program: inputs, constants, operations in order, outputs; plain data that can be printed, saved and replayed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from hesswidget.program.bounds import (
    MAX_ALL_ELEMENTS,
    MAX_AXES,
    MAX_CONSTANTS,
    MAX_DEPTH,
    MAX_ELEMENTS,
    MAX_INPUTS,
    MAX_NAME,
    MAX_OPERANDS,
    MAX_OPERATIONS,
    MAX_OUTPUTS,
    MAX_WORK,
)
from hesswidget.program.errors import InvalidProgram
from hesswidget.program.operations import TABLE, Operation, Shape, span
from hesswidget.program.printing import printed


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
    heaviest : int
        That of the step that has most of them, loops apart from what is in them.

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
    heaviest: int = field(init=False)

    def __post_init__(self) -> None:
        shapes: list[Shape] = []
        for _, shape in self.inputs:
            shapes.append(_bounded(shape, "the input"))
        for constant in self.constants:
            shapes.append(_bounded(constant.shape, "the constant"))
        work = heaviest = 0
        for step in self.steps:
            row = _row_of(step, len(shapes))
            operands = [shapes[number] for number in step.operands]
            results = row.shapes(operands, step.attributes)
            shapes += [_bounded(shape, "the result") for shape in results]
            # Nothing is free, or empty operations in nested loops would run for ever on no work.
            cost = max(1, sum(map(span, results)), row.work(operands, step.attributes))
            work += cost
            body = step.attributes.get("body")
            stretch = cost if row.stretch is None else min(cost, row.stretch(operands))
            heaviest = max(heaviest, stretch if body is None else body.heaviest)
        object.__setattr__(self, "shapes", tuple(shapes))
        object.__setattr__(self, "work", work)
        object.__setattr__(self, "heaviest", heaviest)
        self._check_ports()
        self._check_carry()
        self._check_bounds()

    def _check_ports(self) -> None:
        _check_names([name for name, _ in self.inputs], "input")
        _check_names([name for name, _ in self.outputs], "output")
        for _, number in self.outputs:
            _check_number(number, len(self.shapes), "the value of an output")

    def _check_carry(self) -> None:
        _check_names(self.carry, "state")
        inputs = dict(self.inputs)
        outputs = {name: self.shapes[number] for name, number in self.outputs}
        for name in self.carry:
            if name not in inputs or name not in outputs:
                raise InvalidProgram(f'"{name}" is in the carry; it is to be an input and an output.')
            if inputs[name] != outputs[name]:
                raise InvalidProgram(
                    f'"{name}" is in the carry, and goes in with shape {inputs[name]} and comes out with shape '
                    f"{outputs[name]}; the shapes are to be equal."
                )

    def _check_bounds(self) -> None:
        if self.total > MAX_ALL_ELEMENTS:
            raise InvalidProgram(
                f"the values have more than the {MAX_ALL_ELEMENTS} elements together that are allowed."
            )
        if self.work > MAX_WORK:
            raise InvalidProgram(
                f"it takes {self.work:.2e} scalar operations; at most {MAX_WORK} are allowed."
            )
        if self.depth > MAX_DEPTH:
            raise InvalidProgram(f"bodies lie {self.depth} deep; at most {MAX_DEPTH} are allowed.")
        for count, what, most in (
            (len(self.inputs), "inputs", MAX_INPUTS),
            (len(self.constants), "constants", MAX_CONSTANTS),
            (len(self.outputs), "outputs", MAX_OUTPUTS),
            (self.count, "operations", MAX_OPERATIONS),
        ):
            if count > most:
                raise InvalidProgram(f"there are {count} {what}; at most {most} are allowed.")

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
        """How many elements all its values have together, empty axes counted as 1, bodies included once."""
        return sum(map(span, self.shapes)) + sum(body.total for body in self.bodies)

    @cached_property
    def largest(self) -> int:
        """How many elements its largest value has, counted as those of `total`."""
        return max([*map(span, self.shapes), *(body.largest for body in self.bodies)], default=0)

    def output_shape(self, name: str) -> Shape:
        """Return the shape of the output of that name."""
        return self.shapes[dict(self.outputs)[name]]

    def __str__(self) -> str:
        return printed(self)


def _row_of(step: Step, count: int) -> Operation:
    """Return the table's row for a step that comes after `count` values; refuse operands that it cannot have."""
    row = TABLE.get(step.operation)
    if row is None:
        raise InvalidProgram(f'"{step.operation}" is not among the operations of FORMAT.md.')
    given, (least, most) = len(step.operands), row.arity
    if not least <= given <= most:
        raise InvalidProgram(
            f"it has {given} operands; it takes {'' if least == most else 'at least '}{least}."
        )
    if given > MAX_OPERANDS:
        raise InvalidProgram(f"it has {given} operands; at most {MAX_OPERANDS} are allowed.")
    for number in step.operands:
        _check_number(number, count, "an entry of the operands")
    return row


def _check_number(number: int, count: int, what: str) -> None:
    if not 0 <= number < count:
        raise InvalidProgram(f"{what} is {number}; a whole number from 0 to {count - 1} is expected.")


def _check_names(names: Sequence[str], what: str) -> None:
    taken: set[str] = set()
    for name in names:
        if len(name) > MAX_NAME:
            raise InvalidProgram(
                f'the name of an {what} is "{name[:40]}…"; a text of at most {MAX_NAME} characters is expected.'
            )
        if name in taken:
            raise InvalidProgram(f'two {what}s are called "{name}"; names must differ.')
        taken.add(name)


def _bounded(shape: Shape, what: str) -> Shape:
    """Refuse what is too large."""
    if len(shape) > MAX_AXES:
        raise InvalidProgram(f"{what} has {len(shape)} axes; at most {MAX_AXES} are allowed.")
    if span(shape) > MAX_ELEMENTS:
        raise InvalidProgram(f"{what} has the shape {shape}; a value has at most {MAX_ELEMENTS} elements.")
    return shape
