"""Methods between first and second order: what they know of the curvature, and what they do by it."""

from itertools import pairwise

import autograd.numpy as np
import numpy as onp
import pytest

import hesswidget as hw
from descent.states import function_of, states_of
from hesswidget.descent.draws import DRAWS, hutchinson_diagonal

H = onp.array([[4.0, 1.0, 0.5], [1.0, -2.0, 0.3], [0.5, 0.3, 1.0]])


def rosenbrock(x, y):
    return (1 - x) ** 2 + 100 * (y - x**2) ** 2


def test_hutchinson_s_diagonal_is_exact_in_one_draw_of_a_diagonal_hessian():
    f = lambda x, y, z: np.exp(x) + y**4 - 3 * z**2
    point = onp.array([0.5, -1.0, 2.0])
    for count in (0, 1, 63, 64, 200):
        found = hutchinson_diagonal(function_of(f, point), {"point": point}, count)
        onp.testing.assert_allclose(found, [onp.exp(0.5), 12.0, -6.0], rtol=1e-12)


def test_hutchinson_s_diagonal_is_right_on_average():
    point = onp.ones(3)
    f = function_of(lambda w: 0.5 * np.dot(w, np.dot(H, w)), point)
    found = onp.array([hutchinson_diagonal(f, {"point": point}, k) for k in range(DRAWS)])
    off = H - onp.diag(onp.diag(H))
    deviation = onp.sqrt(onp.sum(off**2, axis=1) / DRAWS)  # of a mean: each draw's variance is Σ Hᵢⱼ², j ≠ i
    assert (onp.abs(found.mean(axis=0) - onp.diag(H)) < 3 * deviation).all()
    onp.testing.assert_allclose(found.std(axis=0), deviation * DRAWS**0.5, rtol=0.3)


def test_adahessian_s_model_is_the_diagonal_and_its_first_step_the_rate_times_newton_s():
    f = lambda x, y: 3 * x**2 - 0.25 * y**2 + x
    states = states_of(f, (1.0, 2.0), "adahessian", 3, epsilon=0.0)
    for state in states:
        onp.testing.assert_allclose(state["model"], [6.0, 0.5], rtol=1e-12)
    onp.testing.assert_allclose(states[1]["point"] - [1.0, 2.0], [-0.15 * 7 / 6, 0.15 * 1 / 0.5], rtol=1e-12)


@pytest.mark.parametrize(
    ("method", "model"),
    [
        ("adagrad", lambda g: onp.abs(g)),
        ("rmsprop", lambda g: 0.1 * onp.abs(g)),
        ("adam", lambda g: onp.abs(g)),
        ("scalar-rmsprop", lambda g: 0.1 * onp.linalg.norm(g) * onp.ones(2)),
    ],
    ids=["adagrad", "rmsprop", "adam", "scalar-rmsprop"],
)
def test_a_diagonal_model_is_what_the_step_divides_by(method, model):
    path = hw.minimize(rosenbrock, (-1.2, 1.0), method=method, steps=4)
    assert path.curvature_models.shape == (5, 2, 2)
    assert (path.curvature_models == [onp.diag(diagonal) for diagonal in path.models]).all()
    onp.testing.assert_allclose(path.models[:2], [model(path.gradients[0])] * 2, rtol=1e-6)
    if method != "adam":  # which divides an average of the gradients
        steps = -0.01 * path.gradients[:-1] / path.models[1:]
        onp.testing.assert_allclose(onp.diff(path.points, axis=0), steps, rtol=1e-12)


def test_matrices_that_fill_the_memory_are_not_made_of_diagonals():
    path = hw.minimize(lambda w: np.sum(w**4), onp.ones(300), method="adam", steps=1999, tolerance=0.0)
    assert path.models.shape == (2000, 300)
    with pytest.raises(hw.ProblemError, match=r"^2,000 matrices of 300 × 300 are 1\.4 GB.*path\.models"):
        path.curvature_models  # noqa: B018
    assert path.to_dict()["models"] == path.models.tolist()


def test_adam_turns_with_no_rotation_and_newton_with_every():
    half = onp.sqrt(0.5)
    turn = onp.array([[half, -half], [half, half]])
    f, start = lambda w: w[0] ** 2 + 20 * w[1] ** 2 + w[0] ** 4, onp.array([1.0, 0.5])
    turned, there = (lambda v: f(np.dot(turn, v))), turn.T @ start
    for method, given, agrees in (
        ("newton", {}, True),
        ("scalar-rmsprop", {"rate": 0.02}, True),
        ("adam", {"rate": 0.05}, False),
        ("adahessian", {}, False),
    ):
        one = hw.minimize(f, start, method=method, steps=6, tolerance=0.0, **given).points
        other = hw.minimize(turned, there, method=method, steps=6, tolerance=0.0, **given).points @ turn.T
        assert onp.allclose(one, other, atol=1e-9) == agrees, method
        assert agrees or onp.abs(one - other).max() > 1e-2, method


