"""The arrays of a picture: one record in Python, which the front end reads by the same names."""

from __future__ import annotations

import re

import pytest

from frontend.test_frontend import FRONTEND
from hesswidget.derivatives.traced import TracedProblem
from hesswidget.explorers import frame
from hesswidget.problem.problem import Problem
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
