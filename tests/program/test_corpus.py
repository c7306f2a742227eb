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


BENT = {"round to a place"}  # its value jumps between the points of a difference


def differences(function, point, direction, h=1e-3):
    """Return the derivative along a direction by central differences, whose error is of order h⁴."""
    near, far = (
        (onp.asarray(function(point + k * h * direction)) - onp.asarray(function(point - k * h * direction)))
        for k in (1, 2)
    )
    return (8 * near - far) / (12 * h)


@pytest.mark.parametrize(
    "name", [name for name, case in CASES.items() if case.derivatives and name not in BENT]
)
def test_derivatives_are_those_of_the_function(name):
    """Recorded and traced derivatives share autograd's rules; differences of the values share nothing with them."""
    case = CASES[name]
    point = flat(case.draw(0))
    direction = onp.random.default_rng(5).normal(size=len(point)) if len(point) else point
    of = derivatives(case, case.derivatives)

    def part(name):
        return lambda x: of(x, direction)[name]

    with onp.errstate(all="ignore"):
        found = of(point, direction)
        slope = differences(part("value"), point, direction)
        scale = max(1.0, onp.max(onp.abs(found["gradient"]), initial=0.0))
        assert found["gradient"].shape == point.shape
        assert abs(found["gradient"] @ direction - slope) < 1e-7 * scale, name
        if case.derivatives == 2:
            bend = differences(part("gradient"), point, direction)
            scale = max(scale, onp.max(onp.abs(found["product"]), initial=0.0))
            assert onp.max(onp.abs(found["product"] - bend), initial=0.0) < 1e-6 * scale, name


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
