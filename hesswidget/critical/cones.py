"""Points at which a function is like a cone, located by Euler's theorem from the gradients around them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import numpy as np

from hesswidget.derivatives.objective import Objective
from hesswidget.errors import ProblemError

NEARER = 0.1  # times as near at each step, in steps that shrink with it
CLOSEST = 1e-7  # of the box: the curvature about a cone moves what is found by the square of the distance
WIDEST = 0.05  # of the box
STEPS = 12
ARRIVED = 1e-12  # of the box
SMOOTH = 0.5  # of how the gradients around differ, ten times nearer: about a cone that is no less


def cones(
    objective: Objective,
    low: np.ndarray,
    width: np.ndarray,
    starts: Iterable[np.ndarray],
    radius: float,
) -> Iterator[tuple[np.ndarray, float]]:
    """Yield points in the unit cube about which f may be like a cone, and the length of the last step to each.

    Parameters
    ----------
    objective : Objective
    low, width : ndarray, shape (n,)
        The box.
    starts : iterable of ndarray, shape (n,)
        Points in the unit cube.
    radius : float
        How far from a cone, in the unit cube, they may be.
    """

    def value_and_gradient(unit_point: np.ndarray) -> tuple[float, np.ndarray]:
        value, gradient = objective.value_and_gradient(low + width * unit_point)
        return value, gradient * width

    for start in starts:
        try:
            tip = located(value_and_gradient, start, radius)
        except (ProblemError, np.linalg.LinAlgError):
            continue
        if tip is not None and np.all((tip[0] >= -ARRIVED) & (tip[0] <= 1 + ARRIVED)):
            yield tip


def located(
    value_and_gradient: Callable[[np.ndarray], tuple[float, np.ndarray]], start: np.ndarray, radius: float
) -> tuple[np.ndarray, float] | None:
    """Return the tip of a cone near a point, and the last step's length; None where there is none.

    About a tip p a function that is there homogeneous of degree 1, but for what is smooth, has f(x) − f(p) = ∇f(x) ·
    (x − p) (Euler): linear equations for p and f(p), one for each x, again and again nearer.

    Examples
    --------
    >>> def cone(x):
    ...     r = np.linalg.norm(x - 0.3)
    ...     return r + x[0] ** 2, (x - 0.3) / r + np.array([2 * x[0], 0.0])
    >>> located(cone, np.array([0.31, 0.305]), 0.01)[0].round(12).tolist()
    [0.3, 0.3]
    """
    n, point = len(start), start
    ways = np.random.default_rng(0).normal(size=(n + 2, n))
    ways = np.concatenate([ways, -ways]) / np.concatenate([np.linalg.norm(ways, axis=1)] * 2)[:, None]
    spread, before = 0.0, np.inf
    for _ in range(STEPS):
        beside = radius * ways
        found = [value_and_gradient(point + b) for b in beside]
        values, gradients = np.array([f for f, _ in found]), np.array([g for _, g in found])
        if not (np.all(np.isfinite(values)) and np.all(np.isfinite(gradients))):
            return None
        last, spread = spread, float(np.max(np.linalg.norm(gradients - np.mean(gradients, axis=0), axis=1)))
        if radius <= NEARER * before and spread < SMOOTH * last:
            return None
        wanted = np.sum(gradients * beside, axis=1) - (values - values[0])
        system = np.concatenate([gradients, -np.ones((len(ways), 1))], axis=1)
        step = np.linalg.lstsq(system, wanted, rcond=1e-10)[0][:n]
        length = float(np.max(np.abs(step)))
        if not length <= WIDEST:
            return None
        point = point + step
        if length <= ARRIVED and radius <= CLOSEST:
            return point, length
        before, radius = radius, max(CLOSEST, min(radius, max(NEARER * radius, length)))
    return None
