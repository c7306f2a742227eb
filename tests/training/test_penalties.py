"""Penalties on curvature, against closed forms and differences; and what noise of a training adds on average."""

import numpy
import pytest

from hesswidget import models
from hesswidget.derivatives.traced import TracedFunction, TracedProblem
from hesswidget.problem.problem import Problem
from hesswidget.program.executor import Executable
from hesswidget.training import penalties
from hesswidget.training.noise import Noise
from hesswidget.training.penalties import Penalized

MODELS = {
    "numbers": lambda: models.mlp("chebyshev", widths=(1, 4, 1)),
    "two classes": lambda: models.mlp("moons", widths=(2, 3, 1), activation="softplus"),
    "kinks": lambda: models.mlp("blobs", widths=(2, 3, 3), activation="relu"),
}
PENALTIES = {
    "gradient": lambda _: penalties.gradient_norm,
    "trace": lambda _: penalties.hessian_trace,
    "frobenius": lambda _: penalties.frobenius,
    "input noise": penalties.input_noise,
}


def traced(model):
    return TracedProblem.of(Problem.at(model, None, None, {}))


@pytest.fixture(params=MODELS)
def model(request):
    return MODELS[request.param]()


@pytest.fixture
def at(model):
    """The function, a point that is no minimum, and a direction."""
    random, problem = numpy.random.default_rng(0), traced(model)
    n = len(problem.problem.start)
    point = problem.problem.start + 0.3 * random.standard_normal(n)
    return TracedFunction(problem, problem.example), point, random.standard_normal(n)


def test_they_are_what_they_are_called(at):
    f, point, _ = at
    eigenvalues = numpy.linalg.eigvalsh(f.hessian(point))
    assert penalties.gradient_norm(f, point) == pytest.approx(numpy.sum(f.gradient(point) ** 2), rel=1e-12)
    assert penalties.hessian_trace(f, point) == pytest.approx(eigenvalues.sum(), rel=1e-12)
    assert penalties.frobenius(f, point) == pytest.approx(numpy.sum(eigenvalues**2), rel=1e-12)


@pytest.mark.parametrize("name", PENALTIES)
def test_their_derivatives_are_those_of_differences(name, model, at):
    f, point, direction = at
    step = 1e-5 * direction
    g = Penalized.of(f, (0.7, PENALTIES[name](model)), (0.2, penalties.gradient_norm))
    slope = (g.value(point + step) - g.value(point - step)) / 2e-5
    assert g.gradient(point) @ direction == pytest.approx(slope, rel=1e-6)
    bend = (g.gradient(point + step) - g.gradient(point - step)) / 2e-5
    assert g.hvp(point, direction) == pytest.approx(bend, rel=1e-6, abs=1e-6 * numpy.abs(bend).max())


@pytest.mark.parametrize("name", PENALTIES)
def test_a_page_can_replay_them(name, model, at):
    f, point, _ = at

    def build(f, point):
        value, slope = Penalized.of(f, (0.7, PENALTIES[name](model))).value_and_gradient(point)
        return {"value": value, "slope": slope}

    found = Executable(f.traced.record(build, point=point))(point=point, parameters=f.parameters)
    known = build(f, point)
    assert found["value"] == pytest.approx(known["value"], rel=1e-12)
    assert found["slope"] == pytest.approx(known["slope"], rel=1e-10, abs=1e-12)


def test_none_is_the_loss_itself(at):
    assert Penalized.of(at[0]) is at[0]


def test_of_many_variables_they_are_estimates_without_a_bias_that_can_be_seen():
    f = TracedFunction(traced(models.linear_regression(numpy.eye(100), numpy.ones(100))), numpy.zeros(0))
    point = f.traced.problem.start
    hessian = f.hessian(point)
    assert penalties.hessian_trace(f, point) == pytest.approx(numpy.trace(hessian), rel=0.1)
    assert penalties.frobenius(f, point) == pytest.approx(numpy.sum(hessian**2), rel=0.5)
    assert penalties.hessian_trace(f, point) == penalties.hessian_trace(f, point)


