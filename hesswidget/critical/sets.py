"""Critical points that are not isolated: told from isolated ones, and gathered into connected pieces."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components, minimum_spanning_tree

from hesswidget.critical.search import ZERO_CURVATURE
from hesswidget.judgement import EPS
from hesswidget.splitting import SAFETY

ASIDE = 0.03  # of the box: how far along the null space a neighbour is looked for
FINEST = ASIDE / 4  # of the box: critical points that near of equal value are connected
ASTRAY = 0.25  # of a gap: how far from its middle the set may be met
SAME_VALUE = (
    1e-6  # of the values' size, or of the Hessian's: f is constant on a connected set of critical points
)
ATTEMPTS = 4  # at joining pieces that lie side by side
RING = 128  # directions around a point where branches may cross
WAYS = 24  # of them that are followed at most
CORRECTIONS = 3  # in the curved directions

MEMBERS = 96  # points that are looked at, spread over the sets
SAME_PLACE = 2e-3  # of the box: points where branches cross are found no more exactly than that
SOFT = 0.3  # of the usual curvature across a set: where it is less, another branch may be near

Derivatives = Callable[[np.ndarray], tuple[float, np.ndarray]]
Slopes = Callable[[np.ndarray], np.ndarray]
Search = Callable[[np.ndarray], tuple[np.ndarray, np.ndarray, np.ndarray]]


@dataclass(frozen=True)
class Place:
    """A degenerate critical point in the unit cube, and what was found beside it.

    Attributes
    ----------
    place : ndarray, shape (n,)
    value : float
    hessian : ndarray, shape (n, n)
        In the unit cube's coordinates.
    neighbours : ndarray, shape (k, n)
        Critical points beside it; none where it is isolated.
    nullity : int
        How many eigenvalues count as zero.
    """

    place: np.ndarray
    value: float
    hessian: np.ndarray
    neighbours: np.ndarray
    nullity: int

    @property
    def dimension(self) -> int:
        """How many dimensions the neighbours span."""
        if not len(self.neighbours):
            return 0
        spans = np.linalg.svd(self.neighbours - self.place, compute_uv=False)
        return int(np.sum(spans > 0.3 * spans[0]))

    @property
    def branches(self) -> int:
        """In how many directions neighbours lie: 2 on a curve, 4 where two cross."""
        ways = self.neighbours - self.place
        ways = ways / np.linalg.norm(ways, axis=1, keepdims=True)
        return int(connected_components(ways @ ways.T > 0.95, directed=False)[0])


def spread(places: np.ndarray, most: int) -> np.ndarray:
    """Choose rows that lie as far apart as may be, the next always the farthest from all before (Gonzalez, 1985).

    Examples
    --------
    >>> spread(np.array([[0.0], [0.1], [1.0], [0.4]]), 3).tolist()
    [0, 2, 3]
    """
    if len(places) <= most:
        return np.arange(len(places))
    chosen, apart = [0], np.full(len(places), np.inf)
    while len(chosen) < most:
        apart = np.minimum(apart, np.max(np.abs(places - places[chosen[-1]]), axis=1))
        chosen.append(int(np.argmax(apart)))
    return np.array(chosen)


def null_directions(hessian: np.ndarray, usual: float) -> np.ndarray:
    """Return the eigenvectors, as rows, whose eigenvalues count as zero beside the Hessian's `usual` size."""
    eigenvalues, vectors = np.linalg.eigh((hessian + hessian.T) / 2)
    return vectors[:, np.abs(eigenvalues) <= _zero(eigenvalues, usual)].T


def _zero(eigenvalues: np.ndarray, usual: float) -> float:
    return max(len(eigenvalues) * EPS * float(np.max(np.abs(eigenvalues))), ZERO_CURVATURE * usual)


def _sizes(hessian: np.ndarray) -> np.ndarray:
    return np.sort(np.abs(np.linalg.eigvalsh((hessian + hessian.T) / 2)))


