"""Descent methods: recorded and plain steps agree; the laws that are known of them hold."""

import autograd.numpy as np
import numpy as onp
import pytest

import hesswidget as hw
from hesswidget.derivatives.traced import TracedFunction, TracedProblem
from hesswidget.descent.iteration import Iteration
from hesswidget.descent.methods import METHODS, bfgs, dfp, sr1
from hesswidget.problem.problem import Problem
from hesswidget.program.executor import Executable


def rosenbrock(x, y, b=100.0):
    return (1 - x) ** 2 + b * (y - x**2) ** 2


def form(eigenvalues, angle=0.7, at=(0.3, -1.2)):
    """A turned and shifted quadratic form in two variables."""
    turn = onp.array([[onp.cos(angle), -onp.sin(angle)], [onp.sin(angle), onp.cos(angle)]])
    A = turn @ onp.diag(eigenvalues) @ turn.T
    return lambda w: 0.5 * np.dot(w - onp.array(at), np.dot(A, w - onp.array(at)))


def bumpy(w):
    return np.sum(np.sin(w)) + 0.1 * np.sum(w) ** 2 + 0.05 * np.sum(w**4)


@pytest.mark.parametrize(
    ("function", "point"),
    [(rosenbrock, onp.array([0.4, -0.9])), (bumpy, onp.cos(onp.arange(1.0, 7.0)))],
    ids=["two-variables", "six-variables"],
)
@pytest.mark.parametrize("name", METHODS)
def test_a_step_is_recorded_as_it_is_computed(name, function, point):
    method = METHODS[name]
    traced = TracedProblem.of(Problem.at(function, point, None, {}))
    held = {key: 0.5 * value for key, value in method.hyperparameters.items()}
    iteration = Iteration(method, {**held, "line_search": method.line_search})
    f = TracedFunction(traced, onp.zeros(0))
    begin, advance = map(Executable, iteration.programs(traced))
    plain, recorded = iteration.begin(f, point), begin(point=point, parameters=f.parameters)
    for _ in range(5):
        assert recorded.keys() == plain.keys()
        for key, expected in plain.items():
            onp.testing.assert_allclose(recorded[key], expected, rtol=1e-9, atol=1e-12)
        plain, recorded = iteration.advance(f, plain), advance(**recorded, parameters=f.parameters)


@pytest.mark.parametrize("name", METHODS)
def test_every_method_comes_down_to_a_minimum(name):
    given = {"rate": 0.05} if "rate" in METHODS[name].hyperparameters else {}
    path = hw.minimize(
        form([1.0, 6.0]), onp.array([1.7, 0.4]), method=name, steps=4000, tolerance=1e-6, **given
    )
    assert path.values[-1] < 1e-2 * path.values[0]
    if name not in (
        "adagrad",
        "rmsprop",
        "muon",
        "shampoo",
        "sam",
    ):  # whose steps do not vanish there, or too soon
        assert path.converged, path.reason
        onp.testing.assert_allclose(path.points[-1], [0.3, -1.2], atol=1e-5)


@pytest.mark.parametrize("largest", [0.3, 10.0, 4e3])
def test_gradient_descent_is_stable_up_to_two_over_the_largest_eigenvalue(largest):
    f, start = form([0.1 * largest, largest]), onp.array([1.0, 1.0])
    of = lambda share: hw.minimize(f, start, method="gradient-descent", rate=share * 2 / largest, steps=2000)
    assert of(0.99).values[-1] < 1e-12 * of(0.99).values[0]
    assert of(1.01).values[-1] > 1e6 * of(1.01).values[0]


@pytest.mark.parametrize("momentum", [-0.5, 0.0, 0.4, 0.9])
@pytest.mark.parametrize("share", [0.98, 1.02])
def test_the_heavy_ball_is_stable_up_to_its_threshold(momentum, share):
    rate = share * 2 * (1 + max(momentum, 0.0)) / 3.0
    path = hw.minimize(
        lambda x: 1.5 * x**2, 1.0, method="heavy-ball", rate=rate, momentum=max(momentum, 0.0), steps=3000
    )
    assert (path.gradient_norms[-1] < 1e-6) == (share < 1)


