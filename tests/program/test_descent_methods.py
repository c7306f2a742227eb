"""The page takes the same steps of every descent method as NumPy, each from what it has itself come to."""

import autograd.numpy as np
import numpy as onp
import pytest

import hesswidget as hw
from hesswidget.derivatives.traced import TracedProblem
from hesswidget.descent.iteration import Iteration
from hesswidget.descent.methods import METHODS
from hesswidget.problem.problem import Problem
from hesswidget.program.executor import Executable
from program.recording import assert_same

TOLERANCE = 1e-8  # rounding, that a few steps of a method may magnify

FUNCTIONS = {
    "valley": (lambda x, y: (1 - x) ** 2 + 10 * (y - x**2) ** 2, onp.array([-1.2, 1.0])),
    "ridge": (lambda x, y: x**2 - y**2 + 0.1 * y**4, onp.array([1.0, 0.0])),
    "bumpy": (
        lambda w: np.sum(np.sin(w)) + 0.1 * np.sum(w) ** 2 + 0.05 * np.sum(w**4),
        onp.cos(onp.arange(1.0, 7.0)),
    ),
}


X = onp.linspace(-1.0, 1.0, 7)
COMPOSITE = {  # whose Gauss–Newton matrix is taken
    "residuals": (
        hw.least_squares(lambda w: w[0] * np.exp(-w[1] * X) + np.tanh(w[2] * X) - onp.sin(3 * X)),
        onp.array([0.5, 1.0, -0.4]),
    ),
    "penalty": (
        hw.composite(
            lambda w: np.outer(np.maximum(0.0, w[0] * X + w[1]), w[2:]),
            lambda z, w: np.mean(np.logaddexp(0.0, -z)) + 0.05 * np.sum(w**2),
        ),
        onp.array([0.5, 0.7, -0.4, 1.1]),
    ),
}
CASES = [
    *((name, function) for name in METHODS for function in FUNCTIONS),
    *((name, function) for name in ("levenberg-marquardt", "hessian-free") for function in COMPOSITE),
]


@pytest.mark.parametrize(("name", "function"), CASES, ids=[f"{name}-{function}" for name, function in CASES])
def test_the_page_takes_the_same_steps(name, function, replay):
    method, (f, point) = METHODS[name], {**FUNCTIONS, **COMPOSITE}[function]
    traced = TracedProblem.of(Problem.at(f, point, None, {}))
    held = {**method.hyperparameters, "line_search": method.line_search}
    begin, advance = Iteration(method, held).programs(traced)
    given = {"point": point, "parameters": onp.zeros(0)}
    (found,) = replay(begin, given)
    expected = Executable(begin)(**given)
    for steps in range(1, 6):
        for entry, value in expected.items():
            assert_same(found[entry], value, TOLERANCE, entry, floor=1e-6)
        first = {**Executable(begin)(**given), "parameters": onp.zeros(0)}
        (found,) = replay(advance, first, steps=steps)
        expected = Executable(advance)(**{**expected, "parameters": onp.zeros(0)})


@pytest.mark.parametrize("name", METHODS)
def test_over_fifty_steps_where_rounding_is_not_magnified(name, replay):
    method = METHODS[name]
    slopes = onp.array([[2.0, 0.3, 0.0], [0.3, 1.5, -0.2], [0.0, -0.2, 1.0]])
    traced = TracedProblem.of(
        Problem.at(
            lambda w: 0.5 * np.dot(w, np.dot(slopes, w)) + 0.05 * np.sum(w**4),
            onp.array([1.0, -0.7, 0.4]),
            None,
            {},
        )
    )
    held = {**method.hyperparameters, "line_search": method.line_search}
    if "rate" in held:
        held["rate"] = min(held["rate"], 0.1)
    begin, advance = Iteration(method, held).programs(traced)
    step = Executable(advance)
    first = {
        **Executable(begin)(point=traced.problem.start, parameters=onp.zeros(0)),
        "parameters": onp.zeros(0),
    }
    expected, steps = first, 0
    while steps < 50 and expected["status"] == 0:
        expected = {**step(**expected), "parameters": onp.zeros(0)}
        steps += 1
    (found,) = replay(advance, first, steps=steps)
    for entry in ("point", "value", "cost", "status"):
        assert_same(found[entry], expected[entry], 1e-10, entry, floor=1.0)
