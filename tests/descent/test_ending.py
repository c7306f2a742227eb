"""What a path's end is called: a minimum, a saddle, a maximum, or on the way to infinity."""

import autograd.numpy as np
import numpy as onp
import pytest

import hesswidget as hw
from hesswidget.derivatives.traced import TracedFunction, TracedProblem
from hesswidget.descent import ending
from hesswidget.descent.outcome import CONVERGED, GOES_ON, RUNS_AWAY
from hesswidget.problem.problem import Problem
from hesswidget.second_derivative_test.tolerances import Tolerances
from unrecorded import zero

AWAY = {
    "exponential": (lambda x: np.exp(-x), 0.0),
    "exponential, shifted": (lambda x: np.exp(-(x - 1e6)), 1e6),
    "exponential, slow": (lambda x: np.exp(-x / 1000), -5.0),
    "bell": (lambda x: np.exp(-(x**2)), 1.0),
    "witch": (lambda x: 1 / (1 + x**2), 3.0),
    "softplus": (lambda x: np.log(1 + np.exp(-x)), 0.0),
    "separable classes": (
        lambda w: np.sum(np.log(1 + np.exp(-np.array([1.0, 2.0, 0.5]) * w[0]))),
        np.zeros(1),
    ),
}


@pytest.mark.parametrize("method", ["newton", "damped-newton", "bfgs", "l-bfgs"])
@pytest.mark.parametrize("name", AWAY)
def test_a_path_to_infinity_has_not_converged(name, method):
    function, start = AWAY[name]

    def scaled(x, factor=1.0):
        return factor * function(x)

    for factor in (1.0, 1e-9, 1e9):
        path = hw.minimize(scaled, start, method=method, steps=400, factor=factor)
        if path.gradient_norms[-1] == 0:  # in float64 f is constant there
            assert path.end == "degenerate"
        else:
            assert (path.converged, path.end) == (False, "not stationary"), path.reason
            assert path.reason.startswith(
                ("runs away: |∇f| = ", "broke down", "diverged", "stands still", "stopped")
            )
    assert name in ("bell", "witch") or "only flattens out" in path.reason or path.gradient_norms[-1] == 0


@pytest.mark.parametrize(
    ("function", "start", "method", "end"),
    [
        (lambda x, y: x**2 + y**2, (1.0, 0.5), "newton", "minimum"),
        (lambda x, y: x**2 - y**2, (1.0, 0.5), "newton", "saddle"),
        (lambda x, y: -(x**2) - y**2, (1.0, 0.5), "newton", "maximum"),
        (lambda x, y: x**2 - y**2, (1.0, 0.0), "gradient-descent", "saddle"),
        (lambda x, y: x**2 + 0.0 * y, (1.0, 0.5), "gradient-descent", "degenerate"),
        (lambda x, y: np.cos(x) + np.cos(y), (0.1, 0.2), "newton", "maximum"),
        (lambda x, y: np.cos(x) + np.cos(y), (0.1, 0.2), "saddle-free-newton", "minimum"),
    ],
    ids="minimum saddle maximum saddle-by-gradients degenerate maximum-of-cosines minimum-of-cosines".split(),
)
@pytest.mark.parametrize(
    "units", [(1.0, 1.0, 0.0), (1e-9, 1.0, 7.0), (1e9, 1.0, -3.0)], ids="one small large".split()
)
def test_an_end_is_called_what_it_is(function, start, method, end, units):
    factor, _, aside = units
    given = {"rate": 0.2 / factor} if method == "gradient-descent" else {}
    path = hw.minimize(
        lambda x, y: factor * function(x - aside, y + aside),
        (start[0] + aside, start[1] - aside), method=method, steps=300, **given,
    )  # fmt: skip
    assert (path.converged, path.end) == (True, end), path.reason
    said = "a degenerate point" if end == "degenerate" else f"a {end}"
    assert path.reason.startswith(f"converged at {said}: |∇f| = ")
    assert f"at {said}" in str(path)
    assert path.to_dict()["end"] == end


GAUGED = {
    "global minima": (hw.models.matrix_factorization(onp.outer([1.0, 2, 3], [1.0, 2]), rank=1), "degenerate"),
    "noise that a fit leaves": (hw.models.matrix_factorization(), "saddle"),
    "autoencoder": (hw.models.linear_autoencoder(onp.diag([3.0, 2.0, 1.0]), hidden=2), "degenerate"),
    "separate weights": (hw.models.linear_regression(), "minimum"),
}


@pytest.mark.parametrize(
    ("name", "method"),
    [
        ("global minima", "levenberg-marquardt"),
        ("noise that a fit leaves", "newton"),
        ("autoencoder", "bfgs"),
        ("separate weights", "newton"),
    ],
)
def test_an_end_has_the_class_that_curvature_has_for_it(name, method):
    """Eigenvalues of a symmetry are rounding noise, of either sign."""
    model, end = GAUGED[name]
    path = hw.minimize(model, method=method, steps=400)
    assert path.converged, path.reason
    assert path.end == hw.curvature(model, path.points[-1]).label == end, path.reason


