"""`hesswidget.curvature`: closed forms, scales, models, and a sentence for everything that can go wrong."""

import functools
import math

import autograd
import autograd.numpy as np
import numpy as onp
import pytest
from scipy import optimize

import hesswidget as hw


def rosenbrock(x, y, a=1.0, b=100.0):
    return (a - x) ** 2 + b * (y - x**2) ** 2


def loss(w, l2=0.1):
    return np.sum((w - 1) ** 4) + l2 * np.sum(w**2) / 2


def test_rosenbrock_in_closed_form():
    x, y, a, b = 0.3, -0.4, 2.0, 10.0
    c = hw.curvature(rosenbrock, x=x, y=y, a=a, b=b)
    assert c.value == pytest.approx((a - x) ** 2 + b * (y - x**2) ** 2, rel=1e-15)
    onp.testing.assert_allclose(
        c.gradient, [-2 * (a - x) - 4 * b * x * (y - x**2), 2 * b * (y - x**2)], rtol=1e-14
    )
    expected = [[2 - 4 * b * (y - 3 * x**2), -4 * b * x], [-4 * b * x, 2 * b]]
    onp.testing.assert_allclose(c.hessian, expected, rtol=1e-14)
    onp.testing.assert_allclose(c.eigenvalues, onp.linalg.eigvalsh(expected), rtol=1e-13)
    assert c.condition_number == pytest.approx(onp.linalg.cond(expected), rel=1e-12)
    onp.testing.assert_allclose(onp.array(expected) @ c.newton_step, -c.gradient, rtol=1e-12)
    assert c.labels == ("x", "y")
    assert c.asymmetry < 1e-15


def test_a_point_by_position_or_by_name():
    by_name = hw.curvature(rosenbrock, x=1.0, y=1.0)
    for point in ((1.0, 1.0), [1.0, 1.0], onp.array([1.0, 1.0]), (1, 1)):
        onp.testing.assert_array_equal(hw.curvature(rosenbrock, point).hessian, by_name.hessian)
    assert hw.curvature(loss, onp.zeros(10), l2=0.1).hessian.shape == (10, 10)
    assert hw.curvature(loss, w=[0.0] * 3).labels == ("w[0]", "w[1]", "w[2]")
    assert hw.curvature(lambda x: x**2, 3.0).hessian.tolist() == [[2.0]]
    assert hw.curvature("himmelblau", (3.0, 2.0)).label == "minimum"
    assert hw.curvature(hw.gallery.himmelblau, (3.0, 2.0)).label == "minimum"


def test_over_says_what_the_variables_are():
    c = hw.curvature(rosenbrock, over=("a", "b"), x=0.5, y=1.0, a=1.0, b=2.0)
    assert c.labels == ("a", "b")
    onp.testing.assert_allclose(c.hessian, [[2.0, 0.0], [0.0, 0.0]], atol=1e-15)
    assert hw.curvature(rosenbrock, over="x", x=0.5, y=1.0).hessian.shape == (1, 1)


def test_all_kinds_of_callables():
    class Bowl:
        def __call__(self, x, y, k=2.0):
            return k * (x**2 + y**2) / 2

    data = onp.arange(3.0)
    closure = lambda w: np.sum((w - data) ** 2)
    assert hw.curvature(Bowl(), (0.0, 0.0)).eigenvalues.tolist() == [2.0, 2.0]
    assert hw.curvature(closure, data).label == "minimum"
    assert hw.curvature(functools.partial(rosenbrock, b=1.0), x=1.0, y=1.0).hessian[1, 1] == 2.0

    def positional(x, y, /, k=3.0):
        return k * x * y

    assert hw.curvature(positional, (0.0, 0.0)).hessian[0, 1] == 3.0
    assert hw.curvature(lambda x, **more: x**2 * more["k"], x=0.0, k=4.0).hessian[0, 0] == 8.0