@pytest.mark.parametrize("decay", [0.9, 0.99])
@pytest.mark.parametrize("rate", [0.01, 0.02])
def test_scalar_rmsprop_finds_its_rate_at_two_over_the_largest_eigenvalue(rate, decay):
    f = lambda w: 0.5 * (12 * w[0] ** 2 + w[1] ** 2)
    path = hw.minimize(
        f, onp.ones(2), method="scalar-rmsprop", rate=rate, decay=decay, steps=6000, tolerance=0.0
    )
    share = 12 * rate / path.models[-2000:, 0] / 2
    assert 0.99 <= onp.median(share) <= 1.01


@pytest.mark.parametrize(("rate", "radius"), [(0.05, 0.05), (0.1, 0.2), (0.3, 0.01)])
def test_sam_ends_between_two_points_beside_the_minimum(rate, radius):
    """Of ½ λ x²: |x| = η λ ρ / (2 − η λ), where a step leads to the other side."""
    path = hw.minimize(
        lambda x: 3 * x**2, 0.4, method="sam", rate=rate, radius=radius, steps=400, tolerance=0.0
    )
    amplitude = rate * 6 * radius / (2 - rate * 6)
    onp.testing.assert_allclose(onp.abs(path.points[-2:, 0]), amplitude, rtol=1e-9)
    assert path.points[-1, 0] * path.points[-2, 0] < 0


def test_sophia_s_steps_are_no_longer_than_the_rate_and_its_estimate_is_renewed_at_every_tenth():
    path = hw.minimize(rosenbrock, (-1.2, 1.0), method="sophia", rate=0.01, steps=40, tolerance=0.0)
    assert onp.abs(onp.diff(path.points, axis=0)).max() <= 0.01 * (1 + 1e-12)
    is_renewed = onp.diff(path.cost) > 2
    assert onp.flatnonzero(is_renewed).tolist() == [0, 10, 20, 30]
    changed = (onp.diff(path.models, axis=0) != 0).any(axis=1)
    assert (changed == is_renewed).all()


def test_gradient_descent_goes_over_to_newton_s_method_by_its_rule():
    f, start = (lambda w: np.sum(np.exp(w)) - np.sum(w) + 0.05 * np.sum(w**4)), onp.array([2.0, -1.5])
    states = states_of(f, start, "gradient-then-newton", 40, share=0.2)
    first, phases = float(states[0]["gradient_norm"]), []
    for before, after in pairwise(states):
        assert (after["newton"] == 1.0) == (before["gradient_norm"] <= 0.2 * first)
        phases.append(int(after["newton"]))
    assert phases[0] == 0
    assert phases == sorted(phases)
    assert hw.minimize(f, start, method="gradient-then-newton", share=0.2).order(limit=[0.0, 0.0]).value > 1.8


def test_gradient_descent_stays_where_the_hessian_is_not_positive_definite():
    states = states_of(
        lambda x, y: x**2 - y**2 + 0.1 * y**4, (3.0, 1e-3), "gradient-then-newton", 60, share=1.0
    )
    for before, after in pairwise(states):
        is_definite = 1.2 * before["point"][1] ** 2 > 2
        assert (after["newton"] == 1.0) == is_definite
    assert states[-1]["value"] == pytest.approx(-2.5)


@pytest.mark.parametrize("method", ["saddle-free-newton", "regularized-newton"])
@pytest.mark.parametrize("size", [1.0, 1e-6, 1e6], ids=["size 1", "tiny", "huge"])
def test_each_step_solves_for_the_model_that_a_path_has(method, size):
    def f(x, y, z):
        return size * ((x**2 + y - 11) ** 2 + (x + y**2 - 7) ** 2 - z**2 + z**4 / 4 + x * z)

    path = hw.minimize(f, (0.2, 2.0, -0.3), method=method, steps=6)
    models = path.curvature_models
    steps = onp.diff(path.points, axis=0)
    for model, gradient, step in zip(models, path.gradients, steps, strict=False):
        onp.testing.assert_allclose(model @ step, -gradient, atol=1e-8 * onp.abs(path.gradients[0]).max())
        assert onp.linalg.eigvalsh(model)[0] > 0 or method != "saddle-free-newton"
