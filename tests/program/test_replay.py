"""TypeScript executes every program as NumPy does: the corpus, at ordinary points and at extreme ones."""

import autograd.numpy as np
import numpy as onp
import pytest

from hesswidget.derivatives.control_flow import scan
from hesswidget.derivatives.recorder import record
from hesswidget.derivatives.traced import TracedProblem
from hesswidget.explorers.programs import programs
from hesswidget.problem.problem import Problem
from hesswidget.program import batching
from hesswidget.program.executor import Executable
from hesswidget.second_derivative_test.tolerances import Tolerances
from program.corpus import CASES
from program.recording import (
    EXTREMES,
    assert_same,
    flat,
    named,
    recorded,
    size_of_cancelled,
)
from program.replaying import Refused
from program.test_batching import BATCHED, ROWS, batch
from program.test_corpus import with_extremes


def assert_replayed(replay, program, points, tolerance, what):
    executable = Executable(program)
    for inputs, found in zip(points, replay(program, *points), strict=True):
        expected = executable(**inputs)
        assert list(found) == list(expected)
        for name, value in expected.items():
            floor = size_of_cancelled(expected, name)
            assert_same(found[name], value, tolerance, f"{name} of {what} at {inputs}", floor)


@pytest.mark.parametrize("name", CASES)
def test_a_value_is_what_numpy_replays_at_ordinary_points_and_at_extremes(name, replay):
    case = CASES[name]
    points = [named(case, case.draw(seed)) for seed in range(3)]
    if case.extremes in EXTREMES:
        rng = onp.random.default_rng(11)
        for trial in range(8):
            inputs = [with_extremes(case, x, trial, rng) for x in case.draw(trial)]
            points.append(named(case, inputs))
    assert_replayed(replay, recorded(case), points, case.tolerance, name)


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if case.derivatives])
def test_derivatives_are_what_numpy_replays(name, replay):
    case = CASES[name]
    points = [{"point": (p := flat(case.draw(seed))), "direction": onp.cos(p)} for seed in range(3)]
    if case.extremes in EXTREMES:
        rng = onp.random.default_rng(17)
        for trial in range(4):
            point = with_extremes(case, flat(case.draw(trial)), trial, rng)
            points.append({"point": point, "direction": rng.normal(size=len(point))})
    assert_replayed(replay, recorded(case, case.derivatives), points, case.tolerance, name)


def test_work_is_counted_alike_where_the_corpus_is_not(replay):
    """Of every program of the corpus `replay` compares it as it is sent."""
    traced = TracedProblem.of(Problem.over_ranges("himmelblau", None, None, {}))
    recorded = programs(traced, Tolerances())
    compared = list(recorded.programs.values())
    assert len(compared) == 5
    scans = [
        record(lambda x, k=k: dict(zip("yz", scan(lambda c: (c * c, c), [x], length=k), strict=True)), x=2.0)
        for k in (0, 1, 3)
    ]
    compared += [
        *scans,
        record(lambda a, b: {"x": np.linalg.solve(a, b)}, a=onp.eye(2), b=onp.ones((2, 40))),
        record(lambda a, b: {"x": a @ b}, a=onp.ones((3, 0)), b=onp.ones((0, 4))),
        record(lambda a: {"x": np.linalg.det(a)}, a=onp.ones((5, 0, 0))),
    ]
    for program in compared:
        replay(program, {name: onp.zeros(shape) for name, shape in program.inputs})
    # one product, one run, a carry in, and two values out; three times
    assert scans[-1].work == 3 * (1 + 1 + 1 + 2)


def test_a_scan_of_no_steps_returns_its_start(replay):
    program = record(lambda x: dict(zip("yz", scan(lambda c: (c * c, c), [x], length=0), strict=True)), x=2.0)
    for found in (Executable(program)(x=2.0), *replay(program, {"x": 2.0})):
        assert (found["y"].item(), found["z"].shape) == (2.0, (0,))


@pytest.mark.parametrize("elements", [1, 60, 2**14])
def test_batches_are_what_numpy_replays(elements, replay, monkeypatch):
    monkeypatch.setattr(batching, "ELEMENTS", elements)
    for case in BATCHED:
        rows = [named(case, case.draw(seed)) for seed in range(ROWS)]
        points = [{name: onp.stack([row[name] for row in rows]) for name in rows[0]}]
        program = batch(recorded(case), [True] * len(case.inputs))
        assert_replayed(replay, program, points, case.tolerance, case.name)


def test_the_other_executor_refuses_what_is_no_program(replay):
    """The control of the tests above: an answer does come from the program that was sent."""
    with pytest.raises(Refused, match="invalid"):
        replay.ask(header={"format": "hesswidget-program", "version": 1}, floats="", ints="", inputs={})
