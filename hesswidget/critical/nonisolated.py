"""Critical points that are not isolated, gathered into connected pieces: gutters, ridges and plains."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from hesswidget.critical.connection import FINEST, connected, followed, spread
from hesswidget.critical.neighbours import ASIDE, Place, Search, Slopes, looked_beside, zero_curvature

MEMBERS = 96  # points that are looked at, spread over the sets
SAME_PLACE = 2e-3  # of the box: points where branches cross are found no more exactly than that
SOFT = 0.3  # of the usual curvature across a set: where it is less, another branch may be near
STARTS = 128  # of searches for points where branches cross, at most

Derivatives = Callable[[np.ndarray], tuple[float, np.ndarray]]


def signs_across(hessian: np.ndarray, usual: float) -> tuple[bool, bool]:
    """Whether f rises and whether it falls across a set, by the Hessian."""
    eigenvalues = np.linalg.eigvalsh((hessian + hessian.T) / 2)
    threshold = zero_curvature(eigenvalues, usual)
    return bool(np.any(eigenvalues > threshold)), bool(np.any(eigenvalues < -threshold))


def named(rises: bool, falls: bool) -> str:
    """Name a set by what f does across it.

    Examples
    --------
    >>> named(True, False), named(False, False)
    ('valley', 'plain')
    """
    return {(True, False): "valley", (False, True): "ridge", (True, True): "saddle", (False, False): "plain"}[
        rises, falls
    ]


@dataclass(frozen=True)
class Piece:
    """A connected set of critical points in the unit cube; see `hesswidget.critical.table.CriticalSet`."""

    places: np.ndarray
    value: float
    kind: str
    dimension: int
    crossings: np.ndarray


class Gathering:
    """Parts degenerate critical points into isolated ones and connected sets.

    Parameters
    ----------
    usual : float
        The Hessian's usual size in the box, in the unit cube's coordinates.
    search : callable
        See `looked_beside`.
    derivatives : callable
        Value and Hessian at a place, in the unit cube's coordinates.
    polished : callable
        A critical point as exact as can be.
    slopes : callable, optional
        See `looked_beside`.
    finest : float
        See `connected`.

    Attributes
    ----------
    isolated : ndarray, shape (k, n)
        What `pieces` left out.
    """

    def __init__(
        self,
        usual: float,
        search: Search,
        derivatives: Derivatives,
        polished: Callable[[np.ndarray], np.ndarray],
        slopes: Slopes | None = None,
        finest: float = FINEST,
    ) -> None:
        self.usual, self.search, self.slopes, self.finest = usual, search, slopes, finest
        self.derivatives, self.polished = derivatives, polished
        self.isolated = np.empty((0, 0))

    def pieces(self, places: np.ndarray, zeros: np.ndarray) -> list[Piece]:
        """Return the connected sets of degenerate points, shape (k, n), that have so many zero eigenvalues."""
        chosen = spread(places, MEMBERS)
        looked = self._looked(places[chosen], zeros[chosen] > np.min(zeros, initial=np.inf))
        members = [p for p in looked if p.dimension]
        alone = [p for p in looked if not p.dimension]
        self.isolated = np.array([p.place for p in alone]).reshape(-1, places.shape[1])
        if not members:
            return []
        members += [p for p in self._crossed(members) if p.dimension]
        rows = [*members, *alone]
        every = np.concatenate([np.array([p.place for p in rows]), *(p.neighbours for p in members)])
        values = np.array([*(p.value for p in rows), *(p.value for p in members for _ in p.neighbours)])
        owners = np.repeat(np.arange(len(members)), [len(p.neighbours) for p in members])
        links = [(int(k), len(rows) + j) for j, k in enumerate(owners)]
        parts = connected(every, values, links, self.usual, self.search, self.finest)
        is_curve = np.median([p.dimension for p in members]) == 1
        if len(parts) > 1 and is_curve and self.finest <= ASIDE:
            every, values, links = followed(every, values, links, self.usual, self.search)
            parts = connected(every, values, links, self.usual, self.search, self.finest)
        is_piece = [bool(np.any(part < len(members))) for part in parts]
        # A point that is connected with a set is none that is isolated: it lies where the set ends or has a cusp.
        self.isolated = np.array(
            [every[k] for part, is_set in zip(parts, is_piece, strict=True) for k in part if not is_set]
        ).reshape(-1, places.shape[1])
        return [
            self._piece([members[k] for k in part if k < len(members)], every[part])
            for part, is_set in zip(parts, is_piece, strict=True)
            if is_set
        ]

    def _looked(self, places: np.ndarray, inexact: np.ndarray) -> list[Place]:
        """Take derivatives at places and look beside them; the inexact are polished first, and taken once each."""
        exact: list[np.ndarray] = []
        for place, is_inexact in zip(places, inexact, strict=True):
            better = self.polished(place) if is_inexact else place
            if all(np.max(np.abs(better - x)) > SAME_PLACE for x in exact):
                exact.append(better)
        if not exact:
            return []
        values, hessians = (np.array(a) for a in zip(*map(self.derivatives, exact), strict=True))
        return looked_beside(np.array(exact), values, hessians, self.usual, self.search, self.slopes)

    def _crossed(self, members: list[Place]) -> list[Place]:
        """Look for points where branches cross: searches from beside a branch are drawn there."""
        nullity = min(p.nullity for p in members)
        if nullity == len(members[0].place):
            return []
        softness = np.array([np.sort(np.abs(np.linalg.eigvalsh(p.hessian)))[nullity] for p in members])
        starts: list[np.ndarray] = []
        for k in np.argsort(softness):
            place = members[k].place
            if softness[k] > SOFT * np.median(softness) or len(starts) >= STARTS:
                break
            if members[k].nullity == nullity and all(np.max(np.abs(place - s)) > ASIDE for s in starts):
                across = np.linalg.eigh(members[k].hessian)
                soft = across[1][:, np.argsort(np.abs(across[0]))[nullity]]
                starts += [place + ASIDE / 2 * soft, place - ASIDE / 2 * soft]
        ends, _, arrived = self.search(np.array(starts).reshape(-1, len(members[0].place)))
        known = [p.place for p in members if p.nullity > nullity]
        new = [e for e in ends[arrived] if all(np.max(np.abs(e - x)) > SAME_PLACE for x in known)]
        return self._looked(np.array(new), np.full(len(new), True))

    def _piece(self, members: list[Place], places: np.ndarray) -> Piece:
        nullity = min(p.nullity for p in members)
        generic = [p for p in members if p.nullity == nullity and p.branches <= 2]
        generic = generic or [p for p in members if p.nullity == nullity]
        dimensions = [p.dimension for p in generic]
        dimension = max(set(dimensions), key=lambda d: (dimensions.count(d), -d))
        crossings: list[np.ndarray] = []
        for p in members:
            if any(np.max(np.abs(p.place - c)) <= FINEST for c in crossings):
                continue
            if p.branches > 2 if dimension == 1 else p.dimension > dimension:
                crossings.append(p.place)
        first = generic[0]
        rises, falls = signs_across(first.hessian, self.usual)
        n = len(first.place)
        places = np.concatenate([first.place[None, :], places])
        return Piece(places, first.value, named(rises, falls), dimension, np.array(crossings).reshape(-1, n))
