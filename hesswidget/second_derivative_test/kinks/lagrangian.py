"""The Lagrangian of the pieces that meet: a mean of them, in the directions in which its Hessian decides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from hesswidget.derivatives.switches.sides import Identity
from hesswidget.second_derivative_test.kinks.fan import ZERO
from hesswidget.second_derivative_test.kinks.junction import MAX_COMBINED, Junction
from hesswidget.second_derivative_test.kinks.quadrics import SAME, Border, Quadrics

MAX_PRODUCTS = 2_000  # Hessian-vector products
MAX_ENTRIES = 2_000_000  # of the changes of a Hessian across switches

Mixture = Sequence[tuple[float, Mapping[Identity, float]]]


@dataclass(frozen=True)
class Lagrangian:
    """A mean of pieces, in some directions.

    Attributes
    ----------
    junction : Junction
    basis : ndarray, shape (n, m)
        Of the directions, orthonormal.
    mixture : sequence of (float, mapping)
        Weights of sum 1, and the sides that are held in each piece.
    allowed : sequence of ndarray, shape (m,)
        Only directions d with ``a @ d >= 0`` for each of them count.
    """

    junction: Junction
    basis: np.ndarray
    mixture: Mixture
    allowed: Sequence[np.ndarray] = ()

    def hessian(self, held: Mapping[Identity, float]) -> np.ndarray:
        """Return the Hessian, (m, m), with some sides held besides."""
        pieces, point = self.junction.pieces, self.junction.point
        parts = [w * pieces.hessian({**sides, **held}, self.basis, point) for w, sides in self.mixture]
        hessian = np.sum(parts, axis=0)
        return np.asarray((hessian + hessian.T) / 2)

    def product(self, held: Mapping[Identity, float], vector: np.ndarray) -> np.ndarray:
        """Return the Hessian's product with a vector, (m,), with some sides held besides."""
        pieces, point, v = self.junction.pieces, self.junction.point, self.basis @ vector
        parts = [w * pieces.product({**sides, **held}, v, point) for w, sides in self.mixture]
        return np.asarray(self.basis.T @ np.sum(parts, axis=0))

    def quadrics(self, decided: set[int]) -> tuple[list[int], Quadrics] | None:
        """Return the switches across which the Hessian jumps, and the quadratic form that is pieced together there.

        None where it cannot be told on which side of a switch a direction leads, or there are too many pieces.

        Parameters
        ----------
        decided : set of int
            Switches that are not looked at.
        """
        junction, names = self.junction, self.junction.names
        others = [k for k in range(len(names)) if k not in decided]
        if len(others) * self.basis.shape[1] ** 2 > MAX_ENTRIES:
            return None
        first, nested = self.hessian({}), junction.is_nested()
        bent, changes, borders = [], [], []
        for k in others:
            change = self._change(k, first)
            if np.max(np.abs(change)) <= SAME * max(np.max(np.abs(first)), np.max(np.abs(change + first))):
                continue
            # How a nested quantity bends along the curve on which the pieces meet is not known.
            border = None if nested[k] else self._border(k)
            if border is None:
                return None
            bent.append(k)
            changes.append((change + change.T) / 2)
            borders.append(border)
        # What cancels in the mean of the pieces leaves rounding of the size of each.
        scale = float(np.max(np.abs(junction.pieces.hessian({}, self.basis, junction.point)), initial=0.0))
        held = [names[k] for k in bent]
        if self._adds_up(first, changes, held):
            return bent, Quadrics(first, changes, borders, self.allowed, scale=scale)
        if len(held) > MAX_COMBINED or 2 ** len(held) * self.basis.shape[1] > MAX_PRODUCTS:
            return None
        hessians: dict[tuple[float, ...], np.ndarray] = {}

        def form(sides: tuple[float, ...]) -> np.ndarray:
            if sides not in hessians:
                hessians[sides] = self.hessian(dict(zip(held, sides, strict=True)))
            return hessians[sides]

        return bent, Quadrics(first, changes, borders, self.allowed, form, scale)

    def _normal(self, k: int) -> np.ndarray | None:
        """Return the normal of a switch in the basis, (m,); None where it has none."""
        normal = self.basis.T @ self.junction.normals[k]
        is_plane = np.linalg.norm(normal) > ZERO * np.linalg.norm(self.junction.normals[k])
        return normal if is_plane else None

    def _change(self, k: int, first: np.ndarray) -> np.ndarray:
        """Return what the other side of a switch adds to the Hessian."""
        other = {self.junction.names[k]: -1.0}
        normal = self._normal(k)
        if normal is not None:
            unit = normal / np.linalg.norm(normal)
            across = self.product(other, unit) - self.product({}, unit)
            along = float(unit @ across)
            if np.max(np.abs(across - along * unit)) <= SAME * abs(along):
                return along * np.outer(unit, unit)  # as where the gradient is continuous
        return self.hessian(other) - first

    def _border(self, k: int) -> Border | None:
        """Return where a switch changes sides: a plane, or a cone; None where neither is known."""
        junction, m = self.junction, self.basis.shape[1]
        normal = self._normal(k)
        if normal is not None:
            return Border(normal, np.zeros((m, m)))
        if m < len(self.basis):
            return None
        bend = junction.pieces.quantity_hessian({}, k, self.basis, junction.point)
        return Border(np.zeros(m), bend) if np.any(bend) else None

    def _adds_up(self, first: np.ndarray, changes: list[np.ndarray], names: list[Identity]) -> bool:
        """Whether the Hessian of any piece is the first one with the changes across the switches between."""
        rng = np.random.default_rng(0)
        for _ in range(3 if len(names) > 1 else 0):
            sides, v = rng.choice([-1.0, 1.0], len(names)), rng.normal(size=len(first))
            expected = first @ v + sum((c @ v for c, s in zip(changes, sides, strict=True) if s < 0), 0 * v)
            product = self.product(dict(zip(names, sides, strict=True)), v)
            size = max(np.max(np.abs(product)), np.max(np.abs(expected)))
            if not np.max(np.abs(product - expected)) <= SAME * size:
                return False
        return True
