"""What is recorded when it is met: settings of whole numbers, choices and texts, and paths of branches."""

import autograd.numpy as np
import numpy as onp
import pytest

import hesswidget as hw
from hesswidget.explorers import on_demand, replay
from hesswidget.landscape import tiles
from hesswidget.landscape.plane import Plane
from hesswidget.program.errors import NotRecorded

BOX = {"x": (-2.0, 2.1), "y": (-1.9, 2.0)}


def powers(x, y, k=3, kind="sum", note="a"):
    """A sum whose length is a whole number."""
    total = x**2 * (1.0 if kind == "sum" else -1.0) + len(note) * y**2
    for i in range(k):
        total = total + np.sin(i * x) / 10
    return total


def rare(x, y):
    return x**4 + y**2 if 0.7312 < x < 0.7314 else x**2 + y**2


def opened(function, **ranges):
    w = hw.explore(function, **BOX, **ranges)
    w.sent = []
    w.send = lambda content, buffers=None: w.sent.append((content, buffers))
    return w


def asks(w, parameters, point=(0.3, 0.4)):
    """Ask as a page does that lacks programs; the answer."""
    content = {"kind": "record", "id": "q:1", "parameters": w.problem.on_wire(parameters)}
    w._answer(w, content, [onp.array(point).tobytes()])
    w._questions.jobs.wait()
    return w.sent[-1][0]


@pytest.fixture(autouse=True)
def hardly_ahead(monkeypatch):
    """What nobody has asked for is not recorded for a whole second in each test."""
    monkeypatch.setattr(replay, "SECONDS_AHEAD", 0.1)


@pytest.fixture
def few(monkeypatch):
    """So few settings are kept that a test can record more."""
    for module in (on_demand, replay):
        monkeypatch.setattr(module, "MAX_SETTINGS", 4)
    return 4


def statics(w):
    return [written["static"] for written in w._programs["sets"]]


def test_no_count_of_settings_sends_a_function_to_the_kernel():
    w = opened(powers, k=(1, 100), kind=["sum", "difference"], note="a")
    assert w.engine == "browser"
    assert statics(w)[0] == {"k": 3, "kind": 0, "note": "a"}
    assert "others are recorded when they are wanted" in w.engine_reason


def test_a_setting_is_recorded_when_it_is_wanted():
    w = opened(powers, k=(1, 100), note="a")
    wanted = {"k": 77, "kind": "sum", "note": "abc"}
    assert not any(static["k"] == 77 for static in statics(w))
    assert asks(w, wanted) == {"kind": "record", "id": "q:1", "is_new": True}
    assert statics(w)[0] == {"k": 77, "kind": "sum", "note": "abc"}
    assert not asks(w, wanted)["is_new"]
    found = w._context.recorded.run("frame", wanted, **w._view.computation.inputs(onp.array([0.3, 0.4])))
    exact = hw.curvature(powers, (0.3, 0.4), **wanted)
    onp.testing.assert_allclose(found["hessian"], exact.hessian, rtol=1e-12)


def test_the_settings_next_to_one_that_was_wanted_are_recorded_ahead(monkeypatch):
    monkeypatch.setattr(on_demand, "SECONDS_AHEAD", 60.0)
    w = opened(powers, k=(1, 100))
    wanted = {"k": 12, "kind": "sum", "note": "a"}
    asks(w, wanted)
    for is_new in (True, False):
        content = {"kind": "record_ahead", "id": "q:1", "parameters": w.problem.on_wire(wanted)}
        w._answer(w, content, [])
        w._questions.jobs.wait()
        assert w.sent[-1][0] == {"kind": "record_ahead", "id": "q:1", "is_new": is_new}
        assert statics(w)[0]["k"] == 12
        assert {11, 12, 13} <= {static["k"] for static in statics(w)}


def test_the_settings_that_were_wanted_last_are_kept(few):
    w = opened(powers, k=(1, 100))
    for k in range(10, 10 + few + 3):
        asks(w, {"k": k, "kind": "sum", "note": "a"})
    kept = [static["k"] for static in statics(w)]
    assert kept == list(range(10 + few + 2, 12, -1))


def test_a_path_that_was_not_found_is_recorded_when_it_is_met():
    w = opened(rare)
    point = onp.array([0.7313, 0.4])
    inputs = w._view.computation.inputs(point)
    assert w._context.recorded.run("frame", {}, **inputs) is None
    onp.testing.assert_allclose(  # autograd computes meanwhile
        w._view.computation.compute(point, {}, w.problem)["hessian"], onp.diag([12 * 0.7313**2, 2.0])
    )
    before = w._programs
    assert asks(w, {}, point)["is_new"]
    assert w._programs != before
    found = w._context.recorded.run("frame", {}, **inputs)
    onp.testing.assert_allclose(found["hessian"], onp.diag([12 * 0.7313**2, 2.0]), rtol=1e-12)
    assert not asks(w, {}, point)["is_new"]


def bowl(x):
    """Huber's loss of four variables: beyond the box of the sliders, and on its sides, it is another."""
    return sum(v**2 if abs(v) < 1 else 2 * abs(v) - 1 for v in x) + 0.1 * x[0] * x[1]


def values_on(w, plane):
    places = onp.array([axis.ravel() for axis in onp.meshgrid(*plane.grids(57))])
    tile = w._context.recorded.at({}).executable("tile")
    return tiles.sampled(tile, onp.zeros(0), plane, places), plane.place(places)


