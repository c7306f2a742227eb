"""Bifurcation diagrams: normal forms, whose events are known in closed form, and functions that have none."""

from __future__ import annotations

import autograd.numpy as np
import numpy
import pytest

import hesswidget as hw
from hesswidget.bifurcations.continuation import Bifurcations
from hesswidget.bifurcations.events import kind_of
from hesswidget.critical.find import Survey
from hesswidget.problem.controls import Range
from hesswidget.problem.problem import Problem
from unrecorded import zero


def diagram(f, parameter="a", **ranges):
    problem = Problem.over_ranges(f, None, None, ranges)
    return Bifurcations(problem, parameter).at(problem.parameters)


def seen(d):
    return [(e.kind, round(e.value, 4)) for e in d.events]


def pitchfork(x, y, a=1.0):
    return x**4 / 4 - a * x**2 / 2 + y**2


def tilted(x, a=0.0, b=1.0):
    return x**4 / 4 - b * x**2 / 2 - a * x


def test_a_pitchfork():
    d = diagram(pitchfork, x=(-2, 2), y=(-1, 1), a=(-1, 2))
    (event,) = d.events
    assert event.kind == "pitchfork"
    assert abs(event.value) < 1e-5
    assert numpy.max(numpy.abs(event.point)) < 1e-4
    assert sorted(b.label for b in d.branches) == ["minimum", "minimum", "minimum", "saddle"]
    for b in d.branches:
        x, a = b.points[:, 0], b.values
        assert numpy.all(numpy.diff(a) > 0)
        if abs(x[-1]) > 0.1:
            root = numpy.sqrt(numpy.maximum(a, 0))
            assert numpy.max(numpy.abs(numpy.abs(x) - root)) < 1e-9
            assert numpy.all(numpy.sign(x) == numpy.sign(x[-1]))
            assert b.function_values == pytest.approx(-(a**2) / 4, abs=1e-12)
        else:
            assert numpy.max(numpy.abs(x)) < 1e-9
            assert b.label == ("saddle" if a[-1] > 0 else "minimum")
        assert numpy.max(numpy.abs(b.points[:, 1])) < 1e-9
    assert d.counts(-0.5) == {"minimum": 1}
    assert d.counts(1.0) == {"minimum": 2, "saddle": 1}


def test_a_fold():
    d = diagram(lambda x, a=0.0: x**3 / 3 - a * x, x=(-2, 2), a=(-1, 1))
    (event,) = d.events
    assert event.kind == "fold"
    assert abs(event.value) < 1e-5
    assert {b.label for b in d.branches} == {"minimum", "maximum"}
    for b in d.branches:
        sign = 1 if b.label == "minimum" else -1
        assert b.points[:, 0] == pytest.approx(sign * numpy.sqrt(b.values), abs=1e-9)
    assert d.counts(-0.01) == {}


def test_a_transcritical_crossing():
    d = diagram(lambda x, a=0.0: x**3 / 3 - a * x**2 / 2, x=(-2, 2), a=(-1, 1))
    (event,) = d.events
    assert event.kind == "transcritical"
    assert abs(event.value) < 1e-5
    assert len(d.branches) == 4
    for b in d.branches:
        x = {True: numpy.maximum, False: numpy.minimum}[b.label == "minimum"](b.values, 0)
        assert b.points[:, 0] == pytest.approx(x, abs=1e-9)


def test_a_tilt_breaks_the_pitchfork_into_a_fold_and_a_branch_without_an_event():
    e = 0.05
    d = diagram(lambda x, a=0.5: x**4 / 4 - a * x**2 / 2 - e * x, x=(-2, 2), a=(-1, 2))
    assert [event.kind for event in d.events] == ["fold"]
    assert d.events[0].value == pytest.approx(3 * (e / 2) ** (2 / 3), abs=1e-5)
    assert d.events[0].point == pytest.approx([-((e / 2) ** (1 / 3))], abs=2e-3)
    through = [b for b in d.branches if b.values[0] == -1 and b.values[-1] == 2]
    assert len(through) == 1
    x, a = through[0].points[:, 0], through[0].values
    assert numpy.max(numpy.abs(x**3 - a * x - e)) < 1e-12


def test_a_tilt_too_small_for_the_grid_is_still_told_from_a_pitchfork():
    e = 1e-4
    d = diagram(lambda x, a=0.5: x**4 / 4 - a * x**2 / 2 - e * x, x=(-2, 2), a=(-1, 2))
    assert [event.kind for event in d.events] == ["fold"]
    assert d.events[0].value == pytest.approx(3 * (e / 2) ** (2 / 3), abs=1e-5)


