"""Whether what was recorded is what autograd computes, tried over the sliders' ranges."""

from __future__ import annotations

import itertools
import math
import time
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from hesswidget.derivatives.comparison import TOLERANCE, Derivatives, in_words, relative_error
from hesswidget.derivatives.traced import COVERED, TracedProblem
from hesswidget.explorers.computation import Computation
from hesswidget.explorers.replay import ProgramSet
from hesswidget.low_discrepancy import additive_recurrence
from hesswidget.problem.controls import Range
from hesswidget.problem.problem import Problem
from hesswidget.program import deadline
from hesswidget.program.errors import NotRecorded
from hesswidget.wording import number

CHECK_SECONDS = 0.4  # about how long the check of one setting may take; three points are always tried
CORNERS, INSIDE = 12, 6


def deviation_of(programs: ProgramSet, computation: Computation) -> float:
    """Compare a program with autograd over the sliders' ranges, corners included; the largest deviation.

    Raises
    ------
    NotRecorded
        If they differ by more than `hesswidget.derivatives.comparison.TOLERANCE`, with the point where.
    """
    problem = programs.traced.problem
    worst, started = 0.0, time.perf_counter()
    for tried, (point, parameters) in enumerate(_probes(programs.traced)):
        if tried >= 3 and time.perf_counter() - started > CHECK_SECONDS:
            break
        deadline.check()
        exact = computation.exact(point, parameters)
        if exact is None:
            continue
        worst = max(worst, deviation_at(programs, computation, point, parameters, exact))
        if not worst <= TOLERANCE:
            raise NotRecorded(
                f"at {place_in_words(problem, point, parameters)} a replay of what was recorded differs from autograd "
                f"{in_words(worst)}. That is more than rounding; something in the function depends on what was not "
                f"recorded"
            )
    return worst


def deviation_at(
    programs: ProgramSet,
    computation: Computation,
    point: np.ndarray,
    parameters: Mapping[str, Any],
    exact: Derivatives | None,
) -> float:
    """Compare a program with what autograd has computed at the same point, if it could; 0 where it claims nothing."""
    traced = programs.traced.problem.traced_values(parameters)
    found = programs.run(computation.name, parameters=traced, **computation.inputs(point))
    if found.get(COVERED, 1.0) <= 0:
        return 0.0
    if exact is None:
        return math.inf
    replayed = Derivatives(point, *(found[claim] for claim in computation.claims))
    return error_of(replayed, exact, computation, parameters)


def error_of(
    claimed: Derivatives, exact: Derivatives, computation: Computation, parameters: Mapping[str, Any]
) -> float:
    """Compare what was computed, here or in a page, with autograd; where it differs also with what rounding may do."""
    error = relative_error(claimed, exact, computation.widths)
    rounding = None if error <= TOLERANCE else computation.rounding(exact, parameters)
    return relative_error(claimed, exact, computation.widths, rounding)


def elsewhere(
    traced: TracedProblem, parameters: Mapping[str, Any], count: int
) -> Iterator[tuple[np.ndarray, dict[str, Any]]]:
    """Yield two places with these parameters and one with others; those of each `count` are different ones."""
    n = len(traced.problem.start)
    low, high = _box(traced)
    for k, share in enumerate(additive_recurrence(3, len(low), first=3 * count + 1)):
        place = low + (high - low) * share
        others = dict(zip(traced.traced, place[n:].tolist(), strict=True)) if k == 2 else {}
        yield place[:n], {**parameters, **others}


def _probes(traced: TracedProblem) -> Iterator[tuple[np.ndarray, dict[str, Any]]]:
    """Yield the start, corners of the box of all sliders, and places spread evenly inside it."""
    problem = traced.problem
    low, high = _box(traced)
    size, n = len(low), len(problem.start)
    start = np.concatenate([problem.start, problem.traced_values(traced.values)])
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
        inputs = dict(zip(traced.traced, place[n:].tolist(), strict=True))
        yield place[:n], {**traced.values, **inputs}


def _box(traced: TracedProblem) -> tuple[np.ndarray, np.ndarray]:
    """Return the ends of what the sliders of the variables and of the traced parameters span."""
    problem = traced.problem
    controls = [*problem.ranges, *(problem.movable[a] for a in traced.traced)]
    ranges = [control for control in controls if isinstance(control, Range)]
    return np.array([r.minimum for r in ranges]), np.array([r.maximum for r in ranges])


def place_in_words(problem: Problem, point: np.ndarray, parameters: Mapping[str, Any]) -> str:
    """Say where a point and its parameters lie."""
    parts = [f"{a} = {number(x)}" for a, x in zip(problem.labels, point[:4].tolist(), strict=False)]
    parts += ["…"] if len(point) > 4 else []
    parts += [f"{a} = {number(parameters[a])}" for a in problem.traced_names[:4]]
    return ", ".join(parts)
