"""Functions that branch on values: recorded path by path, joined under guards, in both executors."""

import math
from functools import cache
from pathlib import Path

import autograd.numpy as np
import numpy as onp
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import hesswidget as hw
from hesswidget.derivatives.branches.paths import MAX_PATHS, path_at
from hesswidget.derivatives.objective import Objective
from hesswidget.derivatives.traced import TracedProblem
from hesswidget.problem.problem import Problem
from hesswidget.program.errors import NotRecorded
from hesswidget.program.executor import Executable
from program.as_written import AS_WRITTEN

PLANE = {"x": (-2.0, 2.1), "y": (-1.9, 2.0)}
NAMES = ("value", "gradient", "hessian")


def derivatives(f, point):
    return dict(zip(NAMES, f.derivatives(point), strict=True))


def recorded(function, **ranges):
    problem = Problem.over_ranges(function, None, None, ranges)
    traced = TracedProblem.of(problem)
    return traced, traced.record(derivatives, point=problem.start)


@cache
def as_written(name):
    """What an explorer recorded, which is live."""
    function, ranges = AS_WRITTEN[name]
    w = hw.explore(function, **ranges)
    assert w.engine == "browser", w.engine_reason
    traced = w._context.recorded.sets[0].traced
    return traced, traced.record(derivatives, point=traced.problem.start)


def exact(problem, point, parameters=None):
    """The derivatives by autograd; None where the function raises something."""
    try:
        objective = Objective(problem, parameters)
        return (objective.value(point), *objective.gradient_and_hessian(point))
    except hw.ProblemError:
        return None


