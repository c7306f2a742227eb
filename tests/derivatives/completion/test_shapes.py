"""Shapes: no derivative has another than its argument; columns are vectors, and costs of one element scalars."""

import itertools

import autograd.numpy as np
import numpy as onp
import pytest
from autograd.extend import defvjp, primitive

import hesswidget as hw
from hesswidget.derivatives.autograd import gradient_and_hessian

DATA = onp.random.default_rng(3).normal(size=(20, 3))
TARGET = onp.sin(DATA[:, :1])


def least_squares(w, l2=0.1):
    """Return a cost of shape (1, 1) of weights of shape (3, 1)."""
    residual = DATA @ w - TARGET
    return residual.T @ residual + l2 * w.T @ w


HESSIAN = 2 * DATA.T @ DATA + 0.2 * onp.eye(3)


def test_a_column_of_weights_is_a_vector():
    found = hw.curvature(least_squares, onp.ones((3, 1)))
    onp.testing.assert_allclose(found.hessian, HESSIAN, rtol=1e-12)
    assert found.labels == ("w[0]", "w[1]", "w[2]")
    compiled = hw.compile(least_squares, onp.zeros((3, 1)))
    onp.testing.assert_allclose(compiled.hessian(onp.ones((3, 1))), HESSIAN, rtol=1e-12)
    onp.testing.assert_allclose(compiled.hvp(onp.ones(3), onp.ones((3, 1))), HESSIAN.sum(axis=1), rtol=1e-12)
    explorer = hw.explore(least_squares, w=onp.zeros((3, 1)), l2=(0.0, 1.0))
    assert explorer.engine == "browser"
    explorer.point = onp.ones((3, 1))
    onp.testing.assert_allclose(explorer.curvature.hessian, HESSIAN, rtol=1e-12)


def test_a_row_is_a_vector_too_and_a_range_keeps_its_shape():
    found = hw.curvature(lambda w: least_squares(w.T), onp.ones((1, 3)))
    onp.testing.assert_allclose(found.hessian, HESSIAN, rtol=1e-12)
    (minimum,) = hw.critical_points(
        least_squares, w=hw.vector(onp.zeros((3, 1)), -3.0, onp.full((3, 1), 3.0))
    )
    onp.testing.assert_allclose(
        minimum.point, onp.linalg.solve(HESSIAN, 2 * DATA.T @ TARGET)[:, 0], rtol=1e-8, atol=1e-8
    )


def test_a_matrix_of_weights_is_a_block():
    found = hw.curvature(lambda w: np.sum(DATA @ w) ** 2, onp.ones((3, 2)))
    assert found.labels[:3] == ("w[0, 0]", "w[0, 1]", "w[1, 0]")
    ones = onp.repeat(DATA.sum(axis=0), 2)
    onp.testing.assert_allclose(found.hessian, 2 * onp.outer(ones, ones), rtol=1e-12)


@pytest.mark.parametrize("shape", [(1,), (1, 1), (1, 1, 1)])
def test_a_cost_of_one_element_is_a_scalar(shape):
    def f(x, y):
        return np.reshape(x**2 - 3 * y**2, shape)

    assert hw.curvature(f, (0.0, 0.0)).hessian.tolist() == [[2.0, 0.0], [0.0, -6.0]]
    assert hw.compile(f, (0.0, 0.0)).hessian((0.0, 0.0)).tolist() == [[2.0, 0.0], [0.0, -6.0]]
    assert hw.explore(f, x=(-1, 1), y=(-1, 1)).engine == "browser"


@pytest.mark.parametrize("shape", [(2,), (1, 2), (0,)])
def test_a_cost_of_more_elements_is_refused(shape):
    with pytest.raises(hw.ProblemError, match="a Hessian needs a scalar"):
        hw.curvature(lambda x: x * np.ones(shape), 1.0)


@primitive
def stretched(x):
    return np.sum(x**2)


# As autograd's own once had it, of shape () for an argument of shape (n,).
defvjp(stretched, lambda ans, x: lambda g: g * 2.0 * x[:1])


def test_a_derivative_of_another_shape_is_refused_and_not_stretched():
    with pytest.raises(
        hw.ProblemError, match=r"derivative of stretched has shape \(1,\).*shape \(3,\)"
    ) as caught:
        hw.curvature(lambda x: stretched(x), onp.ones(3))
    assert "test_shapes.py: hw.curvature(lambda x: stretched(x), onp.ones(3))" in str(caught.value)


@pytest.mark.parametrize("constant", [onp.ones(1), onp.full(1, 2.0)])
def test_compiled_derivatives_have_the_shape_of_the_point(constant):
    """A factor of length one once gave a Hessian of shape (n, 1)."""
    compiled = hw.compile(lambda x: np.einsum("i,i->", x, constant) ** 2, onp.ones(4))
    onp.testing.assert_allclose(compiled.hessian(onp.ones(4)), onp.full((4, 4), 2 * constant[0] ** 2))
    assert compiled.gradient(onp.ones(4)).shape == compiled.hvp(onp.ones(4), onp.ones(4)).shape == (4,)


LENGTHS = [
    f"{a},{b}->{c}"
    for a, b, c in itertools.product(("i", "ij", "ji"), ("i", "j", "ij", "ji"), ("", "i", "ij"))
]


@pytest.mark.parametrize("subscripts", [s for s in LENGTHS if set(s.split("->")[1]) <= set(s.split("->")[0])])
def test_einsum_of_factors_of_length_one(subscripts):
    """Any letter of either factor may have length one; the sum is then what broadcasting makes of it."""
    given, wanted = subscripts.split("->")
    one, other = given.split(",")
    rng = onp.random.default_rng(len(subscripts))
    for lengths in itertools.product((1, 3), repeat=4):
        sizes = dict(zip([*"ij", *"IJ"], lengths, strict=True))
        shapes = [sizes[k] for k in one], [sizes[k.upper()] for k in other]
        n = int(onp.prod(shapes[0]))
        x = rng.normal(size=n + int(onp.prod(shapes[1])))
        weights = rng.normal(size=onp.einsum(subscripts, onp.ones(shapes[0]), onp.ones(shapes[1])).shape)

        def f(x, einsum, shapes=shapes, n=n, weights=weights):
            return np.sum(weights * einsum(np.reshape(x[:n], shapes[0]), np.reshape(x[n:], shapes[1])) ** 2)

        def by_products(a, b):
            """Return the sum in elementwise products, which autograd has always known."""
            letters = sorted({*one, *other})
            parts = []
            for array, own in ((a, one), (b, other)):
                turned = np.transpose(array, [own.index(k) for k in letters if k in own])
                parts.append(
                    np.reshape(turned, [array.shape[own.index(k)] if k in own else 1 for k in letters])
                )
            product = parts[0] * parts[1]
            total = np.sum(product, axis=tuple(k for k, c in enumerate(letters) if c not in wanted))
            return total if list(wanted) == sorted(wanted) else total.T

        found = gradient_and_hessian(lambda x: f(x, lambda a, b: np.einsum(subscripts, a, b)), x)
        expected = gradient_and_hessian(lambda x: f(x, by_products), x)
        for part, exact in zip(found, expected, strict=True):
            onp.testing.assert_allclose(part, exact, rtol=1e-10, atol=1e-10)
