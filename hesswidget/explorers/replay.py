"""What a front end replays: the programs of a problem by name, for every setting of its static parameters.

A slider over real numbers is an input of the programs. A choice, a truth or a whole number is not: each of their
settings has programs of its own, as long as there are few.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from hesswidget.derivatives.traced import TracedProblem
from hesswidget.problem.controls import Choice, Text, Toggle
from hesswidget.problem.problem import Problem
from hesswidget.program.errors import NotRecorded
from hesswidget.program.executor import Executable
from hesswidget.program.program import Program

MAX_SETTINGS = 16


@dataclass(frozen=True, eq=False)
class ProgramSet:
    """Programs and tables of numbers, by name, for one setting of the static parameters.

    Attributes
    ----------
    traced : TracedProblem
        What was recorded: whose ``parameters`` are inputs, and which values the static ones have.
    programs : dict of Program
    tables : dict of ndarray
        Numbers that a front end gives to programs.
    """

    traced: TracedProblem
    programs: Mapping[str, Program]
    tables: Mapping[str, np.ndarray]
    _ready: dict[str, Executable] = field(default_factory=dict, init=False, repr=False)

    def executable(self, name: str) -> Executable:
        """Return a program ready to run with NumPy."""
        if name not in self._ready:
            self._ready[name] = Executable(self.programs[name])
        return self._ready[name]

    def run(self, name: str, **inputs: Any) -> dict[str, Any]:
        """Run a program; its outputs by name."""
        return self.executable(name)(**inputs)


class Recorded:
    """What was recorded of a problem and agrees with autograd, as far as it is known; nothing at first."""

    def __init__(self) -> None:
        self._sets: Sequence[ProgramSet] = ()

    def use(self, sets: Sequence[ProgramSet]) -> None:
        """Compute with these programs; without any, by autograd alone."""
        self._sets = sets

    def at(self, parameters: Mapping[str, Any]) -> ProgramSet | None:
        """Return the programs that hold for these parameters."""
        return next((programs for programs in self._sets if programs.traced.fits(parameters)), None)


def static_settings(problem: Problem) -> list[dict[str, Any]]:
    """List the settings of a problem's static parameters.

    Raises
    ------
    NotRecorded
        If one of them is free text, or there are too many.
    """
    options: dict[str, tuple[Any, ...]] = {}
    for a, control in problem.movable.items():
        if isinstance(control, Text):
            raise NotRecorded(f"the parameter {a} is text, which can be anything")
        if isinstance(control, Toggle):
            options[a] = (False, True)
        elif isinstance(control, Choice):
            options[a] = control.options
        elif a not in problem.traced_names:
            options[a] = tuple(range(int(control.minimum), int(control.maximum) + 1)[: MAX_SETTINGS + 1])
    count = math.prod(map(len, options.values()))
    if count > MAX_SETTINGS:
        raise NotRecorded(
            f"{', '.join(options)} {'have' if len(options) > 1 else 'has'} {count} settings or more, each of which "
            f"needs programs of its own; at most {MAX_SETTINGS} are recorded. A range of floats needs none"
        )
    return [dict(zip(options, chosen, strict=True)) for chosen in itertools.product(*options.values())]


def program_sets(problem: Problem, build: Callable[[TracedProblem], ProgramSet]) -> list[ProgramSet]:
    """Record an explorer's programs for every setting of the static parameters.

    Raises
    ------
    NotRecorded
        With what is at fault.
    """
    return [
        build(TracedProblem.of(problem, {**problem.parameters, **static}))
        for static in static_settings(problem)
    ]
