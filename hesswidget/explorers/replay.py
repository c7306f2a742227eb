"""What a front end replays: the programs of a problem, for every setting of what is not a real number, checked.

A slider over real numbers is an input of the programs. A choice, a truth or a whole number is not: each of their
settings has programs of its own, as long as there are few.
"""

from __future__ import annotations

import itertools
import math
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from hesswidget.critical.newton import MAX_VARIABLES, NEARLY
from hesswidget.curvature import Tolerances
from hesswidget.derivatives.autograd import gradient_and_hessian
from hesswidget.derivatives.comparison import TOLERANCE, Derivatives, deviation, in_words
from hesswidget.derivatives.objective import Objective
from hesswidget.derivatives.traced import Recording
from hesswidget.landscape.plane import Plane
from hesswidget.low_discrepancy import additive_recurrence
from hesswidget.problem.controls import Choice, Movable, Range, Text, Toggle
from hesswidget.problem.problem import Problem
from hesswidget.program.errors import NotRecorded
from hesswidget.program.executor import Executable
from hesswidget.program.program import Program
from hesswidget.wording import number

MAX_SETTINGS = 16
CHECK_SECONDS = 0.4  # about how long the check of one setting may take; three points are always tried
CORNERS, INSIDE = 12, 6
SEARCH_ROWS, SEARCH_STEPS = 64, 12
MAX_EXTRA_WORK = (
    10**7
)  # scalar operations of what a page computes besides frame and tile, many times a second


@dataclass(frozen=True, eq=False)
class Replay:
    """The programs for one setting.

    Attributes
    ----------
    problem : Problem
    names : tuple of str
        The parameters that are inputs, in order.
    setting : dict
        The value of every other parameter that can be moved.
    frame, tile : Program
        See `hesswidget.derivatives.traced.Recording`.
    search, definiteness : Program or None
        The search for critical points, and the Hessian's extreme eigenvalues on the landscape; None where there are too
        many variables, or too few, or they take too long.
    """

    problem: Problem
    names: tuple[str, ...]
    setting: Mapping[str, Any]
    frame: Program
    tile: Program
    search: Program | None = None
    definiteness: Program | None = None

    @cached_property
    def run_frame(self) -> Executable:
        """The frame's program, ready to run with NumPy."""
        return Executable(self.frame)

    @cached_property
    def run_tile(self) -> Executable:
        """The tile's program, ready to run with NumPy."""
        return Executable(self.tile)

    def evaluate(self, point: np.ndarray, parameters: Mapping[str, Any], plane: Plane) -> dict[str, Any]:
        """Run the frame's program; see `hesswidget.explorers.frame.frame`."""
        place = {"origin": plane.origin, "basis": plane.basis, "ends": plane.ends}
        return self.run_frame(point=point, parameters=self.inputs(parameters), **place)

    def sample(self, parameters: Mapping[str, Any], plane: Plane, places: np.ndarray) -> np.ndarray:
        """Return the function's values at places in a slice, shape (k, m), tile by tile."""
        count = places.shape[1]
        rows = self.tile.inputs[-1][1][1]
        padded = np.pad(places, ((0, 0), (0, -count % rows)), mode="edge")
        shared = {"parameters": self.inputs(parameters), "origin": plane.origin, "basis": plane.basis}
        tiles = [
            self.run_tile(**shared, places=padded[:, start : start + rows])["values"]
            for start in range(0, count, rows)
        ]
        return np.concatenate(tiles)[:count]

    def inputs(self, parameters: Mapping[str, Any]) -> np.ndarray:
        """Return the parameters that are inputs, in order."""
        return np.array([float(parameters[a]) for a in self.names])

    def fits(self, parameters: Mapping[str, Any]) -> bool:
        """Whether these parameters are of this setting."""
        movable = self.problem.movable
        return all(
            movable[a].to_wire(parameters[a]) == movable[a].to_wire(v) for a, v in self.setting.items()
        )


def is_input(control: Movable) -> bool:
    """Whether a parameter is a real number, and so an input of programs."""
    return isinstance(control, Range) and not control.integer


