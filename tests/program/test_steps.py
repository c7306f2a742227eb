"""A step that is repeated carries on what it should, in both executors: in one go, in parts, from any kept state."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import autograd.numpy as np
import numpy as onp
import pytest

from hesswidget.derivatives.autograd import gradient, vjp
from hesswidget.derivatives.control_flow import pick
from hesswidget.derivatives.recorder import record
from hesswidget.program.errors import InvalidProgram, NotRecorded
from hesswidget.program.executor import Executable
from program.recording import assert_same

TOLERANCE = 1e-12  # a few hundred roundings


def himmelblau(x):
    return (x[0] ** 2 + x[1] - 11) ** 2 + (x[0] + x[1] ** 2 - 7) ** 2


def descent(x, rate):
    return {"x": x - rate * gradient(himmelblau)(x), "value": himmelblau(x)}


def adam(x, mean, square, count, rate):
    """Adam (Kingma & Ba 2015, algorithm 1)."""
    g, count = gradient(himmelblau)(x), count + 1
    mean, square = 0.9 * mean + 0.1 * g, 0.999 * square + 0.001 * g**2
    step = rate * mean / (1 - 0.9**count) / (np.sqrt(square / (1 - 0.999**count)) + 1e-8)
    return {"x": x - step, "mean": mean, "square": square, "count": count}


def pendulum(state, h, length):
    angle, speed = state[0], state[1]
    return {
        "state": np.array([angle + h * speed, speed - h * 9.81 / length * np.sin(angle)]),
        "energy": speed**2 / 2 - 9.81 / length * np.cos(angle),
    }


def stochastic(x, count, rate, table):
    """Stochastic gradient descent on a sum of squares, one row of a table of draws at each step, round and round."""
    row = pick(table, count % len(table), axis=0)
    return {"x": x - rate * gradient(lambda z: (row[:2] @ z - row[2]) ** 2)(x), "count": count + 1}


def hutchinson(total, count, x, signs):
    """Estimate the trace of a Hessian from products with random signs (Hutchinson 1990)."""
    v = pick(signs, count, axis=0)
    total = total + v @ vjp(gradient(himmelblau), x)[1](v)
    return {"total": total, "count": count + 1, "trace": total / (count + 1)}


def exchange(a, b):
    """Return what was given, in another order, and again beside it."""
    return {"a": b, "b": a + b, "before": a, "after": b}


@dataclass(frozen=True)
class Case:
    """A step, what it carries, and where to start."""

    step: Callable[..., Mapping[str, Any]]
    carry: tuple[str, ...]
    start: Mapping[str, Any]

    def record(self):
        return record(self.step, self.carry, **self.start)

    def after(self, steps, state):
        """Return what a plain loop gives."""
        for _ in range(steps):
            found = self.step(**state)
            state = {**state, **{name: found[name] for name in self.carry}}
        return found


RNG = onp.random.default_rng(4)
CASES = [
    Case(descent, ("x",), {"x": onp.array([0.5, -1.0]), "rate": 0.01}),
    Case(
        adam,
        ("x", "mean", "square", "count"),
        {
            "x": onp.array([0.5, -1.0]),
            "mean": onp.zeros(2),
            "square": onp.zeros(2),
            "count": 0.0,
            "rate": 0.1,
        },
    ),
    Case(pendulum, ("state",), {"state": onp.array([2.0, 0.0]), "h": 0.01, "length": 1.5}),
    Case(
        stochastic,
        ("x", "count"),
        {"x": onp.array([0.5, -1.0]), "count": 0.0, "rate": 0.1, "table": RNG.normal(size=(5, 3))},
    ),
    Case(
        hutchinson,
        ("total", "count"),
        {"total": 0.0, "count": 0.0, "x": onp.array([3.0, 2.0]), "signs": RNG.choice([-1.0, 1.0], (8, 2))},
    ),
    Case(exchange, ("b", "a"), {"a": onp.array([1.0, 0.5]), "b": onp.array([-1.0, 2.0])}),
]


@pytest.fixture(params=["NumPy", "TypeScript"])
def iterate(request, replay):
    """Run so many steps of a program from a state, in either executor."""

    def run(program, steps, state):
        if request.param == "NumPy":
            return Executable(program).iterate(steps, **state)
        (found,) = replay(program, state, steps=steps)
        return found

    return run


def names(case):
    return case.step.__name__


@pytest.mark.parametrize("case", CASES, ids=names)
def test_steps_are_those_of_a_loop(case, iterate):
    program = case.record()
    for steps in (1, 2, 7, 40):
        expected = case.after(steps, case.start)
        found = iterate(program, steps, case.start)
        assert set(found) == set(expected)
        for name, value in expected.items():
            assert_same(found[name], value, TOLERANCE, f"{name} after {steps}")


@pytest.mark.parametrize("case", CASES, ids=names)
def test_a_run_goes_on_from_any_kept_state_to_the_same_bits(case, iterate):
    """Three steps and four are seven, and so is any step from what was carried to it."""
    program = case.record()
    whole = iterate(program, 7, case.start)
    state = case.start
    for _ in range(7):
        kept = state
        found = iterate(program, 1, state)
        state = {**state, **{name: found[name] for name in case.carry}}
    third = iterate(program, 3, case.start)
    parts = iterate(program, 4, {**case.start, **{name: third[name] for name in case.carry}})
    for name, value in whole.items():
        for other in (found, parts, iterate(program, 1, kept)):
            assert onp.asarray(other[name]).tobytes() == onp.asarray(value).tobytes(), name


def test_the_estimate_of_a_trace_is_the_trace():
    """Himmelblau's Hessian at (3, 2) is (74 20; 20 34); all four pairs of signs average its other entries away."""
    signs = onp.array([[a, b] for a in (-1.0, 1.0) for b in (-1.0, 1.0)])
    (case,) = [case for case in CASES if case.step is hutchinson]
    program = record(hutchinson, case.carry, **{**case.start, "signs": signs})
    found = Executable(program).iterate(4, **{**case.start, "signs": signs})
    assert float(found["trace"]) == pytest.approx(74 + 34, rel=1e-14)


def test_a_place_beyond_the_table_is_its_last(iterate):
    program = record(lambda k, table: {"k": pick(table, k)}, k=0.0, table=onp.zeros(3))
    for k, expected in ((-4.0, 5.0), (0.4, 5.0), (1.6, 7.0), (1e300, 7.0), (onp.nan, 5.0)):
        assert float(iterate(program, 1, {"k": k, "table": onp.array([5.0, 6.0, 7.0])})["k"]) == expected


@pytest.mark.parametrize(
    ("step", "carry", "word"),
    [
        (lambda x: {"y": x}, ("x",), '"x" is in the carry; it is to be an input and an output'),
        (lambda x: {"y": x}, ("y",), '"y" is in the carry'),
        (lambda x: {"x": np.sum(x)}, ("x",), r"goes in with shape \(2,\) and comes out with shape \(\)"),
        (lambda x: {"x": x}, ("x", "x"), "two states are called"),
    ],
)
def test_a_carry_that_cannot_go_on_is_refused(step, carry, word):
    with pytest.raises((InvalidProgram, NotRecorded), match=word):
        record(step, carry, x=onp.ones(2))


@pytest.mark.parametrize("steps", [0, -1])
def test_less_than_one_step_is_refused(steps, iterate):
    with pytest.raises(Exception, match="at least one"):
        iterate(CASES[0].record(), steps, CASES[0].start)