def agree(found, expected):
    for name, array in zip(NAMES, expected, strict=True):
        onp.testing.assert_allclose(found[name], array, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("name", AS_WRITTEN)
def test_a_function_as_it_is_written_has_autograds_derivatives_on_every_path(name, replay):
    traced, program = as_written(name)
    problem, run = traced.problem, Executable(program)
    inputs = problem.traced_values(problem.parameters)
    rng = onp.random.default_rng(5)
    for k, point in enumerate(rng.uniform(*problem.box, (40, len(problem.start)))):
        found, expected = run(point=point, parameters=inputs), exact(problem, point)
        if expected is None:
            assert found["covered"] == -1
            assert onp.isnan(found["value"])
            continue
        assert found["covered"] == 1
        agree(found, expected)
        if k < 8:
            agree(replay(program, {"point": point, "parameters": inputs})[0], expected)


@pytest.mark.parametrize("name", AS_WRITTEN)
def test_no_picture_is_shown_whose_guards_do_not_hold(name):
    traced, _ = as_written(name)
    problem = traced.problem
    run = Executable(traced.record(lambda f, point: {"value": f.value(point)}, point=problem.start))
    inputs = problem.traced_values(problem.parameters)
    rng = onp.random.default_rng(7)
    points = rng.uniform(*problem.box, (360, len(problem.start)))
    steps = onp.array([r.step for r in problem.ranges])
    on_ticks = problem.box[0] + onp.rint((points[:120] - problem.box[0]) / steps) * steps
    for point in onp.concatenate([points, onp.clip(on_ticks, *problem.box)]):
        path = path_at(traced.run, point, inputs)
        covered = run(point=point, parameters=inputs)["covered"]
        assert covered == (0 if path not in traced.branches.paths else -1 if path.raises else 1)


VALUES = st.integers(0, 7)
INSTRUCTION = st.tuples(st.sampled_from("if max min abs while mix".split()), VALUES, VALUES, st.floats(-1, 1))


def interpreted(instructions):
    """A function of two variables made of instructions, each on values that are there already."""

    def function(x, y):
        values = [x, y, x * y - 0.3]
        for kind, i, j, c in instructions:
            a, b = values[i % len(values)], values[j % len(values)]
            if kind == "if":
                new = a * a + c if a > b + c else np.sin(b) - c * a
            elif kind == "max":
                new = max(a, c * b)
            elif kind == "min":
                new = min(a + c, b)
            elif kind == "abs":
                new = a - b if abs(a) < abs(c) else np.cos(a) + b
            elif kind == "while":
                new = a
                while abs(new) > 2:
                    new = new / 3 + c
            else:
                new = np.tanh(a * b + c)
            values.append(new)
        return values[-1] + values[-2] * values[-1] + 0.1 * x * y

    return function


@given(st.lists(INSTRUCTION, min_size=1, max_size=6), st.randoms(use_true_random=False))
@settings(deadline=None)
def test_random_programs_with_branches_are_autograds_on_both_sides_of_every_guard(
    replay, instructions, random
):
    try:
        traced, program = recorded(interpreted(instructions), **PLANE)
    except NotRecorded:  # of too many paths
        return
    problem, run = traced.problem, Executable(program)
    for k in range(12):
        point = onp.array([random.uniform(-2, 2.1), random.uniform(-1.9, 2)])
        found = run(point=point, parameters=[])
        if found.get("covered", 1.0) != 1:
            continue
        expected = exact(problem, point)
        agree(found, expected)
        if k < 3:
            agree(replay(program, {"point": point, "parameters": []})[0], expected)


def test_the_side_that_is_not_taken_poisons_nothing():
    def f(x, y):
        return np.sqrt(x) * y if x > 0 else np.log(1 - x) + y**2

    _, program = recorded(f, **PLANE)
    run = Executable(program)
    for point in ([-1.5, 1.0], [1.5, 1.0]):
        found = run(point=point, parameters=[])
        assert all(onp.isfinite(found[name]).all() for name in NAMES)


def test_a_path_that_was_not_found_is_not_covered_until_it_is_added():
    def f(x, y):
        return x**4 + y**2 if 0.7312 < x < 0.7314 else x**2 + y**2

    traced, program = recorded(f, **PLANE)
    rare = onp.array([0.7313, 0.5])
    found = Executable(program)(point=rare, parameters=[])
    assert found["covered"] == 0
    assert onp.isnan(found["hessian"]).all()
    assert traced.branches.add(traced.run, rare, onp.array([]))
    again = Executable(traced.record(derivatives, point=traced.problem.start))(point=rare, parameters=[])
    agree(again, exact(traced.problem, rare))
    assert not traced.branches.add(traced.run, rare, onp.array([]))


def test_a_branch_on_a_parameter_is_one():
    def f(x, y, a=0.5):
        return a * x**2 + y**2 if a > 0 else x**4 - y**2

    traced, program = recorded(f, **PLANE, a=(-1.0, 1.0))
    for a in (-0.7, 0.3):
        point = onp.array([0.4, 1.1])
        agree(Executable(program)(point=point, parameters=[a]), exact(traced.problem, point, {"a": a}))


def test_rows_take_paths_of_their_own():
    def f(x, y):
        return x**2 if x > y else y**3

    traced = TracedProblem.of(Problem.over_ranges(f, None, None, PLANE))
    from hesswidget.derivatives.control_flow import over_rows

    def build(f, points):
        return {
            "values": over_rows(
                lambda row, parameters: f.at(parameters).value(row), points, shared=(f.parameters,)
            )
        }

    points = onp.random.default_rng(0).uniform(-2, 2, (9, 2))
    found = Executable(traced.record(build, points=points))(points=points, parameters=[])["values"]
    onp.testing.assert_allclose(found, [f(*p) for p in points], rtol=1e-14)


def many(x, y):
    return sum(x**2 if np.sin(9 * k * x + k) > np.cos(7 * k * y) else k * y**2 for k in range(1, 9))


def endless(x, y):
    while x < 9:
        y = y + 1e-9
        if y > 1e9:
            break
    return x + y


@pytest.mark.parametrize(
    ("function", "words"), [(many, "paths"), (endless, "times in one run")], ids=["many", "endless"]
)
def test_too_many_paths_are_refused_with_their_number(function, words):
    with pytest.raises(NotRecorded, match=words):
        recorded(function, **PLANE)


def test_paths_are_few_enough_to_merge():
    assert all(1 <= len(as_written(name)[0].branches.paths) <= MAX_PATHS for name in AS_WRITTEN)


def test_an_error_that_is_caught_by_the_function_is_not_lost():
    def f(x, y):
        try:
            return math.exp(x) * y  # leaves autograd's tracer
        except TypeError:
            return x * y

    _, program = recorded(f, **PLANE)  # as autograd has it, which is not refused either
    onp.testing.assert_allclose(Executable(program)(point=[2.0, 3.0], parameters=[])["value"], 6.0)

    def g(x, y):
        try:
            return x**2 if np.flatnonzero(np.array([x, y]))[0] else y
        except Exception:
            return x * y

    with pytest.raises(NotRecorded, match="flatnonzero"):
        recorded(g, **PLANE)


# --- what stands on recordings ---


def test_a_compiled_function_learns_paths_as_it_meets_them():
    def f(x):
        return x**2 if x < 50 else (3 * x if x < 1e4 else 1 / x)

    c = hw.compile(f, 1.0)
    for x, value, second in ((2.0, 4.0, 2.0), (77.0, 231.0, 0.0), (2e4, 5e-5, 2 / 8e12), (3.0, 9.0, 2.0)):
        onp.testing.assert_allclose([c.value(x), c.hessian(x)[0, 0]], [value, second], rtol=1e-14)
    onp.testing.assert_allclose(c.hvp(77.0, [1.0]), [0.0])


def test_a_compiled_function_says_what_it_raises():
    def f(x):
        if x < 0:
            raise ValueError("x must be positive")
        return np.sqrt(x)

    c = hw.compile(f, 1.0)
    with pytest.raises(hw.ProblemError, match="x must be positive"):
        c.value(-1.0)


@pytest.mark.parametrize("name", ["piecewise", "margin"])
def test_critical_points_of_what_branches_are_found_by_recorded_searches(name):
    function, ranges = AS_WRITTEN[name]
    objective = Objective(Problem.over_ranges(function, None, None, ranges))
    table = hw.critical_points(function, **ranges)
    assert len(table)
    for p in table:
        if p.label == "minimum":
            assert onp.linalg.norm(objective.gradient(p.point)) < 1e-6


def test_a_race_over_branches_goes_as_autograd_goes():
    function, _ = AS_WRITTEN["huber"]
    path = hw.minimize(function, (1.9, -1.7), method="gradient-descent", steps=30, rate=0.1)
    point = onp.array([1.9, -1.7])
    problem = Problem.at(function, tuple(point), None, {})
    for k in range(1, 31):
        point = point - 0.1 * Objective(problem).gradient(point)
        onp.testing.assert_allclose(path.points[k], point, rtol=1e-9)


def test_the_documents_list_the_functions_that_are_tried():
    text = (Path(__file__).parents[2] / "docs" / "functions.md").read_text()
    for function, _ in AS_WRITTEN.values():
        assert f"| `{function.__name__}` | {function.__doc__.splitlines()[0].rstrip('.')} |" in text


def test_a_whole_number_on_one_branch_is_a_constant():
    def hinge(x, y):
        return max(0, 1 - x) ** 2 if y > 0 else 0

    traced, program = recorded(hinge, **PLANE)
    for point in ([0.5, 1.0], [1.5, 1.0], [0.5, -1.0]):
        agree(Executable(program)(point=point, parameters=[]), exact(traced.problem, onp.array(point)))
    assert hw.curvature(hinge, (0.5, -1.0)).value == 0.0
    assert hw.minimize(lambda x, y: max(0, x) ** 2 + max(0, y) ** 2, (1.0, 0.5), method="newton").converged
    with pytest.raises(hw.ProblemError, match="returned the int 3"):
        hw.curvature(lambda x: 3, 1.0)