@pytest.mark.parametrize("scale", [1e-12, 1.0, 1e12])
def test_labels_do_not_depend_on_units(scale):
    """Neither on that of f nor on that of x: a fixed 1e-8 would fail every one of these."""
    for f, unit in (
        (lambda x, y: scale * rosenbrock(x, y), 1.0),
        (lambda x, y: rosenbrock(x / scale, y / scale), scale),
    ):
        assert hw.curvature(f, (unit, unit)).label == "minimum"
        assert hw.curvature(f, (unit * (1 + 1e-14), unit)).label == "minimum"
        assert hw.curvature(f, (0.9 * unit, unit)).label == "not stationary"
        assert hw.curvature(f, (0.0, 0.0)).label == "not stationary"


def bump(x, y):
    return 1 - np.exp(-(x**2 + y**2))


@pytest.mark.parametrize(
    ("function", "point"),
    [
        (bump, (6.5, 0.0)),
        (bump, (10.0, 0.0)),
        (bump, (27.0, 0.0)),
        (lambda x: 1 / (1 + np.exp(-x)), 37.0),
        (lambda w: np.mean(np.logaddexp(0.0, -onp.array([1.0, 2.0, 3.0]) * w)) + 1.0, 40.0),
        (lambda x: x**2 + 1e16, 0.5),
    ],
)
def test_a_flat_tail_is_no_critical_point(function, point):
    assert hw.curvature(function, point).label in ("not stationary", "degenerate", "undefined")
    if hw.curvature(function, point).classification.gradient_norm > 0:
        assert hw.curvature(function, point).label != "degenerate"


def test_the_scale_of_stationarity_can_be_said():
    far = hw.curvature(lambda x: (x - 1e9) ** 2, 1e9 + 10)
    assert far.label == "minimum"  # it agrees with the critical point to eight digits
    assert hw.curvature(lambda x: (x - 1e9) ** 2, 1e9 + 10, stationarity_scale=1.0).label == "not stationary"
    tiny = lambda x: (x / 1e-12 - 1) ** 2
    assert hw.curvature(tiny, 0.0, stationarity_scale=1e-12).label == "not stationary"
    assert hw.curvature(tiny, 1e-12, stationarity_scale=1e-12).label == "minimum"
    assert hw.explore(tiny, x=(-3e-12, 3e-12)).curvature.label == "not stationary"


# --- stationary, as people mean it ---

SMALL = 1.2e-8  # a step that is within the tolerance of 1


@pytest.mark.parametrize(
    ("function", "point", "label"),
    [
        (lambda x, y: np.cos(x + onp.pi / 2) ** 2 + y**2, (0.0, 0.0), "minimum"),
        (lambda x, y: np.cos(x + onp.pi / 2) ** 2 - y**2, (0.0, 0.0), "saddle"),
        (lambda x: np.sin(x) ** 2, onp.pi, "minimum"),
        (lambda x: np.sin(x), onp.pi / 2, "maximum"),
        (lambda v: np.sum(v**2), onp.array([SMALL, -0.7e-8]), "minimum"),
        (lambda v: 1e12 * np.sum(v**2), onp.array([SMALL, -0.7e-8]), "minimum"),
        (lambda v: -1e-12 * np.sum(v**2), onp.array([SMALL, -0.7e-8]), "maximum"),
        (lambda x, y: np.exp(x) - x + y**2, (SMALL, 0.0), "minimum"),
        (lambda x, y: np.cosh(x) - np.cosh(y), (SMALL, SMALL), "saddle"),
        (lambda v: np.sum(v**2), onp.array([3e-8, 0.0]), "not stationary"),
    ],
)
def test_a_point_is_stationary_within_rounding_or_a_short_newton_step(function, point, label):
    assert hw.curvature(function, point).label == label


@pytest.mark.parametrize("n", [1, 7, 40])
def test_a_balanced_logistic_loss_is_stationary_at_zero(n):
    rng = onp.random.default_rng(n)
    X = rng.normal(size=(60, n))
    X, t = onp.concatenate([X, X]), onp.repeat([1.0, -1.0], 60)
    loss = lambda w: np.mean(np.log1p(np.exp(-t * np.dot(X, w))))
    for order in (onp.arange(120), rng.permutation(120)):
        X, t = X[order], t[order]
        assert hw.curvature(loss, onp.zeros(n)).label == "minimum"


def matyas(v):
    return 0.26 * np.sum(v**2) - 0.48 * v[0] * v[1]


