"""What is measured along a path, against the whole Hessian, by both executors and for each kind of method."""

import autograd.numpy as np
import numpy
import pytest

import hesswidget as hw
from hesswidget.derivatives.blas import one_blas_thread
from hesswidget.derivatives.traced import COVERED, TracedFunction, TracedProblem
from hesswidget.descent.race import racers
from hesswidget.problem.problem import Problem
from hesswidget.program.bounds import RACE
from hesswidget.program.executor import Executable
from hesswidget.training.measurement import QUANTITIES, TOP, Measurement, first_vectors, largest

METHODS = {
    "gradient-descent": {"rate": 0.4},
    "heavy-ball": {"rate": 0.3, "momentum": 0.5},
    "sam": {"rate": 0.2, "radius": 0.05},
    "adam": {"rate": 0.01, "momentum": 0.9, "decay": 0.999, "epsilon": 1e-8},
}
WIDTHS = {"whole Hessian": [2, 5, 1], "products": [1, 9, 6, 1]}


def model(widths):
    random = numpy.random.default_rng(3)
    inputs = random.normal(size=(24, widths[0]))
    return hw.models.mlp(inputs, np.tanh(inputs[:, 0] * 2) + 0.3, widths=widths, seed=1)


@pytest.mark.parametrize("widths", WIDTHS.values(), ids=WIDTHS)
@pytest.mark.parametrize("method", METHODS)
def test_it_is_what_the_whole_hessian_says(method, widths):
    problem = Problem.over_ranges(model(widths), None, None, {})
    traced = TracedProblem.of(problem)
    iteration = racers([(method, METHODS[method])], 0.0)[0].iteration
    begin, advance = iteration.programs(traced)
    measure = Executable(Measurement(iteration).program(traced, begin))
    begin, advance, parameters = Executable(begin), Executable(advance), traced.example
    f = TracedFunction(traced, parameters)
    vectors = first_vectors(len(problem.start))
    with one_blas_thread():
        state = begin(point=problem.start, parameters=parameters)
        for step in range(61):
            if step % 20 == 0:
                for _ in range(RACE.measurements):
                    found = measure(**state, vectors=vectors, parameters=parameters)
                    vectors = found["vectors"]
                    if not found["again"]:
                        break
                check(dict(zip(QUANTITIES, found["measured"], strict=True)), f, iteration, state, widths)
            state = advance(**state, parameters=parameters)


def check(told, f, iteration, state, widths):
    point, gradient = state["point"], state["gradient"]
    hessian = f.hessian(point)
    values, vectors = numpy.linalg.eigh(hessian)
    assert told["sharpness"] == pytest.approx(values[-1], rel=1e-6)
    assert abs(told["sharpness"] - values[-1]) <= told["sharpness_error"] + 1e-12 * values[-1]
    if widths is WIDTHS["whole Hessian"]:
        assert told["trace"] == pytest.approx(numpy.trace(hessian), rel=1e-12)
        assert told["trace_error"] == 0
    else:
        assert abs(told["trace"] - numpy.trace(hessian)) <= 2 * told["trace_error"]
    share = numpy.sum((vectors[:, -TOP:].T @ gradient) ** 2) / (gradient @ gradient)
    assert told["share"] == pytest.approx(share, abs=0.02)
    following = iteration.stepped(f, state)["point"] - point
    assert told["predicted"] == pytest.approx(gradient @ following + following @ hessian @ following / 2)
    assert told["actual"] == pytest.approx(f.value(point + following) - state["value"])
    if iteration.method.is_preconditioned:
        root = numpy.sqrt(state[iteration.method.model])
        divided = numpy.linalg.eigvalsh(hessian / root / root[:, None])[-1]
        assert told["watched"] == told["preconditioned"] == pytest.approx(divided, rel=1e-6)
    else:
        assert numpy.isnan(told["preconditioned"])
        assert told["watched"] == told["sharpness"]
    assert told["ratio"] == told["watched"] / told["threshold"]


def test_an_eigenvalue_that_overtakes_is_found():
    """The vectors of the last measurement are those of another eigenvalue."""
    random = numpy.random.default_rng(0)
    basis, _ = numpy.linalg.qr(random.normal(size=(80, 80)))
    values = numpy.linspace(-1.0, 1.0, 80)
    values[:2] = 5.0, 4.0
    before = (basis * values) @ basis.T
    _, vectors, _ = largest(lambda v: before @ v, random.normal(size=80), ())
    values[:2] = 4.0, 5.0
    after = (basis * values) @ basis.T
    value, vectors, residual = largest(lambda v: after @ v, vectors[0], ())
    assert abs(value - 5.0) <= residual + 1e-12
    assert residual < 1e-3
    assert abs(vectors[0] @ basis[:, 1]) > 0.999


@pytest.mark.parametrize("n", [1, 2, 7])
@pytest.mark.parametrize("scale", [1e-12, 1.0, 1e12])
def test_of_few_variables_it_is_exact(n, scale):
    matrix = numpy.random.default_rng(n).normal(size=(n, n))
    matrix = scale * (matrix + matrix.T) - 3 * scale * numpy.eye(n)  # also where all are negative
    value, vectors, _ = largest(lambda v: matrix @ v, numpy.ones(n), ())
    assert value == pytest.approx(numpy.linalg.eigvalsh(matrix)[-1], rel=1e-12)
    assert vectors.shape == (min(n, TOP), n)


def test_where_a_value_is_not_finite_nothing_is_made_up():
    value, _, _ = largest(lambda v: numpy.nan * v, numpy.ones(4), ())
    assert numpy.isnan(value)


def test_a_model_with_test_samples_has_its_loss_there():
    trained = hw.models.mlp(widths=[1, 4, 1])
    problem = Problem.over_ranges(trained, None, None, {})
    traced = TracedProblem.of(problem)
    iteration = racers([("gradient-descent", {"rate": 0.1})], 0.0)[0].iteration
    begin, _ = iteration.programs(traced)
    measure = Executable(Measurement(iteration).program(traced, begin))
    state = Executable(begin)(point=problem.start, parameters=traced.example)
    state.pop(COVERED, None)
    found = measure(**state, vectors=first_vectors(len(problem.start)), parameters=traced.example)
    told = dict(zip(QUANTITIES, found["measured"], strict=True))
    assert told["test_loss"] == pytest.approx(float(trained.test_loss(problem.start)), rel=1e-13)
