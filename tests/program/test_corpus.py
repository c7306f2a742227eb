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


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if case.extremes in EXTREMES])
def test_values_keep_nan_and_infinity_in_place(name):
    """Every input takes extreme values one after the other in each of its elements, and then all at once."""
    case = CASES[name]
    run = Executable(recorded(case))
    rng = onp.random.default_rng(7)
    for trial in range(30):
        inputs = case.draw(trial)
        for x in inputs:
            if x.size:
                chosen = rng.random(x.shape) < (0.2 if trial % 3 else 1.0)
                x[...] = onp.where(chosen, rng.choice(EXTREMES[case.extremes], x.shape), x)
        with onp.errstate(all="ignore"):
            expected = case.function(*inputs)
        found = run(**named(case, inputs))["value"]
        assert_same(found, expected, case.tolerance, f"{name} of {inputs}")