def test_newton_s_order_is_two_and_its_constant_that_of_the_third_derivative():
    found = hw.minimize(lambda x: np.exp(x) - x, 1.0, tolerance=0.0).order(limit=[0.0])
    assert found.kind == "superlinear"
    assert 1.9 <= found.value <= 2.1
    assert found.constant == pytest.approx(0.5, rel=0.2)


def test_newton_is_linear_at_a_multiple_root():
    found = hw.minimize(lambda x: x**4, 1.0, tolerance=0.0, steps=60).order(limit=[0.0])
    assert (found.kind, round(found.value, 6)) == ("linear", round(2 / 3, 6))


def test_gradient_descent_creeps_down_a_quartic():
    path = hw.minimize(lambda x: x**4, 1.0, method="gradient-descent", rate=0.05, steps=8000)
    found = path.order(limit=0.0, of="value")
    assert found.kind == "sublinear"
    assert -2.01 <= found.value <= -1.99


def test_newton_finds_the_saddle_and_saddle_free_newton_leaves_it():
    saddle = lambda x, y: 5 * x**2 - y**2
    newton = hw.minimize(saddle, (1.0, 0.001), method="newton", steps=1)
    free = hw.minimize(saddle, (1.0, 0.001), method="saddle-free-newton", steps=1)
    onp.testing.assert_allclose(newton.points[-1], [0.0, 0.0], atol=1e-12)
    onp.testing.assert_allclose(free.points[-1], [0.0, 0.002], atol=1e-12)


@pytest.mark.parametrize("curvature", [0.05, 0.3, 1.0])
@pytest.mark.parametrize("offset", [1e-3, 1e-6, 1e-9])
def test_how_long_gradient_descent_takes_to_leave_a_saddle(curvature, offset):
    path = hw.minimize(
        lambda x, y: x**2 - 0.5 * curvature * y**2, (0.0, offset), method="gradient-descent", rate=0.1,
        steps=6_000, tolerance=0.0,
    )  # fmt: skip
    escaped = int(onp.argmax(onp.abs(path.points[:, 1]) >= 1))
    assert abs(escaped - onp.log(1 / offset) / onp.log(1 + 0.1 * curvature)) <= 1


def test_newton_does_not_change_with_the_coordinates_and_gradient_descent_does():
    change = onp.array([[2.0, 1.0], [0.5, 3.0]])
    f = lambda w: np.sum(np.exp(w)) - w[0] + np.sum(w**2)
    start = onp.array([0.5, -0.3])
    for method, agrees in (("newton", True), ("gradient-descent", False)):
        given = {} if agrees else {"rate": 0.05}
        one = hw.minimize(f, start, method=method, steps=4, tolerance=0.0, **given)
        turned, there = lambda v: f(np.dot(change, v)), onp.linalg.solve(change, start)
        other = hw.minimize(turned, there, method=method, steps=4, tolerance=0.0, **given)
        assert onp.allclose(one.points, other.points @ change.T, atol=1e-10) == agrees


def test_silver_steps_keep_their_bound_and_leave_less_than_a_constant_step():
    """Of f with ‖∇²f‖ ≤ 1 after 2ᵏ − 1 steps (Altschuler and Parrilo, 2025); Huber's functions are the worst."""
    huber = lambda x, width=1.0: np.where(np.abs(x) <= width, 0.5 * x**2, width * np.abs(x) - 0.5 * width**2)
    ratio, worst = 1 + onp.sqrt(2), []
    for k in range(1, 11):
        steps = 2**k - 1
        left = lambda f, method, steps=steps, **given: hw.minimize(
            f, 1.0, method=method, rate=1.0, steps=steps, tolerance=0.0, **given
        ).values[-1]
        bound = 1 / (1 + onp.sqrt(4 * ratio ** (2 * k) - 3))
        found = [left(huber, "silver", width=width) for width in (bound, 0.3)]
        found.append(left(lambda x: 0.005 * x**2, "silver"))
        worst.append(max(found))
        assert 0.5 * bound < worst[-1] <= bound
        constant = left(huber, "gradient-descent", width=1 / (2 * steps + 1))
        assert constant == pytest.approx(1 / (4 * steps + 2), rel=1e-6)  # its own bound
    assert constant / worst[-1] > 6.5
    assert 1.25 <= onp.log2(worst[-2] / worst[-1]) <= 1.29  # log₂ of the silver ratio