@pytest.mark.parametrize("power", [4, 6, 8])
def test_a_flat_minimum_is_not_taken_for_infinity(power):
    path = hw.minimize(lambda x: (x - 1) ** power, 3.0, steps=400)
    assert path.converged, path.reason


@pytest.mark.parametrize("scale", [1e-9, 1.0, 1e9])
@pytest.mark.parametrize("method", ["newton", "gradient-descent", "bfgs"])
def test_it_has_converged_by_what_it_was_at_its_start_whatever_the_unit_of_f(method, scale):
    given = {"rate": 0.3 / scale} if method == "gradient-descent" else {}
    path = hw.minimize(lambda x: scale * (x**2 + x**4 / 4), 1.0, method=method, steps=300, **given)
    assert path.converged
    first, last = path.gradient_norms[[0, -1]]
    assert last <= 1e-10 * first
    assert abs(path.points[-1, 0]) < 1e-9


@pytest.mark.parametrize("at", [0.1, 1 / 3, 1e6 / 7])
@pytest.mark.parametrize("method", ["newton", "gradient-descent", "bfgs", "adam", "scipy:BFGS"])
def test_a_path_may_start_where_it_ends(method, at):
    path = hw.minimize(lambda x: (x - at / 3 - 2 * at / 3) ** 2 + 1, at, method=method, steps=20)
    assert path.converged, path.reason
    assert path.end == "minimum"


def test_ends_are_the_same_in_a_race_recorded_or_not():
    saddle = lambda x, y: x**2 - y**2 + 0.1 * np.sin(x)
    unrecorded = lambda x, y: saddle(x, y) + zero(y)
    races = [
        hw.descend(f, (1.0, 0.3), methods=["newton", "gradient-descent"], steps=60, x=(-2, 2), y=(-2, 2))
        for f in (saddle, unrecorded)
    ]
    assert [w.engine for w in races] == ["browser", "kernel"]
    for w in races:
        assert [path.end for path in w.paths] == ["saddle", "not stationary"]
        found = w._view.computation.compute(w.point, w.parameters, w.shown)
        assert found["path_ends"].tolist() == [1.0, 4.0]
        assert onp.isfinite(found["path_limits"]).all(axis=1).tolist() == [True, False]
        onp.testing.assert_allclose(found["path_limits"][0], w.paths[0].limit, rtol=1e-15, atol=1e-15)
    programs = races[0]._view.computation._recorded.at(races[0].parameters)
    for path, label in zip(races[0].paths, (1.0, 4.0), strict=True):
        end = {"point": path.points[-1], "parameters": [0.01]}
        judged = programs.executable("ending")(status=np.array(GOES_ON), **end)
        assert judged["label"] == label
        assert path.limit is None or onp.allclose(judged["limit"], path.limit, rtol=1e-15, atol=1e-15)
        assert programs.executable("end tested")(**end)["label"] == label


@pytest.mark.parametrize(
    "tail", [lambda x: np.exp(-x), lambda x: 1 / (1 + x**2)], ids=["exponential", "power"]
)
def test_what_has_not_converged_needs_no_look_at_where_f_goes(tail):
    traced = TracedProblem.of(Problem.at(tail, 3.0, None, {}))
    f, point = TracedFunction(traced, np.array([])), np.array([3.0])
    whole = ending.ending(f, CONVERGED, point, Tolerances())
    assert whole.status == RUNS_AWAY
    assert whole.label == ending.tested(f, point, Tolerances()).label == ending.NOT_STATIONARY
    assert ending.judged(f, GOES_ON, point[None]) == (GOES_ON, "not stationary", None)
    assert ending.judged(f, CONVERGED, point[None]) == (RUNS_AWAY, "not stationary", None)
    assert onp.isnan(whole.limit).all()


def test_what_the_function_raises_where_a_path_ends_is_said():
    def model(x, y):
        if x > 2:
            raise ValueError("no such mixture")
        return -(x**2) + y**2

    for method in ("gradient-descent", "scipy:BFGS"):
        path = hw.minimize(
            model, (1.0, 1.0), method=method, steps=50, **({"rate": 0.3} if method[0] == "g" else {})
        )
        assert not path.converged
        assert "no such mixture" in path.reason
    w = hw.descend(model, (1.0, 1.0), methods=["gradient-descent"], rate=(0.0, 1.0), parameters={"rate": 0.3})
    assert "no such mixture" in w.paths[0].reason
    assert "no such mixture" in hw.path([[1.0, 1.0], [3.0, 1.0]], model).reason


