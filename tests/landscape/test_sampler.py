"""Slices: right whether or not the function takes arrays, with holes where it has no value."""

import autograd.numpy as np
import numpy as onp
import pytest

import hesswidget as hw
from hesswidget.landscape.plane import Plane
from hesswidget.landscape.sampler import Sampler
from hesswidget.problem.problem import Problem


def problem_of(function, **ranges):
    return Problem.over_ranges(function, None, None, ranges)


def sampled(function, axes=(0, 1), resolution=11, **ranges):
    problem = problem_of(function, **ranges)
    return Sampler(problem).sample(Plane.along(problem, problem.start, axes), problem.parameters, resolution)


def branching(x, y):
    return x if x > y else y * x


@pytest.mark.parametrize(
    "function",
    [
        lambda x, y: x**2 * y,
        branching,
        lambda x, y: np.dot(np.array([x, y]), np.array([x, 2 * y])),
        lambda x, y: x + np.mean(y) * y,  # takes arrays, but says something else for them
        lambda x, y: np.max(np.array([x, y])),
        lambda x, y: 1.0 * (x - x) + 2.0,
    ],
)
def test_every_value_is_that_of_a_single_call(function):
    slice_ = sampled(function, x=(-1.0, 2.0), y=(0.0, 1.0))
    xs, ys = slice_.grids
    expected = [[float(function(x, y)) for x in xs] for y in ys]
    onp.testing.assert_allclose(slice_.values, expected, rtol=1e-12)


def test_a_slice_of_a_vector_problem_holds_the_rest():
    start = onp.array([0.1, 0.2, 0.3, 0.4])
    slice_ = sampled(
        lambda w: w[0] + 10 * w[1] + 100 * w[2] + 1000 * w[3], axes=(3, 1), w=hw.vector(start, -1, 1)
    )
    assert slice_.values[0, 0] == pytest.approx(0.1 - 10 + 30 - 1000)
    assert slice_.values[0, -1] == pytest.approx(0.1 - 10 + 30 + 1000)


def test_where_the_function_has_no_value_there_is_a_hole():
    def half(x, y):
        if x < 0:
            raise ValueError("no")
        return x * y

    slice_ = sampled(half, x=(-1.0, 1.0), y=(0.5, 1.0))
    assert onp.isnan(slice_.values[:, 0]).all()
    assert onp.isfinite(slice_.values[:, -1]).all()


@pytest.mark.parametrize("axes", [(0, 0), (0, 5), (), (-1, 0)])
def test_axes_that_do_not_exist_get_a_sentence(axes):
    with pytest.raises(hw.ProblemError, match="different axes"):
        sampled(lambda x, y: x * y, axes=axes, x=(0.0, 1.0), y=(0.0, 1.0))


def test_a_slow_function_is_sampled_coarsely():
    sampler = Sampler(problem_of("logistic_regression"))
    sampler.seconds_per_value = 1e-3
    assert sampler.affordable(0.1, finest=81, dimensions=2) == 10
    sampler.seconds_per_value = 1e-9
    assert sampler.affordable(0.1, finest=81, dimensions=2) == 81