@pytest.mark.parametrize("method", ["BFGS", "CG", "Newton-CG", "L-BFGS-B"])
@pytest.mark.parametrize("function", [matyas, lambda v: np.sum(v**2), lambda v: rosenbrock(v[0], v[1])])
def test_an_optimizers_end_gets_an_answer(method, function):
    """A minimum; or near one, which says how far."""
    end = optimize.minimize(function, [1.3, 2.1], jac=autograd.grad(function), method=method).x
    c = hw.curvature(function, end)
    assert c.label == "minimum" or "near a minimum (" in c.reason


def ackley(x, y):
    r = np.sqrt((x**2 + y**2) / 2)
    return 20 - 20 * np.exp(-0.2 * r) + onp.e - np.exp((np.cos(2 * onp.pi * x) + np.cos(2 * onp.pi * y)) / 2)


@pytest.mark.parametrize("distance", [1e-12, 1e-8, 1e-5])
@pytest.mark.parametrize("angle", [0.0, 0.3, 2.0])
@pytest.mark.parametrize(
    "cone",
    [
        ackley,
        lambda x, y: np.sqrt(x**2 + y**2),
        lambda x, y: np.sqrt(x**2 + 3 * y**2) - x**2,
        lambda x, y: (x**2 + y**2) ** 0.75,
    ],
)
def test_the_flank_of_a_cone_is_not_stationary(cone, angle, distance):
    at = (distance * onp.cos(angle), distance * onp.sin(angle))
    assert hw.curvature(cone, at).label in ("not stationary", "undefined")
    w = hw.explore(cone, (0.5, 0.5), x=(-1, 1), y=(-2, 2))
    w.point = at
    assert w.curvature.label in ("not stationary", "undefined")


def test_the_reason_says_by_which_rule_and_which_size():
    reason = hw.curvature(lambda v: np.sum(v**2), onp.array([1e-8, 0.0])).reason
    assert reason.endswith("Newton's step, 1e-8 of the size 1, is within 1.49e-8; |∇f| = 2e-8")
    w = hw.explore(lambda x, y: (x - 1e-8) ** 2 + y**2, (0.0, 0.0), x=(-1, 3), y=(-1, 1))
    assert "Newton's step, 2.5e-9 of the ranges, is within 1.49e-8" in w.curvature.reason


@pytest.mark.parametrize("turn", [0.0, 0.7])
def test_ranges_of_different_size_are_units(turn):
    """In the coordinates themselves the condition number, 1e24, would be beyond double precision."""
    c, s = onp.cos(turn), onp.sin(turn)

    def f(x, y):
        u, v = c * x * 1e6 + s * y * 1e-6, c * y * 1e-6 - s * x * 1e6
        return u**2 + v**2

    w = hw.explore(f, (0.0, 0.0), x=(-1e-6, 1e-6), y=(-1e6, 1e6))
    assert w.curvature.label == "minimum"
    assert w.curvature.inertia == (2, 0, 0)
    w.point = (3e-7, 0.0)
    assert w.curvature.label == "not stationary"
    saddle = hw.explore(lambda x, y: f(x, 0.0) - f(0.0, y), (0.0, 0.0), x=(-1e-6, 1e-6), y=(-1e6, 1e6))
    assert saddle.curvature.label == "saddle"


# --- curvature that is only rounding ---


def constant(z):
    return 1 / (1 + np.exp(-z)) + 1 / (1 + np.exp(z))


@pytest.mark.parametrize(
    "function",
    [
        lambda x, y: constant(x * y),
        lambda x, y: constant(np.sin(x - 2 * y)) - 1.0,
        lambda x, y: np.sin(x + y) ** 2 + np.cos(x + y) ** 2,
        lambda x, y: 1e9 * (np.cosh(x * y) ** 2 - np.sinh(x * y) ** 2),
        lambda x, y: np.log(np.exp(x + y)) - x - y,
    ],
)
@pytest.mark.parametrize("point", [(0.0, 0.0), (0.0, 1.0), (1e-5, 1e-5), (0.3, 0.7), (-1.1, 0.9)])
def test_a_constant_is_flat(function, point):
    c = hw.curvature(function, point)
    assert c.label == "degenerate", c.reason
    assert c.resolution.kind in ("flat", "inconclusive"), c.reason


