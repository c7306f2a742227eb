"""Whether critical points are missing: their indices must add up to the turns of the gradient around the box.

For one variable the gradient's signs at the two ends take the place of the turns.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from hesswidget.wording import number

Slopes = Callable[[np.ndarray], np.ndarray]

SIDE = 128  # places on each side of the box at first
FINEST = 2**15  # places on the whole boundary at most
LARGEST_TURN = np.pi / 3  # between neighbouring places
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
    """

    turns: int | None
    total: int | None
    sentence: str

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
    if dimensions == 1:
        left, right = np.sign(slopes(np.array([[0.0], [1.0]]))[:, 0])
        return int(right - left) // 2 if abs(left * right) == 1 else None
    if dimensions > 2:
        return None
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

    return _turns(slopes, circle, CIRCLE)


def _around_square(shares: np.ndarray) -> np.ndarray:
    side = np.floor(4 * shares).astype(int) % 4
    along = 4 * shares % 1.0
    x = np.select([side == 0, side == 1, side == 2], [along, 1.0, 1 - along], 0.0)
    y = np.select([side == 0, side == 1, side == 2], [0.0, along, 1.0], 1 - along)
    return np.stack([x, y], axis=1)


def _turns(slopes: Slopes, curve: Callable[[np.ndarray], np.ndarray], count: int) -> int | None:
    """Follow the gradient's angle along a closed curve, with more places where it turns fast."""
    shares = np.arange(count + 1) / count
    angles = _angles(slopes, curve, shares)
    while True:
        changes = (np.diff(angles) + np.pi) % (2 * np.pi) - np.pi
        if not np.all(np.isfinite(changes)):
            return None
        fast = np.abs(changes) > LARGEST_TURN
        if not np.any(fast):
            return round(float(np.sum(changes)) / (2 * np.pi))
        if len(shares) > FINEST or np.min(np.diff(shares)) < 1e-12:
            return None
        between = (shares[:-1] + shares[1:])[fast] / 2
        shares = np.concatenate([shares, between])
        order = np.argsort(shares)
        shares, angles = shares[order], np.concatenate([angles, _angles(slopes, curve, between)])[order]


def _angles(slopes: Slopes, curve: Callable[[np.ndarray], np.ndarray], shares: np.ndarray) -> np.ndarray:
    g = slopes(curve(shares))
    return np.where(np.any(g != 0, axis=1), np.arctan2(g[:, 1], g[:, 0]), np.nan)


def check(
    dimensions: int, turns: int | None, labels: Sequence[str], indices: Sequence[int | None], has_sets: bool
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

    Examples
    --------
    >>> print(check(2, 1, ["minimum", "saddle", "minimum"], [1, -1, 1], False).sentence)
    complete as far as counting tells: 2 minima − 1 saddle = 1, the number of turns of ∇f around the box (Poincaré–Hopf)
    """
    if dimensions > 2:
        return _unchecked(None, f"there is none in {dimensions} dimensions, and points may be missing")
    if has_sets:
        return _unchecked(turns, "there are critical points that are not isolated")
    if turns is None:
        return _unchecked(
            None, "∇f vanishes on the boundary, is not finite there, or turns too fast to follow"
        )
    if any(i is None for i in indices):
        return _unchecked(turns, "how ∇f turns around a degenerate point is not clear")
    total = sum(i for i in indices if i is not None)
    count = f"{_sum(labels, indices)} = {number(total)}"
    whose = "turns of ∇f around the box" if dimensions == 2 else "changes of f′ from − to + between the ends"
    if total == turns:
        said = f"complete as far as counting tells: {count}, the number of {whose} (Poincaré–Hopf)"
    else:
        said = f"points are missing: {count}, but the number of {whose} is {number(turns)} (Poincaré–Hopf)"
    return Completeness(turns, total, said)


def _unchecked(turns: int | None, why: str) -> Completeness:
    return Completeness(turns, None, f"no check of completeness: {why}")


_PLURALS = {"minimum": "minima", "maximum": "maxima", "saddle": "saddles"}


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
