"""The race of descent methods: what it computes, whoever computes it; what it takes, and what it says of all else."""

from __future__ import annotations

import ast
import pickle
import re
from pathlib import Path

import autograd.numpy as np
import ipywidgets
import numpy as onp
import pytest

import hesswidget as hw
from hesswidget.descent import ending, outcome
from hesswidget.descent.methods import METHODS
from hesswidget.explorers import race_paths
from hesswidget.explorers.precomputed import states
from hesswidget.landscape.plane import Plane
from unrecorded import zero

START = (-1.2, 1.0)


def rosenbrock(x, y, b=100.0):
    return (1 - x) ** 2 + b * (y - x**2) ** 2


def race(w, point=None, **given):
    at = w.point if point is None else onp.array(point)
    given = {"seconds": onp.inf, **given}  # however busy the machine is
    return w._view.computation.race(at, w.parameters, Plane.first(w.shown, at), **given)


def test_its_paths_are_those_of_minimize_at_the_present_state():
    w = hw.descend(
        rosenbrock, START, methods=["gradient-descent", "bfgs", "adam"], b=(1.0, 200.0), rate=(0.0, 0.1)
    )
    w.set(x=0.5, b=10.0, rate=0.02)
    for path in w.paths:
        given = {"rate": 0.02} if path.method != "bfgs" else {}
        alone = hw.minimize(rosenbrock, (0.5, 1.0), method=path.method, steps=200, b=10.0, **given)
        assert (path.reason, path.cost[-1]) == (alone.reason, alone.cost[-1])
        onp.testing.assert_allclose(path.points, alone.points, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("name", METHODS)
def test_every_method_races_in_the_page(name):
    w = hw.descend(rosenbrock, START, methods=[name], steps=12)
    assert w.engine == "browser", w.engine_reason
    found = race(w)
    (path,) = w.paths
    count = len(path)
    assert found["counts"][0] == count
    onp.testing.assert_allclose(found["path_points"][0, :count], path.points, rtol=1e-12)
    assert onp.isnan(found["path_points"][0, count:]).all()
    onp.testing.assert_allclose(found["path_costs"][0, :count], path.cost, rtol=1e-12)
    has_model = METHODS[name].model is not None or METHODS[name].model_of is not None
    assert onp.isfinite(found["curvature_model"]).all() == has_model


def test_autograd_computes_what_was_recorded():
    unrecorded = lambda x, y: rosenbrock(x, y) + zero(y)
    given = {"methods": ["newton", "sr1", "trust-region"], "x": (-2, 2), "y": (-1, 3), "steps": 15}
    by_programs, by_autograd = hw.descend(rosenbrock, START, **given), hw.descend(unrecorded, START, **given)
    assert (by_programs.engine, by_autograd.engine) == ("browser", "kernel")
    for step in (None, 0, 3):
        one, other = (race(w, followed=1, step=step) for w in (by_programs, by_autograd))
        assert one.keys() == other.keys()
        for name in (
            "path_points",
            "path_costs",
            "statuses",
            "curvature_model",
            "difference",
            "hessian",
            "left_value",
            "proposed",
            "trials",
            "accepted",
            "model_values",
        ):
            onp.testing.assert_allclose(one[name], other[name], rtol=1e-7, atol=1e-9)


def test_the_frame_is_at_the_step_of_the_path_that_is_followed():
    w = hw.descend(rosenbrock, START, methods=["newton", "bfgs"])
    _, bfgs = w.paths
    found = race(w, followed=1, step=4)
    onp.testing.assert_allclose(found["point"], bfgs.points[4])
    c = hw.curvature(rosenbrock, tuple(bfgs.points[4]))
    onp.testing.assert_allclose(found["hessian"], c.hessian, rtol=1e-12)
    onp.testing.assert_allclose(found["difference"], bfgs.curvature_models[4] - c.hessian, rtol=1e-9)
    assert found["secant_residual"] < 1e-12
    onp.testing.assert_allclose(race(w, followed=1, step=999)["point"], bfgs.points[-1])


def test_what_converges_is_measured_for_all_paths_together():
    w = hw.descend(rosenbrock, START, methods=["newton", "gradient-descent"], parameters={"rate": 1e-3})
    found = race(w)
    newton, descent = w.paths
    lowest = min(newton.values.min(), descent.values.min())
    onp.testing.assert_allclose(found["left_value"][1], descent.values - lowest)
    onp.testing.assert_allclose(found["left_gradient"][1], descent.gradient_norms)
    onp.testing.assert_allclose(newton.limit, [1.0, 1.0], rtol=1e-15)
    away = onp.linalg.norm(newton.points - newton.limit, axis=1)
    onp.testing.assert_allclose(found["left_distance"][0, : len(away)], away)


def test_one_slider_moves_a_hyperparameter_of_all_who_have_it_and_a_pair_holds_its_own():
    w = hw.descend(
        rosenbrock, START, methods=["heavy-ball", "adam", ("adam", {"rate": 0.3})], rate=(0.0, 0.1)
    )
    assert {"rate", "momentum", "decay", "epsilon", "b"} == set(w.parameters)
    w.rate = 0.05
    w.momentum = 0.5
    heavy, adam, held = w.paths
    onp.testing.assert_allclose(
        adam.points, hw.minimize(rosenbrock, START, method="adam", rate=0.05, momentum=0.5, steps=200).points
    )
    onp.testing.assert_allclose(
        held.points, hw.minimize(rosenbrock, START, method="adam", rate=0.3, momentum=0.5, steps=200).points
    )
    assert [path.method for path in w.paths] == ["heavy-ball", "adam", "adam, rate 0.3"]
    assert heavy.reason != adam.reason


def test_each_method_starts_at_its_published_default_unless_one_slider_is_asked_for():
    w = hw.descend(rosenbrock, START, methods=["gradient-descent", "adam", "hessian-free", "damped-newton"])
    values = {name: w.parameters[name] for name in ("rate", "rate_adam", "damping", "damping_damped_newton")}
    assert values == {"rate": 0.01, "rate_adam": 0.001, "damping": 1.0, "damping_damped_newton": 1e-8}
    w.rate_adam = 0.25
    _, adam, free, _ = w.paths
    onp.testing.assert_allclose(
        adam.points, hw.minimize(rosenbrock, START, method="adam", rate=0.25, steps=200).points
    )
    onp.testing.assert_allclose(
        free.points, hw.minimize(rosenbrock, START, method="hessian-free", steps=200).points
    )
    own = hw.descend(rosenbrock, START, methods=["gradient-descent", "adam"], rate_adam=(0.0, 0.5))
    assert own.problem.controls["rate_adam"].maximum == 0.5
    assert [racer["rate"] for racer in own._race["racers"]] == ["rate", "rate_adam"]


def test_a_step_of_one_s_own_races_with_its_own_sliders():
    def descent_with_decay(f, x, pace=0.001):
        return x - pace * f.gradient(x)

    w = hw.descend(
        rosenbrock, START, methods=["gradient-descent", descent_with_decay], parameters={"rate": 0.002}
    )
    assert w.engine == "browser"
    w.set(pace=0.002)
    theirs, own = w.paths
    onp.testing.assert_allclose(theirs.points, own.points)
    assert own.method == "descent_with_decay"


def test_anybody_s_path_races_and_stays_where_it_is():
    from scipy.optimize import minimize, rosen_der

    recorder = hw.PathRecorder(START)
    minimize(lambda x: rosenbrock(*x), START, jac=rosen_der, method="BFGS", callback=recorder)
    theirs = recorder.path(rosenbrock, method="SciPy's BFGS")
    w = hw.descend(rosenbrock, START, methods=["bfgs", theirs], b=(1.0, 200.0))
    assert w.engine == "browser", w.engine_reason
    for x, b in ((-1.2, 100.0), (0.5, 10.0)):
        w.set(x=x, b=b)
        _, path = w.paths
        assert path.method == "SciPy's BFGS"
        onp.testing.assert_allclose(path.points, theirs.points)
        onp.testing.assert_allclose(
            path.values, [rosenbrock(*point, b) for point in theirs.points], rtol=1e-12
        )
    assert path.reason.startswith(f"ended after {len(theirs) - 1} steps")
    assert w._problem["call"]["rest"]["methods"] == "['bfgs', ...]"


def test_a_path_s_own_models_are_under_the_microscope():
    theirs = hw.minimize(rosenbrock, START, method="dfp", steps=12)
    w = hw.descend(rosenbrock, (0.0, 0.0), methods=["newton", theirs])
    found = race(w, followed=1, step=5)
    onp.testing.assert_allclose(found["curvature_model"], theirs.curvature_models[5], rtol=1e-12)
    onp.testing.assert_allclose(found["point"], theirs.points[5])


def test_a_path_of_other_variables_says_so_and_the_others_run_on():
    w = hw.descend(rosenbrock, START, methods=["newton", hw.path([[0.0], [1.0]], method="a line")])
    newton, line = w.paths
    assert newton.converged
    assert line.reason == "a line has points of 1 variables; the function takes 2."


def raises(f, x):
    raise ValueError("no way")


def shortens(f, x):
    return x[:1]


@pytest.mark.parametrize(
    ("step", "reason"),
    [
        (lambda f, x: x * np.nan, "broke down at step 1: the step is not finite"),
        (shortens, "shortens returned the shape (1,); the next point has the shape (2,)."),
        (lambda f, x: None, "f returned nothing; it is to return the next point."),
        (raises, "raises raised ValueError: no way at line"),
        (lambda f, x: [None, 1], "f returned [None, 1]; the next point has real numbers."),
    ],
    ids=["not a number", "shape", "nothing", "raises", "no numbers"],
)
def test_a_step_that_cannot_be_taken_says_so_at_its_path_and_the_others_run_on(step, reason):
    w = hw.descend(rosenbrock, START, methods=["newton", step])
    newton, own = w.paths
    assert newton.converged
    assert reason in own.reason
    assert len(own) == 1
    assert w._race["racers"][1]["fault"] in ("", own.reason)


def test_a_step_that_fails_on_its_way_ends_its_path():
    def careful(f, x):
        if f.value(x) < 5:
            raise RuntimeError("far enough")
        return x - 0.001 * f.gradient(x)

    w = hw.descend(rosenbrock, START, methods=["newton", careful])
    assert w.engine == "kernel"
    newton, own = w.paths
    assert newton.converged
    assert "broke down" in own.reason
    assert len(own) > 1


def walled(x, y):
    if x < -1:
        raise ValueError("beyond the wall")
    return (x - 1) ** 2 + 3 * y**2


@pytest.mark.parametrize("few", range(4))
@pytest.mark.parametrize("engine", ["browser", "kernel"])
def test_where_a_function_raises_no_path_starts_and_all_else_is_drawn(engine, few):
    f = walled if engine == "browser" else (lambda x, y: walled(x, y) + zero(x))
    names = [*METHODS][few::4] + ([] if engine == "browser" else ["scipy:BFGS", "scipy:trust-exact"])
    there = hw.path([[-0.5, 0.0], [0.5, 0.5], [1.0, 0.2]], f, method="there")
    w = hw.descend(f, (0.5, 0.5), methods=[*names, there], steps=4, x=(-2, 2), y=(-2, 2))
    assert w.engine == engine
    for start in ((-1.5, 0.5), (0.5, 0.5)):
        w.point = onp.array(start)
        found, (*paths, other) = race(w), w.paths
        is_none = start[0] < -1
        assert onp.isnan(found["value"]) == is_none
        for path in paths:
            assert (len(path) == 1, "(begin elsewhere): " in path.reason) == (is_none, is_none), path.method
            assert ("ValueError: beyond the wall at line" in path.reason) >= is_none, path.method
        assert other.points.tolist() == there.points.tolist() == found["path_points"][-1][:3].tolist()
        reasons = w._view.computation.following.reasons(w.point, w.parameters, seconds=onp.inf)
        assert reasons == [path.reason for path in w.paths]


def test_a_figure_shows_what_can_be_drawn_where_no_path_starts():
    w = hw.descend(walled, (0.5, 0.5), methods=["newton", "bfgs"], x=(-2, 2), y=(-2, 2))
    for start in ((-1.5, 0.5), (0.5, 0.5)):
        w.point = onp.array(start)
        assert len(w.figure().axes) > 1


def test_a_page_that_has_no_number_where_a_function_raises_is_right():
    w = hw.descend(walled, (0.5, 0.5), methods=["newton"], x=(-2, 2), y=(-2, 2))
    sent = []
    w.send = lambda content, buffers=None: sent.append(content)
    for value, agrees in ((onp.nan, True), (1.0, False)):
        claims = onp.array([-1.5, 0.5]), onp.array(value), onp.full(2, onp.nan), onp.full((2, 2), onp.nan)
        w._answer(
            w, {"kind": "verify", "id": "v:1", "parameters": w.parameters}, [x.tobytes() for x in claims]
        )
        assert (sent[-1]["agrees"], w.engine) == (agrees, "browser")


def test_a_step_that_cannot_be_taken_at_one_start_is_taken_at_another():
    def careful(f, x):
        if x[0] < -1:
            raise RuntimeError("not from here")
        return x - 0.1 * f.gradient(x)

    w = hw.descend(
        lambda x, y: (x - 1) ** 2 + y**2, (-1.5, 0.5), methods=["newton", careful], x=(-2, 2), y=(-2, 2)
    )
    newton, own = w.paths
    assert newton.converged
    assert own.reason.startswith("broke down at step 1: careful raised RuntimeError: not from here at line")
    w.point = onp.array([0.5, 0.5])
    assert [path.converged for path in w.paths] == [True, True]


def test_a_step_may_lead_where_the_function_raises():
    w = hw.descend(walled, (0.5, 0.5), methods=[lambda f, x: x + np.array([-2.0, 0.0])], x=(-2, 2), y=(-2, 2))
    assert w.engine == "browser"
    (path,) = w.paths
    assert path.reason.startswith(
        "came to where f is not finite: after step 1: walled raised ValueError: beyond the wall"
    )
    assert race(w)["counts"].tolist() == [2.0]


@pytest.mark.parametrize(
    ("function", "methods", "reasons"),
    [
        (lambda x, y: np.log(x) + y**2, ["newton", "adam"], ["it starts where f is not finite"] * 2),
        (lambda x, y: x + y, ["newton", "adam"], ["broke down at step 1", "stopped after 200 steps"]),
        (lambda x, y: -(x**2) - y**2, ["gradient-descent", "newton"], ["stopped after 200", "converged"]),
    ],
    ids=["outside the domain", "singular", "a maximum"],
)
def test_what_breaks_down_says_so_and_the_others_run_on(function, methods, reasons):
    w = hw.descend(function, START, methods=methods, x=(-2, 2), y=(-2, 2))
    for path, reason in zip(w.paths, reasons, strict=True):
        assert reason in path.reason


def own_clash(f, x, b=0.1):
    return x - b * f.gradient(x)


def test_what_a_step_of_ones_own_takes_for_the_hessian_is_under_the_microscope():
    def scaled(f, x, rate=0.5, least=10.0):
        return x - rate * np.linalg.solve(scaled.model(f, x, rate, least), f.gradient(x))

    scaled.model = lambda f, x, rate, least: np.diag(np.maximum(np.abs(np.diag(f.hessian(x))), least))
    unrecorded = lambda x, y: rosenbrock(x, y) + zero(x)
    for f, engine in [(rosenbrock, "browser"), (unrecorded, "kernel")]:
        w = hw.descend(f, START, methods=[scaled], steps=20, view={"followed": 0, "step": 7})
        path = w.paths[0]
        assert w.engine == engine
        assert path.curvature_models.shape == (21, 2, 2)
        expected = onp.diag(
            onp.maximum(abs(onp.diag(hw.curvature(rosenbrock, path.points[7]).hessian)), 10.0)
        )
        onp.testing.assert_allclose(path.model_at(7), expected, rtol=1e-10)
        found = race(w, followed=0, step=7)
        onp.testing.assert_allclose(found["curvature_model"], expected, rtol=1e-10)


@pytest.mark.parametrize(
    ("model", "sentence"),
    [
        (lambda f, x: np.eye(3), "own.model returned the shape (3, 3); the matrix has the shape (2, 2)."),
        (lambda f, x: 1j * np.eye(2), "own.model returned complex numbers; the matrix has real ones."),
        (lambda f, x: 1 / 0, "own.model raised ZeroDivisionError"),
        (lambda f: np.eye(2), "own.model raised TypeError"),
    ],
    ids=["another shape", "complex", "raises", "another signature"],
)
def test_a_matrix_of_ones_own_that_is_none_is_said_at_its_path(model, sentence):
    def own(f, x):
        return x - 0.001 * f.gradient(x)

    own.model = model
    wrong, newton = hw.descend(rosenbrock, START, methods=[own, "newton"]).paths
    assert wrong.reason.startswith(sentence)
    assert newton.converged
    own.model = 3
    with pytest.raises(hw.ProblemError, match=r"own\.model is 3; it takes a function of what own takes"):
        hw.descend(rosenbrock, START, methods=[own])


LONG = hw.path(onp.linspace(0.0, 1.0, 10_006).reshape(-1, 2), method="long")


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        (
            "gradient-descent",
            {"rate": -0.1},
            "rate is -0.1; it takes a number that is finite and not negative.",
        ),
        ("heavy-ball", {"momentum": -0.5, "rate": 0.3}, "momentum is -0.5; it takes a number that"),
        ("l-bfgs", {"memory": 3.5}, "memory is 3.5; it takes a whole number from 1 to 20."),
        ("adam", {"decay": 2.0}, "decay is 2.0; it takes a number up to 1."),
        (
            "hessian-free",
            {"damping": -1},
            "damping is -1; it takes a number that is finite and not negative.",
        ),
    ],
)
def test_a_hyperparameter_out_of_its_range_is_said_at_its_path_and_the_others_run_on(name, value, sentence):
    w = hw.descend(rosenbrock, START, methods=[(name, value), "newton"])
    wrong, newton = w.paths
    assert wrong.reason.startswith(sentence)
    assert (len(wrong), wrong.converged, newton.converged) == (1, False, True)
    assert w._race["racers"][0]["fault"] == wrong.reason
    assert w.engine == "browser"
    assert w.parameters.keys() <= {"a", "b"}  # no slider moves what is wrong
    assert ast.literal_eval(w._problem["call"]["rest"]["methods"]) == [(name, value), "newton"]


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"methods": ["newtn"]}, "did you mean 'newton'"),
        ({"methods": []}, "0 methods were given; a race has from 1 to 12"),
        ({"methods": ["newton"] * 2}, "newton was given twice"),
        ({"methods": 7}, "methods is 7; it takes names of methods, step functions, paths, or pairs"),
        ({"methods": {"adam": {"rate": 0.5}}}, "it takes names of methods, step functions, paths, or pairs"),
        ({"methods": [own_clash]}, "has an argument 'b', and so is called a hyperparameter of own_clash"),
        ({"methods": [LONG]}, "a path was given that has 5,002 steps; a race shows at most 5,000"),
        ({"methods": [("adam", 0.1)]}, "it takes names of methods, step functions, paths, or pairs"),
        ({"methods": [("adam", {"speed": 0.1})]}, "adam has no hyperparameter 'speed'"),
        ({"methods": [("adam", {"rate": "fast"})]}, "rate is 'fast'; it takes a number"),
        ({"methods": [("adam", {"rate": float("inf")})]}, "rate is inf; it takes a number"),
        ({"methods": [lambda x: x]}, "f is no step; it takes the function and a point"),
        ({"methods": [lambda f, x, a="b": x]}, "without a number for a default"),
        ({"rate": (-1.0, 1.0)}, "a hyperparameter is not negative"),
        ({"rate": -0.1}, "rate is -0.1; it takes a number"),
        ({"rate": float("nan")}, "rate is nan; it takes a number"),
        ({"rate": "fast"}, "rate was given 'fast'; a hyperparameter takes"),
        ({"rate": [0.1, 0.2]}, "a hyperparameter takes"),
        ({"rate": True}, "a hyperparameter takes"),
        ({"rate": ipywidgets.fixed("a")}, "rate is 'a'; it takes a number"),
        ({"rate": ipywidgets.IntSlider(1, 0, 3)}, "a hyperparameter takes"),
        ({"steps": 5_001}, "steps is 5001; it takes a whole number from 0 to 5,000"),
        ({"tolerance": -1}, "tolerance is -1"),
        ({"line_search": "armijo"}, "it takes 'none', 'exact', 'backtracking'"),
        ({"curvature_every": 0}, "curvature_every is 0; it takes a whole number from 1 to 5,000"),
        ({"curvature_every": True}, "curvature_every is True"),
        ({"parameters": {"rte": 0.5}}, "did you mean 'rate'"),
        ({"view": {"followed": 99}}, "followed is 99"),
        ({"c": 1.0}, "unknown argument 'c'"),
        ({"methods": ["newton"], "rate": 0.1}, "newton has no hyperparameter 'rate', only line_search; "),
        ({"methods": ["newton", "dogleg"], "rate": (0, 1)}, "none of newton, dogleg has a hyperparameter"),
        ({"methods": [("adam", {"rate": 0.1})], "rate": 0.2}, "rate was given twice"),
        ({"methods": ["adam"], "line_search": "exact"}, "adam has no hyperparameter 'line_search'"),
    ],
)
def test_a_bad_call_is_a_sentence(given, sentence):
    with pytest.raises(hw.ProblemError) as refused:
        hw.descend(rosenbrock, START, **given)
    assert sentence in str(refused.value)


