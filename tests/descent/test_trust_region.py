"""Trust region, dogleg, cubic and Levenberg–Marquardt: the steps are minimisers, and what is poor is not taken."""

from itertools import pairwise

import autograd.numpy as np
import numpy as onp
import pytest

import hesswidget as hw
from descent.states import states_of
from hesswidget.descent.secular import minimizer

EPS = onp.finfo(float).eps


def rosenbrock(x, y):
    return (1 - x) ** 2 + 100 * (y - x**2) ** 2


def model(g, H, s, cubic=0.0):
    return g @ s + 0.5 * s @ H @ s + cubic * onp.linalg.norm(s) ** 3 / 3


def turned(curvatures, seed):
    Q = onp.linalg.qr(onp.random.default_rng(seed).normal(size=(len(curvatures),) * 2))[0]
    return Q, Q @ onp.diag(curvatures) @ Q.T


CURVATURES = {
    "definite": [1.0, 2.0, 30.0],
    "indefinite": [-3.0, 0.5, 8.0],
    "negative": [-5.0, -4.0, -0.1],
    "semidefinite": [0.0, 1.0, 2.0],
    "repeated": [-2.0, -2.0, 1.0],
    "ill-conditioned": [-1e-6, 1.0, 1e6],
}


@pytest.mark.parametrize("radius", [1e-3, 0.7, 50.0])
@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("kind", CURVATURES)
def test_the_step_within_a_ball_meets_the_conditions_of_more_and_sorensen(kind, seed, radius):
    _, H = turned(CURVATURES[kind], seed)
    g = onp.random.default_rng(seed + 10).normal(size=3)
    s = minimizer(g, H, 1 / radius, 0.0)
    length, scale = onp.linalg.norm(s), onp.abs(H).max()
    shift = max(-(s @ (H @ s + g)) / length**2, 0.0)
    assert length <= radius * (1 + 1e-9)
    assert shift < 1e-7 * scale or length >= radius * (1 - 1e-9)
    assert onp.linalg.eigvalsh(H)[0] + shift >= -1e-8 * scale
    assert onp.linalg.norm(H @ s + shift * s + g) <= 1e-8 * (onp.linalg.norm(g) + scale * length)


@pytest.mark.parametrize("part", [0.0, 1e-300, 1e-17, 1e-14, 1e-11, 1e-8])
def test_the_hard_case_is_filled_up_along_the_lowest_eigenvector(part):
    Q, H = turned([-2.0, 1.0, 3.0], 0)
    g = Q @ onp.array([part, 0.6, 0.3])
    s = Q.T @ minimizer(g, H, 1.0, 0.0)
    onp.testing.assert_allclose(s[1:], [-0.2, -0.06], atol=1e-7)
    assert onp.linalg.norm(s) == pytest.approx(1.0, rel=1e-9)
    assert part < 1e-14 or s[0] < 0


@pytest.mark.parametrize("cubic", [1e-3, 1.0, 40.0])
@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("kind", CURVATURES)
def test_the_step_with_a_cube_added_is_the_global_minimiser(kind, seed, cubic):
    _, H = turned(CURVATURES[kind], seed)
    chance = onp.random.default_rng(seed + 20)
    g = chance.normal(size=3)
    s = minimizer(g, H, 0.0, cubic)
    shift, scale = cubic * onp.linalg.norm(s), onp.abs(H).max()
    assert onp.linalg.norm(H @ s + shift * s + g) <= 1e-8 * (onp.linalg.norm(g) + scale * onp.linalg.norm(s))
    assert onp.linalg.eigvalsh(H)[0] + shift >= -1e-8 * scale
    for other in s + chance.normal(size=(200, 3)) * onp.linalg.norm(s) * chance.choice([0.1, 1.0], (200, 1)):
        assert model(g, H, other, cubic) >= model(g, H, s, cubic) - 1e-9 * abs(model(g, H, s, cubic))


