"""What a function does where its pieces meet: closed forms, moved, turned and scaled, and sampled beside."""

import autograd.numpy as np
import numpy as onp
import pytest
from scipy.optimize import linprog
from scipy.stats import ortho_group

import hesswidget as hw
from hesswidget.derivatives.autograd import gradient
from hesswidget.derivatives.switches.pieces import Pieces
from hesswidget.second_derivative_test.kinks.classify import classify

MINIMUM, MAXIMUM, SADDLE = (f"{kind} at a kink" for kind in ("minimum", "maximum", "saddle"))
relu = lambda x: np.maximum(x, 0.0)

CASES = [
    ("minimum", 2, lambda z: np.abs(z[0]) + np.abs(z[1])),
    ("saddle", 2, lambda z: np.abs(z[0]) - np.abs(z[1])),
    ("maximum", 2, lambda z: -np.abs(z[0]) - np.abs(z[1])),
    ("minimum", 2, lambda z: np.abs(z[0]) + z[1] ** 2),
    ("saddle", 2, lambda z: np.abs(z[0]) - z[1] ** 2),
    ("minimum", 2, lambda z: np.abs(z[0] - z[1] ** 2) + z[1] ** 2),
    ("saddle", 2, lambda z: np.abs(z[0] - z[1] ** 2) + 0.9 * z[0] - 0.95 * z[1] ** 2),
    ("minimum", 2, lambda z: np.abs(z[0] - z[1] ** 2) + 0.9 * z[0] - 0.85 * z[1] ** 2),
    ("minimum", 2, lambda z: np.maximum(np.abs(z[0]), np.abs(z[1]))),
    ("minimum", 2, lambda z: np.maximum(np.maximum(z[0], z[1]), -z[0] - z[1])),
    ("not stationary", 2, lambda z: np.maximum(z[0], z[1])),
    ("not stationary", 2, lambda z: np.abs(z[0]) + 0.5 * z[1]),
    ("minimum", 2, lambda z: np.abs(z[0]) + np.abs(z[1]) + 0.9 * z[0] - 0.9 * z[1]),
    ("not stationary", 2, lambda z: np.abs(z[0]) + np.abs(z[1]) + 1.1 * z[0] - 0.9 * z[1]),
    ("saddle", 2, lambda z: z[0] ** 2 + z[1] ** 2 - 4 * np.abs(z[0] * z[1])),
    ("minimum", 2, lambda z: z[0] ** 2 + z[1] ** 2 - 1.9 * np.abs(z[0] * z[1])),
    ("saddle", 2, lambda z: z[0] * np.abs(z[1])),
    ("saddle", 2, lambda z: np.abs(np.abs(z[0]) - z[1]) - 0.5 * np.abs(z[0])),
    ("minimum", 2, lambda z: np.abs(np.abs(z[0]) - z[1]) + 0.5 * np.abs(z[0])),
    ("minimum", 2, lambda z: np.abs(np.abs(z[0]) - z[1]) + z[0] ** 2 + z[1] ** 2),
    ("minimum", 3, lambda z: np.abs(z[0] + np.abs(z[1])) + 2 * np.abs(z[1]) + z[2] ** 2),
    ("saddle", 3, lambda z: np.abs(z[0] + np.abs(z[1])) - 0.5 * np.abs(z[1]) + z[2] ** 2),
    ("minimum", 3, lambda z: np.max(np.array([z[0], z[1], z[2], -z[0] - z[1] - z[2]]))),
    ("maximum", 3, lambda z: np.min(np.array([z[0], z[1], z[2], -z[0] - z[1] - z[2]]))),
    ("minimum", 2, lambda z: np.dot(np.sort(np.abs(z)), onp.array([1.0, 2.0]))),
    ("minimum", 2, lambda z: relu(z[0]) ** 2 + z[0] ** 2 + z[1] ** 2),
    ("saddle", 2, lambda z: -3 * relu(z[0]) ** 2 + z[0] ** 2 + z[1] ** 2),
    ("minimum", 2, lambda z: relu(z[0]) + z[0] ** 2 + z[1] ** 2),
    ("saddle", 2, lambda z: relu(z[0]) - z[0] ** 2 + z[1] ** 2),
    ("minimum", 2, lambda z: np.where(z[0] > 0, 2 * z[0], -z[0]) + z[1] ** 2),
    ("minimum", 2, lambda z: z[0] * np.sign(z[0]) + z[1] ** 2),
    ("minimum", 2, lambda z: z[0] * (z[0] > 0) - z[0] * (z[0] <= 0) + z[1] ** 2),
    ("minimum", 2, lambda z: np.clip(z[0], 0, 1) - np.clip(z[0], -1, 0) + z[1] ** 2),
    ("minimum", 2, lambda z: np.minimum(z[0] ** 2 + np.abs(z[1]), 1) + z[0] ** 2),
    ("weak minimum", 2, lambda z: np.abs(np.abs(z[0]) - z[1])),
    ("weak minimum", 2, lambda z: relu(z[0]) ** 2 + z[1] ** 2),
    ("weak maximum", 2, lambda z: -relu(z[0]) - z[1] ** 2),
    ("undecided", 2, lambda z: relu(z[0]) + z[1] ** 3),
    ("undecided", 2, lambda z: relu(z[0]) - z[1] ** 4),
    ("minimum", 2, lambda z: relu(z[0]) - relu(-z[0]) - z[0] + z[0] ** 2 + np.abs(z[1])),
    ("not stationary", 2, lambda z: relu(z[0]) - relu(-z[0]) + z[0] ** 2 + np.abs(z[1])),
    ("saddle", 2, lambda z: relu(z[0]) - relu(-z[0]) - z[0] - z[0] ** 2 + np.abs(z[1])),
    ("minimum", 3, lambda z: np.sort(z)[1] ** 2 + np.sum(z**2)),
    ("undecided", 3, lambda z: np.sort(z)[1] ** 2 - np.sum(z**2) / 2),
    ("undecided", 2, lambda z: np.where(z[0] * z[1] > 0, z[0], 0.0) + z[1] ** 2),
    ("jump", 2, lambda z: np.floor(z[0]) + z[1] ** 2),
    ("jump", 2, lambda z: np.where(z[0] < 0, 1.0 + z[1] ** 2, z[1] ** 2)),
    (None, 2, lambda z: np.abs(z[0]) ** 3 + z[1] ** 2),
    (None, 2, lambda z: np.abs(z[0]) ** 2 + z[1] ** 2),
    (None, 2, lambda z: relu(z[0]) ** 3 + z[1] ** 2),
    (None, 2, lambda z: np.where(z[0] > 0, z[0], z[0]) ** 2 + z[1] ** 2),
    (None, 2, lambda z: np.maximum(z[0] ** 2, -1) + z[1] ** 2),
    (None, 2, lambda z: np.maximum(z[0], z[0]) ** 2 + z[1] ** 2),
    (None, 2, lambda z: z[0] ** 2 + z[1] ** 2 + 0 * np.floor(z[0])),
    (None, 2, lambda z: relu(z[0]) ** 2 + relu(-z[0]) ** 2 + z[1] ** 2),
    (None, 2, lambda z: relu(z[0]) - relu(-z[0]) + z[1] ** 2),
    (None, 2, lambda z: relu(z[0]) + np.log1p(np.exp(-np.abs(z[0]))) + z[1] ** 2),
    (None, 3, lambda z: np.max(z) + np.log(np.sum(np.exp(z - np.max(z))))),
    (None, 2, lambda z: np.sum(np.sort(z)) + np.sum(np.sort(z) ** 2)),
    (None, 2, lambda z: np.maximum(z[0], z[1]) + np.minimum(z[0], z[1]) + z[0] * z[1]),
]


