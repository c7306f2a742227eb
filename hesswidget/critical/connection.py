"""Which critical points belong to one connected piece: those between which there are critical points all the way."""

from __future__ import annotations

import numpy as np

from hesswidget.critical.neighbours import ASIDE, Search

FINEST = ASIDE / 4  # of the box: critical points that near of equal value are connected
COARSE = 0.15  # the same where searches are costly
SHRINKS = 0.85  # of a gap: the longer of the two that are left when a point between was met
SAME_VALUE = 1e-10  # of the values' size, or of the Hessian's: f is constant on a connected set
ATTEMPTS = 6  # at joining pieces: where branches cross the shortest ways between them lead across
PACES = 32  # by which the ends of an edge walk towards each other at most
PACE = 1 / 8  # of the gap between them: so neither end comes to where the other's branch is nearer
STRETCH = 4.0  # times as far each end goes along the set, at most to the middle
REACH = 0.6  # of the gap: no farther a pace leads, as the other's branch may begin there
NEARS = 0.98  # of a gap: what a pace must leave at most
STEPS = 40  # by which a curve is followed at most
CLOSED = 0.7  # of a step: a curve has come to points that are known


def spread(points: np.ndarray, most: int) -> np.ndarray:
    """Choose rows that lie as far apart as may be, the next always the farthest from all before (Gonzalez, 1985).

    Examples
    --------
    >>> spread(np.array([[0.0], [0.1], [1.0], [0.4]]), 3).tolist()
    [0, 2, 3]
    """
    if len(points) <= most:
        return np.arange(len(points))
    chosen, apart = [0], np.full(len(points), np.inf)
    while len(chosen) < most:
        apart = np.minimum(apart, np.max(np.abs(points - points[chosen[-1]]), axis=1))
        chosen.append(int(np.argmax(apart)))
    return np.array(chosen)


def connected(
    points: np.ndarray,
    values: np.ndarray,
    links: list[tuple[int, int]],
    hessian_scale: float,
    search: Search,
    finest: float = FINEST,
    nearest: Search | None = None,
) -> list[np.ndarray]:
    """Part points into connected pieces, some pairs of which are known to be linked. Each is an array of rows.

    Two points are connected if the middle between them leads to a critical point of equal value, the middles of both
    gaps that are left to others, and so on, until the gaps are as small as `finest`. Where a search leads off, as
    beside a parallel curve, the gaps do not shrink. Branches that cross or touch are connected though nothing between
    them is critical: there the two points walk towards each other, each along its own branch, as alternating
    projections do (von Neumann, 1950), and meet. Tried are the edges of a minimum spanning tree of the pieces, again
    and again.

    Examples
    --------
    >>> line = lambda starts: (starts * [1, 0], np.zeros(len(starts)), starts[:, 0] <= 0.5)  # y = 0 up to x = 1/2
    >>> points = np.array([[0.0, 0.0], [0.3, 0.0], [0.9, 0.0]])
    >>> [rows.tolist() for rows in connected(points, np.zeros(3), [], 1.0, line)]
    [[0, 1], [2]]
    """
    size = max(float(np.max(np.abs(values))), hessian_scale)
    apart = np.linalg.norm(points[:, None] - points[None, :], axis=2) + 1e-12
    apart[np.abs(values[:, None] - values[None, :]) > SAME_VALUE * size] = 0.0  # no edge
    links = list(links)
    member = _members(links, len(points))
    for joins, searched in ((_connect, search), (_meet, nearest or search)):
        open_edges = apart.copy()
        for _ in range(ATTEMPTS):
            first, second = _bridges(open_edges, member)
            if not len(first):
                break
            holds = joins(points, values, first, second, SAME_VALUE * size, searched, finest)
            links += list(zip(first[holds], second[holds], strict=True))
            open_edges[first, second] = open_edges[second, first] = 0.0
            member = _members(links, len(points))
    return [np.flatnonzero(member == k) for k in np.unique(member)]