def looked_beside(
    places: np.ndarray,
    values: np.ndarray,
    hessians: np.ndarray,
    usual: float,
    search: Search,
    slopes: Slopes | None = None,
) -> list[Place]:
    """Look for neighbours of degenerate points along the null space: to an isolated one searches return.

    They are set off to both sides along each null direction and, in a null space of more dimensions, from where around
    the point the gradient is least.

    Parameters
    ----------
    places, values, hessians : ndarray, shape (k, n), (k,) and (k, n, n)
        In the unit cube's coordinates.
    usual : float
        The Hessian's usual size.
    search : callable
        Returns where searches from starts (m, n) ended, the values there, and whether these are critical points.
    slopes : callable, optional
        Gradients (m, n) at places (m, n).
    """
    directions = [null_directions(h, usual) for h in hessians]
    starts = [np.concatenate([x + ASIDE * d, x - ASIDE * d]) for x, d in zip(places, directions, strict=True)]
    if slopes is not None:
        for k, (x, h, d) in enumerate(zip(places, hessians, directions, strict=True)):
            if len(d) > 1:
                starts[k] = np.concatenate([starts[k], _least_steep(x, h, len(d), slopes)])
    owners = np.repeat(np.arange(len(places)), [len(s) for s in starts])
    probes = np.concatenate([*starts, np.empty((0, places.shape[1]))])
    ends, _, arrived = search(probes)
    back = np.max(np.abs(ends - places[owners]), axis=1)
    drift = np.max(np.abs(ends - probes), axis=1)
    is_beside = arrived & (back >= ASIDE / 4) & (drift <= ASIDE / 2)
    return [
        Place(x, float(v), h, ends[is_beside & (owners == k)], len(d))
        for k, (x, v, h, d) in enumerate(zip(places, values, hessians, directions, strict=True))
    ]


def _least_steep(place: np.ndarray, hessian: np.ndarray, nullity: int, slopes: Slopes) -> np.ndarray:
    """Return places around a point, shape (m, n), at which the gradient is least: there the branches of a set leave.

    The curved directions are solved out, as branches bend away from the null space.
    """
    eigenvalues, vectors = np.linalg.eigh((hessian + hessian.T) / 2)
    order = np.argsort(np.abs(eigenvalues))
    null, curved, curvatures = (
        vectors[:, order[:nullity]],
        vectors[:, order[nullity:]],
        eigenvalues[order[nullity:]],
    )
    around = place + ASIDE * _around(nullity) @ null.T
    for _ in range(CORRECTIONS):
        around = around - (slopes(around) @ curved / curvatures) @ curved.T
    steepness = np.linalg.norm(slopes(around) @ null, axis=1)
    is_least = steepness <= SOFT * np.median(steepness)  # False where it is not finite
    if nullity == 2:
        is_least &= (steepness < np.roll(steepness, 1)) & (steepness <= np.roll(steepness, -1))
    least = np.flatnonzero(is_least)
    return around[least[np.argsort(steepness[least])][:WAYS]]


def _around(k: int) -> np.ndarray:
    """Unit vectors of shape (m, k), spread evenly."""
    if k == 2:
        angles = 2 * np.pi * np.arange(RING) / RING
        return np.stack([np.cos(angles), np.sin(angles)], axis=1)
    ways = np.random.default_rng(0).normal(size=(2 * RING, k))
    return np.asarray(ways / np.linalg.norm(ways, axis=1, keepdims=True))


def connected(
    places: np.ndarray,
    values: np.ndarray,
    links: list[tuple[int, int]],
    usual: float,
    search: Search,
    finest: float = FINEST,
) -> list[np.ndarray]:
    """Part points into connected pieces, some pairs of which are known to be linked. Each is an array of rows.

    Two points are connected if the middle between them, and again the middles of both halves, lead to critical points
    of equal value near by, until the gaps are as small as `finest`. Tried are the edges of a minimum spanning tree, and
    again of one between the pieces.

    Examples
    --------
    >>> line = lambda starts: (starts * [1, 0], np.zeros(len(starts)), starts[:, 0] <= 0.5)  # y = 0 up to x = 1/2
    >>> places = np.array([[0.0, 0.0], [0.3, 0.0], [0.9, 0.0]])
    >>> [rows.tolist() for rows in connected(places, np.zeros(3), [], 1.0, line)]
    [[0, 1], [2]]
    """
    size = max(float(np.max(np.abs(values))), usual)
    apart = np.max(np.abs(places[:, None] - places[None, :]), axis=2) + 1e-12
    apart[np.abs(values[:, None] - values[None, :]) > SAME_VALUE * size] = 0.0  # no edge
    links = list(links)
    member = _members(links, len(places))
    for _ in range(ATTEMPTS):
        between = np.where(member[:, None] != member[None, :], apart, 0.0)
        first, second = minimum_spanning_tree(between).nonzero()
        if not len(first):
            break
        holds = _connect(places, values, first, second, SAME_VALUE * size, search, finest)
        links += list(zip(first[holds], second[holds], strict=True))
        apart[first, second] = apart[second, first] = 0.0
        member = _members(links, len(places))
    return [np.flatnonzero(member == k) for k in np.unique(member)]


def _members(links: list[tuple[int, int]], count: int) -> np.ndarray:
    ends = np.array(links, dtype=int).reshape(-1, 2)
    graph = coo_matrix((np.ones(len(ends)), (ends[:, 0], ends[:, 1])), shape=(count, count))
    member: np.ndarray = connected_components(graph, directed=False)[1]
    return member


