"""Measures of sharpness: closed forms, and which of them see that layers were rescaled."""

import numpy
import pytest

from hesswidget import models
from hesswidget.errors import ProblemError
from hesswidget.spectra.slices import slices
from hesswidget.training.sharpness import sharpness
from hesswidget.training.train import train

ALPHAS = (1.0, 2.0, 5.0, 20.0, 100.0, 400.0)


@pytest.fixture(scope="module")
def trained():
    model = models.mlp("moons", widths=(2, 6, 4, 1), activation="relu")
    return model, model.variables(train(model, rate=0.3, steps=300).parameters[-1])


def test_of_a_line_they_are_known():
    model = models.linear_regression([[1.0], [3.0]], [0.0, 0.0], intercept=False)  # f = 2.5 w²
    found = sharpness(model, {"w": [2.0]}, epsilon=0.1)
    assert found.largest == pytest.approx(5.0, rel=1e-12)
    assert found.trace == pytest.approx(5.0, rel=1e-12)
    assert found.relative == pytest.approx(20.0, rel=1e-12)
    assert found.in_box == pytest.approx(100 * (2.5 * 2.3**2 - 10) / 11, rel=1e-9)


def test_a_penalty_is_no_part_of_it():
    plain, decayed = (models.mlp("moons", widths=(2, 3, 1), l2=c) for c in (0.0, 0.5))
    assert sharpness(plain) == sharpness(decayed)


@pytest.mark.parametrize("layer", [1, 2])
def test_dinhs_rescaling_leaves_the_function_and_multiplies_its_sharpness(trained, layer):
    model, params = trained
    scaled = [models.rescaled(params, alpha, layer=layer) for alpha in ALPHAS]
    assert [float(model.loss(p)) for p in scaled] == pytest.approx([float(model.loss(params))] * 6, rel=1e-12)
    inputs = numpy.random.default_rng(0).standard_normal((9, 2))
    assert model.predict(scaled[3], inputs) == pytest.approx(model.predict(params, inputs), rel=1e-10)
    measured = [sharpness(model, p) for p in scaled]
    law = [m.largest / alpha**2 for m, alpha in zip(measured, ALPHAS, strict=True)]
    assert law[-1] == pytest.approx(law[-2], rel=1e-3)
    assert measured[-1].largest > 1e4 * measured[0].largest
    assert [m.relative for m in measured] == pytest.approx([measured[0].relative] * 6, rel=1e-8)
    assert measured[-1].in_box > measured[0].in_box


def test_the_filter_normalized_slice_stays(trained):
    model, params = trained
    values = [slices(model, models.rescaled(params, alpha)).random.values for alpha in (1.0, 5.0)]
    assert numpy.abs(values[1] - values[0]).max() < 1e-12 * numpy.abs(values[0]).max()


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"alpha": 0.0}, "alpha is 0.0; it takes a finite number above zero."),
        ({"alpha": -1.0}, "above zero"),
        ({"alpha": numpy.nan}, "above zero"),
        ({"alpha": 2.0, "layer": 3}, "layer is 3; it takes a whole number from 1 to 2."),
    ],
    ids=str,
)
def test_no_other_rescaling_is_taken(trained, given, sentence):
    with pytest.raises(ProblemError, match=sentence.replace(".", r"\.")):
        models.rescaled(trained[1], **given)


def test_what_is_no_model_or_too_large_is_refused():
    with pytest.raises(ProblemError, match="is no model"):
        sharpness(lambda w: w**2, 1.0)
    with pytest.raises(
        ProblemError, match=r"481 weights; these measures take the whole Hessian, of up to 400"
    ):
        sharpness(models.mlp("chebyshev", widths=(1, 20, 20, 1)))
    with pytest.raises(ProblemError, match="epsilon is 0; it takes a finite number above zero"):
        sharpness(models.linear_regression(), epsilon=0)
