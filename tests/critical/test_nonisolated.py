"""Critical points that are not isolated: a set is a connected piece, with its dimension and its crossings."""

from __future__ import annotations

import math

import autograd.numpy as np
import numpy
import pytest

import hesswidget as hw
from hesswidget.critical.connection import connected, followed

CENTRE = math.sqrt(2) / 7, -math.sqrt(3) / 5
PLANE = {
    "a line": (lambda x, y: (x - y) ** 2, ["valley"], 0),
    "a quartic line": (lambda x, y: x**4 + 0 * y, ["valley"], 0),
    "a line that f rises and falls across": (lambda x, y: x**3 + 0 * y, ["saddle"], 0),
    "two lines of order four crossing": (lambda x, y: -((x * y) ** 4), ["ridge"], 1),
    "two circles that touch": (
        lambda x, y: ((x**2 + y**2 - 1) * ((x - 1.5) ** 2 + y**2 - 0.25)) ** 2,
        ["valley"],
        None,
    ),
    "a circle and its tangent": (lambda x, y: ((x**2 + y**2 - 1) * (x - 1)) ** 2, ["valley"], None),
    "a parabola": (lambda x, y: -((y - x**2) ** 2), ["ridge"], 0),
    "a circle": (lambda x, y: (x**2 + y**2 - 1) ** 2, ["valley"], 0),
    "circles and the ridge between": (
        lambda x, y: ((x**2 + y**2 - 1) * (x**2 + y**2 - 0.5)) ** 2,
        ["ridge", "valley", "valley"],
        0,
    ),
    "two lines crossing": (lambda x, y: (x * y) ** 2, ["valley"], 1),
    "three lines in a point": (lambda x, y: (x * y * (x - y)) ** 2, ["valley"], 1),
    "a triangle": (lambda x, y: (x * y * (x + y - 1)) ** 2, ["valley"], 3),
    "a circle and a line": (lambda x, y: ((x**2 + y**2 - 1) * x) ** 2, ["valley"], 2),
    "a lemniscate": (lambda x, y: ((x**2 + y**2) ** 2 - (x**2 - y**2)) ** 2, ["valley"], 1),
    "a cusp": (lambda x, y: (y**2 - x**3) ** 2, ["valley"], 0),
    "a line with a flat place": (lambda x, y: y**2 * (x**2 + y**2), ["valley"], 0),
}


# Each turned and beside a constant; along the axes, where derivatives vanish exactly, one of each way to be a set.
MOVES = [(name, 1.1, 3.0) for name in PLANE] + [
    (name, 0.0, 0.0)
    for name in ("a quartic line", "two lines crossing", "a cusp", "circles and the ridge between")
]


@pytest.mark.parametrize(("name", "angle", "offset"), MOVES)
def test_a_set_is_a_connected_piece(name, angle, offset):
    f, kinds, crossings = PLANE[name]
    c, s = math.cos(angle), math.sin(angle)

    def g(x, y):
        u, v = x - CENTRE[0], y - CENTRE[1]
        return f(c * u + s * v, c * v - s * u) + offset

    table = hw.critical_points(g, x=(-2.1, 2.47), y=(-2.33, 2.21))
    assert sorted(found.kind for found in table.sets) == kinds
    assert {found.dimension for found in table.sets} == {1}
    if crossings is not None:  # where branches touch is not always found
        assert sum(len(found.crossings) for found in table.sets) == crossings
    assert not [p for p in table if p.label == "degenerate"]
    assert all(("curves that cross" in a.sentence) == (len(a.crossings) > 0) for a in table.sets)


def test_where_branches_cross_is_said():
    table = hw.critical_points(lambda x, y: (x * y * (1 - x)) ** 2, x=(-2, 2.3), y=(-2, 2.1))
    (found,) = table.sets
    assert numpy.allclose(sorted(found.crossings.tolist()), [[0, 0], [1, 0]], atol=1e-6)
    assert found.to_dict()["dimension"] == 1
    assert "curves that cross at" in str(table)


@pytest.mark.parametrize("a", [9 / 4, 1 / 3])
@pytest.mark.parametrize("scale", [1.0, 1e-7])
def test_a_quadratic_form_at_the_value_that_makes_it_singular(a, scale):
    def f(x, y, a=a):
        return (x**2 + a * y**2 + 2 * np.sqrt(a) * x * y) / scale

    table = hw.critical_points(f, x=(-1.3, 2.1), y=(-1.7, 1.9))
    assert len(table) == 0
    assert [(found.kind, found.dimension) for found in table.sets] == [("valley", 1)]
    assert len(table.sentences) == 2


def test_curves_and_surfaces_in_space():
    box = {"x": (-2, 2.3), "y": (-2, 2.1), "z": (-2, 2)}
    table = hw.critical_points(lambda x, y, z: (x**2 + y**2 + z**2 - 1) ** 2, **box)
    assert [(found.kind, found.dimension) for found in table.sets] == [("valley", 2)]
    table = hw.critical_points(lambda x, y, z: (x**2 + y**2 + z**2 - 1) ** 2 + (x * y * z) ** 2, **box)
    (found,) = table.sets  # three great circles
    assert (found.kind, found.dimension, len(found.crossings)) == ("valley", 1, 6)
    table = hw.critical_points(
        lambda x, y, z: ((x - 0.1) ** 2 + (y - 0.2) ** 2) * ((y + 0.3) ** 2 + (z - 0.1) ** 2), **box
    )
    assert [(found.kind, found.dimension) for found in table.sets] == [("valley", 1)] * 2


