"""What becomes of a method's path over the ranges of one or two hyperparameters."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from hesswidget.descent.ends import EndMap, Ends
from hesswidget.descent.limit import VALUES
from hesswidget.descent.rows import Rows
from hesswidget.problem.controls import Range

SIDE = 49  # values of each


@dataclass(frozen=True)
class SweepMap(EndMap):
    """What a path comes to at each of many values of hyperparameters: of the second, if there are two, and the first.

    Attributes
    ----------
    method : str
    axes : tuple of Range
        One or two.
    limit : ndarray, shape (k, m), or None
        Points of the line up to which theory has the method converge, in values of the axes; of one axis, its value.
    """

    method: str
    axes: tuple[Range, ...]
    limit: np.ndarray | None

    @property
    def names(self) -> tuple[str, ...]:
        """What the axes are called."""
        return tuple(axis.name for axis in self.axes)

    @property
    def values(self) -> tuple[np.ndarray, ...]:
        """The values of each hyperparameter."""
        return tuple(values_of(axis, self.ends.shape[-1]) for axis in self.axes)


def values_of(axis: Range, count: int) -> np.ndarray:
    """Return the values at even places of a slider. Twin of ``valuesOf`` in ``frontend/engine/sweep.ts``.

    Examples
    --------
    >>> values_of(Range("rate", 0.1, 1e-2, 1.0, 0.1, logarithmic=True), 3).round(3).tolist()
    [0.01, 0.1, 1.0]
    """
    low, high = axis.to_slider(axis.minimum), axis.to_slider(axis.maximum)
    return np.asarray(axis.from_slider(np.linspace(low, high, count)), dtype=float)


Limit = Callable[[np.ndarray, np.ndarray], np.ndarray]
"""Of the point where most paths end, and values of the other hyperparameter: up to which rates they converge."""


def mapped(
    rows: Rows,
    method: str,
    axes: Sequence[Range],
    point: np.ndarray,
    parameters: np.ndarray,
    most: int,
    ends: Ends,
    limit: Limit | None = None,
    rate: str | None = None,
    side: int = SIDE,
) -> SweepMap:
    """Follow a path from one start at each of many values of hyperparameters.

    Parameters
    ----------
    rows : Rows
        Whose ``swept`` are the values.
    method : str
        Its title.
    axes : sequence of Range
    point : ndarray, shape (n,)
    parameters : ndarray
        The traced ones.
    most : int
        How many steps a path takes at most.
    ends : Ends
    limit : callable, optional
    rate : str, optional
        Which of the axes the limit is of.
    side : int
        Values of each.
    """
    grids = np.meshgrid(*(values_of(axis, side) for axis in axes))
    swept = np.array([grid.ravel() for grid in grids]).T
    found = rows.outcomes(np.tile(point, (len(swept), 1)), parameters, most, swept)
    numbers, shape = ends.numbers(found), grids[0].shape
    line = _line(limit, axes, rate, numbers, ends.points) if limit and rate else None
    return SweepMap(
        numbers.reshape(shape),
        found.steps.reshape(shape),
        ends.points,
        ends.labels,
        method,
        tuple(axes),
        line,
    )


def _line(
    limit: Limit, axes: Sequence[Range], rate: str, numbers: np.ndarray, points: np.ndarray
) -> np.ndarray | None:
    if not (numbers >= 0).any():
        return None
    others = [axis for axis in axes if axis.name != rate]
    values = values_of(others[0], VALUES) if others else np.zeros(VALUES)
    rates = limit(points[np.bincount(numbers[numbers >= 0]).argmax()], values)
    line = np.array([rates if axis.name == rate else values for axis in axes]).T
    line = line[np.isfinite(rates)]
    return line if len(line) else None
