"""`hesswidget.critical_points`: searches in rounds until nothing new is found and the count is met."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np

from hesswidget.appearance import LABELS
from hesswidget.critical.connection import COARSE, FINEST, SAME_VALUE
from hesswidget.critical.isolation import suspects
from hesswidget.critical.kinks import with_kinks
from hesswidget.critical.multistart import ROWS, Finder
from hesswidget.critical.newton import APART, FLATTEST, NEARLY, is_best
from hesswidget.critical.nonisolated import Gathering, named, signs_across
from hesswidget.critical.poincare_hopf import (
    Completeness,
    Place,
    check,
    lost_on_boundary,
    turns_around_box,
    turns_around_point,
    unchecked,
)
from hesswidget.critical.points import CriticalPoint, CriticalSet
from hesswidget.critical.polish import judged, polished
from hesswidget.critical.singularities import SMALLEST, unexplained
from hesswidget.critical.table import CriticalPoints
from hesswidget.curvature import Curvature
from hesswidget.derivatives.objective import Objective
from hesswidget.derivatives.rounding_noise import LONG, measured
from hesswidget.errors import ProblemError
from hesswidget.low_discrepancy import additive_recurrence
from hesswidget.problem.arguments import keywords
from hesswidget.problem.problem import Problem
from hesswidget.progress import STOPPED, Progress, Watch, part, reported, silent

MOST = 500  # points that are listed
MAX_ROUNDS = 16
BARREN_ROUNDS = (1, 2)  # without anything new end the search, in up to two dimensions and in more
HOPELESS_ROUNDS = 4  # without anything new end it though points are missing: one may be singular
MANY_DEGENERATE = 64  # so many are no isolated points, and more rounds would find more of the same
SLOW_ROWS, SLOW_ROUNDS = 48, 2  # where each start is searched by itself, as nothing could be recorded
TRIALS = 8
BLURRED = (
    2e-3  # of the box: degenerate points nearer than this are one, as rounding leaves them that uncertain
)
SEARCHED, POLISHED, JUDGED, COUNTED = 0.5, 0.6, 0.85, 0.95  # about the share of the work that is then done
FEW = 3  # variables; of more, and where each start is searched by itself, sets are looked at coarsely
EXACT = 1e-7  # of the box: points where branches cross are known to
EDGE = 100 * APART  # of the box: how far outside it a search may end
ERRATIC = 0.1  # of the gradient, that changes by so much over the shortest distance: it may be rounding
NEIGHBOURHOOD = 0.02  # of the box: the circle around a degenerate point, if no other point is near


def critical_points(
    function: Any,
    point: Any = None,
    /,
    *,
    over: str | tuple[str, ...] | None = None,
    progress: bool | Progress = False,
    **abbreviations: Any,
) -> CriticalPoints:
    """Find all critical points of a function in a box, and say what they are.

    Parameters
    ----------
    function : callable or str
        Written with ``autograd.numpy``; or the name of one in `hesswidget.gallery`. Arguments without a default are
        the variables, at most six; arguments with one are parameters.
    point : tuple or array_like, optional
        As in `hesswidget.explore`.
    over : str or tuple of str, optional
        Which arguments are the variables, if not those without a default.
    progress : bool or callable, optional
        True to show a bar, for which tqdm has to be installed; or a function that is called with the share that is
        done, from 0 to 1, and a few words, and returns whether to go on. What was found until then is returned.
    **abbreviations
        For each variable ``(min, max)``, which is the box; for a vector variable ``hesswidget.vector(start, min,
        max)``; for a parameter its value.

    Returns
    -------
    CriticalPoints
        A table: it iterates and prints. ``completeness`` says whether points are missing, where that can be told;
        ``sets`` are critical points that are not isolated.

    Raises
    ------
    ProblemError
        If a variable has no finite range, there are too many variables, or the function cannot be evaluated.

    Notes
    -----
    Newton's iteration on ∇f = 0 with Levenberg's and Marquardt's damping starts from points spread evenly over the box
    (Weyl, 1916) and from cells at whose corners each slope takes both signs, in rounds, until a round finds nothing
    new and, in one and two dimensions, the points' indices add up to the turns of ∇f around the box (Poincaré, 1885;
    Hopf, 1926). In more dimensions nothing tells that a point is missing. The result is the same each time. The
    cost is some 10,000 Hessians a round, tens of milliseconds in all where the function can be recorded.

    Examples
    --------
    >>> table = critical_points("himmelblau")
    >>> table.counts
    {'minimum': 4, 'saddle': 4, 'maximum': 1}
    >>> table.completeness.is_met
    True
    """
    problem = Problem.over_ranges(function, point, over, abbreviations, keywords(critical_points))
    with reported(progress) as report:
        return Survey(problem).at(problem.parameters, report)


@dataclass
class _Rows:
    """What the searches so far have arrived at, each point once: in the unit cube, shape (k, n)."""

    places: np.ndarray
    values: np.ndarray
    indices: np.ndarray
    zeros: np.ndarray
    errors: np.ndarray

    def joined(self, found: Mapping[str, np.ndarray]) -> _Rows:
        """Add what a search has arrived at."""
        arrived = found["arrived"] > 0
        rows = _Rows(
            np.concatenate([self.places, found["places"][arrived]]),
            *(
                np.concatenate([getattr(self, a), found[a][arrived]])
                for a in ("values", "indices", "zeros", "errors")
            ),
        )
        return rows.at(
            is_best(rows.places, rows.errors, APART + 4 * rows.errors, np.ones(len(rows.places))) > 0
        )

    def at(self, chosen: np.ndarray) -> _Rows:
        """Return some of the rows."""
        return _Rows(*(getattr(self, f.name)[chosen] for f in fields(self)))


class Survey:
    """Finds the critical points of one problem in its box, for any values of its parameters."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.finder = Finder(problem)
        self.steepness = 0.0  # the gradient's usual size, in the unit cube's coordinates

    def _take_up(self, parameters: Mapping[str, Any]) -> None:
        """Have a finder that holds for these choices, truths and whole numbers, which are part of what it recorded."""
        if not self.finder.traced.fits(parameters):
            self.problem = replace(self.problem, parameters=dict(parameters))
            self.finder = Finder(self.problem)

    def at(self, parameters: Mapping[str, Any], progress: Progress = silent) -> CriticalPoints:
        """Return the table for these parameters; of what was found so far, if `progress` says not to go on."""
        watch = Watch(progress)
        watch(0.0, "recording the function")
        self._take_up(parameters)
        problem, finder = self.problem, self.finder
        objective = Objective(problem, parameters)
        self._try(objective)
        n = len(problem.start)

        def slopes(places: np.ndarray) -> np.ndarray:
            return finder.gradients(places, parameters)

        if self._is_level(objective, slopes):
            return self._plain(objective)
        turns = turns_around_box(slopes, n)
        rows, usual, starts, notes = self._searched(parameters, turns, slopes, watch)
        is_degenerate = rows.zeros > 0
        lonely, found_sets = self._parted(objective, rows.at(is_degenerate), usual, parameters)
        single = np.concatenate([rows.places[~is_degenerate], lonely])
        radii = np.where(np.arange(len(single)) < np.sum(~is_degenerate), APART, BLURRED)
        if len(single) > MOST:
            notes.append(
                f"more than {MOST} points were found, of which {MOST} are listed; take a smaller box"
            )
            single, radii = single[:MOST], radii[:MOST]
        # What a search has found until it was stopped is still judged.
        points = self._judged(objective, single, radii, usual, slopes, Watch() if watch.is_stopped else watch)
        if watch(JUDGED, "looking for kinks"):
            points = with_kinks(objective, points, finder.low, finder.width, usual, slopes, notes)
        flat = [p for p in points if p.kind == "flat"]
        points = [p for p in points if p.kind != "flat"]
        for p in flat:
            if not any(self._is_beside(p, known, usual) for known in found_sets):
                found_sets.append(self._set(objective, p.point, usual))
        # What is left open beside a set, and level with it, is one more point of it.
        points = [
            p
            for p in points
            if p.kind != "inconclusive" or not any(self._is_beside(p, s, usual) for s in found_sets)
        ]
        points.sort(key=_order)

        def places() -> list[Place]:
            low, width = finder.low, finder.width
            known = np.array([(p.point - low) / width for p in points]).reshape(-1, n)
            found = unexplained(slopes, known, [p.turns or 0 for p in points], turns or 0)
            return [
                Place(known_to(SMALLEST, low + width * u.place, width), u.turns, u.is_singular) for u in found
            ]

        if not watch(COUNTED, "counting"):
            return CriticalPoints(
                problem.name, problem.labels, tuple(points), tuple(found_sets), unchecked(turns, STOPPED), starts,
                tuple(notes), objective,
            )  # fmt: skip
        lost = lost_on_boundary(slopes, n) if turns is None else None
        lost = None if lost is None else finder.low + finder.width * lost

        def counted() -> Completeness:
            names, indices = [_named(p) for p in points], [p.turns for p in points]
            return check(n, turns, names, indices, bool(found_sets), places, lost)

        completeness = counted()
        if len(completeness.singular):  # which may be kinks that the search for them has missed
            near = (np.reshape(completeness.singular, (-1, n)) - finder.low) / finder.width
            more = with_kinks(objective, points, finder.low, finder.width, usual, slopes, [], near)
            if len(more) > len(points):
                points = sorted(more, key=_order)
                completeness = counted()
        return CriticalPoints(
            problem.name, problem.labels, tuple(points), tuple(found_sets), completeness, starts, tuple(notes),
            objective,
        )  # fmt: skip

    def _try(self, objective: Objective) -> None:
        """Let the function say what is wrong with it, if it works at none of a few places."""
        places = additive_recurrence(TRIALS, len(self.finder.low))
        for k, x in enumerate([self.problem.start, *(self.finder.low + self.finder.width * places)]):
            try:
                objective.value(x)
                objective.gradient_and_hessian(x)
                return
            except ProblemError:
                if k == TRIALS:
                    raise

    def _is_level(self, objective: Objective, slopes: Any) -> bool:
        """Whether f is constant in the box but for its rounding: its gradient is noise wherever it is looked at."""
        low, width = self.finder.low, self.finder.width
        places = additive_recurrence(TRIALS, len(low))
        here, beside = slopes(places), slopes(places + LONG)
        steepest = float(np.max(np.abs(here)))
        if not np.max(np.abs(beside - here)) >= ERRATIC * steepest:  # also where one is not finite
            return False
        gradient = objective.gradient_or_nan
        noises = [measured(lambda u: gradient(low + width * u) * width, place, 1.0) for place in places]
        return steepest <= 2 * float(np.max(noises))

    def _plain(self, objective: Objective) -> CriticalPoints:
        """Return the table of a function that is constant in the box."""
        problem, n = self.problem, len(self.problem.start)
        everywhere = CriticalSet(
            problem.start[None, :], objective.value(problem.start), "plain", n, np.empty((0, n))
        )
        notes = ("the function is constant in the box, but for its rounding",)
        completeness = check(n, None, [], [], has_sets=True)
        return CriticalPoints(
            problem.name, problem.labels, (), (everywhere,), completeness, TRIALS, notes, objective
        )

    def _searched(
        self, parameters: Mapping[str, Any], turns: int | None, slopes: Any, watch: Watch
    ) -> tuple[_Rows, float, int, list[str]]:
        """Search in rounds; what was found, the Hessian's usual size, how many starts there were, and notes."""
        n = len(self.problem.start)
        size, rounds = (ROWS, MAX_ROUNDS) if self.finder.is_recorded else (SLOW_ROWS, SLOW_ROUNDS)
        rows = _Rows(np.empty((0, n)), *(np.empty(0) for _ in range(4)))
        usual, barren, undefined, starts = 0.0, 0, 0, 0
        self.steepness = 0.0
        spread = [additive_recurrence(size, n, first=k * size) for k in range(rounds)]
        cells = suspects(slopes, n) if self.finder.is_recorded else np.empty((0, n))
        batches = [cells[at : at + size] for at in range(0, len(cells), size)]
        all_ = [spread[0], *batches, *spread[1:]]
        share = SEARCHED / len(all_)
        for k, batch in enumerate(all_):
            if not watch(k * share, f"{len(rows.errors)} found from {starts:,} starts"):
                break
            found = self.finder.search(batch, parameters, part(watch, k * share, (k + 1) * share))
            before, rows = len(rows.errors), rows.joined(found)
            usual = usual or float(np.nan_to_num(found["curvature"]))
            self.steepness = self.steepness or float(np.nan_to_num(found["steepness"]))
            starts += len(batch)
            if not watch.is_stopped:  # what a search is stopped at is not finite either
                undefined += int(np.sum(~np.isfinite(found["values"])))
            barren = barren + 1 if len(rows.errors) == before else 0
            degenerate = int(np.sum(rows.zeros > 0))
            if len(rows.errors) - degenerate > MOST or degenerate > MANY_DEGENERATE:
                break
            is_met = turns is None or degenerate or _total(rows) == turns
            if k >= len(batches) and barren >= (BARREN_ROUNDS[n > 2] if is_met else HOPELESS_ROUNDS):
                break
        notes = []
        if undefined:
            notes.append(f"the function or its derivatives are not finite at {undefined} of {starts} starts")
        if not self.finder.is_recorded:
            notes.append(
                f"the function could not be recorded, so that no more than {starts} starts were tried"
            )
        return rows, usual, starts, notes

    def _parted(
        self, objective: Objective, rows: _Rows, usual: float, parameters: Mapping[str, Any]
    ) -> tuple[np.ndarray, list[CriticalSet]]:
        """Part degenerate points into isolated ones, in the unit cube, and sets."""
        low, width = self.finder.low, self.finder.width

        def search(starts: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
            batches = [starts[at : at + ROWS] for at in range(0, len(starts), ROWS)]
            found = [self.finder.search(batch, parameters) for batch in batches]
            if not found:
                return starts, np.empty(0), np.empty(0, dtype=bool)
            ends, values, slopes, errors = (
                np.concatenate([f[a] for f in found]) for a in ("places", "values", "slopes", "errors")
            )
            # Not `arrived`: beside a set of critical points the gradient's usual size is not that of the box.
            inside = np.all((ends >= -EDGE) & (ends <= 1 + EDGE), axis=1)
            return ends, values, inside & (errors <= NEARLY) & (slopes <= FLATTEST * self.steepness)

        def value(place: np.ndarray) -> float:
            return objective.value(low + width * place)

        def derivatives(place: np.ndarray) -> tuple[float, np.ndarray]:
            return value(place), self._scaled_hessian(objective, low + width * place)

        def exact(place: np.ndarray) -> np.ndarray:
            return (polished(objective, low + width * place, width)[0] - low) / width

        def slopes(places: np.ndarray) -> np.ndarray:
            return self.finder.gradients(places, parameters)

        is_cheap = self.finder.is_recorded and len(low) <= FEW
        cheap_slopes, finest = (slopes, FINEST) if is_cheap else (None, COARSE)
        level = FLATTEST * self.steepness
        gathering = Gathering(usual, search, value, derivatives, exact, cheap_slopes, finest, level)
        pieces = gathering.pieces(rows.places, rows.zeros)
        return gathering.isolated, [
            CriticalSet(
                low + width * p.places,
                p.value,
                p.kind,
                p.dimension,
                np.array([known_to(EXACT, low + width * c, width) for c in p.crossings]).reshape(
                    -1, len(low)
                ),
            )
            for p in pieces
        ]

    def _is_beside(self, p: CriticalPoint, known: CriticalSet, usual: float) -> bool:
        """Whether a point that is not isolated is one more of a set."""
        apart = np.min(np.max(np.abs(known.points - p.point) / self.finder.width, axis=1))
        return bool(apart <= COARSE and abs(p.value - known.value) <= SAME_VALUE * max(abs(p.value), usual))

    def _set(self, objective: Objective, point: np.ndarray, usual: float) -> CriticalSet:
        """A set of which one point is known."""
        kind = named(*signs_across(self._scaled_hessian(objective, point), usual))
        return CriticalSet(point[None, :], objective.value(point), kind, 1, np.empty((0, len(point))))

    def _scaled_hessian(self, objective: Objective, point: np.ndarray) -> np.ndarray:
        width = self.finder.width
        return objective.hessian(point) * width * width[:, None]

    def _judged(
        self,
        objective: Objective,
        places: np.ndarray,
        radii: np.ndarray,
        usual: float,
        slopes: Any,
        watch: Watch,
    ) -> list[CriticalPoint]:
        """Polish points, drop what thereby becomes the same point or leaves the box, and say what each is."""
        low, width = self.finder.low, self.finder.width
        made: list[tuple[np.ndarray, float]] = []
        for place in places:
            if not watch(SEARCHED + (POLISHED - SEARCHED) * len(made) / len(places), "polishing points"):
                break
            made.append(polished(objective, low + width * place, width))
        radii = radii[: len(made)]
        places = np.array([(x - low) / width for x, _ in made]).reshape(len(made), len(low))
        errors = np.array([error for _, error in made])
        inside = np.all((places >= -APART) & (places <= 1 + APART), axis=1)
        keep = (is_best(places, errors, radii, 1.0 * inside) > 0) & inside
        chosen = np.flatnonzero(keep)
        judging = Watch() if watch.is_stopped else watch
        found: list[Curvature] = []
        for k in chosen:
            if not judging(POLISHED + (JUDGED - POLISHED) * len(found) / len(chosen), "judging points"):
                break
            found.append(judged(objective, made[k][0], width, usual))
        errors, radii = errors[chosen[: len(found)]], radii[chosen[: len(found)]]
        places = np.array([(c.point - low) / width for c in found]).reshape(len(found), len(low))
        # Located along the null space, several may have become the same point.
        single = is_best(places, errors, radii, np.ones(len(found))) > 0
        found, errors, places = (
            [c for c, is_one in zip(found, single, strict=True) if is_one],
            errors[single],
            places[single],
        )
        return [
            CriticalPoint(c, float(error), self._turns(c, k, places, slopes))
            for k, (c, error) in enumerate(zip(found, errors, strict=True))
        ]

    def _turns(self, curvature: Curvature, k: int, places: np.ndarray, slopes: Any) -> int | None:
        """Return a point's index as a zero of the gradient, of a degenerate one by the turns around it."""
        if curvature.label not in ("degenerate", "undefined"):
            return int((-1) ** curvature.index)
        others = np.max(np.abs(np.delete(places, k, axis=0) - places[k]), axis=1)
        return turns_around_point(slopes, places[k], min([NEIGHBOURHOOD, *(others / 2)]))


def known_to(share: float, point: np.ndarray, width: np.ndarray) -> np.ndarray:
    """Round coordinates to a power of ten that is more than a share of the box.

    Examples
    --------
    >>> known_to(1e-6, np.array([0.50000012, -1e-7]), np.ones(2)).tolist()
    [0.5, 0.0]
    """
    digits = -np.ceil(np.log10(share * width)).astype(int)
    return np.array([round(float(x), int(d)) + 0.0 for x, d in zip(point, digits, strict=True)])


def _order(point: CriticalPoint) -> tuple[int, float]:
    return LABELS.index(point.label), point.value


def _named(point: CriticalPoint) -> str:
    """Return what the ledger counts a point as."""
    return point.kind if point.label == "undefined" else point.label


def _total(rows: _Rows) -> int:
    return int(np.sum(np.where(rows.indices % 2 == 0, 1, -1)))
