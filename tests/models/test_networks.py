"""Laws of networks: the ladder of an autoencoder, copies by permutation, K-FAC and Shampoo, plateaus."""

import base64
import json
import zlib

import autograd.numpy as np
import numpy
import pytest
from scipy.optimize import minimize
from scipy.stats import spearmanr

import hesswidget as hw
from hesswidget import models
from hesswidget.appearance import MIME_TYPE
from hesswidget.errors import ProblemError
from hesswidget.problem.declaration import Declaration, Symmetry


def trained(model, steps=300, **parameters):
    """Where L-BFGS comes to, by compiled derivatives."""
    start = model.blocks.flatten(model.start)
    f = hw.compile(model, start, **parameters)
    return minimize(f.value, start, jac=f.gradient, method="L-BFGS-B", options={"maxiter": steps}).x


def polished(model, at, **parameters):
    """The critical point near by: Newton's steps through the pseudo-inverse."""
    f = hw.compile(model, at, **parameters)
    for _ in range(8):
        at = at - numpy.linalg.pinv(f.hessian(at), rcond=1e-9, hermitian=True) @ f.gradient(at)
    return at


def test_the_ladder_of_an_autoencoder():
    """5-3-5 with variances 5 to 1: 26 sets of directions; the index rises with the loss (Baldi and Hornik, 1989)."""
    rungs = models.ladder(models.linear_autoencoder())
    assert len(rungs) == 26
    assert numpy.all(rungs.gradient_norms == 0)
    assert numpy.sum(rungs.indices == 0) == 1
    assert rungs.subsets[0] == (0, 1, 2)
    assert rungs.losses[0] == pytest.approx(1.5, abs=1e-14)
    assert (rungs.losses[-1], rungs.indices[-1], rungs.nullities[-1]) == (7.5, 15, 0)
    assert spearmanr(rungs.losses, rungs.indices).statistic > 0.99
    lost = [sum(v for i, v in enumerate((5, 4, 3, 2, 1)) if i not in kept) / 2 for kept in rungs.subsets]
    numpy.testing.assert_allclose(rungs.losses, lost, rtol=1e-14)


def test_the_ladder_of_anybodys_data_has_no_other_minimum():
    X = numpy.random.RandomState(0).standard_normal((30, 4)) @ numpy.diag([3.0, 2.0, 1.0, 0.5])
    rungs = models.ladder(models.linear_autoencoder(X, hidden=2))
    assert rungs.gradient_norms.max() < 1e-13
    assert numpy.flatnonzero(rungs.indices == 0).tolist() == [0]
    with pytest.raises(ProblemError, match="is no linear autoencoder"):
        models.ladder(models.mlp())


@pytest.mark.parametrize(
    ("activation", "signs"), [("tanh", True), ("softplus", False)], ids="tanh softplus".split()
)
def test_a_copy_is_behind_a_barrier_until_its_units_are_matched(activation, signs):
    model = models.mlp(widths=(1, 6, 6, 1), activation=activation)
    at = trained(model)
    net, random = model.blocks.unflatten(at), numpy.random.RandomState(1)
    orders = [random.permutation(6) for _ in range(2)]
    turned = [random.choice([-1.0, 1.0], 6) for _ in range(2)] if signs else None
    copy = models.permuted(net, orders, turned)
    loss = model.loss(net)
    assert model.loss(copy) == pytest.approx(loss, abs=1e-12)
    one, other = (hw.compile(model, at).hessian(model.blocks.flatten(x)) for x in (net, copy))
    numpy.testing.assert_allclose(
        numpy.linalg.eigvalsh(one), numpy.linalg.eigvalsh(other), rtol=0, atol=1e-12 * numpy.linalg.norm(one)
    )
    assert models.barrier(model, net, copy) > 100 * loss
    again = models.matched(copy, net, signs=signs)
    assert models.barrier(model, net, again) < 1e-12
    assert all(numpy.array_equal(again[a], net[a]) for a in net)


def test_what_is_no_permutation_is_refused():
    net = models.mlp(widths=(1, 3, 1)).start
    with pytest.raises(ProblemError, match="is no order of the 3 units"):
        models.permuted(net, [[0, 0, 1]])
    with pytest.raises(ProblemError, match="2 orders for 1 hidden"):
        models.permuted(net, [[0, 1, 2], [0, 1, 2]])
    with pytest.raises(ProblemError, match="no hidden layers"):
        models.matched({"w": [1.0]}, {"w": [1.0]})


