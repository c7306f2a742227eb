"""Which critical points of two neighbouring values of a parameter are the same, moved on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hesswidget.bifurcations.sweep import DEGENERATE, CriticalPointBatch
from hesswidget.critical.newton import APART

FAR = 0.2  # of the box: from one value to the next no point is followed farther
BENT = 0.6  # of the distance: how far a prediction may be off
STRANGE = 4.0  # how much less a prediction is believed where the class differs
BLURRED = 2e-3  # of the box: degenerate points nearer than this are one


@dataclass(frozen=True, eq=False)
class Links:
    """Pairs of points in two columns, and those that have no partner.

    Attributes
    ----------
    pairs : ndarray of int, shape (k, 2)
        Indices into the left and into the right column.
    left, right : ndarray of int
        Those of points that are in no pair.
    is_same : ndarray of bool, shape (k,)
        Whether the class stays the same along a pair.
    """

    pairs: np.ndarray
    left: np.ndarray
    right: np.ndarray
    is_same: np.ndarray

    @property
    def is_open(self) -> bool:
        """Whether something happens between the columns."""
        return bool(len(self.left) or len(self.right) or not np.all(self.is_same))


def tidy(batch: CriticalPointBatch) -> CriticalPointBatch:
    """Keep each point of one column once: of those that are the same the one with the smallest error.

    Degenerate points are found with little accuracy, and count as the same from farther away.
    """
    kept: list[int] = []
    for k in np.argsort(batch.errors, kind="stable"):
        others = batch.at(kept)
        apart = np.max(np.abs(others.unit_points - batch.unit_points[k]), axis=1, initial=0.0)
        is_blurred = (others.indices == DEGENERATE) & (batch.indices[k] == DEGENERATE)
        reach = np.where(is_blurred, BLURRED, 2 * APART + 4 * (others.errors + batch.errors[k]))
        if not np.any(apart <= reach):
            kept.append(int(k))
    return batch.at(sorted(kept, key=lambda k: tuple(batch.unit_points[k])))


def link(left: CriticalPointBatch, right: CriticalPointBatch, step: float) -> Links:
    """Pair the points of two columns, `step` apart, by where their tangents lead.

    A pair must be near what one of two predictions says, from the left or from the right: at a fold's tip one of the
    tangents is too steep to be of use. A pair of different classes must fit better than one of the same: then two
    branches have crossed.

    Examples
    --------
    >>> zero, one = np.zeros(1), np.ones((1, 1))
    >>> column = lambda a, x: CriticalPointBatch(np.array([a]), x * one, zero, np.zeros(1, int), one, zero)
    >>> link(column(0.0, 0.5), column(0.1, 0.6), 0.1).pairs.tolist()
    [[0, 0]]
    """
    p, q = left.unit_points[:, None], right.unit_points[None]
    distance = np.max(np.abs(p - q), axis=2, initial=0.0)
    from_left = np.max(np.abs(p + step * left.tangents[:, None] - q), axis=2, initial=0.0)
    from_right = np.max(np.abs(q - step * right.tangents[None] - p), axis=2, initial=0.0)
    cost = np.minimum(from_left, from_right)
    is_same = left.indices[:, None] == right.indices[None]
    is_possible = (distance <= FAR) & (cost <= np.maximum(BENT * distance, 4 * APART))
    weighed = np.where(is_possible, np.where(is_same, cost, STRANGE * cost + APART / 10), np.inf)
    pairs = []
    while weighed.size and np.min(weighed) < np.inf:
        i, j = np.unravel_index(np.argmin(weighed), weighed.shape)
        pairs.append((int(i), int(j)))
        weighed[i, :] = weighed[:, j] = np.inf
    rows = np.array(sorted(pairs), dtype=int).reshape(-1, 2)
    return Links(
        rows,
        np.setdiff1d(np.arange(len(left)), rows[:, 0]),
        np.setdiff1d(np.arange(len(right)), rows[:, 1]),
        is_same[rows[:, 0], rows[:, 1]],
    )


def starts_between(
    left: CriticalPointBatch, right: CriticalPointBatch, links: Links, share: float, step: float
) -> list[np.ndarray]:
    """Return starts for a value between two columns: on the lines of links, and about points without a partner."""
    starts = [(1 - share) * left.unit_points[i] + share * right.unit_points[j] for i, j in links.pairs]
    for i, j in links.pairs[~links.is_same]:
        starts += [left.unit_points[i], right.unit_points[j]]
    for column, rows, way in ((left, links.left, share), (right, links.right, share - 1)):
        lone = column.unit_points[rows]
        starts += list(lone)
        starts += list(lone + np.clip(way * step * column.tangents[rows], -0.1, 0.1))
        if len(lone) > 1:
            starts += list((lone[:-1] + lone[1:]) / 2)
    return starts