def kind_of(function, point):
    with onp.errstate(all="ignore"):
        kink = classify(Pieces(function, onp.asarray(point, dtype=float), 0.0), True)
    return kink and kink.kind


@pytest.mark.parametrize(("kind", "n", "f"), CASES)
def test_a_kink_is_what_it_is_wherever_it_lies(kind, n, f):
    """At the origin; and where turned, moved, stretched and scaled, so that no quantity is zero but by rounding."""
    assert kind_of(f, onp.zeros(n)) == kind
    rng = onp.random.default_rng(n)
    turn, move = ortho_group.rvs(n, random_state=rng), rng.normal(size=n)
    for stretch, scale in ((1.0, 1.0), (1e3, 1e-6), (1e-2, 1e5)):
        place = turn @ (move * stretch)
        assert kind_of(lambda x: scale * f(turn @ (x * stretch) - place), move) == kind  # noqa: B023


@pytest.mark.parametrize("seed", range(25))
def test_piecewise_linear_functions_do_what_samples_of_them_do(seed):
    rng = onp.random.default_rng(seed)
    n = 1 + seed % 3
    A, signs, b = rng.normal(size=(3, n)), rng.choice([1.0, -0.4], 3), 0.5 * rng.normal(size=n)

    def f(x):
        first = np.abs(np.dot(A[0], x))
        return (
            signs[0] * first
            + signs[1] * np.abs(np.dot(A[1], x) + first)
            + signs[2] * np.abs(x[0])
            + np.dot(b, x)
        )

    ways = rng.normal(size=(300, n))
    values = onp.array([f(d) for d in ways])
    kind = kind_of(f, onp.zeros(n))
    if onp.all(values > 0):
        assert kind == "minimum"
    elif onp.all(values < 0):
        assert kind == "maximum"
    else:
        gradients = onp.array([gradient(f)(d) for d in ways])
        downhill = linprog(onp.zeros(n), A_ub=gradients, b_ub=-onp.ones(len(gradients)), bounds=(None, None))
        assert kind == (
            "not stationary" if downhill.status == 0 else "saddle"
        )  # 2: there is no way down all pieces


