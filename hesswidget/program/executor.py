"""Replays a program with NumPy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from hesswidget.program.operations import NUMPY, TABLE, Arrays
from hesswidget.program.program import Program, Step


class Executable:
    """A program made ready to run: its codes chosen, and what depends on no input computed, of what its outputs need.

    Parameters
    ----------
    program : Program
    arrays : Arrays
        The library that computes what depends on the inputs; what does not, NumPy has computed before.

    Examples
    --------
    >>> import autograd.numpy as np
    >>> from hesswidget.derivatives.recorder import record
    >>> run = Executable(record(lambda x: {"twice": 2 * x}, x=1.0))
    >>> float(run(x=4.0)["twice"])
    8.0
    """

    def __init__(self, program: Program, arrays: Arrays = NUMPY) -> None:
        self.program = program
        count = len(program.inputs)
        self._values: list[Any] = [None] * len(program.shapes)
        known = [False] * len(program.shapes)
        for number, constant in enumerate(program.constants, count):
            self._values[number], known[number] = constant[()], True
        self._steps: list[_Planned] = []
        place = count + len(program.constants)
        for step, results, is_needed in _needed(program):
            if not is_needed:
                place += results
                continue
            row = TABLE[step.operation]
            shapes = [program.shapes[number] for number in step.operands]
            is_known = all(known[number] for number in step.operands)
            by = NUMPY if is_known else arrays
            code = row.code(by, shapes, _with_run(step.attributes, by))
            planned = (code, *_first_two(step.operands), step.operands, place, results)
            if is_known:
                with np.errstate(all="ignore"):
                    _run([planned], self._values)
                known[place : place + results] = [True] * results
            else:
                self._steps.append(planned)
            place += results
        self._names = [name for name, _ in program.inputs]
        self._outputs = [number for _, number in program.outputs]
        names = [name for name, _ in program.outputs]
        self._carry = [(self._names.index(name), names.index(name)) for name in program.carry]

    def of_arrays(self, *inputs: Any) -> tuple[Any, ...]:
        """Run on inputs in order, float64 arrays or NumPy scalars of the right shapes; the outputs in order."""
        values = self._values.copy()
        values[: len(inputs)] = inputs
        _run(self._steps, values)
        return tuple([values[number] for number in self._outputs])

    def silent(self, *inputs: Any) -> tuple[Any, ...]:
        """Run as `of_arrays` does, without floating-point warnings."""
        with np.errstate(all="ignore"):
            return self.of_arrays(*inputs)

    def __call__(self, **inputs: Any) -> dict[str, Any]:
        """Run on inputs by name; the outputs by name. Floating-point warnings are silent."""
        return self.iterate(1, **inputs)

    def iterate(self, steps: int, /, **inputs: Any) -> dict[str, Any]:
        """Run so many steps, at least one, each on what the step before carried on; the outputs of the last.

        They hold the carry under the names of the inputs, so that another call goes on where this one ended.

        Examples
        --------
        >>> from hesswidget.derivatives.recorder import record
        >>> step = record(lambda x, rate: {"x": x - rate * x, "before": x}, ("x",), x=1.0, rate=0.5)
        >>> run = Executable(step)
        >>> start = run.iterate(3, x=8.0, rate=0.5)
        >>> run.iterate(1, x=start["x"], rate=0.5) == run.iterate(4, x=8.0, rate=0.5)
        True
        """
        if steps < 1:
            raise ValueError(f"{steps} steps were asked for; at least one is.")
        given = [np.asarray(inputs[name], dtype=float)[()] for name in self._names]
        with np.errstate(all="ignore"):
            found = self.of_arrays(*given)
            for _ in range(steps - 1):
                for place, output in self._carry:
                    given[place] = found[output]
                found = self.of_arrays(*given)
        return {name: value for (name, _), value in zip(self.program.outputs, found, strict=True)}


def _needed(program: Program) -> list[tuple[Step, int, bool]]:
    """Return for each step how many results it has, and whether an output needs one of them."""
    counts = [
        len(TABLE[step.operation].shapes([program.shapes[k] for k in step.operands], step.attributes))
        for step in program.steps
    ]
    wanted = {number for _, number in program.outputs}
    end, found = len(program.shapes), []
    for step, count in zip(reversed(program.steps), reversed(counts), strict=True):
        is_needed = any(number in wanted for number in range(end - count, end))
        if is_needed:
            wanted.update(step.operands)
        found.append((step, count, is_needed))
        end -= count
    return found[::-1]


def _with_run(attributes: Mapping[str, Any], arrays: Arrays) -> Mapping[str, Any]:
    """Add to an operation's attributes what runs its body, if it has one."""
    if "body" not in attributes:
        return attributes
    return {**attributes, "run": Executable(attributes["body"], arrays).of_arrays}


# Code, the operands where there are one or two, all operands, where the results go, how many there are.
_Planned = tuple[Any, int | None, int | None, tuple[int, ...], int, int]


def _first_two(operands: tuple[int, ...]) -> tuple[int | None, int | None]:
    if len(operands) > 2:
        return None, None
    first, second, *_ = (*operands, None, None)
    return first, second


def _run(steps: Sequence[_Planned], values: list[Any]) -> None:
    for code, first, second, operands, place, results in steps:
        if first is None:
            found = code(*[values[number] for number in operands])
        elif second is None:  # to make a list of one or two operands takes longer than a sum of numbers
            found = code(values[first])
        else:
            found = code(values[first], values[second])
        if results == 1:
            values[place] = found
        else:
            values[place : place + results] = found
