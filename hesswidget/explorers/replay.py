"""What a front end replays: the programs of a problem by name, for every setting of its static parameters.

A slider over real numbers is an input of the programs. A choice, a truth, a text or a whole number is not: each of
their settings has programs of its own, which are recorded as they are wanted, and a few ahead.
"""

from __future__ import annotations

import contextlib
import itertools
import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from hesswidget.derivatives.traced import COVERED, TracedProblem
from hesswidget.problem.controls import Choice, FormulaText, Range, Text, Toggle
from hesswidget.problem.problem import Problem
from hesswidget.program.errors import InvalidProgram, NotRecorded
from hesswidget.program.executor import Executable
from hesswidget.program.program import Program

MAX_SETTINGS = 16  # whose programs are kept
MOST_RANKS = 20_000  # combinations of settings among which the nearest are looked for
SECONDS_AHEAD = 1.0  # about how long is spent on settings that nobody has asked for yet


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
    """What was recorded of a problem and agrees with autograd, as far as it is known; nothing at first.

    Attributes
    ----------
    sets : tuple of ProgramSet
        At most one for each setting of the static parameters.
    """

    def __init__(self) -> None:
        self.sets: tuple[ProgramSet, ...] = ()

    def use(self, sets: Sequence[ProgramSet]) -> None:
        """Compute with these programs; without any, by autograd alone."""
        self.sets = tuple(sets)

    def at(self, parameters: Mapping[str, Any]) -> ProgramSet | None:
        """Return the programs that hold for these parameters."""
        return next((programs for programs in self.sets if programs.traced.fits(parameters)), None)

    def run(self, name: str, parameters: Mapping[str, Any], **inputs: Any) -> dict[str, Any] | None:
        """Run a program; None where nothing was recorded for these parameters, or for the path that f takes here."""
        programs = self.at(parameters)
        if programs is None:
            return None
        traced = programs.traced.problem.traced_values(parameters)
        found = programs.run(name, parameters=traced, **inputs)
        return found if found.get(COVERED, 1.0) > 0 else None


def static_settings(problem: Problem, parameters: Mapping[str, Any]) -> list[dict[str, Any]]:
    """List settings of a problem's static parameters, the present one first, then those next to it; not all, if many.

    Of a text or a formula there is the present one alone.

    Examples
    --------
    >>> problem = Problem.over_ranges(lambda x, k=3: x**k, None, None, {"x": (0, 1), "k": (1, 100)})
    >>> [setting["k"] for setting in static_settings(problem, {"k": 3})][:6]
    [3, 4, 2, 5, 1, 6]
    """
    options: dict[str, list[Any]] = {}
    for a, control in problem.movable.items():
        present = parameters[a]
        if isinstance(control, Text | FormulaText):
            options[a] = [present]
        elif isinstance(control, Toggle):
            options[a] = [present, not present]
        elif isinstance(control, Choice):
            at = control.to_wire(present)
            options[a] = [control.options[k] for k in _outwards(int(at), 0, len(control.options) - 1)]
        elif a not in problem.traced_names:
            options[a] = _outwards(int(present), int(control.minimum), int(control.maximum))
    ranks = itertools.product(*(range(len(values)) for values in options.values()))
    nearest = sorted(itertools.islice(ranks, MOST_RANKS), key=sum)[:MAX_SETTINGS]
    return [
        {a: values[k] for (a, values), k in zip(options.items(), chosen, strict=True)} for chosen in nearest
    ]


def settings_beside(problem: Problem, parameters: Mapping[str, Any]) -> list[dict[str, Any]]:
    """List the settings to which one step of a slider over whole numbers leads.

    Examples
    --------
    >>> problem = Problem.over_ranges(lambda x, k=3: x**k, None, None, {"x": (0, 1), "k": (1, 100)})
    >>> settings_beside(problem, {"k": 1}), settings_beside(problem, {"k": 3})
    ([{'k': 2}], [{'k': 4}, {'k': 2}])
    """
    return [
        {**parameters, a: k}
        for a, control in problem.movable.items()
        if isinstance(control, Range) and a not in problem.traced_names
        for k in _outwards(int(parameters[a]), int(control.minimum), int(control.maximum))[1:3]
        if abs(k - int(parameters[a])) == 1
    ]


def settings_count(problem: Problem) -> float:
    """Return how many settings the static parameters have; infinity where one of them is a text."""
    count = 1.0
    for a, control in problem.movable.items():
        if isinstance(control, FormulaText):  # which is the function, rather than a setting of it
            continue
        if isinstance(control, Text):
            return math.inf
        if isinstance(control, Toggle):
            count *= 2
        elif isinstance(control, Choice):
            count *= len(control.options)
        elif a not in problem.traced_names:
            count *= int(control.maximum) - int(control.minimum) + 1
    return count


def _outwards(start: int, low: int, high: int) -> list[int]:
    """Return whole numbers from `start` outwards, as many as settings are recorded at most."""
    steps = sorted(range(-MAX_SETTINGS, MAX_SETTINGS + 1), key=lambda k: (abs(k), -k))
    return [start + k for k in steps if low <= start + k <= high][:MAX_SETTINGS]


def program_sets(problem: Problem, build: Callable[[TracedProblem], ProgramSet]) -> list[ProgramSet]:
    """Record an explorer's programs for the present setting of the static parameters, and ahead for those next to it.

    Ahead within `SECONDS_AHEAD`: none is begun that would end later if it takes as long as the longest did.

    Parameters
    ----------
    problem : Problem
    build : callable

    Raises
    ------
    NotRecorded
        With what is at fault, where the function cannot be recorded in the present setting.
    """

    def built(static: Mapping[str, Any]) -> ProgramSet:
        return build(TracedProblem.of(problem, {**problem.parameters, **static}))

    present, *others = static_settings(problem, problem.parameters)
    began = time.perf_counter()
    made = [built(present)]
    ready = time.perf_counter()
    longest = ready - began
    for static in others:
        began = time.perf_counter()
        if began + longest > ready + SECONDS_AHEAD:
            break
        with contextlib.suppress(NotRecorded, InvalidProgram):
            made.append(built(static))
        longest = max(longest, time.perf_counter() - began)
    return made
