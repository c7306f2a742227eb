"""The audit of second derivatives: kinks and counterexamples are found, and no smooth function is accused."""

import autograd.numpy as np
import numpy as onp
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import hesswidget as hw
from hesswidget.derivatives.objective import Objective
from hesswidget.problem.problem import Problem
from hesswidget.second_derivative_test.differentiability import audit

MIXED = "the mixed partial derivatives differ: ∂/∂x of ∂f/∂y is 1, ∂/∂y of ∂f/∂x is −1 (differences of the gradient)"


def schwarz_without_a_branch(x, y):
    return x * y * (x**2 - y**2) / (x**2 + y**2)


def schwarz_with_where(x, y):
    square = x**2 + y**2
    safe = np.where(square == 0, 1.0, square)
    return np.where(square == 0, 0.0 * x, x * y * (x**2 - y**2) / safe)


def schwarz_with_a_branch(x, y):
    return 0.0 * x * y if x == 0 and y == 0 else schwarz_without_a_branch(x, y)


@pytest.mark.parametrize(
    "function", ["schwarz", schwarz_without_a_branch, schwarz_with_where, schwarz_with_a_branch]
)
def test_schwarz(function):
    """f_xy(0) = −1 and f_yx(0) = +1, whether autograd says NaN or a symmetric zero matrix."""
    c = hw.curvature(function, (0.0, 0.0))
    assert c.label == "undefined"
    assert MIXED in c.reason
    assert c.newton_step is None
    assert c.resolution is None


def test_what_autograd_says_is_kept_beside_what_contradicts_it():
    c = hw.curvature(schwarz_with_a_branch, (0.0, 0.0))
    assert c.reason.startswith(f"undefined: {MIXED}; autograd's Hessian says degenerate: ")
    onp.testing.assert_array_equal(c.hessian, onp.zeros((2, 2)))


SIDES = "tends to −1 on the left and to 1 on the right along x"


@pytest.mark.parametrize(
    ("function", "point", "sentence"),
    [
        (lambda x: np.abs(x), 0.0, f"∂f/∂x {SIDES}"),
        (lambda x, y: np.abs(x) + y**2, (0.0, 0.0), f"∂f/∂x {SIDES}"),
        (lambda x, y: np.abs(x - 3) + (y - 1) ** 2, (3.0, 1.0), f"∂f/∂x {SIDES}"),
        (lambda x, y: np.sqrt(x**2 + y**2), (0.0, 0.0), f"∂f/∂x {SIDES}"),
        (lambda x: np.maximum(x, 0.0) ** 2, 0.0, "∂²f/∂x² is 0 on the left and 2 on the right along x"),
        (
            lambda x, y: 1e6 * (y - 1) ** 2 + np.maximum(x - 3, 0.0) ** 2,
            (3.0, 1.0),
            "∂²f/∂x² is 0 on the left and 2 on the right along x",
        ),
        (lambda x: x * np.abs(x), 0.0, "∂²f/∂x² is −2 on the left and 2 on the right along x"),
        (lambda x: np.abs(x) ** 1.5, 0.0, "∂²f/∂x² grows without bound on the left along x"),
        (
            lambda x: np.where(x == 0, 1.1 + 0 * x, np.sin(x) / np.where(x == 0, 1.0, x)),  # whose limit is 1
            0.0,
            "∂²f/∂x² is −0.333 on both sides, where autograd gives 0",
        ),
        (lambda x: np.sqrt(x) ** 5, 0.0, "∂f/∂x is not finite on the left along x"),
        (
            lambda w: np.sum(w**2) + np.maximum(w[7], 0.0) ** 2,
            onp.zeros(40),
            "∂²f/∂w[7]² is 2 on the left and 4 on the right along w[7]",
        ),
    ],
)
def test_a_second_derivative_that_is_none(function, point, sentence):
    p = Problem.at(function, point, None, {})
    with onp.errstate(all="ignore"):
        f = Objective(p)
        c = hw.curvature(function, point)
        found = audit(f, p.start, c.gradient, c.hessian, max(float(onp.max(abs(p.start))), 0.0) or 1.0)
    assert not found.agrees
    assert sentence in found.sentence
    if len(p.start) <= 12:
        assert c.label == "undefined"
        assert sentence in c.reason


