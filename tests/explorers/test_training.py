"""A training shows itself as an explorer that comes to the same, or as its figure where a page cannot train."""

import IPython.display
import numpy
import pytest

import hesswidget as hw
from hesswidget.explorers import training
from hesswidget.training.measurement import QUANTITIES


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


@pytest.mark.parametrize(
    ("loss", "given"),
    [(NET, {"batch": 4}), (lambda w: numpy.sum(w**2), {"weight_decay": 0.1})],
    ids=["batches", "weight decay of no model"],
)
def test_what_a_page_cannot_train_is_a_figure(displayed, loss, given):
    start = () if loss is NET else (numpy.ones(3),)
    hw.train(loss, *start, steps=10, curvature_every=5, **given)._ipython_display_()
    (shown,) = displayed
    assert set(shown) == {"text/plain", "image/png"}


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