def test_what_a_step_raises_on_its_way_is_said():
    def step(f, x):
        if x[0] < 0.3:
            raise RuntimeError("out of fuel")
        return 0.5 * x

    path = hw.minimize(lambda x: x**2, 1.0, method=step)
    assert path.reason.startswith("broke down at step 3")
    assert "out of fuel" in path.reason


def test_the_end_of_many_variables_is_not_judged():
    path = hw.minimize(lambda w: np.sum(w**2), np.ones(300), method="gradient-descent", rate=0.3)
    assert (path.converged, path.end) == (True, "")
    assert onp.isfinite(path.values).all()


@pytest.mark.parametrize(
    ("function", "start", "end"),
    [
        (lambda x, y: x**2 + y**2 if y <= 0 else x**2 - 3 * y**2, (1.0, -0.5), "undefined"),
        (lambda x, y: x**2 + np.where(y <= 0, y**2, -3 * y**2), (1.0, -0.5), "undefined"),
        (lambda x, y: x**2 + y**2 if x >= 0 else x**2 + y**2 - 1, (1.0, 0.5), "undefined"),
        (lambda x, y: x**2 + y**2, (1.0, 0.5), "minimum"),
    ],
    ids=["branch", "where", "jump", "smooth"],
)
def test_an_end_at_a_kink_is_not_called_by_one_side_of_it(function, start, end):
    path = hw.minimize(function, start, method="newton")
    assert path.end == end, path.reason
    assert ("minimum" in path.reason) == (end == "minimum")


@pytest.mark.parametrize("method", ["newton", "bfgs"])
@pytest.mark.parametrize(
    "function",
    [
        lambda x, y: 1 / (1 + x**2) + y**2,
        lambda x, y: np.exp(-x) + 4 * y**2,
    ],
    ids=["cauchy", "exp"],
)
def test_a_path_that_runs_away_in_one_of_two_variables_has_not_converged(function, method):
    path = hw.minimize(function, (1.0, 0.5), method=method)
    assert not path.converged, path.reason


TURNED = np.array([[np.cos(0.7), np.sin(0.7)], [-np.sin(0.7), np.cos(0.7)]])
TAILS = {
    "arctan": lambda t: -np.arctan(t),
    "cauchy": lambda t: 1 / (1 + t**2),
    "power": lambda t: (1 + t**2) ** -0.25,
    "logarithm": lambda t: 1 / np.log(2 + t**2),
    "exponential": lambda t: np.exp(-t),
}


@pytest.mark.parametrize("method", ["newton", "bfgs", "l-bfgs", "trust-region", "nonlinear-cg"])
@pytest.mark.parametrize("tail", TAILS)
def test_a_tail_beside_a_bowl_is_a_tail_in_whatever_coordinates(tail, method):
    for turn, aside in ((onp.eye(2), 0.0), (onp.eye(2), 30.0), (TURNED, 0.0)):

        def f(w, turn=turn, aside=aside):
            t, u = np.dot(turn, w - aside)
            return TAILS[tail](t) + u**2

        path = hw.minimize(f, np.array([1.0, 0.5]) + aside, method=method, steps=400)
        assert not path.converged, path.reason


@pytest.mark.parametrize("method", ["newton", "bfgs"])
@pytest.mark.parametrize(
    ("bowls", "aside", "scale", "factor"),
    [(0, 0.0, 1.0, 1.0), (2, 5.0, 1e3, 1e-6)],
    ids=["alone", "beside bowls"],
)
@pytest.mark.parametrize("tails", [3, 6])
@pytest.mark.parametrize("tail", TAILS)
def test_several_tails_are_tails_in_whatever_coordinates_and_units(
    tail, tails, bowls, aside, scale, factor, method
):
    n = tails + bowls
    turn, _ = onp.linalg.qr(onp.random.default_rng(n).normal(size=(n, n)))

    def f(w):
        t = np.dot(turn, w - aside) / scale
        return factor * (np.sum(TAILS[tail](t[:tails])) + np.sum(t[tails:] ** 2))

    start = onp.linspace(0.6, 2.5, n)  # each as far down its own as another is not
    path = hw.minimize(f, scale * (turn.T @ start) + aside, method=method, steps=400)
    assert not path.converged, path.reason


@pytest.mark.parametrize("method", ["newton", "damped-newton", "bfgs", "l-bfgs", "trust-region"])
@pytest.mark.parametrize("features", [2, 5, 10])
def test_classes_that_a_plane_separates_have_no_best_weights(features, method):
    """The loss falls exponentially along as many directions as there are samples (Albert and Anderson, 1984)."""
    random = onp.random.default_rng(features)
    samples, weights = random.normal(size=(4 * features, features)), random.normal(size=features)
    signed = samples * onp.sign(samples @ weights)[:, None]
    path = hw.minimize(
        lambda w: np.mean(np.log1p(np.exp(-np.dot(signed, w)))), onp.zeros(features), method=method, steps=400
    )
    assert not path.converged, path.reason