def test_a_function_that_cannot_be_evaluated_beside_the_point_keeps_its_label():
    def refusing(x):
        if x != 3:
            raise ValueError("only at three")
        return (x - 3) ** 2

    assert hw.curvature(refusing, 3.0).label == "minimum"


# --- no smooth function is accused ---


@pytest.mark.parametrize(
    ("function", "point"),
    [
        (lambda x, y: (1 - x) ** 2 + 1e6 * (y - x**2) ** 2, (1.0, 1.0)),
        (lambda x, y: (1 - x) ** 2 + 1e12 * (y - x**2) ** 2, (1.0, 1.0)),
        (lambda x, y: 1 - np.exp(-(x**2 + y**2)), (0.0, 0.0)),
        (lambda x: 1 - np.exp(-((x / 1e-9) ** 2)), 0.0),
        (lambda x: 1 - np.exp(-(((x - 1) / 1e-6) ** 2)), 1.0),
        (lambda x: x**4 - 12 * x**3 + 54 * x**2 - 108 * x + 81, 3.0),
        (lambda x: 1e3 * (x - 3) ** 4 + 7, 3.0),
        (lambda x: np.exp(x) - 1 - x - x**2 / 2, 0.0),
        (lambda x: np.log(np.cosh(1e4 * x)), 0.0),
        (lambda x: np.abs(x) ** 2.5, 0.0),
        (lambda x: np.abs(x) ** 3, 0.0),
        (lambda x, y: 1e9 * (x - 1) ** 2 + 1e-9 * (y - 1) ** 2, (1.0, 1.0)),
        (lambda x, y: 1e6 * (x - y) ** 2 + 1e-6 * (y - 1) ** 4, (1.0, 1.0)),
        (lambda x, y: 1e8 + (x - 1e3) ** 4 + (y - 1) ** 2, (1e3, 1.0)),
        (lambda x: 3.0 + 0 * x, 0.0),
        (lambda w: np.sum((w - onp.arange(300.0)) ** 4), onp.arange(300.0)),
        (lambda w: np.sum(np.log(np.cosh(w[:5]))) + 0 * np.sum(w), onp.zeros(500)),
    ],
)
def test_a_smooth_function_is_not_accused(function, point):
    c = hw.curvature(function, point)
    assert c.is_stationary
    assert c.label in ("minimum", "degenerate"), c.reason


def test_a_scale_below_the_rounding_of_the_place_accuses_nobody():
    c = hw.curvature(lambda x: (x - 3) ** 4, 3.0, stationarity_scale=1e-14)
    assert c.label == "degenerate"
    assert c.resolution.kind == "minimum"
    assert hw.curvature(lambda x: 2 * (x - 3) ** 2, 3.0, stationarity_scale=1e-14).label == "minimum"


@pytest.mark.parametrize("name", hw.gallery.names())
def test_no_critical_point_of_the_gallery_is_accused(name):
    """Whatever the scale: 30 times the length over which it varies still leaves steps that are small."""
    example = hw.gallery[name]
    vector = isinstance(next(iter(example.ranges.values())), onp.ndarray)
    for listed in example.critical_points[:3]:
        if listed.label == "undefined":
            continue
        p = Problem.at(name, onp.array(listed.point) if vector else listed.point, None, {})
        c = hw.curvature(name, onp.array(listed.point) if vector else listed.point)
        assert c.label == listed.label
        for scale in (1e-3, 1.0, 30.0):
            found = audit(Objective(p), p.start, c.gradient, c.hessian, scale)
            assert found.agrees, (listed, scale, found.sentence)


