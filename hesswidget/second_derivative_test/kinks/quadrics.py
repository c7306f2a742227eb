"""What quadratic pieces that meet at a point do around it: the sign of a piecewise quadratic form."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

ZERO = 1e-9  # relative to the largest eigenvalue of a piece
SAME = 1e-6  # relative to the same: Hessians of pieces that differ by less do so by rounding
FEW = 6  # switches, of which all combinations of sides are looked at
DIRECTIONS = 128

Sides = tuple[float, ...]


@dataclass(frozen=True)
class Border:
    """Where a quadratic form changes: a hyperplane, (m,), or where that is zero a cone ``d @ bend @ d = 0``, (m, m)."""

    normal: np.ndarray
    bend: np.ndarray

    def side(self, direction: np.ndarray) -> float:
        """Return the side of a direction."""
        return 1.0 if self.quantity(direction) >= 0 else -1.0

    def quantity(self, direction: np.ndarray) -> float:
        """Return what changes its sign at the border."""
        is_plane = np.any(self.normal)
        return float(self.normal @ direction if is_plane else direction @ self.bend @ direction)

    def within(self) -> list[np.ndarray]:
        """Return the directions on the border, in the plane."""
        if np.any(self.normal):
            return [np.array([-self.normal[1], self.normal[0]])]
        values, vectors = np.linalg.eigh(self.bend)
        if values[0] * values[1] > 0:
            return []
        one, other = np.sqrt(np.abs(values[::-1]))
        return [vectors @ np.array([one, sign * other]) for sign in (1.0, -1.0)]


class Quadrics:
    """A piecewise quadratic form on m-dimensional space, seen through some directions.

    Parameters
    ----------
    first : ndarray, shape (m, m)
        The form where every side is 1.
    changes : sequence of ndarray, shape (m, m)
        What the other side of each border adds to it.
    borders : sequence of Border
    allowed : sequence of ndarray, shape (m,)
        Only directions d with ``a @ d >= 0`` for each of them count.
    form : callable, optional
        The form on given sides, where the changes do not add up.
    scale : float
        The size of what the forms are made of, beside which rounding counts, if that is more than theirs.

    Attributes
    ----------
    low, high : (float, ndarray)
        The least and the greatest value at a unit vector that was looked at, and the vector.
    is_one : bool
        All the pieces that were looked at are the same form.
    behaviour : str
        ``rises`` or ``falls`` everywhere; ``both``; ``rises somewhere`` or ``falls somewhere``, where the other sign is
        neither seen nor excluded; ``open``.
    """

    def __init__(
        self,
        first: np.ndarray,
        changes: Sequence[np.ndarray],
        borders: Sequence[Border],
        allowed: Sequence[np.ndarray] = (),
        form: Callable[[Sides], np.ndarray] | None = None,
        scale: float = 0.0,
    ) -> None:
        self.first, self.changes, self.borders, self.allowed = first, changes, borders, allowed
        self._form = form or self._added
        is_whole = len(borders) <= FEW
        forms = [self._form(sides) for sides in _all_sides(len(borders))] if is_whole else []
        bounding = forms or self._bounds()
        size = max(scale, *(float(np.max(np.abs(a), initial=0.0)) for a in (first, *changes, *forms)))
        level = ZERO * size
        values = [(self._along(d), d) for d in self._candidates([first, *bounding])]
        of_one = self._form(tuple(border.side(values[0][1]) for border in borders))
        self.is_one = all(abs(value - d @ of_one @ d) <= SAME * size for value, d in values)
        least, most = min(value for value, _ in values), max(value for value, _ in values)
        self.low = next(a for a in values if a[0] <= least + level)
        self.high = next(a for a in values if a[0] >= most - level)
        if not (is_whole and len(first) <= 2):  # in the plane there are no others
            bounds = np.array([np.linalg.eigvalsh(a)[[0, -1]] for a in bounding])
            least, most = min(least, float(np.min(bounds))), max(most, float(np.max(bounds)))
        falls, rises = self.low[0] < -level, self.high[0] > level
        if falls and rises:
            self.behaviour = "both"
        elif rises:
            self.behaviour = "rises" if least > level else "rises somewhere"
        elif falls:
            self.behaviour = "falls" if most < -level else "falls somewhere"
        else:
            self.behaviour = "open"

    def _added(self, sides: Sides) -> np.ndarray:
        return self.first + sum(
            (c for c, s in zip(self.changes, sides, strict=True) if s < 0), 0 * self.first
        )

    def _along(self, direction: np.ndarray) -> float:
        sides = tuple(border.side(direction) for border in self.borders)
        if self._form != self._added:
            return float(direction @ self._form(sides) @ direction)
        added = [direction @ c @ direction for c, s in zip(self.changes, sides, strict=True) if s < 0]
        return float(direction @ self.first @ direction + sum(added))

    def _bounds(self) -> tuple[np.ndarray, np.ndarray]:
        """Bound the form by two: with all of the changes that lower it, and with all that raise it."""
        low, high = self.first.copy(), self.first.copy()
        for change in self.changes:
            trace = np.trace(change)
            if abs(abs(trace) - np.linalg.norm(change)) <= ZERO * abs(trace):  # of rank one
                low, high = (low + change, high) if trace < 0 else (low, high + change)
                continue
            values, vectors = np.linalg.eigh(change)
            low += vectors * np.minimum(values, 0) @ vectors.T
            high += vectors * np.maximum(values, 0) @ vectors.T
        return low, high

    def _candidates(self, forms: Sequence[np.ndarray]) -> Iterator[np.ndarray]:
        """Yield unit directions: axes, eigenvectors of the pieces, borders in the plane, and some spread evenly."""
        m = len(self.first)
        directions = [*np.eye(m)]
        if m == 2:
            directions += [d for border in self.borders for d in border.within()]
            directions += [np.array([-a[1], a[0]]) for a in self.allowed]
        directions += [border.normal for border in self.borders]
        directions += [vector for form in forms for vector in np.linalg.eigh(form)[1].T]
        if m > 1:
            directions += list(np.random.default_rng(0).normal(size=(DIRECTIONS, m)))
        for d in directions:
            length = np.linalg.norm(d)
            for unit in (d / length, -d / length) if length > 0 else ():
                if all(a @ unit >= -ZERO * np.linalg.norm(a) for a in self.allowed):
                    yield unit


def _all_sides(count: int) -> Iterator[Sides]:
    return itertools.product((1.0, -1.0), repeat=count)
