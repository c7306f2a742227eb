"""The explorer with a bifurcation diagram: what is swept, what is refused, what travels to the browser."""

from __future__ import annotations

import base64
import json
import zlib

import autograd.numpy as np
import numpy
import pytest
from ipywidgets import FloatLogSlider, FloatSlider, fixed

import hesswidget as hw
from hesswidget import figures
from hesswidget.appearance import MIME_TYPE
from hesswidget.bifurcations.curves import curves
from hesswidget.explorers import bifurcation, cell, diagram
from hesswidget.explorers.bifurcation import MOST_KEPT, BifurcationExplorer
from hesswidget.program.bounds import DiagramBounds


def tilted(x, a=1.0, b=0.0):
    return x**4 / 4 - a * x**2 / 2 - b * x


@pytest.fixture
def widget(monkeypatch):
    w = hw.bifurcation(tilted, a=(-1.0, 2.0), x=(-2, 2))
    w.told = []
    monkeypatch.setattr(w, "send", lambda content, buffers=None: w.told.append(content))
    return w


def ask(w, parameters, identifier="x:1"):
    """Ask for the diagram as a front end does, and wait for it."""
    w._answer(w, {"kind": "diagram", "id": identifier, "parameters": parameters}, [])
    w._questions.jobs.wait()


def test_it_is_an_explorer_that_carries_a_diagram(widget):
    assert isinstance(widget, hw.Explorer)
    assert isinstance(widget, BifurcationExplorer)
    assert widget.diagram.parameter == "a"
    assert [e.kind for e in widget.diagram.events] == ["pitchfork"]
    widget.set(x=1.0)
    assert widget.curvature.label == "minimum"
    assert widget.figure() is not None


def test_the_diagram_follows_the_other_parameters_and_is_remembered(widget):
    first = widget.diagram
    widget.set(a=1.5, x=0.5)
    assert widget.diagram is first
    widget.set(b=0.05)
    assert [e.kind for e in widget.diagram.events] == ["fold"]
    assert widget.diagram.others == {"b": 0.05}
    widget.set(b=0.0)
    assert widget.diagram is first
    assert len(widget._view.diagrams) == 2 <= MOST_KEPT


def test_a_front_end_may_ask_for_it_and_gets_an_answer(widget):
    before = widget._diagram
    widget.set(b=0.05)
    assert widget._diagram is before
    ask(widget, {"a": 1.0, "b": 0.05})
    assert widget.told[-1] == {"kind": "diagram", "id": "x:1"}
    assert widget._diagram["others"] == {"b": 0.05}
    assert [e["kind"] for e in widget._diagram["events"]] == ["fold"]


def test_a_diagram_is_of_the_parameters_that_were_asked_for_whatever_is_set_meanwhile(widget, monkeypatch):
    compute = widget._view.diagrams._compute

    def moved(parameters, progress):
        widget.set(b=0.25)
        return compute(parameters, progress)

    monkeypatch.setattr(widget._view.diagrams, "_compute", moved)
    ask(widget, {"a": 1.0, "b": 0.05})
    assert widget.b == 0.25
    assert widget._diagram["others"] == {"b": 0.05}
    assert [e["value"] for e in widget._diagram["events"]] == pytest.approx([3 * 0.025 ** (2 / 3)], rel=1e-5)


def test_an_explorer_still_answers_its_own_questions(widget):
    widget._answer(widget, {"kind": "nonsense", "id": "x:1"}, [])
    widget._answer(widget, None, [])
    assert [told["kind"] for told in widget.told] == ["refusal", "refusal"]


@pytest.mark.parametrize("identifier", [None, 7, "x" * 65, ["x"]])
def test_a_question_with_a_strange_name_is_refused(widget, identifier):
    ask(widget, {"a": 1.0, "b": 0.0}, identifier)
    assert [told["kind"] for told in widget.told] == ["refusal"]


