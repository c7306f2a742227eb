"""Functions that declare where they start: taken as any other, with nothing beside."""

import autograd.numpy as np
import numpy
import pytest

import hesswidget as hw
from hesswidget.problem.declaration import Declaration
from hesswidget.problem.problem import Problem

random = numpy.random.RandomState(3)
START = {"W": random.standard_normal((3, 2)), "v": random.standard_normal(3), "b": numpy.array(0.3)}
INPUTS = random.standard_normal((7, 2))


def network(W, v, b, gain=1.0):
    return gain * np.dot(np.tanh(np.dot(INPUTS, W.T)), v) + b


def softplus_loss(z, W, v, b, l2=0.0):
    return np.mean(np.logaddexp(0.0, z) - 0.25 * z) + l2 / 2 * (np.sum(W**2) + np.sum(v**2) + b**2)


def plain(W, v, b, gain=1.0, l2=0.0):
    return softplus_loss(network(W, v, b, gain), W, v, b, l2)


LOSS = hw.composite(network, softplus_loss)
LOSS.declaration = Declaration(START, {"l2": (0.0, 1.0)})


@pytest.mark.parametrize(
    "point",
    [None, START, numpy.concatenate([START["W"].ravel(), START["v"], [0.3]])],
    ids="start dict vector".split(),
)
def test_a_point_is_its_start_or_given_by_name_or_as_one_vector(point):
    c = hw.curvature(LOSS, point, l2=0.1)
    assert c.labels[:3] == ("W[0, 0]", "W[0, 1]", "W[1, 0]")
    expected = hw.curvature(plain, tuple(START.values()), l2=0.1)
    numpy.testing.assert_allclose(c.hessian, expected.hessian, rtol=0, atol=1e-15)


def test_what_is_not_among_the_variables_stays_at_its_start():
    loss = hw.composite(lambda W, v, b=0.3: network(W, v, b), lambda z: np.mean(z**2))
    loss.declaration = Declaration({"W": START["W"], "v": START["v"]})
    c = hw.curvature(loss)
    assert c.labels[-1] == "v[2]"
    part = hw.curvature(hw.models.mlp(widths=(1, 3, 1)), over="W2")
    whole = hw.curvature(hw.models.mlp(widths=(1, 3, 1)))
    numpy.testing.assert_allclose(part.hessian, whole.hessian[6:9, 6:9], rtol=0, atol=1e-15)


def test_an_explorer_reaches_beyond_its_start():
    far = {**START, "v": numpy.array([0.0, 8.0, -1.0])}
    ranges = Problem.over_ranges(LOSS, far, None, {}).ranges
    assert {(r.minimum, r.maximum) for r in ranges} == {(-5.0, 5.0), (-10.0, 10.0)}
    w = hw.explore(LOSS)
    assert w.engine == "browser", w.engine_reason
    assert w.parameters == {"gain": 1.0, "l2": 0.0}
    assert w.point.tolist() == [*START["W"].ravel(), *START["v"], 0.3]


def test_what_is_given_goes_before_what_is_declared():
    w = hw.explore(LOSS, v=hw.vector([1.0, 2.0, 3.0], -5, 5), b=(0.0, 1.0), l2=(0.0, 0.5))
    assert w.variables["v"].tolist() == [1.0, 2.0, 3.0]
    assert w.problem.ranges[-1].minimum == 0.0
    assert w.problem.controls["l2"].maximum == 0.5
