"""A front end sets the sliders and nothing else, whatever it sends; and no other front end hears of what is refused."""

import contextlib
import json

import ipywidgets
import numpy as onp
import pytest

import hesswidget as hw
from hosts.hostile_messages import MESSAGES, SOURCE


@pytest.fixture(scope="module")
def widget():
    """The one widget that all messages are sent to: what one of them breaks in secret, the next ones meet."""
    made = {}
    exec(compile(SOURCE, "<hostile>", "exec"), made)
    return made["w"]


@pytest.fixture
def w(widget):
    widget.set(x=0.0, y=1.0, a=1.0, kind="bowl")
    widget.told = []
    widget._send = lambda message, buffers=None: widget.told.append(message)
    return widget


def state(w):
    return {**w.get_state(), "point": w.point.tolist(), "parameters": dict(w.parameters)}


def receive(w, data, buffers=()):
    """Hand a comm message's data to the widget as ipykernel does, which writes what is raised into its log."""
    with contextlib.suppress(Exception):
        w._handle_msg({"content": {"data": json.loads(json.dumps(data))}, "buffers": list(buffers)})


@pytest.mark.parametrize("data", MESSAGES, ids=lambda data: str(data)[:60])
def test_nothing_changes_and_no_other_front_end_hears_of_it(w, data):
    before = state(w)
    receive(w, data)
    assert state(w) == before
    for message in w.told:
        assert message["method"] in ("update", "custom")  # no echo
        assert all(before[name] == value for name, value in message.get("state", {}).items())
        assert message.get("content", {}).get("kind") in (None, "refusal")
        assert len(str(message)) < 5_000
    w.told.clear()
    receive(w, {"method": "update", "state": {"x": 0.5, "kind": 1}})
    assert (w.x, w.kind) == (0.5, "saddle")
    assert state(w) == {
        **before,
        "x": 0.5,
        "kind": 1,
        "point": [0.5, 1.0],
        "parameters": {"a": 1.0, "kind": "saddle"},
    }


@pytest.mark.parametrize("refused", [2.5, "2"])
def test_a_front_end_whose_value_is_refused_is_told_the_true_one(w, refused):
    receive(w, {"method": "update", "state": {"x": refused, "y": 0.5}})
    assert [message["method"] for message in w.told] == ["update", "custom"]
    assert w.told[0]["state"] == {"x": 0.0, "y": 1.0}


@pytest.mark.parametrize(
    "given", [b"", bytes(8), bytes(10**6), onp.full(3, onp.nan).tobytes(), onp.full(3, 1e300).tobytes()]
)
def test_a_vector_takes_only_the_bytes_of_a_point_in_its_box(given):
    w = hw.explore(lambda w: (w**2).sum(), w=onp.ones(3))
    told = []
    w._send = lambda message, buffers=None: told.append(message)
    receive(w, {"method": "update", "state": {}, "buffer_paths": [["_point"]]}, [memoryview(given)])
    onp.testing.assert_array_equal(w.point, onp.ones(3))
    assert [message["method"] for message in told] == ["update", "custom"]
    receive(
        w,
        {"method": "update", "state": {}, "buffer_paths": [["_point"]]},
        [memoryview(onp.full(3, 0.5).tobytes())],
    )
    onp.testing.assert_array_equal(w.point, onp.full(3, 0.5))


def test_a_diagram_cannot_be_overwritten():
    w = hw.bifurcation("pitchfork", against="r")
    before = state(w)
    for data in MESSAGES[:-1]:
        receive(w, data)
    assert {k: v for k, v in state(w).items() if k not in ("x", "r", "point", "parameters")} == {
        k: v for k, v in before.items() if k not in ("x", "r", "point", "parameters")
    }


@pytest.mark.parametrize("made", ["at first", "of a dict", "by ipywidgets"])
def test_a_page_sets_properties_of_the_layout_and_nothing_that_names_code(w, made):
    if made != "at first":
        w.layout = {"height": "9px"} if made == "of a dict" else ipywidgets.Layout(height="9px")
    layout = w.layout
    layout._send = lambda message, buffers=None: w.told.append(message)
    before = layout.get_state()
    for name in (
        "_model_module",
        "_view_name",
        "_model_module_version",
        "comm",
        "set_state",
        "keys",
        "nothing",
    ):
        receive(layout, {"method": "update", "state": {name: "evil"}})
    for value in (7, None, ["a"], "x" * 1000, "collapse"):
        receive(
            layout,
            {"method": "update", "state": {"visibility": value, "width": value if value == 7 else None}},
        )
    assert layout.get_state() == before
    receive(
        layout, {"method": "update", "state": {"width": "50%", "visibility": "hidden", "_view_name": "evil"}}
    )
    assert layout.get_state() == {**before, "width": "50%", "visibility": "hidden"}
    w.layout.height = "300px"
    assert w.layout.height == "300px"
