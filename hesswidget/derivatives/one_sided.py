"""The gradient beside a point, by differences to either side: what it says of a Hessian that autograd gave."""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass, replace

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
FALLS = (
    0.5  # a disagreement that falls below this fraction, a hundred times nearer, is one of the differences
)


@dataclass(frozen=True)
class Column:
    """Derivatives of the gradient along one direction, each shape (n,), by differences at one distance."""

    step: float
    left: np.ndarray
    right: np.ndarray
    below: np.ndarray  # the limit of the gradient from the left
    above: np.ndarray
    jumps: np.ndarray  # shape (2, n): differences with the gradient at the point itself
    rounding: float = 0.0  # what the gradient's noise may do to the derivatives

    def disagreement(self, expected: np.ndarray) -> float:
        """Return how far it is from a column of a Hessian, in the largest entry."""
        return float(np.max(np.abs(np.stack([self.left, self.right, *self.jumps]) - expected)))

    def rises(self, direction: np.ndarray) -> tuple[float, float]:
        """Return what a function of this gradient rises by from one step to two, to the left and to the right."""
        slopes = self.below - 1.5 * self.step * self.left, self.above + 1.5 * self.step * self.right
        return -self.step * float(slopes[0] @ direction), self.step * float(slopes[1] @ direction)

    @property
    def size(self) -> float:
        """The largest derivative of the gradient beside the point."""
        return float(np.max(np.abs([self.left, self.right])))


class Beside:
    """The gradient beside a point.

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
        self.place = float(np.max(np.abs(point)))
        self.scale = max(scale, 1e-3 * self.place)
        self.stiffness = float(np.max(np.abs(hessian)))

    def closer(self, share: float) -> Beside:
        """Return the same by steps that are a share of these."""
        other = copy(self)
        other.scale *= share
        return other

    def slope(self, place: np.ndarray) -> np.ndarray:
        """Return the gradient at a place."""
        return self.objective.gradient(place)

    def differences(self, direction: np.ndarray, h: float) -> Column:
        """Differences of the gradient at one and two steps to either side."""
        places = [self.point + s * h * direction for s in (-2, -1, 1, 2)]
        t = [float((place - self.point) @ direction) for place in places]  # as rounded
        g = [self.slope(place) for place in places]
        left, right = (g[1] - g[0]) / (t[1] - t[0]), (g[3] - g[2]) / (t[3] - t[2])
        jumps = np.stack([(g[1] - self.gradient) / t[1], (g[2] - self.gradient) / t[2]])
        return Column(abs(t[2]), left, right, g[1] - t[1] * left, g[2] - t[2] * right, jumps)

    def believed(self, i: int) -> bool:
        """Whether autograd's column i is that of the function, by the steps of the first look or all of them."""
        return self.agrees(np.eye(1, len(self.point), i)[0])

    def agrees(self, direction: np.ndarray) -> bool:
        """Whether the Hessian's product with a unit vector is that of the function."""
        expected = direction @ self.hessian
        if not np.all(np.isfinite(expected)) or not np.all(np.isfinite(self.gradient)):
            return False
        disagreement = self.differences(direction, NEAR * self.scale).disagreement(expected)
        if disagreement <= CLOSE * np.max(np.abs(expected)):
            return True
        if disagreement <= CLOSE * self.differences(direction, FAR * self.scale).size:
            return True
        noise = max(self.noise(direction, FAR), self.noise(direction, NEAR))
        seen = []
        for level in LEVELS:
            if level * self.scale < 1e-11 * self.place:
                break  # closer, places are not told apart
            disagreement = self.differences(direction, level * self.scale).disagreement(expected)
            if not disagreement <= 100 * noise / (level * self.scale):
                seen.append(disagreement)
        return len(seen) < 2 or bool(seen[-1] <= FALLS * seen[-2])

    def noise(self, direction: np.ndarray, level: float) -> float:
        """Measure the gradient's rounding noise along a direction, and add what rounding the place does."""
        steps = self.scale * (level + APART * np.arange(SAMPLES))
        along = noise_of(np.array([self.slope(self.point + h * direction) for h in steps]))
        place = EPS * self.stiffness * self.place
        return SAFETY * float(np.nanmax(np.append(along, [0.0, place])))

    def column(self, direction: np.ndarray) -> tuple[Column, Column]:
        """Return the differences of the smallest step well above the noise, and of one a hundred times larger."""
        step, level = NEAR * self.scale, NEAR
        near = self.differences(direction, step)
        noise = self.noise(direction, level)
        if noise > CLOSE * np.nan_to_num(near.size) * step:
            step, level = 100 * step, 100 * level
            near = self.differences(direction, step)
            noise = self.noise(direction, level)
        return replace(near, rounding=2 * max(noise, self.background) / near.step), self.differences(
            direction, 100 * step
        )
