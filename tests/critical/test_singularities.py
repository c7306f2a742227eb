"""The ledger where f is not smooth: poles and kinks are counted with the turns of the gradient around them."""

from __future__ import annotations

import math

import autograd.numpy as np
import numpy
import pytest

import hesswidget as hw
from hesswidget.critical.singularities import unexplained
from hesswidget.critical.winding import winding_around_box

A, B = math.sqrt(2) / 7, -math.sqrt(3) / 5


def square(x, y, a=A, b=B):
    return (x - a) ** 2 + (y - b) ** 2


PLANE = {
    "a charge": (lambda x, y: 1 / np.sqrt(square(x, y)), [(A, B)], [1]),
    "a vortex": (lambda x, y: np.log(square(x, y)), [(A, B)], [1]),
    "equal charges": (
        lambda x, y: 1 / np.sqrt(square(x, y, -0.5, 0)) + 1 / np.sqrt(square(x, y, 0.5, 0)),
        [(-0.5, 0), (0.5, 0)],
        [1, 1],
    ),
    "a dipole": (lambda x, y: (x - A) / square(x, y), [(A, B)], [2]),
    "a quadrupole": (lambda x, y: ((x - A) ** 2 - (y - B) ** 2) / square(x, y) ** 2, [(A, B)], [3]),
    "a cone": (lambda x, y: np.sqrt(square(x, y)), [(A, B)], [1]),
    "a kink": (lambda x, y: np.abs(x) + y**2, [(0, 0)], [1]),
    "a kinked pass": (lambda x, y: (y - B) ** 2 - np.abs(x - A), [(A, B)], [-1]),
    "a turned kink": (
        lambda x, y: np.abs(0.6 * x + 0.8 * y - A) + (0.8 * x - 0.6 * y - B) ** 2,
        [(0.6 * A + 0.8 * B, 0.8 * A - 0.6 * B)],
        [1],
    ),
    "two kinks": (lambda x, y: np.abs(x - A) + np.abs(y - B), [(A, B)], [1]),
}


def singular(table):
    """Places where f is not smooth: those that the ledger counts, and kinks, which are points of the table."""
    kinks = [p.point.tolist() for p in table if p.label == "undefined"]
    return [*numpy.reshape(table.completeness.singular, (-1, len(table.labels))).tolist(), *kinks]


@pytest.mark.parametrize("name", PLANE)
def test_no_false_alarm(name):
    f, places, turns = PLANE[name]
    table = hw.critical_points(f, x=(-1.3, 2.1), y=(-1.7, 1.9))
    found = table.completeness
    assert found.is_met, found.sentence
    assert "missing" not in found.sentence
    smooth = [p for p in table if p.label != "undefined"]
    assert numpy.allclose(sorted(singular(table)), sorted(places), atol=1e-5)
    assert found.total == sum(turns) + sum(p.poincare_index for p in smooth)


def test_earth_and_moon():
    def f(x, y, m=0.01215):
        return -(1 - m) / np.hypot(x + m, y) - m / np.hypot(x - 1 + m, y) - (x**2 + y**2) / 2

    table = hw.critical_points(f, x=(-1.5, 1.5), y=(-1.5, 1.5))
    assert table.counts == {"saddle": 3, "maximum": 2}
    assert table.completeness.is_met
    assert "2 maxima + 2 places where f is not smooth − 3 saddles = 1" in table.completeness.sentence
    assert json_safe(table)


def json_safe(table):
    import json

    return json.loads(json.dumps(table.to_dict()))["completeness"]["singular"]


@pytest.mark.parametrize(
    ("f", "places"),
    [
        (lambda x: np.tan(x) ** 2, [-math.pi / 2, math.pi / 2]),
        (lambda x: 1 / (x - A) ** 2, [A]),
        (lambda x: np.abs(x - A) + x**2 / 9, [A]),
        (lambda x: np.log(np.abs(x - A)), [A]),
        (lambda x: np.sqrt(np.abs(x - A)), [A]),
    ],
)
def test_no_false_alarm_on_the_line(f, places):
    table = hw.critical_points(f, x=(-2, 2.3))
    assert table.completeness.is_met, table.completeness.sentence
    assert numpy.allclose(numpy.ravel(sorted(singular(table))), places, atol=1e-5)


def test_where_counting_does_not_apply_the_place_is_named():
    found = hw.critical_points(lambda x, y: np.tan(x) ** 2 + y**2, x=(-1, 2), y=(-1, 1.2)).completeness
    assert found.is_met is None
    assert "near (1.57" in found.sentence


def test_a_missing_point_is_still_missing_and_its_place_is_named():
    # A source at (0.7, 0.6) that is known, and a saddle at (0.2, 0.3) that is not.
    def slopes(u):
        source = (u[:, 0] - 0.7) + 1j * (u[:, 1] - 0.6)
        g = source * numpy.conj((u[:, 0] - 0.2) + 1j * (u[:, 1] - 0.3))
        return numpy.stack([g.real, g.imag], axis=1)

    around = winding_around_box(slopes, 2)
    assert around == 0
    (found,) = unexplained(slopes, numpy.array([[0.7, 0.6]]), [1], around)
    assert numpy.allclose(found.point, [0.2, 0.3], atol=1e-6)
    assert found.excess == -1
    assert not found.is_singular


def test_a_gradient_that_jumps_turns_the_short_way():
    def kink(u):
        return numpy.stack([numpy.sign(u[:, 0] - 0.3), 1e-3 + 0 * u[:, 1]], axis=1)

    assert winding_around_box(kink, 2) == 0
    # Through zero there is no short way.
    assert winding_around_box(lambda u: kink(u) * [1, 0], 2) is None
