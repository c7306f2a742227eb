"""What is on screen besides the sliders: checked, held, and given to the output and the figure."""

import base64
import contextlib
import json
import zlib
from pathlib import Path

import pytest

import hesswidget as hw
from hesswidget.errors import ProblemError
from hesswidget.explorers.view_state import ViewState
from hesswidget.export.saved import MIME_TYPE

CASES = json.loads((Path(__file__).parent / "view_states.json").read_text(encoding="utf-8"))


def saddle(x, y, z, a=1.0):
    return a * x**2 - 3 * y**2 + 2 * z**2 + x * z


@pytest.fixture
def w():
    w = hw.explore(saddle, x=(-2, 2), y=(-2, 2), z=(-1, 1))
    w.told = []
    w._send = lambda message, buffers=None: w.told.append(message)
    return w


def look(w, view_state, **others):
    """Have a front end report it; ipykernel logs what is raised."""
    data = {"method": "update", "state": {"_view_state": view_state, **others}}
    with contextlib.suppress(Exception):
        w._handle_msg({"content": {"data": data}, "buffers": []})


@pytest.mark.parametrize("case", CASES["taken"], ids=str)
def test_what_is_taken_is_written_again(case):
    state = ViewState.read(case["given"], case["n"])
    assert state.written() == case["given"]
    assert ViewState.read(state.written(), case["n"]) == state


@pytest.mark.parametrize("case", CASES["refused"], ids=str)
def test_what_no_front_end_sends_is_refused(case):
    with pytest.raises(ProblemError, match=case["said"]) as error:
        ViewState.read(case["given"], case["n"])
    assert len(str(error.value)) < 300


def test_only_what_differs_from_the_start_is_written():
    given = {
        "slice": {"kind": "coordinates", "indices": [0, 1]},
        "order": "as given",
        "zoom": 1,
        "signs": False,
    }
    assert ViewState.read(given, 3).written() == {}


def test_angles_that_are_no_numbers_are_refused():
    for azimuth in (float("nan"), float("inf")):
        with pytest.raises(ProblemError, match="azimuth"):
            ViewState.read({"azimuth": azimuth}, 2)


def test_the_last_good_view_state_stays_and_the_front_end_is_told(w):
    good = {"order": "eigenbasis", "surface": True}
    look(w, good)
    w.told.clear()
    look(w, {"slice": 7}, x=0.5)
    assert w.get_state("_view_state") == {"_view_state": good}
    assert w.x == 0
    assert [message["method"] for message in w.told] == ["update", "custom"]
    assert w.told[0]["state"]["_view_state"] == good


def test_an_output_keeps_it(w):
    good = {
        "slice": {"kind": "eigenvectors", "indices": [0, 2]},
        "order": "by magnitude",
        "logarithmic": True,
    }
    look(w, good)
    data, _ = w._repr_mimebundle_()
    content = json.loads(zlib.decompress(base64.b64decode(data[MIME_TYPE]["packed"])))
    assert content["traits"]["explorer"]["_view_state"] == good