@pytest.mark.parametrize(
    "valley",
    [
        lambda x, y: x * y + np.exp(-x * y),
        lambda x, y: x * y - np.log(1 + x * y),
        lambda x, y: (1 - np.cos(x)) * (1 - np.cos(y)),
    ],
)
@pytest.mark.parametrize(
    "point", [(0.0, 0.0), (0.0, 1.0), (0.0, 1e-5), (1e-5, 1e-5), (0.3, 0.7), (1e-9, 0.8)]
)
def test_beside_a_degenerate_point_nothing_false_is_said(valley, point):
    c = hw.curvature(valley, point)
    assert c.label in ("degenerate", "not stationary"), c.reason
    assert "near a" not in c.reason
    if c.label == "degenerate":
        assert c.resolution.kind in ("flat", "minimum", "inconclusive"), c.reason


def test_curvature_that_rounding_makes_at_few_points_only_is_none():
    """Of this second derivative one in thirty is ±1e-16 and all others are 0: its noise is hardly ever sampled."""
    for seed in range(60):
        x = onp.random.default_rng(seed).uniform(-3, 3)
        c = hw.curvature(lambda x: np.log(np.exp(x)) - x, (x,))
        assert c.label not in ("minimum", "maximum"), c.reason


@pytest.mark.parametrize("small", [1e-8, 1e-13, 1e-100])
@pytest.mark.parametrize("at", [0.0, 0.7, -1e3])
def test_curvature_as_small_as_that_is_one_where_the_gradient_bears_it_out(small, at):
    c = hw.curvature(lambda x: small * (x - at) ** 2 + 1, (at,))
    assert c.label == "minimum", c.reason


def test_what_is_only_rounding_is_said():
    reason = hw.curvature(lambda x, y: constant(x * y), (0.3, 0.7)).reason
    assert "no larger than their rounding noise and count as zero" in reason


def test_logistic_regression_in_closed_form():
    """H = XᵀSX/N with S = σ(1−σ), convex, and λ_max ≤ λ_max(XᵀX/N)/4 (Böhning and Lindsay, 1988)."""
    rng = onp.random.default_rng(0)
    X, t = rng.normal(size=(200, 5)), rng.choice([-1.0, 1.0], 200)
    w = rng.normal(size=5)
    c = hw.curvature(lambda w: np.mean(np.log1p(np.exp(-t * (X @ w)))), w)
    sigma = 1 / (1 + onp.exp(-X @ w))
    expected = X.T @ (X * (sigma * (1 - sigma))[:, None]) / 200
    onp.testing.assert_allclose(c.hessian, expected, rtol=1e-12, atol=1e-15)
    assert c.inertia == (5, 0, 0)
    assert c.eigenvalues[-1] <= onp.linalg.eigvalsh(X.T @ X / 200)[-1] / 4


def test_softmax_has_the_nullity_of_its_shift_invariance():
    """Adding one vector to all classes changes nothing: d + 1 zero eigenvalues (Böhning, 1992)."""
    rng = onp.random.default_rng(1)
    X = onp.c_[rng.normal(size=(60, 3)), onp.ones(60)]
    t = rng.integers(0, 4, 60)

    def softmax_loss(w):
        scores = X @ np.reshape(w, (4, 4))
        return np.mean(np.log(np.sum(np.exp(scores), axis=1)) - scores[onp.arange(60), t])

    assert hw.curvature(softmax_loss, rng.normal(size=16)).inertia == (12, 4, 0)


def test_weight_decay_shifts_every_eigenvalue():
    w = onp.linspace(-1, 1, 6)
    shift = hw.curvature(loss, w, l2=0.3).eigenvalues - hw.curvature(loss, w, l2=0.1).eigenvalues
    onp.testing.assert_allclose(shift, 0.2, rtol=0, atol=1e-13)


def test_no_newton_step_where_the_hessian_is_singular():
    c = hw.curvature("monkey_saddle", (0.0, 0.0))
    assert c.label == "degenerate"
    assert c.newton_step is None
    assert c.condition_number == math.inf


