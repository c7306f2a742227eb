"""Whether critical points are missing: their indices must add up to the turns of the gradient around the box.

For one variable the gradient's signs at the two ends take the place of the turns.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from hesswidget.appearance import PLURALS
from hesswidget.wording import number

Slopes = Callable[[np.ndarray], np.ndarray]

SIDE = 128  # places on each side of the box at first
FINEST = 2**15  # places on the whole boundary at most
LARGEST_TURN = np.pi / 3  # between neighbouring places
SHOWN = 4  # places that a sentence names
JUMP = 1e-7  # of the curve: what the gradient turns by between places so near is a jump
SHORTEST = 1e-12  # of the curve: nearer places are not told apart
UNUSUAL = 1e3  # times smaller or larger than usual
STRAIGHT = 1e-9  # how far from half a turn a jump must be, for the short way to be known
CIRCLE = 64  # places on a circle around a degenerate point, at first


@dataclass(frozen=True)
class Completeness:
    """The count of Poincaré (1885) and Hopf (1926), and Morse's (1925) for points that are not degenerate.

    Attributes
    ----------
    turns : int or None
        How often the gradient turns around the box; None where that cannot be said.
    total : int or None
        The sum of the points' indices as zeros of the gradient, (−1)^index where nothing is degenerate; None where
        one of them has none.
    sentence : str
        What follows.
    singular : ndarray, shape (k, n)
        Places around which ∇f turns though f is not smooth there, poles and kinks; those that were found where the
        points alone did not add up. They are part of the sum.
    """

    turns: int | None
    total: int | None
    sentence: str
    singular: np.ndarray = field(default_factory=lambda: np.empty((0, 0)), compare=False)

    @property
    def applies(self) -> bool:
        """Whether both numbers are known."""
        return self.turns is not None and self.total is not None

    @property
    def is_met(self) -> bool | None:
        """Whether they agree, which they do if no point is missing; None where the check does not apply."""
        return self.turns == self.total if self.applies else None


def turns_around_box(slopes: Slopes, dimensions: int) -> int | None:
    """Count how often a gradient turns, counter-clockwise, along the boundary of the unit square or interval.

    Parameters
    ----------
    slopes : callable
        Gradients (k, n) at places (k, n) in the unit cube.
    dimensions : int

    Returns
    -------
    int or None
        None for more than two dimensions, and where the gradient vanishes on the boundary, is not finite there, or
        turns too fast to be followed.

    Examples
    --------
    >>> turns_around_box(lambda u: (u - 0.5) * [1.0, -1.0], 2)
    -1
    """
    return _around_box(slopes, dimensions)[0]


def lost_on_boundary(slopes: Slopes, dimensions: int) -> np.ndarray | None:
    """Return where on the boundary of the unit square or interval a gradient cannot be followed; None if it can."""
    return _around_box(slopes, dimensions)[1]


def _around_box(slopes: Slopes, dimensions: int) -> tuple[int | None, np.ndarray | None]:
    if dimensions == 1:
        ends = np.sign(slopes(np.array([[0.0], [1.0]]))[:, 0])
        lost = np.flatnonzero(np.abs(ends) != 1)
        return (None, np.array([float(lost[0])])) if len(lost) else (int(ends[1] - ends[0]) // 2, None)
    if dimensions > 2:
        return None, None
    return _turns(slopes, _around_square, 4 * SIDE)


def turns_around_point(slopes: Slopes, place: np.ndarray, radius: float) -> int | None:
    """Count how often a gradient turns around one point, its index as a zero; None where that cannot be said."""
    if len(place) == 1:
        return turns_around_box(lambda u: slopes(place + radius * (2 * u - 1)), 1)
    if len(place) > 2:
        return None

    def circle(shares: np.ndarray) -> np.ndarray:
        angles = 2 * np.pi * shares
        return place + radius * np.stack([np.cos(angles), np.sin(angles)], axis=1)

    return _turns(slopes, circle, CIRCLE)[0]


def _around_square(shares: np.ndarray) -> np.ndarray:
    side = np.floor(4 * shares).astype(int) % 4
    along = 4 * shares % 1.0
    x = np.select([side == 0, side == 1, side == 2], [along, 1.0, 1 - along], 0.0)
    y = np.select([side == 0, side == 1, side == 2], [0.0, along, 1.0], 1 - along)
    return np.stack([x, y], axis=1)


def _turns(
    slopes: Slopes, curve: Callable[[np.ndarray], np.ndarray], count: int
) -> tuple[int | None, np.ndarray | None]:
    """Follow the gradient's angle along a closed curve, with more places where it turns fast.

    Where it jumps, across a kink, it is taken to turn the short way, as the gradients between do that are Clarke's
    (1975) there. Returns the turns, or None and where it was lost.
    """
    shares = np.arange(count + 1) / count
    g = slopes(curve(shares))
    while True:
        sizes = np.max(np.abs(g), axis=1)
        angles = np.where(sizes > 0, np.arctan2(g[:, 1], g[:, 0]), np.nan)
        changes = (np.diff(angles) + np.pi) % (2 * np.pi) - np.pi
        gaps = np.diff(shares)
        lost = ~np.isfinite(changes)
        fast = np.abs(changes) > LARGEST_TURN
        if not np.any(lost):
            usual = float(np.median(sizes))
            # Near a zero the gradient is small, near a pole large.
            is_usual = (sizes >= usual / UNUSUAL) & (sizes <= usual * UNUSUAL)
            fast &= ~((gaps <= JUMP) & is_usual[1:] & is_usual[:-1] & (np.abs(changes) < np.pi - STRAIGHT))
            if not np.any(fast):
                return round(float(np.sum(changes)) / (2 * np.pi)), None
            lost = fast & ((len(shares) > FINEST) | (gaps < SHORTEST))
        if np.any(lost):
            at = int(np.argmax(lost))
            return None, curve(shares[at : at + 1])[0]
        between = (shares[:-1] + shares[1:])[fast] / 2
        shares = np.concatenate([shares, between])
        order = np.argsort(shares)
        shares, g = shares[order], np.concatenate([g, slopes(curve(between))])[order]


@dataclass(frozen=True)
class Place:
    """A place around which ∇f turns otherwise than the critical points found say: `hesswidget.critical.singularities`.

    Attributes
    ----------
    point : ndarray, shape (n,)
    turns : int or None
        How often, in excess; None where ∇f cannot be followed.
    is_singular : bool
        f is not smooth there.
    """

    point: np.ndarray
    turns: int | None
    is_singular: bool


def check(
    dimensions: int,
    turns: int | None,
    labels: Sequence[str],
    indices: Sequence[int | None],
    has_sets: bool,
    places: Callable[[], Sequence[Place]] = tuple,
    lost: np.ndarray | None = None,
) -> Completeness:
    """Compare the points' indices as zeros of the gradient with its turns around the box.

    Parameters
    ----------
    dimensions : int
    turns : int or None
        See `turns_around_box`.
    labels : sequence of str
        Of the points that are isolated.
    indices : sequence of int or None
        Their indices as zeros; None where one is not known.
    has_sets : bool
        Whether there are critical points that are not isolated.
    places : callable, optional
        Looks for the places that make the difference, where there is one.
    lost : ndarray, shape (n,), optional
        A point of the boundary where the gradient cannot be followed.

    Examples
    --------
    >>> print(check(2, 1, ["minimum", "saddle", "minimum"], [1, -1, 1], False).sentence)
    complete as far as counting tells: 2 minima − 1 saddle = 1, the number of turns of ∇f around the box (Poincaré–Hopf)
    """
    if dimensions > 2:
        return unchecked(None, f"there is none in {dimensions} dimensions, and points may be missing")
    if has_sets:
        return unchecked(turns, "there are critical points that are not isolated")
    if turns is None:
        near = "" if lost is None else f", near {_written(lost)}"
        return unchecked(None, f"∇f vanishes on the boundary, is not finite there or jumps{near}")
    if any(i is None for i in indices):
        return unchecked(turns, "how ∇f turns around a degenerate point is not clear")
    known = [i for i in indices if i is not None]
    found = list(places()) if sum(known) != turns else []
    unclear = [p for p in found if p.turns is None]
    if unclear:
        return unchecked(turns, f"f is not smooth near {_listed(unclear)}, where ∇f cannot be followed")
    singular = [p for p in found if p.is_singular]
    turned = [p.turns or 0 for p in singular]
    total = sum(known) + sum(turned)
    count = f"{_sum([*labels, *[SINGULAR] * len(singular)], [*known, *turned])} = {number(total)}"
    whose = "turns of ∇f around the box" if dimensions == 2 else "changes of f′ from − to + between the ends"
    if total == turns:
        said = f"complete as far as counting tells: {count}, the number of {whose} (Poincaré–Hopf)"
    else:
        missing = [p for p in found if not p.is_singular]
        near = f"; look near {_listed(missing)}" if missing else ""
        said = (
            f"points are missing: {count}, but the number of {whose} is {number(turns)} (Poincaré–Hopf){near}"
        )
    if singular:
        said += f"; f is not smooth at {_listed(singular)}"
    return Completeness(turns, total, said, np.array([p.point for p in singular]))


def _listed(places: Sequence[Place]) -> str:
    shown = " and ".join(_written(p.point) for p in places[:SHOWN])
    return f"{shown} and {len(places) - SHOWN} more" if len(places) > SHOWN else shown


def _written(point: np.ndarray) -> str:
    return number(point[0]) if len(point) == 1 else f"({', '.join(number(x) for x in point)})"


def unchecked(turns: int | None, why: str) -> Completeness:
    """Return that points may be missing, as counting does not apply, and why."""
    return Completeness(turns, None, f"no check of completeness: {why}")


SINGULAR = "place where f is not smooth"
_PLURALS = {
    **PLURALS,
    "minimum at a kink": "minima at kinks",
    "maximum at a kink": "maxima at kinks",
    "minimum along a kink": "minima along kinks",
    "maximum along a kink": "maxima along kinks",
    "saddle at a kink": "saddles at kinks",
    SINGULAR: "places where f is not smooth",
}


def _sum(labels: Sequence[str], indices: Sequence[int | None]) -> str:
    """Write the sum out, class by class."""
    terms = Counter(zip(labels, indices, strict=True))
    written = ""
    for (label, index), count in sorted(terms.items(), key=lambda term: -(term[0][1] or 0)):
        size = abs(index or 0)
        noun = label if count == 1 else _PLURALS.get(label, label)
        sign = "−" if (index or 0) < 0 else "+"
        term = f"{f'{size} · ' if size != 1 else ''}{count} {noun}"
        written += f" {sign} {term}" if written else f"{sign if sign == '−' else ''}{term}"
    return written or "no points"
