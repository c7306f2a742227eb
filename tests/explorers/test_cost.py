"""`hw.cost` in a notebook: what the panel is told as it is measured, how it is stopped, and what it refuses."""

from __future__ import annotations

import json
import pickle
import threading

import autograd.numpy as np
import numpy as onp
import pytest

import hesswidget as hw
from hesswidget.costs.growth import slope_of
from hesswidget.explorers.cost import CostPanel, written
from hesswidget.progress import STOPPED

SIZES = (6, 12)


def chained(w):
    return np.sum((w[1:] - w[:-1] ** 2) ** 2)


@pytest.fixture(scope="module")
def measured():
    return hw.cost(chained, SIZES, seconds=600.0, k=2)


def test_what_is_measured_beside_all_else_is_what_is_measured_at_once(measured):
    panel = hw.cost(chained, SIZES, seconds=600.0, k=2, wait=False)
    assert isinstance(panel, CostPanel)
    cost = panel.cost
    assert cost.names == measured.names
    assert panel._found == written(cost)
    assert panel._progress == {}
    json.dumps(panel._found, allow_nan=False)
    for one in panel._found["computations"]:
        assert one["seconds"]["amounts"] == cost.seconds[one["name"]].tolist()
        assert one["seconds"]["grows"].startswith(str(cost.slope(one["name"])))


def test_points_come_as_they_are_measured_and_it_is_stopped():
    met, go_on = threading.Event(), threading.Event()

    def slow(w):
        if len(w) == 12 and threading.current_thread() is not threading.main_thread():
            met.set()
            go_on.wait(60)
        return chained(w)

    panel = hw.cost(slow, SIZES, seconds=600.0, k=2, compiled=False, wait=False)
    assert met.wait(60)
    amounts = [one["seconds"]["amounts"] for one in panel._found["computations"]]
    assert [row[0] is not None for row in amounts] == [True] * 7
    assert [row[1] for row in amounts] == [None] * 7
    panel._receive(panel, {"kind": "cancel"}, [])
    go_on.set()
    cost = panel.cost
    assert STOPPED in cost.notes
    assert onp.isnan(cost.seconds["hessian"][1])


def test_a_bad_call_is_refused_at_once_and_what_fails_later_is_a_sentence():
    with pytest.raises(hw.ProblemError, match="sizes is 3"):
        hw.cost(chained, 3, wait=False)
    with pytest.raises(hw.ProblemError, match="wait"):
        hw.cost(lambda w, wait=2.0: np.sum(w**2) * wait, SIZES)
    panel = CostPanel()

    def fails(report, arrived):
        raise RuntimeError("out of order")

    panel.measure(fails)
    with pytest.raises(RuntimeError, match="out of order"):
        _ = panel.cost
    assert "out of order" in panel._found["sentences"][0]
    assert panel._progress == {}


@pytest.mark.parametrize(
    "message",
    [None, [], "cancel", {}, {"kind": ["cancel"]}, {"kind": "front_end"}, {"kind": "front_end", "id": 3}],
    ids=str,
)
def test_what_no_page_of_ours_sends_changes_nothing(message, measured, monkeypatch):
    panel, sent = CostPanel(), []
    monkeypatch.setattr(panel, "send", sent.append)
    panel.keep(measured)
    before = dict(panel._found)
    panel._receive(panel, message, [])
    panel.set_state({"_cost": {}, "_progress": {"share": 1e9}, "_view": "other"})
    assert (panel._found, panel._progress, panel._view) == (before, {}, "cost")
    assert sent == []
    panel._receive(panel, {"kind": "front_end", "id": "1,2"}, [])
    assert sent[0]["id"] == "1,2"
    assert sent[0]["packed"]


def test_it_shows_itself_with_a_picture_and_its_table(measured, monkeypatch):
    shown = []
    monkeypatch.setattr("hesswidget.explorers.cost.publish", lambda data, _: shown.append(data))
    measured._ipython_display_()
    assert set(shown[0]) >= {"text/plain", "image/png", "application/vnd.jupyter.widget-view+json"}
    assert shown[0]["text/plain"] == str(measured)
    travelled = pickle.loads(pickle.dumps(measured))
    assert str(travelled) == str(measured)
    with pytest.raises(NotImplementedError):
        travelled._ipython_display_()


def test_the_fitted_line_is_the_one_whose_power_is_said():
    n = onp.array([10, 20, 50, 100, 200, 500, 1000])
    amounts = 3e-7 * n**1.4 * onp.exp(0.2 * onp.cos(n))
    slope = slope_of(n, amounts)
    fitted = onp.isin(n, slope.sizes)
    power, constant = onp.polyfit(onp.log(n[fitted]), onp.log(amounts[fitted]), 1)
    assert slope.value == pytest.approx(power)
    onp.testing.assert_allclose(
        slope.ends, onp.exp(constant) * onp.array([slope.sizes[0], slope.sizes[-1]]) ** power
    )