def test_too_many_numbers_are_a_sentence():
    with pytest.raises(hw.ProblemError, match="12,012,000 numbers; a race has at most 4,000,000"):
        hw.descend(lambda w: np.sum(w**2), np.ones(1000), methods=list(METHODS)[:12], steps=1000)


def test_a_function_s_argument_may_not_be_called_as_a_hyperparameter_that_moves():
    def f(x, y, rate=1.0):
        return x**2 + rate * y**2

    with pytest.raises(
        hw.ProblemError, match="has an argument 'rate', and so is called a hyperparameter of adam"
    ):
        hw.descend(f, (1.0, 1.0), methods=["adam"])
    assert hw.descend(f, (1.0, 1.0), methods=["newton"]).paths[0].converged


def test_a_hyperparameter_may_stand_still_or_be_linked():
    rate = ipywidgets.FloatLogSlider(0.01, min=-4, max=0)
    w = hw.descend(rosenbrock, START, methods=["adam"], rate=rate, momentum=ipywidgets.fixed(0.5))
    rate.value = 0.1
    assert w.parameters["rate"] == pytest.approx(0.1)
    assert w.parameters["momentum"] == 0.5
    assert hw.descend(rosenbrock, START, methods=["adam"], rate=0.0).parameters["rate"] == 0.0
    assert "momentum" not in w.problem.movable


