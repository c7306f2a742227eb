"""What a step is made of, and what a method takes for the Hessian: by what a step then is, and by other formulas."""

import autograd.numpy as np
import numpy as onp
import pytest

from hesswidget.derivatives.traced import TracedFunction, TracedProblem
from hesswidget.descent import proposal
from hesswidget.descent.iteration import Iteration
from hesswidget.descent.line_search import ENOUGH, SHARES
from hesswidget.descent.matrix_shape import matrix_shape
from hesswidget.descent.methods import METHODS
from hesswidget.landscape.taylor import MODEL_WINDOW
from hesswidget.problem.problem import Problem
from hesswidget.program.executor import Executable

SEARCHING = [name for name, method in METHODS.items() if method.line_search]
TRYING = ["levenberg-marquardt", "trust-region", "dogleg", "cubic"]
QUASI_NEWTON = ["bfgs", "dfp", "sr1", "l-bfgs"]
START = onp.array([0.7, -1.3, 0.4, 1.9, -0.6, 1.1])
LIES = {
    "origin": START,
    "basis": onp.eye(6)[[3, 1]],
    "ends": onp.array([[-1.0, 2.0], [-2.0, 2.0]]),
}


def bumpy(w):
    return np.sum(np.cos(2 * w)) + 0.3 * np.sum((w[1:] - w[:-1] ** 2) ** 2) + 0.05 * np.sum(w**4)


def followed(name, steps=7, **held):
    """Yield states of a path, with the function, the iteration, and what was seen of the step that comes next."""
    method = METHODS[name]
    iteration = Iteration(method, {**method.hyperparameters, "line_search": method.line_search, **held}, 0.0)
    f = TracedFunction(TracedProblem.of(Problem.at(bumpy, START, None, {})), onp.zeros(0))
    state = iteration.begin(f, START)
    for _ in range(steps):
        after = iteration.advance(f, state)
        yield f, iteration, state, proposal.proposal(iteration, f, state), after
        state = after


@pytest.mark.parametrize("name", SEARCHING)
def test_the_trials_of_a_search_are_those_up_to_the_first_that_falls_enough(name):
    refused = 0
    for _, _, state, found, after in followed(
        name, line_search="backtracking", **({"rate": 1.0} if name == "gradient-descent" else {})
    ):
        tried = onp.isfinite(found.trial_values)
        assert (onp.diff(tried.astype(int)) <= 0).all()
        slope = state["gradient"] @ found.proposed
        sizes = SHARES
        falls = found.trial_values <= state["value"] + ENOUGH * sizes * slope
        last = tried.sum() - 1
        assert not falls[:last].any()
        assert falls[last]
        assert found.accepted.tolist() == [float(k == last) for k in range(len(tried))]
        onp.testing.assert_allclose(found.trials[last], after["point"], rtol=1e-12)
        onp.testing.assert_allclose(
            found.trials[last], state["point"] + sizes[last] * found.proposed, rtol=1e-12
        )
        refused += last
    assert refused or name not in ("gradient-descent", "bfgs")


@pytest.mark.parametrize("name", SEARCHING)
def test_an_exact_search_tries_the_minimum_along_its_direction_alone(name):
    for f, _, state, found, after in followed(name, line_search="exact"):
        (trial,) = found.trials
        onp.testing.assert_allclose(trial, after["point"], rtol=1e-12)
        bent = found.proposed @ f.hvp(state["point"], found.proposed)
        size = -(state["gradient"] @ found.proposed) / bent if bent > 0 else 1.0
        onp.testing.assert_allclose(trial, state["point"] + size * found.proposed, rtol=1e-9)


@pytest.mark.parametrize("name", TRYING)
def test_what_a_ball_holds_is_tried_and_taken_or_refused(name):
    outcomes = set()
    for _, _, state, found, after in followed(
        name, steps=25, **({"radius": 9.0} if name in ("trust-region", "dogleg") else {"damping": 1e-3})
    ):
        (trial,), (accepted,) = found.trials, found.accepted
        expected = trial if accepted else state["point"]
        onp.testing.assert_allclose(after["point"], expected, rtol=1e-12)
        outcomes.add(float(accepted))
        if name == "trust-region":
            assert onp.linalg.norm(trial - state["point"]) <= state["radius"] * (1 + 1e-9)
    assert 1.0 in outcomes


@pytest.mark.parametrize("name", ["trust-region", "dogleg"])
def test_a_ball_cuts_newton_s_step_where_the_model_has_a_minimum(name):
    definite = 0
    for f, _, state, found, _ in followed(name, steps=25):
        hessian = onp.array(f.hessian(state["point"]))
        if onp.linalg.eigvalsh(hessian)[0] > 0:
            onp.testing.assert_allclose(
                found.proposed, -onp.linalg.solve(hessian, state["gradient"]), rtol=1e-6
            )
            definite += 1
        else:
            assert onp.isnan(found.proposed).all()
    assert definite


