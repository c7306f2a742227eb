"""Tables of critical points list all there are, call none what it is not, and raise no false alarm.

Some seeds of each kind; ``python -m tests.random_points --tables --cases 300`` takes more of them, and with ``--seed``
shows one.
"""

from __future__ import annotations

import numpy as np
import pytest

from random_points.__main__ import of_table
from random_points.tables import KINDS, draw
from random_points.verdict import ABSTAINED, WRONG

SEEDS = range(2)  # of each kind


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_wrong_is_listed_nor_missed(kind):
    found = [of_table(seed, kind) for seed in SEEDS]
    assert [a for a in found if a.verdict == WRONG] == []
    assert [a for a in found if a.verdict == ABSTAINED] == []


@pytest.mark.parametrize("kind", KINDS)
def test_the_points_drawn_are_critical(kind):
    """By differences across each point, other than at kinks: small beside those elsewhere in the box."""
    for seed in range(10):
        landscape = draw(seed, kind)
        low, high = np.array(list(landscape.ranges.values())).T
        size = _slope(landscape, low, high, np.full(len(low), 0.123))
        for place, truth in zip(landscape.points, landscape.truths, strict=True):
            assert truth.startswith("kink") or _slope(landscape, low, high, place) < 1e-3 * size, (
                seed,
                place,
            )


def _slope(landscape, low, high, place):
    step = 1e-5
    ends = [[place + side * step * axis for side in (1, -1)] for axis in np.eye(len(place))]
    rises = [np.subtract(*(landscape.function(*(low + (high - low) * end)) for end in pair)) for pair in ends]
    return np.linalg.norm(rises) / (2 * step)
