"""Critical points polished: to rounding, and no further."""

from __future__ import annotations

import numpy as np
import pytest

import hesswidget as hw
from hesswidget.critical.polish import polish
from hesswidget.derivatives.objective import Objective


@pytest.mark.parametrize("size", [1e-322, 1e-200, 1e-160, 1e-100, 1e-8, 1e-2])
def test_a_point_as_near_as_can_be_is_polished(size):
    problem = hw.explore("zakharov").problem
    n = len(problem.start)
    rng = np.random.default_rng(0)
    for _ in range(20):
        point, step = polish(Objective(problem), size * rng.uniform(-1, 1, n), np.full(n, 2.0))
        assert point.tolist() == [0.0] * n
        assert step < 1e-8