@pytest.mark.parametrize("method", ["newton", "bfgs", "l-bfgs", "trust-region", "gradient-then-newton"])
@pytest.mark.parametrize(
    "function",
    [
        lambda x, y: x**2 + 0.0 * y,
        lambda x, y: (x + y - 2) ** 4,
        lambda x, y: (x * y - 1) ** 2,
        lambda x, y: x**2 + 1e-14 * (y - 1e3) ** 2,
        lambda x, y: (x - 1e5) ** 4 + (y - 1e5) ** 2,
        lambda x, y: np.maximum(0.0, 1 - x) ** 4 + y**2,
        lambda x, y: (x**2 + y**2 - 1) ** 2,
    ],
    ids=["gutter", "line of fourth order", "hyperbola", "long valley", "far", "plateau", "circle"],
)
def test_what_is_flat_and_has_an_end_is_no_tail(function, method):
    for turn, start in ((onp.eye(2), (1.3, 0.5)), (TURNED, (1.3, 0.5)), (TURNED, (-2.0, 3.0))):
        path = hw.minimize(
            lambda w, turn=turn: function(*np.dot(turn, w)), onp.array(start), method=method, steps=400
        )
        assert "runs away" not in path.reason, path.reason


@pytest.mark.parametrize("factor", [1e200, 1e-200], ids=["large", "small"])
def test_a_gradient_has_a_norm_whose_entries_have_no_squares(factor):
    path = hw.minimize(lambda x, y: factor * (3 * x + 4 * y), (1.0, 1.0), method="gradient-descent", rate=0.0)
    onp.testing.assert_allclose(path.gradient_norms, 5 * factor, rtol=1e-14)
    assert f"5e{'200' if factor > 1 else '-200'}" in str(path)


TURN = onp.linalg.qr(onp.random.default_rng(3).normal(size=(3, 3)))[0]


@pytest.mark.parametrize("scale", [1e-6, 1.0, 1e6])
@pytest.mark.parametrize(
    ("method", "curvatures"),
    [
        *[("newton", curvatures) for curvatures in [(-1.0, 2.0, 5.0), (-1.0, -3.0, -2.0)]],
        *[
            (method, (1.0, 2.0, 5.0))
            for method in ("newton", "saddle-free-newton", "gradient-descent", "bfgs")
        ],
        ("scipy:BFGS", (1.0, 2.0, 5.0)),
    ],
)
def test_where_its_class_is_certain_the_limit_is_known_better_than_by_the_last_point(
    method, curvatures, scale
):
    at = onp.array([1 / 3, -20 / 7, 0.0])

    def bent(x):
        u = TURN @ (x - at)
        return scale * (np.sum(np.array(curvatures) * u**2) / 2 + np.sum(u**3) / 7 + np.sum(u**4))

    rate = {"rate": 0.2 / scale} if method == "gradient-descent" else {}
    path = hw.minimize(bent, at + 0.1, method=method, tolerance=1e-8, **rate)
    assert path.end in ("minimum", "saddle", "maximum"), path.reason
    left, refined = (onp.linalg.norm(x - at) for x in (path.points[-1], path.limit))
    assert refined <= max(1e-2 * left, 1e-14)
    assert path.to_dict()["limit"] == path.limit.tolist()


def test_where_its_class_is_not_certain_no_limit_is():
    for function, start, given in [
        (lambda x: x**4, 1.0, {}),
        (lambda x: np.exp(-x), 0.0, {}),
        (lambda x: x**2, 3.0, {"method": "gradient-descent", "rate": 0.01, "steps": 5}),
        (lambda x: x**2, 3.0, {"method": "gradient-descent", "rate": 5.0}),
        (lambda x, y, z: x**2 - y**2 + (z - 0.7) ** 4, (1.0, 0.5, 1.0), {"steps": 60, "tolerance": 0.0}),
    ]:
        path = hw.minimize(function, start, **given)
        assert path.limit is None
        assert path.to_dict()["limit"] is None


@pytest.mark.parametrize("at", [0.0, 1 / 3, -2e3 / 7])
@pytest.mark.parametrize("away", [0.1, -0.3, 0.6])
def test_a_path_of_few_steps_has_its_order(at, away):
    raced = hw.descend(lambda x: 7 * (np.exp(x - at) - x), at + away, x=(at - 1, at + 1), methods=["newton"])
    path = raced.paths[0]
    assert 3 <= len(path) - 1 <= 5
    found = raced._view.computation.compute(raced.point, raced.parameters, raced.shown)
    assert 1.9 < path.order().value < 2.1
    assert 1.9 < found["distance_orders"][0, 1] < 2.1
