"""A training shows itself as an explorer that comes to the same, or as its figure where a page cannot train."""

import ast

import autograd.numpy as np
import IPython.display
import numpy
import pytest

import hesswidget as hw
from hesswidget.explorers import training
from hesswidget.program.bounds import SAVED
from hesswidget.training.measurement import QUANTITIES
from unrecorded import zero


@pytest.fixture
def displayed(monkeypatch):
    shown = []
    monkeypatch.setattr(IPython.display, "display", shown.append)
    monkeypatch.setattr(training, "publish", lambda data, metadata: shown.append(data))
    return shown


NET = hw.models.mlp(widths=[1, 4, 1])


@pytest.mark.parametrize(
    "given",
    [
        {"rate": 0.3},
        {"method": "adam", "rate": 0.02, "l2": 0.01},
        {"rate": 0.3, "weight_decay": 0.02},
        {"method": "gradient-descent", "line_search": "backtracking", "rate": 1.0},
    ],
    ids=["gradient descent", "adam", "weight decay", "line search"],
)
def test_the_explorer_trains_to_the_same_point(displayed, given):
    run = hw.train(NET, steps=40, curvature_every=10, **given)
    run._ipython_display_()
    (w,) = displayed
    assert w.engine == "browser"
    numpy.testing.assert_allclose(w.paths[0].points[-1], run.parameters[-1], rtol=1e-9)
    found = w._view.computation.compute(w.point, w._settings, w._view._context.shown())
    numpy.testing.assert_array_equal(found["curvature_steps"][0, : len(run.steps)], run.steps)
    told = dict(zip(QUANTITIES, found["curvature"][0].T, strict=True))
    known = len(run.steps)
    numpy.testing.assert_allclose(told["sharpness"][:known], run.sharpness, rtol=1e-6)
    numpy.testing.assert_allclose(told["threshold"][:known], run.threshold, rtol=1e-12)
    numpy.testing.assert_allclose(told["trace"][:known], run.trace, rtol=1e-9)
    numpy.testing.assert_allclose(told["test_loss"][:known], run.test_loss, rtol=1e-9)


@pytest.mark.parametrize("method", ["gradient-descent", "adam", "heavy-ball", "bfgs"])
def test_on_batches_the_explorer_takes_the_very_steps_of_the_run(displayed, method):
    run = hw.train(NET, method=method, steps=90, curvature_every=10, batch=5, seed=3)
    run._ipython_display_()
    (w,) = displayed
    assert w.engine == "browser"
    path = w.paths[0]
    numpy.testing.assert_array_equal(path.points[run.steps], run.parameters)
    # What is said along it is of all samples.
    numpy.testing.assert_array_equal(path.values[run.steps], run.training_loss)
    found = w._view.computation.compute(w.point, w._settings, w._view._context.shown())
    told = dict(zip(QUANTITIES, found["curvature"][0].T, strict=True))
    known = len(run.steps)
    numpy.testing.assert_allclose(told["sharpness"][:known], run.sharpness, rtol=1e-6)
    assert len(found) <= SAVED.arrays  # or no page could be read that the kernel has computed
    change = hw.train(NET, method=method, steps=1, curvature_every=1, batch=5, seed=3).training_loss
    numpy.testing.assert_allclose(told["actual"][0], change[1] - change[0], rtol=1e-9)


def test_a_part_of_a_model_is_trained_and_tested_by_all_of_it(displayed):
    run = hw.train(NET, over="W1", steps=20, curvature_every=10, batch=4, weight_decay=0.1)
    whole = {**NET.start, "W1": run.parameters[-1].reshape(NET.start["W1"].shape)}
    numpy.testing.assert_allclose(run.test_loss[-1], NET.test_loss(whole), rtol=1e-12)
    run._ipython_display_()
    numpy.testing.assert_array_equal(displayed[0].paths[0].points[-1], run.parameters[-1])


@pytest.mark.parametrize(
    ("loss", "start"),
    [
        (lambda w, a=1.0: a * np.sum(w**2 + w), (np.ones(3),)),
        (lambda p: np.sum(p["W"] ** 2) + p["b"][0] ** 4, ({"W": np.ones((2, 2)), "b": [1.0]},)),
        (hw.least_squares(lambda a, b: a * np.exp(-b * np.arange(3.0)) - 1.0), ((1.0, 0.5),)),
    ],
    ids=["a vector", "a structure", "least squares"],
)
def test_weight_decay_of_any_loss_has_a_slider(displayed, loss, start):
    run = hw.train(loss, *start, rate=0.1, steps=30, curvature_every=10, weight_decay=0.2)
    run._ipython_display_()
    (w,) = displayed
    assert w.engine == "browser"
    assert w.parameters["weight_decay"] == 0.2
    numpy.testing.assert_allclose(w.paths[0].points[-1], run.parameters[-1], rtol=1e-9)
    found = w._view.computation.compute(w.point, w._settings, w._view._context.shown())
    numpy.testing.assert_allclose(found["curvature"][0, : len(run.steps), 0], run.sharpness, rtol=1e-6)
    w.set(weight_decay=0.0)
    none = hw.train(loss, *start, rate=0.1, steps=30, curvature_every=10)
    numpy.testing.assert_allclose(w.paths[0].points[-1], none.parameters[-1], rtol=1e-9)


