"""Two computations of the same derivatives: rounding is forgiven, in whatever units, and nothing else is."""

import itertools
import math

import autograd.numpy as np
import numpy as onp
import pytest

import hesswidget as hw
from hesswidget.derivatives.comparison import (
    TOLERANCE,
    Derivatives,
    by_autograd,
    relative_error,
    rounding_of,
)
from hesswidget.derivatives.objective import Objective
from hesswidget.problem.problem import Problem


def at(point, value, gradient, hessian):
    return Derivatives(onp.array(point), value, onp.array(gradient), onp.array(hessian))


def a_square(x, y):
    return np.sqrt((x - 2 * y) ** 2)


KINKED = {
    "of two coordinates": (lambda x, y: abs(x) + abs(y), 1.0),
    "slanted": (lambda x, y: abs(x - 2 * y) + abs(y - 0.3 * x), 1.0),
    "shifted": (lambda x, y: abs(x - 2 * y + 0.1), 1.0),
    "far from zero": (lambda x, y: abs((x - 0.3) - 2 * y) + 1e3, 1.0),
    "nested": (lambda x, y: abs(abs(x - y) - 0.3), 1.0),
    "a root of a square": (a_square, 1.0),
    "a norm": (lambda x, y: np.sqrt(x**2 + y**2), 1.0),
    "gradients that cancel": (lambda x, y: abs(x - y) + abs(x + y), 1.0),
    "a deviation": (lambda x, y: np.std(np.array([x, y])), 1.0),
    "a median of three": (lambda x, y: abs(x - y) + abs(x + 0.2) - abs(y - 0.7), 1.0),
    "large units": (lambda x, y: 1e6 * abs(x - 2 * y), 1.0),
    "small units": (lambda x, y: 1e-6 * abs(x - 2 * y), 1.0),
    "wide": (lambda x, y: abs(x - 2 * y + 1.0), 1e6),
    "narrow": (lambda x, y: abs(x - 2 * y + 1e-7), 1e-6),
    "a loop": (lambda x, y: sum(abs(x - k * y) for k in range(1, 6)), 1.0),
}


@pytest.mark.parametrize("name", KINKED)
def test_what_is_flat_between_its_kinks_is_replayed(name):
    function, width = KINKED[name]
    w = hw.explore(function, x=(-width, 1.1 * width), y=(-0.7 * width, width))
    assert w.engine == "browser", w.engine_reason


@pytest.mark.parametrize(
    "function",
    [
        lambda x: np.cos(x) ** 2 + np.sin(x) ** 2,
        lambda x: np.exp(x) * np.exp(-x),
        lambda x: 3.0 + 0.0 * x,
        lambda x: (x - 1.0) - x,
    ],
)
def test_what_is_constant_but_for_rounding_is_replayed(function):
    w = hw.explore(function, x=(-1.0, 1.3))
    assert w.engine == "browser", w.engine_reason


CANCELLING = {
    "odd powers": lambda x, y: y**5 + (-y) ** 5 + x**3 * y + (-x) ** 3 * y,
    "one variable": lambda x, y: y**3 + (-y) ** 3 + 0 * x,
    "a square": lambda x, y: (x + y) ** 2 - x**2 - 2 * x * y - y**2,
    "sines": lambda x, y: np.sin(x + y) - np.sin(x) * np.cos(y) - np.cos(x) * np.sin(y),
    "huge factors": lambda x, y: np.exp(20 * np.sin(x)) * np.exp(-20 * np.sin(x)) * y - y,
    "sums": lambda x, y: np.sum(np.sin(onp.arange(9) * x)) - np.sum(np.sin(onp.arange(9)[::-1] * x)) + 0 * y,
    "far from zero": lambda x, y: (x + 1e8) ** 2 - x**2 - 2e8 * x - 1e16 + 0 * y,
}


@pytest.mark.parametrize(
    ("name", "unit"),
    [
        *((name, 1.0) for name in CANCELLING),
        *itertools.product(["odd powers", "huge factors"], [1e-12, 1e12]),
    ],
)
def test_terms_that_cancel_altogether_are_replayed_in_any_unit(name, unit):
    function = CANCELLING[name]
    w = hw.explore(lambda x, y: unit * function(x, y), x=(-2.0, 2.1), y=(-1.9, 2.0))
    assert w.engine == "browser", w.engine_reason


