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
NET, FIT = models.mlp(widths=(1, 3, 1)).start, models.linear_regression(GOOD, [1.0, 2.0, 3.0])
LINE = lambda inputs, w: w * inputs[:, 0]


def own(network, start={"w": 1.0}, **given):  # noqa: B006
    return models.model(network, start, GOOD, [1.0, 2.0, 3.0], **given)


BAD = {
    "ragged": (lambda: models.linear_regression([[1.0], [1.0, 2.0]], [1.0, 2.0]), "X is ragged"),
    "not a number": (lambda: models.linear_regression([[1.0], [numpy.nan]], [1.0, 2.0]), r"X\[1, 0\] is nan"),
    "infinite target": (lambda: models.linear_regression([[1.0], [2.0]], [1.0, numpy.inf]), r"y\[1\] is inf"),
    "empty": (lambda: models.linear_regression([], []), "X is empty"),
    "lengths": (lambda: models.linear_regression(GOOD, [1.0, 2.0]), "3 inputs and 2 targets"),
    "targets besides a name's own": (lambda: models.mlp("moons", (2, 16, 1)), "moons has targets of its own"),
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
    "hidden": (lambda: models.linear_autoencoder(hidden=6), "from 1 to 5"),
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
    "a network that raises": (lambda: own(lambda inputs, w: inputs @ w), "f raised ValueError: .* at line"),
    "other names": (lambda: own(lambda inputs, v: v), "cannot be called with inputs and the blocks w"),
    "no network": (lambda: own(5), "the network is 5"),
    "a network of lists": (lambda: own(lambda inputs, w: [w, w, w]), "returned a list"),
    "a start without names": (lambda: own(LINE, [1.0]), "start is \\[1.0\\]"),
    "a start without blocks": (lambda: own(LINE, {}), "at least one block"),
    "a start of text": (lambda: own(LINE, {"w": "a"}), "the block w was given 'a'"),
    "a complex start": (lambda: own(LINE, {"w": 1j}), "the block w was given 1j"),
    "a start that is not finite": (lambda: own(LINE, {"w": numpy.nan}), "the block w has nan"),
    "a ragged start": (lambda: own(LINE, {"w": [[1.0], [2.0, 3.0]]}), "the block w is a ragged list"),
    "no symmetry": (lambda: own(LINE, symmetries=[5]), "symmetries is"),
    "no activation": (lambda: own(LINE, activation=5), "activation is 5"),
    "no name": (lambda: own(LINE, name=5), "the name is 5"),
    "a list of activations": (lambda: models.mlp(activation=["tanh"]), "activation is "),
    "a list of losses": (lambda: models.mlp(loss=["softmax"]), "loss is "),
    "no widths": (lambda: models.deep_linear_network(widths=None), "takes the units of each layer"),
    "one width": (lambda: models.deep_linear_network(widths=5), "takes the units of each layer"),
    "linear widths of millions": (
        lambda: models.deep_linear_network(widths=(3, 10**6, 10**6, 2)),
        "at most 10,000,000",
    ),
    "linear widths that do not fit": (
        lambda: models.deep_linear_network(GOOD, [1.0, 2.0, 3.0], widths=(2, 3, 2)),
        "widths end with 2",
    ),
    "a number as inputs": (lambda: models.linear_autoencoder(5), "or a single number"),
    "a matrix of text": (lambda: models.matrix_factorization("abc"), "the matrix was given 'abc'"),
    "a ragged matrix": (lambda: models.matrix_factorization([[1, 2], [3]]), "the matrix is a ragged list"),
    "a matrix with a gap": (lambda: models.matrix_factorization([[1.0, numpy.nan]]), "the matrix has nan"),
    "inputs of text": (lambda: FIT.predict(FIT.start, [["a", "b"]]), "X holds texts"),
    "no such parameter": (lambda: FIT.loss(FIT.start, l3=1.0), "'l3'; besides its blocks it takes l2"),
    "a penalty below zero": (lambda: FIT.loss(FIT.start, l2=-1), "l2 is -1"),
    "a dict of blocks": (lambda: FIT(FIT.start), r"model\(\*\*params\)"),
    "a block of another shape": (lambda: FIT(w=[1.0, 2.0, 3.0], b=0.0), r"w of shape \(3,\)"),
    "a ragged block": (lambda: FIT.loss({"w": [[1.0], [2.0, 3.0]], "b": 0.0}), "w is a ragged list"),
    "weights of text": (lambda: FIT.loss("abc"), "takes real numbers"),
    "a short vector": (lambda: FIT.ggnp(FIT.start, [1.0]), r"the vector has shape \(1,\)"),
    "a column of targets": (lambda: models.linear_regression(GOOD, [[1.0]] * 3), r"y.ravel\(\)"),
    "a column of labels": (lambda: models.softmax_regression(GOOD, [[0], [1], [2]]), r"y.ravel\(\)"),
    "signs of other units": (lambda: models.permuted(NET, [[0, 1, 2]], [[1, -1]]), "no signs of the 3 units"),
    "signs that scale": (lambda: models.permuted(NET, [[0, 1, 2]], [[1, 2, 3]]), "give 1 or -1 for each"),
    "signs without layers": (lambda: models.permuted(NET, [[0, 1, 2]], [1, 2, 3]), "3 signs for 1 hidden"),
    "a number as a network": (lambda: models.permuted(5, [[0, 1, 2]]), "the weights are 5"),
    "a number as orders": (lambda: models.permuted(NET, 5), "orders is 5"),
    "networks of other widths": (
        lambda: models.matched(NET, models.mlp(widths=(1, 4, 1)).start),
        "weights of the same model",
    ),
    "a line without samples": (lambda: models.barrier(FIT, FIT.start, FIT.start, samples=0), "samples is 0"),
    "a shape of text": (lambda: models.nearest_kronecker(numpy.eye(4), "x"), "the shape is 'x'"),
    "a matrix that is none": (lambda: models.shampoo_factors("x", (2, 2)), "the matrix was given 'x'"),
    "factors of a number": (lambda: models.kronecker_factors(5, None), "5 is no model"),
    "a ladder of a number": (lambda: models.ladder(5), "5 is no model"),
    "a figure of a number": (lambda: hw.figures.ladder(5), "5 is no ladder"),
    "a search without steps": (lambda: models.root_search(FIT, steps=0), "steps is 0"),
    "no such weights": (
        lambda: models.linear_regression(GOOD, [1.0, 2.0, 3.0]).loss([1.0]),
        r"weights of shape \(1,\)",
    ),
}