@pytest.mark.parametrize(
    ("f", "dimension"),
    [
        (lambda x, y, z: (x * y * z) ** 2, 2),
        (lambda x, y, z: ((x**2 + y**2 + z**2 - 1) * ((x - 1) ** 2 + y**2 + z**2 - 1)) ** 2, 2),
        (lambda x, y, z: z**2 * (x**2 + y**2), 2),
        (lambda x, y, z: (x * y) ** 2 + (y * z) ** 2 + (x * z) ** 2, 1),
    ],
    ids=["three planes", "two spheres", "a plane and a line", "three lines"],
)
def test_what_crosses_in_space_is_one(f, dimension):
    table = hw.critical_points(f, x=(-2, 2.3), y=(-2, 2.1), z=(-2, 2))
    assert [(found.kind, found.dimension) for found in table.sets] == [("valley", dimension)]


def test_great_circles_that_cross_are_one():
    def f(t, p):
        x, y, z = np.sin(t) * np.cos(p), np.sin(t) * np.sin(p), np.cos(t)
        return (x * y * z * (x - y) * (y + z)) ** 2

    (found,) = hw.critical_points(f, t=(0.1, 3), p=(-3, 3.1)).sets
    assert (found.kind, found.dimension) == ("valley", 1)
    assert len(found.crossings) >= 5


def test_curves_on_a_sphere_by_its_angles():
    def f(t, p):
        x, y, z = np.sin(t) * np.cos(p), np.sin(t) * np.sin(p), np.cos(t)
        return (x * y * z) ** 2

    table = hw.critical_points(f, t=(0.1, 3), p=(-3, 3.1))
    assert table.counts == {"maximum": 8}
    (found,) = table.sets
    expected = [[math.pi / 2, k * math.pi / 2] for k in (-1, 0, 1)]
    assert numpy.allclose(sorted(found.crossings.tolist()), expected, atol=1e-5)


def on_axes(starts):
    """Searches for x y = 0, whichever line is nearer."""
    ends = starts.copy()
    nearer = numpy.argmin(numpy.abs(starts), axis=1)
    ends[numpy.arange(len(ends)), nearer] = 0.0
    return ends, numpy.zeros(len(starts)), numpy.full(len(starts), True)


def test_lines_that_cross_are_one():
    places = numpy.array([[0.5, 0.0], [0.0, 0.6]])
    assert [part.tolist() for part in connected(places, numpy.zeros(2), [], 1.0, on_axes)] == [[0, 1]]


def on_lines(starts):
    """Searches for y = 0.2 or y = 0.25, whichever is nearer."""
    ends = starts.copy()
    ends[:, 1] = numpy.where(starts[:, 1] < 0.225, 0.2, 0.25)
    return ends, numpy.zeros(len(starts)), numpy.all((ends >= 0) & (ends <= 1), axis=1)


def test_lines_side_by_side_are_two():
    places = numpy.array([[x, y] for y in (0.2, 0.25) for x in (0.1, 0.4, 0.8)])
    parts = connected(places, numpy.zeros(6), [], 1.0, on_lines)
    assert [part.tolist() for part in parts] == [[0, 1, 2], [3, 4, 5]]
    parts = connected(places, numpy.array([0.0, 0.0, 1.0, 0.0, 0.0, 0.0]), [], 1.0, on_lines)
    assert sorted(part.tolist() for part in parts) == [[0, 1], [2], [3, 4, 5]]


def test_a_curve_is_followed_to_the_edge():
    places = numpy.array([[0.5, 0.2], [0.53, 0.2]])
    found, values, links = followed(places, numpy.zeros(2), [(0, 1)], 1.0, on_lines)
    assert numpy.max(found[:, 0]) > 0.96
    assert len(values) == len(found) == len(links) + 1


@pytest.mark.parametrize(
    "f",
    [
        lambda x, y: np.sin(x * y) ** 2 + np.cos(x * y) ** 2,
        lambda x, y: np.log(np.exp(x) * np.exp(y)) - x - y,
        lambda x, y: 3.0 + 0 * x * y,
    ],
)
def test_a_constant_is_one_plain(f):
    table = hw.critical_points(f, x=(-1, 1.3), y=(-1, 1.2))
    assert not len(table)
    assert [s.kind for s in table.sets] == ["plain"]
    assert any("constant in the box" in note for note in table.notes)


def test_a_plateau_has_no_minima_in_it():
    data = numpy.array([1, 2, 3.5, 7])
    table = hw.critical_points(lambda m: np.sum(np.abs(data - m)), m=(0, 9.3))
    assert {p.label for p in table} <= {"undefined"}
    assert [s.kind for s in table.sets] == ["plain"]