# --- through the public door ---


def test_the_minimum_of_a_lasso():
    c = hw.curvature(lambda x: (x - 0.2) ** 2 + np.abs(x), 0.0)
    assert (c.label, c.kind) == ("undefined", MINIMUM)
    assert c.reason.startswith("undefined: a minimum at a kink of abs at line ")
    assert "along x the slope is −1.4 on the left and 0.6 on the right" in c.reason
    assert c.newton_step is None


def test_a_kink_on_the_way_is_no_minimum():
    c = hw.curvature(lambda x: (x - 3) ** 2 + np.abs(x), 0.0)
    assert (c.label, c.kind) == ("undefined", "kink")
    assert "along x the slope is −7 on the left and −5 on the right" in c.reason


def test_beside_a_kink_nothing_is_said_of_it():
    f = lambda x: (x - 3) ** 2 + np.abs(x)
    for x in (1e-9, -1e-9, 2.5):
        c = hw.curvature(f, x)
        assert c.kind in ("not stationary", "minimum")
        assert "kink" not in c.reason
    assert hw.curvature(f, 2.5).label == "minimum"


@pytest.mark.parametrize("n", [1, 2, 12, 13, 40])
@pytest.mark.parametrize("k", [0, -1])
def test_a_second_derivative_jumps_in_any_number_of_variables(n, k):
    c = hw.curvature(lambda v: np.sum(v**2) - 3 * relu(v[k]) ** 2, onp.zeros(n))
    assert (c.label, c.kind) == ("undefined", SADDLE)
    assert (
        f"along v[{n - 1 if k else 0}] the second derivative is 2 on the left and −4 on the right" in c.reason
    )


def test_kinks_off_the_axes():
    c = hw.curvature(lambda x, y: x**2 + y**2 - 4 * np.abs(x * y), (0.0, 0.0))
    assert (c.label, c.kind) == ("undefined", SADDLE)
    assert "0.707" in c.reason
    never_rises = hw.curvature(lambda a, b: (relu(a * b) - 1) ** 2, (0.0, 0.0))
    assert (never_rises.label, never_rises.kind) == ("undefined", "maximum along a kink")
    assert "f falls along" in never_rises.reason
    assert "f rises" not in never_rises.reason


@pytest.mark.parametrize("sign", [1.0, -1.0])
@pytest.mark.parametrize("moved", [False, True])
@pytest.mark.parametrize("at", [(0.0, 0.0), (1.0, 0.0), (0.0, -2.0)])
def test_the_loss_of_a_dead_unit_is_level_on_one_side(at, moved, sign):
    """(max(ab, 0) − 1)² is 1 where ab ≤ 0, and less beside that."""
    turn = ortho_group.rvs(2, random_state=3) if moved else onp.eye(2)
    place = onp.array([0.3, -0.7]) if moved else onp.zeros(2)

    def loss(x):
        a, b = turn @ (x - place)
        return sign * (relu(a * b) - 1) ** 2

    c = hw.curvature(loss, place + turn.T @ onp.array(at))
    assert c.kind == ("maximum along a kink" if sign > 0 else "minimum along a kink")


def test_the_maximum_of_two_parabolas():
    f = lambda x, a=1.0: np.maximum((x - a) ** 2, (x + a) ** 2)
    assert hw.curvature(f, 0.0).kind == MINIMUM
    assert hw.curvature(lambda x: -f(x), 0.0).kind == MAXIMUM


