"""Hessians of models against what books have for them."""

import autograd
import autograd.numpy as np
import numpy
import pytest

import hesswidget as hw
from hesswidget import models

random = numpy.random.RandomState(5)
X, LABELS = random.standard_normal((40, 3)), random.randint(4, size=40)
ONES = numpy.hstack([X, numpy.ones((40, 1))])


def with_intercept(weights):
    """Blocks W and b as one matrix, for inputs with a 1 behind them, and the places of its entries in the vector."""
    classes, features = weights.shape
    places = numpy.hstack(
        [numpy.arange(classes * (features - 1)).reshape(classes, -1), numpy.zeros((classes, 1), int)]
    )
    places[:, -1] = classes * (features - 1) + numpy.arange(classes)
    return {"W": weights[:, :-1], "b": weights[:, -1]}, places.reshape(-1)


def test_least_squares_has_the_second_moments():
    model = models.linear_regression(X, X @ [1.0, -2.0, 0.5] + 1.0, l2=0.1)
    expected = ONES.T @ ONES / 40 + 0.1 * numpy.eye(4)
    numpy.testing.assert_allclose(hw.curvature(model).hessian, expected, rtol=0, atol=1e-12)


def test_logistic_regression_has_weighted_second_moments():
    model = models.logistic_regression(X, LABELS > 1)
    w = random.standard_normal(4)
    share = 1 / (1 + numpy.exp(-ONES @ w))
    expected = ONES.T @ ((share * (1 - share))[:, None] * ONES) / 40 + 0.3 * numpy.eye(4)
    c = hw.curvature(model, {"w": w[:3], "b": w[3]}, l2=0.3)
    numpy.testing.assert_allclose(c.hessian, expected, rtol=0, atol=1e-12)
    bound = numpy.linalg.eigvalsh(ONES.T @ ONES / 40)[-1] / 4 + 0.3
    assert c.eigenvalues[-1] <= bound, "Böhning and Lindsay (1988)"


def test_softmax_regression_has_the_covariance_of_the_classes_beside_that_of_the_inputs():
    weights = random.standard_normal((4, 4))
    shares = numpy.exp(ONES @ weights.T)
    shares /= shares.sum(axis=1, keepdims=True)
    expected = sum(
        numpy.kron(numpy.diag(p) - numpy.outer(p, p), numpy.outer(x, x))
        for p, x in zip(shares, ONES, strict=True)
    )
    params, places = with_intercept(weights)
    c = hw.curvature(models.softmax_regression(X, LABELS), params)
    numpy.testing.assert_allclose(c.hessian[numpy.ix_(places, places)], expected / 40, rtol=0, atol=1e-12)


@pytest.mark.parametrize("name", ["blobs", "iris", "own data"])
def test_softmax_cannot_tell_d_plus_1_directions(name):
    if name == "iris":
        pytest.importorskip("sklearn")
    model = models.softmax_regression(X, LABELS) if name == "own data" else models.softmax_regression(name)
    c = hw.curvature(model, 0.3 * random.standard_normal(model.blocks.size))
    assert c.inertia.zero == model.train.inputs.shape[1] + 1
    said = f"all {c.inertia.zero} zero eigenvalues are by a symmetry, the shift of all outputs of softmax"
    assert said in c.reason, "not only at critical points: the shift is a straight line"
    assert "shift" not in hw.curvature(model, model.blocks.flatten(model.start), l2=0.1).reason


@pytest.mark.parametrize("classes", [2, 3, 5, 10, 30])
def test_blocks_of_softmax_at_zero_are_one_over_the_other_classes_of_the_diagonal_ones(classes):
    model = models.softmax_regression(
        random.standard_normal((60, 2)), numpy.arange(60) % classes, intercept=False
    )
    H = hw.curvature(model).hessian_of("W")
    norms = numpy.linalg.norm(H.transpose(0, 2, 1, 3), axis=(2, 3))
    off = ~numpy.eye(classes, dtype=bool)
    numpy.testing.assert_allclose(norms[off] / norms[0, 0], 1 / (classes - 1), rtol=1e-12)
    share = numpy.sqrt(numpy.sum(norms[off] ** 2) / numpy.sum(numpy.diag(norms) ** 2))
    numpy.testing.assert_allclose(share, 1 / numpy.sqrt(classes - 1), rtol=1e-12)


