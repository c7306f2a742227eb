"""Dinh's rescaling as functions to explore: the loss stays, the Hessian is the one there, a plane does not change."""

import numpy
import pytest

import hesswidget as hw
from hesswidget import models
from hesswidget.errors import ProblemError


@pytest.fixture(scope="module")
def model():
    return models.mlp("moons", widths=(2, 4, 1), activation="relu", seed=2)


@pytest.mark.parametrize("alpha", [1.0, 3.0, 10.0])
def test_the_hessian_is_that_at_the_rescaled_weights(model, alpha):
    steps = {name: numpy.zeros(x.shape) for name, x in model.start.items()}
    found = hw.curvature(models.rescaling(model), steps, alpha=alpha)
    there = hw.curvature(model, models.rescaled(model.start, alpha))
    assert found.value == pytest.approx(float(model.loss(model.start)), rel=1e-12)
    assert found.hessian == pytest.approx(there.hessian, rel=1e-10, abs=1e-12)


def test_an_explorer_has_alpha_for_its_slider(model):
    w = hw.explore(models.rescaling(model))
    assert (w.engine, w.parameters) == ("browser", {"alpha": 1.0})
    w.set(alpha=10.0)
    assert w.curvature.eigenvalues[-1] > 10 * hw.curvature(model).eigenvalues[-1]


def test_in_a_plane_that_is_rescaled_too_nothing_changes(model):
    directions = hw.slices(model).random.directions
    plane = models.rescaling(model, directions=directions)
    values = [[plane(a, b, alpha) for a in (-1, 0.3) for b in (0.2, 0.9)] for alpha in (1.0, 7.0)]
    assert values[1] == pytest.approx(values[0], rel=1e-12)
    raised = models.rescaled(model.start, 7.0)
    own = hw.slices(model, raised).random
    point = numpy.concatenate([x.ravel() for x in raised.values()])
    assert own.values[0, 0] == pytest.approx(plane(-1.0, -1.0, 7.0), rel=1e-12)
    assert float(model.loss(point - own.directions.sum(axis=0))) == pytest.approx(own.values[0, 0], rel=1e-12)


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (
            lambda: models.rescaling(models.mlp("moons", widths=(2, 3, 1))),
            "leaves networks of ReLU as they are",
        ),
        (
            lambda: models.rescaling(models.mlp("moons", widths=(2, 3, 1), activation="relu", l2=0.1)),
            "without a penalty",
        ),
        (lambda: models.rescaling(models.linear_regression("plane")), "no hidden layers"),
        (lambda: models.rescaling(lambda w: w), "is no model"),
        (
            lambda: models.rescaling(
                models.mlp("moons", widths=(2, 3, 1), activation="relu"), directions=[[1.0]]
            ),
            r"directions have shape \(1, 1\)",
        ),
    ],
    ids=["tanh", "penalty", "no layers", "no model", "directions"],
)
def test_what_is_no_rescaling_is_refused(make, sentence):
    with pytest.raises(ProblemError, match=sentence):
        make()
