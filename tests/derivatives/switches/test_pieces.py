"""Which switches are met at a point, and what the function is on their sides."""

import autograd.numpy as np
import numpy as onp
import pytest

from hesswidget.derivatives.switches.nearby import Nearby, has_switches
from hesswidget.derivatives.switches.pieces import Pieces


def slopes(function, *point):
    """The piece's slopes on the sides of each switch that is met."""
    pieces = Pieces(function, onp.array(point), 0.0)
    return [
        tuple(pieces.gradient({s.identity: side}).tolist() for side in (-1.0, 1.0)) for s in pieces.switches
    ]


@pytest.mark.parametrize(
    ("function", "x", "left", "right"),
    [
        (lambda x: np.abs(x[0]), 0.0, -1, 1),
        (lambda x: np.fabs(x[0]), 0.0, -1, 1),
        (lambda x: abs(x[0]), 0.0, -1, 1),
        (lambda x: np.maximum(x[0], 2 * x[0]), 0.0, 2, 1),
        (lambda x: np.minimum(0.0, x[0]), 0.0, 1, 0),
        (lambda x: np.fmax(x[0], 0.0), 0.0, 0, 1),
        (lambda x: np.where(x[0] > 1, 3 * x[0], x[0] + 2), 1.0, 1, 3),
        (lambda x: np.where(x[0] <= 1, 3 * x[0], x[0] + 2), 1.0, 3, 1),
        (lambda x: np.where((x[0] < 1) & (x[0] > -1), x[0], 1.0), 1.0, 1, 0),
        (lambda x: x[0] * (x[0] >= 0), 0.0, 0, 1),
        (lambda x: x[0] * np.sign(x[0]), 0.0, -1, 1),
        (lambda x: x[0] * np.heaviside(x[0], 0.5), 0.0, 0, 1),
        (lambda x: np.clip(x[0], -1.0, 1.0), 1.0, 1, 0),
        (lambda x: np.clip(x[0], -1.0, 1.0), -1.0, 0, 1),
        (lambda x: x[0] * np.floor(x[0]), 2.0, 1, 2),
        (lambda x: x[0] * np.ceil(x[0]), 2.0, 2, 3),
        (lambda x: x[0] * np.round(x[0]), 2.5, 2, 3),
        (lambda x: x[0] * np.rint(x[0]), -2.5, -3, -2),
        (lambda x: x[0] * np.trunc(x[0]), -2.0, -2, -1),
        (lambda x: x[0] * np.fix(x[0]), 2.0, 1, 2),
        (lambda x: x[0] * np.mod(x[0], 2.0), 4.0, 6, 4),
        (lambda x: x[0] * (x[0] // 2.0), 4.0, 1, 2),
        (lambda x: np.max(np.array([x[0], 1.0])), 1.0, 0, 1),
        (lambda x: np.min(np.array([x[0], 1.0, 7.0])), 1.0, 1, 0),
        (lambda x: np.sort(np.array([x[0], 1.0]))[1], 1.0, 0, 1),
    ],
)
def test_each_switch_has_its_sides(function, x, left, right):
    """Which side of a switch is which is its own affair; together they are those of the function."""
    ((one, other),) = slopes(function, x)
    assert sorted([one[0], other[0]]) == sorted([left, right])


@pytest.mark.parametrize("function", [np.trunc, np.fix])
def test_no_step_at_zero(function):
    assert slopes(lambda x: x[0] * function(x[0]), 0.0) == []


def test_away_from_every_border_nothing_is_met():
    f = lambda x: np.abs(x[0] - 1) + np.maximum(x[1], 0) + np.floor(x[0]) + np.max(x)
    assert slopes(f, 0.5, 0.25) == []
    assert len(Nearby(f, onp.array([0.5, 0.25])).names) == 4


def test_each_element_is_a_switch_of_its_own():
    pieces = Pieces(lambda w: np.sum(np.abs(w)), onp.array([0.0, 1.0, 0.0]), 0.0)
    assert [s.identity[-1] for s in pieces.switches] == [0, 2]
    assert pieces.gradient({pieces.switches[1].identity: -1.0}).tolist() == [1.0, 1.0, -1.0]
    assert all("abs" in s.operation and s.line is not None for s in pieces.switches)


def test_between_its_sides_a_switch_is_their_mean():
    pieces = Pieces(lambda x: np.where(x[0] > 0, 3 * x[0], -x[0]), onp.zeros(1), 0.0)
    (switch,) = pieces.switches
    assert pieces.gradient({switch.identity: 0.5}).tolist() == [2.0]


def test_a_piece_goes_on_beyond_its_border():
    pieces = Pieces(lambda x: np.maximum(x[0] ** 2, x[0]), onp.zeros(1), 0.0)
    (switch,) = pieces.switches
    assert [float(pieces.value(onp.array([-2.0]), {switch.identity: side})) for side in (1.0, -1.0)] == [
        4.0,
        -2.0,
    ]


@pytest.mark.parametrize("x", [0.3, 0.1 + 0.2, 3e9, -1e-7])
def test_what_rounding_leaves_is_met(x):
    f = lambda v: np.abs((v[0] / 3) * 7 - 7 * x / 3)
    assert len(slopes(f, x)) == 1
    assert slopes(f, x * (1 + 1e-11)) == []


def test_a_function_that_cannot_be_evaluated_has_no_switches():
    assert not has_switches(lambda x: 1 / 0, [onp.zeros(1)])
