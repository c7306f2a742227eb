"""What happens to critical points between two values of a parameter, from what there is before and after."""

from __future__ import annotations

from collections import Counter

import numpy as np

from hesswidget.bifurcations.diagram import Event
from hesswidget.bifurcations.matching import Links
from hesswidget.bifurcations.sweep import DEGENERATE, CriticalPointBatch

TOGETHER = 0.05  # of the box: points that take part in one event are no farther apart
EDGE = 1e-3  # of the box


def events_between(
    left: CriticalPointBatch, right: CriticalPointBatch, links: Links, value: float, box: np.ndarray
) -> list[Event]:
    """Return the events between two columns whose links say that something happens.

    Parameters
    ----------
    left, right : CriticalPointBatch
        The columns, a millionth of the range apart.
    links : Links
    value : float
        The parameter's.
    box : ndarray, shape (2, n)
        Least and greatest value of each coordinate.
    """
    changed = links.pairs[~links.is_same]
    takes_part = [
        *(("left", int(i)) for i in [*links.left, *changed[:, 0]]),
        *(("right", int(j)) for j in [*links.right, *changed[:, 1]]),
    ]
    columns = {"left": left, "right": right}
    unit_points = np.array([columns[side].unit_points[i] for side, i in takes_part])
    values = np.array([columns[side].values[i] for side, i in takes_part])
    events = []
    for group in _together(unit_points):
        members = [takes_part[k] for k in group]
        before = left.indices[[i for side, i in members if side == "left"]]
        after = right.indices[[i for side, i in members if side == "right"]]
        unit_point = np.mean(unit_points[group], axis=0)
        kind = kind_of(
            before.tolist(), after.tolist(), bool(np.any((unit_point < EDGE) | (unit_point > 1 - EDGE)))
        )
        if kind is not None:
            events.append(
                Event(value, box[0] + (box[1] - box[0]) * unit_point, float(np.mean(values[group])), kind)
            )
    return events


def kind_of(before: list[int], after: list[int], is_at_edge: bool) -> str | None:
    """Name what turns critical points of these indices into those; None where nothing does.

    Examples
    --------
    >>> kind_of([0], [0, 1, 0], False), kind_of([], [0, 1], False), kind_of([0, 1], [1, 0], False)
    ('pitchfork', 'fold', 'transcritical')
    """
    fewer, more = sorted([before, after], key=len)
    if DEGENERATE in before + after:
        return None if len(before) == len(after) else "change"
    if (len(fewer), len(more)) == (0, 1):
        return "boundary" if is_at_edge else "change"
    if (len(fewer), len(more)) == (0, 2):
        return "fold" if abs(more[0] - more[1]) == 1 else "change"
    if (len(fewer), len(more)) == (1, 3):
        outer = [i for i in more if i == fewer[0]]
        inner = [i for i in more if i != fewer[0]]
        return "pitchfork" if len(outer) == 2 and abs(inner[0] - fewer[0]) == 1 else "change"
    if (len(fewer), len(more)) == (2, 2) and Counter(before) == Counter(after):
        return "transcritical" if abs(before[0] - before[1]) == 1 else None
    return None if Counter(before) == Counter(after) else "change"


def _together(unit_points: np.ndarray) -> list[list[int]]:
    """Part points into groups whose members are near one another, through others if need be."""
    groups: list[list[int]] = []
    for k, unit_point in enumerate(unit_points):
        near = [g for g in groups if np.min(np.max(np.abs(unit_points[g] - unit_point), axis=1)) <= TOGETHER]
        groups = [g for g in groups if g not in near] + [[k, *(i for g in near for i in g)]]
    return [sorted(g) for g in groups]
