"""Derivatives of what autograd leaves out, by closed forms; the corpus compares them with differences."""

import autograd
import autograd.numpy as np
import mpmath
import numpy as onp
import pytest
import scipy.special

import hesswidget as hw
from hesswidget.derivatives.autograd import gradient_and_hessian
from hesswidget.errors import ProblemError


def exact_minor(a, rows, columns):
    """Return the determinant of what is left without some rows and columns, in 50 digits, with its sign."""
    n = len(a)
    left = [
        [mpmath.mpf(float(a[i, j])) for j in range(n) if j not in columns] for i in range(n) if i not in rows
    ]
    with mpmath.workdps(50):
        minor = mpmath.det(mpmath.matrix(left)) if left else mpmath.mpf(1)
    inversions = (rows != sorted(rows)) + (columns != sorted(columns))
    return float(minor) * (-1) ** (sum(rows) + sum(columns) + inversions)


@pytest.mark.parametrize(
    ("n", "rank"), [(2, 0), (2, 1), (3, 1), (3, 2), (4, 2), (4, 3), (5, 3), (5, 5), (6, 4), (6, 2), (9, 7)]
)
def test_det_has_derivatives_where_it_vanishes(n, rank):
    """∂ det are the cofactors, ∂² det the minors without two rows and columns (Jacobi, 1841), whatever the rank."""
    rng = onp.random.default_rng(10 * n + rank)
    a = rng.normal(size=(n, rank)) @ rng.normal(size=(rank, n))
    slope, hessian = gradient_and_hessian(lambda x: np.linalg.det(np.reshape(x, (n, n))), a.ravel())
    scale = max(1.0, onp.linalg.norm(a, 2))
    for i, j in onp.ndindex(n, n):
        assert abs(slope[i * n + j] - exact_minor(a, [i], [j])) < 1e-13 * scale ** (n - 1)
    for i, j, k, m in rng.integers(0, n, size=(30, 4)).tolist():
        expected = exact_minor(a, [i, k], [j, m]) if i != k and j != m else 0.0
        assert abs(hessian[i * n + j, k * n + m] - expected) < 1e-13 * max(1.0, scale ** (n - 2))


@pytest.mark.parametrize("n", [5, 6])
def test_what_is_recorded_of_det_holds_at_singular_matrices(n):
    """Also where rows are in other units: entry by entry, beside the entry's own products."""
    rng = onp.random.default_rng(n)
    units = 10.0 ** onp.arange(n)
    a = rng.normal(size=(n, n - 2)) @ rng.normal(size=(n - 2, n)) * units[:, None]
    compiled = hw.compile(lambda x: np.linalg.det(np.reshape(x, (n, n))), onp.ones(n * n))
    slope, hessian = compiled.gradient(a.ravel()), compiled.hessian(a.ravel())
    for i, j, k, m in rng.integers(0, n, size=(30, 4)).tolist():
        size = onp.prod(onp.delete(units, i))
        assert abs(slope[i * n + j] - exact_minor(a, [i], [j])) < 1e-11 * size
        expected = exact_minor(a, [i, k], [j, m]) if i != k and j != m else 0.0
        size = onp.prod(onp.delete(units, [i, k]))
        assert abs(hessian[i * n + j, k * n + m] - expected) < 1e-11 * size


def test_det_of_many_rows_is_not_recorded():
    with pytest.raises(ProblemError, match=r"more than 8 rows.*slogdet"):
        hw.compile(lambda x: np.linalg.det(np.reshape(x, (9, 9))), onp.eye(9).ravel())


def test_det_of_a_zero_matrix_is_a_saddle():
    found = hw.curvature(lambda x: np.linalg.det(np.reshape(x, (2, 2))), onp.zeros(4))
    assert found.label == "saddle"
    onp.testing.assert_allclose(found.eigenvalues, [-1, -1, 1, 1], atol=1e-15)


@pytest.mark.parametrize("zeros", [0, 1, 2, 3])
def test_products_have_derivatives_where_factors_are_zero(zeros):
    x = onp.array([0.0] * zeros + [2.0, -3.0, 0.5, 1.5][zeros:])

    def expected(f):
        return onp.array([[f(i, j) if i != j else 0.0 for j in range(4)] for i in range(4)])

    _, hessian = gradient_and_hessian(np.prod, x)
    onp.testing.assert_allclose(hessian, expected(lambda i, j: onp.prod(onp.delete(x, [i, j]))), rtol=1e-15)
    _, hessian = gradient_and_hessian(lambda x: np.cumprod(x)[2], x)
    onp.testing.assert_allclose(
        hessian,
        expected(lambda i, j: onp.prod(onp.delete(x[:3], [i, j])) if max(i, j) < 3 else 0.0),
        rtol=1e-15,
    )


