"""Switches that depend on each other and are too many for all combinations of their sides: decided by samples.

Which pieces lie around the point is seen in directions from it, one piece in each. A function that is convex to first
order, as the largest of many, is the largest of its pieces' slopes: it rises everywhere if zero is inside the convex
hull of their gradients (Clarke, 1983), which more pieces only widen. The hull is widened by directions in which the
pieces that are known do not rise, as in a bundle method (Lemaréchal, 1975).
"""

from __future__ import annotations

import numpy as np
from scipy.linalg import null_space
from scipy.optimize import linprog

from hesswidget.derivatives import reverse_mode
from hesswidget.second_derivative_test.kinks.fan import ZERO, weights_to_zero
from hesswidget.second_derivative_test.kinks.junction import Junction
from hesswidget.second_derivative_test.kinks.kink import Evidence, Kink

MOST = 64  # switches
BESIDE = 1e-6  # of the reach: where the piece in a direction is met
DIRECTIONS = 48, 8  # at random, and so many for each dimension
ROUNDS = 16  # of directions in which no known piece rises


def of_crowd(junction: Junction) -> Kink:
    """Return what a function does at a point where many nested switches meet."""
    kind, evidence = _Around(junction).decided()
    return Kink(kind, junction.switches, True, (), tuple(evidence))


class _Around:
    """The pieces around a point, those that were met: directions (m, n), and the gradient of the piece in each, (m, n).

    A piece's gradient is that at the point itself, continued to it from two places in the direction.
    """

    def __init__(self, junction: Junction) -> None:
        self.junction, n = junction, len(junction.point)
        self.gradient = reverse_mode.gradient(junction.pieces.function)
        rng = np.random.default_rng(0)
        random = rng.normal(size=(DIRECTIONS[0] + DIRECTIONS[1] * n, n))
        self.directions = np.empty((0, n))
        self.gradients = np.empty((0, n))
        for direction in np.concatenate([np.eye(n), -np.eye(n), random]):
            self.look(direction)

    def look(self, direction: np.ndarray) -> float:
        """Meet the piece in a direction, and return the slope there."""
        pieces, point = self.junction.pieces, self.junction.point
        direction = direction / np.linalg.norm(direction)
        step = BESIDE * (pieces.reach or 1.0) * direction
        near, far = (self.gradient(point + k * step) for k in (1, 2))
        self.directions = np.concatenate([self.directions, direction[None]])
        self.gradients = np.concatenate([self.gradients, (2 * near - far)[None]])
        return float(self.gradients[-1] @ direction)

    @property
    def slopes(self) -> np.ndarray:
        return np.sum(self.directions * self.gradients, axis=1)

    @property
    def level(self) -> float:
        return ZERO * float(np.max(np.abs(self.gradients), initial=0.0))

    def decided(self) -> tuple[str, list[Evidence]]:
        """Return what f does around, and the directions that show it."""
        if not np.all(np.isfinite(self.gradients)) or self.level == 0:
            return "undecided", []
        for _ in range(ROUNDS):
            if np.min(self.slopes) < -self.level < self.level < np.max(self.slopes):
                return self._of_both_signs()
            sign = 1.0 if np.max(self.slopes) > self.level else -1.0
            direction = _not_rising(sign * self.gradients)
            if direction is None:
                break
            if abs(self.look(direction)) <= self.level:  # level to first order, or nothing new
                return "undecided", [("is level", self.directions[-1])]
        else:
            return "undecided", []
        slopes = sign * self.directions @ self.gradients.T
        is_convex = bool(np.all(sign * self.slopes >= np.max(slopes, axis=1) - self.level))
        return ("minimum" if sign > 0 else "maximum") if is_convex else "undecided", []

    def _of_both_signs(self) -> tuple[str, list[Evidence]]:
        evidence = [
            ("falls", self.directions[np.argmin(self.slopes)]),
            ("rises", self.directions[np.argmax(self.slopes)]),
        ]
        for _ in range(ROUNDS):
            if np.any(weights_to_zero(_apart(self.gradients))):
                return "saddle", evidence
            direction, known = _not_rising(self.gradients), self.gradients
            if direction is None:
                return "undecided", evidence
            self.look(direction)
            if np.min(np.max(np.abs(known - self.gradients[-1]), axis=1)) <= self.level:
                return "not stationary", evidence[:1]
        return "undecided", evidence


def _not_rising(gradients: np.ndarray) -> np.ndarray | None:
    """Return a direction along which no linear function of these gradients rises; None where zero is inside their hull.

    Examples
    --------
    >>> _not_rising(np.array([[1.0, 0.0], [-1.0, 1.0], [-1.0, -1.0]])) is None
    True
    >>> np.abs(_not_rising(np.array([[1.0, 0.0], [-1.0, 0.0]]))).tolist()
    [0.0, 1.0]
    """
    rows = _apart(gradients)
    level = null_space(rows, rcond=ZERO)
    n = rows.shape[1]
    if level.shape[1]:
        return np.asarray(level[:, 0])
    steepest = linprog(
        np.append(np.zeros(n), 1.0),
        A_ub=np.concatenate([rows, -np.ones((len(rows), 1))], axis=1),
        b_ub=np.zeros(len(rows)),
        bounds=[(-1.0, 1.0)] * n + [(None, None)],
    )
    if steepest.fun < -ZERO:
        return np.asarray(steepest.x[:n])
    # Zero is in the hull: inside of it, if it is a mean with no weight zero.
    m = len(rows)
    inside = linprog(
        np.append(np.zeros(m), -1.0),
        A_eq=np.block([[rows.T, np.zeros((n, 1))], [np.ones((1, m)), np.zeros((1, 1))]]),
        b_eq=np.append(np.zeros(n), 1.0),
        A_ub=np.concatenate([-np.eye(m), np.ones((m, 1))], axis=1),
        b_ub=np.zeros(m),
        bounds=[(0.0, None)] * (m + 1),
    )
    if inside.status == 0 and -inside.fun > ZERO:
        return None
    # On the border: along a direction that some rows leave and none rises along.
    leaving = linprog(np.sum(rows, axis=0), A_ub=rows, b_ub=np.zeros(m), bounds=[(-1.0, 1.0)] * n)
    return np.asarray(leaving.x) if leaving.status == 0 and np.any(leaving.x) else None


def _apart(gradients: np.ndarray) -> np.ndarray:
    """Return those that differ, relative to the largest."""
    size = np.max(np.abs(gradients), initial=0.0) or 1.0
    return np.unique(np.round(gradients / size / ZERO) * ZERO, axis=0)
