"""Programs of the corpus say what autograd computes: value, gradient and Hessian product, at any point."""

import numpy as onp
import pytest

from hesswidget.program.executor import Executable
from program.corpus import CASES
from program.recording import (
    EXTREMES,
    assert_same,
    derivatives,
    flat,
    named,
    recorded,
    size_of_cancelled,
)

POINTS = (0, 1, 2)  # seeds: where the program was recorded, and elsewhere


@pytest.mark.parametrize("name", CASES)
def test_a_value_is_what_numpy_computes(name):
    case = CASES[name]
    run = Executable(recorded(case))
    for seed in POINTS:
        inputs = case.draw(seed)
        with onp.errstate(all="ignore"):
            expected = case.function(*inputs)
        assert_same(run(**named(case, inputs))["value"], expected, case.tolerance, f"{name} at {seed}")


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if case.derivatives])
def test_derivatives_are_what_autograd_computes(name):
    case = CASES[name]
    run = Executable(recorded(case, case.derivatives))
    for seed in POINTS:
        point = flat(case.draw(seed))
        direction = onp.random.default_rng(100 + seed).normal(size=len(point))
        with onp.errstate(all="ignore"):
            expected = derivatives(case, case.derivatives)(point, direction)
        found = run(point=point, direction=direction)
        for part, value in expected.items():
            assert_same(found[part], value, case.tolerance, f"{part} of {name} at {seed}")


def with_extremes(case, x, trial, rng):
    """Put extreme values into a fifth of the elements, and in every third trial into all of them."""
    chosen = rng.random(x.shape) < (0.2 if trial % 3 else 1.0)
    return onp.where(chosen, rng.choice(EXTREMES[case.extremes], x.shape), x)


EXTREME = [name for name, case in CASES.items() if case.extremes in EXTREMES]


@pytest.mark.parametrize("name", EXTREME)
def test_values_keep_nan_and_infinity_in_place(name):
    case = CASES[name]
    run = Executable(recorded(case))
    rng = onp.random.default_rng(7)
    for trial in range(15):
        inputs = [with_extremes(case, x, trial, rng) for x in case.draw(trial)]
        with onp.errstate(all="ignore"):
            expected = case.function(*inputs)
        found = run(**named(case, inputs))["value"]
        assert_same(found, expected, case.tolerance, f"{name} of {inputs}")


@pytest.mark.parametrize("name", [name for name in EXTREME if CASES[name].derivatives])
def test_derivatives_keep_nan_and_infinity_in_place(name):
    """Simplification regroups products, and so could overflow where autograd does not; at these points it does not."""
    case = CASES[name]
    run = Executable(recorded(case, case.derivatives))
    rng = onp.random.default_rng(13)
    for trial in range(8):
        point = with_extremes(case, flat(case.draw(trial)), trial, rng)
        direction = rng.normal(size=len(point))
        with onp.errstate(all="ignore"):
            expected = derivatives(case, case.derivatives)(point, direction)
        found = run(point=point, direction=direction)
        for part, value in expected.items():
            floor = size_of_cancelled(expected, part)
            assert_same(found[part], value, case.tolerance, f"{part} of {name} at {point}", floor)
