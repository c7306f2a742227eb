"""Data of models: where they come from, how they are split, and sentences for what is wrong with them."""

import sys

import numpy
import pytest

import hesswidget as hw
from hesswidget import models
from hesswidget.errors import ProblemError

MADE = ("chebyshev", "plane", "moons", "blobs", "spirals")
SHIPPED = {
    "digits": (1797, 64),
    "iris": (150, 4),
    "wine": (178, 13),
    "breast_cancer": (569, 30),
    "diabetes": (442, 10),
}


@pytest.mark.parametrize("name", MADE)
def test_made_data_are_the_same_each_time(name):
    one, other = models.dataset(name), models.dataset(name)
    assert numpy.array_equal(one.train.inputs, other.train.inputs)
    assert numpy.array_equal(one.test.targets, other.test.targets)
    assert not numpy.array_equal(one.train.inputs, one.test.inputs)
    assert not one.train.inputs.flags.writeable


@pytest.mark.parametrize("name", SHIPPED)
def test_shipped_data_are_split_and_standardised(name):
    pytest.importorskip("sklearn")
    data = models.dataset(name)
    count, features = SHIPPED[name]
    assert len(data.train) + len(data.test) == count
    assert len(data.test) == round(count / 4)
    assert data.train.inputs.shape[1] == features
    numpy.testing.assert_allclose(data.train.inputs.mean(axis=0), 0.0, atol=1e-12)
    spread = data.train.inputs.std(axis=0)
    numpy.testing.assert_allclose(spread[spread > 0], 1.0, rtol=1e-12)
    assert (data.classes is None) == (name == "diabetes")


def test_without_scikit_learn_a_sentence_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "sklearn.datasets", None)
    with pytest.raises(ProblemError, match=r"hesswidget\[data\].*chebyshev"):
        models.dataset("iris")