@pytest.mark.parametrize("depth", [2, 3])
def test_scalar_linear_networks_at_zero(depth):
    """Two weights make a strict saddle; of three there is no direction of descent (Kawaguchi, 2016)."""
    model = models.deep_linear_network([[1.0]], [[1.0]], widths=(1,) * (depth + 1))
    c = hw.curvature(model, numpy.zeros(depth))
    assert c.eigenvalues.tolist() == ([-1.0, 1.0] if depth == 2 else [0.0, 0.0, 0.0])


def test_a_penalty_lifts_every_eigenvalue_by_its_weight():
    model = models.mlp(widths=(1, 4, 1))
    lifted = hw.curvature(model, l2=0.1).eigenvalues - hw.curvature(model).eigenvalues
    numpy.testing.assert_allclose(lifted, 0.1, rtol=0, atol=1e-14)


MODELS = {
    "least squares": models.linear_regression(),
    "logistic": models.logistic_regression(),
    "softmax": models.softmax_regression(),
    "tanh": models.mlp(widths=(1, 4, 3, 1)),
    "relu": models.mlp("spirals", widths=(2, 5, 3), activation="relu"),
    "softplus": models.mlp("moons", widths=(2, 4, 1), activation="softplus"),
    "linear perceptron": models.mlp("blobs", widths=(2, 2, 3), activation="identity"),
    "deep linear": models.deep_linear_network(),
    "autoencoder": models.linear_autoencoder(),
    "factorization": models.matrix_factorization(test=0.2),
    "attention": models.attention(),
    "own": models.model(
        lambda inputs, a, b: np.sin(a * inputs[:, 0]) * b, {"a": 1.3, "b": 0.4}, X[:, :1], X[:, 1]
    ),
}
EVERY = pytest.mark.parametrize("model", MODELS.values(), ids=MODELS.keys())


def somewhere(model):
    return model.blocks.flatten(model.start) + 0.1 * numpy.random.RandomState(2).standard_normal(
        model.blocks.size
    )


@EVERY
def test_gradients_and_hessians_are_those_of_differences(model):
    at, c = somewhere(model), hw.curvature(model, somewhere(model), l2=0.01)
    along, h = numpy.random.RandomState(3).standard_normal(len(at)) / len(at) ** 0.5, 1e-5
    up, down = at + h * along, at - h * along
    slope = (model.loss(up, l2=0.01) - model.loss(down, l2=0.01)) / (2 * h)
    assert slope == pytest.approx(c.gradient @ along, abs=1e-8)
    turned = (hw.curvature(model, up, l2=0.01).gradient - hw.curvature(model, down, l2=0.01).gradient) / (
        2 * h
    )
    numpy.testing.assert_allclose(turned, c.hessian @ along, rtol=0, atol=1e-7)


@EVERY
def test_the_gauss_newton_matrix_is_that_of_dense_matrices(model):
    at, step = somewhere(model), numpy.random.RandomState(4).standard_normal(model.blocks.size)

    def outputs(w):
        return np.ravel(model.outputs(**model.variables(w)))

    z = model.outputs(**model.variables(at))
    J = autograd.jacobian(outputs)(at)
    A = autograd.hessian(lambda flat: model.outer(np.reshape(flat, numpy.shape(z))))(numpy.ravel(z))
    expected = J.T @ A @ J + 0.01 * numpy.eye(len(at))
    numpy.testing.assert_allclose(model.ggn(at, l2=0.01), expected, rtol=0, atol=1e-12)
    numpy.testing.assert_allclose(model.ggnp(at, step, l2=0.01), expected @ step, rtol=0, atol=1e-12)


@EVERY
def test_its_symmetries_leave_the_outputs_as_they_are(model):
    """g·v = 0 wherever one is; and there are as many directions as the algebra has, fewer where ranks are less."""
    c = hw.curvature(model, somewhere(model))
    for symmetry in model.symmetries:
        if symmetry.tangents is None:
            continue
        for tangent in symmetry.tangents(**model.variables(c.point)):
            resting = {a: numpy.zeros(numpy.shape(x)) + tangent.get(a, 0.0) for a, x in model.start.items()}
            assert abs(model.blocks.flatten(resting) @ c.gradient) <= 1e-14


@EVERY
def test_it_is_live_in_the_page(model):
    w = hw.explore(model)
    assert w.engine == "browser", w.engine_reason
    assert numpy.array_equal(w.point, model.blocks.flatten(model.start))
    assert w.parameters == {"l2": 0.0}
    assert all(r.minimum <= -1 and r.maximum >= 1 for r in w.problem.ranges)
