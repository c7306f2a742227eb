"""Critical points at kinks are found and listed with what they are."""

import autograd.numpy as np
import numpy as onp
import pytest
from scipy.optimize import linprog

import hesswidget as hw
from hesswidget.critical import kinks

MINIMUM, SADDLE = "minimum at a kink", "saddle at a kink"


def listed(table):
    return [(p.kind, p.point.round(9).tolist()) for p in table if p.kind.endswith("at a kink")]


def test_the_minimum_of_a_lasso_is_found():
    (p,) = hw.critical_points(lambda x: (x - 0.2) ** 2 + np.abs(x), x=(-2, 2))
    assert (p.label, p.kind, p.point.tolist()) == ("undefined", MINIMUM, [0.0])
    assert "undefined: minimum at a kink" in str(hw.critical_points(lambda x: np.abs(x - 0.1), x=(-1, 2)))


def test_a_kink_that_is_no_critical_point_is_not_listed():
    table = hw.critical_points(lambda x: (x - 1) ** 2 + np.abs(x) / 2, x=(-2, 2))
    assert [(p.kind, round(float(p.point[0]), 12)) for p in table] == [("minimum", 0.75)]


@pytest.mark.parametrize("scale", [1e-6, 1e6])
@pytest.mark.parametrize("stretch", [1e-3, 1e4])
def test_units_do_not_matter(scale, stretch):
    table = hw.critical_points(
        lambda x, y: scale * (np.abs(x / stretch - 0.3) + np.abs(y + 0.1) + 0.1 * x / stretch),
        x=(-2 * stretch, 1.9 * stretch),
        y=(-1, 1.1),
    )
    ((kind, point),) = listed(table)
    assert kind == MINIMUM
    onp.testing.assert_allclose(point, [0.3 * stretch, -0.1], rtol=1e-9)


def test_a_minimum_on_a_curve_where_pieces_meet():
    """|y − x²| + (x − y/2)²: on the parabola it is (x − x²/2)², with its minimum at (0, 0)."""
    table = hw.critical_points(lambda x, y: 2 * np.abs(y - x**2) + (x - y / 2) ** 2, x=(-1, 0.9), y=(-1, 1.1))
    assert (MINIMUM, [0.0, 0.0]) in listed(table)


def test_saddles_are_found_beside_minima():
    """|x| − |y| + y²: minima at (0, ±1/2), a saddle at 0."""
    found = listed(hw.critical_points(lambda x, y: np.abs(x) - np.abs(y) + y**2, x=(-2, 1.9), y=(-2, 2.1)))
    assert sorted(found) == [(MINIMUM, [0.0, -0.5]), (MINIMUM, [0.0, 0.5]), (SADDLE, [0.0, 0.0])]


def test_the_vertex_of_an_l1_regression_is_found():
    rng = onp.random.default_rng(0)
    X = rng.normal(size=(20, 2))
    y = X @ [0.5, -0.3] + 0.3 * rng.laplace(size=20)
    equations = onp.hstack([X, onp.eye(20), -onp.eye(20)])
    costs = onp.concatenate([onp.zeros(2), onp.ones(40)])
    solution = linprog(costs, A_eq=equations, b_eq=y, bounds=[(None, None)] * 2 + [(0, None)] * 40).x[:2]
    (p,) = hw.critical_points(
        lambda a, b: np.sum(np.abs(X[:, 0] * a + X[:, 1] * b - y)), a=(-2, 2), b=(-2, 2)
    )
    assert p.kind == MINIMUM
    onp.testing.assert_allclose(p.point, solution, rtol=1e-9)


def test_kinks_that_the_count_points_at_are_found():
    """A least absolute deviation, whose minimum is a vertex; and a minimum with its mirror image."""
    t, y = onp.arange(4.0), onp.array([1.0, 2.0, 2.2, 4.0])
    table = hw.critical_points(lambda a, b: np.sum(np.abs(y - a - b * t)), a=(-1, 3.0), b=(-1, 2.2))
    (vertex,) = table
    assert vertex.kind == "minimum at a kink"
    onp.testing.assert_allclose(vertex.point, [1.0, 1.0], atol=1e-9)
    assert table.completeness.is_met
    table = hw.critical_points(lambda x, y: np.abs(y - x**2) - 0.5 * x**2 + 0.1 * x**4, x=(-2, 2), y=(-1, 5))
    minima = sorted(p.point.tolist() for p in table if p.kind == "minimum at a kink")
    onp.testing.assert_allclose(minima, [[-(2.5**0.5), 2.5], [2.5**0.5, 2.5]], atol=1e-8)
    assert table.completeness.is_met


