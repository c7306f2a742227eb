"""Quasi-Newton methods and conjugate gradients: what they have in common, and their order."""

import pickle
from itertools import pairwise

import autograd.numpy as np
import numpy as onp
import pytest

import hesswidget as hw
from descent.states import states_of
from hesswidget.descent.methods import bfgs
from hesswidget.descent.methods.l_bfgs import inverse_applied


def quadratic(n, condition, seed):
    chance = onp.random.default_rng(seed)
    Q = onp.linalg.qr(chance.normal(size=(n, n)))[0]
    A = Q @ onp.diag(onp.geomspace(1.0, condition, n)) @ Q.T
    return A, (lambda w: 0.5 * np.dot(w, np.dot(A, w))), chance.normal(size=n)


@pytest.mark.parametrize("n", [2, 5, 10])
@pytest.mark.parametrize("method", ["bfgs", "dfp", "sr1"])
def test_an_exact_search_ends_a_quadratic_in_n_steps_and_knows_its_hessian(method, n):
    A, f, start = quadratic(n, 30.0, n)
    path = hw.minimize(f, start, method=method, line_search="exact", steps=n, tolerance=0.0)
    assert path.gradient_norms[-1] < 1e-9 * path.gradient_norms[0]
    assert path.gradient_norms[-2] > 1e-9 * path.gradient_norms[0]
    inverse = onp.linalg.inv(path.curvature_models[-1])
    assert onp.linalg.norm(inverse - onp.linalg.inv(A)) < 1e-12


def test_bfgs_dfp_l_bfgs_and_conjugate_gradients_are_one_on_a_quadratic():
    """With an exact search from the unit matrix; L-BFGS with any memory, and any scale (Nazareth, 1979)."""
    _, f, start = quadratic(10, 30.0, 3)
    follow = lambda **given: (
        hw.minimize(f, start, line_search="exact", steps=9, tolerance=0.0, **given).points
    )
    expected = follow(method="nonlinear-cg")
    for given in (
        {"method": "bfgs"},
        {"method": "dfp"},
        *({"method": "l-bfgs", "memory": m} for m in (1, 3, 10)),
    ):
        onp.testing.assert_allclose(follow(**given), expected, atol=1e-10, err_msg=str(given))


@pytest.mark.parametrize("scale", [1.0, 0.3])
@pytest.mark.parametrize("count", [1, 4, 7])
def test_two_loops_apply_what_bfgs_makes_of_the_same_pairs(count, scale):
    chance = onp.random.default_rng(count)
    B, steps = onp.diag(onp.arange(1.0, 7.0)) + 0.2, chance.normal(size=(count, 6))
    dense = onp.eye(6) / scale
    for s in steps:
        dense = bfgs.updated(dense, s, B @ s)
    g = chance.normal(size=6)
    none = onp.zeros((3, 6))
    latest = onp.concatenate([steps[::-1], none]), onp.concatenate([steps[::-1] @ B, none])
    onp.testing.assert_allclose(inverse_applied(g, *latest, scale), onp.linalg.solve(dense, g), atol=1e-10)


@pytest.mark.parametrize("memory", [1, 3, 5, 20])
def test_l_bfgs_steps_by_its_last_pairs_and_with_all_of_them_as_bfgs(memory):
    f = lambda w: np.sum(np.exp(w)) - np.sum(w) + 0.5 * np.sum(w) ** 2
    start = onp.array([0.9, -0.3, 0.5, -0.8])
    states = states_of(f, start, "l-bfgs", 9, memory=memory, line_search="none")
    points, gradients = (onp.array([s[name] for s in states]) for name in ("point", "gradient"))
    s, y = onp.diff(points, axis=0), onp.diff(gradients, axis=0)
    assert (onp.sum(s * y, axis=1) > 0).all()
    for k in range(1, len(s)):
        dense = onp.eye(4) * (y[k - 1] @ y[k - 1]) / (s[k - 1] @ y[k - 1])
        for j in range(max(0, k - memory), k):
            dense = bfgs.updated(dense, s[j], y[j])
        onp.testing.assert_allclose(s[k], -onp.linalg.solve(dense, gradients[k]), rtol=1e-7, atol=1e-10)


def test_l_bfgs_forgets_where_curvature_is_not_positive():
    states = states_of(lambda x: np.cos(x), 0.1, "l-bfgs", 6)
    for before, after in pairwise(states):
        s, y = after["point"] - before["point"], after["gradient"] - before["gradient"]
        onp.testing.assert_allclose(after["steps"][0], s if s @ y > 0 else 0.0, atol=1e-15)
    assert states[1]["point"] > states[0]["point"]


@pytest.mark.parametrize("method", ["bfgs", "dfp", "sr1"])
def test_in_one_variable_they_are_the_secant_method(method):
    path = hw.minimize(
        lambda x: np.exp(x) - x, 0.5, method=method, line_search="none", tolerance=0.0, steps=30
    )
    x, g = path.points[:, 0], path.gradients[:, 0]
    for k in range(1, 5):
        assert x[k + 1] == pytest.approx(x[k] - g[k] * (x[k] - x[k - 1]) / (g[k] - g[k - 1]), rel=1e-9)
    found = path.order(limit=[0.0])
    assert found.kind == "superlinear"
    assert 1.60 <= found.value <= 1.65


def test_conjugate_gradients_start_again_along_the_gradient():
    states = states_of(lambda x, y: (1 - x) ** 2 + 100 * (y - x**2) ** 2, (-1.2, 1.0), "nonlinear-cg", 12)
    again = 0
    for before, after in pairwise(states):
        g, last = after["gradient"], before["gradient"]
        assert after["direction"] @ g < 0
        if abs(g @ last) >= 0.2 * g @ g:
            onp.testing.assert_array_equal(after["direction"], -g)
            again += 1
    assert 0 < again < len(states) - 1


@pytest.mark.parametrize("size", [1.0, 1e-9, 1e9], ids=["size 1", "tiny", "huge"])
def test_a_path_has_the_models_of_a_method_that_keeps_none_whole(size):
    def f(x, y, z):
        return (x - 3.0) ** 2 + 5 * (y - x**2 / size) ** 2 + (z * y - 2 * size) ** 2 / size + z**2

    path = hw.minimize(f, (1.7 * size, -0.4 * size, 0.9 * size), method="l-bfgs", steps=12)
    models = path.curvature_models
    assert path.models is None
    assert models.shape == (len(path), 3, 3)
    changes, steps = onp.diff(path.gradients, axis=0), onp.diff(path.points, axis=0)
    for model, step, change in zip(models[1:], steps, changes, strict=True):
        if step @ change > 0:
            onp.testing.assert_allclose(model @ step, change, rtol=1e-6, atol=1e-7 * onp.abs(change).max())
    assert pickle.loads(pickle.dumps(path)).curvature_models is None
    assert (
        hw.minimize(f, (1.7 * size, -0.4 * size, 0.9 * size), method="newton", steps=3).curvature_models
        is None
    )
