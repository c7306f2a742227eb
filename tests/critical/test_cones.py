"""Cones are located by Euler's theorem, and listed with what they are."""

import autograd.numpy as np
import numpy as onp
import pytest

import hesswidget as hw
from hesswidget.critical.cones import located

MINIMUM = "minimum at a kink"


@pytest.mark.parametrize("n", [1, 2, 3, 5])
def test_the_tip_is_located_to_rounding_beside_what_is_smooth(n):
    rng = onp.random.default_rng(n)
    tip, slope, stretch = rng.uniform(0.3, 0.7, n), 0.3 * rng.normal(size=n), rng.uniform(0.5, 2, n)

    def value_and_gradient(x):
        d = stretch * (x - tip)
        r = onp.linalg.norm(d)
        return r + slope @ x + onp.sum(onp.sin(x)), stretch * d / r + slope + onp.cos(x)

    found, _ = located(value_and_gradient, tip + 5e-5 * rng.normal(size=n), 1e-4)
    onp.testing.assert_allclose(found, tip, rtol=0, atol=1e-13)


def test_what_is_smooth_has_no_tip():
    assert located(lambda x: (x @ x, 2 * x), onp.array([1e-5, 2e-5]), 1e-4) is None
    assert located(lambda x: (float(x[0]), onp.array([1.0, 0.0])), onp.array([0.5, 0.2]), 1e-4) is None


def test_a_geometric_median_at_a_data_point_is_listed():
    """It is the middle one of three points that are nearly in a line, wherever that lies."""
    X = onp.array([[0.123456789, 1 / 3], [1.1, 0.3], [-0.9, 0.5]])
    table = hw.critical_points(
        lambda x, y: sum(np.sqrt((x - a) ** 2 + (y - b) ** 2) for a, b in X), x=(-2, 2.1), y=(-2, 2.2)
    )
    ((point, kind),) = [(p.point, p.kind) for p in table]
    assert kind == MINIMUM
    onp.testing.assert_allclose(point, X[0], rtol=1e-9)
    assert table.completeness.is_met
    assert "1 minimum at a kink = 1" in str(table.completeness)


def test_a_cone_in_space_is_found_by_going_down():
    table = hw.critical_points(
        lambda x, y, z: np.sqrt((x - 0.1234567) ** 2 + y**2 + z**2) + 0.3 * x,
        x=(-1, 1.2), y=(-1, 1.1), z=(-1, 1),
    )  # fmt: skip
    assert [(p.kind, p.point.round(9).tolist()) for p in table] == [(MINIMUM, [0.1234567, 0, 0])]
