"""Slices that lie aslant: places, values and the quadratic model on random planes, against direct evaluation."""

import autograd.numpy as np
import numpy as onp
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import hesswidget as hw
from hesswidget.curvature import curvature_at
from hesswidget.derivatives.objective import Objective
from hesswidget.derivatives.traced import TracedProblem
from hesswidget.explorers import frame
from hesswidget.landscape import tiles
from hesswidget.landscape.plane import Plane
from hesswidget.landscape.sampler import Sampler
from hesswidget.landscape.taylor import quadratic_model
from hesswidget.problem.problem import Problem
from hesswidget.program.executor import Executable
from hesswidget.second_derivative_test.tolerances import Tolerances


def f(w, a=1.0):
    return np.sum(np.sin(w) * np.arange(1.0, len(w) + 1)) + a * np.prod(w) + np.sum(w**2) ** 2


def problem_of(n):
    return Problem.over_ranges(f, None, None, {"w": hw.vector(onp.linspace(-0.5, 0.8, n), -2, 2)})


def random_plane(n, k, seed):
    rng = onp.random.default_rng(seed)
    basis = onp.linalg.qr(rng.normal(size=(n, k)))[0].T
    ends = onp.stack([-rng.uniform(0.1, 2, size=k), rng.uniform(0.1, 2, size=k)], axis=1)
    return Plane(rng.normal(size=n), basis, ends)


planes = st.integers(1, 5).flatmap(
    lambda n: st.builds(random_plane, st.just(n), st.integers(1, min(n, 2)), st.integers(0, 10**6))
)


@given(planes, st.integers(0, 10**6))
@settings(max_examples=60, deadline=None)
def test_places_and_positions_are_inverse(plane, seed):
    places = onp.random.default_rng(seed).normal(size=(len(plane.basis), 7))
    points = plane.place(places)
    onp.testing.assert_allclose(points.T, plane.origin + places.T @ plane.basis, rtol=1e-13, atol=1e-13)
    for point, place in zip(points.T, places.T, strict=True):
        onp.testing.assert_allclose(plane.position(point), place, rtol=1e-12, atol=1e-12)


@given(planes)
@settings(max_examples=25, deadline=None)
def test_a_sampled_value_is_that_of_a_single_call(plane):
    slice_ = Sampler(problem_of(len(plane.origin))).sample(plane, {"a": 1.5}, 5)
    mesh = onp.stack(onp.meshgrid(*slice_.grids), axis=-1)
    expected = [f(plane.origin + place @ plane.basis, 1.5) for place in mesh.reshape(-1, len(plane.basis))]
    onp.testing.assert_allclose(slice_.values.ravel(), expected, rtol=1e-12, atol=1e-12)


@given(planes, st.integers(0, 10**6))
@settings(max_examples=25, deadline=None)
def test_the_model_is_the_taylor_polynomial_of_the_space(plane, seed):
    t = onp.random.default_rng(seed).normal(size=len(plane.basis))
    point = plane.origin + t @ plane.basis
    c = curvature_at(Objective(problem_of(len(point)), {"a": 1.5}), point)
    grids = plane.grids(4)
    model = quadratic_model(c, plane, grids)
    for place, found in zip(
        onp.stack(onp.meshgrid(*grids), axis=-1).reshape(-1, len(t)), model.ravel(), strict=True
    ):
        step = plane.origin + place @ plane.basis - point
        expected = c.value + c.gradient @ step + step @ c.hessian @ step / 2
        onp.testing.assert_allclose(found, expected, rtol=1e-10, atol=1e-10)


@pytest.mark.parametrize("n", [2, 4])
def test_recorded_programs_agree_on_any_plane(n):
    problem = problem_of(n)
    traced = TracedProblem(problem, ("a",), problem.parameters)
    run, tile = Executable(frame.program(traced, Tolerances())), Executable(tiles.program(traced))
    rows = dict(tile.program.inputs)["places"][1]
    for seed in range(3):
        plane = random_plane(n, 2, seed)
        shared = {"parameters": [1.5], "origin": plane.origin, "basis": plane.basis}
        places = onp.random.default_rng(seed).normal(size=(2, rows))
        expected = [f(x, 1.5) for x in plane.place(places).T]
        onp.testing.assert_allclose(tile(**shared, places=places)["values"], expected, rtol=1e-12, atol=1e-12)
        found = run(point=plane.place(places[:, :1])[:, 0], ends=plane.ends, **shared)
        c = curvature_at(Objective(problem, {"a": 1.5}), found["point"])
        model = quadratic_model(c, plane, (found["near0"], found["near1"]))
        onp.testing.assert_allclose(found["model"], model, rtol=1e-10, atol=1e-10)
        centre = [found[name].mean() for name in ("near0", "near1")]
        onp.testing.assert_allclose(centre, places[:, 0], rtol=1e-12, atol=1e-12)


def test_along_coordinates_places_are_the_coordinates_to_the_last_digit():
    problem = problem_of(4)
    plane = Plane.along(problem, problem.start, (2, 0))
    places = onp.random.default_rng(0).normal(size=(2, 50)) * 10.0 ** onp.arange(-25, 25)
    points = plane.place(places)
    onp.testing.assert_array_equal(points[[2, 0]], places)
    onp.testing.assert_array_equal(points[1], problem.start[1])
    onp.testing.assert_array_equal(plane.position(points[:, 7]), places[:, 7])


def test_what_a_slice_does_not_vary_spoils_nothing():
    problem = Problem.over_ranges(lambda x, y, z: x * y + np.sqrt(z), (1.0, 2.0, 0.0), None, {})
    with onp.errstate(all="ignore"):
        c = curvature_at(Objective(problem), problem.start)
    assert not onp.isfinite(c.hessian).all()
    plane = Plane.first(problem, problem.start)
    grids = plane.grids(3)
    model = quadratic_model(c, plane, grids)
    onp.testing.assert_allclose(model, onp.outer(grids[1], grids[0]), atol=1e-12)


E2 = onp.eye(2)
ENDS = onp.array([[0.0, 1.0], [0.0, 1.0]])


@pytest.mark.parametrize(
    ("origin", "basis", "ends", "sentence"),
    [
        (onp.zeros(3), E2, ENDS, "length 3"),
        (onp.zeros(2), E2, ENDS[:1], "two ends for each"),
        (onp.zeros(3), onp.eye(3), onp.array([[0.0, 1.0]] * 3), "one or two"),
        (onp.array([0.0, onp.nan]), E2, ENDS, "finite"),
        (onp.zeros(2), E2, ENDS[:, ::-1], "lower end"),
        (onp.zeros(2), E2 + 1e-5, ENDS, "right angles"),
        (onp.zeros(2), onp.full((2, 2), onp.nan), ENDS, "right angles"),
    ],
)
def test_what_is_no_plane_gets_a_sentence(origin, basis, ends, sentence):
    with pytest.raises(hw.ProblemError, match=sentence):
        Plane(origin, basis, ends)
