"""Sharpness beside the gap, over sets of trainings: ranks against SciPy's, the set widened, stopped, and refused."""

import pickle

import numpy
import pytest
from matplotlib.figure import Figure
from scipy.stats import kendalltau

import hesswidget as hw
from hesswidget import models
from hesswidget.errors import ProblemError
from hesswidget.training.flatness import MEASURES, Correlation, flatness
from hesswidget.training.sharpness import sharpness


@pytest.fixture(scope="module")
def model():
    return models.mlp("moons", widths=(2, 3, 1))


@pytest.fixture(scope="module")
def found(model):
    return flatness(
        model, seeds=range(2), rates=(0.1, 0.3), batches=(None, 10), weight_decays=(0.0, 1e-2), steps=40
    )


def test_every_combination_is_trained_once_and_measured_where_it_ends(model, found):
    settings = [one.setting for one in found.trainings]
    assert len(set(settings)) == len(found) == 16
    one = found.trainings[5]
    assert one.training_loss == pytest.approx(float(model.loss(one.parameters)), rel=1e-12)
    assert one.gap == pytest.approx(float(model.test_loss(one.parameters)) - one.training_loss, rel=1e-12)
    assert one.sharpness == sharpness(model, one.parameters)
    assert found.measure("largest")[5] == one.sharpness.largest


def test_a_seed_is_another_start_of_the_same_kind(model, found):
    first = {one.setting.seed: one for one in found.trainings if one.setting.batch is None}
    assert numpy.abs(first[0].parameters - first[1].parameters).max() > 1e-3
    again = flatness(model, seeds=[1], rates=[0.1], batches=[None], steps=40)
    assert numpy.array_equal(again.trainings[0].parameters, next(
        one.parameters for one in found.trainings if one.setting == again.trainings[0].setting
    ))  # fmt: skip


def test_ranks_are_kendalls(found):
    for name in MEASURES:
        expected = kendalltau(found.measure(name), found.gap).statistic
        assert found.correlations[name].value == pytest.approx(expected, rel=1e-12)
        assert found.correlations[name].low < expected < found.correlations[name].high


def test_the_interval_holds_the_true_correlation_as_often_as_it_says():
    """Of normal pairs τ is 2/π · arcsin ρ."""
    random, rho, held = numpy.random.default_rng(0), 0.5, 0
    for _ in range(400):
        x, e = random.standard_normal((2, 24))
        one = Correlation.of(x, rho * x + (1 - rho**2) ** 0.5 * e)
        held += one.low <= 2 / numpy.pi * numpy.arcsin(rho) <= one.high
    assert 0.92 <= held / 400 <= 0.98


def test_of_few_or_equal_numbers_nothing_is_said():
    assert numpy.isnan(Correlation.of(numpy.arange(5.0), numpy.arange(5.0)).value)
    assert numpy.isnan(Correlation.of(numpy.ones(9), numpy.arange(9.0)).value)
    some = numpy.where(numpy.arange(9.0) == 3, numpy.nan, numpy.arange(9.0))
    assert Correlation.of(some, -numpy.arange(9.0)).value == -1
    assert Correlation.of(some, -numpy.arange(9.0)).count == 8


def test_a_wider_set_has_the_old_trainings_and_more(found):
    wider = found.wider(rates=[0.3, 0.2])
    assert len(wider) == 24
    kept = {one.setting: one for one in wider.trainings}
    assert all(kept[one.setting] is one for one in found.trainings)
    with pytest.raises(ProblemError, match="do not know their model any more"):
        pickle.loads(pickle.dumps(found)).wider(seeds=[5])


def test_what_is_seen_and_what_was_published_stand_in_words(found):
    said = str(found)
    assert "does not replicate" in said
    assert "Andriushchenko et al., 2023" in said
    assert all(name in said for name in MEASURES.values())
    for name, one in found.correlations.items():
        clause = "do not tell" if not one.is_decided else "worse here" if one.low > 0 else "better here"
        assert any(clause in sentence and MEASURES[name] in sentence for sentence in found.sentences)
    assert isinstance(hw.figures.flatness(found), Figure)


def test_what_is_stopped_keeps_what_there_is(model):
    def twice(share, words):
        return share < 0.5

    stopped = flatness(model, seeds=range(4), rates=[0.1], batches=[None], steps=5, progress=twice)
    assert (len(stopped), stopped.status) == (2, "stopped after 2 of 4")
    assert len(stopped.wider()) == 4


def test_what_diverges_is_counted_and_left_out():
    model = models.linear_regression("plane")
    found = flatness(model, seeds=[0], rates=[0.1, 50.0], batches=[None], steps=400)
    assert (len(found), found.diverged) == (1, 1)
    assert "1 diverged" in str(found)


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"seeds": 3}, r"seeds is 3; it takes a list"),
        ({"rates": []}, "0 combinations were given"),
        ({"rates": [0.0]}, "a rate is 0.0; it takes a finite number above zero"),
        ({"seeds": range(2000)}, "combinations were given; from 1 to 1,000"),
        ({"batches": [51]}, "a batch is 51; it takes a whole number from 1 to 50"),
        ({"weight_decays": [-1]}, "a weight decay is -1"),
        ({"epsilon": 0}, "epsilon is 0"),
        ({"method": "newton"}, "newton"),
    ],
    ids=str,
)
def test_bad_sets_are_refused(model, given, sentence):
    with pytest.raises(ProblemError, match=sentence):
        flatness(model, steps=2, **given)


def test_so_are_models_that_are_too_large_or_have_no_test():
    with pytest.raises(ProblemError, match="no samples to test with"):
        flatness(models.linear_regression([[1.0], [2.0]], [1.0, 2.0]))
    with pytest.raises(ProblemError, match="481 weights"):
        flatness(models.mlp("chebyshev", widths=(1, 20, 20, 1)))
    with pytest.raises(ProblemError, match="is no model"):
        flatness(lambda w: w**2)
