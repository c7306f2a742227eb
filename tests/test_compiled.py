"""`hw.compile`: autograd's numbers, closed forms, and sentences for what is not possible."""

import autograd
import autograd.numpy as np
import numpy as onp
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import hesswidget as hw


def rosenbrock(x, b=100.0):
    return np.sum(b * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2)


@given(st.lists(st.floats(-3, 3), min_size=2, max_size=7), st.floats(0.1, 200))
@settings(max_examples=40, deadline=None)
def test_everything_agrees_with_autograd(values, b):
    x = onp.array(values)
    c = hw.compile(rosenbrock, onp.zeros(len(x)))

    def at(v):
        return rosenbrock(v, b)

    exact = autograd.hessian(at)(x)
    tolerance = {
        "rtol": 1e-12,
        "atol": 1e-12 * onp.abs(exact).max() * 3,
    }  # entries are differences of large terms
    onp.testing.assert_allclose(c.value(x, b=b), at(x), rtol=1e-12)
    onp.testing.assert_allclose(c.gradient(x, b=b), autograd.grad(at)(x), **tolerance)
    onp.testing.assert_allclose(c.hessian(x, b=b), exact, **tolerance)
    onp.testing.assert_allclose(c.hvp(x, onp.ones(len(x)), b=b), exact.sum(axis=0), **tolerance)


def test_the_logistic_hessian_has_its_closed_form():
    """Böhning and Lindsay (1988)."""
    inputs, _ = hw.gallery.models.classification_data()
    w = onp.linspace(-1, 1, 10)
    probability = 1 / (1 + onp.exp(-inputs @ w))
    closed = inputs.T * (probability * (1 - probability)) @ inputs / 500 + 0.3 * onp.eye(10)
    onp.testing.assert_allclose(
        hw.compile("logistic_regression", onp.zeros(10)).hessian(w, l2=0.3), closed, atol=1e-14
    )


def test_a_large_hessian_goes_by_chunks_and_is_the_same():
    x = onp.cos(onp.arange(200.0))
    c = hw.compile(lambda v: np.sum(np.sin(np.outer(v, v))), x)
    assert any(step.operation == "map" for step in c.program.steps)
    reference = autograd.hessian(lambda v: np.sum(np.sin(np.outer(v, v))))(x)
    onp.testing.assert_allclose(c.hessian(x), reference, atol=1e-11)


def test_of_many_variables_there_are_products_with_the_hessian_as_other_errors_advise():
    n = 20_000
    x, v = onp.linspace(-1.0, 1.0, n), onp.cos(onp.arange(n))
    with pytest.raises(hw.ProblemError, match=r"hw\.compile\(f, point\)\.hvp"):
        hw.curvature(rosenbrock, x)
    c = hw.compile(rosenbrock, x)
    products = autograd.make_hvp(rosenbrock)(x)[0]
    onp.testing.assert_allclose(c.hvp(x, v), products(v), rtol=1e-10, atol=1e-10)
    with pytest.raises(hw.ProblemError, match="use hvp"):
        c.hessian(x)


def test_a_curvature_is_the_one_that_autograd_gives():
    c = hw.compile("himmelblau", (0.0, 0.0))
    found, exact = c.curvature((3.0, 2.0)), hw.curvature("himmelblau", (3.0, 2.0))
    assert found.label == exact.label == "minimum"
    assert found.reason == exact.reason
    onp.testing.assert_allclose(found.hessian, exact.hessian, rtol=1e-14)


def test_results_are_the_callers_own():
    c = hw.compile(lambda x: np.sum(x**2), onp.zeros(2))
    first = c.hessian([1.0, 2.0])
    first[:] = 7.0
    onp.testing.assert_array_equal(c.hessian([1.0, 2.0]), 2 * onp.eye(2))


def test_the_program_reads_like_mathematics():
    assert "sin(" in str(hw.compile(lambda x: np.sin(x), 1.0).program)


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: hw.compile(lambda x: float(x) * x, 1.0), "float"),
        (lambda: hw.compile("himmelblau", (0.0, 0.0)).value((1.0, 2.0, 3.0)), "compiled for 2"),
        (lambda: hw.compile("himmelblau", (0.0, 0.0)).value((1.0, 2.0), aa=1.0), "did you mean 'a'"),
        (lambda: hw.compile("himmelblau", (0.0, 0.0)).hvp((1.0, 2.0), [1.0]), "vector has 1 values"),
        (lambda: hw.compile(lambda x, k=2: x**k, 1.0).value(1.0, k=3), "k fixed"),
    ],
)
def test_what_is_not_possible_gets_a_sentence(call, sentence):
    with pytest.raises(hw.ProblemError, match=sentence):
        call()