def test_hysteresis_between_two_folds_and_none_beyond_the_cusp():
    d = diagram(tilted, x=(-2, 2), a=(-1, 1), b=1.0)
    edge = 2 / 3**1.5
    assert [event.kind for event in d.events] == ["fold", "fold"]
    assert [event.value for event in d.events] == pytest.approx([-edge, edge], abs=1e-5)
    assert d.counts(0.0) == {"minimum": 2, "maximum": 1}
    assert diagram(tilted, x=(-2, 2), a=(-1, 1), b=-0.2).events == ()


def test_folds_and_a_pitchfork_together():
    d = diagram(lambda x, a=0.0: x**6 / 6 - x**4 / 4 - a * x**2 / 2, x=(-2, 2), a=(-1, 1))
    assert seen(d) == [("fold", -0.25), ("fold", -0.25), ("pitchfork", 0.0)]


def test_a_point_that_leaves_the_box():
    d = diagram(lambda x, a=0.0: (x - a) ** 2, x=(-1, 1), a=(-0.5, 2))
    assert seen(d) == [("boundary", 1.0)]
    assert d.branches[0].values[-1] == pytest.approx(1.0, abs=1e-5)


def test_without_critical_points_there_are_no_branches():
    d = diagram(lambda x, y, a=0.0: x + y + 0.01 * np.sin(x + a), x=(-2, 2), y=(-1, 1), a=(-1, 2))
    assert d.branches == d.events == ()
    assert d.counts(0.0) == {}


def test_points_that_are_not_isolated_are_left_out_and_that_is_said():
    d = diagram(lambda x, y, a=0.0: (x**2 + y**2 - a) ** 2, x=(-2, 2), y=(-2, 2), a=(-1, 1))
    assert {b.label for b in d.branches} == {"minimum", "maximum"}
    assert "not isolated" in d.notes[0]


def test_in_three_variables_saddles_of_different_index_are_different_branches():
    f = lambda x, y, z, a=0.0: x**3 / 3 - a * x - y**2 + z**2
    d = diagram(f, x=(-2, 2), y=(-1, 1), z=(-1, 1), a=(-1, 1))
    assert sorted(b.index for b in d.branches) == [1, 2]
    assert seen(d) == [("fold", 0.0)]


def test_a_vector_variable():
    f = lambda w, a=0.5: np.sum(w**4) / 4 - a * w[0] ** 2 / 2 + w[1] ** 2
    problem = Problem.over_ranges(f, None, None, {"w": hw.vector(numpy.zeros(2), -2, 2), "a": (-1, 2)})
    d = Bifurcations(problem, "a").at(problem.parameters)
    assert [event.kind for event in d.events] == ["pitchfork"]
    assert abs(d.events[0].value) < 1e-5


@pytest.mark.parametrize("name", ["himmelblau"])
def test_branches_agree_with_a_survey_of_the_whole_box(name):
    problem = Problem.over_ranges(name, None, None, {})
    d = Bifurcations(problem, "a").at(problem.parameters)
    survey = Survey(problem)
    for value in (1.0, 3.7, 11.0, 17.3):
        table = survey.at({**problem.parameters, "a": value})
        assert d.counts(value) == table.counts
        for b in d.branches:
            if (x := b.at(value)) is not None:
                assert numpy.linalg.norm(table.nearest(x).point - x) < 2e-2
    assert [event.kind for event in d.events] == ["pitchfork", "fold", "fold"]


