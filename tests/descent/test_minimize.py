"""`hw.minimize`: what a path holds, why it ends, and what is said of a bad call."""

import html

import autograd.numpy as np
import numpy as onp
import pytest

import hesswidget as hw
from hesswidget.descent.convergence import MEASURES
from hesswidget.descent.methods import METHODS


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
    assert str(path).startswith("bfgs on rosenbrock: converged at a minimum: |∇f| =")
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
        (lambda x: np.sqrt(x), 1.0, {"method": "gradient-descent", "rate": 3.0}, "came to where f is not"),
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
        (lambda x: x**2, 0.0, {}, "converged without a step at a minimum: |∇f| = 0"),
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
        ({"method": 7}, "method is 7; give a start of several numbers as one"),
        ({"method": "adam", "rate": -1.0}, "rate is -1.0; it takes a number"),
        ({"method": "adam", "rate": "fast"}, "rate is 'fast'; it takes a number"),
        ({"method": "adam", "rate": float("nan")}, "rate is nan"),
        ({"method": "adam", "rate": 10**400}, "rate is 1000"),
        ({"steps": -1}, "steps is -1; it takes a whole number"),
        ({"steps": 10**9}, "takes a whole number from 0 to 100,000"),
        ({"steps": True}, "steps is True"),
        ({"tolerance": None}, "tolerance is None"),
        ({"rate": 0.1}, "newton has no hyperparameter 'rate', only line_search; gradient-descent, silver"),
        ({"method": "damped-newton", "clipping": 1}, "only damping, line_search; sophia has it."),
        ({"method": "scipy:BFGS", "rate": 0.1}, "no hyperparameter 'rate', nor any other"),
        ({"method": "adam", "line_search": "exact"}, "adam has no hyperparameter 'line_search', only rate"),
        ({"method": "adam", "momentun": 0.1}, "did you mean 'momentum'"),
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


def test_method_and_steps_may_stand_at_their_places():
    given = hw.minimize(rosenbrock, (-1.2, 1.0), "bfgs", 9)
    assert (given.method, len(given)) == ("bfgs", 10)
    run = hw.train(hw.models.mlp(widths=[1, 3, 1]), None, "adam", 0.1, 50)
    assert (run.method, run.steps[-1]) == ("adam", 50)


def test_the_limit_of_an_order_fits_the_path():
    path = hw.minimize(rosenbrock, (-1.2, 1.0))
    with pytest.raises(hw.ProblemError, match="the limit has 1 values; the path has 2 variables"):
        path.order(limit=[1.0])
    with pytest.raises(hw.ProblemError, match="it takes 'distance', 'value' or 'gradient'"):
        path.order(of="time")


def test_an_order_says_of_what_it_is():
    path = hw.minimize(lambda x: x**4, 1.0, steps=60, tolerance=0.0)
    of = {
        of: path.order(None if of == "gradient" else (0.0 if of == "value" else [0.0]), of) for of in MEASURES
    }
    for name, power in (("distance", 1), ("gradient", 3), ("value", 4)):
        assert of[name].kind == "linear"
        assert of[name].value == pytest.approx((2 / 3) ** power, rel=1e-6)
    assert [str(of[name]).split(":")[0] for name in MEASURES] == [
        "f − f_min",
        "|∇f|",
        "distance to the limit",
    ]
    for bad in ({"of": "steps"}, {"of": 3}, {"of": "gradient", "limit": [0.0]}):
        with pytest.raises(hw.ProblemError, match=r"it takes 'distance', 'value' or 'gradient'|leave it out"):
            path.order(**bad)


def test_the_methods_print_as_a_table_and_are_still_a_tuple():
    listed = hw.methods()
    assert isinstance(listed, tuple)
    assert [method.name for method in listed] == list(METHODS)
    assert listed[0] is METHODS["gradient-descent"]
    head, *rows, note = str(listed).splitlines()
    assert repr(listed) == str(listed)
    assert len(rows) == len(listed)
    assert "two" in note
    table = listed._repr_html_()
    for method, row in zip(listed, rows, strict=True):
        assert row.startswith(method.name)
        assert row.endswith(method.source)
        assert row.index(method.source) == head.index("source")
        for name in method.hyperparameters:
            assert name in row
        assert html.escape(method.source) in table
        for n in (2, 50):  # the cost is what it says: so much, and so much for each variable
            fixed, _, each = row[head.index("cost") :].split("  ")[0].partition(" + ")
            said = float(fixed) + (float(each.removesuffix(" n")) * n if each else 0.0)
            assert said == pytest.approx(method.cost(n), abs=0.01)


@pytest.mark.parametrize(("momentum", "centre"), [(0.9, 0.0), (0.5, -7.0)], ids=["long waves", "short waves"])
def test_the_order_of_waves_is_the_ratio_of_their_peaks(momentum, centre):
    """Polyak (1964): the roots of heavy ball's characteristic polynomial have the modulus √β where they are complex."""
    path = hw.minimize(
        lambda x: (x - centre) ** 2, centre + 2.0, method="heavy-ball", rate=0.1, momentum=momentum, steps=400
    )
    for of, power in (("distance", 1), ("gradient", 1), ("value", 2)):
        found = path.order(of=of)
        assert found.kind == "waves"
        assert abs(found.value / momentum ** (power / 2) - 1) < 0.02, of


def test_the_ratio_of_values_is_known_before_their_limit_is():
    path = hw.minimize(
        lambda x, y: x**2 / 2 + 5 * (y - 3) ** 2 + 1, (1.0, 4.0), method="gradient-descent", rate=0.1
    )
    assert path.end == "not stationary"
    assert str(path.order(of="value")) == "fall of f in a step: linear, each error 0.81 of the one before"
