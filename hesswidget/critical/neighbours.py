"""What lies beside a degenerate critical point: none where it is isolated, else others of its set."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from hesswidget.critical.newton import ZERO_CURVATURE, Gradients
from hesswidget.second_derivative_test.stationarity import zero_threshold

ASIDE = 0.03  # of the box: how far along the null space a neighbour is looked for
RING = 128  # directions around a point where branches may cross
WAYS = 24  # of them that are followed at most
LEAST = 0.3  # of the gradient's usual size around the point
CORRECTIONS = 3  # in the curved directions
NARROWINGS = 36  # of a direction, halved each time
NARROWER = np.linspace(-1.0, 1.0, 5)
LEVEL = 1e-14  # of the gradient's usual size around the point: what is less is none

Search = Callable[[np.ndarray], tuple[np.ndarray, np.ndarray, np.ndarray]]


@dataclass(frozen=True)
class DegeneratePoint:
    """A degenerate critical point in the unit cube, and what was found beside it.

    Attributes
    ----------
    point : ndarray, shape (n,)
    value : float
    hessian : ndarray, shape (n, n)
        In the unit cube's coordinates.
    neighbours : ndarray, shape (k, n)
        Critical points beside it; none where it is isolated.
    nullity : int
        How many eigenvalues count as zero.
    """

    point: np.ndarray
    value: float
    hessian: np.ndarray
    neighbours: np.ndarray
    nullity: int

    @property
    def dimension(self) -> int:
        """How many dimensions the neighbours span."""
        if not len(self.neighbours):
            return 0
        spans = np.linalg.svd(self.neighbours - self.point, compute_uv=False)
        return int(np.sum(spans > 0.3 * spans[0]))

    @property
    def branches(self) -> int:
        """In how many directions neighbours lie: 2 on a curve, 4 where two cross."""
        from scipy.sparse.csgraph import connected_components

        ways = self.neighbours - self.point
        ways = ways / np.linalg.norm(ways, axis=1, keepdims=True)
        return int(connected_components(ways @ ways.T > 0.95, directed=False)[0])

    def between(self, count: int, rng: np.random.Generator) -> np.ndarray:
        """Return points (count, n) near it in directions between those of the neighbours."""
        ways = self.neighbours - self.point
        _, _, rows = np.linalg.svd(ways, full_matrices=False)
        shares = rng.normal(size=(count, self.dimension))
        directions = shares @ rows[: self.dimension]
        return self.point + ASIDE / 2 * directions / np.linalg.norm(directions, axis=1, keepdims=True)


def null_directions(hessian: np.ndarray, hessian_scale: float) -> np.ndarray:
    """Return the eigenvectors, as rows, whose eigenvalues count as zero beside the Hessian's scale."""
    eigenvalues, vectors = np.linalg.eigh((hessian + hessian.T) / 2)
    return vectors[
        :, np.abs(eigenvalues) <= zero_threshold(eigenvalues, floor=ZERO_CURVATURE * hessian_scale)
    ].T


def find_neighbours(
    points: np.ndarray,
    values: np.ndarray,
    hessians: np.ndarray,
    hessian_scale: float,
    search: Search,
    gradients: Gradients | None = None,
) -> list[DegeneratePoint]:
    """Look for neighbours of degenerate points along the null space: to an isolated one searches return.

    They are set off to both sides along each null direction and, in a null space of more dimensions, from where around
    the point the gradient is least.

    Parameters
    ----------
    points, values, hessians : ndarray, shape (k, n), (k,) and (k, n, n)
        In the unit cube's coordinates.
    hessian_scale : float
        The Hessian's usual size.
    search : callable
        Returns where searches from starts (m, n) ended, the values there, and whether these are critical points.
    gradients : callable, optional
        Gradients (m, n) at points (m, n).
    """
    directions = [null_directions(h, hessian_scale) for h in hessians]
    starts = [np.concatenate([x + ASIDE * d, x - ASIDE * d]) for x, d in zip(points, directions, strict=True)]
    level = [np.full(len(s), False) for s in starts]
    if gradients is not None:
        for k, (x, h, d) in enumerate(zip(points, hessians, directions, strict=True)):
            if len(d) > 1:
                least, is_level = _least_steep(x, h, len(d), gradients)
                starts[k], level[k] = np.concatenate([starts[k], least]), np.append(level[k], is_level)
    owners = np.repeat(np.arange(len(points)), [len(s) for s in starts])
    probes = np.concatenate([*starts, np.empty((0, points.shape[1]))])
    ends, _, arrived = search(probes)
    back = np.max(np.abs(ends - points[owners]), axis=1)
    drift = np.max(np.abs(ends - probes), axis=1)
    is_neighbour = arrived & (back >= ASIDE / 4) & (drift <= ASIDE / 2)
    # Along a branch of high order Newton's steps may lead back from what is critical: it counts as it is.
    stays = np.concatenate([*level, np.empty(0, dtype=bool)]) & ~is_neighbour
    ends, is_neighbour = np.where(stays[:, None], probes, ends), is_neighbour | stays
    return [
        DegeneratePoint(x, float(v), h, ends[is_neighbour & (owners == k)], len(d))
        for k, (x, v, h, d) in enumerate(zip(points, values, hessians, directions, strict=True))
    ]


