"""What Python sets the point to: beyond the ranges it widens the view, and it leaves a trail."""

import base64
import json
import zlib

import numpy as np
import pytest
from scipy.optimize import minimize

import hesswidget as hw
from hesswidget.appearance import MIME_TYPE


def rosenbrock(x, y, a=1.0):
    return (a - x) ** 2 + 100 * (y - x**2) ** 2


@pytest.fixture
def w():
    return hw.explore(rosenbrock, x=(-2, 2), y=(-1, 3), a=(0.0, 2.0))


def shown(w):
    return [(r["minimum"], r["maximum"]) for r in w.get_state("_shown_ranges")["_shown_ranges"]]


def saved(w):
    data, _ = w._repr_mimebundle_()
    return json.loads(zlib.decompress(base64.b64decode(data[MIME_TYPE]["packed"])))["traits"]


def test_an_optimizer_may_leave_the_ranges(w):
    def on_step(x):
        w.point = x

    found = minimize(lambda p: rosenbrock(*p), (-3.0, 9.0), method="Nelder-Mead", callback=on_step)
    np.testing.assert_array_equal(w.point, found.x)
    (x, _), (_, y) = shown(w)
    assert x < -2.5
    assert y > 6
    assert len(w.trail) > 20
    np.testing.assert_array_equal(w.trail[-1], w.point)


def test_a_point_beyond_a_range_widens_it_with_room_around_and_no_other(w):
    w.point = [5.0, 0.0]
    (low, high), y = shown(w)
    assert low == -2
    assert 5 < high < 12
    assert y == (-1, 3)
    w.x = 5.5  # and sliders go as far
    assert w.point.tolist() == [5.5, 0.0]
    assert w.problem.ranges[0].maximum == 2  # by which is judged what is large and small
    assert w.figure().axes[0].get_xlim() == (low, high)
    assert saved(w)["explorer"]["_problem"]["coordinates"][0]["maximum"] == high


def test_a_point_within_the_ranges_widens_nothing(w):
    w.point = [2.0, 3.0]
    assert shown(w) == []


def test_a_view_is_widened_seldom_however_far_a_point_goes_in_small_steps(w):
    widenings = []
    w.observe(widenings.append, "_shown_ranges")
    for x in np.linspace(0, 1_000, 500):
        w.point = [x, 0.0]
    assert len(widenings) < 20


@pytest.mark.parametrize("point", [[np.nan, 0.0], [np.inf, 0.0], [0.0], [1.7e308, 0.0]])
def test_what_no_range_holds_is_refused_and_changes_nothing(w, point):
    before = w.get_state()
    with pytest.raises(hw.ProblemError):
        w.point = point
    assert w.get_state() == before


@pytest.mark.parametrize("change", [{"x": 5.0}, {"_shown_ranges": []}, {"trail": b""}])
def test_a_front_end_stays_within_the_ranges_and_sets_none(w, change):
    w.point = [1.0, 1.0]
    before = w.get_state()
    w.set_state(change)
    assert w.get_state() == before


def test_only_what_the_point_is_set_to_leaves_a_trail(w):
    w.set(x=1.0)
    w.x = 0.5
    w.set_state({"x": 0.25})
    assert w.trail.shape == (0, 2)
    w.point = [1.0, 2.0]
    w.point = [1.5, 2.5]
    assert w.trail.tolist() == [[1.0, 2.0], [1.5, 2.5]]
    lines = [line for line in w.figure().axes[0].lines if len(line.get_xdata()) == 2]
    assert [line.get_xydata().tolist() for line in lines] == [w.trail.tolist()]
    assert len(base64.b64decode(saved(w)["trail"]["base64"])) == 32
    w.trail = []
    assert w.trail.shape == (0, 2)


def test_a_trail_is_bounded_and_checked(w):
    w.trail = np.zeros((1_000, 2))
    w.point = [1.0, 1.0]
    assert w.trail.shape == (256, 2)
    assert w.trail[-1].tolist() == [1.0, 1.0]
    for given in ([1.0, 2.0], [[1.0]], [[np.nan, 1.0]], "path", [[1.0, 2.0], [1.0]]):
        with pytest.raises(hw.ProblemError, match="trail"):
            w.trail = given
    assert w.trail.shape == (256, 2)


def test_one_message_has_all_that_a_point_changes(w):
    told = []
    w._send = lambda message, buffers=None: told.append(message)
    w.point = [5.0, 1.0]
    (message,) = told
    assert {"x", "_shown_ranges"} <= message["state"].keys()
    assert ["trail"] in message["buffer_paths"]


def test_a_vector_is_widened_by_component():
    w = hw.explore(lambda w: np.sum(w**2), w=hw.vector(np.zeros(3), -1.0, 1.0))
    w.point = np.array([0.0, 4.0, 0.0])
    assert [high > 4 for _, high in shown(w)] == [False, True, False]
