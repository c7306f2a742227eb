"""Paths of steepest descent: closed forms, published functions, symmetry, and an integration of one's own."""

from __future__ import annotations

import dataclasses

import autograd.numpy as np
import numpy
import pytest
from autograd import grad

import hesswidget as hw
from hesswidget import gallery
from hesswidget.critical.separatrices import POINTS, START
from unrecorded import zero

PUBLISHED = {  # how many paths end in minima and at the boundary
    "himmelblau": (8, 0),
    "six_hump_camel": (14, 0),
    "three_hump_camel": (4, 0),
    "mueller_brown": (4, 0),
    "goldstein_price": (8, 0),
}


def bent_valley(x, y):
    """Two minima in a valley as narrow as Rosenbrock's (1960), and a saddle between them."""
    return (x**2 - 1) ** 2 + 100 * (y - x**2) ** 2


def value_of(name_or_function):
    return gallery[name_or_function] if isinstance(name_or_function, str) else name_or_function


@pytest.mark.parametrize("name", PUBLISHED)
def test_every_path_descends_from_its_saddle_along_the_eigenvector_to_a_minimum(name):
    table = hw.critical_points(name)
    paths = table.paths()
    outcomes = [path.outcome for path in paths]
    assert (outcomes.count("minimum"), outcomes.count("boundary")) == PUBLISHED[name]
    assert len(paths) == sum(PUBLISHED[name])
    f = gallery[name]
    box = numpy.array([f.ranges[a] for a in f.variables])
    for path in paths:
        saddle = table[path.saddle]
        assert len(path.points) <= POINTS
        assert numpy.array_equal(path.points[0], saddle.point)
        assert table[path.end].label == "minimum"
        assert numpy.array_equal(path.points[-1], table[path.end].point)
        heights = numpy.array([f(*x) for x in path.points])
        rounding = 1e-12 * numpy.max(numpy.abs(heights))
        assert numpy.all(numpy.diff(heights) < rounding)
        assert numpy.all((path.points >= box[:, 0] - 1e-9) & (path.points <= box[:, 1] + 1e-9))
        step = path.points[1] - path.points[0]
        along = abs(step @ saddle.curvature.eigenvectors[:, 0]) / numpy.linalg.norm(step)
        assert along > 0.995
    for one, other in zip(paths[::2], paths[1::2], strict=True):
        assert (one.points[1] - one.points[0]) @ (other.points[1] - other.points[0]) < 0


def test_the_passes_of_himmelblau_join_its_four_minima_in_a_ring():
    table = hw.critical_points("himmelblau")
    joined = {}
    for path in table.paths():
        joined.setdefault(path.saddle, set()).add(path.end)
    neighbours = {k: set().union(*(e for e in joined.values() if k in e)) - {k} for k in range(4)}
    assert all(len(ends) == 2 for ends in joined.values())
    assert all(len(others) == 2 for others in neighbours.values())
    assert len({frozenset(e) for e in joined.values()}) == 4
    diagonal = {table.nearest((3, 2)), table.nearest((-3.8, -3.3))}
    assert {frozenset(table[k] for k in e) for e in joined.values()}.isdisjoint({frozenset(diagonal)})


def test_along_an_axis_of_symmetry_the_path_is_straight():
    table = hw.critical_points(lambda x, y: (x**2 - 1) ** 2 + y**2, x=(-2, 2), y=(-1, 1))
    right, left = table.paths()
    assert numpy.all(right.points[:, 1] == 0)
    assert right.points[-1] == pytest.approx([1, 0], abs=1e-12)
    assert left.points[-1] == pytest.approx([-1, 0], abs=1e-12)
    assert numpy.max(numpy.abs(numpy.diff(right.points[:, 0]))) < 0.02


def test_paths_that_leave_the_box_end_on_its_boundary():
    table = hw.critical_points(lambda x, y: y**2 - x**2, x=(-2, 1), y=(-1, 1))
    right, left = table.paths()
    assert (right.outcome, right.end, left.outcome) == ("boundary", None, "boundary")
    assert right.points[-1] == pytest.approx([1, 0], abs=1e-12)
    assert left.points[-1] == pytest.approx([-2, 0], abs=1e-12)


def test_the_known_curve_of_a_path():
    # f = y² − x² + … : dy/dx = −y/x would do, but from the saddle itself there is one curve only. Sheared by
    # y → y − x², ∇f is not along the valley; near the saddle the slow manifold of x' = 4x − …, y' = −200 (y − x²) is
    # y = x² · 200 / (200 + 2 · 4) to lowest order.
    table = hw.critical_points(bent_valley, x=(-1.5, 1.5), y=(-0.5, 1.5))
    right = max(table.paths(), key=lambda path: path.points[-1][0])
    near = right.points[(right.points[:, 0] > 0.02) & (right.points[:, 0] < 0.1)]
    assert len(near) > 2
    assert near[:, 1] / near[:, 0] ** 2 == pytest.approx(200 / 208, rel=5e-3)


