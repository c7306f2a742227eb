"""The search itself: recorded and not, in NumPy and in TypeScript, the same; and what it does with bad starts."""

from __future__ import annotations

import numpy
import pytest

import hesswidget as hw
from hesswidget.appearance import LABELS
from hesswidget.critical.multistart import Finder
from hesswidget.critical.newton import NEARLY, is_best, program, search
from hesswidget.derivatives.autograd import gradient_and_hessian
from hesswidget.derivatives.objective import Objective
from hesswidget.derivatives.traced import TracedProblem
from hesswidget.low_discrepancy import additive_recurrence
from hesswidget.problem.problem import Problem
from hesswidget.program.executor import Executable
from program.replaying import Replayer
from unrecorded import zero

FUNCTIONS = ["himmelblau", "six_hump_camel", "pitchfork", "two_sines", "mueller_brown", "monkey_saddle"]


@pytest.fixture(scope="module")
def replay(tmp_path_factory):
    replayer = Replayer(tmp_path_factory.mktemp("replay"))
    yield replayer
    replayer.close()


def recorded(name, rows=64, steps=12):
    problem = Problem.over_ranges(name, None, None, {})
    recorded = program(TracedProblem.of(problem), rows, steps, NEARLY)
    starts = additive_recurrence(rows, len(problem.start))
    parameters = problem.traced_values(problem.parameters)
    return problem, recorded, {"starts": starts, "box": problem.box, "parameters": parameters}


def points_of(found):
    kept = numpy.asarray(found["distinct"]) > 0
    rows = zip(found["labels"][kept], *numpy.asarray(found["points"])[kept].T, strict=True)
    return sorted((LABELS[int(label)], *numpy.round(point, 7)) for label, *point in rows)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_the_browser_finds_what_the_kernel_does(name, replay):
    _, search_program, inputs = recorded(name)
    here = Executable(search_program)(**inputs)
    (there,) = replay(search_program, inputs)
    assert points_of(here)
    assert points_of(there) == points_of(here)


@pytest.mark.parametrize("name", ["himmelblau", "two_sines"])
def test_a_recorded_search_is_the_plain_one(name):
    problem, search_program, inputs = recorded(name, rows=24, steps=12)
    objective = Objective(problem)

    def derivatives(x):
        return (objective(x), *gradient_and_hessian(objective, x))

    with numpy.errstate(all="ignore"):
        plain = search(derivatives, inputs["starts"], inputs["box"], (), 12, NEARLY)
    assert points_of(plain) == points_of(Executable(search_program)(**inputs))


def test_what_one_search_finds_the_next_follows():
    _, search_program, inputs = recorded("pitchfork", rows=64)
    run = Executable(search_program)
    found = run(**inputs)
    known = found["unit_points"][found["distinct"] > 0]
    for r in numpy.linspace(1.0, 0.2, 17):
        starts = numpy.full((64, 2), numpy.nan)  # nothing but what is known
        starts[: len(known)] = known
        found = run(**{**inputs, "starts": starts, "parameters": numpy.array([r])})
        kept = found["distinct"] > 0
        known = found["unit_points"][kept]
        assert numpy.allclose(numpy.sort(found["points"][kept][:, 0]), [-(r**0.5), 0, r**0.5], atol=1e-9)


def test_starts_that_are_no_numbers_find_nothing():
    _, search_program, inputs = recorded("himmelblau")
    found = Executable(search_program)(**{**inputs, "starts": numpy.full((64, 2), numpy.nan)})
    assert not numpy.any(found["distinct"])


def test_of_rows_that_are_one_point_the_best_is_kept():
    places = numpy.array([[0.1, 0.1], [0.1, 0.1 + 1e-7], [0.5, 0.5], [0.9, 0.9], [0.9, 0.9]])
    errors = numpy.array([1e-8, 1e-12, 1e-3, 0.0, 0.0])
    arrived = numpy.array([1.0, 1.0, 0.0, 1.0, 1.0])
    assert (is_best(places, errors, 1e-6 + 4 * errors, arrived) * arrived).tolist() == [0, 1, 0, 1, 0]


def test_choices_are_recorded_anew():
    def f(x, y, kind="bowl"):
        return x**2 + y**2 if kind == "bowl" else x**2 - y**2

    w = hw.explore(f, x=(-1, 1), y=(-1, 1.1), kind=["bowl", "pass"])
    assert w.critical_points.counts == {"minimum": 1}
    w.set(kind="pass")
    assert w.critical_points.counts == {"saddle": 1}
    w.set(kind="bowl")
    assert w.critical_points.counts == {"minimum": 1}


def test_what_cannot_be_recorded_is_searched_start_by_start():
    def f(x, y):
        return (x - 0.3) ** 2 + y**2 + zero(y) if x > 0 else x**2 - y**2

    assert not Finder(Problem.over_ranges(f, None, None, {"x": (-1, 1), "y": (-1, 1.1)})).is_recorded
    table = hw.critical_points(f, x=(-1, 1), y=(-1, 1.1))
    assert [(p.label, *p.point.round(9)) for p in table if p.label == "minimum"] == [("minimum", 0.3, 0.0)]