@pytest.mark.parametrize("condition", [3.0, 10.0, 30.0])
def test_barzilai_and_borwein_s_steps_are_superlinear_in_two_dimensions(condition):
    """R-superlinear (Barzilai and Borwein, 1988): the k-th root of what is left goes to 0, not to (κ − 1)/(κ + 1)."""
    f, start = lambda x, y: 0.5 * (x**2 + condition * y**2), (1.3, -0.4)
    path = hw.minimize(f, start, method="barzilai-borwein", tolerance=1e-40)
    roots = (path.gradient_norms / path.gradient_norms[0])[1:] ** (1 / onp.arange(1, len(path)))
    assert path.converged
    assert roots[-1] < min(0.1, 0.3 * roots[len(roots) // 2])
    slow = hw.minimize(f, (condition, 1.0), method="gradient-descent", line_search="exact", steps=60)
    rates = slow.gradient_norms[1:] / slow.gradient_norms[:-1]
    onp.testing.assert_allclose(rates, (condition - 1) / (condition + 1), rtol=1e-6)


def test_newton_goes_down_rosenbrock_s_valley_in_six_steps():
    path = hw.minimize(rosenbrock, (-1.2, 1.0), tolerance=0.0)
    errors = onp.linalg.norm(path.points - 1.0, axis=1)
    onp.testing.assert_allclose(errors[:6], [2.2, 2.2, 4.2, 0.48, 0.056, 9.6e-6], rtol=0.03)
    assert errors[6] < 1e-10


@pytest.mark.parametrize("n", [2, 5, 10])
def test_sr1_knows_a_quadratic_after_as_many_independent_steps_and_bfgs_does_not(n):
    chance = onp.random.default_rng(n)
    A = chance.normal(size=(n, n))
    A = A @ A.T + onp.eye(n)
    models = {"sr1": onp.eye(n), "bfgs": onp.eye(n), "dfp": onp.eye(n)}
    for s in chance.normal(size=(n, n)):
        for name, module in (("sr1", sr1), ("bfgs", bfgs), ("dfp", dfp)):
            models[name] = module.updated(models[name], s, A @ s)
            onp.testing.assert_allclose(models[name] @ s, A @ s, rtol=1e-8)
    assert onp.linalg.norm(models["sr1"] - A) < 1e-12 * onp.linalg.norm(A)
    assert onp.linalg.norm(models["bfgs"] - A) > 1e-2 * onp.linalg.norm(A)


def test_dfp_is_bfgs_with_steps_and_changes_exchanged():
    chance = onp.random.default_rng(3)
    B = onp.eye(4) + 0.1 * onp.ones((4, 4))
    s = chance.normal(size=4)
    y = B @ s + 0.1 * s
    one = onp.linalg.inv(dfp.updated(B, s, y))
    other = bfgs.updated(onp.linalg.inv(B), y, s)
    onp.testing.assert_allclose(one, other, rtol=1e-12, atol=1e-12)


def test_adam_s_first_step_is_the_rate_along_every_sign():
    path = hw.minimize(lambda x, y: 3 * x - 0.01 * y, (0.0, 0.0), method="adam", rate=0.25, steps=1)
    onp.testing.assert_allclose(path.points[1], [-0.25, 0.25], rtol=1e-5)


@pytest.mark.parametrize("name", ["gradient-descent", "heavy-ball", "nesterov"])
@pytest.mark.parametrize("momentum", [0.0, 0.35, 0.8])
@pytest.mark.parametrize("share", [0.99, 1.01])
def test_a_method_is_stable_up_to_the_rate_that_it_says(name, momentum, share):
    largest, method = 7.0, METHODS[name]
    given = {"momentum": momentum} if "momentum" in method.hyperparameters else {}
    rate = share * method.stable_rate(largest, {**given, "line_search": "none"})
    path = hw.minimize(
        form([0.5, largest]),
        onp.array([1.7, 0.4]),
        method=name,
        rate=rate,
        steps=4000,
        tolerance=1e-8,
        **given,
    )
    assert path.converged == (share < 1), path.reason


def radius(name, eigenvalues, **given):
    """The largest absolute eigenvalue of the matrix that a step is, over the eigenvalues of a quadratic function."""
    method, largest = METHODS[name], 0.0
    held = {**given, "line_search": "none"}
    for curvature in eigenvalues:
        f = TracedFunction(
            TracedProblem.of(Problem.at(lambda x, c=curvature: 0.5 * c * x**2, 1.0, None, {})), onp.zeros(0)
        )
        columns = []
        for x, v in ((1.0, 0.0), (0.0, 1.0)):
            state = {
                "point": onp.array([x]),
                "velocity": onp.array([v]),
                "gradient": onp.array([curvature * x]),
            }
            after = method.step(f, state, held)
            columns.append([after["point"][0], after.get("velocity", 0.0 * after["point"])[0]])
        largest = max(largest, onp.abs(onp.linalg.eigvals(onp.array(columns).T)).max())
    return largest


@pytest.mark.parametrize(
    ("name", "left"),
    [
        ("gradient-descent", lambda k: (k - 1) / (k + 1)),
        ("heavy-ball", lambda k: (k**0.5 - 1) / (k**0.5 + 1)),
        ("nesterov", lambda k: 1 - 2 / (3 * k + 1) ** 0.5),
    ],
    ids=["gradient-descent", "heavy-ball", "nesterov"],
)
@pytest.mark.parametrize(("smallest", "largest"), [(1.0, 9.0), (0.03, 41.0)], ids=["9", "1367"])
def test_the_best_hyperparameters_leave_what_theory_says_and_none_near_them_less(
    name, left, smallest, largest
):
    method, ends = METHODS[name], (smallest, 0.3 * smallest + 0.7 * largest, largest)
    best = method.best(smallest, largest, {"line_search": "none"})
    assert radius(name, ends, **best) == pytest.approx(left(largest / smallest), rel=1e-6)
    for rate in (0.97, 1.0, 1.03):
        for momentum in (0.97, 1.0, 1.03):
            other = {
                key: value * (rate if key == "rate" else min(momentum, 1 / value))
                for key, value in best.items()
            }
            assert radius(name, ends, **other) >= radius(name, ends, **best) * (1 - 1e-6)


def test_nothing_is_best_where_a_line_is_searched_or_a_curvature_is_not_positive():
    f = TracedFunction(TracedProblem.of(Problem.at(rosenbrock, (0.4, -0.9), None, {})), onp.zeros(0))
    of = lambda name, eigenvalues, search="none": Iteration(
        METHODS[name], {**METHODS[name].hyperparameters, "line_search": search}
    ).best(f, onp.array(eigenvalues))
    assert of("gradient-descent", [1.0, 3.0])["rate"] == 0.5
    assert onp.isnan(of("gradient-descent", [1.0, 3.0])["momentum"])
    for nothing in (
        of("gradient-descent", [1.0, 3.0], "exact"),
        of("heavy-ball", [0.0, 3.0]),
        of("nesterov", [-1.0, 3.0]),
        of("adam", [1.0, 3.0]),
    ):
        assert onp.isnan([*nothing.values()]).all()


def test_gradients_with_noise_leave_a_quadratic_at_the_height_that_theory_says():
    """½ λ E x² = η σ² / (2 (2 − η λ)) along each direction, of a step that draws its noise from a table."""
    rate, copies, steps = 0.1, 400, 1500
    curvatures = onp.repeat([4.0, 1.2, 0.4], copies)
    noise = onp.random.default_rng(3).normal(size=(steps, len(curvatures)))

    def step(f, x):
        return x - rate * (f.gradient(x) + onp.append(1.0 * noise[int(x[-1])], -1.0 / rate))

    def quadratic(x):
        return 0.5 * np.sum(curvatures * x[:-1] ** 2) + 0.0 * x[-1]

    path = hw.minimize(
        quadratic, onp.append(onp.ones(len(curvatures)), 0.0), method=step, steps=steps, tolerance=0.0
    )
    settled = path.points[300:, :-1]
    heights = onp.mean(0.5 * curvatures * settled**2, axis=0).reshape(3, copies).mean(axis=1)
    onp.testing.assert_allclose(heights, rate / (2 * (2 - rate * onp.array([4.0, 1.2, 0.4]))), rtol=0.03)
