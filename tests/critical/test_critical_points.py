"""Critical points in a box: published tables, functions made to have known ones, a torus, hostile input."""

from __future__ import annotations

import functools
import json
import math

import autograd.numpy as np
import numpy
import pytest

import hesswidget as hw
from hesswidget import gallery
from hesswidget.critical.find import Survey
from hesswidget.problem.problem import Problem
from unrecorded import zero


def himmelblau(x, y):
    return (x**2 + y - 11) ** 2 + (x + y**2 - 7) ** 2


@functools.cache
def table_of(name):
    return hw.critical_points(name)


@pytest.mark.parametrize(
    ("name", "counts"),
    [
        ("himmelblau", {"minimum": 4, "saddle": 4, "maximum": 1}),
        ("six_hump_camel", {"minimum": 6, "saddle": 7, "maximum": 2}),
        ("three_hump_camel", {"minimum": 3, "saddle": 2}),
        ("mueller_brown", {"minimum": 3, "saddle": 2}),
        ("goldstein_price", {"minimum": 4, "saddle": 4, "maximum": 1}),
        ("gramacy_lee", {"minimum": 9, "maximum": 8}),
        ("easom", {"minimum": 5, "saddle": 4, "maximum": 4}),
    ],
)
def test_published_tables_are_found_completely(name, counts):
    table = table_of(name)
    assert table.counts == counts
    assert table.completeness.is_met
    assert all(p.residual <= 1e-11 * max(1.0, abs(p.eigenvalues).max()) for p in table)


@pytest.mark.parametrize("name", [n for n in gallery.names() if gallery[n].critical_points])
def test_the_gallerys_known_points_in_the_box_are_found(name):
    example = gallery[name]
    n = len(example.critical_points[0].point)
    if n > 6:
        pytest.skip("more variables than are searched")
    table = table_of(name)
    if table.sets:
        pytest.skip("its points are not isolated")
    problem_box = [example.ranges[a] for a in example.variables]
    if len(problem_box) == 1 and numpy.ndim(problem_box[0]) and not isinstance(problem_box[0], tuple):
        pytest.skip("its box is made from the start")
    for known in example.critical_points:
        inside = all(low <= x <= high for x, (low, high) in zip(known.point, problem_box, strict=True))
        if inside:
            found = table.nearest(known.point)
            # At a degenerate point the gradient is flat, and rounding leaves its place uncertain.
            room = 1e-9 if known.label in ("minimum", "maximum", "saddle") else 1e-4
            assert numpy.allclose(found.point, known.point, atol=room * max(1.0, *map(abs, known.point)))
            assert found.label == known.label


def separable(
    x, y, c=1.0, s=0.0, p1=1.0, p2=1.0, p3=1.0, p4=1.0, p5=1.0, q1=1.0, q2=1.0, q3=1.0, q4=1.0, q5=1.0
):
    u, v = c * x + s * y, c * y - s * x
    first = u * (p1 + u * (p2 + u * (p3 + u * (p4 + u * p5))))
    return first + v * (q1 + v * (q2 + v * (q3 + v * (q4 + v * q5))))


def test_polynomials_with_known_critical_points():
    # f = P(u) + Q(v), with P' and Q' made from their zeros, and u and v turned by a random angle. Recorded once; more
    # of them, each recorded, are among the random tables.
    rng = numpy.random.default_rng(0)
    problem = Problem.over_ranges(separable, None, None, {"x": (-3, 3), "y": (-3, 3)})
    survey = Survey(problem)
    for _ in range(20):
        roots = [numpy.sort(rng.uniform(-1.5, 1.5, rng.integers(1, 5))) for _ in range(2)]
        if min(numpy.min(numpy.diff(r), initial=1.0) for r in roots) < 0.05:
            roots = [numpy.array([-1.0, 0.2, 0.9]), numpy.array([-0.5, 0.5])]
        p, q = (numpy.polyint(numpy.poly(r)) for r in roots)
        angle = rng.uniform(0, math.pi)
        c, s = math.cos(angle), math.sin(angle)
        coefficients = {"c": c, "s": s}
        for name, polynomial in (("p", p), ("q", q)):
            padded = numpy.zeros(6)
            padded[: len(polynomial)] = polynomial[::-1]
            coefficients |= {f"{name}{k}": padded[k] for k in range(1, 6)}
        table = survey.at({**problem.parameters, **coefficients})
        known = sorted((c * u - s * v, s * u + c * v) for u in roots[0] for v in roots[1])
        found = sorted(tuple(point.point) for point in table)
        assert len(found) == len(known)
        assert numpy.allclose(found, known, atol=1e-9)
        for point in table:
            u, v = c * point.point[0] + s * point.point[1], c * point.point[1] - s * point.point[0]
            bends = numpy.polyval(numpy.polyder(p, 2), u), numpy.polyval(numpy.polyder(q, 2), v)
            assert point.index == sum(b < 0 for b in bends)
        assert table.completeness.is_met