def test_noise_on_the_inputs_of_a_line_is_weight_decay():
    """Bishop (1995): of squared errors of a linear model it is σ²/2 times the sum of the squares of all weights."""
    model = models.linear_regression("plane")
    problem = traced(model)
    f = TracedFunction(problem, problem.example)
    found = penalties.input_noise(model)(f, numpy.array([3.0, -4.0, 7.0]))
    assert found == pytest.approx(25 / 2, rel=1e-12)


def test_it_is_what_noise_adds_to_the_loss_of_a_network(model, at):
    if "relu" in model.name:
        return  # whose kinks bend it where no second derivative sees them
    f, point, _ = at
    random, noise = numpy.random.default_rng(1), 0.02
    blocks, targets = model.variables(point), model.loss_function.read(model.train, model.data)
    inputs, met = model.train.inputs, []
    for _ in range(4000):
        moved = noise * random.standard_normal(inputs.shape)
        both = [model.network(inputs + sign * moved, **blocks) for sign in (1, -1)]
        met.append(sum(model.loss_function.value(z, targets) for z in both) / 2 - f.value(point))
    expected = noise**2 * penalties.input_noise(model)(f, point)
    assert numpy.mean(met) == pytest.approx(
        expected, abs=4 * numpy.std(met) / 4000**0.5 + 0.01 * abs(expected)
    )


@pytest.mark.parametrize("batch", [1, 7])
def test_batches_are_the_loss_on_average_and_each_of_so_many_samples(batch, model, at):
    f, point, _ = at
    noise, count = Noise(model, seed=3), len(model.train)
    above = [noise.at(float(k), float(batch), 0.0)(f, point) for k in range(64)]
    assert abs(numpy.mean(above)) < 4 * numpy.std(above) / 8
    assert noise.at(5.0, float(count), 0.0)(f, point) == pytest.approx(0.0, abs=1e-14)
    assert above[0] == noise.at(64.0, float(batch), 0.0)(f, point)


def test_a_step_sees_as_many_samples_as_a_batch_has():
    model = models.linear_regression("plane")
    problem = traced(model)
    f = TracedFunction(problem, problem.example)
    found = Penalized.of(f, (1.0, Noise(model).at(0.0, 1.0, 0.0))).gradient(numpy.zeros(3))
    inputs, targets = model.train.inputs, model.train.targets
    each = -targets[:, None] * numpy.column_stack([inputs, numpy.ones(40)])
    assert min(numpy.abs(each - found).max(axis=1)) < 1e-12


def test_false_numbers_move_the_gradient_and_leave_its_mean():
    model = models.mlp("chebyshev", widths=(1, 4, 1))
    problem = traced(model)
    f, noise = TracedFunction(problem, problem.example), Noise(model)
    point = problem.problem.start
    moved = [
        Penalized.of(f, (1.0, noise.at(float(k), 20.0, 0.5))).gradient(point) - f.gradient(point)
        for k in range(64)
    ]
    assert numpy.linalg.norm(moved[0]) > 0
    assert numpy.all(numpy.abs(numpy.mean(moved, axis=0)) <= 4.5 * numpy.std(moved, axis=0) / 8 + 1e-15)


def test_false_labels_are_smooth_ones():
    model = models.logistic_regression("moons")
    problem = traced(model)
    f = TracedFunction(problem, problem.example)
    point = numpy.array([1.0, -2.0, 0.5])
    z = model.network(model.train.inputs, **model.variables(point))
    smooth = 0.8 * model.loss_function.read(model.train, model.data) + 0.1
    expected = model.loss_function.value(z, smooth) - f.value(point)
    assert Noise(model).at(0.0, 50.0, 0.2)(f, point) == pytest.approx(expected, rel=1e-12)
