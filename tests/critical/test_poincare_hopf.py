"""Turns of a gradient: against fields whose turns are known."""

from __future__ import annotations

import numpy
import pytest

from hesswidget.critical.isolation import suspects
from hesswidget.critical.poincare_hopf import check
from hesswidget.critical.winding import poincare_index, winding_around_box


def power(k, centre=(0.43, 0.57)):
    """The field (z − c)^k, or its conjugate for negative k, which turns k times around c."""

    def slopes(places):
        z = (places[:, 0] - centre[0]) + 1j * (places[:, 1] - centre[1])
        w = z ** abs(k) if k >= 0 else numpy.conj(z) ** abs(k)
        return numpy.stack([w.real, w.imag], axis=1)

    return slopes


@pytest.mark.parametrize("k", [-7, -2, -1, 0, 1, 2, 5])
def test_a_power_turns_as_often_as_it_says(k):
    assert winding_around_box(power(k), 2) == k
    assert poincare_index(power(k), numpy.array([0.43, 0.57]), 0.01) == k
    assert poincare_index(power(k), numpy.array([0.2, 0.2]), 0.01) == 0


def test_a_field_that_turns_fast_near_the_edge_is_followed():
    assert winding_around_box(power(1, (1e-4, 0.5)), 2) == 1
    assert winding_around_box(power(1, (-1e-4, 0.5)), 2) == 0
    assert winding_around_box(power(-2, (0.5, 1 - 1e-5)), 2) == -2


@pytest.mark.parametrize("centre", [(0.0, 0.5), (1.0, 1.0)])
def test_a_zero_on_the_edge_leaves_it_open(centre):
    assert winding_around_box(power(1, centre), 2) is None


def test_what_is_not_finite_leaves_it_open():
    assert winding_around_box(lambda u: numpy.full(u.shape, numpy.nan), 2) is None
    assert winding_around_box(lambda u: numpy.full(u.shape, numpy.nan), 1) is None
    assert winding_around_box(lambda u: u, 3) is None


def test_in_one_dimension_the_ends_decide():
    assert winding_around_box(lambda u: u - 0.5, 1) == 1
    assert winding_around_box(lambda u: 0.5 - u, 1) == -1
    assert winding_around_box(lambda u: numpy.ones_like(u), 1) == 0
    assert winding_around_box(lambda u: u, 1) is None


def test_a_sum_that_does_not_fit_is_said():
    found = check(2, 1, ["minimum", "saddle"], [1, -1], has_sets=False)
    assert found.is_met is False
    assert found.sentence.startswith("points are missing: 1 minimum − 1 saddle = 0, but")
    assert check(2, 0, [], [], has_sets=False).is_met
    assert check(2, 1, ["degenerate"], [None], has_sets=False).is_met is None
    assert check(2, 1, [], [], has_sets=True).is_met is None
    assert "3 dimensions" in check(3, None, [], [], has_sets=False).sentence


def test_cells_with_a_zero_are_suspected():
    (cell,) = suspects(power(1), 2)
    assert numpy.max(numpy.abs(cell - [0.43, 0.57])) <= 1 / 64
    assert len(suspects(lambda u: u + 1.0, 2)) == 0
    assert len(suspects(lambda u: 0 * u, 2)) <= 1_024 + 1
    assert suspects(lambda u: u, 5).shape == (0, 5)
