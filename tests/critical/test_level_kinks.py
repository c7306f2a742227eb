"""Kinks along which f is level are sets: the curve on which pieces meet, followed through the box."""

import autograd.numpy as np
import numpy as onp
import pytest

import hesswidget as hw
from hesswidget.critical.level_kinks import STEP, level_curve
from hesswidget.derivatives.objective import Objective
from hesswidget.problem.problem import Problem

LOW, WIDTH = onp.array([-2.0, -2.0]), onp.array([4.1, 4.3])


def curve(f, at):
    objective = Objective(Problem.at(f, at, None, {}))
    return LOW + WIDTH * level_curve(objective, LOW, WIDTH, (onp.array(at) - LOW) / WIDTH)


@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_a_circle_is_followed_around(sign):
    found = curve(lambda x, y: sign * np.abs(x**2 + y**2 - 1) + 0.3, (0.6, 0.8))
    onp.testing.assert_allclose(onp.sum(found**2, axis=1), 1, atol=1e-12)
    angles = onp.sort(onp.arctan2(found[:, 1], found[:, 0]))
    gaps = onp.diff(onp.append(angles, angles[0] + 2 * onp.pi))
    assert 0 < onp.max(gaps) < 2 * STEP * onp.max(WIDTH)


def test_a_curve_is_followed_to_both_ends_in_the_box():
    found = curve(
        lambda x, y: np.maximum(y - np.sin(3 * x), 0.0) + np.maximum(np.sin(3 * x) - y, 0.0), (0.0, 0.0)
    )
    onp.testing.assert_allclose(found[:, 1], onp.sin(3 * found[:, 0]), atol=1e-12)
    assert onp.min(found[:, 0]) < -2 + 2 * STEP * 4.1
    assert onp.max(found[:, 0]) > 2.1 - 2 * STEP * 4.1


def test_a_curve_ends_where_f_is_level_no_more():
    found = curve(lambda x, y: np.abs(y) + np.maximum(x - 1, 0.0) ** 2, (0.0, 0.0))
    assert 0.9 < onp.max(found[:, 0]) < 1.1
    assert onp.min(found[:, 0]) < -1.9


@pytest.mark.parametrize(
    "f",
    [lambda x, y: np.abs(x) + y**2, lambda x, y: np.abs(x) + np.abs(y), lambda x, y: x**2 + y**2],
    ids=["not level", "a corner", "smooth"],
)
def test_where_f_is_not_level_there_is_no_curve(f):
    assert len(curve(f, (0.0, 0.0))) == 1


def test_a_table_has_a_set_for_it():
    table = hw.critical_points(lambda x, y: np.abs(x**2 + y**2 - 1), x=(-2, 2.1), y=(-2, 2.3))
    assert table.counts == {"maximum": 1}
    (circle,) = table.sets
    assert (circle.kind, circle.dimension) == ("valley", 1)
    onp.testing.assert_allclose(onp.sum(circle.points**2, axis=1), 1, atol=1e-9)