def test_a_function_with_hundreds_of_kinks_is_said_to_have_them():
    def bounce(x, v):
        for _ in range(40):
            x, v = np.abs(x + 0.05 * v), np.where(x + 0.05 * v < 0, -v, v - 0.01)
        return x**2 + v**2

    table = hw.critical_points(bounce, x=(0.1, 1), v=(-0.5, 0.5))
    assert any("kinks were not looked for" in note for note in table.notes)


def test_a_search_for_kinks_ends_and_says_so(monkeypatch):
    """It keeps what it has found."""
    monkeypatch.setattr(kinks, "RUNS", 100)
    table = hw.critical_points(
        lambda x, y: np.abs(x - 0.3) + np.abs(y + 0.1) + np.abs(x + y - 0.5) ** 3, x=(-1, 1.2), y=(-1, 1.1)
    )
    assert any("ended after 300 runs" in note for note in table.notes)
    assert (MINIMUM, [0.3, -0.1]) in listed(table)


@pytest.mark.parametrize("n", [4, 5, 6])
def test_kinks_in_more_variables_are_found(n):
    centre = onp.linspace(-0.4, 0.5, n)
    table = hw.critical_points(
        lambda v: np.sum(np.abs(v - centre)) + 0.1 * np.sum(v), v=hw.vector(onp.full(n, 0.1), -1.0, 1.2)
    )
    ((kind, point),) = listed(table)
    assert kind == MINIMUM
    onp.testing.assert_allclose(point, centre, atol=1e-9)


def by_if(x, y):
    u = x - 0.3
    return (u if u > 0 else -2 * u) + (y - 0.2) ** 2


def by_return(x, y):
    if x > 0.1:
        return 2 * (x - 0.1) + y**2
    return 0.1 - x + y**2


def by_max(x, y):
    return max(x - 0.2, 0.4 - x) + y**2


def by_sorted(x, y):
    low, high = sorted([x, y])
    return high - 0.3 * low + 0.1 * (x + y) ** 2


def by_argmax(x, y):
    three = np.array([x - y, y - x, 0.3 * x])
    return three[np.argmax(three)] + 0.5 * (x - 0.2) ** 2


def by_argsort(x, y):
    two = np.array([x, y])
    low, high = two[np.argsort(two)]
    return high - 0.3 * low + 0.1 * (x + y) ** 2


def by_if_and_abs(x, y):
    u = x if x > 0 else -2 * x
    return u + np.abs(y - 0.2)


def by_ways_with_other_switches(x, y):
    u = x + np.abs(y - 1.7) if x > 0 else 1.5 - 2 * x + np.minimum(0.2 - y, 5.0)
    return u + np.abs(y - 0.2) * 3


BY_BRANCHES = {
    by_if: [("minimum at a kink", (0.3, 0.2))],
    by_return: [("minimum at a kink", (0.1, 0.0))],
    by_max: [("minimum at a kink", (0.3, 0.0))],
    by_sorted: [("minimum at a kink", (-0.875, -0.875))],
    by_argmax: [("minimum at a kink", (0.0, 0.0))],
    by_argsort: [("minimum at a kink", (-0.875, -0.875))],
    by_if_and_abs: [("minimum at a kink", (0.0, 0.2))],
    by_ways_with_other_switches: [("minimum at a kink", (0.0, 0.2))],
}


@pytest.mark.parametrize("function", BY_BRANCHES, ids=lambda function: function.__name__)
def test_kinks_of_branches_are_found_and_judged(function):
    table = hw.critical_points(function, x=(-1.0, 1.1), y=(-1.2, 1.0))
    assert [p.kind for p in table] == [kind for kind, _ in BY_BRANCHES[function]]
    for found, (kind, point) in zip(table, BY_BRANCHES[function], strict=True):
        onp.testing.assert_allclose(found.point, point, atol=1e-9)
        assert hw.curvature(function, point).kind == kind


def test_the_other_side_of_a_whole_number_is_a_jump():
    c = hw.curvature(lambda x, y: 0.3 * int(2 * (x + 0.2)) + y**2 + x**2, (0.3, 0.0))
    assert c.kind == "jump"
    assert (
        hw.curvature(lambda x, y: 0.3 * int(np.floor(2 * x)) + y**2 + x**2, (0.2, 0.0)).kind
        == "not stationary"
    )
