"""Paths over rows end as each of them does alone; and where they end, by what is published and by symmetry."""

import autograd.numpy as anp
import numpy as np
import pytest

import hesswidget as hw
from hesswidget.derivatives.traced import TracedFunction, TracedProblem
from hesswidget.descent import ending, ends, limit, rows
from hesswidget.descent.iteration import Iteration
from hesswidget.descent.methods import METHODS
from hesswidget.descent.outcome import BROKE_DOWN, CONVERGED, GOES_ON
from hesswidget.descent.runner import Runner
from hesswidget.problem.problem import Problem
from hesswidget.program.bounds import BASINS
from hesswidget.program.executor import Executable
from hesswidget.second_derivative_test.tolerances import Tolerances

FREE = {name: {**m.hyperparameters, "line_search": m.line_search} for name, m in METHODS.items()}


def made(function, method, **held):
    """The rows of a method over a function's range, its paths one by one, and the problem."""
    problem = function if isinstance(function, Problem) else Problem.over_ranges(function, None, None, {})
    traced = TracedProblem.of(problem)
    iteration = Iteration(METHODS[method], {**FREE[method], **held})
    programs = rows.programs(iteration, traced, iteration.programs(traced)[1])
    return rows.Rows(programs), Runner.of(iteration, traced), problem


def traced_values(problem):
    return problem.traced_values(problem.parameters)


def evenly(problem, count):
    low, high = problem.box
    axes = [np.linspace(a, b, count) for a, b in zip(low, high, strict=True)]
    return np.stack([axis.ravel() for axis in np.meshgrid(*axes)], axis=1)


