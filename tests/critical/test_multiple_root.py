"""Degenerate critical points: located as exactly as can be, and decided, wherever they lie and however turned."""

from __future__ import annotations

import math

import autograd.numpy as np
import numpy
import pytest

import hesswidget as hw
from hesswidget.critical.multiple_root import located
from hesswidget.derivatives.objective import Objective
from hesswidget.problem.problem import Problem

BOX = (-2.1, 2.47), (-2.33, 2.21)
MINIMUM, SADDLE, MAXIMUM = "minimum", "saddle", "maximum"
KINDS = {
    "half quartic": (lambda x, y: x**4 + y**2, {(0, 0): MINIMUM}),
    "half sextic": (lambda x, y: x**6 + y**2, {(0, 0): MINIMUM}),
    "half octic": (lambda x, y: x**8 + y**2, {(0, 0): MINIMUM}),
    "dome": (lambda x, y: -(x**4) - y**2, {(0, 0): MAXIMUM}),
    "pass": (lambda x, y: x**4 - y**2, {(0, 0): SADDLE}),
    "fold": (lambda x, y: x**3 + y**2, {(0, 0): SADDLE}),
    "flat fold": (lambda x, y: x**5 + y**2, {(0, 0): SADDLE}),
    "uneven": (lambda x, y: x**4 + x**5 / 5 + y**2, {(0, 0): MINIMUM}),
    "quartic bowl": (lambda x, y: x**4 + y**4, {(0, 0): MINIMUM}),
    "fourth and sixth": (lambda x, y: x**4 + y**6, {(0, 0): MINIMUM}),
    "bent": (lambda x, y: (y - x**2) ** 2 + x**4, {(0, 0): MINIMUM}),
    "bent more": (lambda x, y: (y - x**2) ** 2 + x**6, {(0, 0): MINIMUM}),
    "Peano": (lambda x, y: (y - x**2) * (y - 3 * x**2), {(0, 0): SADDLE}),
    "two wells": (
        lambda x, y: x**4 + (y**2 - 2) ** 2,
        {(0, math.sqrt(2)): MINIMUM, (0, -math.sqrt(2)): MINIMUM, (0, 0): SADDLE},
    ),
    "two wells, one expression": (
        lambda x, y: x**4 + y**4 - y**2,
        {(0, math.sqrt(0.5)): MINIMUM, (0, -math.sqrt(0.5)): MINIMUM, (0, 0): SADDLE},
    ),
    "remainder": (lambda x, y: np.cosh(x) - x**2 / 2 - 1 + y**2 * np.exp(x / 3), {(0, 0): MINIMUM}),
}
# Of every kind one that has all at once: turned, small, beside a constant. What is only shifted is as written, and
# derivatives along the axes are zero exactly, which is another way to go wrong: of every order one.
TURNED, SHIFTED = (0.7, 1e-3, 5.0), (0.0, 1.0, 0.0)
MOVES = [(name, TURNED) for name in KINDS] + [
    (name, SHIFTED) for name in ("half quartic", "flat fold", "quartic bowl", "half octic", "Peano")
]
CENTRE = numpy.array([math.sqrt(2) / 7, -math.sqrt(3) / 5])


def moved(f, angle, scale, offset):
    c, s = math.cos(angle), math.sin(angle)

    def g(x, y):
        u, v = x / scale - CENTRE[0], y / scale - CENTRE[1]
        return f(c * u + s * v, c * v - s * u) + offset

    def place(u, v):
        return scale * (CENTRE + numpy.array([c * u - s * v, s * u + c * v]))

    return g, place


