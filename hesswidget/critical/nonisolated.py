"""Critical points that are not isolated, gathered into connected pieces: gutters, ridges and plains."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from hesswidget.critical.connection import FINEST, SAME_VALUE, connected, followed, spread
from hesswidget.critical.neighbours import (
    ASIDE,
    DegeneratePoint,
    Search,
    around_null,
    find_neighbours,
)
from hesswidget.critical.newton import ZERO_CURVATURE, Gradients
from hesswidget.critical.projection import projected
from hesswidget.precision import EPS
from hesswidget.second_derivative_test.stationarity import zero_threshold

MEMBERS = 96  # points that are looked at, spread over the sets
SAME_PLACE = 2e-3  # of the box: points where branches cross are found no more exactly than that
SOFT = 0.3  # of the usual curvature across a set: where it is less, another branch may be near
BETWEEN = 8  # directions between a point's neighbours that are tried
CLEAR = 100.0  # times the noise of values: what is more is no rounding
STARTS = 128  # of searches for points where branches cross, at most

Derivatives = Callable[[np.ndarray], tuple[float, np.ndarray]]


def signs_across(hessian: np.ndarray, hessian_scale: float) -> tuple[bool, bool]:
    """Whether f rises and whether it falls across a set, by the Hessian."""
    eigenvalues = np.linalg.eigvalsh((hessian + hessian.T) / 2)
    threshold = zero_threshold(eigenvalues, floor=ZERO_CURVATURE * hessian_scale)
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

    points: np.ndarray
    value: float
    kind: str
    dimension: int
    crossings: np.ndarray


class Gathering:
    """Parts degenerate critical points into isolated ones and connected sets.

    Parameters
    ----------
    hessian_scale : float
        The Hessian's usual size in the box, in the unit cube's coordinates.
    search : callable
        See `find_neighbours`.
    value : callable
        At a point.
    derivatives : callable
        Value and Hessian at a point, in the unit cube's coordinates.
    polish : callable
        A critical point as exact as can be.
    gradients : callable, optional
        See `find_neighbours`.
    finest : float
        See `connected`.
    level : float
        See `hesswidget.critical.projection.projected`.

    Attributes
    ----------
    isolated : ndarray, shape (k, n)
        What `pieces` left out.
    """

    def __init__(
        self,
        hessian_scale: float,
        search: Search,
        value: Callable[[np.ndarray], float],
        derivatives: Derivatives,
        polish: Callable[[np.ndarray], np.ndarray],
        gradients: Gradients | None = None,
        finest: float = FINEST,
        level: float = 0.0,
    ) -> None:
        self.hessian_scale, self.search, self.gradients, self.finest, self.level = (
            hessian_scale,
            search,
            gradients,
            finest,
            level,
        )
        self.value, self.derivatives, self.polish = value, derivatives, polish
        self.isolated = np.empty((0, 0))

    def pieces(self, points: np.ndarray, zeros: np.ndarray) -> list[Piece]:
        """Return the connected sets of degenerate points, shape (k, n), that have so many zero eigenvalues."""
        chosen = spread(points, MEMBERS)
        candidates = self._with_neighbours(points[chosen], zeros[chosen] > np.min(zeros, initial=np.inf))
        members = [p for p in candidates if p.dimension]
        alone = [p for p in candidates if not p.dimension]
        self.isolated = np.array([p.point for p in alone]).reshape(-1, points.shape[1])
        if not members:
            return []
        members += [p for p in self._crossed(members) if p.dimension]
        rows = [*members, *alone]
        every = np.concatenate([np.array([p.point for p in rows]), *(p.neighbours for p in members)])
        values = np.array([*(p.value for p in rows), *(p.value for p in members for _ in p.neighbours)])
        owners = np.repeat(np.arange(len(members)), [len(p.neighbours) for p in members])
        links = [(int(k), len(rows) + j) for j, k in enumerate(owners)]
        parts = self._connected(every, values, links)
        is_curve = np.median([p.dimension for p in members]) == 1
        if len(parts) > 1 and is_curve and self.finest <= ASIDE:
            every, values, links = followed(every, values, links, self.hessian_scale, self._nearest)
            parts = self._connected(every, values, links)
        is_piece = [bool(np.any(part < len(members))) for part in parts]
        # A point that is connected with a set is none that is isolated: it lies where the set ends or has a cusp.
        self.isolated = np.array(
            [every[k] for part, is_set in zip(parts, is_piece, strict=True) for k in part if not is_set]
        ).reshape(-1, points.shape[1])
        return [
            self._piece([members[k] for k in part if k < len(members)], every[part])
            for part, is_set in zip(parts, is_piece, strict=True)
            if is_set
        ]

    def _connected(
        self, points: np.ndarray, values: np.ndarray, links: list[tuple[int, int]]
    ) -> list[np.ndarray]:
        return connected(points, values, links, self.hessian_scale, self.search, self.finest, self._nearest)

    def _nearest(self, starts: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Search for the nearest point of a set, where gradients are cheap."""
        if self.gradients is None:
            return self.search(starts)
        ends, arrived = projected(self.gradients, starts, self.level)
        return ends, np.array([self.value(x) for x in ends]), arrived

    def _with_neighbours(self, points: np.ndarray, inexact: np.ndarray) -> list[DegeneratePoint]:
        """Take derivatives at points and look beside them; the inexact are polished first, and taken once each."""
        exact: list[np.ndarray] = []
        for point, is_inexact in zip(points, inexact, strict=True):
            better = self.polish(point) if is_inexact else point
            if all(np.max(np.abs(better - x)) > SAME_PLACE for x in exact):
                exact.append(better)
        if not exact:
            return []
        values, hessians = (np.array(a) for a in zip(*map(self.derivatives, exact), strict=True))
        return find_neighbours(
            np.array(exact), values, hessians, self.hessian_scale, self.search, self.gradients
        )

    def _crossed(self, members: list[DegeneratePoint]) -> list[DegeneratePoint]:
        """Look for points where branches cross: searches from beside a branch are drawn there."""
        nullity = min(p.nullity for p in members)
        if nullity == len(members[0].point):
            return []
        softness = np.array([np.sort(np.abs(np.linalg.eigvalsh(p.hessian)))[nullity] for p in members])
        starts: list[np.ndarray] = []
        for k in np.argsort(softness):
            point = members[k].point
            if softness[k] > SOFT * np.median(softness) or len(starts) >= STARTS:
                break
            if members[k].nullity == nullity and all(np.max(np.abs(point - s)) > ASIDE for s in starts):
                across = np.linalg.eigh(members[k].hessian)
                soft = across[1][:, np.argsort(np.abs(across[0]))[nullity]]
                starts += [point + ASIDE / 2 * soft, point - ASIDE / 2 * soft]
        ends, _, arrived = self.search(np.array(starts).reshape(-1, len(members[0].point)))
        known = [p.point for p in members if p.nullity > nullity]
        new = [e for e in ends[arrived] if all(np.max(np.abs(e - x)) > SAME_PLACE for x in known)]
        return self._with_neighbours(np.array(new), np.full(len(new), True))

    def _regular(self, members: list[DegeneratePoint]) -> list[bool]:
        """Say of which points the set is smooth around them: there it spans what the neighbours span."""
        rng = np.random.default_rng(0)
        starts, owners = np.empty((0, len(members[0].point))), np.empty(0, dtype=int)
        for k, p in enumerate(members):
            if p.dimension > 1:
                between = p.between(BETWEEN, rng)
                between = between[np.all((between >= 0) & (between <= 1), axis=1)]
                starts, owners = np.concatenate([starts, between]), np.append(owners, [k] * len(between))
        ends, new_values, arrived = self._nearest(starts)
        values = np.array([members[k].value for k in owners])
        size = max(self.hessian_scale, *(abs(p.value) for p in members))
        is_off = ~arrived | (np.max(np.abs(ends - starts), axis=1) > ASIDE / 16)
        is_off |= np.abs(new_values - values) > SAME_VALUE * size
        torn = set(owners[is_off].tolist())
        return [p.branches <= 2 if p.dimension == 1 else k not in torn for k, p in enumerate(members)]

    def _piece(self, members: list[DegeneratePoint], points: np.ndarray) -> Piece:
        is_regular = self._regular(members)
        regular = [p for p, smooth in zip(members, is_regular, strict=True) if smooth]
        if not regular:  # of branches that cross nothing but where they do was found
            neighbours = np.concatenate([p.neighbours for p in members])
            others = self._with_neighbours(neighbours, np.full(len(neighbours), False))
            others = [p for p in others if p.dimension]
            are_regular = self._regular(others) if others else []
            regular = [p for p, is_regular in zip(others, are_regular, strict=True) if is_regular] or members
        dimension = max(p.dimension for p in regular)
        generic = [p for p in regular if p.dimension == dimension]
        crossings: list[np.ndarray] = []
        for p, smooth in zip(members, is_regular, strict=True):
            crosses = p.branches > 2 if dimension == 1 else not smooth
            if crosses and all(np.max(np.abs(p.point - c)) > FINEST for c in crossings):
                crossings.append(p.point)
        first = min(generic, key=lambda p: p.nullity)
        n = len(first.point)
        points = np.concatenate([first.point[None, :], points])
        return Piece(
            points, first.value, named(*self._across(first)), dimension, np.array(crossings).reshape(-1, n)
        )

    def _across(self, p: DegeneratePoint) -> tuple[bool, bool]:
        """Whether f rises and whether it falls across a set at one of its points."""
        rises, falls = signs_across(p.hessian, self.hessian_scale)
        if p.nullity == p.dimension or (rises and falls):
            return rises, falls
        # What is left is of higher order: the values around, beside what they differ by on the set.
        noise = max(EPS * abs(p.value), *(abs(self.value(x) - p.value) for x in p.neighbours))
        for radius in (FINEST, ASIDE):
            changes = np.array(
                [self.value(x) - p.value for x in around_null(p.point, p.hessian, p.nullity, radius)]
            )
            rises |= bool(np.any(changes > CLEAR * noise))
            falls |= bool(np.any(changes < -CLEAR * noise))
            if rises or falls:
                break
        return rises, falls
