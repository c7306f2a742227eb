"""What the gallery's degenerate points are does not hang on where they are, how they are turned and in what units.

Each is moved once; ``python -m tests.random_points --gallery --cases 1000`` moves them many times.
"""

import pytest

from random_points.moved import POINTS, claims


@pytest.mark.parametrize("kind", POINTS)
def test_it_stays_what_it_is(kind):
    known, moved = claims(0, kind)
    assert moved == known