@given(
    st.integers(0, 10_000),
    st.integers(1, 5),
    st.sampled_from([1e-9, 1.0, 1e9]),
    st.sampled_from([0.0, 1.0, 1e3]),
)
@settings(deadline=None, derandomize=True)
def test_random_polynomials_are_not_accused(seed, n, factor, place):
    """Of degree 4, with condition numbers up to 1e8, at a stationary point at the origin or away from it."""
    rng = onp.random.default_rng(seed)
    Q = onp.linalg.qr(rng.normal(size=(n, n)))[0]
    curvatures = rng.choice([-1.0, 0.0, 1.0], n) * 10.0 ** rng.uniform(-4, 4, n)
    cubic, quartic = rng.normal(size=(n, n)), rng.normal(size=(n, n))

    def f(w):
        u = np.dot(Q, w - place)
        terms = (
            np.sum(curvatures * u**2) / 2 + np.sum(np.dot(cubic, u) ** 3) + np.sum(np.dot(quartic, u) ** 4)
        )
        return factor * terms + 1.0

    c = hw.curvature(f, onp.full(n, place))
    assert c.label != "undefined", c.reason


# --- where autograd has no derivative and the function is smooth ---


def shifted(function, shift):
    return lambda x, y: function(x - shift[0], y - shift[1])


norm = np.linalg.norm
SMOOTH = [
    (lambda w: norm(w) ** 2, (onp.zeros(3),), "minimum", 2 * onp.eye(3)),
    (lambda w: norm(w) ** 2, (onp.zeros(40),), "minimum", 2 * onp.eye(40)),
    (lambda w: 3 - norm(w) ** 2 + 3 * w[0] ** 2, (onp.zeros(3),), "saddle", onp.diag([4.0, -2.0, -2.0])),
    (lambda x: np.sin(x) / x, (0.0,), "maximum", [[-1 / 3]]),
    (lambda x: (1 - np.cos(x)) / x**2, (0.0,), "maximum", [[-1 / 12]]),
    (lambda x, y: np.sin(x) / x + y**2, (0.0, 0.0), "saddle", onp.diag([-1 / 3, 2.0])),
    (lambda x, y: np.sin(x * y) / (x * y) + y**2, (0.0, 0.0), "degenerate", onp.diag([0.0, 2.0])),
    (lambda x: x / np.tanh(x), (0.0,), "minimum", [[2 / 3]]),
    (
        lambda x, y: np.where(x**2 + y**2 > 0, np.sqrt(x**2 + y**2) ** 2, 0.0),
        (0.0, 0.0),
        "minimum",
        2 * onp.eye(2),
    ),
    (
        lambda a, b: np.sum(np.log(np.linalg.eigh(np.array([[2 + a, b], [b, 2 - a]]))[0])),
        (0.0, 0.0),
        "maximum",
        -0.5 * onp.eye(2),
    ),
]


@pytest.mark.parametrize(("function", "point", "label", "hessian"), SMOOTH)
def test_a_smooth_function_is_judged_where_autograd_has_no_derivative(function, point, label, hessian):
    c = hw.curvature(function, *point) if onp.ndim(point[0]) else hw.curvature(function, point)
    assert c.label == label, c.reason
    assert c.source == "differences of the gradient"
    assert "judged by differences of the gradient" in c.reason
    onp.testing.assert_allclose(c.hessian, hessian, atol=1e-5)


@pytest.mark.parametrize("shift", [(0.3, -(2**0.5)), (40.1, 7e-3)])
@pytest.mark.parametrize("scale", [1e-6, 1.0, 1e6])
def test_it_is_judged_wherever_and_however_large_it_is(shift, scale):
    for sign, label in ((1, "minimum"), (-1, "maximum")):
        f = shifted(lambda x, y, s=sign: s * scale * np.sqrt(x**2 + 3 * y**2) ** 2, shift)
        c = hw.curvature(f, shift)
        assert c.label == label, c.reason
        onp.testing.assert_allclose(c.hessian, sign * scale * onp.diag([2.0, 6.0]), atol=1e-5 * scale)


def filled(x, quotient, at_zero):
    """A quotient, with its limit put in where the denominator is zero."""
    return np.where(x == 0, at_zero, quotient(np.where(x == 0, 1.0, x)))


