"""The Gauss–Newton matrix of a loss that says what it is made of, and the methods that take it."""

import autograd.numpy as np
import numpy as onp
import pytest
import scipy.optimize
from autograd import jacobian

import hesswidget as hw
from descent.states import function_of, states_of
from hesswidget.descent.iteration import Iteration
from hesswidget.descent.methods import METHODS
from hesswidget.program.executor import Executable

T = onp.linspace(0.0, 3.0, 7)
Y = 2 * onp.exp(-0.7 * T) + 0.1 * onp.cos(5 * T)
INPUTS = onp.random.default_rng(1).normal(size=(20, 3))
LABELS = onp.where(INPUTS @ [1.0, 2.0, -1.0] > 0.3, 1.0, -1.0)


def decay(w):
    return w[0] * np.exp(-w[1] * T) + np.tanh(w[2]) - Y


def table(w):
    """Residuals that are a matrix."""
    return np.outer(np.sin(w), w**2) - 1.0


def rectified(w):
    """A network that branches, by NumPy and by Python."""
    hidden = sum(np.maximum(w[k] * T + w[k + 1], 0.0) for k in range(2))
    return hidden * (w[3] if w[3] > 0 else w[3] ** 2) - Y


def scores(w):
    return np.dot(INPUTS, w[:3]) * np.exp(w[3])


def logistic(z):
    return np.mean(np.logaddexp(0.0, -LABELS * z))


def penalised(z, w, l2=0.1):
    return logistic(z) + l2 / 2 * np.sum(w**2)


def dense(outputs, outer, w):
    """JᵀHJ with the outputs' Jacobian and the outer Hessian as arrays."""
    z = outputs(w)
    J = onp.reshape(jacobian(outputs)(w), (z.size, len(w)))
    return J.T @ hw.curvature(lambda v: outer(np.reshape(v, z.shape)), onp.ravel(z)).hessian @ J


LOSSES = {
    "least squares": (hw.least_squares(decay), lambda w: dense(decay, lambda r: np.sum(r**2) / 2, w), 3),
    "a matrix of residuals": (
        hw.least_squares(table),
        lambda w: dense(table, lambda r: np.sum(r**2) / 2, w),
        4,
    ),
    "branches": (hw.least_squares(rectified), lambda w: dense(rectified, lambda r: np.sum(r**2) / 2, w), 4),
    "logistic": (hw.composite(scores, logistic), lambda w: dense(scores, logistic, w), 4),
    "penalised": (
        hw.composite(scores, penalised),
        lambda w: dense(scores, logistic, w) + 0.1 * onp.eye(4),
        4,
    ),
}


@pytest.mark.parametrize("name", LOSSES)
def test_the_matrix_is_that_of_jacobians_and_so_it_is_recorded(name):
    loss, expected, n = LOSSES[name]
    points = onp.random.default_rng(3).normal(size=(6, n))
    f = function_of(loss, points[0])
    recorded = Executable(f.traced.record(lambda f, point: {"G": f.ggn(point)}, point=points[0]))
    for point in points:
        G = expected(point)
        scale = onp.abs(G).max()
        onp.testing.assert_allclose(f.ggn(point), G, rtol=0, atol=1e-13 * scale)
        onp.testing.assert_allclose(
            recorded(point=point, parameters=onp.zeros(0))["G"], G, rtol=0, atol=1e-13 * scale
        )
        v = onp.cos(onp.arange(n))
        onp.testing.assert_allclose(f.ggnvp(point, v), G @ v, rtol=0, atol=1e-12 * scale)


def test_where_the_model_is_linear_it_is_the_hessian():
    loss = hw.composite(lambda w: np.dot(INPUTS, w), penalised)
    f = function_of(loss, onp.ones(3))
    onp.testing.assert_allclose(f.ggn(onp.ones(3)), f.hessian(onp.ones(3)), rtol=1e-13)


@pytest.mark.parametrize("scale", [1.0, 0.03, 0.01])
def test_a_step_of_levenberg_marquardt_is_that_of_scipy(scale):
    """MINPACK's first trial is ``(JᵀJ + λ I) p = −Jᵀr``, λ such that it ends within its ball, which grows with |x|."""
    start, tried = scale * onp.array([1.0, 1.0, 0.2]), []

    def noted(w):
        tried.append(w.copy())
        return decay(w)

    scipy.optimize.least_squares(noted, start, jacobian(decay), method="lm", x_scale=1.0, max_nfev=4)
    theirs = next(w for w in tried if not onp.array_equal(w, start)) - start
    J, r = jacobian(decay)(start), decay(start)
    damping = max(float(-theirs @ (J.T @ r + J.T @ J @ theirs) / (theirs @ theirs)), 0.0)
    assert damping > 1e-3 or scale == 1.0
    f = function_of(hw.least_squares(decay), start)
    _, ours = states_of(hw.least_squares(decay), start, "levenberg-marquardt", 1, damping=damping)
    onp.testing.assert_allclose(ours["model"], J.T @ J + damping * onp.eye(3), rtol=1e-12)
    iteration = Iteration(METHODS["levenberg-marquardt"], {"damping": damping})
    proposed = iteration.stepped(f, iteration.begin(f, start))["proposed"]
    onp.testing.assert_allclose(proposed, theirs, rtol=1e-8)


def test_each_is_the_minimum_that_scipy_finds():
    found = scipy.optimize.least_squares(decay, onp.array([1.0, 1.0, 0.2]), jacobian(decay), method="lm")
    for method in ("levenberg-marquardt", "hessian-free"):
        path = hw.minimize(hw.least_squares(decay), onp.array([1.0, 1.0, 0.2]), method=method, steps=200)
        assert path.converged, path.reason
        onp.testing.assert_allclose(path.points[-1], found.x, rtol=1e-6)


