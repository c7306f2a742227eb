"""What counts as zero: tolerances of the second-derivative test, and the lengths that they are relative to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from hesswidget.precision import not_negative
from hesswidget.problem.problem import Problem
from hesswidget.second_derivative_test.inertia import STATIONARITY_TOLERANCE
from hesswidget.second_derivative_test.stationarity import Lengths


@dataclass(frozen=True)
class Tolerances:
    """What counts as zero; see `hesswidget.classify`. The scale of stationarity is by default that of the variables."""

    zero: float = 1.0
    stationarity: float = STATIONARITY_TOLERANCE
    scale: float | None = None

    def at(self, point: Any, problem: Problem) -> dict[str, Any]:
        """Return the tolerances of `second_derivative_test` at a point of a problem, which may be a traced one."""
        widths = problem.widths if problem.ranges else None
        return {
            "zero_tolerance": self.zero,
            "stationarity_tolerance": self.stationarity,
            "lengths": Lengths.at(point, widths, self.scale),
        }

    def length(self, point: np.ndarray, problem: Problem) -> float:
        """Return a length over which f may vary: half of the smallest range, or of the order of the point."""
        if self.scale:
            return self.scale
        if problem.ranges:
            return float(np.min(problem.widths)) / 2
        return float(np.max(np.abs(point))) or 1.0

    def __post_init__(self) -> None:
        not_negative("zero_tolerance", self.zero)
        not_negative("stationarity_tolerance", self.stationarity)
        if self.scale is not None:
            not_negative("stationarity_scale", self.scale)
