"""`hw.spectrum(..., wait=False)`: what its panel is told as it is found and as parameters move, and what it refuses."""

from __future__ import annotations

import json
import threading

import autograd.numpy as np
import numpy as onp
import pytest

import hesswidget as hw
from hesswidget.explorers.spectrum import SpectrumPanel, written
from hesswidget.progress import STOPPED

SCALES = onp.linspace(-1.0, 3.0, 60)


def valley(w, l2=0.5, sharp=False):
    return np.sum(SCALES * w**2) / 2 + l2 * np.sum(w**2) / 2 + (np.sum(w[:2] ** 4) if sharp else 0.0)


def panel_of(**options):
    return hw.spectrum(valley, onp.ones(60), **{"k": 3, "mode": "extreme", "wait": False, **options})


def test_what_is_found_beside_all_else_is_what_is_found_at_once():
    panel, known = panel_of(probes=6), hw.spectrum(valley, onp.ones(60), k=3, mode="extreme", probes=6)
    found = panel.spectrum
    assert isinstance(panel, SpectrumPanel)
    assert panel._progress == {}
    assert len(found.runs) == 6
    assert found.largest.values == pytest.approx(known.largest.values, abs=1e-9)
    for name, of in known.estimates.items():
        assert found.estimates[name].value == pytest.approx(of.value, rel=1e-9), name
    assert {k: v for k, v in panel._found.items() if k != "settings"} == written(found)
    json.dumps(panel._found, allow_nan=False)


def test_parameters_move_it_also_such_as_are_part_of_what_is_recorded():
    panel = panel_of(l2=(0.0, 2.0))
    assert [(one["name"], one["kind"]) for one in panel._controls] == [("l2", "range"), ("sharp", "toggle")]
    at_half = panel.spectrum
    panel.set(l2=1.25)
    assert panel.spectrum.largest.values == pytest.approx(at_half.largest.values + 0.75, abs=1e-9)
    assert panel._found["settings"] == panel._settings == {"l2": 1.25, "sharp": False}
    panel.set(sharp=True)
    assert panel.spectrum.largest.values[0] == pytest.approx(SCALES[1] + 1.25 + 12.0, abs=1e-9)
    assert at_half.largest.values[0] == pytest.approx(3.5, abs=1e-9)
    with pytest.raises(hw.ProblemError, match="there is no parameter 'rate'"):
        panel.set(rate=1.0)
    with pytest.raises(hw.ProblemError, match="l2 = 3"):
        panel.set(l2=3.0)
    assert panel.parameters == {"l2": 1.25, "sharp": True}


def test_more_random_vectors_are_drawn_beside_those_that_there_are():
    panel = panel_of(probes=3)
    first = panel.spectrum
    panel._receive(panel, {"kind": "more"}, [])
    assert len(panel.spectrum.runs) == 6
    assert panel.spectrum.runs[0].nodes.tolist() == first.runs[0].nodes.tolist()
    panel.more(10)
    assert len(panel.spectrum.runs) == 16
    exact = hw.spectrum(onp.diag(SCALES), wait=False)
    assert exact.spectrum.mode == "exact"
    with pytest.raises(hw.ProblemError, match="all eigenvalues are known"):
        exact.more()


def test_none_are_drawn_where_nothing_is_known_yet():
    panel = panel_of(probes=2, l2=(0.0, 2.0))
    panel.wait()
    panel.start = lambda *_: None  # no search comes to an end
    panel.set(l2=1.25)
    before = panel._found
    with pytest.raises(hw.ProblemError, match="parameters have moved"):
        panel.more()
    panel._receive(panel, {"kind": "more"}, [])
    assert panel._found == before


def test_it_is_stopped_and_keeps_what_there_is():
    met, go_on = threading.Event(), threading.Event()

    class Slow:
        shape, dtype = (2000, 2000), onp.dtype(float)
        count = 0

        def dot(self, vector):
            self.count += 1
            if self.count == 40:
                met.set()
                go_on.wait(60)
            return onp.linspace(1.0, 2.0, 2000) * vector

    panel = hw.spectrum(Slow(), k=2, wait=False)
    assert met.wait(60)
    assert panel._progress["words"] != ""
    panel._receive(panel, {"kind": "cancel"}, [])
    go_on.set()
    found = panel.spectrum
    assert STOPPED in found.reason
    assert len(found.largest) == 2
    assert panel._progress == {}


def test_a_newer_setting_overtakes_and_what_fails_there_is_a_sentence():
    def log(w, a=1.0):
        return np.sum(np.log(w + a))

    panel = hw.spectrum(log, onp.zeros(3), a=(-1.0, 2.0), wait=False)
    panel.set(a=2.0)
    panel.set(a=0.5)
    assert panel.spectrum.largest.values == pytest.approx([-4.0] * 3)
    before = panel._found
    panel.set(a=-1.0)
    with pytest.raises(hw.ProblemError, match="nan"):
        _ = panel.spectrum
    assert panel._found["density"] == before["density"]  # the last good picture stays
    assert "nan" in panel._found["sentences"][0]
    panel.set(a=1.0)
    assert panel.spectrum.largest.values == pytest.approx([-1.0] * 3)


BAD = {
    "progress": (lambda: panel_of(progress=True), "progress says nothing"),
    "start": (lambda: panel_of(start=3), "start is 3"),
    "k": (lambda: panel_of(k=61), "k is 61"),
    "executor": (lambda: panel_of(executor=1), "executor says nothing"),
    "not finite": (lambda: hw.spectrum(lambda w: np.sum(np.log(w)), -onp.ones(2), wait=False), "nan"),
    "an argument": (lambda: hw.spectrum(lambda w, wait=1.0: np.sum(w), onp.ones(2)), "wait"),
}


@pytest.mark.parametrize(("call", "said"), BAD.values(), ids=BAD)
def test_a_bad_call_is_refused_at_once(call, said):
    with pytest.raises(hw.ProblemError, match=said):
        call()


@pytest.mark.parametrize(
    "message",
    [
        None,
        {"kind": "set"},
        {"kind": "set", "parameters": {"l2": 9.0, "sharp": False}},
        {"kind": "set", "parameters": {"l2": float("nan"), "sharp": False}},
        {"kind": "set", "parameters": {"l2": 1.0}},
        {"kind": "set", "parameters": {"l2": "1", "sharp": False}},
        {"kind": "set", "parameters": {"l2": 1.0, "sharp": 0}},
    ],
    ids=str,
)
def test_what_no_page_of_ours_sends_changes_nothing(message):
    panel = panel_of(l2=(0.0, 2.0), probes=2)
    _ = panel.spectrum
    before = dict(panel._found)
    panel._receive(panel, message, [])
    panel.set_state({"_settings": {"l2": 1.0}, "_found": {}})
    panel.wait()
    assert (panel._found, panel._settings, panel.parameters["l2"]) == (
        before,
        {"l2": 0.5, "sharp": False},
        0.5,
    )


def test_it_shows_itself_with_a_picture_and_its_table():
    panel = panel_of(probes=2)
    text = str(panel.spectrum)
    data, _ = panel._repr_mimebundle_()
    assert set(data) >= {"text/plain", "image/png", "application/vnd.jupyter.widget-view+json"}
    assert data["text/plain"] == text