def test_a_random_field_on_the_torus_has_euler_characteristic_zero():
    rng = numpy.random.default_rng(3)
    waves = numpy.array([(i, j) for i in range(-2, 3) for j in range(-2, 3) if (i, j) > (0, 0)], dtype=float)
    a, b = rng.normal(size=(2, len(waves)))

    def field(x, y):
        phase = waves[:, 0] * x + waves[:, 1] * y
        return np.sum(a * np.cos(phase) + b * np.sin(phase))

    low = 0.1  # no critical point lies on the seam
    table = hw.critical_points(field, x=(low, low + 2 * math.pi), y=(low, low + 2 * math.pi))
    assert table.counts["saddle"] == table.counts["minimum"] + table.counts["maximum"]
    assert table.counts["minimum"] >= 1
    assert table.counts["maximum"] >= 1
    assert table.completeness.turns == 0
    assert table.completeness.is_met


@pytest.mark.parametrize(("n", "count"), [(3, 27), (4, 81)])
def test_more_than_two_variables(n, count):
    # Styblinski and Tang (1990): three critical points along each axis.
    def f(x):
        return np.sum(x**4 - 16 * x**2 + 5 * x) / 2

    table = hw.critical_points(f, x=hw.vector(numpy.zeros(n), -4, 4))
    assert len(table) == count
    assert table.counts["minimum"] == 2**n
    assert table.counts["maximum"] == 1
    assert "may be missing" in table.completeness.sentence


def test_boxes_of_any_size_and_shape_give_the_same_points():
    # What is found must not depend on the variables' units.
    def f(x, y, a=1.0, b=1.0):
        return himmelblau(x / a, y / b)

    for a, b in [(1e-3, 1e3), (1e5, 1.0), (1e-6, 1e-6)]:
        table = hw.critical_points(f, x=(-5 * a, 5 * a), y=(-5 * b, 5 * b), a=a, b=b)
        assert table.counts == {"minimum": 4, "saddle": 4, "maximum": 1}
        assert numpy.allclose(table.of("maximum")[0].point / [a, b], [-0.270845, -0.923039], atol=1e-6)


def test_the_result_is_the_same_each_time():
    assert hw.critical_points("six_hump_camel").to_dict() == table_of("six_hump_camel").to_dict()


@pytest.mark.parametrize(
    ("f", "kind"),
    [
        (lambda x, y: x**2 + 0 * y, "valley"),
        (lambda x, y: -((x - y) ** 2), "ridge"),
        (lambda x, y: (x**2 + y**2 - 1) ** 2, "valley"),
        (lambda x, y: x**4 + 0 * y, "valley"),
    ],
)
def test_a_gutter_is_one_set_and_not_hundreds_of_points(f, kind):
    table = hw.critical_points(f, x=(-2, 2), y=(-2, 2))
    assert len(table) <= 1  # the circle's centre is a maximum
    assert [s.kind for s in table.sets] == [kind]
    assert "not isolated" in str(table)
    assert table.completeness.is_met is None


def test_every_place_of_a_constant_function_is_critical():
    table = hw.critical_points(lambda x, y: 0.0 * (x + y) + 3.0, x=(-2, 2), y=(-2, 2))
    assert [s.kind for s in table.sets] == ["plain"]
    assert table.sets[0].value == 3.0


def test_no_critical_point_is_no_error():
    table = hw.critical_points(lambda x, y: x + 2 * y, x=(-2, 2), y=(-2, 2))
    assert len(table) == 0
    assert table.completeness.is_met
    assert "none" in str(table)
    assert "<table" not in table._repr_html_()