def _least_steep(
    point: np.ndarray, hessian: np.ndarray, nullity: int, gradients: Gradients
) -> tuple[np.ndarray, np.ndarray]:
    """Return points around a point, shape (m, n), at which the gradient is least: there the branches of a set leave.

    The curved directions are solved out, as branches bend away from the null space. In a null space of two dimensions
    the points are narrowed down; besides, whether the gradient vanishes there.
    """
    eigenvalues, vectors = _flattest_first(hessian)
    null, curved, curvatures = vectors[:, :nullity], vectors[:, nullity:], eigenvalues[nullity:]

    def corrected(ways: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        around = point + ASIDE * ways @ null.T
        for _ in range(CORRECTIONS):
            around = around - (gradients(around) @ curved / curvatures) @ curved.T
        return around, np.linalg.norm(gradients(around) @ null, axis=1)

    ways = _around(nullity)
    around, gradient_norms = corrected(ways)
    gradient_scale = np.median(gradient_norms)
    is_least = gradient_norms <= LEAST * gradient_scale  # False where it is not finite
    if nullity == 2:
        is_least &= (gradient_norms < np.roll(gradient_norms, 1)) & (
            gradient_norms <= np.roll(gradient_norms, -1)
        )
    least = np.flatnonzero(is_least)
    least = least[np.argsort(gradient_norms[least])][:WAYS]
    if nullity != 2 or not len(least):
        return around[least], np.full(len(least), False)
    angles, reach = np.arctan2(ways[least, 1], ways[least, 0]), 2 * np.pi / RING
    for _ in range(NARROWINGS):
        trials = angles[:, None] + reach * NARROWER
        gradient_norms = corrected(_on_circle(trials.reshape(-1)))[1].reshape(trials.shape)
        angles = trials[np.arange(len(angles)), np.argmin(gradient_norms, axis=1)]
        reach /= 2
    around, gradient_norms = corrected(_on_circle(angles))
    return around, gradient_norms <= LEVEL * gradient_scale


def _around(k: int) -> np.ndarray:
    """Unit vectors of shape (m, k), spread evenly."""
    if k == 2:
        return _on_circle(2 * np.pi * np.arange(RING) / RING)
    ways = np.random.default_rng(0).normal(size=(2 * RING, k))
    return np.asarray(ways / np.linalg.norm(ways, axis=1, keepdims=True))


def _on_circle(angles: np.ndarray) -> np.ndarray:
    return np.stack([np.cos(angles), np.sin(angles)], axis=1)


def around_null(point: np.ndarray, hessian: np.ndarray, nullity: int, radius: float) -> np.ndarray:
    """Return points around a point, shape (m, n), in directions in which the Hessian vanishes."""
    null = _flattest_first(hessian)[1][:, :nullity]
    return np.asarray(point + radius * _around(nullity) @ null.T)


def _flattest_first(hessian: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return eigenvalues in the order of their magnitudes, and the eigenvectors, as columns, that belong to them."""
    eigenvalues, vectors = np.linalg.eigh((hessian + hessian.T) / 2)
    order = np.argsort(np.abs(eigenvalues))
    return eigenvalues[order], vectors[:, order]
