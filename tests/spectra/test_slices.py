"""Slices: what a plane shows, what random ones miss, and what a rescaling leaves as it is."""

from __future__ import annotations

import autograd.numpy as np
import numpy
import pytest

import hesswidget as hw
from hesswidget.explorers.view_state import ViewState

Q = numpy.ones(10) / numpy.sqrt(10)


def mountain_pass(w, scale=1.0):
    return scale * (np.sum(w**2) - 2 * np.dot(Q, w) ** 2) / 2


@pytest.mark.parametrize("n", [3, 10, 30])
def test_random_planes_of_a_saddle_show_a_bowl_as_often_as_the_law_says(n):
    q = numpy.ones(n) / numpy.sqrt(n)
    found = hw.slices(lambda w: (np.sum(w**2) - 2 * np.dot(q, w) ** 2) / 2, numpy.zeros(n), resolution=3)
    law = 1 - 2 ** (-(n - 2) / 2)
    assert found.bowls == pytest.approx(law, abs=3 * numpy.sqrt(law * (1 - law) / 4000) + 1e-4)
    assert found.extreme.curvatures == pytest.approx([-1.0, 1.0])


def test_the_values_are_the_functions_and_the_curvatures_are_within_the_spectrum():
    at = numpy.linspace(-1.0, 1.0, 10)
    found = hw.slices(mountain_pass, at, scale=3.0, reach=0.5, resolution=5)
    for cut in (found.extreme, found.random):
        places = numpy.linspace(-1, 1, 5)
        for i, b in enumerate(places):
            for j, a in enumerate(places):
                assert cut.values[i, j] == pytest.approx(
                    mountain_pass(at + a * cut.directions[0] + b * cut.directions[1], 3.0)
                )
        assert -3.0 - 1e-9 <= cut.curvatures[0] <= cut.curvatures[1] <= 3.0 + 1e-9
    assert "random" in str(found)


def test_a_rescaling_of_layers_leaves_the_random_slice_as_it_is():
    inputs = numpy.random.default_rng(0).standard_normal((30, 3))

    def relu_network(params):
        return np.mean((np.maximum(inputs @ params["W1"] + params["b1"], 0.0) @ params["W2"] - 1.0) ** 2)

    random = numpy.random.default_rng(1)
    here = {
        "W1": random.standard_normal((3, 5)),
        "b1": random.standard_normal(5),
        "W2": random.standard_normal((5, 2)),
    }
    there = {"W1": 5.0 * here["W1"], "b1": 5.0 * here["b1"], "W2": here["W2"] / 5.0}
    one, other = (hw.slices(relu_network, params, resolution=9) for params in (here, there))
    assert other.random.values == pytest.approx(one.random.values, rel=1e-12)
    assert numpy.abs(other.extreme.values - one.extreme.values).max() > 0.1  # along eigenvectors it is not so


def test_each_unit_has_weights_as_long_as_at_the_point():
    net = hw.models.mlp(widths=[1, 4, 3, 1])
    found = hw.slices(net, resolution=2, reach=1.0)
    for direction in found.random.directions:
        blocks = net.blocks.unflatten(direction)
        for name, block in net.start.items():
            numpy.testing.assert_allclose(
                numpy.linalg.norm(blocks[name], axis=-1), numpy.linalg.norm(block, axis=-1), rtol=1e-12
            )


@pytest.mark.parametrize("step", [0, 7, None], ids=["start", "on the way", "end"])
@pytest.mark.parametrize("engine", ["browser", "kernel"])
def test_a_race_is_cut_in_the_same_plane_through_its_step(step, engine):
    net = hw.models.mlp(widths=[1, 4, 1])
    w = hw.descend(net, methods=["gradient-descent", "adam"], rate=0.3, steps=20, engine=engine)
    w.view = {"slice": {"kind": "random", "indices": [0, 1]}, "followed": 1, "step": step}
    moment = w._view._context
    seen = ViewState.read(w.view, len(w.point))
    plane = w._view.computation.random_plane(moment.shown(), w.point, w._settings, seen)
    at = w.paths[1].points[-1 if step is None else step]
    numpy.testing.assert_array_equal(plane.origin, at)
    cut = hw.slices(net, at, resolution=2).random.directions
    assert cut - cut @ plane.basis.T @ plane.basis == pytest.approx(numpy.zeros_like(cut), abs=1e-12)
    assert plane.ends[0, 1] == pytest.approx(numpy.linalg.norm(cut[0]))
    w.figure()


def test_what_cannot_be_cut_is_a_sentence():
    with pytest.raises(hw.ProblemError, match="one variable"):
        hw.slices(lambda x: x**2, 1.0)
    with pytest.raises(hw.ProblemError, match="resolution is 1"):
        hw.slices(mountain_pass, numpy.zeros(10), resolution=1)
    with pytest.raises(hw.ProblemError, match="reach is 0"):
        hw.slices(mountain_pass, numpy.zeros(10), reach=0)
