"""The point where pieces meet, to first order: the gradients and jumps there, and which of the switches matter."""

from __future__ import annotations

import numpy as np

from hesswidget.derivatives.switches.pieces import Pieces
from hesswidget.derivatives.switches.sides import NOISE, Identity
from hesswidget.second_derivative_test.kinks.fan import ZERO

MAX_COMBINED = 8  # switches, of which all combinations of sides are looked at
UNCERTAINTY = 4 * NOISE  # of the point, relative: it is known no better


class Junction:
    """The point where pieces meet, with what they are there to first order.

    Parameters
    ----------
    pieces : Pieces

    Attributes
    ----------
    point : ndarray, shape (n,)
        That of the pieces, moved to where the switches' quantities are zero.
    names : list of tuple
        The switches' identities.
    normals : ndarray, shape (k, n)
        The gradients of the switches' quantities; zero where that is what they are within rounding.
    value : float
    gradient : ndarray, shape (n,)
        Of the first piece, on whose side every switch is 1.
    value_jumps : ndarray, shape (k,)
    gradient_jumps : ndarray, shape (k, n)
        What the other side of each switch adds.
    """

    def __init__(self, pieces: Pieces) -> None:
        self.pieces, self.switches = pieces, pieces.switches
        self.names = [s.identity for s in self.switches]
        quantities, normals = pieces.quantities({})
        self.point = (
            pieces.point - np.linalg.pinv(normals, rcond=ZERO) @ quantities
            if np.any(quantities)
            else pieces.point
        )
        self.normals = pieces.quantities({}, self.point)[1]
        self.normals[self._is_flat()] = 0.0
        self.gradient = pieces.gradient({}, self.point)
        flipped = [{name: -1.0} for name in self.names]
        self.gradient_jumps = np.array([pieces.gradient(s, self.point) for s in flipped]) - self.gradient
        self.value = float(pieces.value(self.point, {}))
        self.value_jumps = np.array([float(pieces.value(self.point, s)) for s in flipped]) - self.value

    @property
    def is_finite(self) -> bool:
        """Whether every number is."""
        numbers = (self.gradient, self.gradient_jumps, self.normals, self.value_jumps)
        return all(bool(np.all(np.isfinite(a))) for a in numbers)

    @property
    def level(self) -> float:
        """A derivative that is zero beside those of the pieces."""
        jumps = np.max(np.abs(self.gradient_jumps), initial=0.0)
        return ZERO * float(max(np.max(np.abs(self.gradient)), jumps))

    def _is_flat(self) -> np.ndarray:
        """Find the switches whose quantity has the gradient zero, within what the point's rounding makes it."""
        lengths = np.linalg.norm(self.normals, axis=1)
        reach = self.pieces.reach
        if reach == 0:
            return lengths == 0
        step = np.random.default_rng(0).normal(size=len(self.point))
        step *= 1e-3 * reach / np.linalg.norm(step)
        changes = np.linalg.norm(self.pieces.quantities({}, self.point + step)[1] - self.normals, axis=1)
        return lengths <= UNCERTAINTY * 1e3 * changes * len(self.point) ** 0.5

    def is_discontinuous(self) -> np.ndarray:
        """Find at which switches the value jumps."""
        size = np.linalg.norm(self.gradient) + np.linalg.norm(self.gradient_jumps, axis=1)
        return np.abs(self.value_jumps) > ZERO * (abs(self.value) + size * np.max(np.abs(self.point)))

    def is_sharp(self) -> np.ndarray:
        """Find at which switches the gradient jumps, by more than the point's rounding makes it."""
        sizes = np.linalg.norm(self.gradient_jumps, axis=1)
        sharp = sizes > self.level
        near = UNCERTAINTY * self.pieces.reach
        sharpest = int(np.argmax(sizes))
        if near > 0 and sharp[sharpest]:
            is_jump = sizes[sharpest] > near * self._change_of_jump(sharpest)
            for k in np.flatnonzero(sharp & (sizes < 1e-6 * sizes[sharpest]) if is_jump else sharp):
                sharp[k] = sizes[k] > near * self._change_of_jump(int(k))
        return sharp

    def _change_of_jump(self, k: int) -> float:
        """Return how much the gradient's jump at a switch changes across it, by length."""
        across = self.normals[k] if np.any(self.normals[k]) else self.gradient_jumps[k]
        across = across / np.linalg.norm(across)
        step = 1e-3 * self.pieces.reach * across
        sides = {self.names[k]: -1.0}
        jump = self.pieces.gradient(sides, self.point + step) - self.pieces.gradient({}, self.point + step)
        return float(np.linalg.norm(jump - self.gradient_jumps[k]) / np.linalg.norm(step))

    def is_nested(self) -> np.ndarray:
        """Find the switches whose quantities depend on others, and those others."""
        nested = np.zeros(len(self.switches), dtype=bool)
        for k, switch in enumerate(self.switches):
            above = [self.names.index(name) for name in switch.upstream if name in self.names]
            if above:
                nested[[k, *above]] = True
        return nested

    def sides(self, direction: np.ndarray) -> dict[Identity, float]:
        """Return the sides of the switches along a direction, those that others depend on first."""
        sides: dict[Identity, float] = {}
        for _ in range(1 + int(np.any(self.is_nested())) * MAX_COMBINED):
            changes = self.pieces.quantities(sides, self.point)[1] @ direction
            beside = {name: -1.0 if c < 0 else 1.0 for name, c in zip(self.names, changes, strict=True)}
            if beside == sides:
                break
            sides = beside
        return sides

    def directional_derivative(self, direction: np.ndarray) -> float:
        """Return the derivative along a direction, of the piece that lies there."""
        return float(self.pieces.gradient(self.sides(direction), self.point) @ direction)

    def second_derivative(self, direction: np.ndarray) -> float:
        """Return the second derivative along a direction, of the piece that lies there."""
        return float(self.pieces.hessian(self.sides(direction), direction[:, None], self.point)[0, 0])