def test_the_hard_case_of_the_cubic_model():
    s = minimizer(onp.array([0.0, 0.6]), onp.diag([-2.0, 1.0]), 0.0, 1.0)  # σ = 2 = |s|
    onp.testing.assert_allclose([onp.linalg.norm(s), s[1]], [2.0, -0.2], rtol=1e-12)


@pytest.mark.parametrize("method", ["trust-region", "dogleg", "cubic", "levenberg-marquardt"])
def test_what_is_poor_is_not_taken_and_the_iteration_goes_on(method):
    states = states_of(
        rosenbrock,
        (-1.2, 1.0),
        method,
        80,
        **({"radius": 8.0} if method in ("trust-region", "dogleg") else {}),
    )
    held = next(name for name in ("radius", "wanted", "damping") if name in states[0])
    stays = [(a, b) for a, b in pairwise(states) if onp.array_equal(a["point"], b["point"])]
    rejected = [(a, b) for a, b in stays if a["gradient_norm"] > 1e-6]
    assert rejected
    for before, after in rejected:
        grown = float(after[held] / before[held])
        assert grown == 0.25 if held == "radius" else grown >= 2.0
    values = onp.array([s["value"] for s in states])
    assert (onp.diff(values) <= 0).all()
    onp.testing.assert_allclose(states[-1]["point"], [1.0, 1.0], atol=1e-8)


@pytest.mark.parametrize("method", ["trust-region", "dogleg", "cubic", "levenberg-marquardt"])
def test_no_step_is_taken_to_where_f_is_not_defined(method):
    path = hw.minimize(lambda x: 50 * x - np.log(x), 3.0, method=method, tolerance=1e-10)
    assert path.converged, path.reason
    assert path.points[-1, 0] == pytest.approx(0.02, rel=1e-9)


def test_from_a_ridge_the_exact_step_leaves_the_saddle_and_the_cauchy_step_goes_to_it():
    f = lambda x, y: x**2 - y**2 + 0.1 * y**4
    for method, value in (
        ("trust-region", -2.5),
        ("cubic", -2.5),
        ("dogleg", 0.0),
        ("levenberg-marquardt", 0.0),
    ):
        path = hw.minimize(f, (1.0, 0.0), method=method, tolerance=1e-8)
        assert path.converged, method
        assert path.values[-1] == pytest.approx(value, abs=1e-10), method


def test_levenberg_and_marquardt_lie_between_newton_and_the_gradient():
    start, H = onp.array([0.9, 0.8]), onp.array([[654.0, -360.0], [-360.0, 200.0]])
    g = onp.array([-0.2 + 3.6, -2.0])
    for damping in (0.0, 1.0, 1e6):
        states = states_of(rosenbrock, start, "levenberg-marquardt", 1, damping=damping)
        onp.testing.assert_allclose(states[1]["model"], H + damping * onp.eye(2), rtol=1e-12)
        onp.testing.assert_allclose(states[0]["model"], states[1]["model"], rtol=1e-12)
        onp.testing.assert_allclose(
            states[1]["point"] - start, -onp.linalg.solve(H + damping * onp.eye(2), g), rtol=1e-9
        )


def test_levenberg_and_marquardt_make_the_hessian_positive_definite():
    states = states_of(lambda x, y: x**2 - y**2, (1.0, 0.5), "levenberg-marquardt", 1)
    onp.testing.assert_allclose(states[0]["model"], onp.diag([6.0, 2.0]))
    onp.testing.assert_allclose(states[1]["point"], [1 - 2 / 6, 0.5 + 1 / 2])


def test_every_cubic_step_is_taken_where_the_model_is_above_the_function():
    f = lambda x: np.sin(x)  # the Hessian's Lipschitz constant is 1, and σ half of it (Nesterov & Polyak)
    states = states_of(f, 0.3, "cubic", 12, damping=0.5)
    values = onp.array([s["value"] for s in states])
    moved = onp.array([float(s["gradient_norm"]) for s in states]) > 1e-7
    assert (onp.diff(values)[moved[:-1]] < 0).all()
    assert values[-1] == pytest.approx(-1.0, abs=4 * EPS)