@pytest.mark.parametrize(("make", "sentence"), BAD.values(), ids=BAD.keys())
def test_bad_data_are_refused_with_a_sentence(make, sentence):
    with pytest.raises(ProblemError, match=sentence):
        make()


@pytest.mark.parametrize("scale", [1e-300, 1.0, 1.5e308])
def test_features_of_any_size_are_standardised(scale):
    data = models.split([[scale, 0.1], [-scale, 0.1], [0.0, 0.1]], [scale, -scale, 0.0], test=0.0)
    expected = numpy.sqrt(1.5) * numpy.array([1.0, -1.0, 0.0])
    numpy.testing.assert_allclose(
        data.train.inputs, numpy.stack([expected, 0 * expected], axis=1), rtol=1e-14
    )
    numpy.testing.assert_allclose(data.train.targets, expected, rtol=1e-14)


def test_whole_numbers_may_be_those_of_numpy():
    three = numpy.int64(3)
    assert models.mlp(widths=numpy.array([1, 3, 1])).start["W1"].shape == (3, 1)
    assert models.deep_linear_network(widths=(three, 2)).start["W1"].shape == (2, 3)
    assert models.linear_autoencoder(hidden=three).start["encoder"].shape == (3, 5)
    assert models.attention(tokens=three).start["output"].shape == (3, 2)


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