def test_the_sum_of_eigenvalues_is_a_linear_function_and_that_of_their_squares_a_norm():
    def symmetric(x):
        return np.reshape(x, (4, 4)) + np.reshape(x, (4, 4)).T

    x = onp.random.default_rng(1).normal(size=16)
    slope, hessian = gradient_and_hessian(lambda x: np.sum(np.linalg.eigvalsh(symmetric(x))), x)
    onp.testing.assert_allclose(slope, 2 * onp.eye(4).ravel(), atol=1e-13)
    onp.testing.assert_allclose(hessian, 0, atol=1e-12)
    found = gradient_and_hessian(lambda x: np.sum(np.linalg.eigvalsh(symmetric(x)) ** 2), x)
    expected = gradient_and_hessian(lambda x: np.sum(symmetric(x) ** 2), x)
    for part, exact in zip(found, expected, strict=True):
        onp.testing.assert_allclose(part, exact, atol=1e-11)


def test_interp_is_its_lines():
    nodes, values = [-1.0, 0.0, 2.0], [3.0, 1.0, 2.0]
    for x, slope in [(-2.0, 0.0), (-0.5, -2.0), (0.0, 0.5), (1.9, 0.5), (2.0, 0.5), (2.1, 0.0)]:
        assert autograd.grad(lambda x: np.interp(x, nodes, values))(x) == slope
        assert float(np.interp(x, nodes, values)) == float(onp.interp(x, nodes, values))
    found = hw.curvature(lambda x: np.interp(x, nodes, values) ** 2, 1.0)
    assert found.hessian == pytest.approx(0.5)


@pytest.mark.parametrize("x", [0.0, 1e-9, 1e-4, 0.01, 0.2499, 0.2501, 0.7, -3.3])
def test_sinc_is_smooth_at_zero(x):
    with mpmath.workdps(40):
        first, second = (float(mpmath.diff(lambda t: mpmath.sincpi(t), mpmath.mpf(x), n)) for n in (1, 2))
    slope, hessian = gradient_and_hessian(lambda x: np.sinc(x[0]), onp.array([x]))
    assert slope[0] == pytest.approx(first, rel=1e-13, abs=1e-16)
    assert hessian[0, 0] == pytest.approx(second, rel=1e-12)


def test_sinc_at_zero_is_a_maximum():
    assert hw.curvature(lambda x: np.sinc(x), 0.0).label == "maximum"


def test_special_functions_are_known_as_they_are_met():
    x = onp.array([0.3, 1.2])
    _, hessian = gradient_and_hessian(lambda x: np.sum(scipy.special.expit(x) + scipy.special.gammaln(x)), x)
    s = scipy.special.expit(x)
    expected = s * (1 - s) * (1 - 2 * s) + scipy.special.polygamma(1, x)
    onp.testing.assert_allclose(hessian, onp.diag(expected), rtol=1e-14)


def test_a_network_sorts_as_numpy_does():
    rng = onp.random.default_rng(2)
    for n in (1, 2, 3, 7, 8, 33):
        x = rng.integers(0, 5, size=n) + 0.0  # with ties
        weights = rng.normal(size=n)

        def f(x, weights=weights):
            return np.sum(weights * np.sort(x))

        slope = autograd.grad(f)(x)
        assert slope.sum() == pytest.approx(weights.sum())
        distinct = rng.permutation(n) + 0.0
        slope = autograd.grad(f)(distinct)
        onp.testing.assert_array_equal(slope, weights[distinct.astype(int)])


@pytest.mark.parametrize("q", [0, 17, 50, 83.3, 100])
def test_percentiles_are_numpys(q):
    x = onp.random.default_rng(3).normal(size=(4, 7))
    for axis in (None, 0, 1, (0, 1)):
        for method in ("linear", "lower", "higher", "nearest", "midpoint"):
            traced = []

            def f(x, axis=axis, method=method, traced=traced):
                found = np.percentile(x, q, axis=axis, method=method)
                traced.append(found)
                return np.sum(found)

            autograd.grad(f)(x)
            onp.testing.assert_allclose(
                traced[0]._value, onp.percentile(x, q, axis=axis, method=method), rtol=1e-14
            )


def test_what_was_right_is_what_it_was():
    """Without a traced value NumPy's own function is called; others who use autograd get what they got."""
    x = onp.array([[1.0, -2.0], [0.5, 3.0]])
    assert np.percentile(x, 30) == onp.percentile(x, 30)
    onp.testing.assert_array_equal(np.clip(x, 0, 1), onp.clip(x, 0, 1))
    onp.testing.assert_array_equal(np.linalg.eigvalsh(x), onp.linalg.eigvalsh(x))
    assert isinstance(np.poly1d([1.0, 2.0]), onp.poly1d)
    onp.testing.assert_array_equal((np.poly1d([1.0, 2.0]) * np.poly1d([1.0, 0.0])).coeffs, [1, 2, 0])
    onp.testing.assert_array_equal(
        autograd.grad(lambda x: np.sum(np.sin(x) ** 2))(x), 2 * onp.sin(x) * onp.cos(x)
    )
    jacobian = autograd.jacobian(lambda x: np.einsum("ij,jk->ik", x, x))(x)
    assert jacobian.shape == (2, 2, 2, 2)
