"""Which of the points that many paths come to are one, and which are none, since f only flattens out there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import autograd.numpy as anp
import numpy as np

from hesswidget.derivatives.control_flow import scan
from hesswidget.derivatives.recorder import record
from hesswidget.derivatives.traced import TracedFunction
from hesswidget.descent.ending import judged
from hesswidget.descent.outcome import BROKE_DOWN, CONVERGED, GOES_ON, GROWS, OFF, RUNS_AWAY
from hesswidget.descent.rows import Outcomes
from hesswidget.program.bounds import BASINS
from hesswidget.program.executor import Executable
from hesswidget.program.program import Program
from hesswidget.second_derivative_test.tolerances import Tolerances

APART = 1e-3  # of the box: end points nearer than this, along each coordinate, are one end
"""Paths stop short of a critical point by about |∇f| / λ, far less than this; critical points nearer to each other than
a picture shows are one in it."""

STOPPED, DIVERGED, ELSEWHERE = -1, -2, -3
"""What a path comes to that comes to no point; `ELSEWHERE` where there were too many points to tell apart."""


@dataclass(frozen=True)
class EndMap:
    """To which points many paths come.

    Attributes
    ----------
    ends : ndarray of int
        For each path the number of its point, or one of the above.
    steps : ndarray
        How many it took, of the same shape.
    points : ndarray, shape (k, n)
    labels : tuple of str
        What each point is; empty where that is not known.
    """

    ends: np.ndarray
    steps: np.ndarray
    points: np.ndarray
    labels: tuple[str, ...]

    def share(self, end: int) -> float:
        """Return how many of the paths come to an end, as a share of all."""
        return float(np.mean(self.ends == end))


def grouping(n: int) -> Program:
    """Record `grouped` for points of n variables, so many at once; rows whose status is no end fill up."""
    rows = BASINS.rows
    known = np.zeros((BASINS.ends, n))
    return record(
        grouped,
        points=np.zeros((rows, n)),
        statuses=np.zeros(rows),
        widths=np.ones(n),
        known=known,
        count=np.array(0.0),
    )


def grouped(points: Any, statuses: Any, widths: Any, known: Any, count: Any) -> dict[str, Any]:
    """Say which ends are the same point: those within `APART` of the box of one that is known, the first such.

    Parameters
    ----------
    points : array, shape (rows, n)
    statuses : array, shape (rows,)
        Only of a row that has converged the point is an end.
    widths : array, shape (n,)
        Of the box.
    known : array, shape (m, n)
        Ends that are known, of which the first `count` are any.
    count : array, ()

    Returns
    -------
    dict of array
        ``ends``, (rows,): for each row the place of its end in ``known``, or m where there was no room for one more, or
        −1 where it did not converge; and ``known`` and ``count`` with those that are new.

    Notes
    -----
    It depends on the order of the rows where ends lie in chains, each just within reach of the next, as on a curve of
    critical points; such curves fall into pieces.

    Examples
    --------
    >>> points = np.array([[1.0], [5.0], [1.0001]])
    >>> found = grouped(points, np.array([1.0, 1.0, 1.0]), np.ones(1), np.zeros((2, 1)), 0.0)
    >>> found["ends"].tolist(), found["known"].ravel().tolist(), float(found["count"])
    ([0.0, 1.0, 0.0], [1.0, 5.0], 2.0)
    """
    m = known.shape[0]
    places = np.arange(float(m))

    def take(known: Any, count: Any, point: Any, status: Any, widths: Any) -> tuple[Any, ...]:
        apart = anp.max(anp.abs(known - point) / widths, axis=1)
        is_it = anp.where(anp.logical_and(apart <= APART, places < count), 1.0, 0.0)
        is_known = anp.sum(is_it) > 0
        first = anp.sum(anp.where(anp.cumsum(is_it) == 0, 1.0, 0.0))  # how many come before it
        is_end = status == CONVERGED
        is_new = anp.logical_and(is_end, anp.logical_not(is_known))
        has_room = anp.logical_and(is_new, count < m)
        slot = anp.logical_and(anp.reshape(places, (m, 1)) == count, has_room)
        end = anp.where(is_end, anp.where(is_known, first, count), -1.0)
        return anp.where(slot, point, known), count + anp.where(has_room, 1.0, 0.0), end

    known, count, ends = scan(take, (known, 1.0 * count), (points, statuses), (widths,))
    return {"ends": ends, "known": known, "count": count}


class Ends:
    """The points that paths come to. Twin of ``frontend/engine/ends.ts``.

    Parameters
    ----------
    f : TracedFunction
    widths : ndarray, shape (n,)
        Of the variables' ranges.
    tolerances : Tolerances
        What an end is judged by.
    ending : Executable, optional
        The same that was recorded, which is quicker; see `hesswidget.descent.ending.program`.
    """

    def __init__(
        self, f: TracedFunction, widths: np.ndarray, tolerances: Tolerances, ending: Executable | None = None
    ) -> None:
        self._f, self._widths, self._tolerances, self._ending = f, widths, tolerances, ending
        n = len(widths)
        self._group = Executable(grouping(n))
        self._known, self._count = np.zeros((BASINS.ends, n)), 0

    @property
    def points(self) -> np.ndarray:
        """Those that are told apart."""
        return self._known[: self._count].copy()

    @property
    def labels(self) -> tuple[str, ...]:
        """The class of each."""
        return tuple(judged(self._f, CONVERGED, x[None], self._tolerances).label for x in self.points)

    def numbers(self, outcomes: Outcomes) -> np.ndarray:
        """Return to which of the points each path comes, shape (k,), or one of the above.

        One that is new is looked at first: where f only flattens out, the path has diverged.
        """
        numbers = np.full(len(outcomes.steps), STOPPED)
        numbers[np.isin(outcomes.statuses, (*OFF, BROKE_DOWN, GROWS))] = DIVERGED
        arrived = np.flatnonzero(outcomes.statuses == CONVERGED)
        for at in range(0, len(arrived), BASINS.rows):
            some = arrived[at : at + BASINS.rows]
            numbers[some] = self._numbers(outcomes.points[some])
        return numbers

    def _numbers(self, points: np.ndarray) -> np.ndarray:
        statuses = np.full(len(points), CONVERGED)
        found = self._grouped(points, statuses)
        for k in np.flatnonzero(found["ends"] >= self._count):
            statuses[k] = self._status(points[k])
        if (statuses == RUNS_AWAY).any():
            found = self._grouped(points, statuses)
        self._known, self._count = found["known"], int(found["count"])
        numbers = np.where(found["ends"] < BASINS.ends, found["ends"], ELSEWHERE).astype(int)
        return np.where(statuses == RUNS_AWAY, DIVERGED, numbers)

    def _status(self, point: np.ndarray) -> float:
        if self._ending is None:
            return judged(self._f, CONVERGED, point[None], self._tolerances).status
        found = self._ending(status=np.array(CONVERGED), point=point, parameters=self._f.parameters)
        return float(found["status"])

    def _grouped(self, points: np.ndarray, statuses: np.ndarray) -> dict[str, np.ndarray]:
        fill = BASINS.rows - len(points)
        found: dict[str, np.ndarray] = self._group(
            points=np.pad(points, ((0, fill), (0, 0))),
            statuses=np.pad(statuses, (0, fill), constant_values=GOES_ON),
            widths=self._widths, known=self._known, count=np.array(float(self._count)),
        )  # fmt: skip
        return {**found, "ends": found["ends"][: len(points)]}