def deep(width):
    """Half the mean squared error of a tanh network 1-n-n-1 on 20 Chebyshev points, after the target T₄."""
    x = onp.cos(onp.pi * (onp.arange(20) + 0.5) / 20)
    y, n = onp.cos(4 * onp.arccos(x)), width

    def outputs(w):
        first = np.tanh(np.outer(x, w[:n]) + w[n : 2 * n])
        second = np.tanh(np.dot(first, np.reshape(w[2 * n : -2 * n - 1], (n, n))) + w[-2 * n - 1 : -n - 1])
        return np.dot(second, w[-n - 1 : -1]) + w[-1]

    return hw.composite(outputs, lambda z: np.mean((z - y) ** 2) / 2)


def weights(width, seed):
    random, n = onp.random.RandomState(seed), width
    first, square, last = random.randn(n), random.randn(n * n) / n**0.5, random.randn(n) / n**0.5
    return onp.concatenate([first, onp.zeros(n), square, onp.zeros(n), last, [0.0]])


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_hessian_free_takes_under_forty_steps_where_gradient_descent_takes_thousands(seed):
    loss, start = deep(16), weights(16, seed)
    assert len(start) == 321
    free = hw.minimize(loss, start, method="hessian-free", steps=40, tolerance=0.0)
    assert free.values.min() < 1e-4
    slow = hw.minimize(loss, start, method="gradient-descent", rate=0.2, steps=2000, tolerance=0.0)
    assert slow.values.min() > 1e-4


def test_the_matrix_comes_to_the_hessian_as_the_residuals_vanish():
    loss, start = deep(8), weights(8, 0)
    path = hw.minimize(loss, start, method="hessian-free", steps=60, tolerance=0.0)
    off = []
    for k in (0, 20, -1):
        f = function_of(loss, path.points[k])
        H = f.hessian(path.points[k])
        G = f.ggn(path.points[k])
        off.append(onp.linalg.norm(H - G) / onp.linalg.norm(H))
        assert onp.linalg.eigvalsh(G)[0] > -1e-12 * onp.abs(G).max()
        assert onp.linalg.matrix_rank(G, tol=1e-10 * onp.abs(G).max()) <= 20  # one for each point
    assert off[0] > off[1] > off[2]
    assert off[2] < 0.05


def test_a_race_has_it_in_the_page_and_its_model_in_the_microscope():
    fit = hw.least_squares(lambda a, b, shift=0.0: a * np.exp(-b * T) + shift - Y)
    w = hw.descend(
        fit, (1.0, 1.0), shift=(-1.0, 1.0), methods=["levenberg-marquardt", "hessian-free", "newton"]
    )
    assert w.engine == "browser", w.engine_reason
    shifted = hw.minimize(fit, (1.0, 1.0), shift=0.5, method="levenberg-marquardt", steps=200)
    w.set(shift=0.5)
    onp.testing.assert_allclose(w.paths[0].points, shifted.points, rtol=1e-9)
    J = jacobian(lambda w: fit.outputs(w[0], w[1], 0.5))(w.point)
    w.view = {**w.view, "followed": 1, "step": 0}
    seen = w._view.computation.compute(w.point, w.parameters, w.shown, w._view_state)["curvature_model"]
    onp.testing.assert_allclose(seen, J.T @ J + onp.eye(2), rtol=1e-10)
    onp.testing.assert_allclose(w.paths[0].curvature_models[0], J.T @ J + 0.01 * onp.eye(2), rtol=1e-10)


def test_a_step_of_ones_own_has_it():
    def gauss_newton(f, x):
        return x - np.linalg.solve(f.ggn(x), f.gradient(x))

    path = hw.minimize(hw.least_squares(decay), onp.array([2.0, 0.6, 0.1]), method=gauss_newton)
    assert path.converged, path.reason


def test_its_arguments_are_those_of_both_parts():
    loss = hw.composite(
        lambda w, tilt=1.0: tilt * w, lambda z, w, l2=0.5, tilt=9.0: np.sum(z**2) + l2 * np.sum(w) + tilt
    )
    assert str(loss.__signature__) == "(w, tilt=1.0, l2=0.5)"
    assert loss(onp.array([2.0])) == 4.0 + 1.0 + 1.0
    assert loss(onp.array([2.0]), l2=0.0, tilt=2.0) == 16.0 + 2.0


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: hw.least_squares(3.0), "3.0 is not a function"),
        (lambda: hw.composite(decay, None), "None is not a function"),
        (lambda: hw.least_squares(lambda *w: w[0]), "takes \\*w, which cannot be passed by name"),
        (lambda: hw.composite(decay, lambda: 1.0), "takes no argument; its first is what decay returns"),
        (lambda: hw.composite(decay, lambda w: np.sum(w)), "'w', which decay has an argument of the same name for"),
        (
            lambda: hw.minimize(hw.least_squares(lambda w: [w[0], 1.0]), onp.ones(2), method="hessian-free"),
            "returned a list; what a loss is made of is an array",
        ),
        (
            lambda: hw.minimize(hw.composite(decay, lambda z: z), onp.ones(3), method="levenberg-marquardt"),
            "an array of shape \\(7,\\); a Hessian needs a scalar",
        ),
        (
            lambda: hw.minimize(logistic, onp.ones(20), method=lambda f, x: x - f.ggn(x)[0]),
            "logistic does not say what it is made of",
        ),
    ],
    ids=["number", "none", "starred", "no argument", "same name", "list", "no scalar", "no composite"],
)  # fmt: skip
def test_bad_parts_are_refused_in_a_sentence(make, message):
    with pytest.raises(hw.ProblemError, match=message):
        make()