def test_a_place_reached_by_rounding_is_at_the_kink():
    c = hw.curvature(lambda x: np.abs(10 * x - 3) + x, 0.1 + 0.2)
    assert c.kind == MINIMUM
    assert hw.curvature(lambda x: np.abs(10 * x - 3) + x, 0.3 + 1e-10).kind != MINIMUM


def least_absolute_deviations(X, y):
    n, m = X.shape
    costs = onp.concatenate([onp.zeros(2 * m), onp.ones(2 * n)])
    equations = onp.hstack([X, -X, onp.eye(n), -onp.eye(n)])
    found = linprog(costs, A_eq=equations, b_eq=y).x
    return found[:m] - found[m : 2 * m]


@pytest.mark.parametrize("m", [3, 13, 40])
def test_the_vertex_that_solves_an_l1_regression(m):
    rng = onp.random.default_rng(m)
    X = rng.normal(size=(3 * m, m))
    y = X @ rng.normal(size=m) + rng.laplace(size=3 * m)
    w = least_absolute_deviations(X, y)
    f = lambda w: np.sum(np.abs(np.dot(X, w) - y))
    c = hw.curvature(f, w)
    assert (c.label, c.kind) == ("undefined", MINIMUM)
    assert f"and {m - 1} more: " in c.reason
    other = onp.linalg.solve(X[:m], y[:m])  # a vertex too, and no solution
    assert hw.curvature(f, other).kind == "kink"


@pytest.mark.parametrize("n", [3, 13, 40])
def test_a_lasso_with_some_weights_at_zero(n):
    """Soft thresholding in closed form (Tibshirani, 1996)."""
    target = onp.linspace(-2, 2, n)
    w = onp.sign(target) * onp.maximum(onp.abs(target) - 0.5, 0)
    f = lambda w: np.sum((w - target) ** 2) + np.sum(np.abs(w))
    assert hw.curvature(f, w).kind == MINIMUM
    assert hw.curvature(f, onp.where(w == 0, 0.0, w + 1e-3)).kind == "kink"


def test_a_support_vector_machine():
    """Two data on the margin, λ of each between 0 and 1: the solution of two linear equations."""
    X = onp.array([[1.0, 2.0], [-1.5, 0.5], [2.0, -0.25]])
    t = onp.array([1.0, -1.0, 1.0])
    G = X[:2] * t[:2, None]
    shares = onp.linalg.solve(G @ G.T, onp.ones(2))
    assert onp.all((shares > 0) & (shares < 1))
    w = G.T @ shares
    assert t[2] * (X[2] @ w) > 1
    hinge = lambda w: np.sum(w**2) / 2 + np.sum(relu(1 - t * np.dot(X, w)))
    assert hw.curvature(hinge, w).kind == MINIMUM


def test_a_network_with_a_unit_at_zero():
    rng = onp.random.default_rng(5)
    X, y = rng.normal(size=(6, 2)), rng.normal(size=6)

    def loss(p):
        hidden = relu(np.dot(X, np.reshape(p[:6], (3, 2)).T))
        return np.mean((np.dot(hidden, p[6:]) - y) ** 2)

    p = rng.normal(size=9)
    assert hw.curvature(loss, p).label == "not stationary"
    p[:2] = X[0, 1], -X[0, 0]  # the first unit is at zero for the first datum
    c = hw.curvature(loss, p)
    assert (c.label, c.kind) == ("undefined", "kink")
    assert "a kink of maximum at line " in c.reason


def test_a_slope_and_a_second_derivative_that_jumps():
    """The gradient is one, and the label stays: only the Hessian is that of neither side."""
    c = hw.curvature(lambda x: x + relu(x) ** 2, 0.0)
    assert c.label == "not stationary"
    assert "the second derivatives jump at a kink of maximum at line" in c.reason


@pytest.mark.parametrize("b", [0.0, 1.0])
def test_pieces_that_fit_together_are_no_kink(b):
    """What autograd says at a place where its rules meet is another matter: 1/4 of each relu's curvature."""
    c = hw.curvature(lambda x: relu(x) ** 2 + relu(-x) ** 2 + b * x, 0.0)
    assert "kink" not in c.reason
    softplus = lambda x: relu(x) + np.log1p(np.exp(-np.abs(x)))
    assert "kink" not in hw.curvature(lambda x: softplus(x) + b * x, 0.0).reason


