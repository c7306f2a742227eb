"""What lies beside a degenerate critical point: none where it is isolated, else others of its set."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from hesswidget.critical.newton import ZERO_CURVATURE
from hesswidget.precision import EPS

ASIDE = 0.03  # of the box: how far along the null space a neighbour is looked for
RING = 128  # directions around a point where branches may cross
WAYS = 24  # of them that are followed at most
LEAST = 0.3  # of the gradient's usual size around the point
CORRECTIONS = 3  # in the curved directions

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
        from scipy.sparse.csgraph import connected_components

        ways = self.neighbours - self.place
        ways = ways / np.linalg.norm(ways, axis=1, keepdims=True)
        return int(connected_components(ways @ ways.T > 0.95, directed=False)[0])


def null_directions(hessian: np.ndarray, usual: float) -> np.ndarray:
    """Return the eigenvectors, as rows, whose eigenvalues count as zero beside the Hessian's `usual` size."""
    eigenvalues, vectors = np.linalg.eigh((hessian + hessian.T) / 2)
    return vectors[:, np.abs(eigenvalues) <= zero_curvature(eigenvalues, usual)].T


def zero_curvature(eigenvalues: np.ndarray, usual: float) -> float:
    """Return the magnitude up to which eigenvalues count as zero."""
    return max(len(eigenvalues) * EPS * float(np.max(np.abs(eigenvalues))), ZERO_CURVATURE * usual)


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
    is_least = steepness <= LEAST * np.median(steepness)  # False where it is not finite
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