def test_a_point_on_the_boundary_leaves_the_check_open():
    table = hw.critical_points(lambda x, y: x**2 + y**2, x=(0, 2), y=(-1, 1))
    assert table.counts == {"minimum": 1}
    assert table.completeness.is_met is None
    assert "boundary" in table.completeness.sentence


def test_a_function_undefined_in_part_of_the_box():
    table = hw.critical_points(lambda x, y: (x - 1) ** 2 - np.log(x) + y**2, x=(-3, 3), y=(-1, 1))
    assert [p.label for p in table] == ["minimum"]
    assert table[0].point[0] == pytest.approx((1 + math.sqrt(3)) / 2, abs=1e-12)
    assert any("not finite" in note for note in table.notes)


def test_a_function_that_raises_in_part_of_the_box():
    def f(x, y):
        if x < 0:
            raise ValueError("no")
        return (x - 1) ** 2 + y**2

    table = hw.critical_points(f, x=(-3, 3.5), y=(-1, 1))
    assert table.counts == {"minimum": 1}
    assert not any("recorded" in note for note in table.notes)
    table = hw.critical_points(lambda x, y: f(x, y) + zero(y), x=(-3, 3.5), y=(-1, 1))
    assert table.counts == {"minimum": 1}
    assert any("recorded" in note for note in table.notes)


def test_thousands_of_critical_points_are_bounded():
    table = hw.critical_points(lambda x, y: np.sin(x) * np.sin(y), x=(0.1, 160), y=(0.2, 160))
    assert len(table) <= 500
    assert any("more than 500" in note for note in table.notes)
    assert table.completeness.is_met is not True


@pytest.mark.parametrize(
    ("box", "sentence"),
    [
        ({"x": (-math.inf, 1.0), "y": (0, 1)}, "finite"),
        ({"x": (math.nan, 1.0), "y": (0, 1)}, "finite|nan"),
        ({"x": (2.0, 1.0), "y": (0, 1)}, "x"),
        ({"x": (-2, 2)}, "no range"),
        ({"x": (-2, 2), "y": (-2, 2), "z": (0, 1)}, "z"),
    ],
)
def test_a_box_that_is_none_gets_a_sentence(box, sentence):
    with pytest.raises(hw.ProblemError, match=sentence):
        hw.critical_points(himmelblau, **box)


def test_too_many_variables_get_a_sentence():
    with pytest.raises(hw.ProblemError, match="7 variables"):
        hw.critical_points(lambda w: np.sum(w**2), w=numpy.zeros(7))


def test_a_function_that_always_raises_gets_a_sentence():
    with pytest.raises(hw.ProblemError, match="ZeroDivisionError"):
        hw.critical_points(lambda x: x * (1 / 0), x=(-1, 1))


def test_the_table_is_plain_data_and_text_without_markup():
    def f(x, y):
        return x**2 - y**2

    f.__name__ = "<script>alert(1)</script>"
    table = hw.critical_points(f, x=(-1, 1), y=(-2, 1))
    assert "<script>" not in table._repr_html_()
    plain = json.loads(json.dumps(table.to_dict()))
    assert plain["points"][0]["label"] == "saddle"
    assert plain["completeness"]["is_met"] is True
    assert table[0].index == 1
    assert [p.point.tolist() for p in table] == [[0.0, 0.0]]
    assert table.nearest((1.0, 1.0)) is table[0]


@pytest.mark.parametrize(
    ("f", "turns"),
    [
        (lambda x, y: x**3 - 3 * x * y**2, -2),
        (lambda x, y: (y - x**2) * (y - 3 * x**2), -1),
        (lambda x, y: x**4 + y**4, 1),
        (lambda x, y: x**2 - y**4, -1),
        (lambda x, y: y**2 + x**3, 0),
    ],
)
def test_a_degenerate_point_counts_with_the_turns_around_it(f, turns):
    table = hw.critical_points(f, x=(-1, 1.1), y=(-1, 1.2))
    assert [p.label for p in table] == ["degenerate"]
    assert table[0].poincare_index == turns
    assert table.completeness.is_met


def test_parameters_take_their_values():
    def f(x, y, a=1.0):
        return x**4 / 4 - a * x**2 / 2 + y**2

    assert hw.critical_points(f, x=(-2, 2), y=(-1, 1)).counts == {"minimum": 2, "saddle": 1}
    assert hw.critical_points(f, x=(-2, 2), y=(-1, 1), a=-1.0).counts == {"minimum": 1}
