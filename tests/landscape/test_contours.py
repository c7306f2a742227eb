"""Contour levels: as much area between any two, and the recorded ones are the same."""

import numpy as onp
import pytest

from hesswidget.landscape.contours import levels_of, program
from hesswidget.program.executor import Executable


def test_levels_part_the_plane_evenly():
    values = onp.random.default_rng(0).lognormal(size=10_000)
    levels = levels_of(values, 9)
    shares = onp.histogram(values, onp.r_[-onp.inf, levels, onp.inf])[0] / values.size
    onp.testing.assert_allclose(shares, 0.1, atol=1e-3)
    assert levels_of(onp.full(5, 2.0)).size == 0
    assert levels_of(onp.array([onp.nan, onp.inf])).size == 0


@pytest.mark.parametrize("count", [81, 57**2])
def test_the_program_takes_any_number_of_values_up_to_its_own(count):
    run = Executable(program())
    values = onp.random.default_rng(count).normal(size=count)
    values[:5] = onp.inf
    padded = onp.full(dict(run.program.inputs)["values"], onp.nan)
    padded[:count] = values
    found = run(values=padded)["levels"]
    onp.testing.assert_array_equal(found[onp.isfinite(found)], levels_of(values))
