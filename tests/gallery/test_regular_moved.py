"""What the gallery's regular critical points are does not hang on where they are, how they are turned, or on units."""

from itertools import cycle

import autograd.numpy as np
import numpy as onp
import pytest

import hesswidget as hw
from hesswidget import gallery
from random_points.changes import rotation

POINTS = [
    pytest.param(gallery[name], listed, id=f"{name}-{index}")
    for name in gallery.names()
    for index, listed in enumerate(gallery[name].critical_points[:2])
    if listed.label in ("minimum", "maximum", "saddle")
]


MOVES = [pytest.param(*p.values, units, id=f"{p.id}-{units}") for p, units in zip(POINTS, cycle([1e-5, 1e4]))]


@pytest.mark.parametrize(("example", "listed", "units"), MOVES)
def test_it_stays_what_it_is(example, listed, units):
    """Without ranges, shifted by √2, √3, … in units of 1 at least, so that nothing says over which length f varies."""
    n = len(listed.point)
    rng = onp.random.default_rng(n)
    place = max(units, 1.0) * rng.choice([-1, 1], n) * onp.sqrt(2.0 + onp.arange(n))
    turn = rotation(rng, n)
    (first, *others) = example.variables
    is_vector = not others and isinstance(example.ranges[first], onp.ndarray)

    def moved(v):
        u = np.dot(turn, (v - place) / units) + onp.array(listed.point)
        return example(u) if is_vector else example(*[u[i] for i in range(n)])

    c = hw.curvature(moved, place)
    assert c.label == listed.label, c.reason