def test_a_smooth_function_has_its_label_for_its_kind():
    c = hw.curvature(lambda x, y: x**2 - y**2, (0.0, 0.0))
    assert c.kind == c.label == "saddle"
    assert hw.curvature(lambda x: x**4, 0.0).kind == "minimum"


def test_a_branch_of_python_is_a_kink_too():
    c = hw.curvature(lambda x: x if x > 0 else -x, 0.0)
    assert c.kind == "minimum at a kink"


@pytest.mark.parametrize("t", [0.3, 1.0, 2.5, 4.0, 5.9])
@pytest.mark.parametrize(
    ("function", "curve"),
    [
        (lambda x, y: np.abs(x**2 + y**2 - 1), lambda t: (onp.cos(t), onp.sin(t))),
        (lambda x, y: np.abs(x * y - 1), lambda t: (t, 1 / t)),
        (lambda x, y: -np.abs(y - np.exp(x)), lambda t: (t, onp.exp(t))),
        (lambda x, y: 7e5 * np.abs(y - np.sin(x)), lambda t: (t, onp.sin(t))),
    ],
)
def test_an_extremum_along_a_curved_kink_is_weak(function, curve, t):
    """What cancels along the curve leaves rounding, which is no curvature."""
    c = hw.curvature(function, curve(t))
    assert c.label == "undefined"
    assert c.kind.endswith("imum along a kink"), c.reason


def test_long_chains_of_nested_switches_are_left_open():
    c = hw.curvature(lambda v: np.sum(np.sort(v) * onp.linspace(-1, 1, 13)), onp.zeros(13))
    assert c.kind == "undecided at a kink"


@pytest.mark.parametrize("sign", [1.0, -1.0])
@pytest.mark.parametrize(
    ("f", "point"),
    [
        (lambda x, y: np.abs(x**2 + y**2 - 1), (0.6, 0.8)),
        (lambda x, y: np.abs(y - np.sin(x)) + 3.0, (0.7, onp.sin(0.7))),
        (lambda x, y, z: np.abs(x * y - z) + np.abs(x - 1), (1.0, 2.0, 2.0)),
    ],
)
def test_where_f_is_level_along_a_kink_an_extremum_is_weak(f, point, sign):
    found = hw.curvature(lambda v: sign * f(*v), onp.array(point))
    assert found.kind == ("minimum along a kink" if sign > 0 else "maximum along a kink")
    assert "one of many" in found.reason


@pytest.mark.parametrize("change", [1e-3, -1e-3])
def test_an_extremum_that_is_level_to_second_order_only_is_not_weak(change):
    found = hw.curvature(lambda x, y: np.abs(y - np.sin(x)) + change * (x - 0.7) ** 4, (0.7, onp.sin(0.7)))
    assert found.kind == "undecided at a kink"


def huber(x):
    return x**2 / 2 if abs(x) <= 1 else abs(x) - 0.5


def rectified(x):
    return x if x > 0 else 0.0


@pytest.mark.parametrize(
    ("function", "point", "kind"),
    [
        (lambda x, y: max(x + y, -x, -y), (0.0, 0.0), "minimum at a kink"),
        (lambda x, y: max(max(x + y, -x), -y), (0.0, 0.0), "minimum at a kink"),
        (lambda x, y: max(x, y, -x - y), (0.0, 0.0), "minimum at a kink"),
        (lambda x, y: max(x - 0.3, 0.3 - x) + y**2, (0.3, 0.0), "minimum at a kink"),
        (lambda x, y: rectified(x) + rectified(-x) + y**2, (0.0, 0.0), "minimum at a kink"),
        (lambda x, y: min(x + y, -x, -y), (0.0, 0.0), "maximum at a kink"),
        (lambda x, y: x**2 + y**2 if y <= 0 else x**2 - 3 * y**2, (0.0, 0.0), "saddle at a kink"),
        (lambda x, y: huber(x) + huber(y), (1.0, 0.0), "not stationary"),
        (lambda x, y: huber(x) + huber(y), (1.0, -1.0), "not stationary"),
        (lambda x, y: huber(x - 1) + huber(y + 0.5) + huber(x - y), (0.0, 1.0), "not stationary"),
    ],
    ids=["max", "nested", "turned", "two sides", "rectified", "min", "bent", "huber", "two hubers", "three"],
)
def test_where_branches_of_python_meet_nothing_is_called_what_it_is_not(function, point, kind):
    c = hw.curvature(function, point)
    assert c.kind == kind, c.reason
    assert "jumps" not in c.reason
