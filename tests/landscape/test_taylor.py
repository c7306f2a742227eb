"""The quadratic model against the function that it is of."""

import numpy as onp

from hesswidget.curvature import curvature_at
from hesswidget.derivatives.objective import Objective
from hesswidget.landscape.plane import Plane
from hesswidget.landscape.sampler import Sampler
from hesswidget.landscape.taylor import quadratic_model
from hesswidget.problem.problem import Problem


def test_the_model_touches_the_function_to_third_order():
    problem = Problem.over_ranges("himmelblau", None, None, {"x": (-1e-2, 1e-2), "y": (-1e-2, 1e-2)})
    slice_ = Sampler(problem).sample(Plane.first(problem, problem.start), problem.parameters, 9)
    curvature = curvature_at(Objective(problem), problem.start)
    error = onp.abs(quadratic_model(curvature, slice_.plane, slice_.grids) - slice_.values)
    assert error.max() < 10 * (2e-2) ** 3
    assert error[4, 4] == 0