@pytest.mark.parametrize("widths", [(3, 2), (3, 4, 2), (2, 3, 4, 3, 1)], ids=str)
def test_kfac_is_exact_for_linear_networks(widths):
    """Of the loss without a penalty, with which a model may start."""
    model = models.deep_linear_network(widths=widths, l2=0.1)
    c, factors = hw.curvature(model, l2=0.0), models.kronecker_factors(model, model.start)
    assert [*factors] == [*model.start]
    for name, each in factors.items():
        H = c.hessian_of(name).reshape(each.matrix.shape)
        assert numpy.linalg.norm(each.matrix - H) <= 1e-12 * numpy.linalg.norm(H)


@pytest.mark.parametrize("loss", ["squared error", "logistic", "softmax"])
def test_kfac_of_one_sample_is_its_gauss_newton_matrix(loss):
    """A mean over one sample is that sample: the two means are the factors of each."""
    outputs = 3 if loss == "softmax" else 1
    labels = numpy.arange(3) % (3 if loss == "softmax" else 2)
    X = numpy.random.RandomState(6).standard_normal((1, 2)).repeat(3, axis=0)
    model = models.mlp(X, labels, widths=(2, 4, 3, outputs), loss=loss)
    G = model.ggn()
    for name, each in models.kronecker_factors(model, model.start).items():
        places = model.blocks.named(name).places
        expected = G[places, places]
        assert numpy.linalg.norm(each.matrix - expected) <= 1e-12 * numpy.linalg.norm(expected)


@pytest.mark.parametrize("has_biases", [True, False])
def test_a_race_has_kfac_under_its_microscope(has_biases):
    """Its matrix is the Kronecker products, layer by layer; and B s = −∇f of a whole step."""
    model = models.mlp("moons", widths=(2, 3, 1), l2=0.02)
    if not has_biases:
        model = models.deep_linear_network(widths=(3, 2, 2), l2=0.02)
    w = hw.descend(model, methods=[models.kfac(model)], steps=5, rate=1.0, damping=0.3)
    assert w.engine == "browser"
    path = w.paths[0]
    assert path.method == "k-fac"
    for k in (0, 3):
        B, factors = path.model_at(k) - 0.32 * numpy.eye(model.blocks.size), {}
        for name, each in models.kronecker_factors(model, path.points[k]).items():
            factors |= {name: each.matrix, f"b{name[1:]}": each.left}
        for one in model.start:
            for other in model.start:
                places = model.blocks.named(one).places, model.blocks.named(other).places
                expected = factors[one] if one == other else 0.0
                assert numpy.allclose(B[places], expected, rtol=1e-12, atol=1e-12)
        step = path.points[k + 1] - path.points[k]
        assert numpy.allclose(path.model_at(k) @ step, -path.gradients[k], rtol=1e-9, atol=1e-12)


def test_kfac_is_newtons_method_for_one_linear_layer():
    model = models.deep_linear_network(widths=(3, 2), l2=0.1)
    path = hw.minimize(model, method=models.kfac(model), rate=1.0, damping=0.0)
    assert (len(path), path.end) == (2, "minimum")
    assert numpy.allclose(path.model_at(0), hw.curvature(model).hessian, rtol=1e-12, atol=1e-12)
    with pytest.raises(ProblemError, match="K-FAC needs one"):
        models.kfac(models.logistic_regression("moons"))


