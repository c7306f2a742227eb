"""One-sided differences of the gradient: what it does beside a point, and whether autograd's Hessian agrees."""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from hesswidget.derivatives.objective import Objective
from hesswidget.derivatives.rounding_noise import SAFETY, SAMPLES, noise_of
from hesswidget.precision import EPS

LEVELS = (
    1e-2,
    1e-4,
    1e-6,
    1e-8,
    1e-10,
    1e-12,
)  # steps, of the scale; the smallest above the rounding noise count
FAR, NEAR = LEVELS[0], LEVELS[2]  # the first look
APART = 1e-8  # samples of noise, of the scale: of closer ones more round alike, and their noise is not seen
CLOSE = 1e-4  # relative agreement with which a column of the Hessian is believed at once
BEYOND = 2.0  # times the gradients beside: what a Hessian that were theirs would have them differ by
FALLS = (
    0.5  # a disagreement that falls below this fraction, a hundred times nearer, is one of the differences
)


@dataclass(frozen=True)
class OneSidedDerivatives:
    """Derivatives of the gradient along one direction, each shape (n,), by differences at one distance."""

    step: float
    left: np.ndarray
    right: np.ndarray
    left_limit: np.ndarray  # of the gradient
    right_limit: np.ndarray
    from_point: np.ndarray  # shape (2, n): by differences with the gradient at the point itself
    rounding: float = 0.0  # what the gradient's noise may do to the derivatives

    def disagreement(self, expected: np.ndarray) -> float:
        """Return how far it is from a column of a Hessian, in the largest entry."""
        return float(np.max(np.abs(np.stack([self.left, self.right, *self.from_point]) - expected)))

    def rises(self, direction: np.ndarray) -> tuple[float, float]:
        """Return what a function of this gradient rises by from one step to two, to the left and to the right."""
        half_way = 1.5 * self.step
        before, after = self.left_limit - half_way * self.left, self.right_limit + half_way * self.right
        return -self.step * float(before @ direction), self.step * float(after @ direction)

    @property
    def size(self) -> float:
        """The largest derivative of the gradient beside the point."""
        return float(np.max(np.abs([self.left, self.right])))


class OneSidedDifferences:
    """Differences of the gradient to either side of a point.

    Parameters
    ----------
    objective : Objective
    point : ndarray, shape (n,)
    gradient : ndarray, shape (n,)
    hessian : ndarray, shape (n, n)
        As autograd gives them at the point.
    scale : float
        A length over which the function varies.
    background : float
        The gradient's noise about the point, as far as it is known already.
    """

    def __init__(
        self,
        objective: Objective,
        point: np.ndarray,
        gradient: np.ndarray,
        hessian: np.ndarray,
        scale: float,
        background: float = 0.0,
    ) -> None:
        self.background = background
        self.objective = objective
        self.labels = objective.problem.labels
        self.point, self.gradient, self.hessian = point, gradient, hessian
        self.magnitude = float(np.max(np.abs(point)))
        self.scale = max(scale, 1e-3 * self.magnitude)

    @cached_property
    def stiffness(self) -> float:
        """The largest second derivative beside the point: that of autograd at it, unless the gradient says otherwise.

        Within rounding of the tip of a cone autograd's Hessian is that of the tip.
        """
        row, column = np.unravel_index(int(np.argmax(np.abs(self.hessian))), self.hessian.shape)
        stiffest = float(abs(self.hessian[row, column]))
        beside = self.derivatives(np.eye(1, len(self.point), int(column))[0], NEAR * self.scale)
        steepest = np.max(np.abs([beside.left_limit, beside.right_limit]))
        is_of_point = stiffest * beside.step > BEYOND * (steepest + beside.size * beside.step)
        return beside.size if is_of_point else stiffest

    def closer(self, share: float) -> OneSidedDifferences:
        """Return the same by steps that are a share of these."""
        other = copy(self)
        other.scale *= share
        return other

    def derivatives(self, direction: np.ndarray, h: float) -> OneSidedDerivatives:
        """Take the gradient at one and two steps to either side."""
        points = [self.point + s * h * direction for s in (-2, -1, 1, 2)]
        t = [float((point - self.point) @ direction) for point in points]  # as rounded
        g = [self.objective.gradient(point) for point in points]
        left, right = (g[1] - g[0]) / (t[1] - t[0]), (g[3] - g[2]) / (t[3] - t[2])
        from_point = np.stack([(g[1] - self.gradient) / t[1], (g[2] - self.gradient) / t[2]])
        return OneSidedDerivatives(
            abs(t[2]), left, right, g[1] - t[1] * left, g[2] - t[2] * right, from_point
        )

    def agrees(self, direction: np.ndarray) -> bool:
        """Whether the Hessian's product with a unit vector is that of the function, by two steps or all of them."""
        expected = direction @ self.hessian
        if not np.all(np.isfinite(expected)) or not np.all(np.isfinite(self.gradient)):
            return False
        disagreement = self.derivatives(direction, NEAR * self.scale).disagreement(expected)
        if disagreement <= CLOSE * np.max(np.abs(expected)):
            return True
        if disagreement <= CLOSE * self.derivatives(direction, FAR * self.scale).size:
            return True
        noise = max(self.noise(direction, FAR), self.noise(direction, NEAR))
        disagreements = []
        for level in LEVELS:
            if level * self.scale < 1e-11 * self.magnitude:
                break  # closer, points are not told apart
            disagreement = self.derivatives(direction, level * self.scale).disagreement(expected)
            if not disagreement <= 100 * noise / (level * self.scale):
                disagreements.append(disagreement)
        return len(disagreements) < 2 or bool(disagreements[-1] <= FALLS * disagreements[-2])

    def noise(self, direction: np.ndarray, level: float) -> float:
        """Measure the gradient's rounding noise along a direction, and add what rounding the point does."""
        steps = self.scale * (level + APART * np.arange(SAMPLES))
        along = noise_of(np.array([self.objective.gradient(self.point + h * direction) for h in steps]))
        of_point = EPS * self.stiffness * self.magnitude
        return SAFETY * float(np.nanmax(np.append(along, [0.0, of_point])))

    def near_and_far(self, direction: np.ndarray) -> tuple[OneSidedDerivatives, OneSidedDerivatives]:
        """Return the derivatives by the smallest step well above the noise, and by one a hundred times larger."""
        step, level = NEAR * self.scale, NEAR
        near = self.derivatives(direction, step)
        noise = self.noise(direction, level)
        if noise > CLOSE * np.nan_to_num(near.size) * step:
            step, level = 100 * step, 100 * level
            near = self.derivatives(direction, step)
            noise = self.noise(direction, level)
        return replace(near, rounding=2 * max(noise, self.background) / near.step), self.derivatives(
            direction, 100 * step
        )