@pytest.mark.parametrize("name", QUASI_NEWTON)
def test_a_quasi_newton_direction_is_newton_s_of_its_model(name):
    for f, iteration, state, found, _ in followed(name, steps=20):
        model = iteration.model(f, state)
        if (
            state["gradient"] @ onp.linalg.solve(model, state["gradient"]) > 0
        ):  # else it goes along the gradient
            onp.testing.assert_allclose(model @ found.proposed, -state["gradient"], rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize("memory", [1.0, 3.0, 20.0])
def test_the_model_of_l_bfgs_is_the_inverse_of_what_two_loops_apply(memory):
    for f, iteration, state, _, _ in followed("l-bfgs", steps=15, memory=memory):
        steps, changes = (state[name][: int(memory)] for name in ("steps", "changes"))
        pairs = [(s, y) for s, y in zip(steps, changes, strict=True) if s @ y > 0]
        inverse = onp.eye(6) * (pairs[0][0] @ pairs[0][1] / (pairs[0][1] @ pairs[0][1]) if pairs else 1.0)
        for s, y in reversed(pairs):  # Nocedal & Wright (2006), (6.17)
            V = onp.eye(6) - onp.outer(y, s) / (s @ y)
            inverse = V.T @ inverse @ V + onp.outer(s, s) / (s @ y)
        onp.testing.assert_allclose(iteration.model(f, state) @ inverse, onp.eye(6), atol=1e-6)


def test_shampoo_divides_the_gradient_by_its_model():
    for f, iteration, state, _, after in followed("shampoo"):
        step = (state["point"] - after["point"]) / iteration.hyperparameters(f)["rate"]
        onp.testing.assert_allclose(
            iteration.model(f, state) @ step, state["gradient"], rtol=1e-7, atol=1e-10
        )


def test_muon_divides_the_momentum_by_its_model():
    for f, iteration, state, _, after in followed("muon"):
        h = iteration.hyperparameters(f)
        mean = h["momentum"] * state["mean"] + (1 - h["momentum"]) * state["gradient"]
        ahead = h["momentum"] * mean + (1 - h["momentum"]) * state["gradient"]
        model, step = iteration.model(f, state), (state["point"] - after["point"]) / h["rate"]
        onp.testing.assert_allclose(model @ step, ahead, rtol=1e-6, atol=1e-9)
        values = onp.repeat(onp.linalg.svd(ahead.reshape(matrix_shape(6)), compute_uv=False), 3)
        ratios = onp.sort(values)[::-1] / onp.sort(onp.linalg.eigvalsh(model))[::-1]
        assert ((ratios > 0.3) & (ratios < 1.2)).all()  # the singular values of what it steps along


@pytest.mark.parametrize("name", METHODS)
def test_it_is_recorded_as_it_is_computed(name):
    iteration = Iteration(
        METHODS[name], {**METHODS[name].hyperparameters, "line_search": METHODS[name].line_search}
    )
    traced = TracedProblem.of(Problem.at(bumpy, START, None, {}))
    f = TracedFunction(traced, onp.zeros(0))
    begin, _ = iteration.programs(traced)
    program = Executable(proposal.program(iteration, traced, begin))
    state = iteration.begin(f, START)
    for _ in range(3):
        plain = proposal.looked_at(iteration, f, state, **LIES)
        recorded = program(**state, **LIES, parameters=f.parameters)
        assert recorded.keys() == plain.keys()
        assert ("model_values" in plain) == (
            METHODS[name].model is not None or METHODS[name].model_of is not None
        )
        for key, expected in plain.items():
            onp.testing.assert_allclose(recorded[key], expected, rtol=1e-7, atol=1e-9)
        state = iteration.advance(f, state)


@pytest.mark.parametrize("name", ["bfgs", "adam", "shampoo"])
def test_the_model_is_laid_out_about_the_point(name):
    for f, iteration, state, _, _ in followed(name, steps=2):
        found = proposal.looked_at(iteration, f, state, **LIES)
        middle, model = MODEL_WINDOW // 2, iteration.model(f, state)
        assert found["model_values"][middle, middle] == pytest.approx(float(state["value"]))
        away = 0.3 * (LIES["ends"][:, 1] - LIES["ends"][:, 0]) @ LIES["basis"]
        expected = state["value"] + state["gradient"] @ away + away @ model @ away / 2
        assert found["model_values"][-1, -1] == pytest.approx(float(expected))


@pytest.mark.parametrize("name", ["newton", "bfgs", "adam", "l-bfgs", "cubic"])
@pytest.mark.parametrize("axes", [1, 2])
def test_what_cannot_be_looked_at_has_the_same_shapes(name, axes):
    for f, iteration, state, _, _ in followed(name, steps=1):
        lies = {key: array[:axes] if key != "origin" else array for key, array in LIES.items()}
        found = proposal.looked_at(iteration, f, state, **lies)
        nothing = proposal.none(iteration, START, lies["basis"])
        assert {key: onp.shape(array) for key, array in found.items()} == {
            key: onp.shape(array) for key, array in nothing.items()
        }