def test_shampoo_squared_is_one_power_step_towards_the_nearest_kronecker_product():
    """And so it lies nearer than Shampoo itself (Morwani et al., 2024)."""
    gradients = numpy.random.RandomState(7).standard_normal((50, 4, 3)) @ numpy.diag([3.0, 1.0, 0.3])
    flat = gradients.reshape(50, 12)
    matrix = flat.T @ flat / 50
    L, R = (
        numpy.mean(gradients @ gradients.swapaxes(1, 2), axis=0),
        numpy.mean(gradients.swapaxes(1, 2) @ gradients, axis=0),
    )
    shampoo = models.shampoo_factors(matrix, (4, 3)).matrix
    step = models.power_step(matrix, (4, 3)).matrix
    squared = shampoo @ shampoo * (numpy.trace(R))  # L ⊗ R
    numpy.testing.assert_allclose(
        squared / numpy.trace(R), numpy.kron(L, R) / numpy.trace(R), rtol=1e-12, atol=1e-12
    )
    numpy.testing.assert_allclose(step, numpy.kron(L, R) / numpy.trace(L), rtol=1e-12, atol=1e-12)

    def cosine(product):
        return numpy.sum(product * matrix) / numpy.linalg.norm(product) / numpy.linalg.norm(matrix)

    nearest = models.nearest_kronecker(matrix, (4, 3))
    assert cosine(nearest.matrix) >= cosine(step) > cosine(shampoo)
    rest = numpy.linalg.norm(matrix) ** 2 * (1 - cosine(nearest.matrix) ** 2)
    assert numpy.linalg.norm(matrix - nearest.matrix) ** 2 == pytest.approx(rest)


def test_factors_need_layers_and_a_shape_that_fits():
    with pytest.raises(ProblemError, match="no sequence of layers"):
        models.kronecker_factors(models.attention(), models.attention().start)
    with pytest.raises(ProblemError, match="for weights of shape"):
        models.power_step(numpy.eye(6), (2, 2))


def test_a_small_gradient_is_no_critical_point():
    """A root search ends on a plateau: the gradient fell to a hundred-thousandth, along where the Hessian is flat."""
    X = numpy.random.RandomState(0).uniform(-1, 1, (40, 2))
    model = models.mlp(X, numpy.sin(2 * X[:, 0]) + X[:, 0] * X[:, 1], widths=(2, 6, 1), seed=8)
    start = model.blocks.flatten(model.start) + 0.5 * numpy.random.RandomState(108).standard_normal(25)
    found = models.root_search(model, start)
    assert found.gradient_norm < 1e-4 * found.first_norm
    assert found.flatness < 1e-4
    assert found.label == "not stationary"
    assert "not stationary" in str(found)


GAUGES = {
    "autoencoder": (models.linear_autoencoder(), {}, 9),
    "autoencoder, penalized": (models.linear_autoencoder(), {"l2": 0.1}, 3),
    "factorization": (models.matrix_factorization(), {}, 4),
    "deep linear": (models.deep_linear_network(), {}, 18),
}


@pytest.mark.parametrize(("model", "parameters", "zeros"), GAUGES.values(), ids=GAUGES.keys())
def test_minima_of_linear_layers_are_valleys_of_their_gauge(model, parameters, zeros):
    """GL(p) of each hidden layer; a penalty leaves of it the rotations, p(p − 1)/2."""
    at = polished(model, trained(model, 2000, **parameters), **parameters)
    c = hw.curvature(model, at, **parameters)
    assert (c.label, c.kind, c.inertia.zero, c.index) == ("degenerate", "flat", zeros, 0), c.reason
    assert f"all {zeros} zero eigenvalues are by a symmetry, the gauge of linear layers" in c.reason
    assert "a valley of minima" in c.reason
    assert c.resolution.directions.shape == (zeros, len(at))


def test_relu_rescaling_makes_a_zero_for_each_unit_that_is_on():
    X = numpy.random.RandomState(3).standard_normal((8, 2))
    model = models.mlp(X, X[:, 0] - 0.3 * X[:, 1], widths=(2, 2, 1), activation="relu", seed=5)
    # Units that are on for all samples: the network is linear there, and its fit exact.
    c = hw.curvature(
        model, {"W1": [[2.0, 0.0], [0.0, 1.5]], "b1": [9.0, 9.0], "W2": [[0.5, -0.2]], "b2": [-2.7]}
    )
    assert c.is_stationary
    assert "by a symmetry, the rescaling of hidden units" in c.reason
    assert "2 of the" in c.reason


def test_copies_are_no_zeros():
    model = models.mlp(widths=(1, 3, 1))
    at = polished(model, trained(model, l2=0.01), l2=0.01)
    c = hw.curvature(model, at, l2=0.01)
    assert c.label == "minimum"
    assert c.inertia.zero == 0
    assert "by the exchange of hidden units and the sign of hidden units it has copies, up to 47" in c.reason