def test_the_call_is_copied_with_methods_and_hyperparameters():
    w = hw.descend(rosenbrock, START, methods=["newton", ("adam", {"rate": 0.1})], line_search="exact")
    call = w._problem["call"]
    assert call["name"] == "descend"
    assert call["rest"]["methods"] == "['newton', ('adam', {'rate': 0.1})]"
    assert call["rest"]["line_search"] == "'exact'"
    assert {"steps", "tolerance", "momentum"} <= call["rest"].keys()


def test_it_is_drawn_and_saved(tmp_path):
    w = hw.descend(rosenbrock, START, methods=["newton", "bfgs", shortens], steps=30)
    assert w._problem["call"]["rest"]["methods"] == "['newton', 'bfgs', ...]"
    assert w.save_png(tmp_path / "race.png").stat().st_size > 10_000
    assert w.save_html(tmp_path / "race.html").stat().st_size < 600_000
    assert "rosenbrock" in repr(w)


@pytest.mark.parametrize(
    ("function", "start", "given"),
    [
        (rosenbrock, START, {"method": "bfgs", "line_search": "backtracking"}),
        (rosenbrock, (3.0, -4.0), {"method": "gradient-descent", "rate": 50.0, "b": 10.0}),
        (lambda w: np.sum((w - 3.0) ** 4), onp.zeros(3), {"method": "adam", "rate": 0.2, "steps": 2_000}),
        (
            "himmelblau",
            (0.5, 0.5),
            {"method": lambda f, x, pace=0.01: x - pace * f.gradient(x), "pace": 0.02},
        ),
    ],
    ids=["a line search", "divergence", "a vector", "a step of one's own"],
)
def test_a_path_shows_itself_as_a_race_from_the_same_start(function, start, given, monkeypatch):
    shown = []
    monkeypatch.setattr("IPython.display.display", shown.append)
    path = hw.minimize(function, start, **given)
    path._ipython_display_()
    (w,) = shown
    (raced,) = w.paths
    count = min(len(path), len(raced))
    assert count > 1
    onp.testing.assert_allclose(raced.points[:count], path.points[:count], rtol=1e-9, atol=1e-12)
    assert str(path).startswith(path.method)


