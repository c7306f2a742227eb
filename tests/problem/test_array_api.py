"""Functions of the array API: they ask an array for its namespace, and a traced one has autograd's."""

import autograd.numpy as anp
import numpy as np
import pytest

import hesswidget as hw

pytestmark = pytest.mark.skipif(not hasattr(np.ndarray, "__array_namespace__"), reason="NumPy before 2")


def of_a_vector(x):
    xp = x.__array_namespace__(api_version="2022.12")
    grown = xp.concat([x, xp.pow(x, 2.0)]) * xp.asarray([1.0, 2.0, 3.0, 4.0, 5.0, 6.0])
    turned = xp.permute_dims(xp.reshape(grown, (2, 3)), (1, 0))
    return xp.sum(xp.exp(x)) + xp.linalg.vector_norm(x) ** 2 * xp.acos(x[0] / 5) + xp.sum(turned**3)


def the_same(x):
    grown = anp.concatenate([x, x**2]) * anp.array([1.0, 2.0, 3.0, 4.0, 5.0, 6.0])
    return anp.sum(anp.exp(x)) + anp.sum(x**2) * anp.arccos(x[0] / 5) + anp.sum(grown**3)


def test_a_function_of_the_array_api_is_as_one_of_autograd():
    x = np.array([0.3, -0.4, 0.7])
    expected = hw.curvature(the_same, x)
    c = hw.curvature(of_a_vector, x)
    assert c.value == pytest.approx(expected.value, rel=1e-14)
    np.testing.assert_allclose(c.hessian, expected.hessian, rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(
        hw.compile(of_a_vector, x).hessian(x), expected.hessian, rtol=1e-12, atol=1e-12
    )


def test_scalars_have_a_namespace_too():
    def f(x, y):
        xp = x.__array_namespace__()
        return xp.sin(x) * y**2

    w = hw.explore(f, x=(-1, 1), y=(-1, 1))
    assert w.engine == "browser", w.engine_reason
    s, c = np.sin(0.3), np.cos(0.3)
    expected = [[-s * 0.16, 2 * c * 0.4], [2 * c * 0.4, 2 * s]]
    np.testing.assert_allclose(hw.curvature(f, (0.3, 0.4)).hessian, expected, rtol=1e-14)