def test_of_a_part_of_the_blocks_nothing_is_said():
    model = models.softmax_regression("blobs")
    assert "shift" not in hw.curvature(model, over="b").reason


def declared(symmetry, value=lambda x, y, z: x**2 + y**4 + z**4):
    """A function of three numbers at a degenerate minimum, with what it declares."""
    f = hw.composite(lambda x, y, z: np.array([x, y, z]), lambda v: value(v[0], v[1], v[2]))
    f.declaration = Declaration({"x": 0.0, "y": 0.0, "z": 0.0}, symmetries=(symmetry,))
    return f


def test_a_symmetry_that_is_none_is_not_named():
    """Its directions lie in the null space, by chance: f grows along them."""
    untrue = Symmetry("a shift", lambda **_: [{"y": 1.0}])
    c = hw.curvature(declared(untrue))
    assert "symmetry" not in c.reason
    assert c.kind == "minimum"


def test_tangents_that_raise_are_said_and_the_rest_is_judged():
    broken = Symmetry("a shift", lambda x, **_: [{"y": 1.0 / x}])
    c = hw.curvature(declared(broken))
    assert "a shift could not be looked at: " in c.reason
    assert c.kind == "minimum"


def test_a_symmetry_beside_other_zeros_is_named_for_its_own():
    shift = Symmetry("the shift of z", lambda **_: [{"z": 1.0}])
    c = hw.curvature(declared(shift, lambda x, y, z: x**2 + y**4))
    assert "one of the 2 zero eigenvalues is by a symmetry, the shift of z" in c.reason
    assert "no symmetry that is declared makes the other one" in c.reason
    c = hw.curvature(declared(shift, lambda x, y, z: -(x**2) - y**2))
    assert (
        "a ridge of maxima: f does not change along the direction of symmetry, and falls across" in c.reason
    )
    assert "the zero eigenvalue is by a symmetry" in c.reason


@pytest.mark.parametrize(
    ("tangent", "sentence"),
    [({"u": 1.0}, "names 'u'"), ({"x": [1.0, 2.0]}, "has shape \\(2,\\) in x")],
    ids="name shape".split(),
)
def test_tangents_that_are_none_are_refused(tangent, sentence):
    with pytest.raises(ProblemError, match=sentence):
        models.model(
            lambda inputs, x: x * inputs[:, 0], {"x": 1.0}, [[1.0]], [1.0],
            symmetries=(Symmetry("nothing", lambda **_: [tangent]),),
        )  # fmt: skip


@pytest.mark.parametrize("name", ["l2", "outputs", "a b", "<b>"])
def test_names_of_blocks_that_cannot_be_are_refused(name):
    with pytest.raises(ProblemError, match="name it by another word"):
        models.model(lambda inputs, **blocks: inputs[:, 0], {name: 1.0}, [[1.0]], [1.0])


def test_a_page_and_an_output_keep_what_is_said_of_symmetry():
    autoencoder = models.linear_autoencoder([[2.0, 0.0], [0.0, 1.0]], hidden=1)
    w = hw.explore(autoencoder, {"encoder": [[1.0, 0.0]], "decoder": [[1.0], [0.0]]})
    assert "valley of minima" in w.curvature.reason
    data, _ = w._repr_mimebundle_()
    content = json.loads(zlib.decompress(base64.b64decode(data[MIME_TYPE]["packed"])))
    assert "by a symmetry, the gauge of linear layers" in repr(content["answers"])


def test_the_ladder_as_a_figure():
    rungs = models.ladder(models.linear_autoencoder())
    axes = hw.figures.ladder(rungs).axes[0]
    shown = {(x, y) for line in axes.lines for x, y in zip(*line.get_data(), strict=True)}
    assert shown == set(zip(rungs.losses, rungs.indices, strict=True))
    assert {text.get_text() for text in axes.texts} >= {"{1,2,3}", "{1,2,4}", "none"}


@pytest.mark.parametrize("most", ["tokens", "length", "dimension"])
def test_attention_goes_as_far_as_it_says(most):
    model = models.attention(**{most: 64})
    assert numpy.isfinite(model.loss(model.start))
    assert len(model.train) == len(model.test) == (64 if most == "tokens" else 48)
