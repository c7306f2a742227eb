"""How cases are recorded, and how arrays are compared."""

from __future__ import annotations

import functools
from typing import Any

import autograd.numpy as np
import numpy as onp

from hesswidget.derivatives.autograd import gradient, vjp
from hesswidget.derivatives.recorder import record
from hesswidget.program import batching
from hesswidget.program.executor import Executable
from hesswidget.program.program import Program
from program.corpus import CASES, Case

TINY = 1e-290  # below, numbers lose digits as they become subnormal
_TAME = [0.0, -0.0, 1e-300, -1e-300, 1.0, -1.0, 0.5, 2.0, -3.0, 0.1]
EXTREMES = {
    "all": [*_TAME, onp.nan, onp.inf, -onp.inf, 1e300, -1e300],
    "no huge": [*_TAME, onp.nan, onp.inf, -onp.inf],
    "nan": [*_TAME, onp.nan],
}


def assert_same(found: Any, expected: Any, tolerance: float, what: str = "", floor: float = 0.0) -> None:
    """Compare to a tolerance relative to the largest finite magnitude, at least `floor`; NaN and ±inf in place."""
    found, expected = onp.asarray(found, dtype=float), onp.asarray(expected, dtype=float)
    assert found.shape == expected.shape, f"{what}: shape {found.shape}, not {expected.shape}"
    finite = onp.isfinite(expected)
    onp.testing.assert_array_equal(
        onp.where(onp.isfinite(found), 0.0, found), onp.where(finite, 0.0, expected), what
    )
    if not finite.any():
        return
    magnitude = max(floor, onp.max(onp.abs(expected[finite])), TINY)
    worst = onp.max(onp.abs(found[finite] / magnitude - expected[finite] / magnitude))
    assert worst <= tolerance, f"{what}: off by {worst:.3g} of its magnitude\n{found}\n{expected}"


def size_of_cancelled(outputs: dict[str, Any], name: str) -> float:
    """Return how large the terms may be that cancel in an output.

    A Hessian product can vanish, as that of |x| does, where terms of the gradient's size cancel, since inputs and
    directions are of size 1; what is left is rounding of that size.
    """
    slope = onp.abs(outputs["gradient"]) if name == "product" else onp.zeros(0)
    return float(onp.max(slope[onp.isfinite(slope)], initial=0.0))


def named(case: Case, inputs: list[Any]) -> dict[str, Any]:
    return {f"x{k}": x for k, x in enumerate(inputs)}


def flat(inputs: list[Any]) -> Any:
    return onp.concatenate([onp.ravel(x) for x in inputs])


def value_program(case: Case, inputs: list[Any]) -> Program:
    return record(lambda **x: {"value": case.function(*x.values())}, **named(case, inputs))


def derivatives(case: Case, times: int) -> Any:
    """Return the function from a point and a direction to what is to be recorded, and compared with plain autograd."""
    ends = onp.cumsum([0, *(onp.prod(i.shape, dtype=int) for i in case.inputs)])

    def scalar(point: Any) -> Any:
        parts = [
            np.reshape(point[a:b], i.shape) for a, b, i in zip(ends[:-1], ends[1:], case.inputs, strict=True)
        ]
        result = case.function(*parts)
        weights = onp.random.default_rng(len(case.name)).uniform(0.5, 1.5, np.shape(result))
        return np.sum(result * weights)

    def all_of(point: Any, direction: Any) -> dict[str, Any]:
        found = {"value": scalar(point), "gradient": gradient(scalar)(point)}
        if times == 2:
            found["product"] = vjp(gradient(scalar), point)[1](direction)
        return found

    return all_of


def derivative_program(case: Case, inputs: list[Any]) -> Program:
    point = flat(inputs)
    return record(derivatives(case, case.derivatives), point=point, direction=onp.ones(len(point)))


@functools.cache
def _recorded(name: str, times: int, elements: int) -> Program:
    case = CASES[name]
    return derivative_program(case, case.draw(0)) if times else value_program(case, case.draw(0))


def recorded(case: Case, times: int = 0) -> Program:
    """Return the program of a case of the corpus, of its value or of its derivatives too, recorded once."""
    return _recorded(case.name, times, batching.ELEMENTS)


def run(program: Program, **inputs: Any) -> dict[str, Any]:
    return Executable(program)(**inputs)