def _bridges(apart: np.ndarray, member: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return a minimum spanning tree of the pieces: the two ends of the shortest edge between each two it joins."""
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import minimum_spanning_tree

    first, second = np.nonzero(np.triu(apart))
    is_between = member[first] != member[second]
    first, second = first[is_between], second[is_between]
    order = np.argsort(apart[first, second], kind="stable")
    first, second = first[order], second[order]
    count = int(np.max(member)) + 1
    one, other = np.minimum(member[first], member[second]), np.maximum(member[first], member[second])
    keys, shortest = np.unique(one * count + other, return_index=True)
    first, second = first[shortest], second[shortest]
    edges = coo_matrix((apart[first, second], (keys // count, keys % count)), shape=(count, count))
    tree = minimum_spanning_tree(edges).tocoo()
    chosen = np.searchsorted(keys, np.minimum(tree.row, tree.col) * count + np.maximum(tree.row, tree.col))
    return first[chosen], second[chosen]


def _members(links: list[tuple[int, int]], count: int) -> np.ndarray:
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    ends = np.array(links, dtype=int).reshape(-1, 2)
    graph = coo_matrix((np.ones(len(ends)), (ends[:, 0], ends[:, 1])), shape=(count, count))
    member: np.ndarray = connected_components(graph, directed=False)[1]
    return member


def _connect(
    points: np.ndarray,
    values: np.ndarray,
    first: np.ndarray,
    second: np.ndarray,
    level: float,
    search: Search,
    finest: float,
) -> np.ndarray:
    """Say which edges run along the set."""
    holds = np.full(len(first), True)
    owners, left, right = np.arange(len(first)), points[first], points[second]
    while True:
        gaps = np.linalg.norm(right - left, axis=1)
        wide = (gaps > finest) & holds[owners]
        if not np.any(wide):
            return holds
        owners, left, right, gaps = owners[wide], left[wide], right[wide], gaps[wide]
        ends, new_values, arrived = search((left + right) / 2)
        longer = np.maximum(np.linalg.norm(ends - left, axis=1), np.linalg.norm(ends - right, axis=1))
        is_met = arrived & (longer <= SHRINKS * gaps) & (np.abs(new_values - values[first[owners]]) <= level)
        holds[owners[~is_met]] = False
        owners = np.concatenate([owners, owners])
        left, right = np.concatenate([left, ends]), np.concatenate([ends, right])


def _meet(
    points: np.ndarray,
    values: np.ndarray,
    first: np.ndarray,
    second: np.ndarray,
    level: float,
    search: Search,
    finest: float,
) -> np.ndarray:
    """Say of which edges the ends meet when they walk towards each other along the set."""
    holds = np.full(len(first), False)
    edges, ends = np.arange(len(first)), np.array([points[first], points[second]])

    def reached(starts: np.ndarray) -> np.ndarray:
        """Return where the set is near to starts; the ends where it is not, or may be the other's branch."""
        found, new_values, arrived = search(starts.reshape(-1, starts.shape[2]))
        found, arrived = found.reshape(starts.shape), arrived.reshape(2, -1)
        is_level = np.abs(new_values.reshape(2, -1) - values[first[edges]]) <= level
        is_near = np.linalg.norm(found - ends, axis=2) <= REACH * gaps
        return np.where((arrived & is_level & is_near)[:, :, None], found, ends)

    for _ in range(PACES):
        ways = ends[::-1] - ends
        gaps = np.linalg.norm(ways[0], axis=1)
        pace = np.minimum(ASIDE, gaps)[:, None] * PACE / gaps[:, None]
        along = reached(ends + pace * ways) - ends  # the set: there a pace may be longer
        along *= np.minimum(STRETCH, gaps / 2 / np.maximum(np.linalg.norm(along, axis=2), 1e-300))[:, :, None]
        ends = reached(ends + along)
        nearer = np.linalg.norm(ends[1] - ends[0], axis=1)
        holds[edges[nearer <= finest]] = True
        is_open = (nearer > finest) & (nearer <= NEARS * gaps)
        edges, ends = edges[is_open], ends[:, is_open]
        if not len(edges):
            break
    return holds


def followed(
    points: np.ndarray, values: np.ndarray, links: list[tuple[int, int]], hessian_scale: float, search: Search
) -> tuple[np.ndarray, np.ndarray, list[tuple[int, int]]]:
    """Follow curves of critical points on from their links, step by step, to where points are known.

    Returns points, values and links, with those that were met.
    """
    level = SAME_VALUE * max(float(np.max(np.abs(values))), hessian_scale)
    ends = np.array([b for _, b in links])
    ways = np.array([points[b] - points[a] for a, b in links])
    for _ in range(STEPS):
        starts = points[ends] + ASIDE * ways / np.max(np.abs(ways), axis=1, keepdims=True)
        apart = np.max(np.abs(starts[:, None] - points[None, :]), axis=2)
        apart[np.abs(values[ends][:, None] - values[None, :]) > level] = np.inf
        is_open = (np.min(apart, axis=1) > CLOSED * ASIDE) & np.all((starts >= 0) & (starts <= 1), axis=1)
        # Of two that go the same way one is enough.
        is_open &= ~np.any(
            np.tril(np.max(np.abs(starts[:, None] - starts[None, :]), axis=2) <= FINEST, -1) & is_open, axis=1
        )
        ends, starts = ends[is_open], starts[is_open]
        if not len(starts):
            break
        found, new_values, arrived = search(starts)
        is_met = (
            arrived
            & (np.max(np.abs(found - starts), axis=1) <= ASIDE / 2)
            & (np.abs(new_values - values[ends]) <= level)
        )
        if not np.any(is_met):
            break
        found, new_values, ends = found[is_met], new_values[is_met], ends[is_met]
        fresh = len(points) + np.arange(len(found))
        links = [*links, *zip(ends.tolist(), fresh.tolist(), strict=True)]
        ways = found - points[ends]
        points, values, ends = np.concatenate([points, found]), np.concatenate([values, new_values]), fresh
    return points, values, links