def test_what_a_page_cannot_train_is_a_figure(displayed):
    run = hw.train(lambda w: np.sum(w**2) + zero(w[0]), np.ones(3), steps=10, curvature_every=5)
    run._ipython_display_()
    (shown,) = displayed
    assert set(shown) == {"text/plain", "image/png"}
    assert shown["text/plain"] == str(run)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"batch": 0}, "batch is 0; it takes a whole number from 1 to 20"),
        ({"batch": 21}, "batch is 21, and chebyshev has 20 samples"),
        ({"batch": 2.5}, "batch is 2.5"),
        ({"batch": True}, "batch is True"),
        ({"batch": 5, "seed": -1}, "seed is -1"),
        ({"batch": 5, "methods": ["scipy:BFGS"]}, "scipy:BFGS takes no batches"),
        ({"batch": 5, "methods": [("adam", {"seed": 0.5})]}, "seed is 0.5; it takes a whole number"),
        (
            {"methods": [("adam", {"seed": 3})]},
            "adam, seed 3 draws no samples without batches; give batch too",
        ),
    ],
    ids=[
        "none",
        "more than there are",
        "a fraction",
        "a truth",
        "a seed below zero",
        "a solver of SciPy's",
        "half a seed",
        "a seed of nothing",
    ],
)
def test_a_batch_that_cannot_be_drawn_is_a_sentence(given, said):
    with pytest.raises(hw.ProblemError, match=said):
        hw.descend(NET, **{"methods": ["gradient-descent"], **given})


def test_each_method_may_have_batches_of_its_own_seed():
    methods = [("gradient-descent", {"seed": 4, "rate": 0.3}), ("gradient-descent", {"rate": 0.3}), "adam"]
    w = hw.descend(NET, methods=methods, steps=40, batch=5, seed=2)
    assert w.engine == "browser"
    assert [path.method.partition(", batches")[0] for path in w.paths] == [
        "gradient-descent, rate 0.3, seed 4", "gradient-descent, rate 0.3", "adam",
    ]  # fmt: skip
    assert ast.literal_eval(w._problem["call"]["rest"]["methods"]) == [
        ("gradient-descent", {"rate": 0.3, "seed": 4}), ("gradient-descent", {"rate": 0.3}), "adam",
    ]  # fmt: skip
    for path, seed in zip(w.paths, (4, 2, 2), strict=True):
        name = path.method.partition(",")[0]
        rate = 0.3 if name == "gradient-descent" else 0.001
        run = hw.train(NET, method=name, rate=rate, steps=40, curvature_every=10, batch=5, seed=seed)
        numpy.testing.assert_allclose(path.points[run.steps], run.parameters, rtol=1e-9, atol=1e-12)


def test_a_batch_is_of_a_model_and_there_are_so_many_draws():
    with pytest.raises(hw.ProblemError, match="a batch is one of a model's samples"):
        hw.descend("rosenbrock", (0.0, 0.0), batch=3)
    many = hw.models.model(
        lambda X, w: X[:, 0] * w, {"w": 0.0}, numpy.ones((200, 1)), numpy.ones(200), name="line"
    )
    with pytest.raises(hw.ProblemError, match="5,000 batches of 150 samples are 750,000 draws"):
        hw.descend(many, methods=["gradient-descent"], steps=5000, batch=150)
    run = hw.train(many, rate=0.1, steps=5000, curvature_every=2500, batch=150)
    assert run.shows.keywords["again"](run) is None


def test_flows_are_followed_beside_gradient_descent_alone():
    w = hw.descend(NET, methods=["gradient-descent", "adam"], rate=0.3, steps=60, curvature_every=20)
    answer = w._view._flows(w._settings, 0, w.point)
    run = hw.train(NET, rate=0.3, steps=60, curvature_every=20)
    arrays = dict(zip((name for name, _ in answer.content["arrays"]), answer.arrays, strict=True))
    for kind in ("central", "gradient"):
        expected = run.flow(kind)
        numpy.testing.assert_allclose(arrays[f"{kind}_sharpness"], expected.sharpness, rtol=1e-9)
        numpy.testing.assert_allclose(arrays[f"{kind}_ratio"], expected.sharpness * 0.3 / 2, rtol=1e-9)
    with pytest.raises(
        hw.ProblemError, match="a flow is that of gradient descent at a fixed rate; this is adam"
    ):
        w._view._flows(w._settings, 1, w.point)


def test_a_job_of_flows_that_is_cancelled_keeps_what_it_has():
    w = hw.descend(NET, methods=["gradient-descent"], rate=0.3, steps=60, curvature_every=20)
    answer = w._view._flows(w._settings, 0, w.point, progress=lambda share, words: share < 0.2)
    assert "before its end" in answer.content["words"][0]
    assert len(answer.arrays[0]) < 61


def test_its_figure_has_the_sharpness_over_the_threshold_too():
    w = hw.descend(NET, methods=["gradient-descent", "adam"], rate=0.3, steps=40, curvature_every=20)
    assert [ax.get_ylabel() for ax in w.figure().axes][-1] == "sharpness / threshold"
    computation = w._view.computation
    (first, second) = computation.ratios(computation.compute(w.point, w._settings, w.problem))
    run = hw.train(NET, rate=0.3, steps=40, curvature_every=20)
    numpy.testing.assert_array_equal(first[0], run.steps)
    numpy.testing.assert_allclose(first[1], run.ratio, rtol=1e-6)
    assert len(second[0]) == 3
