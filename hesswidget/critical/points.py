"""A critical point, and a set of critical points that are not isolated."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from hesswidget.curvature import Curvature
from hesswidget.wording import number

SHOWN = 4  # crossings that a sentence names


@dataclass(frozen=True, eq=False)
class CriticalPoint:
    """A point where the gradient vanishes, and what it is.

    Attributes
    ----------
    curvature : Curvature
        Value, gradient, Hessian, eigenvalues and label, by autograd. An eigenvalue counts as zero if it is less than
        1.5e-8 of the Hessian's usual size in the box.
    error : float
        The length of the last Newton step, in widths of the box.
    poincare_index : int or None
        The point's index as a zero of the gradient: (−1)^index; of a degenerate point, how often the gradient turns
        around it, None where that is not known.
    """

    curvature: Curvature
    error: float
    poincare_index: int | None

    @property
    def point(self) -> np.ndarray:
        """The coordinates, shape (n,)."""
        return self.curvature.point

    @property
    def value(self) -> float:
        """The function's value."""
        return self.curvature.value

    @property
    def label(self) -> str:
        """What the second-derivative test says, as in `hesswidget.classify`."""
        return self.curvature.label

    @property
    def kind(self) -> str:
        """What the point is: its label, or where that is ``degenerate`` or at a kink what a second look has told."""
        return self.curvature.kind

    @property
    def reason(self) -> str:
        """Why, in one sentence."""
        return self.curvature.reason

    @property
    def index(self) -> int:
        """The number of negative eigenvalues."""
        return self.curvature.index

    @property
    def eigenvalues(self) -> np.ndarray:
        """Eigenvalues of the Hessian, ascending, shape (n,)."""
        return self.curvature.eigenvalues

    @property
    def residual(self) -> float:
        """|∇f| there, as autograd computes it."""
        return float(np.linalg.norm(self.curvature.gradient))

    def to_dict(self) -> dict[str, Any]:
        """Return plain Python numbers, lists and text."""
        return {
            "point": self.point.tolist(),
            "value": self.value,
            "label": self.label,
            "kind": self.kind,
            "index": self.index,
            "eigenvalues": self.eigenvalues.tolist(),
            "residual": self.residual,
            "error": self.error,
            "reason": self.reason,
        }


@dataclass(frozen=True, eq=False)
class CriticalSet:
    """Critical points that are not isolated: a gutter, a ridge, a plain.

    One set is a connected piece.

    Attributes
    ----------
    points : ndarray, shape (k, n)
        Some of them.
    value : float
        f on the set, where it is constant.
    kind : str
        By what f does across it, to second order where that decides: ``valley`` where it rises, ``ridge`` where it
        falls, ``saddle`` where it does both, ``plain`` where neither is seen.
    dimension : int
        Of the set: 1 for curves, 2 for surfaces.
    crossings : ndarray, shape (c, n)
        Points where branches of the set meet; those that were found.
    """

    points: np.ndarray
    value: float
    kind: str
    dimension: int
    crossings: np.ndarray

    def to_dict(self) -> dict[str, Any]:
        """Return plain Python numbers, lists and text."""
        return {
            "points": self.points.tolist(),
            "value": self.value,
            "kind": self.kind,
            "dimension": self.dimension,
            "crossings": self.crossings.tolist(),
        }

    @property
    def sentence(self) -> str:
        """What it is, with one of its points."""
        return (
            f"a {self.kind} of critical points that are not isolated, {self._shape}, f = {number(self.value, 6)}, "
            f"such as {_coordinates(self.points[0])}"
        )

    @property
    def _shape(self) -> str:
        if self.dimension == self.points.shape[1]:
            return "a region"
        flat = " across which the Hessian vanishes" if self.kind == "plain" else ""
        shape = {1: "a curve", 2: "a surface"}.get(self.dimension, f"of {self.dimension} dimensions")
        if not len(self.crossings):
            return shape + flat
        shown = " and ".join(map(_coordinates, self.crossings[:SHOWN]))
        more = f" and {len(self.crossings) - SHOWN} more" if len(self.crossings) > SHOWN else ""
        return f"{'curves that cross' if self.dimension == 1 else f'{shape} that crosses itself'} at {shown}{more}"


def _coordinates(point: np.ndarray) -> str:
    size = 1e-7 * float(np.max(np.abs(point)))
    return f"({', '.join(number(0.0 if abs(x) <= size else x) for x in point)})"