@pytest.mark.parametrize(("name", "move"), MOVES)
def test_a_degenerate_point_is_located_and_decided(name, move):
    f, known = KINDS[name]
    angle, scale, offset = move
    g, place = moved(f, angle, scale, offset)
    table = hw.critical_points(g, **{a: (scale * r[0], scale * r[1]) for a, r in zip("xy", BOX, strict=True)})
    degenerate = [p for p in table if p.label == "degenerate"]
    assert len(degenerate) == len(known)
    assert not table.sets
    assert table.completeness.is_met
    for at, kind in known.items():
        found = min(degenerate, key=lambda p: numpy.linalg.norm(p.point - place(*at)))
        assert numpy.linalg.norm(found.point - place(*at)) <= 1e-9 * scale
        assert found.kind == kind, found.reason
        there = hw.curvature(g, found.point, stationarity_scale=scale)
        if there.label == "degenerate":
            assert there.resolution.kind == kind


@pytest.mark.parametrize(
    ("f", "box", "kinds"),
    [
        (lambda x, y: x**4 + y**2, ((-1.3, 2.1), (-1.7, 1.9)), {"minimum": 1}),
        (lambda x, y: (x - 0.31) ** 4 + y**2, ((-1.3, 2.1), (-1.7, 1.9)), {"minimum": 1}),
        (lambda x, y: x**4 + np.cos(y), ((-1.3, 2.1), (-4, 4.7)), {"minimum": 2, "saddle": 1}),
        (
            lambda x, y: (x**2 - y**4) * (1 - x**2 - y**4),
            ((-1.3, 2.1), (-1.7, 1.9)),
            {"minimum": 2, "saddle": 5, "maximum": 2},
        ),
    ],
)
def test_published_faults_are_decided(f, box, kinds):
    table = hw.critical_points(f, x=box[0], y=box[1])
    found = [p.kind for p in table]
    assert {kind: found.count(kind) for kind in set(found)} == kinds


@pytest.mark.parametrize(("power", "exact"), [(3, 1e-14), (4, 1e-13), (5, 1e-11), (6, 1e-10), (8, 1e-7)])
def test_a_root_of_an_expanded_polynomial_is_located(power, exact):
    # The slope's rounding, 1e-16, alone leaves the root open by its root of order power − 1: 5e-3 for the 8th power.
    centre = 0.37
    coefficients = (numpy.poly1d([1.0, -centre]) ** power).coefficients[::-1]

    def f(x, y):
        return sum(c * x**k for k, c in enumerate(coefficients)) + y**2

    objective = Objective(Problem.over_ranges(f, None, None, {"x": (-1, 2), "y": (-1, 2)}))
    start = numpy.array([centre + 1e-3, 0.0])
    place = located(objective, start, numpy.array([0.0, 18.0]), numpy.eye(2), numpy.full(2, 3.0))
    assert place is not None
    assert abs(place[0] - centre) <= exact


def test_a_minimum_and_a_saddle_close_together_stay_two():
    table = hw.critical_points(lambda x, y: x**3 / 3 - 1e-6 * x + y**2, x=(-1.1, 1.3), y=(-1, 1.2))
    assert table.counts == {"minimum": 1, "saddle": 1}
    assert sorted(p.point[0] for p in table) == pytest.approx([-1e-3, 1e-3], rel=1e-9)


@pytest.mark.parametrize("x", [-5.4e-9, 3e-9, 1e-8])
def test_the_point_where_a_search_ends_is_a_minimum_too(x):
    found = hw.curvature(lambda x, y: x**4 + y**2, (x, 0.0), stationarity_scale=1.7)
    kind = found.resolution.kind if found.resolution else found.label
    assert kind == "minimum"


def test_ranges_of_very_different_size():
    box = {"x": (-1e-6, 1.3e-6), "y": (-1.1e6, 1e6)}
    table = hw.critical_points(lambda x, y: 1e12 * x**2 + 1e-12 * y**2, **box)
    assert table.counts == {"minimum": 1}
    assert not table.sets
    assert "in units of the ranges" in table[0].reason
    table = hw.critical_points(lambda x, y: (1e6 * x) ** 4 - 1e-12 * y**2, **box)
    assert [(p.label, p.kind) for p in table] == [("degenerate", "saddle")]
    assert table.completeness.is_met