def test_a_diagram_that_cannot_be_made_is_a_sentence(monkeypatch):
    def f(x, a=1.0, b=1.0):
        if b < 0.5:
            raise ValueError("b is too small")
        return x**2 * b + a

    w = hw.bifurcation(f, a=(0.0, 1.0), x=(-1, 1), b=1.0, engine="kernel")
    told = []
    monkeypatch.setattr(w, "send", lambda content, buffers=None: told.append(content))
    w.set(b=0.0)
    ask(w, {"a": 0.5, "b": 0.0})
    (answer,) = told
    assert answer["kind"] == "refusal"
    assert "b is too small" in answer["message"]


def test_the_front_end_cannot_write_it(widget):
    before = widget._diagram
    widget.set_state({"_diagram": {"parameter": "b"}})
    assert widget._diagram is before


def test_what_travels_is_whole():
    w = hw.bifurcation("himmelblau", against="a")
    written = w._diagram
    for branch, one in zip(written["branches"], curves(w.diagram), strict=True):
        assert numpy.array_equal(numpy.frombuffer(branch["values"]), one.values)
        assert numpy.array_equal([numpy.frombuffer(x) for x in branch["points"]], one.points.T)
        assert numpy.array_equal(numpy.frombuffer(branch["heights"]), one.function_values)
        assert branch["label"] == one.label
    assert written["others"] == {"b": 7.0}


def test_choices_are_part_of_the_function():
    def f(x, a=1.0, sign=1):
        return sign * (x**4 / 4 - a * x**2 / 2)

    w = hw.bifurcation(f, a=(-1.0, 2.0), x=(-2, 2), sign=[1, -1])
    assert w.diagram.counts(1.0) == {"minimum": 2, "maximum": 1}
    w.set(sign=-1)
    assert w.diagram.counts(1.0) == {"maximum": 2, "minimum": 1}


# --- what takes longer than a widget should be waited for ---


@pytest.fixture
def outputs(monkeypatch):
    """Outputs of a notebook's page by name, for which a diagram is never there soon enough."""
    shown = {}

    def publish(data, _, name=None):
        name = name or str(len(shown))
        shown[name] = data
        return name

    monkeypatch.setattr(cell, "has_page", lambda: True)
    monkeypatch.setattr(cell, "publish", publish)
    monkeypatch.setattr(bifurcation, "AT_ONCE", 0.0)
    return shown


def saved(data):
    return json.loads(zlib.decompress(base64.b64decode(data[MIME_TYPE]["packed"])))["traits"]["explorer"]


def test_a_page_gets_the_widget_first_and_its_output_the_diagram_when_the_page_has_it(outputs):
    w = hw.bifurcation(tilted, a=(-1.0, 2.0), x=(-2, 2))
    assert w._diagram == {"parameter": "a"}
    w._ipython_display_()
    assert saved(outputs["0"])["_diagram"] == {"parameter": "a"}
    ask(w, {"a": 1.0, "b": 0.0})
    assert [e["kind"] for e in w._diagram["events"]] == ["pitchfork"]
    assert len(saved(outputs["0"])["_diagram"]["branches"]) == 4
    with pytest.raises(NotImplementedError):  # from now on it is shown as everything is
        w._ipython_display_()
    assert list(outputs) == ["0"]


def test_whoever_asks_python_gets_the_whole_diagram(outputs, tmp_path):
    make = lambda **more: hw.bifurcation(tilted, a=(-1.0, 2.0), x=(-2, 2), **more)
    assert [e.kind for e in make().diagram.events] == ["pitchfork"]
    assert saved(make()._repr_mimebundle_()[0])["_diagram"]["branches"]
    w = make()
    w.save_html(tmp_path / "f.html")
    assert w._diagram["branches"]
    assert make(progress=lambda *_: True)._diagram["branches"]
    assert outputs == {}


def test_no_page_waits_where_none_has_sent_the_cell():
    assert not cell.has_page()
    with pytest.raises(NotImplementedError):
        hw.bifurcation(tilted, a=(-1.0, 2.0), x=(-2, 2))._ipython_display_()


