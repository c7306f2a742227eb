"""What a function may declare of itself: where its variables start, how far its parameters go, and its symmetries."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from hesswidget.errors import ProblemError, nearest

ROOM = 5.0  # of a block's entries on either side of zero, at least


@dataclass(frozen=True)
class Symmetry:
    """What can be done to the variables of a function without a change of its value.

    Attributes
    ----------
    name : str
        What it is, as a noun, such as ``the rescaling of hidden units``.
    tangents : callable or None
        ``tangents(**variables)``, of a continuous one: the directions in which it leads away from a point, a list of
        variables by name, of which those that are missing stay as they are. None for a discrete one, which gives other
        points of the same value, and no direction.
    copies : float
        Of a discrete one: how many points it makes of one, at most, that one included.
    """

    name: str
    tangents: Callable[..., Sequence[Mapping[str, Any]]] | None = None
    copies: float = 1.0

    def directions(self, variables: Mapping[str, Any]) -> list[dict[str, np.ndarray]]:
        """Return the tangents at a point, each with all of its variables; none of a discrete symmetry.

        Raises
        ------
        ProblemError
            If one names no variable, or is of another shape.

        Examples
        --------
        >>> turn = Symmetry("the rotation of the plane", lambda x, y: [{"x": -y, "y": x}])
        >>> [{a: float(d) for a, d in each.items()} for each in turn.directions({"x": 3.0, "y": 0.0})]
        [{'x': -0.0, 'y': 3.0}]
        """
        return [
            self._whole(each, variables) for each in (self.tangents(**variables) if self.tangents else ())
        ]

    def _whole(self, tangent: Mapping[str, Any], variables: Mapping[str, Any]) -> dict[str, np.ndarray]:
        for name in tangent:
            if name not in variables:
                raise ProblemError(
                    f"a tangent of {self.name} names {name!r:.40}; {nearest(str(name)[:40], variables)}"
                )
        whole = {
            a: np.asarray(tangent.get(a, np.zeros(np.shape(x))), dtype=float) for a, x in variables.items()
        }
        for name, direction in whole.items():
            if direction.shape != np.shape(variables[name]):
                raise ProblemError(
                    f"a tangent of {self.name} has shape {direction.shape} in {name}, which has shape "
                    f"{np.shape(variables[name])}; give as many numbers."
                )
        return whole


@dataclass(frozen=True, eq=False)
class Declaration:
    """What a function declares, as its attribute ``declaration``.

    Attributes
    ----------
    start : dict
        The variables by name, and where they start.
    ranges : dict
        For parameters what `hesswidget.explore` takes.
    symmetries : tuple of Symmetry
    """

    start: Mapping[str, Any]
    ranges: Mapping[str, Any] = field(default_factory=dict)
    symmetries: tuple[Symmetry, ...] = ()

    def given(self, variables: Sequence[str], starts: Mapping[str, Any]) -> dict[str, Any]:
        """Return what an explorer is to take for the arguments, where nobody gives anything else.

        A block's entries reach as far to either side of zero as `ROOM`, and farther where it starts farther out.
        """
        known = {**self.start, **starts}
        rooms = {a: _room(known[a]) for a in variables if a in known}
        return {**{a: (-room, room) for a, room in rooms.items()}, **self.ranges}


def declaration(function: Any) -> Declaration | None:
    """Return what a function declares, if anything; whatever attributes other callables have.

    Examples
    --------
    >>> declaration(np.sin) is None
    True
    """
    found = getattr(function, "declaration", None)
    return found if isinstance(found, Declaration) else None


def _room(start: Any) -> float:
    try:
        farthest = float(np.max(np.abs(np.asarray(start, dtype=float))))
    except (TypeError, ValueError):  # which says its own sentence where it is read
        return ROOM
    return max(ROOM, 1.25 * farthest) if np.isfinite(farthest) else ROOM
