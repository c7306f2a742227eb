"""The front end, which explorers of a kernel share, and memory: what is closed is freed."""

import gc
import hashlib
import json
import weakref

import ipywidgets
import pytest
from ipywidgets.embed import dependency_state

import hesswidget as hw
from hesswidget import bundle
from hesswidget.explorers import cell
from hesswidget.explorers.front_end import FrontEnd


def f(x, y, a=1.0):
    return x**2 - a * y**2


def explorer(**given):
    return hw.explore(f, **{"x": (-1, 1), "y": (-1, 1), "a": (0.0, 3.0), **given})


def digest(front_end):
    return hashlib.sha256(front_end.packed.encode()).hexdigest()


def test_explorers_share_one_and_bring_only_what_finds_it():
    one, other = explorer(), hw.bifurcation("pitchfork", against="r")
    assert one._front_end is other._front_end
    assert len(one._esm) < 3_000 < len(one._front_end.packed)
    assert digest(one._front_end) in one._esm


def test_saved_state_has_it_once():
    state = dependency_state([explorer(), explorer()], drop_defaults=True)
    assert len(state) == 5  # two explorers and their layouts
    assert json.dumps(state).count(bundle.packed()) == 1


def test_a_closed_one_is_replaced():
    first = explorer()
    first._front_end.close()
    second = explorer()
    assert second._front_end is not first._front_end
    assert second._front_end.comm is not None


@pytest.mark.parametrize("state", [{"packed": "hurt"}, {"comm": None}, {}, None, 7])
def test_nothing_that_a_page_sends_changes_it(state):
    front_end = FrontEnd.present()
    before = front_end.get_state()
    front_end.set_state(state)
    front_end._handle_msg({"content": {"data": {"method": "update", "state": state}}, "buffers": []})
    assert front_end.get_state() == before
    assert front_end.comm is not None


def test_a_page_that_does_not_find_it_gets_it_from_its_explorer():
    w, sent = explorer(), []
    w.send = lambda content, buffers=None: sent.append(content)
    w._answer(w, {"kind": "front_end", "id": "1"}, [])
    assert sent == [{"kind": "front_end", "id": "1", "packed": bundle.packed()}]


def moved(w):
    w.set(x=0.5)


def displayed(w):
    w._repr_mimebundle_()


def asked(w):
    w._answer(w, {"kind": "find_critical_points", "id": "1", "parameters": {"a": 1.0}}, [])
    w._jobs.cancel()
    w._jobs.wait()


@pytest.mark.parametrize("used", [moved, displayed, asked])
def test_what_is_closed_is_freed(used):
    w = explorer(a=ipywidgets.FloatSlider(1.0, min=0.0, max=3.0))
    used(w)
    layout = w.layout
    w.close()
    w.close()  # once more does nothing
    assert layout.comm is None
    dead = weakref.ref(w)
    del w
    gc.collect()
    assert dead() is None


def test_what_is_closed_follows_no_more():
    slider = ipywidgets.FloatSlider(1.0, min=0.0, max=3.0)
    w, other = explorer(a=slider), explorer(a=slider)
    w.close()
    slider.value = 2.0
    assert (w.a, other.a) == (1.0, 2.0)
    w.a = 0.5
    assert slider.value == 2.0


class Shell:
    """As much of a kernel's shell as says which cell runs."""

    def __init__(self):
        self.user_ns, self.parent_header = {}, {}

    def run(self, cell, request, front_end_names_cells=True):
        metadata = {"cellId": cell} if front_end_names_cells else {}
        header = {"msg_type": "execute_request", "msg_id": request}
        self.parent_header = {"header": header, "metadata": metadata, "content": {"code": cell}}


@pytest.fixture
def shell(monkeypatch):
    shell = Shell()
    monkeypatch.setattr(cell, "get_ipython", lambda: shell)
    return shell


@pytest.mark.parametrize("names_cells", [True, False])
def test_a_slider_calls_what_the_last_run_of_a_cell_has_made(shell, names_cells):
    slider = ipywidgets.FloatSlider(1.0, min=0.0, max=3.0)
    runs = []
    for k in range(4):
        shell.run("cell", str(k), names_cells)
        runs.append((explorer(a=slider), explorer(a=slider)))
        shell.user_ns["_"] = runs[-1][1]
    shell.run("another cell", "9", names_cells)
    elsewhere = explorer(a=slider)
    slider.value = 2.0
    assert [(one.a, other.a) for one, other in runs] == [(1.0, 1.0)] * 3 + [(2.0, 2.0)]
    assert elsewhere.a == 2.0


def test_what_has_a_name_follows_on(shell):
    slider = ipywidgets.FloatSlider(1.0, min=0.0, max=3.0)
    shell.run("cell", "1")
    shell.user_ns["kept"] = explorer(a=slider)
    shell.run("cell", "2")
    explorer(a=slider)
    slider.value = 2.0
    assert shell.user_ns["kept"].a == 2.0