def test_the_slice_of_more_variables_is_where_the_paths_move_most():
    slopes = onp.diag([3.0, 2.0, 0.5, 0.1])
    f = lambda w: 0.5 * np.dot(w, np.dot(slopes, w)) + 0.02 * np.sum(w**4)
    w = hw.descend(
        f, onp.array([1.0, -0.5, 0.8, 0.2]), methods=["gradient-descent", "newton"], rate=(0.0, 0.6)
    )
    assert w.view["slice"]["kind"] == "paths"
    found = race(w)
    common = hw.common_plane(w.paths, about=w.point)
    products = found["basis"] @ common.plane.basis.T
    onp.testing.assert_allclose(onp.abs(onp.linalg.det(products)), 1.0, rtol=1e-6)
    assert found["shares"].sum() == pytest.approx(common.share, rel=1e-9)
    places = (onp.concatenate([path.points for path in w.paths]) - w.point) @ found["basis"].T
    assert (places >= found["ends"][:, 0]).all()
    assert (places <= found["ends"][:, 1]).all()
    assert "principal 1" in w._view.computation.plane(w.shown, w.point, w.parameters).names[0]


class Ball:
    """A step that remembers its velocity, as no function does."""

    def __init__(self):
        self.velocity = 0.0

    def __call__(self, f, x, rate=0.001):
        self.velocity = 0.9 * self.velocity - rate * f.gradient(x)
        return x + self.velocity


