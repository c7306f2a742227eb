"""The forms are at their origin what they are said to be, by their signs along the axes and the diagonals."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from random_points import forms, kinks, unfit
from random_points.curves import CURVES

NEAR = 0.01
KINDS = {frozenset({1}): "minimum", frozenset({-1}): "maximum", frozenset({1, -1}): "saddle"}


@pytest.mark.parametrize("draw", [forms.morse, forms.degenerate, forms.flat, unfit.form, kinks.form])
@pytest.mark.parametrize("n", [1, 2, 3, 6])
def test_the_signs_around_the_origin(draw, n):
    rng = np.random.default_rng(n)
    for _ in range(60):
        form = draw(rng, n)
        axes = [*np.eye(n), *(a + s * b for a, b in itertools.combinations(np.eye(n), 2) for s in (1, -1))]
        with np.errstate(all="ignore"):  # some are no number at the origin, or not 0 there, but tend to one
            beside = np.array([form.function(side * NEAR * axis) for axis in axes for side in (1, -1)])
            at = form.function(1e-9 * np.ones(n))
        signs = np.sign(np.where(abs(beside - at) < 1e-13, 0.0, beside - at)).astype(int)
        if form.truth == "flat":
            assert len(set(signs.tolist()) - {0}) <= 1, form
            assert 0 in signs, form
        elif form.truth == "kink":
            assert np.any(signs[0::2] * signs[1::2] < 0), form  # up on one side, down on the other
        else:
            kind = KINDS[frozenset(signs.tolist()) - {0}]
            assert form.truth.split()[-1] == kind, form
            assert kind == "saddle" or 0 not in signs, form  # r² cos 2θ is 0 along diagonals


@pytest.mark.parametrize("kind", CURVES)
def test_the_growth_of_curves(kind):
    """Each critical point's order and sign, by the values on both sides of it."""
    rng = np.random.default_rng(0)
    for _ in range(20):
        curve = CURVES[kind](rng)
        for place, order, sign in curve.critical:
            if abs(place) > 2:
                continue
            step = 1e-3
            rises = [float(curve.function(place + side * step) - curve.function(place)) for side in (-1, 1)]
            ends = [-sign, sign] if order in (3, 5) else [sign, sign]
            assert np.sign(rises).tolist() == ends, (curve, place)
            grown = [
                float(curve.function(place + side * 2 * step) - curve.function(place)) for side in (-1, 1)
            ]
            np.testing.assert_allclose(np.log2(np.divide(grown, rises)), order, atol=0.05)