def test_paths_that_were_not_found_on_a_landscape_are_recorded_at_rest():
    w = hw.explore(bowl, onp.zeros(4))
    w.sent = []
    w.send = lambda content, buffers=None: w.sent.append((content, buffers))
    plane = Plane.first(w.problem, w.point)
    assert onp.isnan(values_on(w, plane)[0]).any()
    numbers = [part.tobytes() for part in (plane.origin, plane.basis, plane.ends)]
    for is_new in (True, False):
        w._answer(w, {"kind": "record_slice", "id": "q:1", "parameters": {}}, numbers)
        w._questions.jobs.wait()
        assert w.sent[-1][0] == {"kind": "record_slice", "id": "q:1", "is_new": is_new}
    found, points = values_on(w, plane)
    onp.testing.assert_allclose(found, [bowl(x) for x in points.T], rtol=1e-13)


def test_a_page_is_saved_with_the_paths_on_its_landscape(tmp_path):
    w = hw.explore(bowl, onp.zeros(4))
    w.save_html(tmp_path / "bowl.html", seconds=10.0)
    assert not onp.isnan(values_on(w, Plane.first(w.problem, w.point))[0]).any()


def test_verification_does_not_distrust_what_is_not_covered():
    w = opened(rare)
    point = onp.array([0.7313, 0.4])
    c = hw.curvature(rare, tuple(point))
    content = {"kind": "verify", "id": "v:1", "parameters": {}}
    w._answer(w, content, [x.tobytes() for x in (point, onp.array(c.value), c.gradient, c.hessian)])
    assert w.sent[-1][0]["agrees"]
    assert w.engine == "browser"


def test_where_a_function_raises_there_is_its_sentence():
    def guarded(x, y):
        if x < -1:
            raise ValueError("x must be at least -1")
        return np.sqrt(1 + x) + y**2

    w = opened(guarded)
    assert w.engine == "browser"
    assert w._context.recorded.run("frame", {}, **w._view.computation.inputs(onp.array([-1.5, 0.0]))) is None
    with pytest.raises(hw.ProblemError, match="x must be at least -1"):
        w._view.computation.compute(onp.array([-1.5, 0.0]), {}, w.problem)


def test_a_setting_that_cannot_be_recorded_is_told_and_what_was_stays():
    def f(x, y, k=1):
        return x**2 + y**2 if k < 50 else x * float(y)

    w = opened(f, k=(1, 100))
    before = statics(w)
    answer = asks(w, {"k": 80})
    assert answer["kind"] == "refusal"
    assert "float" in answer["message"]
    assert statics(w) == before
    assert w.engine == "browser"


def test_a_kernel_records_for_no_page():
    w = hw.explore(powers, **BOX, engine="kernel")
    w.sent = []
    w.send = lambda content, buffers=None: w.sent.append((content, buffers))
    w._context.recorded.use(())
    assert asks(w, {"k": 3, "kind": "sum", "note": "a"})["kind"] == "refusal"


def test_a_page_is_saved_with_the_settings_next_to_the_present_one(few, tmp_path):
    w = opened(powers, k=(1, 40))
    w.set(k=12)
    w.save_html(tmp_path / "f.html", seconds=60.0)
    kept = [static["k"] for static in statics(w)]
    assert kept[0] == 12
    assert set(kept) == set(range(12 - few // 2 + 1, 12 + few // 2 + 1))


def test_where_there_is_no_time_for_all_settings_the_present_one_comes_first(monkeypatch):
    w = opened(powers, k=(1, 100))
    w.set(k=50)
    made, real = [], w._on_demand._made

    def slow(traced, seconds):
        made.append(traced.values["k"])
        if len(made) > 1:
            raise NotRecorded("no time is left.")
        return real(traced, seconds)

    monkeypatch.setattr(w._on_demand, "_made", slow)
    assert w._on_demand.fill(w._settings, 60.0)
    assert made[:3] == [50, 51, 49]
    assert w._on_demand.programs["sets"][0]["static"]["k"] == 50


def test_recording_says_how_far_it_is_and_what_was_recorded_stays_where_it_is_stopped():
    w = opened(powers, k=(1, 100))
    before, told = statics(w), []
    wanted = {"k": 77, "kind": "sum", "note": "a"}
    with pytest.raises(hw.ProblemError, match="stopped"):
        w._on_demand.learn(w.point, wanted, lambda share, words: told.append(share) or len(told) < 3)
    assert len(told) == 3
    assert told == sorted(told)
    assert statics(w) == before
    assert w._on_demand.learn(w.point, wanted)


def test_a_stop_in_the_midst_of_a_path_leaves_the_paths_as_they_were():
    w = opened(rare)
    point = onp.array([0.7313, 0.4])
    with pytest.raises(hw.ProblemError, match="stopped"):
        w._on_demand.learn(point, {}, lambda share, words: False)
    assert w._on_demand.learn(point, {})


def test_recording_is_cancelled_from_python_and_ends_when_its_time_is_over(monkeypatch):
    held = []

    def f(x, y, k=3):
        if k == 80:
            held[0].cancel()
        return sum(np.sin(i * x) for i in range(k)) + y**2

    w = opened(f, k=(1, 100))
    held.append(w)
    answer = asks(w, {"k": 80})
    assert answer["kind"] == "refusal"
    assert "recording was stopped" in answer["message"]
    monkeypatch.setattr("hesswidget.explorers.on_demand.MAX_SECONDS", 1e-9)
    assert "takes longer than 1e-09 s" in asks(w, {"k": 79})["message"]