def test_a_step_that_remembers_or_draws_at_random_is_none():
    chance = onp.random.default_rng(0)
    for step in (Ball(), lambda f, x: x - 0.001 * chance.random() * f.gradient(x)):
        with pytest.raises(hw.ProblemError, match="led from one point to two when it was called twice"):
            hw.minimize(rosenbrock, START, method=step)
        newton, own = hw.descend(rosenbrock, START, methods=["newton", step]).paths
        assert newton.converged
        assert "called twice" in own.reason


def in_place(f, x):
    x *= 0.5
    return x


@pytest.mark.parametrize(
    ("step", "end"),
    [
        (lambda f, x: (0, 0), [0.0, 0.0]),
        (lambda f, x: [x[0], x[1] / 2], [-1.2, 0.5]),
        (in_place, [-0.6, 0.5]),
    ],
    ids=["whole numbers", "a list", "in place"],
)
def test_what_a_step_may_return(step, end):
    for path in (
        hw.minimize(rosenbrock, START, method=step, steps=1),
        hw.descend(rosenbrock, START, methods=[step], steps=1).paths[0],
    ):
        assert path.points[-1].tolist() == pytest.approx(end)
    with pytest.raises(hw.ProblemError, match="returned complex numbers"):
        hw.minimize(rosenbrock, START, method=lambda f, x: x + 0j)


