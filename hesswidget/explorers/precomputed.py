"""Pictures computed beforehand, over a grid of the sliders: what is saved of a function that no page can compute."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from hesswidget.errors import ProblemError
from hesswidget.explorers.computation import Computation
from hesswidget.explorers.view_state import PATHS, ViewState, is_along
from hesswidget.landscape.sampler import Slice
from hesswidget.problem.controls import FORMULA, Choice, FormulaText, Movable, Range, Text, Toggle
from hesswidget.problem.problem import Problem

MOST_BYTES = 2**23
MOST_STOPS = 21  # of one slider


@dataclass(frozen=True)
class States:
    """Pictures over a grid.

    Attributes
    ----------
    problem : Problem
        The same problem, with sliders that stop just where there are pictures.
    written : dict
        For `hesswidget.export.saved.packed`; read by ``frontend/saved/states.ts``.
    sentence : str
        How many there are, and over what.
    """

    problem: Problem
    written: dict[str, Any]
    sentence: str


def states(
    problem: Problem,
    computation: Computation,
    point: np.ndarray,
    parameters: Mapping[str, Any],
    seconds: float,
    seen: ViewState | None = None,
) -> States:
    """Compute as many pictures around the present state as a budget allows; one at least.

    Parameters
    ----------
    problem : Problem
    computation : Computation
    point, parameters
        The present state, which is one of the pictures.
    seconds : float
        About how long it may take; 0 for the present state alone.
    seen : ViewState, optional
        How it is looked at.
    """
    grid = _Grid(problem, point, parameters)
    began = time.perf_counter()
    size = sum(np.size(a) for a in computation.compute(point, parameters, problem, seen).values())
    each = time.perf_counter() - began
    began = time.perf_counter()
    slice_ = computation.landscape_at(point, parameters, problem, seen)
    landscape = time.perf_counter() - began
    cells = 0 if slice_ is None else slice_.values.size
    follows = slice_ is not None and len(point) > len(
        slice_.grids
    )  # then each point has a landscape of its own

    def fits(counts: list[int]) -> bool:
        all_, settings = math.prod(counts), math.prod(counts[: len(grid.movable)])
        landscapes = all_ if follows else settings
        taken = all_ * each + landscapes * landscape
        return taken <= seconds and 8 * (all_ * size + landscapes * cells) <= MOST_BYTES

    grid.divide(fits)
    return _computed(grid, computation, slice_, follows, seen)


class _Grid:
    """The stops of every slider, parameters first."""

    def __init__(self, problem: Problem, point: np.ndarray, parameters: Mapping[str, Any]) -> None:
        self.problem, self.movable = problem, problem.movable
        self.controls: list[Movable] = [*self.movable.values(), *problem.ranges]
        self.values: list[Any] = [*(parameters[a] for a in self.movable), *point.tolist()]
        self.parameters = dict(parameters)
        self.stops: list[list[Any]] = [[value] for value in self.values]

    def divide(self, fits: Any) -> None:
        """Give sliders more stops, one slider after the other, for as long as that fits."""
        growing = set(range(len(self.controls)))
        while growing:
            for k in sorted(growing):
                more = _stops(self.controls[k], self.values[k], len(self.stops[k]) + 2)
                counts = [len(stops) for stops in self.stops]
                counts[k] = len(more)
                if len(more) <= len(self.stops[k]) or len(more) > MOST_STOPS or not fits(counts):
                    growing.remove(k)
                else:
                    self.stops[k] = more

    @property
    def narrowed(self) -> Problem:
        """The problem with sliders that go from stop to stop."""
        problem, m = self.problem, len(self.movable)
        ranges = [_narrowed(r, stops) for r, stops in zip(problem.ranges, self.stops[m:], strict=True)]
        controls = dict(problem.controls)
        for (a, control), stops in zip(self.movable.items(), self.stops, strict=False):
            controls[a] = _narrowed(control, stops) if isinstance(control, Range) else control
        return replace(problem, ranges=tuple(ranges), controls=controls)


def _stops(control: Movable, value: Any, count: int) -> list[Any]:
    """About so many values of a control, the present one among them."""
    if isinstance(control, Toggle):
        return [False, True]
    if isinstance(control, Choice):
        return list(control.options)
    if isinstance(control, Text | FormulaText):
        return [value]
    low, high, at = map(control.to_slider, (control.minimum, control.maximum, value))
    spacing = (high - low) / (count - 1)
    if control.integer:
        spacing = max(1, round(spacing))
    below, above = (math.floor((at - low) / spacing + 1e-9), math.floor((high - at) / spacing + 1e-9))
    places = [at + k * spacing for k in range(-below, above + 1)]
    if control.integer:
        return [int(p) for p in places]
    found = [float(control.from_slider(p)) for p in places]
    found[below] = float(value)
    return found


def _narrowed(control: Range, stops: list[Any]) -> Range:
    if len(stops) < 2:
        return control
    step = control.to_slider(stops[1]) - control.to_slider(stops[0])
    return replace(control, minimum=stops[0], maximum=stops[-1], step=step).starting_at(control.value)


def _computed(
    grid: _Grid, computation: Computation, slice_: Slice | None, follows: bool, seen: ViewState | None
) -> States:
    problem, m = grid.narrowed, len(grid.movable)
    shape = tuple(len(stops) for stops in grid.stops)
    frames: list[dict[str, np.ndarray] | None] = []
    landscapes: list[dict[str, Any]] = []
    for place in np.ndindex(*shape[:m]):
        chosen = {a: grid.stops[k][i] for k, (a, i) in enumerate(zip(grid.movable, place, strict=True))}
        parameters = {**grid.parameters, **chosen}
        for other in np.ndindex(*shape[m:]):
            point = np.array([grid.stops[m + k][i] for k, i in enumerate(other)])
            try:
                frames.append(computation.compute(point, parameters, problem, seen))
            except ProblemError:  # outside the function's domain
                frames.append(None)
            if (follows or not any(other)) and (
                slice_ := computation.landscape_at(point, parameters, problem, seen)
            ):
                landscapes.append(
                    {"grids": list(slice_.grids), "values": slice_.values, "levels": slice_.levels}
                )
    written = {
        "kind": computation.name,
        "parameters": [
            [control.to_wire(x) for x in stops]
            for control, stops in zip(grid.controls[:m], grid.stops[:m], strict=True)
        ],
        "coordinates": grid.stops[m:],
        "arrays": _arrays(frames),
        "landscapes": landscapes,
        "basis": np.zeros(0) if slice_ is None or is_along(seen, PATHS) else slice_.plane.basis,
    }
    said = " ".join([_sentence(problem, grid, len(frames)), computation.saved_with]).strip()
    return States(problem, written, said)


def _arrays(frames: list[dict[str, np.ndarray] | None]) -> list[dict[str, Any]]:
    """Write each array of all frames, one after the other; NaN where there is no frame."""
    example = next(frame for frame in frames if frame is not None)
    written = []
    for name, array in example.items():
        empty = np.full(np.size(array), np.nan)
        rows = [empty if frame is None else np.ravel(frame[name]) for frame in frames]
        written.append({"name": name, "size": len(empty), "data": np.stack(rows).astype(float)})
    return written


def _sentence(problem: Problem, grid: _Grid, count: int) -> str:
    if count == 1:
        return "What is saved is the picture of one state, which moves where its kernel runs."
    names = [*grid.movable, *problem.labels]
    stops = [f"{a} {len(s)}" for a, s in zip(names, grid.stops, strict=True) if len(s) > 1]
    held = [a for a, s in zip(names, grid.stops, strict=True) if len(s) == 1 and a != FORMULA]
    tail = f"; {', '.join(held[:8])}{' and others' if len(held) > 8 else ''} held" if held else ""
    return (
        f"What is saved are {count:,} pictures computed beforehand, at so many values of each slider: "
        f"{', '.join(stops[:12])}{tail}. The picture goes from one to the next."
    )