def test_a_logarithmic_parameter_is_swept_evenly_in_its_logarithm():
    at = 0.02  # of a range that ends at 1000

    def f(x, a=1.0):
        return x**4 / 4 + (a - at) / (a + at) * x**2 / 2

    ends = numpy.log([1e-3, 1e3])
    d = diagram(f, x=(-2, 2), a=Range("a", 1.0, 1e-3, 1e3, 0.1, logarithmic=True))
    linear = diagram(lambda x, s=0.0: f(x, np.exp(s)), "s", x=(-2, 2), s=tuple(ends))
    assert d.is_logarithmic
    assert not linear.is_logarithmic
    assert (d.values[0], d.values[-1]) == (1e-3, 1e3)
    assert numpy.log(d.values) == pytest.approx(linear.values, abs=1e-9)
    assert [e.kind for e in d.events] == [e.kind for e in linear.events] == ["pitchfork"]
    for event, a in ((d.events[0], d.events[0].value), (linear.events[0], numpy.exp(linear.events[0].value))):
        assert abs(numpy.log(a / at)) < 1e-6 * (ends[1] - ends[0])
        assert abs(event.point[0]) < 1e-3
    assert d.counts(1e-3) == {"minimum": 2, "maximum": 1}
    assert d.counts(1e3) == {"minimum": 1}
    for b, twin in zip(d.branches, linear.branches, strict=True):
        assert b.label == twin.label
        x, a = b.points[:, 0], b.values
        root = numpy.sqrt(numpy.maximum(at - a, 0) / (at + a))
        assert x == pytest.approx(numpy.sign(numpy.round(x[0], 2)) * root, abs=1e-9)
        between = float(numpy.sqrt(a[3] * a[4]))  # straight in the logarithm, as on the page
        assert b.at(between) == pytest.approx((x[3] + x[4]) / 2, abs=1e-12)
        assert twin.at(float(numpy.log(between))) == pytest.approx(b.at(between), abs=1e-9)


def test_the_other_parameters_may_change():
    problem = Problem.over_ranges(tilted, None, None, {"x": (-2, 2), "a": (-1, 1), "b": (0.1, 2.0)})
    maker = Bifurcations(problem, "a")
    for b in (0.5, 1.5):
        edge = 2 * (b / 3) ** 1.5
        events = maker.at({**problem.parameters, "b": b}).events
        assert [event.value for event in events] == pytest.approx([-edge, edge], abs=1e-5)


def test_the_result_is_the_same_each_time():
    one, two = (diagram(pitchfork, x=(-2, 2), y=(-1, 1), a=(-1, 2)) for _ in range(2))
    assert all(numpy.array_equal(a.points, b.points) for a, b in zip(one.branches, two.branches, strict=True))


def test_a_function_that_is_not_recorded_is_searched_with_few_starts():
    def f(x, y, a=1.0):
        return x**4 / 4 - a * x**2 / 2 + y**2 + zero(y)

    d = diagram(f, x=(-2, 2), y=(-1, 1), a=(-1, 2))
    assert "could not be recorded" in d.notes[-1]
    assert d.counts(-0.5) == {"minimum": 1}
    assert d.counts(1.0) == {"minimum": 2, "saddle": 1}
    assert d.events == ()  # so few do not locate the pitchfork at a = 0, which is said
    assert "something happens that was not located" in d.notes[0]


def test_a_function_that_is_not_defined_everywhere():
    d = diagram(lambda x, a=1.0: x - a * np.log(x), x=(-1, 3), a=(0.5, 2))
    (branch,) = d.branches
    assert branch.label == "minimum"
    assert branch.points[:, 0] == pytest.approx(branch.values, abs=1e-9)


def test_what_makes_no_diagram_is_refused_with_a_sentence():
    with pytest.raises(hw.ProblemError, match="needs a range of real numbers for n"):
        diagram(lambda x, n=2: x**n, "n", x=(-1, 1), n=(1, 5))
    with pytest.raises(hw.ProblemError, match="for c"):
        diagram(lambda x, c="p": x**2, "c", x=(-1, 1), c=["p", "q"])
    with pytest.raises(hw.ProblemError, match="at most 6"):
        diagram(lambda w, a=0.0: np.sum(w**2) * a, w=numpy.ones(7), a=(0.0, 1.0))
    with pytest.raises(hw.ProblemError, match="raised"):
        diagram(lambda x, a=0.0: x.nothing, x=(-1, 1), a=(0.0, 1.0))


@pytest.mark.parametrize(
    ("before", "after", "kind"),
    [
        ([1, 0], [], "fold"),
        ([2, 0], [], "change"),
        ([0], [1, 0, 0], "pitchfork"),
        ([0, 0, 0], [0], "change"),
        ([0, 1], [1, 0], "transcritical"),
        ([0, 0], [0, 0], None),
        ([0], [0], None),
        ([0], [1], "change"),
        ([], [0], "change"),
        ([-1], [0], None),
        ([-1], [0, 1], "change"),
    ],
)
def test_kinds(before, after, kind):
    assert kind_of(before, after, False) == kind


def test_it_prints():
    text = str(diagram(lambda x, a=0.0: x**3 / 3 - a * x, x=(-2, 2), a=(-1, 1)))
    assert "fold at a = " in text
    assert text.startswith("critical points of ")