def test_a_path_travels_and_keeps_its_length_in_a_race():
    path = pickle.loads(
        pickle.dumps(hw.minimize(rosenbrock, START, method="gradient-descent", rate=1e-3, steps=400))
    )
    assert len(path) == 401
    _, theirs = hw.descend(rosenbrock, START, methods=["newton", path]).paths
    assert len(theirs) == 401
    with pytest.raises(hw.ProblemError, match="give its path"):
        hw.descend(rosenbrock, START, methods=[hw.PathRecorder(START)])
    assert hw.descend(rosenbrock, START, methods=["BFGS"]).paths[0].converged


def test_a_linear_path_has_its_ratio_though_it_has_not_ended():
    found = hw.minimize(
        lambda x, y: x**2 + 3 * y**2, (1.0, 1.0), method="gradient-descent", rate=0.1, steps=60
    ).order()
    assert (found.kind, round(found.value, 3)) == ("linear", 0.8)


def test_the_kernel_says_which_step_of_which_path_a_picture_is_of():
    w = hw.descend(rosenbrock, START, methods=["newton", "bfgs"], engine="kernel")
    found = race(w, followed=1, step=3)
    assert (found["followed"], found["at"]) == (1.0, 3.0)


def test_the_kernel_says_that_it_draws_no_maps():
    unrecorded = lambda x, y: rosenbrock(x, y) + zero(y)
    for given in ({"sweep": "rate"}, {"view": "basins"}):
        w = hw.descend(
            unrecorded, START, methods=["gradient-descent"], x=(-2, 2), y=(-1, 3), steps=5, **given
        )
        assert w.engine_reason.endswith(
            "Basins and sweeps are computed in the page alone, so there are none."
        )


