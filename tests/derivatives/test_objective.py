"""Derivatives through an objective: closed forms, what they cost, and what they are outside the function's domain."""

import warnings

import autograd.numpy as np
import numpy as onp
import pytest

from hesswidget.derivatives.objective import Objective
from hesswidget.errors import ProblemError
from hesswidget.problem.problem import Problem


def objective(function, *point, **parameters):
    return Objective(Problem.at(function, point, None, parameters))


def monkey(x, y, a=2.0):
    return a * (x**3 - 3 * x * y**2)


def test_derivatives_are_those_of_the_closed_form():
    f, x, v = objective(monkey, 1.0, 2.0), onp.array([1.0, 2.0]), onp.array([3.0, -1.0])
    hessian = 12 * onp.array([[1.0, -2.0], [-2.0, -1.0]])
    assert f.value(x) == -22.0
    assert f.gradient(x).tolist() == [-18.0, -24.0]
    assert [f.value_and_gradient(x)[0], *f.value_and_gradient(x)[1]] == [-22.0, -18.0, -24.0]
    onp.testing.assert_array_equal(f.hessian(x), hessian)
    onp.testing.assert_array_equal(f.gradient_and_hessian(x)[0], f.gradient(x))
    onp.testing.assert_array_equal(f.hvp(x, v), hessian @ v)
    assert [f.derivative_along(x, v, order) for order in (0, 1, 2, 3, 4)] == [
        -22.0, f.gradient(x) @ v, v @ hessian @ v, 12 * (v[0] ** 3 - 3 * v[0] * v[1] ** 2), 0.0,
    ]  # fmt: skip


def test_what_is_defined_is_the_same_where_it_might_not_be():
    f, x = objective(monkey, 1.0, 2.0), onp.array([1.0, 2.0])
    assert f.value_or_nan(x) == f.value(x)
    onp.testing.assert_array_equal(f.gradient_or_nan(x), f.gradient(x))
    onp.testing.assert_array_equal(f.hessian_or_nan(x), f.hessian(x))
    value, *derivatives = f.derivatives_or_nan(x)
    assert value == f.value(x)
    for found, expected in zip(derivatives, f.gradient_and_hessian(x), strict=True):
        onp.testing.assert_array_equal(found, expected)


def test_hessian_vector_products_are_counted():
    f, x = objective(lambda w: np.sum(w**4), onp.ones(5)), onp.ones(5)
    f.gradient(x)
    assert f.hvp_count == 0
    f.hvp(x, x)
    f.hessian(x)
    assert f.hvp_count == 6


def raising(x, y):
    return x * y if x > 0 else {}[y]


def silent(x, y):
    return np.log(x) * y


@pytest.mark.parametrize("function", [raising, silent])
def test_outside_the_domain_it_is_nan_without_a_warning(function):
    f, x = objective(function, 1.0, 2.0), onp.array([-1.0, 2.0])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = [f.value_or_nan(x), f.gradient_or_nan(x), f.hessian_or_nan(x), *f.derivatives_or_nan(x)]
    assert [onp.shape(a) for a in found] == [(), (2,), (2, 2), (), (2,), (2, 2)]
    assert onp.isnan(found[0])
    assert function is silent or all(onp.all(onp.isnan(a)) for a in found)


@pytest.mark.parametrize(
    "compute",
    [
        lambda f, x: f.value(x),
        lambda f, x: f.gradient(x),
        lambda f, x: f.value_and_gradient(x),
        lambda f, x: f.hvp(x, x),
        lambda f, x: f.hessian(x),
        lambda f, x: f.derivative_along(x, x, 3),
    ],
)
def test_elsewhere_what_it_raises_is_a_sentence_with_its_line(compute):
    with pytest.raises(ProblemError, match="raised KeyError") as error:
        compute(objective(raising, 1.0, 2.0), onp.array([-1.0, 2.0]))
    assert "else {}[y]" in str(error.value)


def test_another_backend_may_differentiate():
    class Differences:
        """Of a quadratic function central differences are exact but for rounding."""

        def gradient(self, function):
            return lambda x: onp.array([(function(x + e) - function(x - e)) / 2 for e in onp.eye(len(x))])

        def value_and_gradient(self, function, x):
            return function(x), self.gradient(function)(x)

        def hvp(self, function, x, vector):
            return (self.gradient(function)(x + vector) - self.gradient(function)(x - vector)) / 2

        def gradient_and_hessian(self, function, x):
            return self.gradient(function)(x), onp.array([self.hvp(function, x, e) for e in onp.eye(len(x))])

    problem = Problem.at(lambda x, y: x**2 - 3 * x * y, (1.0, 2.0), None, {})
    one, other = Objective(problem), Objective(problem, backend=Differences())
    x = problem.start
    onp.testing.assert_allclose(other.gradient(x), one.gradient(x))
    onp.testing.assert_allclose(other.hessian(x), one.hessian(x))
    onp.testing.assert_allclose(other.hvp(x, x), one.hvp(x, x))
