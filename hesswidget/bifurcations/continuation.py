"""How critical points come, go and change with one parameter.

For many values of the parameter at once the box is searched. Points of neighbouring values are linked along their
tangents; between values where a link is missing, or joins points of different classes, the parameter is divided again,
until an event is located to a millionth of the range. All of it, distances and tolerances too, is in the coordinate of
the parameter's slider, the logarithm on a logarithmic range; the diagram has values.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from typing import Any

import numpy as np

from hesswidget.bifurcations.branches import branches_of
from hesswidget.bifurcations.diagram import Diagram, Event
from hesswidget.bifurcations.events import events_between
from hesswidget.bifurcations.matching import Links, link, starts_between, tidy
from hesswidget.bifurcations.sweep import DEGENERATE, CriticalPointBatch, Sweep
from hesswidget.critical.newton import MAX_VARIABLES
from hesswidget.derivatives.objective import Objective
from hesswidget.errors import ProblemError
from hesswidget.low_discrepancy import additive_recurrence
from hesswidget.problem.controls import Range
from hesswidget.problem.problem import Problem
from hesswidget.progress import STOPPED, Progress, Watch, part, silent
from hesswidget.wording import number

VALUES, SLOW_VALUES = 121, 21
STARTS = 8  # at each value, for each variable
# Of a step: round values, where symmetric functions have their events, fall between the columns.
OFFSET = 0.618
DIVISIONS = 7  # values that are set between two columns
SHARPNESS = 1e-6  # of the range: how exactly events are located
BLUR = 5e-5  # of the range: where an eigenvalue is zero to rounding an event is seen twice, before and after
ROUNDS = 12
REACH = 6  # columns to both sides in which a point that lacks a partner is looked for
MANY_OPEN = 40  # intervals that are divided at most
MANY_DEGENERATE = 8  # in a column: so many are not isolated
# About the share of the work that is done when the gradient is measured, all values are searched, and links looked for.
MEASURED, SPREAD, FILLED = 0.05, 0.6, 0.7
SLOW_STARTS = 120  # altogether, where each is searched by itself


class Bifurcations:
    """Makes the diagrams of one problem against one of its parameters.

    Parameters
    ----------
    problem : Problem
        With a range for each variable, at most six.
    parameter : str
        One with a range of real numbers.

    Raises
    ------
    ProblemError
        If there are too many variables or the parameter has no such range.
    """

    def __init__(self, problem: Problem, parameter: str) -> None:
        self.check(problem, parameter)
        self.problem, self.parameter = problem, parameter
        self.control: Any = problem.controls[parameter]  # a Range
        self.sweep = Sweep(problem, parameter)
        self.low, self.high = self.sweep.box[:, -1]
        self.width = self.high - self.low

    @staticmethod
    def check(problem: Problem, parameter: str) -> None:
        """Raise a `ProblemError` for what has no diagram."""
        control = problem.controls.get(parameter)
        if not isinstance(control, Range) or control.integer:
            raise ProblemError(
                f"a bifurcation diagram needs a range of real numbers for {parameter}; give {parameter}=(0.0, 3.0)."
            )
        if len(problem.start) > MAX_VARIABLES:
            raise ProblemError(
                f"{problem.name} has {len(problem.start)} variables; critical points are looked for with at most "
                f"{MAX_VARIABLES}. Take fewer with over=..."
            )

    def at(self, parameters: Mapping[str, Any], progress: Progress = silent) -> Diagram:
        """Return the diagram for these values of the other parameters, as far as it is when `progress` says to stop."""
        return _Making(self, parameters, Watch(progress)).diagram()


class _Making:
    """One diagram in the making: columns of points, one for each place of the parameter's slider, in order."""

    def __init__(self, maker: Bifurcations, parameters: Mapping[str, Any], watch: Watch) -> None:
        self.maker, self.sweep, self.parameters, self.watch = maker, maker.sweep, parameters, watch
        self.box = self.sweep.box[:, :-1]
        self.notes: list[str] = []
        self.left_over = np.inf if self.sweep.is_recorded else SLOW_STARTS
        count = VALUES if self.sweep.is_recorded else SLOW_VALUES
        inner = (np.arange(count - 2) + OFFSET) / (count - 2)
        self.sliders = np.array([maker.low, *(maker.low + maker.width * inner), maker.high])
        self.columns: list[CriticalPointBatch] = []

    def diagram(self) -> Diagram:
        """Search, divide, and put the branches together."""
        problem = self.maker.problem
        Objective(problem, self.parameters).value(problem.start)  # which says what is wrong with the function
        self.gradient_scale = self.sweep.gradient_scale(self.parameters, part(self.watch, 0.0, MEASURED))
        self._spread()
        searched = self.maker.control.from_slider(self.sliders)
        self._fill()
        self._divide()
        events = self._located()
        branches = branches_of(
            self.columns, self._links(), self.box, self.maker.control, 100 * SHARPNESS * self.maker.width
        )
        if self.watch.is_stopped:
            self._note(STOPPED)
        others = {a: v for a, v in self.parameters.items() if a != self.maker.parameter}
        if not self.sweep.is_recorded:
            self.notes.append("the function could not be recorded, so that few values and starts were tried")
        return Diagram(
            problem.name, self.maker.parameter, problem.labels, searched, branches, tuple(events), others,
            tuple(self.notes), self.maker.control.logarithmic,
        )  # fmt: skip

    def _search(self, unit_points: Any, sliders: Any, start: float, end: float) -> CriticalPointBatch:
        n = len(self.maker.problem.start)
        unit_points = np.clip(np.array(unit_points, dtype=float).reshape(-1, n), 0.0, 1.0)
        taken = int(min(len(unit_points), self.left_over))
        self.left_over -= taken
        sliders = np.array(sliders, dtype=float)[:taken]
        report = part(self.watch, start, end)
        return self.sweep.search(unit_points[:taken], sliders, self.parameters, self.gradient_scale, report)

    def _spread(self) -> None:
        n, m = len(self.maker.problem.start), len(self.sliders)
        each = STARTS * n if self.sweep.is_recorded else 2
        order = np.arange(m * each).reshape(each, m).T  # the sequence goes across: neighbours' starts differ
        starts = additive_recurrence(m * each, n)[order.ravel()]
        batch = self._search(starts, np.repeat(self.sliders, each), MEASURED, SPREAD)
        if self.watch.is_stopped:  # the last value was not searched to the end, and none beyond
            self.sliders = self.sliders[
                : max(1, np.searchsorted(self.sliders, np.max(batch.sliders, initial=-np.inf)))
            ]
        self.columns = [self._column(batch.at(batch.sliders == a)) for a in self.sliders]

    def _column(self, batch: CriticalPointBatch) -> CriticalPointBatch:
        column = tidy(batch)
        is_degenerate = column.indices == DEGENERATE
        if np.sum(is_degenerate) > MANY_DEGENERATE:
            self._note("critical points that are not isolated are left out")
            column = column.at(~is_degenerate)
        return column

    def _note(self, note: str) -> None:
        if note not in self.notes:
            self.notes.append(note)

    def _links(self) -> list[Links]:
        steps = np.diff(self.sliders)
        pairs = zip(self.columns[:-1], self.columns[1:], steps, strict=True)
        return [link(a, b, step) for a, b, step in pairs]

    def _fill(self) -> None:
        """Look for points that lack a partner in the columns beside theirs, until no more are found."""
        tried: set[tuple[float, ...]] = set()
        for k in range(ROUNDS):
            unit_points, columns = self._lacking(tried)
            if not unit_points or self.watch.is_stopped:
                return
            share = (FILLED - SPREAD) / ROUNDS
            batch = self._search(
                unit_points, self.sliders[columns], SPREAD + k * share, SPREAD + (k + 1) * share
            )
            grown = 0
            for k in np.unique(np.searchsorted(self.sliders, batch.sliders)):
                before = self.columns[k]
                new = batch.at(batch.sliders == self.sliders[k])
                self.columns[k] = self._column(CriticalPointBatch.joined([before, new]))
                grown += len(self.columns[k]) > len(before)
            if not grown:
                return

    def _lacking(self, tried: set[tuple[float, ...]]) -> tuple[list[np.ndarray], list[int]]:
        unit_points, columns = [], []
        reach = REACH if self.sweep.is_recorded else 1
        for k, links in enumerate(self._links()):
            for here, points, direction in ((k, links.left, 1), (k + 1, links.right, -1)):
                column = self.columns[here]
                for i in points:
                    if (key := (here, direction, *np.round(column.unit_points[i], 4))) in tried:
                        continue
                    tried.add(key)
                    for there in range(here + direction, here + direction * (reach + 1), direction):
                        if 0 <= there < len(self.columns):
                            step = (self.sliders[there] - self.sliders[here]) * column.tangents[i]
                            near = np.max(np.abs(step), initial=0.0) <= 0.2
                            unit_points.append(column.unit_points[i] + (step if near else 0.0))
                            columns.append(there)
        return unit_points, columns

    def _divide(self) -> None:
        """Set columns between those where something happens, until these are close enough together."""
        for turn in range(ROUNDS):
            steps = np.diff(self.sliders)
            links = self._links()
            closest = SHARPNESS * self.maker.width * 1.001
            wide = [k for k in range(len(links)) if links[k].is_open and steps[k] > closest]
            if not wide or self.left_over < 1 or self.watch.is_stopped:
                return
            if len(wide) > MANY_OPEN:
                self._note(f"more happens than is resolved: {len(wide)} events at once")
                return
            unit_points: list[np.ndarray] = []
            sliders: list[float] = []
            for k in wide:
                for share in np.arange(1, DIVISIONS + 1) / (DIVISIONS + 1):
                    starts = starts_between(self.columns[k], self.columns[k + 1], links[k], share, steps[k])
                    unit_points += starts
                    sliders += [self.sliders[k] + share * steps[k]] * len(starts)
            share = (1.0 - FILLED) / ROUNDS
            batch = self._search(unit_points, sliders, FILLED + turn * share, FILLED + (turn + 1) * share)
            # A value that was not searched to the end has fewer points than there are.
            if self.watch.is_stopped:
                return
            fresh = np.unique(sliders)
            self.columns += [self._column(batch.at(batch.sliders == a)) for a in fresh]
            self.sliders = np.concatenate([self.sliders, fresh])
            order = np.argsort(self.sliders)
            self.sliders, self.columns = self.sliders[order], [self.columns[k] for k in order]

    def _located(self) -> list[Event]:
        """Read off what happens. Intervals close together show one event, and the columns between them are dropped."""
        open_ = [k for k, links in enumerate(self._links()) if links.is_open]
        between: set[int] = set()
        for k, other in itertools.pairwise(open_):
            if self.sliders[other + 1] - self.sliders[k] <= BLUR * self.maker.width:
                between |= set(range(k + 1, other + 1))
        kept = [k for k in range(len(self.columns)) if k not in between]
        self.sliders, self.columns = self.sliders[kept], [self.columns[k] for k in kept]
        events = []
        for k, links in enumerate(self._links()):
            ends = self.sliders[k : k + 2]
            if not links.is_open:
                continue
            if ends[1] - ends[0] <= BLUR * self.maker.width:
                value = float(self.maker.control.from_slider(np.mean(ends)))
                events += events_between(self.columns[k], self.columns[k + 1], links, value, self.box)
            elif not self.watch.is_stopped:  # or there are many such, and that is what was stopped
                low, high = (number(float(a), 4) for a in self.maker.control.from_slider(ends))
                name = self.maker.parameter
                self._note(f"between {name} = {low} and {high} something happens that was not located")
        return events
