"""How often a gradient turns along closed curves: around the box, and around one point.

For one variable its signs at the two ends take the place of the turns.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from hesswidget.critical.newton import Gradients

SIDE = 128  # points on each side of the box at first
FINEST = 2**15  # points on the whole boundary at most
LARGEST_TURN = np.pi / 3  # between neighbouring points
JUMP = 1e-7  # of the curve: what the gradient turns by between points so near is a jump
SHORTEST = 1e-12  # of the curve: nearer points are not told apart
UNUSUAL = 1e3  # times smaller or larger than usual
STRAIGHT = 1e-9  # how far from half a turn a jump must be, for the short way to be known
CIRCLE = 64  # points on a circle around a degenerate point, at first


def winding_around_box(gradients: Gradients, dimensions: int) -> int | None:
    """Count how often a gradient turns, counter-clockwise, along the boundary of the unit square or interval.

    Parameters
    ----------
    gradients : callable
        Gradients (k, n) at points (k, n) in the unit cube.
    dimensions : int

    Returns
    -------
    int or None
        None for more than two dimensions, and where the gradient vanishes on the boundary, is not finite there, or
        turns too fast to be followed.

    Examples
    --------
    >>> winding_around_box(lambda u: (u - 0.5) * [1.0, -1.0], 2)
    -1
    """
    return _around_box(gradients, dimensions)[0]


def lost_on_boundary(gradients: Gradients, dimensions: int) -> np.ndarray | None:
    """Return where on the boundary of the unit square or interval a gradient cannot be followed; None if it can."""
    return _around_box(gradients, dimensions)[1]


def _around_box(gradients: Gradients, dimensions: int) -> tuple[int | None, np.ndarray | None]:
    if dimensions == 1:
        ends = np.sign(gradients(np.array([[0.0], [1.0]]))[:, 0])
        lost = np.flatnonzero(np.abs(ends) != 1)
        return (None, np.array([float(lost[0])])) if len(lost) else (int(ends[1] - ends[0]) // 2, None)
    if dimensions > 2:
        return None, None
    return _winding(gradients, _around_square, 4 * SIDE)


def poincare_index(gradients: Gradients, point: np.ndarray, radius: float) -> int | None:
    """Count how often a gradient turns around one point, its index as a zero; None where that cannot be said."""
    if len(point) == 1:
        return winding_around_box(lambda u: gradients(point + radius * (2 * u - 1)), 1)
    if len(point) > 2:
        return None

    def circle(shares: np.ndarray) -> np.ndarray:
        angles = 2 * np.pi * shares
        return point + radius * np.stack([np.cos(angles), np.sin(angles)], axis=1)

    return _winding(gradients, circle, CIRCLE)[0]


def _around_square(shares: np.ndarray) -> np.ndarray:
    side = np.floor(4 * shares).astype(int) % 4
    along = 4 * shares % 1.0
    x = np.select([side == 0, side == 1, side == 2], [along, 1.0, 1 - along], 0.0)
    y = np.select([side == 0, side == 1, side == 2], [0.0, along, 1.0], 1 - along)
    return np.stack([x, y], axis=1)


def _winding(
    gradients: Gradients, curve: Callable[[np.ndarray], np.ndarray], count: int
) -> tuple[int | None, np.ndarray | None]:
    """Follow the gradient's angle along a closed curve, with more points where it turns fast.

    Where it jumps, across a kink, it is taken to turn the short way, as the gradients between do that are Clarke's
    (1975) there. Returns the turns, or None and where it was lost.
    """
    shares = np.arange(count + 1) / count
    g = gradients(curve(shares))
    while True:
        sizes = np.max(np.abs(g), axis=1)
        angles = np.where(sizes > 0, np.arctan2(g[:, 1], g[:, 0]), np.nan)
        changes = (np.diff(angles) + np.pi) % (2 * np.pi) - np.pi
        gaps = np.diff(shares)
        lost = ~np.isfinite(changes)
        fast = np.abs(changes) > LARGEST_TURN
        if not np.any(lost):
            median = float(np.median(sizes))
            # Near a zero the gradient is small, near a pole large.
            is_usual = (sizes >= median / UNUSUAL) & (sizes <= median * UNUSUAL)
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
        shares, g = shares[order], np.concatenate([g, gradients(curve(between))])[order]