def _connect(
    places: np.ndarray,
    values: np.ndarray,
    first: np.ndarray,
    second: np.ndarray,
    level: float,
    search: Search,
    finest: float,
) -> np.ndarray:
    """Say which edges run along the set."""
    holds = np.full(len(first), True)
    owners, left, right = np.arange(len(first)), places[first], places[second]
    while True:
        gaps = np.max(np.abs(right - left), axis=1)
        wide = (gaps > finest) & holds[owners]
        if not np.any(wide):
            return holds
        owners, left, right, gaps = owners[wide], left[wide], right[wide], gaps[wide]
        middles = (left + right) / 2
        ends, heights, arrived = search(middles)
        is_met = (
            arrived
            & (np.max(np.abs(ends - middles), axis=1) <= ASTRAY * gaps)
            & (np.abs(heights - values[first[owners]]) <= level)
        )
        holds[owners[~is_met]] = False
        owners = np.concatenate([owners, owners])
        left, right = np.concatenate([left, ends]), np.concatenate([ends, right])


def signs_across(hessian: np.ndarray, usual: float) -> tuple[bool, bool]:
    """Whether f rises and whether it falls across a set, by the Hessian."""
    eigenvalues = np.linalg.eigvalsh((hessian + hessian.T) / 2)
    threshold = _zero(eigenvalues, usual)
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
    """A connected set of critical points in the unit cube; see `hesswidget.critical.points.CriticalSet`."""

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
        self.isolated = np.array([p.place for p in looked if not p.dimension]).reshape(-1, places.shape[1])
        members = [p for p in looked if p.dimension]
        if not members:
            return []
        members += [p for p in self._crossed(members) if p.dimension]
        ends = [p.neighbours for p in members]
        every = np.concatenate([np.array([p.place for p in members]), *ends])
        values = np.array([*(p.value for p in members), *(p.value for p in members for _ in p.neighbours)])
        owners = np.repeat(np.arange(len(members)), [len(e) for e in ends])
        links = [(int(k), len(members) + j) for j, k in enumerate(owners)]
        parts = connected(every, values, links, self.usual, self.search, self.finest)
        made = [
            self._piece([members[k] for k in part if k < len(members)], every[part])
            for part in parts
            if np.any(part < len(members))
        ]
        return made

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
        softness = np.array([_sizes(p.hessian)[nullity] for p in members])
        starts: list[np.ndarray] = []
        for k in np.argsort(softness):
            place = members[k].place
            if softness[k] > SOFT * np.median(softness) or len(starts) >= 2 * WAYS:
                break
            if members[k].nullity == nullity and all(np.max(np.abs(place - s)) > ASIDE for s in starts):
                across = np.linalg.eigh(members[k].hessian)
                soft = across[1][:, np.argsort(np.abs(across[0]))[nullity]]
                starts += [place + ASIDE / 2 * soft, place - ASIDE / 2 * soft]
        ends, _, arrived = self.search(np.array(starts).reshape(-1, len(members[0].place)))
        known = np.array([p.place for p in members])
        new = [e for e in ends[arrived] if np.min(np.max(np.abs(e - known), axis=1)) > SAME_PLACE]
        return self._looked(np.array(new), np.full(len(new), True))

    def _piece(self, members: list[Place], places: np.ndarray) -> Piece:
        nullity = min(p.nullity for p in members)
        generic = [p for p in members if p.nullity == nullity]
        dimensions = [p.dimension for p in generic]
        dimension = max(set(dimensions), key=lambda d: (dimensions.count(d), -d))
        crossings: list[np.ndarray] = []
        for p in members:
            if p.nullity == nullity or any(np.max(np.abs(p.place - c)) <= FINEST for c in crossings):
                continue
            if p.branches > 2 if dimension == 1 else p.dimension > dimension:
                crossings.append(p.place)
        first = generic[0]
        rises, falls = signs_across(first.hessian, self.usual)
        if not (rises or falls) and dimension < len(first.place):
            rises, falls = self._signs_beside(first)
        n = len(first.place)
        places = np.concatenate([first.place[None, :], places])
        return Piece(places, first.value, named(rises, falls), dimension, np.array(crossings).reshape(-1, n))

    def _signs_beside(self, at: Place) -> tuple[bool, bool]:
        """Whether f rises and whether it falls across a set where the Hessian vanishes."""
        along = np.linalg.svd(at.neighbours - at.place)[2][: at.dimension]
        across = np.linalg.svd(along)[2][at.dimension :]
        heights = np.array([self.derivatives(at.place + s * ASIDE * d)[0] for d in across for s in (1, -1)])
        rounding = SAFETY * EPS * np.maximum(np.abs(heights), abs(at.value))
        rise = heights - at.value
        return bool(np.any(rise > rounding)), bool(np.any(rise < -rounding))
