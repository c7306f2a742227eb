"""What is seen in a training, each defined here once, in mathematics that can be recorded, with its words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple, Protocol

import autograd.numpy as np
import numpy

from hesswidget.derivatives.control_flow import over_rows_each, pick
from hesswidget.descent.outcome import BROKE_DOWN, NO_VALUE
from hesswidget.second_derivative_test.reason import fill

NEAR = 0.95  # of the threshold, from which on a run has arrived there
LEFT = 0.7  # of the threshold, below which it is not there, or not yet, where it has been before
AT_THE_EDGE = (0.85, 1.15)  # of the threshold: between them lies the median of what is called at the edge
MEETINGS = 5  # times that the sharpness is measured there, at least
SHARPENED = 1.5  # by how much the sharpness grows that is called progressive sharpening
DIVERGED = NO_VALUE, BROKE_DOWN  # the first and the last of the statuses that say so
GREW = 1e3  # times what it was at first, the loss at its end, its largest, of a run that diverges unfinished
CLIMBED = 2.0  # by how much the loss grows first that is called a catapult

SENTENCES = {
    "divergence": "divergence: the loss grows from {grew_from} at step {grew_at:count} to {grew_to} at step "
    "{ended:count}; before, the sharpness was {known_last} of its threshold",
    "divergence, unmeasured": "divergence: the loss grows from {grew_from} at step {grew_at:count} to {grew_to} at "
    "step {ended:count}",
    "divergence, at once": "divergence: after step {ended:count}, where the loss is {grew_to}, nothing is finite",
    "catapult": "catapult: from {known_first} of the threshold the loss climbs to {climbed} times its value at step "
    "{peaked:count}, and the sharpness falls to {fell_to} of the threshold by step {landed:count}",
    "progressive sharpening": "progressive sharpening: the sharpness grows from {least} of its threshold at step "
    "{least_at:count} to {grown} at step {grown_at:count}",
    "edge of stability, falling": "edge of stability: from step {arrived:count} on the sharpness is {middle:fine} of "
    "its threshold in the median (quartiles {low:fine}, {high:fine}); the loss rises in {rises} % of steps, and falls "
    "from {there} to {left}",
    "edge of stability, rising": "edge of stability: from step {arrived:count} on the sharpness is {middle:fine} of "
    "its threshold in the median (quartiles {low:fine}, {high:fine}); the loss rises in {rises} % of steps, and rises "
    "from {there} to {left}",
    "stable": "stable: the sharpness ends at {known_last} of its threshold, at most {most} of it from step "
    "{halfway:count} on",
}
"""The words of each; what is before the first colon or comma of its key is its name."""


class Phase(NamedTuple):
    """Something that is seen from one step to another.

    Attributes
    ----------
    name : {"progressive sharpening", "edge of stability", "catapult", "divergence", "stable"}
    first, last : int
        Steps.
    sentence : str
        The name with its numbers, without a full stop.
    """

    name: str
    first: int
    last: int
    sentence: str


class Seen(Protocol):
    """What of a run is looked at; see `hesswidget.training.run.Run`."""

    @property
    def loss(self) -> numpy.ndarray: ...  # noqa: D102

    @property
    def steps(self) -> numpy.ndarray: ...  # noqa: D102

    @property
    def ratio(self) -> numpy.ndarray: ...  # noqa: D102

    @property
    def status(self) -> str: ...  # noqa: D102


def phases(run: Seen) -> tuple[Phase, ...]:
    """Name what is seen, in the order in which it is.

    Progressive sharpening is a growth of the sharpness from below its threshold, by half or more, on its way to the
    edge or to its largest value (Cohen et al., 2021). Edge of stability is what comes once it has arrived for good,
    where its median stays within 15 % of the threshold. A catapult starts above the threshold, has the loss climb to
    twice its value or more, and ends below both (Lewkowycz et al., 2020).

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> run = SimpleNamespace(loss=numpy.array([1.0, 4.0, 0.5]), steps=numpy.arange(3),
    ...                       ratio=numpy.array([1.5, 1.2, 0.6]), status="stopped after 2 steps: |∇f| = 1")
    >>> [phase.name for phase in phases(run)]
    ['catapult', 'stable']
    """
    has_diverged = run.status.startswith(("diverged", "broke down"))
    with numpy.errstate(all="ignore"):
        facts = seen(run.loss, run.steps.astype(float), run.ratio, float(len(run.loss)), float(has_diverged))
    found = []
    for k, (key, template) in enumerate(SENTENCES.items()):
        if facts["seen"][k] > 0:
            first, last = (int(facts[end][k]) for end in ("first", "last"))
            found.append(Phase(key.partition(",")[0], first, last, fill(template, facts, ())))
    return tuple(sorted(found, key=lambda phase: (phase.first, phase.last)))


def seen_of_all(values: Any, counts: Any, statuses: Any, steps: Any, ratios: Any) -> Mapping[str, Any]:
    """Return what is seen along each of m paths, as `seen` does, with ``phase_`` before its names.

    Parameters
    ----------
    values : array, shape (m, L)
    counts, statuses : array, shape (m,)
        How many values each has, and how it ended (`hesswidget.descent.outcome`).
    steps, ratios : array, shape (m, k)

    Examples
    --------
    >>> with numpy.errstate(all="ignore"):
    ...     found = seen_of_all(numpy.array([[3.0, 2.0, 1.0]]), numpy.array([3.0]), numpy.zeros(1),
    ...                         numpy.array([[0.0, 2.0]]), numpy.array([[0.5, 0.6]]))
    >>> dict(zip(SENTENCES, found["phase_seen"][0].tolist()))["stable"]
    1.0
    """
    names: list[str] = []

    def told(*each: Any) -> tuple[Any, ...]:
        value, count, status, step, ratio = each
        diverged = 1.0 * np.logical_and(status >= DIVERGED[0], status <= DIVERGED[1])
        facts = seen(value, step, ratio, count, diverged)
        names[:] = facts
        return tuple(facts.values())

    found = over_rows_each(told, values, counts, statuses, steps, ratios)
    return {f"phase_{name}": each for name, each in zip(names, found, strict=True)}


def seen(loss: Any, steps: Any, ratio: Any, count: Any, diverged: Any) -> Mapping[str, Any]:
    """Return what is seen, as facts for `SENTENCES`.

    Parameters
    ----------
    loss : array, shape (L,)
        At each step.
    steps, ratio : array, shape (m,)
        At which steps the sharpness was measured, and how much of its threshold it was. NaN where it was not.
    count : array, ()
        How many of the losses there are; what is behind them is not looked at.
    diverged : array, ()
        Whether the run ended so.

    Returns
    -------
    dict of array
        ``seen``, ``first`` and ``last``, shape (p,), of each of the sentences, and the numbers in them.
    """
    at = numpy.arange(len(loss)) * 1.0
    is_there, ends = at < count, count - 1.0
    lowest = _first(np.logical_and(is_there, loss == np.min(np.where(is_there, loss, np.inf))))
    most_lost, at_last = np.max(np.where(is_there, loss, -np.inf)), pick(loss, ends)
    has_grown = np.logical_and(at_last > GREW * np.abs(loss[0]), at_last >= most_lost)
    has_diverged, grows = np.logical_or(diverged > 0, has_grown), lowest < ends
    # What grows with the loss says nothing.
    known = np.logical_and(np.isfinite(ratio), np.logical_or(np.logical_not(has_diverged), steps <= lowest))
    place = numpy.arange(len(steps)) * 1.0
    number = np.sum(1.0 * known)
    begin, end = _first(known), _last(known, place)
    is_near = np.logical_and(known, np.logical_and(ratio >= NEAR, ratio <= AT_THE_EDGE[1]))
    away = _last(np.logical_and(known, ratio < LEFT), place)
    arrived = _first(np.logical_and(is_near, place > away))
    has_arrived = np.isfinite(arrived)

    def when(index: Any) -> Any:
        return pick(steps, np.where(np.isfinite(index), index, 0.0))

    def ratio_at(index: Any) -> Any:
        return pick(ratio, np.where(np.isfinite(index), index, 0.0))

    def loss_at(step: Any) -> Any:
        return pick(loss, np.where(np.isfinite(step), step, 0.0))

    below = _first(np.logical_and(known, ratio < 1))
    landed = when(below)
    on_the_way = np.logical_and(is_there, at <= landed)
    peak = np.max(np.where(on_the_way, loss, -np.inf))
    peaked = _first(np.logical_and(on_the_way, loss == peak))
    is_catapult = _all(
        number > 0,
        ratio_at(begin) > 1,
        np.isfinite(below),
        peak >= CLIMBED * loss[0],
        loss_at(ends) < loss[0],
    )

    most = np.max(np.where(known, ratio, -np.inf))
    grown = np.where(has_arrived, arrived, _first(np.logical_and(known, ratio == most)))
    before = np.logical_and(known, place <= grown)
    least = _first(np.logical_and(before, ratio == np.min(np.where(before, ratio, np.inf))))
    begins_below = _all(number > 0, ratio_at(least) > 0, ratio_at(least) < 1)
    is_sharpening = np.logical_and(begins_below, SHARPENED * ratio_at(least) <= ratio_at(grown))

    there = np.logical_and(known, place >= arrived)
    meetings = np.sum(1.0 * there)
    ordered = np.sort(np.where(there, ratio, np.inf))
    low, middle, high = (_quantile(ordered, meetings, q) for q in (0.25, 0.5, 0.75))
    first, last = when(arrived), when(end)
    rising = 1.0 * (loss[1:] > loss[:-1])
    along = np.logical_and(at[1:] > first, at[1:] <= last)
    rises = 100.0 * np.sum(np.where(along, rising, 0.0)) / np.maximum(last - first, 1.0)
    is_edge = _all(has_arrived, meetings >= MEETINGS, middle >= AT_THE_EDGE[0], middle <= AT_THE_EDGE[1])
    falls = loss_at(last) < loss_at(first)

    half = _first(np.logical_and(known, np.cumsum(1.0 * known) > np.floor(number / 2)))
    second_half = np.logical_and(known, place >= half)
    is_stable = _all(number > 0, np.logical_not(is_edge), np.logical_not(has_diverged), ratio_at(end) < NEAR)
    told = {
        "divergence": (_all(has_diverged, grows, number > 0), lowest, ends),
        "divergence, unmeasured": (_all(has_diverged, grows, number <= 0), lowest, ends),
        "divergence, at once": (_all(has_diverged, np.logical_not(grows)), lowest, ends),
        "catapult": (is_catapult, 0.0, landed),
        "progressive sharpening": (is_sharpening, when(least), when(grown)),
        "edge of stability, falling": (_all(is_edge, falls), first, last),
        "edge of stability, rising": (_all(is_edge, np.logical_not(falls)), first, last),
        "stable": (is_stable, when(half), last),
    }
    spoken, begins, ended = zip(*(told[key] for key in SENTENCES), strict=True)
    return {
        "seen": np.array([1.0 * each for each in spoken]),
        "first": np.array([1.0 * each for each in begins]),
        "last": np.array([1.0 * each for each in ended]),
        "grew_from": loss_at(lowest), "grew_at": lowest, "grew_to": loss_at(ends), "ended": ends,
        "known_first": ratio_at(begin), "known_last": ratio_at(end),
        "climbed": peak / loss[0], "peaked": peaked, "fell_to": ratio_at(below), "landed": landed,
        "least": ratio_at(least), "least_at": when(least), "grown": ratio_at(grown), "grown_at": when(grown),
        "arrived": first, "low": low, "middle": middle, "high": high, "rises": rises,
        "there": loss_at(first), "left": loss_at(last),
        "most": np.max(np.where(second_half, ratio, -np.inf)), "halfway": when(half),
    }  # fmt: skip


def _first(mask: Any) -> Any:
    """Return the first place where it holds; infinite where there is none."""
    return np.min(np.where(mask, numpy.arange(len(mask)) * 1.0, np.inf))


def _last(mask: Any, place: Any) -> Any:
    """Return the last place where it holds; −1 where there is none."""
    return np.max(np.where(mask, place, -1.0))


def _all(*conditions: Any) -> Any:
    found = conditions[0]
    for condition in conditions[1:]:
        found = np.logical_and(found, condition)
    return found


def _quantile(ordered: Any, count: Any, share: float) -> Any:
    """Return a quantile of the first so many of values that ascend, between two of them in proportion."""
    index = share * np.maximum(count - 1.0, 0.0)
    below = np.floor(index)
    lower, upper = pick(ordered, below), pick(ordered, np.minimum(below + 1.0, np.maximum(count - 1.0, 0.0)))
    return lower + (index - below) * (upper - lower)
