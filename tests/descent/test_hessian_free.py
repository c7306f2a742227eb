"""Hessian-free: its conjugate gradients, its damping, and how few steps it needs."""

from itertools import pairwise

import autograd.numpy as np
import numpy as onp
import pytest

import hesswidget as hw
from descent.states import function_of, states_of
from hesswidget.descent.conjugate_gradients import solved


def form(curvatures):
    Q = onp.linalg.qr(onp.random.default_rng(0).normal(size=(len(curvatures),) * 2))[0]
    A = Q @ onp.diag(curvatures) @ Q.T
    return A, lambda w: 0.5 * np.dot(w, np.dot(A, w))


def solution(A, f, damping, tolerance, start=None):
    start = onp.random.default_rng(1).normal(size=len(A)) if start is None else start
    g = A @ start
    return g, solved(function_of(f, start), {"point": start, "gradient": g}, damping, tolerance)


@pytest.mark.parametrize("distinct", [1, 2, 3, 5])
def test_conjugate_gradients_take_as_many_iterations_as_there_are_distinct_eigenvalues(distinct):
    A, f = form(onp.resize(onp.linspace(1.0, 9.0, distinct), 15))
    _, found = solution(A, f, 0.5, 1e-10)
    assert found.iterations == distinct
    assert found.residuals[distinct - 1] > 1e-3 * found.residuals[0]
    assert onp.isnan(found.residuals[distinct + 1 :]).all()


def test_conjugate_gradients_solve_the_damped_equation():
    A, f = form(onp.geomspace(1.0, 50.0, 12))
    g, found = solution(A, f, 2.0, 1e-12)
    onp.testing.assert_allclose(found.step, -onp.linalg.solve(A + 2.0 * onp.eye(12), g), atol=1e-10)
    assert found.residuals[0] == pytest.approx(onp.linalg.norm(g))
    kappa = 52.0 / 3.0
    for k, residual in enumerate(found.residuals[: int(found.iterations)]):
        bound = 2 * ((kappa**0.5 - 1) / (kappa**0.5 + 1)) ** k * kappa**0.5
        assert residual <= bound * found.residuals[0]


def test_conjugate_gradients_end_before_a_curvature_that_is_not_positive():
    A, f = onp.diag([4.0, -1.0]), lambda x, y: 2 * x**2 - 0.5 * y**2
    g, first = solution(A, f, 0.0, 1e-10, onp.array([0.1, 3.0]))
    onp.testing.assert_array_equal(first.step, -g)
    _, second = solution(A, f, 0.0, 1e-10, onp.array([3.0, 0.1]))
    g = A @ onp.array([3.0, 0.1])
    onp.testing.assert_allclose(second.step, -g * (g @ g) / (g @ A @ g), rtol=1e-12)
    assert (first.iterations, second.iterations) == (1, 2)


def test_the_damping_follows_the_reduction_ratio():
    states = states_of(lambda x, y: (1 - x) ** 2 + 100 * (y - x**2) ** 2, (-1.2, 1.0), "hessian-free", 30)
    factors = set()
    for before, after in pairwise(states):
        ratio = after["ratio"]
        expected = 1.5 if not ratio >= 0.25 else 1 / 1.5 if ratio > 0.75 else 1.0
        assert after["damping"] == pytest.approx(before["damping"] * expected)
        factors.add(expected)
        assert after["residuals"][0] == pytest.approx(before["gradient_norm"])
    assert factors >= {1.5, 1 / 1.5}


def network(n):
    """Half the mean squared error of a tanh network 1-n-1 on 20 Chebyshev points, after the target T₄."""
    x = onp.cos(onp.pi * (onp.arange(20) + 0.5) / 20)
    y = onp.cos(3 * onp.arccos(x))

    def loss(w):
        hidden = np.tanh(np.outer(x, w[:n]) + w[n : 2 * n])
        return 0.5 * np.mean((np.dot(hidden, w[2 * n : 3 * n]) + w[3 * n] - y) ** 2)

    return loss, onp.random.default_rng(0).normal(size=3 * n + 1)


def test_a_network_takes_tens_of_steps_where_gradient_descent_takes_thousands():
    loss, start = network(8)
    free = hw.minimize(loss, start, method="hessian-free", steps=50, tolerance=0.0)
    slow = hw.minimize(loss, start, method="gradient-descent", rate=0.2, steps=2000, tolerance=0.0)
    assert free.values.min() < 1e-4
    assert slow.values.min() > 1e-4
