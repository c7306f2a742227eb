"""Searches in rounds, until nothing new is found and the count is met."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields

import numpy as np

from hesswidget.critical.isolation import suspects
from hesswidget.critical.multistart import ROWS
from hesswidget.critical.newton import APART, is_best
from hesswidget.critical.rows import Rows
from hesswidget.critical.unit_cube import UnitCube
from hesswidget.low_discrepancy import additive_recurrence
from hesswidget.progress import Watch, part

MOST = 500  # points that are listed
MAX_ROUNDS = 16
BARREN_ROUNDS = (1, 2)  # without anything new end the search, in up to two dimensions and in more
HOPELESS_ROUNDS = 4  # without anything new end it though points are missing: one may be singular
MANY_DEGENERATE = 64  # so many are no isolated points, and more rounds would find more of the same
SLOW_ROWS, SLOW_ROUNDS = 48, 2  # where each start is searched by itself, as nothing could be recorded


@dataclass(frozen=True, eq=False)
class Arrivals(Rows):
    """What searches have arrived at, each point once.

    Attributes
    ----------
    unit_points : ndarray, shape (k, n)
        In the unit cube.
    values, indices, zeros, errors : ndarray, shape (k,)
        As in `hesswidget.critical.newton.search`.
    """

    unit_points: np.ndarray
    values: np.ndarray
    indices: np.ndarray
    zeros: np.ndarray
    errors: np.ndarray

    @classmethod
    def none(cls, dimensions: int) -> Arrivals:
        """Return those of no search."""
        return cls(np.empty((0, dimensions)), *(np.empty(0) for _ in range(4)))

    def with_those_of(self, result: Mapping[str, np.ndarray]) -> Arrivals:
        """Add what a search has arrived at."""
        found = Arrivals(*(result[f.name] for f in fields(self)))
        rows = Arrivals.joined([self, found.at(result["arrived"] > 0)])
        return rows.at(
            is_best(rows.unit_points, rows.errors, APART + 4 * rows.errors, np.ones(len(rows))) > 0
        )

    @property
    def is_degenerate(self) -> np.ndarray:
        """Whether an eigenvalue is zero, for each row."""
        return self.zeros > 0

    @property
    def total(self) -> int:
        """The sum of the indices as zeros of the gradient, of points none of which is degenerate."""
        return int(np.sum(np.where(self.indices % 2 == 0, 1, -1)))


@dataclass(frozen=True, eq=False)
class Searched:
    """What came of all rounds.

    Attributes
    ----------
    arrivals : Arrivals
    hessian_scale, gradient_scale : float
        The usual sizes of the Hessian and of the gradient in the box, in the unit cube's coordinates.
    starts : int
        How many there were.
    notes : list of str
        What else should be known.
    """

    arrivals: Arrivals
    hessian_scale: float
    gradient_scale: float
    starts: int
    notes: list[str]


def search_in_rounds(cube: UnitCube, winding_number: int | None, watch: Watch, share: float) -> Searched:
    """Search from starts spread evenly, and from where points must be suspected.

    Parameters
    ----------
    cube : UnitCube
    winding_number : int or None
        Of the gradient around the box, which the points' indices must add up to.
    watch : Watch
    share : float
        Of the work that is done with these searches.
    """
    n = cube.dimensions
    batches, least = _batches(cube)
    rows = Arrivals.none(n)
    hessian_scale = gradient_scale = 0.0
    barren = undefined = starts = 0
    each = share / len(batches)
    for k, batch in enumerate(batches):
        if not watch(k * each, f"{len(rows)} found from {starts:,} starts"):
            break
        result = cube.search(batch, part(watch, k * each, (k + 1) * each))
        before, rows = len(rows), rows.with_those_of(result)
        hessian_scale = hessian_scale or float(np.nan_to_num(result["hessian_scale"]))
        gradient_scale = gradient_scale or float(np.nan_to_num(result["gradient_scale"]))
        starts += len(batch)
        if not watch.is_stopped:  # what a search is stopped at is not finite either
            undefined += int(np.sum(~np.isfinite(result["values"])))
        barren = barren + 1 if len(rows) == before else 0
        degenerate = int(np.sum(rows.is_degenerate))
        if len(rows) - degenerate > MOST or degenerate > MANY_DEGENERATE:
            break
        is_met = winding_number is None or degenerate or rows.total == winding_number
        if k >= least and barren >= (BARREN_ROUNDS[n > 2] if is_met else HOPELESS_ROUNDS):
            break
    return Searched(rows, hessian_scale, gradient_scale, starts, _notes(cube, undefined, starts))


def _batches(cube: UnitCube) -> tuple[list[np.ndarray], int]:
    """Return starts, a batch for each search, and after how many more than the first searches may end."""
    n = cube.dimensions
    size, rounds = (ROWS, MAX_ROUNDS) if cube.is_recorded else (SLOW_ROWS, SLOW_ROUNDS)
    spread = [additive_recurrence(size, n, first=k * size) for k in range(rounds)]
    cells = suspects(cube.gradients, n) if cube.is_recorded else np.empty((0, n))
    suspected = [cells[at : at + size] for at in range(0, len(cells), size)]
    return [spread[0], *suspected, *spread[1:]], len(suspected)


def _notes(cube: UnitCube, undefined: int, starts: int) -> list[str]:
    notes = []
    if undefined:
        notes.append(f"the function or its derivatives are not finite at {undefined} of {starts} starts")
    if not cube.is_recorded:
        notes.append(f"the function could not be recorded, so that no more than {starts} starts were tried")
    return notes