def test_the_page_knows_the_statuses_of_paths_by_the_same_numbers():
    source = (Path(hw.__file__).parent / "frontend" / "engine" / "path_status.ts").read_text(encoding="utf-8")
    known = dict(re.findall(r"^export const (\w+) = (\d+);$", source, re.MULTILINE))
    assert {"GOES_ON", "CONVERGED", "BROKE_DOWN", "RUNS_AWAY"} <= known.keys()
    assert {name: float(number) for name, number in known.items()} == {
        name: getattr(outcome, name) for name in known
    }


@pytest.mark.parametrize(
    ("view", "sentence"),
    [
        ({"followed": 7}, "followed is 7; the race has 2 paths, of which the first is 0 and the last 1."),
        ({"followed": 2}, "followed is 2; the race has 2 paths"),
        ({"step": 31}, "step is 31; paths of the race have at most 30 steps."),
    ],
    ids=["far beyond", "one beyond", "a later step"],
)
def test_a_view_of_what_the_race_has_not_is_refused(view, sentence):
    given = {"methods": ["newton", "bfgs"], "steps": 30}
    w = hw.descend(rosenbrock, START, **given)
    w.view = {"followed": 1, "step": 30}
    with pytest.raises(hw.ProblemError, match=re.escape(sentence)):
        w.view = view
    assert w.view == {"followed": 1, "step": 30}
    w.set_state({"_view_state": view})  # as a front end sends it
    assert w.view == {"followed": 1, "step": 30}
    with pytest.raises(hw.ProblemError, match=re.escape(sentence)):
        hw.descend(rosenbrock, START, **given, view=view)


@pytest.mark.parametrize(
    "view",
    [
        {"followed": 1},
        {"step": 0},
        {"basins": True},
        {"matrix": "model"},
        {"slice": {"kind": "paths", "indices": [0, 1]}},
    ],
    ids=lambda view: next(iter(view)),
)
def test_what_is_of_a_race_is_refused_where_there_is_none(view):
    w = hw.explore(rosenbrock, x=(-2, 2), y=(-2, 2))
    with pytest.raises(hw.ProblemError, match="is for races of methods"):
        w.view = view
    assert w.view == {}


@pytest.mark.parametrize(
    ("methods", "opens_on"),
    [
        (["gradient-descent", "newton"], 1),
        (["newton", "gradient-descent"], 0),
        (["gradient-descent", "heavy-ball", "bfgs"], 2),
        (["gradient-descent"], 0),
    ],
    ids=["the second", "the first", "the third", "none other"],
)
def test_it_opens_on_a_path_that_does_not_diverge(methods, opens_on):
    given = {"methods": methods, "parameters": {"rate": 1.0} if "gradient-descent" in methods else {}}
    w = hw.descend(rosenbrock, START, **given)
    assert w.view.get("followed", 0) == opens_on
    assert hw.descend(rosenbrock, START, **given, view={"followed": 0}).view.get("followed", 0) == 0


def test_it_opens_on_a_path_whose_hyperparameters_are_swept():
    methods = ["gradient-descent", ("heavy-ball", {"rate": 1e-3}), "heavy-ball"]
    w = hw.descend(rosenbrock, START, methods=methods, rate=(0, 0.005), sweep=("rate", "momentum"))
    assert w.view["followed"] == 2


def test_it_opens_on_newton_s_method_though_it_goes_up_to_a_maximum():
    w = hw.descend("himmelblau", (0.5, -0.3), methods=["newton", "gradient-descent"])
    assert (w.paths[0].end, w.view) == ("maximum", {})


def test_the_first_path_is_passed_over_where_it_only_climbs():
    up = lambda f, x: x + 0.1 * f.gradient(x)
    assert hw.descend(
        lambda x, y: x**2 + y**2, (1.0, 1.0), methods=[up, "newton"], x=(-2, 2), y=(-2, 2)
    ).view == {"followed": 1}