def test_a_degenerate_point_is_resolved_and_keeps_the_label_of_the_test():
    c = hw.curvature("quartic", 0.0)
    assert c.label == "degenerate"
    assert c.resolution.kind == "minimum"
    assert c.reason.startswith("degenerate: λ = 0; one eigenvalue is zero")
    assert "; the second-derivative test is silent; " in c.reason
    assert c.noise.hessian[0, 0] < 1e-30  # beside 0 the second derivative has some, in which it is zero
    assert c.reason.endswith(f"; {c.resolution.sentence}")
    assert hw.compile("quartic", 0.0).curvature(0.0).resolution is None  # it has the Hessian alone
    assert hw.curvature("himmelblau", (3.0, 2.0)).resolution is None


def test_a_kink_is_no_minimum_whatever_the_chain_rule_says():
    c = hw.curvature(lambda x: np.maximum(x, 0.0) ** 2, 0.0)
    assert c.hessian.tolist() == [[0.5]]
    assert c.label == "undefined"
    assert c.reason.startswith("undefined: ∂²f/∂x² is 0 on the left and 2 on the right along x")
    assert "autograd's Hessian says minimum" in c.reason


def test_schwarz_and_other_holes_are_undefined():
    c = hw.curvature("schwarz", (0.0, 0.0))
    assert c.label == "undefined"
    assert onp.isnan(c.hessian).any()
    c = hw.curvature(lambda x: np.log(x), x=-1.0)
    assert c.label == "undefined"
    assert "f is nan" in c.reason
    assert math.isnan(c.condition_number)


def in_place(w):
    w[0] = 2.0
    return np.sum(w)


def raising(x):
    return x / {}["missing"]


@pytest.mark.parametrize(
    ("function", "sentence"),
    [
        (lambda x: np.array([x, x]), "shape (2,); a Hessian needs a scalar. Sum it or index it"),
        (lambda x: 3, "returned the int 3"),
        (lambda x: None, "returned None"),
        (lambda x: x * 1j, "complex"),
        (lambda x: [x, x], "returned a list"),
        (lambda x: "text", "returned str"),
        (lambda x: x > 0, "returned the bool"),
        (lambda x: float(x) ** 2, "autograd.numpy"),
        (lambda x: math.sin(x), "autograd.numpy"),
        (lambda x: onp.where(x > 0, x**2, -x), "autograd.numpy"),
        (lambda x: 1 / 0, "ZeroDivisionError: division by zero at line"),
        (raising, "KeyError: 'missing' at line"),
        (lambda x: rosenbrock(x), "missing 1 required positional argument"),
        (lambda x: rosenbrock(x, x, x, x, x), "how many arguments"),
    ],
)
def test_a_function_that_does_not_fit_gets_a_sentence(function, sentence):
    with pytest.raises(hw.ProblemError) as caught:
        hw.curvature(function, x=1.0)
    assert sentence in str(caught.value)
    assert "test_curvature.py" in str(caught.value) or "raised" not in str(caught.value)