GOOD = [[0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]
BAD = {
    "ragged": (lambda: models.linear_regression([[1.0], [1.0, 2.0]], [1.0, 2.0]), "X is ragged"),
    "not a number": (lambda: models.linear_regression([[1.0], [numpy.nan]], [1.0, 2.0]), r"X\[1, 0\] is nan"),
    "infinite target": (lambda: models.linear_regression([[1.0], [2.0]], [1.0, numpy.inf]), r"y\[1\] is inf"),
    "empty": (lambda: models.linear_regression([], []), "X is empty"),
    "lengths": (lambda: models.linear_regression(GOOD, [1.0, 2.0]), "3 inputs and 2 targets"),
    "no targets": (lambda: models.linear_regression(GOOD), "no targets"),
    "texts": (lambda: models.linear_regression([["a"], ["b"]], [1.0, 2.0]), "X holds texts"),
    "objects": (lambda: models.linear_regression(GOOD, [{}, {}, {}]), "y holds objects"),
    "fractions as labels": (
        lambda: models.logistic_regression(GOOD, [0.0, 0.5, 1.0]),
        "one of the labels is 0.5",
    ),
    "one class": (lambda: models.logistic_regression(GOOD, [1, 1, 1]), "have the label 1"),
    "three classes": (lambda: models.logistic_regression(GOOD, [0, 1, 2]), "take softmax_regression"),
    "labels as numbers": (lambda: models.linear_regression(GOOD, ["a", "b", "c"]), "are no numbers"),
    "two columns of labels": (lambda: models.softmax_regression(GOOD, [[0, 1]] * 3), "labels have shape"),
    "no such data": (lambda: models.mlp("cifar"), "no data named 'cifar'"),
    "no such activation": (lambda: models.mlp(activation="tan"), "did you mean 'tanh'"),
    "no such loss": (lambda: models.mlp(loss="logistics"), "did you mean 'logistic'"),
    "widths that do not fit": (lambda: models.mlp("moons", widths=(3, 4, 1)), "moons has 2 features"),
    "widths of nothing": (lambda: models.mlp(widths=(1, 0, 1)), "takes the units of each layer"),
    "widths of millions": (lambda: models.mlp(widths=(1, 10**5, 10**5, 1)), "at most 10,000,000"),
    "share of all": (lambda: models.split(GOOD, [1.0, 2.0, 3.0], test=0.9), "leaves none to fit"),
    "share beyond": (lambda: models.split(GOOD, [1.0, 2.0, 3.0], test=1.5), "share of samples"),
    "negative penalty": (lambda: models.linear_regression(GOOD, [1.0, 2.0, 3.0], l2=-1.0), "l2"),
    "rank": (lambda: models.matrix_factorization(GOOD, rank=3), "from 1 to 2"),
    "hidden": (lambda: models.linear_autoencoder(hidden=6), "from 1 to the 5 inputs"),
    "outputs": (
        lambda: models.model(lambda inputs, w: inputs * w, {"w": 1.0}, GOOD, [1.0, 2.0, 3.0]),
        r"outputs of shape \(3, 2\)",
    ),
    "no test": (
        lambda: models.linear_regression(GOOD, [1.0, 2.0, 3.0]).test_loss([0.0, 0.0, 0.0]),
        "no samples to test",
    ),
    "cubes": (
        lambda: models.linear_regression(numpy.zeros((4, 2, 2)), numpy.zeros(4)),
        r"reshape\(len\(X\), -1\)",
    ),
    "no seed": (lambda: models.mlp(seed="x"), "seed is 'x'"),
    "a seed below zero": (lambda: models.dataset("moons", seed=-1), "seed is -1"),
    "a block too few": (lambda: models.logistic_regression().loss({"w": [0.0, 0.0]}), "it takes all of w, b"),
    "a block too long": (
        lambda: models.logistic_regression().loss({"w": [0.0], "b": 0.0}),
        r"w of shape \(1,\)",
    ),
    "inputs too wide": (
        lambda: models.logistic_regression().predict([0.0, 0.0, 0.0], [[1.0, 2.0, 3.0]]),
        r"inputs of shape \(1, 3\)",
    ),
    "no such weights": (
        lambda: models.linear_regression(GOOD, [1.0, 2.0, 3.0]).loss([1.0]),
        r"weights of shape \(1,\)",
    ),
}


@pytest.mark.parametrize(("make", "sentence"), BAD.values(), ids=BAD.keys())
def test_bad_data_are_refused_with_a_sentence(make, sentence):
    with pytest.raises(ProblemError, match=sentence):
        make()


def test_labels_may_be_texts_or_truths():
    named = models.logistic_regression(GOOD, ["no", "yes", "yes"])
    numbered = models.logistic_regression(GOOD, [0, 1, 1])
    columns = models.logistic_regression(GOOD, numpy.array(["no", "yes", "yes"], dtype=object))
    truths = models.logistic_regression(GOOD, [False, True, True])
    at = [0.3, -0.2, 0.1]
    assert (
        named.loss(numpy.array(at))
        == numbered.loss(numpy.array(at))
        == truths.loss(numpy.array(at))
        == columns.loss(at)
    )
    assert named.data.classes.tolist() == ["no", "yes"]


@pytest.mark.parametrize("call", ["curvature", "minimize", "compile", "descend", "critical_points"])
def test_a_model_is_taken_wherever_a_function_is(call):
    model = models.logistic_regression("moons", l2=0.1)
    if call == "curvature":
        assert hw.curvature(model, l2=0.2).labels == ("w[0]", "w[1]", "b")
    elif call == "compile":
        at = numpy.array([0.1, 0.2, 0.3])
        numpy.testing.assert_allclose(hw.compile(model, at).hessian(at), model.ggn(at), atol=1e-14)
    elif call == "minimize":
        path = hw.minimize(model)
        assert path.converged
        assert hw.curvature(model, path.points[-1]).label == "minimum"
    elif call == "descend":
        w = hw.descend(model, methods=["newton"], steps=10)
        assert w.paths[0].converged
    else:
        found = hw.critical_points(model)
        assert [p.label for p in found] == ["minimum"]


def test_a_page_may_start_at_trained_weights_however_far():
    model = models.logistic_regression("moons")
    w = hw.explore(model, {"w": [9.0, -1.0], "b": 0.0}, l2=(0.0, 1.0))
    assert w.point.tolist() == [9.0, -1.0, 0.0]
    assert w.problem.ranges[0].maximum > 9.0


def test_the_same_seed_makes_the_same_start():
    assert numpy.array_equal(models.mlp(seed=3).start["W2"], models.mlp(seed=3).start["W2"])
    assert not numpy.array_equal(models.mlp(seed=3).start["W2"], models.mlp(seed=4).start["W2"])


SIZES = {33: ("moons", (2, 8, 1)), 100: ("chebyshev", (1, 33, 1))}


@pytest.mark.parametrize("count", SIZES)
def test_networks_are_live_in_the_page(count):
    data, widths = SIZES[count]
    model = models.mlp(data, widths=widths)
    assert model.blocks.size == count
    w = hw.explore(model)
    assert w.engine == "browser", w.engine_reason


def test_prediction_and_test_loss():
    model = models.logistic_regression("moons")
    path = hw.minimize(model, l2=0.01)
    params = model.variables(path.points[-1])
    said = model.predict(params, model.test.inputs)
    assert numpy.mean((said > 0.5) == model.test.targets) > 0.8
    assert model.test_loss(params) < model.test_loss(model.start) == pytest.approx(numpy.log(2))
    shares = models.softmax_regression().predict(models.softmax_regression().start, [[1.0, 2.0]])
    numpy.testing.assert_allclose(shares, 1 / 3)
