"""Programs run with JAX as with NumPy; where it is not installed, a sentence says so."""

import sys

import autograd
import autograd.numpy as np
import numpy as onp
import pytest

import hesswidget as hw
from hesswidget.derivatives.control_flow import over_rows, scan
from hesswidget.derivatives.recorder import record
from hesswidget.program.executor import Executable
from program.corpus import CASES
from program.recording import assert_same, flat, named, recorded, size_of_cancelled

TOLERANCE = 1e-10  # of the largest magnitude: XLA sums in another order, and has special functions of its own


@pytest.fixture
def jax():
    return pytest.importorskip("jax", reason="JAX is not installed")


@pytest.fixture
def executable(jax):
    from hesswidget.program.jax_executor import JaxExecutable

    return JaxExecutable


@pytest.mark.parametrize("name", CASES)
def test_a_program_gives_what_it_gives_with_numpy(executable, name):
    case = CASES[name]
    program = recorded(case, case.derivatives)
    ours, theirs = Executable(program), executable(program)
    for seed in (0, 1, 2):
        inputs = named(case, case.draw(seed))
        if case.derivatives:
            point = flat(case.draw(seed))
            inputs = {
                "point": point,
                "direction": onp.random.default_rng(100 + seed).normal(size=len(point)),
            }
        expected, found = ours(**inputs), theirs(**inputs)
        for part, value in expected.items():
            floor = size_of_cancelled(expected, part)
            assert type(found[part]) is onp.ndarray
            assert_same(found[part], value, TOLERANCE, f"{part} of {name} at {seed}", floor)
    assert theirs.traces == 1


def ordinary(example):
    """An ordinary point of an example: a little more than a third of the way along each range."""
    ranges = [example.ranges[variable] for variable in example.variables]
    if isinstance(ranges[0], onp.ndarray):
        return ranges[0] + 0.1
    return tuple(low + 0.37 * (high - low) for low, high in ranges)


@pytest.mark.parametrize("name", hw.gallery.names())
def test_a_hessian_of_the_gallery_is_autograds(jax, name):
    x = ordinary(hw.gallery[name])
    c = hw.compile(name, x, backend="jax")
    exact = hw.curvature(name, x)
    assert_same(c.value(x), exact.value, TOLERANCE, name)
    assert_same(c.gradient(x), exact.gradient, TOLERANCE, name, onp.abs(exact.hessian).max())
    assert_same(c.hessian(x), exact.hessian, TOLERANCE, name)
    assert_same(
        c.hvp(x, onp.ones(len(exact.gradient))),
        exact.hessian.sum(axis=1),
        TOLERANCE,
        name,
        onp.abs(exact.hessian).max(),
    )


def test_a_long_loop_is_one_loop_and_is_traced_once(executable):
    """The logistic map's orbit, and the sum over rows of where each start is led."""
    rows = 7

    def step(x, rate):
        return rate * x * (1 - x), x

    def build(starts, rate):
        end, path = scan(step, [starts[0]], shared=[rate], length=5000)
        led = over_rows(lambda s, r: scan(step, [s], shared=[r], length=3)[0], starts, shared=[rate])
        return {"end": end, "path": path, "led": led}

    starts = onp.linspace(0.1, 0.9, rows)
    program = record(build, starts=starts, rate=2.7)
    run = executable(program)
    for rate in (2.7, 1.9, 3.2):
        expected, found = Executable(program)(starts=starts, rate=rate), run(starts=starts, rate=rate)
        for name, value in expected.items():
            assert_same(found[name], value, TOLERANCE, name)
    assert run.traces == 1


def test_a_hessian_by_chunks_is_autograds(jax):
    x = onp.cos(onp.arange(201.0))  # no whole number of chunks, so that the last overlaps

    def f(v):
        return np.sum(np.sin(np.outer(v, v)))

    c = hw.compile(f, x, backend="jax")
    assert any(step.operation == "map" for step in c.program.steps)
    onp.testing.assert_allclose(c.hessian(x), autograd.hessian(f)(x), atol=1e-11)


def test_parameters_and_points_change_without_another_trace(jax):
    c = hw.compile(lambda x, a=1.0: np.sum(a * x**4), onp.zeros(3), backend="jax")
    for a in (1.0, 2.0, 0.5):
        onp.testing.assert_allclose(c.hessian([a, 1.0, 2.0], a=a), 12 * a * onp.diag([a**2, 1.0, 4.0]))
    run, _ = c._ready("hessian")
    assert run.__self__.traces == 1


def test_jaxs_configuration_stays_as_it_is(jax):
    before = jax.config.jax_enable_x64
    c = hw.compile(lambda x: np.sum(np.exp(x)), onp.zeros(2), backend="jax")
    found = c.hessian([1.0, 2.0])
    assert found.dtype == float
    onp.testing.assert_allclose(found, onp.diag(onp.exp([1.0, 2.0])), rtol=1e-15)
    assert jax.config.jax_enable_x64 == before
    assert jax.numpy.ones(1).dtype == (onp.float64 if before else onp.float32)


def test_nobody_writes_into_results(jax):
    c = hw.compile(lambda x: np.sum(x**2), onp.zeros(2), backend="jax")
    found = c.hessian([1.0, 2.0])
    with pytest.raises(ValueError, match="read-only"):
        found[:] = 7.0
    onp.testing.assert_array_equal(c.hessian([1.0, 2.0]), 2 * onp.eye(2))


def test_singular_matrices_are_nan_as_with_numpy(executable):
    stack = onp.array([onp.eye(2), onp.ones((2, 2)), onp.diag([1.0, -1.0])])  # regular, singular, indefinite
    program = record(
        lambda a: {
            "inv": np.linalg.inv(a),
            "solve": np.linalg.solve(a, onp.ones((3, 2, 1))),
            "det": np.linalg.det(a),
        },
        a=stack + 3 * onp.eye(2),
    )
    expected, found = Executable(program)(a=stack), executable(program)(a=stack)
    assert onp.isnan(expected["inv"][1]).all()
    for name, value in expected.items():
        assert_same(found[name], value, TOLERANCE, name)
    program = record(lambda a: {"factor": np.linalg.cholesky(a)}, a=stack + 3 * onp.eye(2))
    assert_same(executable(program)(a=stack)["factor"], Executable(program)(a=stack)["factor"], TOLERANCE)


def test_without_jax_a_sentence_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "jax", None)
    for module in ("jax_executor", "jax_arrays"):
        monkeypatch.delitem(sys.modules, f"hesswidget.program.{module}", raising=False)
    with pytest.raises(hw.ProblemError, match=r'pip install "hesswidget\[jax\]"'):
        hw.compile("himmelblau", (0.0, 0.0), backend="jax")
    assert hw.compile("himmelblau", (0.0, 0.0), backend="numpy").value((3.0, 2.0)) == 0


def test_an_unknown_backend_gets_the_nearest():
    with pytest.raises(hw.ProblemError, match="did you mean 'jax'"):
        hw.compile("himmelblau", (0.0, 0.0), backend="jaxx")
