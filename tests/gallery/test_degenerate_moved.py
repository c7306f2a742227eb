"""What the gallery's degenerate points are does not hang on where they are, how they are turned and in what units."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

import hesswidget as hw
from hesswidget import gallery
from random_points.changes import linear
from random_points.verdict import claim

POINTS = [
    pytest.param(gallery[name], listed.point, id=f"{name}-{index}")
    for name in gallery.names()
    for index, listed in enumerate(gallery[name].critical_points)
    if listed.label in ("degenerate", "undefined")
]


@pytest.mark.parametrize(("example", "point"), POINTS)
@given(st.integers(0, 2**32 - 1), st.floats(-8, 8), st.floats(-8, 8), st.booleans())
@settings(
    max_examples=4, deadline=None, derandomize=True, database=None, phases=[Phase.generate]
)  # a seed is simple
def test_it_stays_what_it_is(example, point, seed, units, factor, is_folded):
    """Shifted by 0.3 to 3 lengths, turned and stretched by a matrix of condition 4, in other units of x and of f.

    Where f has no derivatives at the point, beside it by rounding it may have some, so that it is met exactly.
    """
    rng = np.random.default_rng(seed)
    original = hw.curvature(
        example, *([np.array(point)] if len(example.variables) == 1 < len(point) else [point])
    )
    n, length = len(point), 10**units
    place = length * rng.choice([-1, 1], n) * 10 ** rng.uniform(-0.5, 0.5, n)
    coordinates = linear(rng, place, np.full(n, length), is_folded and original.label != "undefined")

    def moved(v):
        u = coordinates(v) + np.array(point)
        is_vector = len(example.variables) == 1 and isinstance(
            example.ranges[example.variables[0]], np.ndarray
        )
        return 10**factor * (example(u) if is_vector else example(*[u[i] for i in range(n)]))

    c = hw.curvature(moved, place)
    assert claim(c) == claim(original), f"{c.reason}\n{original.reason}"
