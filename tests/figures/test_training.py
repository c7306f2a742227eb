"""Trainings with matplotlib: what is drawn is what was met, and what is said is what was seen."""

import io
import json
import warnings
from pathlib import Path

import autograd.numpy as np
import matplotlib
import pytest

import hesswidget as hw
from hesswidget import figures
from hesswidget.errors import ProblemError
from hesswidget.figures.panels.sharpness import Heights, heights_of

HEIGHTS = json.loads((Path(__file__).parent / "sharpness_heights.json").read_text(encoding="utf-8"))["cases"]


def texts(figure):
    with matplotlib.rc_context({"svg.fonttype": "none"}):
        file = io.BytesIO()
        figure.savefig(file, format="svg")
    return file.getvalue().decode()


@pytest.fixture(scope="module")
def runs():
    network = hw.models.mlp("moons", widths=(2, 4, 1))
    plain = hw.train(network, rate=0.3, steps=40, curvature_every=10)
    return [plain, hw.train(network, method="adam", rate=0.01, batch=5, steps=30, curvature_every=10)]


def has(ax, x, y):
    return any(
        len(line.get_xdata()) == len(x)
        and np.array_equal(line.get_xdata(), x)
        and np.array_equal(line.get_ydata(), y)
        for line in ax.lines
    )


def test_every_line_is_what_was_met(runs):
    losses, sharpness, ratio = figures.training(runs).axes
    plain, adam = runs
    for run in runs:
        assert has(losses, np.arange(len(run)), run.loss)
        assert has(losses, run.steps, run.test_loss)
        assert has(sharpness, run.steps, run.threshold)
        assert has(ratio, run.steps, run.ratio)
    assert has(sharpness, plain.steps, plain.sharpness)
    assert has(sharpness, adam.steps, adam.preconditioned_sharpness)
    assert has(losses, adam.steps, adam.training_loss)
    assert losses.get_yscale() == "log"


@pytest.mark.parametrize("case", HEIGHTS, ids=lambda case: case["what"])
def test_sharpness_and_a_threshold_far_above_are_both_readable(case):
    along, edges, beside = (
        [np.array(row, dtype=float) for row in case[name]] for name in ("along", "edges", "beside")
    )
    expected = Heights(case["low"], case["high"], case["isLogarithmic"])
    assert heights_of(along, edges, beside) == pytest.approx(expected)


def test_a_logarithmic_axis_says_so():
    run = hw.train(lambda w: np.sum(w**2), np.ones(2), rate=0.01, steps=20, curvature_every=5)
    _, sharpness, ratio = figures.training(run).axes
    assert [sharpness.get_yscale(), ratio.get_yscale()] == ["log", "log"]
    assert [sharpness.get_title("right"), ratio.get_title("right")] == ["logarithmic", "logarithmic"]
    low, high = sharpness.get_ylim()
    assert low < run.sharpness.min() < run.threshold.max() < high


def test_flows_are_drawn_beside(runs):
    found = runs[0].flow()
    losses, sharpness, _ = figures.training(runs[0], flows=found).axes
    assert has(losses, found.times, found.predicted_loss)
    assert has(sharpness, found.times, found.sharpness)
    assert str(found) in texts(figures.training(runs[0], flows=[found]))


def test_what_is_seen_is_said(runs):
    svg = texts(figures.training(runs))
    assert "gradient-descent, rate 0.3: stopped after 40 steps" in svg
    assert "batches of 5" in svg
    for run in runs:
        for phase in run.phases:
            assert phase.sentence[1:60].replace("&", "&amp;") in svg


@pytest.mark.parametrize(
    "loss",
    [
        lambda w: np.sum(w**4) * 1.0,
        lambda w: 1e270 * np.sum(w**4),
        lambda w: 0.0 * np.sum(w),
        lambda w: -np.sum(w**2),
    ],
    ids=["diverges", "diverges as far as numbers go", "flat", "negative"],
)
def test_it_draws_whatever_came_of_a_run(loss):
    run = hw.train(loss, np.ones(3), rate=0.9, steps=30, curvature_every=4)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        figures.training(run).savefig(io.BytesIO(), format="png")


def test_a_name_is_text(runs):
    run = hw.train(
        hw.models.model(lambda X, w: X[:, 0] * w, {"w": 0.0}, [[1.0]], [1.0], name="<b>$x$</b>"), steps=2
    )
    assert "&lt;b&gt;$x$&lt;/b&gt;" in texts(figures.training(run))


def test_none_and_too_many_are_refused(runs):
    for given in ([], runs * 7):
        with pytest.raises(ProblemError, match=f"{len(given)} runs were given"):
            figures.training(given)