@pytest.mark.parametrize("name", METHODS)
def test_rows_end_as_paths_alone_do(name):
    rows, runner, problem = made("himmelblau", name)
    starts = evenly(problem, 5) + np.array([0.013, -0.021])
    found = rows.outcomes(starts, traced_values(problem), 60)
    for k, start in enumerate(starts):
        *before, last = runner.states(start, problem.parameters, 60)
        broke = last["status"] == BROKE_DOWN
        assert found.statuses[k] == last["status"]
        assert found.steps[k] == len(before) - broke
        end = before[-1] if broke else last
        np.testing.assert_allclose(found.points[k], end["point"], rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize(
    ("name", "held"),
    [
        ("newton", {"line_search": "backtracking"}),
        ("bfgs", {"line_search": "exact"}),
        ("trust-region", {"radius": 0.1}),
        ("gradient-descent", {"rate": 0.015}),
    ],
)
def test_what_is_held_is_held_in_each_row(name, held):
    rows, runner, problem = made("himmelblau", name, **held)
    starts = evenly(problem, 4)
    found = rows.outcomes(starts, traced_values(problem), 40)
    states = [list(runner.states(start, problem.parameters, 40)) for start in starts]
    assert found.statuses.tolist() == [float(path[-1]["status"]) for path in states]
    assert len(set(found.steps)) > 1


def test_what_grows_beyond_its_start_is_told_from_what_needs_more_steps():
    def f(x, y, a=4.0):
        return a * (x - 0.3) ** 2 + (y + 1.1) ** 2

    ended = {}
    for rate in (0.3, 0.001):
        rows, _, problem = made(
            Problem.over_ranges(f, None, None, {"x": (-2, 2), "y": (-3, 1)}), "gradient-descent", rate=rate
        )
        function = TracedFunction(TracedProblem.of(problem), traced_values(problem))
        outcomes = rows.outcomes(evenly(problem, 9), traced_values(problem), 50)
        assert np.isfinite(outcomes.points).all()
        ended[rate] = ends.Ends(function, np.array([4.0, 4.0]), Tolerances()).numbers(outcomes)
    assert (ended[0.3] == ends.DIVERGED).all()
    assert (ended[0.001] == ends.STOPPED).all()


def test_a_row_takes_no_more_steps_than_it_may():
    rows, _, problem = made("himmelblau", "gradient-descent", rate=1e-3)
    found = rows.outcomes(evenly(problem, 3), traced_values(problem), 7)
    assert set(found.statuses) == {GOES_ON}
    assert set(found.steps) == {7}


def test_newton_ends_in_saddles_and_maxima_as_often_as_it_is_known_to():
    """36.0 % in saddles and 6.1 % in the maximum, over 401² starts."""
    rows, _, problem = made("himmelblau", "newton")
    found = rows.outcomes(evenly(problem, 100), traced_values(problem), 100)
    assert (found.statuses == CONVERGED).all()
    x, y = found.points.T
    hessian = np.array([[12 * x**2 + 4 * y - 42, 4 * (x + y)], [4 * (x + y), 12 * y**2 + 4 * x - 26]])
    is_minimum = np.linalg.eigvalsh(np.moveaxis(hessian, 2, 0))[:, 0] > 0
    assert 0.40 <= 1 - is_minimum.mean() <= 0.44


def test_the_three_basins_of_a_cubic_are_of_one_size():
    """∇f is the conjugate of z³ − 1, turned upside down: Newton's fractal, which a third of a turn maps to itself."""
    f = lambda x, y: (x**4 - 6 * x**2 * y**2 + y**4) / 4 - x
    rows, _, problem = made(Problem.over_ranges(f, None, None, {"x": (-2, 2), "y": (-2, 2)}), "newton")
    starts = evenly(problem, 200)
    starts = starts[np.hypot(*starts.T) <= 2]
    found = rows.outcomes(starts, traced_values(problem), 100)
    roots = np.exp(2j * np.pi * np.arange(3) / 3)
    nearest = np.abs((found.points @ [1, 1j])[:, None] - roots)
    assert nearest.min(axis=1)[found.statuses == CONVERGED].max() < 1e-8
    shares = [np.mean((nearest.argmin(axis=1) == k) & (found.statuses == CONVERGED)) for k in range(3)]
    np.testing.assert_allclose(shares, 1 / 3, atol=5e-3)


@pytest.mark.parametrize("method", ["newton", "bfgs"])
@pytest.mark.parametrize("is_recorded", [True, False], ids=["recorded", "not recorded"])
def test_a_start_from_which_f_only_flattens_out_is_no_start_of_a_minimum(method, is_recorded):
    """x / (1 + x²) + y² has one minimum, at (−1, 0), one saddle, at (1, 0), and a tail to either side."""
    f = lambda x, y: x / (1 + x**2) + y**2
    problem = Problem.over_ranges(f, None, None, {"x": (-4, 4), "y": (-1, 1)})
    found, _, _ = made(problem, method)
    traced = TracedProblem.of(problem)
    recorded = Executable(ending.program(traced, Tolerances())) if is_recorded else None
    told = ends.Ends(TracedFunction(traced, np.zeros(0)), problem.widths, Tolerances(), recorded)
    starts = evenly(problem, 9)
    numbers = told.numbers(found.outcomes(starts, np.zeros(0), 200))
    known = {
        (round(float(x)), round(float(y))): label
        for (x, y), label in zip(told.points, told.labels, strict=True)
    }
    assert known.items() <= {(-1, 0): "minimum", (1, 0): "saddle"}.items()
    assert (numbers == ends.DIVERGED).sum() > len(starts) / 4
    assert (numbers >= 0).sum() > len(starts) / 10


@pytest.mark.parametrize("n", [1, BASINS.variables + 1])
def test_there_is_no_map_of_one_variable_nor_of_many(n):
    problem = Problem.at(lambda w: anp.sum(w**2), np.ones(n), None, {})
    iteration, traced = Iteration(METHODS["newton"], FREE["newton"]), TracedProblem.of(problem)
    assert rows.programs(iteration, traced, iteration.programs(traced)[1]) is None


def grouped(points, statuses, known=None, count=0.0):
    """The recorded grouping, of points that are filled up."""
    n = len(points[0])
    run = Executable(ends.grouping(n))
    filled = np.zeros((BASINS.rows, n))
    filled[: len(points)] = points
    padded = np.full(BASINS.rows, GOES_ON)
    padded[: len(points)] = statuses
    known = np.zeros((BASINS.ends, n)) if known is None else known
    found = run(points=filled, statuses=padded, widths=np.full(n, 10.0), known=known, count=count)
    return found["ends"][: len(points)].tolist(), found["known"], float(found["count"])


def test_ends_are_one_where_they_are_so_near_that_a_picture_shows_one():
    near, far = 0.9 * ends.APART * 10, 1.1 * ends.APART * 10
    points = [[3.0, 2.0], [3.0 + near, 2.0 - near], [3.0 + far, 2.0], [0.0, 0.0], [3.0, 2.0]]
    numbers, known, count = grouped(points, [CONVERGED, CONVERGED, CONVERGED, GOES_ON, CONVERGED])
    assert numbers == [0, 0, 1, -1, 0]
    assert count == 2
    np.testing.assert_array_equal(known[:2], [points[0], points[2]])
    again, _, count = grouped([[0.0, 0.0], [3.0, 2.0]], [CONVERGED, CONVERGED], known, count)
    assert (again, count) == ([2, 0], 3)


def test_where_there_is_no_room_for_more_ends_the_rest_is_one():
    points = [[float(k), 0.0] for k in range(BASINS.ends + 3)]
    numbers, _, count = grouped(points, [CONVERGED] * len(points))
    assert numbers == [*range(BASINS.ends), *[BASINS.ends] * 3]
    assert count == BASINS.ends


def test_the_recorded_grouping_is_the_plain_one():
    rng = np.random.default_rng(7)
    points, statuses = rng.integers(0, 3, (40, 2)) + 1e-4 * rng.random((40, 2)), rng.integers(0, 3, 40) * 1.0
    plain = ends.grouped(points, statuses, np.full(2, 10.0), np.zeros((BASINS.ends, 2)), 0.0)
    assert grouped(points, statuses)[0] == plain["ends"].tolist()


def quadratic(method, **ranges):
    """Rows of a method on λ x²/2 + y²/2, λ = 10, whose hyperparameters are parameters of the problem."""
    curvature = 10.0
    f = lambda x, y, rate=0.1, momentum=0.5: curvature * x**2 / 2 + y**2 / 2 + 0.0 * rate * momentum
    problem = Problem.over_ranges(
        f, None, None, {"x": (-1, 1), "y": (-1, 1), "rate": (0.0, 1.0), "momentum": (0.0, 0.99)}
    )
    traced, iteration = TracedProblem.of(problem), Iteration(METHODS[method], {"line_search": "none"})
    names = tuple(METHODS[method].hyperparameters)
    made = rows.swept(iteration, traced, iteration.programs(traced)[1], names)
    return rows.Rows(made), traced, iteration, names


@pytest.mark.parametrize("method", ["gradient-descent", "heavy-ball", "nesterov"])
def test_a_method_converges_where_theory_says_and_nowhere_else(method):
    """Polyak (1964): heavy ball converges for 0 < rate · λ < 2 (1 + momentum)."""
    rows, traced, iteration, names = quadratic(method)
    momenta = np.linspace(0.0, 0.9, 7) if len(names) > 1 else np.zeros(7)
    bound = limit.program(iteration, traced, "momentum" if len(names) > 1 else None)
    others = np.zeros(limit.VALUES)
    others[:7] = momenta
    parameters = traced.problem.traced_values(traced.problem.parameters)
    rates = Executable(bound)(eigenvalues=np.array([1.0, 10.0]), others=others, parameters=parameters)[
        "rates"
    ][:7]
    expected = {
        "gradient-descent": 0.2 + 0 * momenta,
        "heavy-ball": 0.2 * (1 + momenta),
        "nesterov": (2 + 2 * momenta) / (1 + 2 * momenta) / 10,
    }
    np.testing.assert_allclose(rates, expected[method], rtol=1e-14)
    for share, converges in ((0.97, True), (1.03, False)):
        swept = np.stack([share * rates, momenta], axis=1)[:, : len(names)]
        found = rows.outcomes(np.full((7, 2), [0.6, 0.4]), parameters, 2000, swept)
        assert ((found.statuses == CONVERGED) == converges).all()


def test_there_is_no_boundary_where_nothing_is_convex_or_a_line_is_searched():
    _, traced, iteration, _ = quadratic("heavy-ball")
    bound = Executable(limit.program(iteration, traced, "momentum"))
    parameters = traced.problem.traced_values(traced.problem.parameters)
    rates = bound(eigenvalues=np.array([-2.0, 0.0]), others=np.zeros(limit.VALUES), parameters=parameters)[
        "rates"
    ]
    assert np.isnan(rates).all()
    searching = Iteration(METHODS["gradient-descent"], {"line_search": "exact"})
    rates = Executable(limit.program(searching, traced, None))(
        eigenvalues=np.ones(2), others=np.zeros(limit.VALUES), parameters=parameters
    )["rates"]
    assert not np.isfinite(rates).any()
    assert limit.program(Iteration(METHODS["newton"], FREE["newton"]), traced, None) is None


def test_each_row_has_hyperparameters_of_its_own():
    rows, traced, iteration, _ = quadratic("heavy-ball")
    pairs = np.array([[0.05, 0.0], [0.1, 0.5], [0.3, 0.9], [0.39, 0.2]])
    start = np.array([0.6, 0.4])
    parameters = traced.problem.traced_values(traced.problem.parameters)
    found = rows.outcomes(np.tile(start, (4, 1)), parameters, 300, pairs)
    for k, (rate, momentum) in enumerate(pairs):
        alone = Runner(iteration, traced)
        given = {**traced.problem.parameters, "rate": rate, "momentum": momentum}
        states = list(alone.states(start, given, 300))
        assert (found.statuses[k], found.steps[k]) == (states[-1]["status"], len(states) - 1)


@pytest.mark.parametrize(
    ("sweep", "said"),
    [
        ("speed", "has no slider"),
        (("rate", "rate"), "a pair of different ones"),
        (3, "it takes one"),
        (("rate", "epsilon"), "none of these methods has both"),
    ],
)
def test_what_is_no_sweep_is_refused_with_a_sentence(sweep, said):
    with pytest.raises(hw.ProblemError, match=said):
        hw.descend("himmelblau", (0.5, -0.3), methods=["heavy-ball", ("adam", {"rate": 0.1})], sweep=sweep)


def test_a_view_that_there_is_not_is_refused():
    with pytest.raises(hw.ProblemError, match="it takes 'basins'"):
        hw.descend("himmelblau", (0.5, -0.3), view="maps")
    assert hw.descend("himmelblau", (0.5, -0.3), view="basins").view == {"basins": True}


def test_a_path_that_was_given_has_no_map_since_it_starts_where_it_does():
    path = hw.minimize("himmelblau", (0.5, -0.3), method="newton")
    w = hw.descend("himmelblau", (0.5, -0.3), methods=[path, "bfgs"])
    names = set(w._programs["sets"][0]["programs"])
    assert {"basin advance 1", "ends"} <= names
    assert "basin advance 0" not in names
