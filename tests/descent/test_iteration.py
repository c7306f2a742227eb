"""How an iteration ends, and what its hyperparameters may be: numbers, or parameters of the problem."""

import inspect

import autograd.numpy as np
import numpy as onp
import pytest

from hesswidget.derivatives.traced import TracedProblem
from hesswidget.descent.iteration import Iteration
from hesswidget.descent.method import Method
from hesswidget.descent.methods import METHODS
from hesswidget.descent.outcome import STANDS_STILL
from hesswidget.descent.runner import Runner
from hesswidget.problem.problem import Problem

START = onp.array([1.5, -0.5])


def runner(method, held, function):
    return Runner(Iteration(method, held), TracedProblem.of(Problem.at(function, START, None, {})))


def test_a_list_that_is_shorter_than_its_array_stands_still_too():
    room = onp.array([1.0, onp.nan])
    still = Method(
        "still", "", lambda f, state, h: {"point": state["point"], "list": 1.0 * state["list"]}, lambda n: 1.0,
        lambda f, state, h: {"list": 1.0 * room},
    )  # fmt: skip
    states = list(runner(still, {}, lambda x, y: x**2 + y**2).states(START, {}, 5))
    assert [float(s["status"]) for s in states[1:]] == [STANDS_STILL]
    growing = Method(
        "growing", "", lambda f, state, h: {"point": state["point"], "list": state["list"] + room}, lambda n: 1.0,
        lambda f, state, h: {"list": 1.0 * room},
    )  # fmt: skip
    assert len(list(runner(growing, {}, lambda x, y: x**2 + y**2).states(START, {}, 5))) == 6


@pytest.mark.parametrize("name", [name for name, method in METHODS.items() if method.hyperparameters])
def test_hyperparameters_may_be_parameters_of_the_problem(name):
    method = METHODS[name]

    function = lambda x, y: np.cosh(x) + 2 * y**2 + 0.1 * x * y

    named = inspect.Parameter
    variables = [named(a, named.POSITIONAL_OR_KEYWORD) for a in "xy"]
    others = [named(a, named.POSITIONAL_OR_KEYWORD, default=v) for a, v in method.hyperparameters.items()]
    ranges = {a: (0.0, 4 * v or 1.0) for a, v in method.hyperparameters.items()}
    halved = {a: v / 2 for a, v in method.hyperparameters.items()}

    asking = lambda x, y, **given: function(x, y)
    asking.__signature__ = inspect.Signature([*variables, *others])
    problem = Problem.over_ranges(asking, None, None, {"x": (-2, 2), "y": (-2, 2), **ranges})
    run = Runner(Iteration(method, {"line_search": method.line_search}), TracedProblem.of(problem))
    moved = list(run.states(START, {**problem.parameters, **halved}, 4))
    fixed = runner(method, {**halved, "line_search": method.line_search}, function)
    for one, other in zip(moved, fixed.states(START, {}, 4), strict=True):
        onp.testing.assert_allclose(one["point"], other["point"], rtol=1e-12)
    assert not onp.array_equal(moved[-1]["point"], START)