def test_which_parameter_is_swept():
    slider = FloatSlider(value=0.5, min=-1, max=1)
    assert hw.bifurcation(tilted, a=slider, x=(-2, 2)).diagram.values[0] == -1
    assert hw.bifurcation(tilted, a=fixed(1.0), b=(-1, 1), x=(-2, 2)).diagram.parameter == "b"
    assert (
        hw.bifurcation(tilted, a=(0.0, 1.0), b=(-1.0, 1.0), against="b", x=(-2, 2)).diagram.parameter == "b"
    )


@pytest.mark.parametrize(
    ("f", "given", "sentence"),
    [
        (tilted, {"a": (0.0, 1.0), "b": (0.0, 1.0)}, "a and b have ranges; say which"),
        (tilted, {}, "no parameter of tilted was given a range"),
        (tilted, {"against": "c"}, "no parameter of tilted"),
        (lambda x: x**2, {}, "has no parameter to draw critical points against"),
        (lambda x, n=2: x**n, {"n": (1, 5)}, "range of real numbers for n"),
        (tilted, {"against": "a", "a": fixed(1.0)}, "range of real numbers for a"),
        (tilted, {"a": (1.0, 0.0)}, "upside down"),
        (tilted, {"a": (0.0, 1.0), "aa": 1}, "unknown argument 'aa'"),
    ],
)
def test_what_is_not_clear_is_refused_with_a_sentence(f, given, sentence):
    with pytest.raises(hw.ProblemError, match=sentence):
        hw.bifurcation(f, x=(-2, 2), **given)


def test_too_many_variables_are_refused():
    with pytest.raises(hw.ProblemError, match="at most 6"):
        hw.bifurcation(lambda w, a=1.0: np.sum(w**2) * a, w=np.ones(7), a=(0.0, 1.0))


def test_matplotlib_draws_it():
    d = hw.bifurcation(tilted, a=(-1.0, 2.0), x=(-2, 2)).diagram
    figure = figures.bifurcation(d, at=1.0)
    assert [ax.get_ylabel() for ax in figure.axes] == ["x", "f"]
    (only,) = figures.bifurcation(d, coordinate="x").axes
    styles = {line.get_color(): line.get_linestyle() for line in only.lines}
    assert len(styles) == len(set(styles.values())) == 3  # minima, maxima, the event
    figure.canvas.draw()
    with pytest.raises(hw.ProblemError, match="coordinate is 'z'"):
        figures.bifurcation(d, coordinate="z")
    assert only.get_xscale() == "linear"
    logarithmic = hw.bifurcation(tilted, a=FloatLogSlider(1.0, min=-2, max=1), x=(-2, 2)).diagram
    (only,) = figures.bifurcation(logarithmic, coordinate="x").axes
    assert only.get_xscale() == "log"
    assert only.get_xlim() == (0.01, 10.0)
    assert [t.get_text() for t in only.get_xticklabels()] == ["0.01", "0.1", "1", "10"]
    empty = hw.bifurcation(lambda x, a=1.0: x + a, a=(0.0, 1.0), x=(0, 1)).diagram
    assert "no critical points in the box" in [t.get_text() for t in figures.bifurcation(empty).texts]


@pytest.mark.parametrize("bounds", [(2, 10_000, 1), (100, 40, 0)], ids=["branches and events", "values"])
def test_of_very_many_branches_the_first_travel(monkeypatch, bounds):
    d = hw.bifurcation(tilted, a=(-1.0, 2.0), x=(-2, 2)).diagram
    monkeypatch.setattr(diagram, "DIAGRAM", DiagramBounds(*bounds))
    sent = diagram.written(d, {})
    branches, values, events = bounds
    lengths = [len(branch["values"]) // 8 for branch in sent["branches"]]
    assert len(lengths) <= branches
    assert sum(lengths) <= values
    assert len(sent["events"]) == min(events, 1)
    assert (
        f"and {len(list(curves(d))) - len(lengths)} more branches that the page does not get" in sent["notes"]
    )
