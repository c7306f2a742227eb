"""The choice of an engine: what runs in the browser, what does not and why, and that programs travel whole."""

import json
import math

import autograd.numpy as np
import numpy as onp
import pytest

import hesswidget as hw
from hesswidget.critical.multistart import page_starts
from hesswidget.curvature import curvature_at
from hesswidget.derivatives.objective import Objective
from hesswidget.explorers import engine, replay
from hesswidget.landscape import definiteness
from hesswidget.landscape.plane import Plane
from hesswidget.program.bounds import PICTURE
from hesswidget.program.executor import Executable
from program.reading import read


def f(x, y, a=1.0):
    return (a - x) ** 2 + a * y**4


def plane(function, **abbreviations):
    return hw.explore(function, x=(-1.0, 1.0), y=(-1.0, 1.0), **abbreviations)


@pytest.mark.parametrize("name", hw.gallery.names())
def test_every_example_of_the_gallery_runs_in_the_browser_and_is_there_what_is_known_of_it(name):
    known = hw.gallery[name].critical_points[:1]
    w = hw.explore(name, *(tuple(k.point) for k in known))
    assert w.engine == "browser", w.engine_reason
    assert all(w.curvature.label == k.label for k in known)


def test_what_travels_gives_the_curvature_that_python_has():
    w = plane(f, a=(0.5, 2.0))
    written = w._programs
    (recorded,) = written["sets"]
    programs = {
        name: Executable(read(header, written["floats"], written["ints"]))
        for name, header in recorded["programs"].items()
    }
    point = onp.array([0.25, -0.5])
    ends = onp.array([[-1.0, 1.0], [-1.0, 1.0]])
    found = programs["frame"](point=point, parameters=[1.5], origin=[0, 0], basis=onp.eye(2), ends=ends)
    c = curvature_at(Objective(w.problem, {"a": 1.5}), point)
    onp.testing.assert_allclose(found["hessian"], c.hessian, rtol=1e-14)
    onp.testing.assert_allclose(found["eigenvectors"], c.eigenvectors, atol=1e-14)
    rows = dict(programs["tile"].program.inputs)["places"][1]
    places = onp.array([onp.linspace(-1, 1, rows), onp.linspace(1, 0, rows)])
    values = programs["tile"](parameters=[1.5], origin=[0, 0], basis=onp.eye(2)[::-1], places=places)[
        "values"
    ]
    onp.testing.assert_allclose(values, f(places[1], places[0], 1.5), rtol=1e-14)
    shape, start = recorded["tables"]["starts"]
    starts = onp.frombuffer(written["floats"], "<f8")[start : start + math.prod(shape)].reshape(shape)
    onp.testing.assert_array_equal(starts, page_starts(w.problem))


def branching(x, y):
    return sum(x**2 if np.sin(k * x) > np.cos(k * y) else k * y**2 for k in range(9))


def whole(x, y, a=1.0):
    return x**2 * y ** float(a)


def fast(x, y, a=1.0):
    return math.exp(a) * x * y


def fourier(x, y):
    return np.sum(np.abs(np.fft.fft(np.array([x, y]))))


@pytest.mark.parametrize(
    ("function", "abbreviations", "named"),
    [
        (branching, {}, "paths"),
        (whole, {"a": (0.5, 3.0)}, "return x**2 * y ** float(a)"),
        (fast, {"a": (0.5, 3.0)}, "return math.exp(a) * x * y"),
    ],
)
def test_what_cannot_be_recorded_is_computed_in_the_kernel_and_the_reason_names_it(
    function, abbreviations, named
):
    w = plane(function, **abbreviations)
    assert w.engine == "kernel"
    assert named in w.engine_reason
    assert w._programs == {}
    with pytest.raises(hw.ProblemError, match="cannot be computed in the browser"):
        plane(function, engine="browser", **abbreviations)


def test_a_primitive_without_a_form_is_named():
    from autograd.scipy import special

    w = plane(lambda x, y: x * special.iv(1, 1.0 + y**2))
    assert w.engine == "kernel"
    assert "iv has no recorded form" in w.engine_reason
    assert "special.iv(1, 1.0 + y**2)" in w.engine_reason