def test_assignment_in_place_gets_a_sentence():
    with pytest.raises(hw.ProblemError, match="assignment into an array"):
        hw.curvature(in_place, onp.ones(2))


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: hw.curvature(rosenbrock, x=1.0), "no value for its variable 'y'"),
        (
            lambda: hw.curvature(rosenbrock, (1.0, 2.0, 3.0)),
            "takes 2 variables (x, y) but the point has 3 values",
        ),
        (
            lambda: hw.curvature(rosenbrock, x=1.0, y=1.0, aa=2.0),
            "unknown argument 'aa' for rosenbrock; did you mean 'a'?",
        ),
        (lambda: hw.curvature(rosenbrock, (1.0, 1.0), over="z"), "over names 'z'"),
        (lambda: hw.curvature(loss, onp.array([1, 2])), "array of integers"),
        (lambda: hw.curvature(rosenbrock, (1.0, 1.0), x=3.0), "x was given twice"),
        (lambda: hw.curvature(rosenbrock, x=1.0, y=1.0, over=("x", "x")), "over is ('x', 'x')"),
        (lambda: hw.curvature(rosenbrock, x=1.0, y=1.0, over=3), "over is 3"),
        (lambda: hw.curvature(rosenbrock, (1.0, 1.0), zero_tolerance="x"), "zero_tolerance is 'x'"),
        (lambda: hw.curvature(rosenbrock, (1.0, 1.0), zero_tolerance=10**400), "zero_tolerance is 1000"),
        (lambda: hw.curvature(lambda x, over=1.0: x, 1.0), "an argument named 'over'"),
        (
            lambda: hw.explore(rosenbrock, x=(0, 10**400), y=1.0),
            "the range of x is (0, inf); a slider needs two finite ends",
        ),
        (lambda: hw.vector([0.0, 1.0], 2, -2), "minimum must lie below"),
        (lambda: hw.curvature(loss, onp.array([])), "empty"),
        (lambda: hw.curvature(loss, [[1.0, 2.0], [3.0]]), "w is a ragged list"),
        (lambda: hw.curvature(loss, [1.0, float("nan")]), "finite numbers"),
        (lambda: hw.curvature(loss, ["a"]), "real numbers"),
        (lambda: hw.curvature(rosenbrock, x=[1.0, 2.0], y=1.0), "returned an array of shape (2,)"),
        (lambda: hw.curvature(lambda: 1.0), "no argument without a default"),
        (lambda: hw.curvature(lambda *x: x[0], (1.0,)), "without names"),
        (lambda: hw.curvature(3.0, x=1.0), "not a function"),
        (lambda: hw.curvature("himelblau", (0.0, 0.0)), "himmelblau"),
        (lambda: hw.curvature(lambda w: np.sum(w**2), onp.zeros(20_000)), "n = 20,000 needs 3.2 GB"),
    ],
)
def test_arguments_that_do_not_fit_get_a_sentence(call, sentence):
    with pytest.raises(hw.ProblemError) as caught:
        call()
    assert sentence in str(caught.value)


def test_the_functions_stay_callable_though_modules_have_their_names():
    import hesswidget.curvature
    import hesswidget.gallery  # noqa: F401

    assert callable(hw.curvature)
    assert len(hw.gallery) >= 20


def test_it_prints_and_shows_its_matrix_as_far_as_that_is_small():
    c = hw.curvature(lambda x, y: 2.5e-9 * x**2 - 3 * x * y + y**2 / 0.3, (1.0, 2.0))
    first, one, other = str(c).splitlines()
    assert first == c.sentence
    assert [one.split(), other.split()] == [["H", "=", "[", "5e-9", "−3]"], ["[", "−3", "6.66667]"]]
    assert r"\begin{bmatrix} 5 \cdot 10^{-9} & -3 \\ -3 & 6.66667 \end{bmatrix}" in c._repr_latex_()
    large = hw.curvature(lambda w: np.sum(w**2), onp.ones(200))
    assert str(large).endswith("H is 200 by 200")
    assert len(large._repr_latex_()) < 1_000
    assert r"\text{nan}" in hw.curvature(lambda x: np.sqrt(x) ** 3, -1.0)._repr_latex_()


def test_blocks_are_asked_for_by_name_or_by_the_keys_that_lead_to_them():
    long = "k" * 100
    start = {"a": {"w\n1": onp.ones(2), long: 1.0}, "b": [onp.ones(3), {"w\n1": 2.0}]}
    c = hw.curvature(
        lambda p: np.sum(p["a"]["w\n1"]) * p["a"][long] + np.sum(p["b"][0] ** 2) * p["b"][1]["w\n1"], start
    )
    onp.testing.assert_array_equal(c.hessian_of(("a", "w\n1"), long), [1.0, 1.0])
    onp.testing.assert_array_equal(c.hessian_of(("p", "b", 0), ("b", 1, "w\n1")), [2.0, 2.0, 2.0])
    for block in c.blocks.all:
        assert c.hessian_of(block.name).shape == 2 * block.shape
    with pytest.raises(hw.ProblemError, match="leads to several blocks"):
        c.hessian_of("w\n1")
    with pytest.raises(hw.ProblemError, match="there is no block"):
        c.hessian_of(("a", "c"))