BRANCHES = [
    (lambda x: filled(x, lambda t: np.sin(t) / t, 1.0), (0.0,), "maximum", [[-1 / 3]]),
    (
        lambda x, y: filled(x - 0.3, lambda t: np.sin(t) / t, 1.0) + y**2,
        (0.3, 0.0),
        "saddle",
        onp.diag([-1 / 3, 2]),
    ),
    (lambda x: filled(x, lambda t: np.expm1(t**2) / t**2, 1.0), (0.0,), "minimum", [[1.0]]),
    (lambda x: filled(x, lambda t: np.expm1(t) / t, 1.0), (0.0,), "not stationary", [[1 / 3]]),
    (
        lambda x, y: np.abs(x + y) ** 2 + 100 * (x - y) ** 2,
        (0.0, 0.0),
        "minimum",
        [[202.0, -198.0], [-198.0, 202.0]],
    ),
    (lambda x: np.maximum(x - 1, 0.0) ** 2 + np.maximum(1 - x, 0.0) ** 2, (1.0,), "minimum", [[2.0]]),
]


@pytest.mark.parametrize(("function", "point", "label", "hessian"), BRANCHES)
def test_what_a_branch_gives_at_the_point_alone_is_not_judged(function, point, label, hessian):
    c = hw.curvature(function, point)
    assert c.label == label, c.reason
    assert c.source == "differences of the gradient"
    assert "where autograd's derivatives at the point are others" in c.reason
    assert "is there a branch?" in c.reason
    onp.testing.assert_allclose(c.hessian, hessian, atol=1e-5 * onp.max(onp.abs(hessian)))


def unseen(x):
    """A square that autograd takes for a constant."""
    while hasattr(x, "_value"):
        x = x._value
    return x**2


@pytest.mark.parametrize(
    "function",
    [
        schwarz_with_where,
        schwarz_with_a_branch,
        lambda x: np.where(x == 0, 0.999 + 0 * x, filled(x, lambda t: np.sin(t) / t, 1.0)),
        lambda x: filled(x, lambda t: t**2 * np.log(np.abs(t)) + 100 * t**2, 0.0),
        lambda x: filled(x, lambda t: np.sin(t) / t + 1e-4 * np.abs(t), 1.0),
        lambda x, y: (
            filled(x, lambda t: np.sin(t) / t, 1.0) + filled(x**2 + y**2, lambda s: x**2 * y / s, 0.0)
        ),
    ],
)
def test_differences_that_do_not_agree_judge_nothing(function):
    n = function.__code__.co_argcount
    with onp.errstate(all="ignore"):
        c = hw.curvature(function, (0.0,) * n)
    assert c.label == "undefined", c.reason


def test_a_function_that_autograd_does_not_see_all_of_is_not_extended():
    c = hw.curvature(lambda x: filled(x, lambda t: 2 - np.sin(t) / t, 1.0) + unseen(x), 0.0)
    assert c.label == "undefined", c.reason


@pytest.mark.parametrize(
    "function",
    [
        schwarz_without_a_branch,
        lambda x, y: x**2 + y**2 - 0.01 * np.sqrt(x**2 + y**2),
        lambda x, y: np.sqrt(x**2 + y**2),
        lambda x, y: x**2 + np.sqrt(x**2 + y**2),
        lambda x, y: 1 / np.sqrt(x**2 + y**2),
        lambda x, y: np.log(x**2 + y**2),
        lambda x, y: (x**2 + y**2) * np.log(x**2 + y**2),
        lambda x, y: x**2 * y / (x**2 + y**2),
        lambda x, y: x**3 / np.sqrt(x**2 + y**2),
    ],
)
def test_what_is_not_smooth_is_not_extended(function):
    c = hw.curvature(function, (0.0, 0.0))
    assert c.label == "undefined", c.reason
    assert c.source == "autograd"


def test_a_multiple_zero_without_a_derivative_is_resolved():
    c = hw.curvature(lambda x, y: np.sqrt((x - 0.3) ** 2 + (y - 0.7) ** 2) ** 4, (0.3, 0.7))
    assert (c.label, c.resolution.kind) == ("degenerate", "minimum"), c.reason