def test_what_changes_from_call_to_call_is_found_out():
    calls = []

    def drifting(x, y):
        calls.append(1)
        return x**2 + len(calls) * y

    w = plane(drifting)
    assert w.engine == "kernel"
    assert "differs from autograd by" in w.engine_reason
    assert "x = " in w.engine_reason


@pytest.mark.parametrize(("seconds", "count"), [(onp.inf, 8), (0.0, 1)], ids=["all ahead", "none ahead"])
def test_a_choice_a_truth_and_a_whole_number_have_programs_of_their_own(monkeypatch, seconds, count):
    def g(x, y, power=2, kind="sum", flag=True):
        return (x**power + y if kind == "sum" else x * y**power) + (x if flag else 0.0)

    monkeypatch.setattr(replay, "SECONDS_AHEAD", seconds)
    w = plane(g, power=(2, 3), kind=["sum", "product"], flag=True)
    assert w.engine == "browser", w.engine_reason
    sets = [s["static"] for s in w._programs["sets"]]
    nearest = [{"power": 2, "kind": 0, "flag": True}, {"power": 2, "kind": 0, "flag": False}]
    assert (sets[:2], len(sets)) == (nearest[:count], count)


def test_an_engine_can_be_demanded():
    assert plane(f, engine="kernel").engine == "kernel"
    assert plane(f, engine="browser").engine == "browser"
    with pytest.raises(hw.ProblemError, match="'browser' or 'kernel'"):
        plane(f, engine="abacus")


def test_a_large_problem_is_left_to_the_kernel_with_the_reason():
    w = hw.explore(lambda w: np.sum(w**4), w=onp.zeros(400))
    assert w.engine == "kernel"
    assert "hold up the page" in w.engine_reason
    frame = w._view.computation.frame(w.point, w.parameters, Plane.first(w.problem, w.point))
    onp.testing.assert_array_equal(frame["hessian"], w.curvature.hessian)


def test_all_that_is_sent_counts_and_counts_once(monkeypatch):
    """Headers, searches and the map of signs count like everything else; data that settings share is sent once."""
    data = onp.linspace(-1.0, 1.0, 2000)

    def fit(x, y, kind=(0, 1, 2, 3)):
        return np.mean((data - x - kind * y) ** 4)

    def opened():
        return plane(fit, kind=[0, 1, 2, 3])

    monkeypatch.setattr(replay, "SECONDS_AHEAD", onp.inf)
    sent = opened()._programs
    buffers = {name: part for name, part in sent.items() if isinstance(part, bytes)}
    text = json.dumps({name: part for name, part in sent.items() if name not in buffers})
    size = sum(map(len, buffers.values())) + len(text)
    assert sent["floats"].count(data.tobytes()) == 1
    monkeypatch.setattr(engine, "MAX_BYTES", size)
    assert opened().engine == "browser"
    monkeypatch.setattr(engine, "MAX_BYTES", size - 1)
    w = opened()
    assert (w.engine, len(w._programs["sets"])) == ("browser", 3)
    monkeypatch.setattr(engine, "MAX_BYTES", 1_000)
    w = opened()
    assert (w.engine, w._programs) == ("kernel", {})
    assert "MB are sent" in w.engine_reason


def test_recording_that_takes_too_long_is_left_to_the_kernel(monkeypatch):
    monkeypatch.setattr(engine, "MAX_SECONDS", 0.0)

    def g(x, y):
        for _ in range(100):
            x, y = np.sin(y), x + 0.1 * y
        return x * y

    w = plane(g)
    assert w.engine == "kernel"
    assert w.engine_reason == "recording took longer than 0 s; the kernel computes."


def test_what_is_optional_and_too_large_for_a_page_sends_nothing_to_the_kernel(monkeypatch):
    monkeypatch.setattr(definiteness, "PICTURE", PICTURE._replace(beside=100_000))

    def chain(x, y):
        for _ in range(20):
            x = 3.5 * x * (1 - x) + 0.1 * y
        return x**2 + y**2

    w = hw.explore(chain, x=(0.0, 1.0), y=(0.0, 1.0))
    assert w.engine == "browser", w.engine_reason
    (recorded,) = w._context.recorded.sets
    assert "definiteness" not in recorded.programs