def test_what_the_kernel_saves_is_the_step_that_is_looked_at_and_all_paths():
    unrecorded = lambda x, y: rosenbrock(x, y) + zero(y)
    w = hw.descend(unrecorded, START, methods=["bfgs", "newton"], x=(-2, 2), y=(-1, 3), steps=20)
    w.view = {"followed": 1, "step": 3}
    found = w._view.computation.compute(w.point, w.parameters, w.shown, w._view_state)
    assert (found["followed"], found["at"]) == (1.0, 3.0)
    for k, path in enumerate(w.paths):
        assert found["counts"][k] == len(path)
        onp.testing.assert_allclose(found["path_points"][k, : len(path)], path.points, rtol=1e-9)
    onp.testing.assert_allclose(
        found["hessian"], hw.curvature(unrecorded, tuple(w.paths[1].points[3])).hessian
    )
    made = states(w.shown, w._view.computation, w.point, w.parameters, 0.0, w._view_state)
    arrays = {entry["name"]: entry["data"] for entry in made.written["arrays"]}
    assert (arrays["followed"].item(), arrays["at"].item()) == (1.0, 3.0)
    assert "All paths are whole in it" in made.sentence


def answers_of(w):
    """What is saved with an explorer that a front end would ask why paths ended."""
    return [one for one in w._questions.saved(w._moment(), False) if one["kind"] == "outcomes"]


def test_a_page_is_told_what_a_function_raised_and_which_ends_are_at_kinks():
    def model(x, y):
        if x > 2:
            raise ValueError("no such <b>mixture</b>")
        return -(x**2) + y**2

    w = hw.descend(model, (1.0, 1.0), methods=["gradient-descent"], x=(-3, 3), y=(-3, 3), rate=0.3)
    (answer,) = answers_of(w)
    assert answer["content"]["reasons"] == [w.paths[0].reason]
    assert "no such <b>mixture</b>" in w.paths[0].reason
    kinked = lambda x, y: x**2 + np.where(y <= 0, y**2, -3 * y**2)
    w = hw.descend(kinked, (1.0, -0.5), methods=["newton"], x=(-3, 3), y=(-3, 3))
    assert w.engine == "browser"
    assert w.paths[0].end == "undefined"
    (answer,) = answers_of(w)
    assert answer["content"]["reasons"] == [w.paths[0].reason]
    assert "minimum" not in w.paths[0].reason


def test_saved_pictures_of_the_kernel_lie_in_the_plane_of_their_own_paths():
    bowl = lambda w: np.sum(onp.array([1.0, 3.0, 9.0]) * (w - 1) ** 2) + zero(w[0])
    w = hw.descend(
        bowl, w=hw.vector([2.0, -1.0, 0.5], -3.0, 3.0), methods=["newton", "gradient-descent"], steps=20
    )
    assert w.engine == "kernel"
    made = states(w.shown, w._view.computation, w.point, w.parameters, 2.0, w._view_state).written
    assert made["basis"].size == 0
    ends, basis = (next(a["data"] for a in made["arrays"] if a["name"] == name) for name in ("ends", "basis"))
    starts = next(a["data"] for a in made["arrays"] if a["name"] == "path_points")[:, :3]
    assert len(made["landscapes"]) == len(ends) > 1
    for landscape, (left, right, low, high), vectors, start in zip(
        made["landscapes"], ends, basis, starts, strict=True
    ):
        x, y = landscape["grids"]
        onp.testing.assert_allclose([x[0], x[-1], y[0], y[-1]], [left, right, low, high])
        corner = start + x[0] * vectors[:3] + y[0] * vectors[3:]
        onp.testing.assert_allclose(
            onp.reshape(landscape["values"], (len(y), len(x)))[0, 0], bowl(corner), rtol=1e-9
        )


def test_an_end_is_judged_once_for_all_that_is_shown_of_it(monkeypatch):
    ends = []

    def judged(f, status, points, tolerances):
        ends.append(points[-1].tolist())
        return ending.judged(f, status, points, tolerances)

    monkeypatch.setattr(race_paths, "judged", judged)
    w = hw.descend("rosenbrock", (-1.2, 1.0), methods=["newton", "bfgs"])
    assert {"image/png", "text/plain"} < w._repr_mimebundle_()[0].keys()
    assert [path.end for path in w.paths] == ["minimum", "minimum"]
    assert len(ends) == 2
    w.set(b=5.0)
    assert [path.end for path in w.paths] == ["minimum", "minimum"]
    assert len(ends) == 4  # of another function


def test_a_figure_along_eigenvectors_lies_at_the_step_whose_eigenvectors_they_are(monkeypatch):
    drawn = []
    monkeypatch.setattr(hw.figures, "descent", lambda paths, slice_, **given: drawn.append(slice_.plane))
    along = {"kind": "eigenvectors", "indices": [0, 2]}
    f = lambda x, y, z: rosenbrock(x, y) + np.cosh(z) + x * z
    for step in (0, 4):
        w = hw.descend(
            f, (-1.2, 1.0, 0.5), methods=["bfgs"], view={"followed": 0, "step": step, "slice": along}
        )
        w.figure()
        onp.testing.assert_allclose(drawn[-1].origin, w.paths[0].points[step])
        vectors = hw.curvature(f, w.paths[0].points[step]).eigenvectors[:, [0, 2]].T
        onp.testing.assert_allclose(drawn[-1].basis, vectors, atol=1e-9)
