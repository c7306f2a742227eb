"""A bifurcation diagram as plain data: branches of critical points over one parameter, and what happens to them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from hesswidget.wording import number


def on_axis(values: Any, is_logarithmic: bool) -> np.ndarray:
    """Return where values of the parameter are on its axis: they themselves, or their logarithms."""
    return np.asarray(np.log10(values) if is_logarithmic else values, dtype=float)


@dataclass(frozen=True, eq=False)
class Branch:
    """Critical points of one class, followed along the parameter.

    Attributes
    ----------
    label : str
        ``minimum``, ``saddle``, ``maximum`` or ``degenerate``.
    index : int or None
        The number of negative eigenvalues; None where it is degenerate.
    values : ndarray, shape (k,)
        Of the parameter, ascending; closer together near an event.
    points : ndarray, shape (k, n)
    function_values : ndarray, shape (k,)
    is_logarithmic : bool
        As of the diagram.
    """

    label: str
    index: int | None
    values: np.ndarray
    points: np.ndarray
    function_values: np.ndarray
    is_logarithmic: bool = False

    def at(self, value: float) -> np.ndarray | None:
        """Return the point at a value of the parameter, between neighbours straight on the axis; None beyond them."""
        if not self.values[0] <= value <= self.values[-1]:
            return None
        place, places = (on_axis(a, self.is_logarithmic) for a in (value, self.values))
        return np.array([np.interp(place, places, x) for x in self.points.T])


@dataclass(frozen=True, eq=False)
class Event:
    """Where the number or the class of critical points changes.

    Attributes
    ----------
    value : float
        Of the parameter, to about a millionth of its range; of that of its logarithm on a logarithmic range.
    point : ndarray, shape (n,)
        Where, less exactly: points move as the root of the parameter there.
    function_value : float
    kind : str
        ``fold`` where two points meet and vanish, ``pitchfork`` where three become one, ``transcritical`` where two
        meet and exchange their classes, ``boundary`` where a point leaves the box, ``change`` for anything else.
    """

    value: float
    point: np.ndarray
    function_value: float
    kind: str


@dataclass(frozen=True, eq=False, repr=False)
class Diagram:
    """Critical points against one parameter.

    Attributes
    ----------
    name : str
        The function's.
    parameter : str
        The one that varies.
    labels : tuple of str
        The coordinates' names.
    values : ndarray, shape (m,)
        Of the parameter, where the whole box was searched.
    branches : tuple of Branch
    events : tuple of Event
        In the order of their values.
    others : dict
        The other parameters.
    notes : tuple of str
        What else should be known.
    is_logarithmic : bool
        The parameter's range is logarithmic: values are even in the logarithm, and so is the axis.
    """

    name: str
    parameter: str
    labels: tuple[str, ...]
    values: np.ndarray
    branches: tuple[Branch, ...]
    events: tuple[Event, ...]
    others: dict[str, Any]
    notes: tuple[str, ...] = ()
    is_logarithmic: bool = False

    def counts(self, value: float) -> dict[str, int]:
        """How many points of each class there are at a value of the parameter."""
        labels = [b.label for b in self.branches if b.at(value) is not None]
        return {label: labels.count(label) for label in dict.fromkeys(labels)}

    def __str__(self) -> str:
        lines = [f"critical points of {self.name} against {self.parameter}"]
        for b in self.branches:
            lines.append(f"{b.label} from {number(b.values[0], 6)} to {number(b.values[-1], 6)}")
        for e in self.events:
            coordinates = ", ".join(number(x, 4) for x in e.point)
            lines.append(f"{e.kind} at {self.parameter} = {number(e.value, 6)}, ({coordinates})")
        return "\n".join([*lines, *(f"{note}." for note in self.notes)])

    def __repr__(self) -> str:
        return str(self)
