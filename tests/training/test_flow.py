"""Gradient flow and the central flow: against exact solutions, and against gradient descent at the edge."""

import autograd.numpy as np
import numpy
import pytest

from hesswidget import models
from hesswidget.errors import ProblemError
from hesswidget.training.train import train

EIGENVALUES = numpy.array([0.02, 0.5])


def bowl(w):
    return np.sum(EIGENVALUES * w**2) / 2


@pytest.mark.parametrize("kind", ["central", "gradient"])
def test_below_the_edge_both_are_gradient_flow(kind):
    run = train(bowl, np.ones(2), rate=0.05, steps=200, curvature_every=40)
    found = run.flow(kind)
    assert found.steps.tolist() == run.steps.tolist()
    exact = numpy.exp(-EIGENVALUES * 0.05 * run.steps[:, None])
    assert numpy.abs(found.parameters - exact).max() < 0.005  # of the first order in η λ
    assert numpy.all(found.variance == 0)
    assert found.status == "followed for 200 steps"


def test_a_stiff_direction_needs_no_smaller_steps():
    run = train(lambda w: np.sum(np.array([1.0, 1e4]) * w**2) / 2, np.array([1.0, 1e-9]), rate=0.01, steps=2)
    found = run.flow("gradient")
    assert numpy.abs(found.parameters[-1]).max() <= 1.0


def test_weight_decay_is_of_the_flow_too():
    run = train(lambda w: 0.0 * np.sum(w), np.ones(2), rate=0.05, steps=100, weight_decay=0.5)
    assert numpy.allclose(run.flow("gradient").parameters[-1], numpy.exp(-0.5 * 0.05 * 100), rtol=0.05)


def test_at_the_edge_the_central_flow_is_the_path_and_gradient_flow_is_not():
    run = train(models.mlp(widths=(1, 16, 16, 1), seed=1), rate=0.4, steps=400)
    central = run.flow("central")
    last = len(central.steps)
    assert central.status.startswith("stopped at step 3")  # of 400: it says why
    assert "a second eigenvalue has come to the threshold" in central.status
    assert central.sharpness.max() * 0.4 / 2 <= 1.02
    assert central.variance.max() > 0
    _, met, predicted = central.averages(run.loss)
    assert numpy.median(numpy.abs(predicted / met - 1)) <= 0.15
    gradient = run.flow("gradient", progress=lambda share, words: share < 0.7)
    assert gradient.status.startswith("stopped at step 300 of 400")
    assert central.distance[-1] <= 0.2 * gradient.distance[last - 1]
    assert gradient.sharpness.max() * 0.4 / 2 > 1.5


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"method": "adam"}, "this run is adam"),
        ({"batch": 5}, "batches of 5"),
        ({"line_search": "exact"}, "at a fixed rate"),
    ],
    ids=["adam", "batch", "line search"],
)
def test_it_is_that_of_gradient_descent_alone(given, sentence):
    with pytest.raises(ProblemError, match=sentence):
        train(models.mlp("moons", widths=(2, 3, 1)), steps=3, **given).flow()


def test_what_it_cannot_follow_is_refused():
    with pytest.raises(ProblemError, match="up to 400 variables; there are 401"):
        train(lambda w: np.sum(w**2), np.ones(401), steps=1).flow()
    with pytest.raises(ProblemError, match="kind is 'middle'"):
        train(bowl, np.ones(2), steps=1).flow("middle")