@pytest.mark.parametrize("unit", [1e-12, 1.0, 1e12], ids="{:.0e}".format)
def test_rounding_hides_no_difference_of_substance(unit):
    problem = Problem.at(lambda x, y: unit * (y**3 + (-y) ** 3 + 0 * x), (0.5, 1.3), None, {})
    exact = by_autograd(Objective(problem), problem.start)
    rounding = rounding_of(Objective(problem), exact)
    widths = onp.ones(2)
    for off, is_rounding in ((1e-15, True), (1e-11, False)):
        hessian = exact.hessian + off * unit * onp.array([[0.0, 0.0], [0.0, 1.0]])
        claimed = Derivatives(exact.point, exact.value, exact.gradient, hessian)
        assert relative_error(claimed, exact, widths) > TOLERANCE
        assert (relative_error(claimed, exact, widths, rounding) <= TOLERANCE) == is_rounding


def test_a_function_that_changes_has_no_rounding():
    calls = []

    def drifting(x, y):
        calls.append(1)
        return x**2 + len(calls) * y

    objective = Objective(Problem.at(drifting, (0.5, 1.3), None, {}))
    assert rounding_of(objective, by_autograd(objective, objective.problem.start)) is None


def test_rounding_where_all_cancels_is_told_from_a_difference():
    exact = at([0.3, 0.1], 0.1, [1.0, -2.0], onp.zeros((2, 2)))
    widths = onp.array([2.0, 2.0])
    rounding = at([0.3, 0.1], 0.1, [1.0, -2.0], onp.full((2, 2), 1e-15))
    assert relative_error(rounding, exact, widths) < TOLERANCE
    for i, j in itertools.product(range(2), repeat=2):
        hessian = onp.zeros((2, 2))
        hessian[i, j] = 1e-6
        assert relative_error(at([0.3, 0.1], 0.1, [1.0, -2.0], hessian), exact, widths) > TOLERANCE


def test_units_do_not_matter():
    """The same two computations with coordinates in other units, each its own, are as far apart."""
    lengths, exact_hessian = onp.array([1e-4, 1e5]), onp.zeros((2, 2))
    error = onp.array([[1e-9, 2e-9], [2e-9, 3e-9]])
    plain = relative_error(
        at([0.3, 0.1], 0.1, [1.0, -2.0], error), at([0.3, 0.1], 0.1, [1.0, -2.0], exact_hessian), onp.ones(2)
    )
    gradient = onp.array([1.0, -2.0]) / lengths
    point = onp.array([0.3, 0.1]) * lengths
    scaled = relative_error(
        at(point, 0.1, gradient, error / onp.outer(lengths, lengths)),
        at(point, 0.1, gradient, exact_hessian),
        lengths,
    )
    assert scaled == pytest.approx(plain, rel=1e-12)


def test_a_steep_or_high_function_hides_no_wrong_curvature():
    """A large constant or a large slope beside a Hessian of size 1, which is wrong in the sixth digit or so."""
    widths = onp.ones(1)
    for value, slope in ((1e6, 1.0), (1.0, 1e3), (1e6, 1e3)):
        exact = at([0.5], value, [slope], [[1.0]])
        assert relative_error(at([0.5], value, [slope], [[1.0 + 2e-5]]), exact, widths) > TOLERANCE


def test_the_origin_hides_nothing():
    exact = at([0.0], 0.0, [1.0], [[0.0]])
    assert relative_error(at([0.0], 0.0, [1.0], [[1e-6]]), exact, onp.ones(1)) > TOLERANCE
    assert relative_error(exact, exact, onp.ones(1)) == 0.0


def test_where_all_is_zero_any_difference_is_infinite():
    exact = at([0.0], 0.0, [0.0], [[0.0]])
    for value, gradient, hessian in ((1e-300, 0.0, 0.0), (0.0, 1e-300, 0.0), (0.0, 0.0, 1e-300)):
        assert relative_error(at([0.0], value, [gradient], [[hessian]]), exact, onp.ones(1)) == math.inf


def test_a_scale_that_overflows_hides_nothing():
    exact = at([1e9], 0.0, [1e300], [[1e300]])
    assert relative_error(at([1e9], 0.0, [1e300], [[-1e300]]), exact, onp.ones(1)) > 1.0
    assert relative_error(at([1e9], 0.0, [-1e300], [[1e300]]), exact, onp.full(1, 1e9)) > 0


def test_what_is_not_finite_must_be_so_on_both_sides():
    nan, one = at([0.0], math.nan, [math.nan], [[math.nan]]), at([0.0], 1.0, [1.0], [[1.0]])
    assert relative_error(nan, one, onp.ones(1)) == relative_error(one, nan, onp.ones(1)) == math.inf
    assert relative_error(nan, nan, onp.ones(1)) == 0.0
