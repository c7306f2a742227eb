"""The arrays of a picture: one record in Python, which the front end reads by the same names."""

from __future__ import annotations

import re

import autograd.numpy as np
import pytest

from frontend.test_frontend import FRONTEND
from hesswidget.derivatives.traced import TracedProblem
from hesswidget.explorers import frame
from hesswidget.landscape.plane import Plane
from hesswidget.problem.problem import Problem
from hesswidget.program.executor import Executable
from hesswidget.second_derivative_test.reason import HEADINGS, TEMPLATES
from hesswidget.second_derivative_test.tolerances import Tolerances


def outputs(function, **ranges):
    problem = Problem.over_ranges(function, None, None, ranges)
    return {name for name, _ in frame.program(TracedProblem.of(problem), Tolerances()).outputs}


@pytest.fixture(scope="module")
def in_a_plane():
    return outputs(lambda x, y: x**2 - y**2, x=(-1, 1), y=(-1, 1))


def test_what_the_front_end_reads_of_a_frame_is_in_its_record(in_a_plane):
    source = (FRONTEND / "engine" / "frame.ts").read_text(encoding="utf-8")
    (union,) = re.findall(r"type FrameArray =([^;]+);", source)
    read = set(re.findall(r'"(\w+)"', union))
    assert {"label", "gradient_norm", "near1"} <= read
    assert read <= in_a_plane


def test_what_the_reason_is_written_with_is_in_a_frame(in_a_plane):
    fields = {field for template in (*HEADINGS, *TEMPLATES) for field in re.findall(r"{(\w+)", template)}
    assert fields - {"n"} <= in_a_plane  # the front end knows how many coordinates there are


def test_a_model_along_a_curve_has_one_axis(in_a_plane):
    assert in_a_plane - outputs(lambda x: x**2, x=(-1, 1)) == {"near1"}


def largest(x, y):
    return np.array([x, y, 0.3])[np.argmax(np.array([x, y, 0.3]))] + y**2


def middle(x, y):
    return sorted([x, y, 0.3])[1] + y**2


def whole(x, y):
    return int(2 * (x + 0.2)) * y + x**2


def either(x, y):
    return x**2 if x > 0.3 or y < 0 else y**2


def later(x, y):
    u = x**2 if y < 5 else y
    return u if np.exp(u) < np.exp(0.09) else 0.09 + (u - 0.09) * 2


AT_03 = {"argmax": largest, "sorted": middle, "int": whole, "or": either, "on the way": later}


@pytest.mark.parametrize("unit", [1e-8, 1.0, 1e8], ids="{:.0e}".format)
@pytest.mark.parametrize("function", AT_03.values(), ids=AT_03)
def test_a_frame_says_where_the_other_way_of_a_branch_is_within_rounding(function, unit):
    box = {"x": (-2 * unit, 2 * unit), "y": (-2 * unit, 2 * unit)}
    problem = Problem.over_ranges(lambda x, y: function(x / unit, y / unit), None, None, box)
    run = Executable(frame.program(TracedProblem.of(problem), Tolerances()))

    def said(x):
        point = np.array([x, 0.1]) * unit
        plane = Plane.first(problem, point)
        lies = {"origin": plane.origin, "basis": plane.basis, "ends": plane.ends}
        found = run(point=point, parameters=np.zeros(0), **lies)
        assert found["covered"] == 1
        assert found["said"][0] == (found["branch_line"] > 0)
        return found["branch_line"]

    first = function.__code__.co_firstlineno
    for x in (0.3, np.nextafter(0.3, 1), np.nextafter(0.3, 0)):
        assert first < said(x) <= first + 2
    for x in (0.3 + 1e-9, 0.3 - 1e-9, 0.35, 0.25):
        assert said(x) == 0
