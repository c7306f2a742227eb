"""Branches as they are drawn, against what they are in closed form."""

import ipywidgets
import numpy as np
import pytest

import hesswidget as hw
from hesswidget.bifurcations.curves import curves


def drawn_at(branch, value):
    return np.interp(value, branch.values, branch.points[:, 0])


CASES = {
    "a fold": (lambda x, a=1.0: x**3 / 3 - (a - 0.3137) * x, (-1.0, 1.0), lambda a: np.sqrt(a - 0.3137)),
    "a fold to the left": (lambda x, a=1.0: x**3 / 3 + (a - 0.41) * x, (-1.0, 1.0), lambda a: np.sqrt(0.41 - a)),
    "a pitchfork": (
        lambda x, a=1.0: x**4 / 4 - (a + 0.2) * x**2 / 2, (-1.0, 2.0), lambda a: np.sqrt(a + 0.2)
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize(
    "shift", [0.0, 0.004, 0.011]
)  # where the event lies between two values that are searched
def test_beside_an_event_a_branch_is_drawn_as_the_root_that_it_is(case, shift):
    function, (low, high), root = CASES[case]
    w = hw.bifurcation(lambda x, a=1.0: function(x, a + shift), a=(low, high), x=(-2, 2))
    for branch in curves(w.diagram):
        inside = np.linspace(*branch.values[[0, -1]], 4_001)[1:-1]
        place = drawn_at(branch, inside)
        exact = np.sign(place[-1] + place[0]) * root(inside + shift) if np.abs(place).max() > 0.1 else 0.0
        assert np.abs(place - exact).max() < 1.5e-3  # of a range of 4: a tenth of a pixel
        assert (np.diff(branch.values) > 0).all()


def test_what_was_found_is_left_as_it_is():
    w = hw.bifurcation(lambda x, a=1.0: x**3 / 3 - a * x, a=(-1.0, 1.0), x=(-2, 2))
    for found, drawn in zip(w.diagram.branches, curves(w.diagram), strict=True):
        kept = np.isin(drawn.values, found.values)
        np.testing.assert_array_equal(drawn.values[kept], found.values)
        np.testing.assert_array_equal(drawn.points[kept], found.points)
        np.testing.assert_array_equal(drawn.function_values[kept], found.function_values)


def test_a_branch_that_leaves_straight_is_drawn_straight():
    w = hw.bifurcation(lambda x, a=1.0: x**3 / 3 - a * x**2 / 2, a=(-1.0, 1.0), x=(-2, 2))
    assert [event.kind for event in w.diagram.events] == ["transcritical"]
    assert curves(w.diagram) == w.diagram.branches


def test_a_logarithmic_axis_is_the_slider_s():
    slider = ipywidgets.FloatLogSlider(0.5, min=-2, max=0.5)
    w = hw.bifurcation(lambda x, a=0.5: x**3 / 3 - np.log10(a / 0.2) * x, a=slider, x=(-2, 2))
    branch = max(curves(w.diagram), key=lambda b: b.points[-1, 0])
    exact = np.sqrt(np.maximum(np.log10(branch.values / 0.2), 0.0))
    assert np.abs(branch.points[:, 0] - exact).max() < 1.5e-3
