"""Muon and Shampoo: what they make of a matrix."""

from itertools import pairwise

import autograd.numpy as np
import numpy as onp
import pytest
import scipy.linalg

import hesswidget as hw
from descent.states import states_of
from hesswidget.descent.methods.muon import A, B, C, orthogonalized


def test_newton_and_schulz_map_singular_values_into_an_interval_that_they_keep():
    low, high = 0.682, 1.134
    x = onp.linspace(0.01, 1.0, 200_001)  # singular values, as shares of the norm
    for _ in range(5):
        x = A * x + B * x**3 + C * x**5
    assert x.min() == pytest.approx(low, abs=1e-3)
    assert x.max() == pytest.approx(high, abs=1e-3)
    kept = onp.linspace(x.min(), x.max(), 200_001)
    kept = A * kept + B * kept**3 + C * kept**5
    assert low - 1e-3 <= kept.min() <= kept.max() <= high + 1e-3


@pytest.mark.parametrize("shape", [(1, 5), (2, 3), (4, 4), (3, 8)])
def test_singular_vectors_stay_and_singular_values_go_to_about_one(shape):
    chance = onp.random.default_rng(0)
    U, _, Vt = onp.linalg.svd(chance.normal(size=shape), full_matrices=False)
    values = onp.geomspace(1.0, 0.03, shape[0])
    found = U.T @ orthogonalized(1e3 * U @ onp.diag(values) @ Vt) @ Vt.T
    assert onp.abs(found - onp.diag(onp.diag(found))).max() < 1e-12
    assert ((onp.diag(found) > 0.681) & (onp.diag(found) < 1.135)).all()


def test_a_step_is_as_long_whatever_the_gradient_s_size():
    steps = []
    for scale in (1e-3, 1.0, 1e5):
        f = lambda w, scale=scale: scale * (w[0] - 2 * w[1] + 3 * w[3] + np.sum(w**2))
        steps.append(hw.minimize(f, onp.ones(4), method="muon", steps=1).points[1])
    onp.testing.assert_allclose(steps, [steps[0]] * 3, rtol=1e-12)


def test_of_a_prime_number_of_variables_only_the_length_is_changed():
    f = lambda w: np.dot(onp.array([3.0, 0.0, 4.0]), w)
    step = -hw.minimize(f, onp.zeros(3), method="muon", steps=1, rate=1.0).points[1]
    x = 1.0
    for _ in range(5):
        x = A * x + B * x**3 + C * x**5
    onp.testing.assert_allclose(step, [0.6 * x, 0.0, 0.8 * x], rtol=1e-12)


def test_shampoo_s_roots_are_those_of_what_rows_and_columns_have_met():
    """On a linear function after k steps they are (ε I + k G Gᵀ)^¼ and (ε I + k Gᵀ G)^¼."""
    G = onp.array([[1.0, 2.0, -1.0], [0.5, 0.0, 2.0]])
    states = states_of(lambda w: np.sum(w * G.ravel()), onp.zeros(6), "shampoo", 4, rate=1.0)
    for k, (before, after) in enumerate(pairwise(states), 1):
        left, right = 1e-4 * onp.eye(2) + k * G @ G.T, 1e-4 * onp.eye(3) + k * G.T @ G
        step = -(after["point"] - before["point"]).reshape(2, 3)
        onp.testing.assert_allclose(_fourth_root(left) @ step @ _fourth_root(right), G, rtol=1e-9, atol=1e-9)


def _fourth_root(matrix):
    return scipy.linalg.sqrtm(scipy.linalg.sqrtm(matrix))


@pytest.mark.parametrize("shape", [(2, 3), (4, 2)], ids=["wide", "tall"])
def test_each_matrix_of_the_variables_is_one_and_each_vector_a_row(shape):
    chance = onp.random.default_rng(3)
    G, g = chance.normal(size=shape), chance.normal(size=3)
    loss = lambda params: np.sum(params["W"] * G) + np.dot(params["b"], g)
    start = {"W": onp.zeros(shape), "b": onp.zeros(3)}
    step = -hw.minimize(loss, start, method="muon", steps=1, rate=1.0).points[1]
    turned = orthogonalized(G) if shape[0] <= shape[1] else orthogonalized(G.T).T
    expected = onp.concatenate([turned.ravel(), orthogonalized(g[None, :]).ravel()])
    onp.testing.assert_allclose(step, expected, rtol=1e-9)


def test_shampoo_keeps_what_rows_and_columns_of_each_matrix_have_met():
    chance = onp.random.default_rng(4)
    G, g = chance.normal(size=(3, 2)), chance.normal(size=2)
    loss = lambda params: np.sum(params["W"] * G) + np.dot(params["b"], g)
    start = {"W": onp.zeros((3, 2)), "b": onp.zeros(2)}
    step = -hw.minimize(loss, start, method="shampoo", steps=1, rate=1.0).points[1]
    left, right = 1e-4 * onp.eye(3) + G @ G.T, 1e-4 * onp.eye(2) + G.T @ G
    met = _fourth_root(left) @ step[:6].reshape(3, 2) @ _fourth_root(right)
    onp.testing.assert_allclose(met, G, rtol=1e-6, atol=1e-6)
    assert onp.dot(step[6:], g) > 0
