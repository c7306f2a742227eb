"""The table of hyperparameters: it has those of every method, with their defaults, and refuses what means nothing."""

import pytest

import hesswidget as hw
from hesswidget.descent.hyperparameters import HYPERPARAMETERS
from hesswidget.descent.methods import METHODS


@pytest.mark.parametrize("name", METHODS)
def test_every_hyperparameter_is_in_the_table_and_its_default_on_the_slider(name):
    for key, default in METHODS[name].hyperparameters.items():
        known = HYPERPARAMETERS[key]
        assert known.minimum <= default <= known.maximum, key
        assert not known.logarithmic or known.minimum > 0, key


def test_the_table_has_none_that_no_method_has():
    assert HYPERPARAMETERS.keys() == {key for m in METHODS.values() for key in m.hyperparameters}


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"method": "l-bfgs", "memory": 2.5}, "memory is 2.5; it takes a whole number from 1 to 20."),
        ({"method": "l-bfgs", "memory": 0}, "memory is 0; it takes a whole number from 1 to 20."),
        ({"method": "l-bfgs", "memory": 21}, "memory is 21; it takes a whole number from 1 to 20."),
        ({"method": "adam", "decay": 1.5}, "decay is 1.5; it takes a number up to 1."),
        ({"method": "trust-region", "radius": -1}, "radius is -1; it takes a number that is finite"),
    ],
)
def test_what_means_nothing_is_refused(given, sentence):
    with pytest.raises(hw.ProblemError, match=sentence):
        hw.minimize(lambda x: x**2, 1.0, **given)


@pytest.mark.parametrize("rate", [5e-324, 1e-300, 2e-9, 9e-5, 11.0, 4e7, 1.7e308])
def test_a_slider_reaches_beyond_whatever_value_it_starts_at(rate):
    w = hw.descend(lambda x: x**2 / rate, 1.0, methods=["gradient-descent"], rate=rate, steps=1)
    control = w._view._context.problem.controls["rate"]
    assert (w.parameters["rate"], control.step) == (rate, 0.05)
    assert 0 < control.minimum <= rate <= control.maximum


def test_a_value_beyond_the_slider_is_taken():
    assert (
        hw.minimize(lambda x: x**2, 1.0, method="gradient-descent", rate=1e-6, steps=1).points[1, 0]
        == 1 - 2e-6
    )
