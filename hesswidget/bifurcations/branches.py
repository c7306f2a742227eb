"""Branches of a diagram: columns of points, chained along the links of one class."""

from __future__ import annotations

import numpy as np

from hesswidget.bifurcations.diagram import Branch
from hesswidget.bifurcations.matching import Links
from hesswidget.bifurcations.sweep import DEGENERATE, CriticalPointBatch
from hesswidget.problem.controls import Range


def branches_of(
    columns: list[CriticalPointBatch],
    links: list[Links],
    box: np.ndarray,
    control: Range,
    shortest: float,
) -> tuple[Branch, ...]:
    """Return the branches, in the order of where they begin.

    Parameters
    ----------
    columns : list of CriticalPointBatch
        In the order of the parameter.
    links : list of Links
        Between each and the next.
    box : ndarray, shape (2, n)
        Least and greatest value of each coordinate.
    control : Range
        The parameter's.
    shortest : float
        As far as the slider moves along the width of an event, or a degenerate point at an end of the range: so short
        a branch is none.
    """
    low, width = box[0], box[1] - box[0]
    branches = []
    for chain in _chains(columns, links):
        rows = CriticalPointBatch.joined([columns[k].at([i]) for k, i in chain])
        if rows.sliders[-1] - rows.sliders[0] <= shortest:
            continue
        index = None if rows.indices[0] == DEGENERATE else int(rows.indices[0])
        points = low + width * rows.unit_points
        label, values = _label(index, len(low)), control.from_slider(rows.sliders)
        branches.append(Branch(label, index, values, points, rows.values, control.logarithmic))
    return tuple(sorted(branches, key=lambda b: (b.values[0], *b.points[0])))


def _chains(columns: list[CriticalPointBatch], links: list[Links]) -> list[list[tuple[int, int]]]:
    """Return for each branch the column and the row of its points."""
    chains: list[list[tuple[int, int]]] = []
    ends: dict[int, list[tuple[int, int]]] = {i: [(0, i)] for i in range(len(columns[0]))}
    for k, links_here in enumerate(links, 1):
        onward = {int(j): ends.pop(int(i)) for i, j in links_here.pairs[links_here.is_same]}
        chains += ends.values()
        ends = {j: [*onward.get(j, []), (k, j)] for j in range(len(columns[k]))}
    return [*chains, *ends.values()]


def _label(index: int | None, n: int) -> str:
    return "degenerate" if index is None else {0: "minimum", n: "maximum"}.get(index, "saddle")