def settings(problem: Problem) -> list[dict[str, Any]]:
    """List the settings of a problem's parameters that are no real numbers.

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
        elif not is_input(control):
            options[a] = tuple(range(int(control.minimum), int(control.maximum) + 1)[: MAX_SETTINGS + 1])
    count = math.prod(map(len, options.values()))
    if count > MAX_SETTINGS:
        raise NotRecorded(
            f"{', '.join(options)} {'have' if len(options) > 1 else 'has'} {count} settings or more, each of which "
            f"needs programs of its own; at most {MAX_SETTINGS} are recorded. A range of floats needs none"
        )
    return [dict(zip(options, chosen, strict=True)) for chosen in itertools.product(*options.values())]


def replays(problem: Problem, tolerances: Tolerances) -> list[Replay]:
    """Record the programs of every setting.

    Raises
    ------
    NotRecorded
        With what is at fault.
    """
    names = tuple(a for a, control in problem.movable.items() if is_input(control))
    made = []
    for setting in settings(problem):
        recording = Recording(problem, names, problem.start, {**problem.parameters, **setting})
        n = len(problem.start)
        search = recording.search(SEARCH_ROWS, SEARCH_STEPS, NEARLY) if n <= MAX_VARIABLES else None
        definiteness = recording.definiteness() if 1 < n <= MAX_VARIABLES else None
        frame, tile = recording.frame(tolerances), recording.tile()
        made.append(Replay(problem, names, setting, frame, tile, _quick(search), _quick(definiteness)))
    return made


def _quick(program: Program | None) -> Program | None:
    return program if program is not None and program.work <= MAX_EXTRA_WORK else None


def check(replay: Replay) -> float:
    """Compare a replay with autograd over the sliders' ranges, corners included; the largest deviation.

    Raises
    ------
    NotRecorded
        If they differ by more than `agreement.TOLERANCE`, with the point where.
    """
    problem = replay.problem
    worst, started = 0.0, time.perf_counter()
    for tried, (point, parameters) in enumerate(_probes(replay)):
        if tried >= 3 and time.perf_counter() - started > CHECK_SECONDS:
            break
        found = replay.evaluate(point, parameters, Plane.first(problem, point))
        exact = by_autograd(Objective(problem, parameters), point)
        if exact is None:
            continue
        replayed = Derivatives(point, float(found["value"]), found["gradient"], found["hessian"])
        worst = max(worst, deviation(replayed, exact, problem.widths))
        if not worst <= TOLERANCE:
            raise NotRecorded(
                f"at {_written(replay, point, parameters)} a replay of what was recorded differs from autograd "
                f"{in_words(worst)}. That is more than rounding; something in the function depends on what was not "
                f"recorded"
            )
    return worst


def by_autograd(objective: Objective, point: np.ndarray) -> Derivatives | None:
    """Return the derivatives as autograd computes them; None where the function raises."""
    try:
        value = objective.value(point)
        with np.errstate(all="ignore"):
            return Derivatives(point, value, *gradient_and_hessian(objective, point))
    except Exception:  # outside its domain a function may raise what it likes
        return None


def _probes(replay: Replay) -> Iterator[tuple[np.ndarray, dict[str, Any]]]:
    """Yield the start, corners of the box of all sliders, and places spread evenly inside it."""
    problem = replay.problem
    controls = [*problem.ranges, *(problem.movable[a] for a in replay.names)]
    low = np.array([c.minimum for c in controls if isinstance(c, Range)])
    high = np.array([c.maximum for c in controls if isinstance(c, Range)])
    size, n = len(low), len(problem.start)
    fixed = {**problem.parameters, **replay.setting}
    start = np.concatenate([problem.start, replay.inputs(fixed)])
    shares = [(start - low) / (high - low)]
    if 2**size <= CORNERS:
        shares += [np.array(corner) for corner in itertools.product((0.0, 1.0), repeat=size)]
    else:
        bits = np.random.default_rng(0).integers(0, 2, (CORNERS - 2, size)).astype(float)
        shares += [np.zeros(size), np.ones(size), *bits]
    inside = additive_recurrence(INSIDE, size, first=1)
    shares[1:1] = [inside[0]]
    shares += list(inside[1:])
    for share in shares:
        place = low + (high - low) * share
        inputs = dict(zip(replay.names, place[n:].tolist(), strict=True))
        yield place[:n], {**fixed, **inputs}


def _written(replay: Replay, point: np.ndarray, parameters: Mapping[str, Any]) -> str:
    parts = [f"{a} = {number(x)}" for a, x in zip(replay.problem.labels, point[:4].tolist(), strict=False)]
    parts += ["…"] if len(point) > 4 else []
    parts += [f"{a} = {number(parameters[a])}" for a in replay.names[:4]]
    return ", ".join(parts)
