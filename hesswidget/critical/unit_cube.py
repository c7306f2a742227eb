"""A function in the coordinates in which its box is the unit cube, so that the variables' units do not matter."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from hesswidget.critical.multistart import Finder
from hesswidget.derivatives.objective import Objective
from hesswidget.progress import Progress, silent


class UnitCube:
    """The function of a problem at some parameters, and searches in its box.

    Parameters
    ----------
    finder : Finder
        Of the problem; what it has recorded holds for the parameters.
    parameters : mapping

    Attributes
    ----------
    objective : Objective
        In the variables' own coordinates.
    low, width : ndarray, shape (n,)
        The box.
    is_recorded : bool
        Whether many starts are searched, and many gradients computed, at once.
    """

    def __init__(self, finder: Finder, parameters: Mapping[str, Any]) -> None:
        self.objective = Objective(finder.problem, parameters)
        self.low, self.width = finder.low, finder.width
        self.is_recorded = finder.is_recorded
        self._finder, self._parameters = finder, parameters

    @property
    def dimensions(self) -> int:
        """How many variables there are."""
        return len(self.low)

    def from_unit(self, unit_points: np.ndarray) -> np.ndarray:
        """Return points in the variables' own coordinates."""
        return self.low + self.width * unit_points

    def to_unit(self, points: Any) -> np.ndarray:
        """Return points, shape (k, n), in the unit cube."""
        return (np.reshape(points, (-1, self.dimensions)) - self.low) / self.width

    def value(self, unit_point: np.ndarray) -> float:
        """Return f at a point of the cube."""
        return self.objective.value(self.from_unit(unit_point))

    def gradients(self, unit_points: np.ndarray) -> np.ndarray:
        """Return gradients, shape (k, n), by the cube's coordinates; NaN where there is none."""
        return self._finder.gradients(unit_points, self._parameters)

    def hessian_at(self, point: np.ndarray) -> np.ndarray:
        """Return the Hessian, shape (n, n), by the cube's coordinates at a point in the variables' own."""
        return self.objective.hessian(point) * self.width * self.width[:, None]

    def search(self, starts: np.ndarray, progress: Progress = silent) -> dict[str, np.ndarray]:
        """Search from starts in the cube; see `Finder.search`."""
        return self._finder.search(starts, self._parameters, progress)

    def rounded(self, unit_point: np.ndarray, error: float) -> np.ndarray:
        """Return a point in the variables' own coordinates, that is known up to an error in the cube."""
        return known_to(error, self.from_unit(unit_point), self.width)


def known_to(share: float, point: np.ndarray, width: np.ndarray) -> np.ndarray:
    """Round coordinates to a power of ten that is more than a share of the box.

    Examples
    --------
    >>> known_to(1e-6, np.array([0.50000012, -1e-7]), np.ones(2)).tolist()
    [0.5, 0.0]
    """
    digits = -np.ceil(np.log10(share * width)).astype(int)
    return np.array([round(float(x), int(d)) + 0.0 for x, d in zip(point, digits, strict=True)])