@pytest.mark.parametrize("f", ["himmelblau", bent_valley])
def test_agrees_with_runge_and_kutta_by_small_steps(f):
    box = {} if isinstance(f, str) else {"x": (-1.5, 1.5), "y": (-0.5, 1.5)}
    table = hw.critical_points(f, **box)
    slope = grad(lambda z: value_of(f)(z[0], z[1]))
    width = 10.0 if isinstance(f, str) else 3.0
    for path in table.paths()[:2]:
        saddle = table[path.saddle]
        v = saddle.curvature.eigenvectors[:, 0]
        v = v if v @ (path.points[1] - path.points[0]) > 0 else -v
        x = saddle.point + START * width * v
        places, h = [x], 0.3 / float(numpy.max(numpy.abs(saddle.eigenvalues)))
        for _ in range(1_500):
            a = -slope(x)
            b = -slope(x + h / 2 * a)
            c = -slope(x + h / 2 * b)
            d = -slope(x + h * c)
            x = x + h / 6 * (a + 2 * b + 2 * c + d)
            places.append(x)
        ours = path.points[1:]
        within = [
            p for p in ours if numpy.linalg.norm(p - saddle.point) < numpy.linalg.norm(x - saddle.point)
        ]
        assert len(within) > 20
        for p in within:
            gaps = numpy.linalg.norm(numpy.array(places) - p, axis=1)
            k = int(numpy.argmin(gaps))
            a, b = places[max(k - 1, 0)], places[min(k + 1, len(places) - 1)]
            side = (b - a) / max(float(numpy.linalg.norm(b - a)), 1e-300)
            off = (p - places[k]) - side * (side @ (p - places[k]))
            assert numpy.linalg.norm(off) < 2e-4 * width


def test_a_path_that_ends_at_another_saddle_says_so():
    # On the axis of symmetry the path from (0, 0) meets the saddles at (±1, 0), where y = 0 is a ridge.
    f = lambda x, y: (x**2 - 1) ** 2 - (x**2 - 0.5) * y**2 + y**4
    table = hw.critical_points(f, x=(-1.5, 1.5), y=(-1.5, 1.5))
    from_middle = [p for p in table.paths() if numpy.allclose(p.points[0], 0)]
    assert [p.outcome for p in from_middle] == ["saddle", "saddle"]
    assert {round(float(table[p.end].point[0])) for p in from_middle} == {-1, 1}
    others = [p for p in table.paths() if not numpy.allclose(p.points[0], 0)]
    assert all(p.outcome == "minimum" for p in others)


def test_a_degenerate_minimum_is_no_end_that_the_table_does_not_list_as_one():
    f = lambda x, y: -(x**2) * np.exp(-(x**2)) + y**2 + 0.0 * x
    paths = hw.critical_points(f, x=(-0.5, 0.5), y=(-1, 1)).paths()
    assert [p.outcome for p in paths] == ["boundary", "boundary"]


def test_three_variables_one_variable_and_functions_that_cannot_be_recorded():
    f = lambda x, y, z: (x**2 - 1) ** 2 + y**2 + 2 * z**2
    paths = hw.critical_points(f, x=(-2, 2), y=(-1, 1), z=(-1, 1)).paths()
    assert [p.outcome for p in paths] == ["minimum", "minimum"]
    assert hw.critical_points(lambda x: np.cos(x), x=(-4, 4)).paths() == ()

    def unrecorded(x, y):
        return (x**2 - 1) ** 2 + y**2 + zero(y)

    paths = hw.critical_points(unrecorded, x=(-2, 2), y=(-1, 1)).paths()
    assert [p.outcome for p in paths] == ["minimum", "minimum"]


def test_a_function_that_ends_inside_the_box_stops_the_path():
    def half(x, y):
        if getattr(x, "_value", x) > 0.5:
            raise ValueError("no value here")
        return y**2 - x**2

    paths = hw.critical_points(half, x=(-1, 1), y=(-1, 1)).paths()
    assert {p.outcome for p in paths} == {"boundary", "stopped"}


def test_parameters_are_those_of_the_table():
    f = lambda x, y, a=1.0: (x**2 - a) ** 2 + y**2
    paths = hw.critical_points(f, x=(-3, 3), y=(-1, 1), a=4.0).paths()
    assert sorted(round(float(p.points[-1][0]), 9) for p in paths) == [-2, 2]


def test_a_table_without_its_function_has_no_paths():
    table = dataclasses.replace(hw.critical_points("himmelblau"), objective=None)
    with pytest.raises(hw.ProblemError, match="does not know its function"):
        table.paths()
