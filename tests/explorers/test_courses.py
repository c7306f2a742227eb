"""Courses: each step is taken once, whoever asks for it."""

from __future__ import annotations

import numpy as np
import pytest

import hesswidget as hw
from hesswidget.explorers import courses
from hesswidget.explorers.courses import Course
from unrecorded import zero


class Counting:
    """Counts the steps that are taken, along a line; at one of them it may raise."""

    def __init__(self, raises_at=None):
        self.taken, self.raises_at = 0, raises_at

    def states(self, point, parameters, steps):
        for k in range(steps + 1):
            if k == self.raises_at:
                raise ValueError("there")
            self.taken += 1
            yield {"point": point + k}


def points(course):
    return [state["point"].tolist() for state in course]


def test_what_was_met_is_at_hand_and_the_rest_is_met_once():
    counting = Counting()
    course = Course(counting, np.zeros(1), {}, 4)
    first = iter(course)
    assert [next(first)["point"].tolist() for _ in range(2)] == [[0], [1]]
    assert points(course) == [[0], [1], [2], [3], [4]] == points(course)
    assert [state["point"].tolist() for state in first] == [[2], [3], [4]]
    assert counting.taken == 5


def test_what_takes_much_memory_is_gone_through_anew(monkeypatch):
    monkeypatch.setattr(courses, "KEPT", 7)
    counting = Counting()
    course = Course(counting, np.zeros(2), {}, 4)
    assert points(course) == points(course) == [[k, k] for k in range(5)]
    assert len(course._known) == 1


def test_what_raises_raises_again():
    course = Course(Counting(raises_at=2), np.zeros(1), {}, 4)
    for _ in range(2):
        with pytest.raises(ValueError, match="there"):
            points(course)


@pytest.mark.parametrize("methods", [["newton", "scipy:BFGS"], ["adam"]], ids=str)
def test_paths_of_the_same_state_are_followed_once(methods):
    asked = []

    def f(x, y):
        asked.append(1)
        return (1 - x) ** 2 + 100 * (y - x**2) ** 2

    w = hw.descend(f, (-1.2, 1.0), methods=methods, steps=30, x=(-2, 2), y=(-1, 3))
    first = w.paths
    count = len(asked)
    second = w.paths
    assert len(asked) <= count + 1  # at the start: it may have changed
    for one, other in zip(first, second, strict=True):
        np.testing.assert_array_equal(one.points, other.points)
    w.point = (-1.0, 1.0)
    assert w.paths[0].points[0].tolist() == [-1.0, 1.0]


def test_what_was_not_recorded_may_have_changed():
    scale = [1.0]
    f = lambda x, y: scale[0] * x**2 + y**2 + zero(x)
    w = hw.descend(f, (-1.2, 1.0), methods=["newton"], steps=30, x=(-2, 2), y=(-1, 3))
    assert w.paths[0].values[0] == 1.2**2 + 1
    scale[0] = 2.0
    assert w.paths[0].values[0] == 2 * 1.2**2 + 1
