"""`hw.minimize`: what a path holds, why it ends, and what is said of a bad call."""

import autograd.numpy as np
import numpy as onp
import pytest

import hesswidget as hw


def rosenbrock(x, y, a=1.0, b=100.0):
    return (a - x) ** 2 + b * (y - x**2) ** 2


def test_a_path_holds_what_was_known_at_each_point():
    path = hw.minimize(rosenbrock, (-1.2, 1.0), method="bfgs", b=10.0)
    assert path.converged
    assert path.points.shape == (len(path), 2)
    assert path.curvature_models.shape == (len(path), 2, 2)
    for k in range(len(path)):
        c = hw.curvature(rosenbrock, tuple(path.points[k]), b=10.0)
        assert path.values[k] == pytest.approx(c.value, abs=1e-300)
        onp.testing.assert_allclose(path.gradients[k], c.gradient, atol=1e-12)
    onp.testing.assert_allclose(path.gradient_norms, onp.linalg.norm(path.gradients, axis=1))
    onp.testing.assert_allclose(path.curvature_models[-1], c.hessian, rtol=0.05)
    assert (onp.diff(path.cost) > 0).all()
    assert str(path).startswith("bfgs on rosenbrock: converged: |∇f| =")
    assert path.to_dict()["points"] == path.points.tolist()


def test_what_cannot_be_recorded_is_followed_all_the_same():
    def branched(x, y):
        return (x - 1) ** 2 + y**2 if x > 0 else (x - 1) ** 2 + 2 * y**2

    path = hw.minimize(branched, (-2.0, 1.0), method="damped-newton")
    assert path.converged
    onp.testing.assert_allclose(path.points[-1], [1.0, 0.0], atol=1e-8)


@pytest.mark.parametrize(
    ("function", "start", "given", "reason"),
    [
        (
            lambda x: x**2,
            1.0,
            {"method": "gradient-descent", "rate": 3.0, "steps": 2000},
            "diverged: after step",
        ),
        (
            lambda x, y: x + y,
            (0.0, 0.0),
            {"method": "newton"},
            "broke down at step 1: the step is not finite",
        ),
        (lambda x, y: x + y if x < 9 else x, (0.0, 0.0), {"method": "newton"}, "broke down at step 1"),
        (lambda x: np.sqrt(x), 1.0, {"method": "gradient-descent", "rate": 3.0}, "diverged: after step 1"),
        (lambda x: np.log(x), -1.0, {}, "it starts where f is not finite"),
        (
            lambda x, y: np.sqrt(x) + y,
            (0.0, 1.0),
            {"method": "gradient-descent"},
            "it starts where ∇f is not finite",
        ),
        (
            lambda x, y: 1.7e308 * x - 1.7e308 * y,
            (0.0, 0.0),
            {"method": "gradient-descent", "rate": 1e-310, "steps": 2},
            "stopped after 2 steps: |∇f| = ",
        ),
        (lambda x: x**2, 1.0, {"method": "gradient-descent", "rate": 0.0}, "stands still after step 0"),
        (lambda x: x**2, 1.0, {"method": "gradient-descent", "steps": 3}, "stopped after 3 steps: |∇f| ="),
        (lambda x: x**2, 1.0, {"steps": 0}, "stopped after 0 steps: |∇f| = 2"),
        (lambda x: x**2, 1.0, {"method": "gradient-descent", "steps": 1}, "stopped after 1 step: |∇f| ="),
        (lambda x: x**2, 0.0, {}, "converged at its start: |∇f| = 0; at a minimum"),
    ],
)
def test_why_a_path_ends(function, start, given, reason):
    path = hw.minimize(function, start, **given)
    assert reason in path.reason
    assert path.converged == reason.startswith("converged")
    assert onp.isfinite(path.points).all()


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"method": "newtn"}, "did you mean 'newton'"),
        ({"method": 7}, "method is 7, which is none"),
        ({"method": "adam", "rate": -1.0}, "rate is -1.0; it takes a number"),
        ({"method": "adam", "rate": "fast"}, "rate is 'fast'; it takes a number"),
        ({"method": "adam", "rate": float("nan")}, "rate is nan"),
        ({"method": "adam", "rate": 10**400}, "rate is 1000"),
        ({"steps": -1}, "steps is -1; it takes a whole number"),
        ({"steps": 10**9}, "takes a whole number from 0 to 100,000"),
        ({"steps": True}, "steps is True"),
        ({"tolerance": None}, "tolerance is None"),
        ({"rate": 0.1}, "unknown argument 'rate'"),
        ({"c": 1.0}, "unknown argument 'c'"),
    ],
)
def test_a_bad_call_is_a_sentence(given, sentence):
    with pytest.raises(hw.ProblemError, match=sentence.replace("(", r"\(")):
        hw.minimize(rosenbrock, (-1.2, 1.0), **given)


def test_a_function_that_raises_on_the_way_ends_the_path():
    def half(x):
        if x > 1.5:
            raise ValueError("too far")
        return -x

    path = hw.minimize(half, 0.0, method="gradient-descent", rate=1.0)
    assert path.points[:2].ravel().tolist() == [0.0, 1.0]
    assert "not finite" in path.reason


def test_the_limit_of_an_order_fits_the_path():
    path = hw.minimize(rosenbrock, (-1.2, 1.0))
    with pytest.raises(hw.ProblemError, match="the limit has 1 values; the path has 2 variables"):
        path.order(limit=[1.0])
    with pytest.raises(hw.ProblemError, match="it takes 'distance' or 'value'"):
        path.order(of="time")
