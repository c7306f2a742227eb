"""Derivatives through rows and iterations: closed forms, plain and recorded, and autograd's own ways to take them."""

import autograd
import autograd.numpy as np
import numpy as onp
import pytest

from hesswidget.derivatives.control_flow import over_rows, scan
from hesswidget.derivatives.recorder import record
from hesswidget.derivatives.reverse_mode import gradient, hvp
from hesswidget.program.errors import NotRecorded
from hesswidget.program.executor import Executable

POINT = onp.array([0.5, -1.25, 2.0])


def quartic(x):
    return np.sum(x**4) / 12 + x[0] * x[1] * x[2]


def hessian(x):
    return over_rows(lambda v, x: hvp(quartic, x, v), onp.eye(3), shared=(x,))


@pytest.fixture(params=["plain", "recorded"])
def at(request):
    """Evaluate a function at the point."""

    def evaluate(function, point=POINT):
        if request.param == "plain":
            return function(point)
        program = record(lambda x: {"y": function(x)}, x=onp.ones(onp.shape(point)))
        return Executable(program)(x=point)["y"]

    return evaluate


def test_the_trace_of_a_hessian_has_the_gradient_it_should(at):
    """Of Σ x⁴ / 12 + xyz the trace is Σ x²."""
    onp.testing.assert_allclose(at(gradient(lambda x: np.trace(hessian(x)))), 2 * POINT, rtol=1e-14)


def test_the_square_of_a_hessian_has_the_hessian_it_should(at):
    """‖H‖² is Σ x⁴ + 2 Σ x²."""
    found = at(lambda x: hvp(lambda z: np.sum(hessian(z) ** 2), x, onp.ones(3)))
    onp.testing.assert_allclose(found, 12 * POINT**2 + 4, rtol=1e-13)


def test_the_largest_eigenvalue_has_the_gradient_it_should(at):
    def largest(x):
        return np.linalg.eigvalsh(
            over_rows(lambda v, x: hvp(lambda z: np.sum(z**4), x, v), onp.eye(3), shared=(x,))
        )[-1]

    onp.testing.assert_allclose(at(gradient(largest)), [0, 0, 24 * POINT[2]], atol=1e-13)


@pytest.mark.parametrize("times", [1, 2, 3])
def test_squares_iterated_are_a_power(at, times):
    """Three squares make x⁸; its derivatives are known."""

    def eighth(x):
        return scan(lambda c: (c * c,), [x], length=3)[0]

    function, expected = eighth, 1.0
    for k in range(times):
        function, expected = gradient(function), expected * (8 - k)
    assert float(at(function, onp.float64(1.1))) == pytest.approx(expected * 1.1 ** (8 - times), rel=1e-13)


def test_sequences_shared_values_and_stacks_have_their_gradients(at):
    """A sum of a · s over the steps, and a stack of it: 3 a s₀ + 2 a s₁ + a s₂ together."""

    def total(x):
        a, steps = x[0], x
        last, path = scan(lambda c, s, a: (c + a * s, c + a * s), [0.0], [steps], [a])
        return last + np.sum(path)

    a, b, c = POINT
    onp.testing.assert_allclose(at(gradient(total)), [8 * a + 3 * b + 2 * c, 3 * a, 2 * a], rtol=1e-14)


@pytest.mark.parametrize("length", [0, 1])
def test_a_short_scan_has_a_gradient(at, length):
    def end(x):
        last, path = scan(lambda c: (2 * c, c), [x], length=length)
        return np.sum(last) + np.sum(path)

    onp.testing.assert_array_equal(at(gradient(end)), [2**length + length] * 3)


def test_autograds_own_derivatives_go_through():
    onp.testing.assert_allclose(
        autograd.jacobian(hessian)(POINT)[0], autograd.hessian(lambda x: gradient(quartic)(x)[0])(POINT)
    )
    onp.testing.assert_allclose(autograd.hessian(quartic)(POINT), hessian(POINT), rtol=1e-14)


@pytest.mark.parametrize(
    "function",
    [
        lambda x: np.sum(over_rows(lambda r: r * x, onp.ones((2, 3)))),
        lambda x: np.sum(over_rows(lambda r: r * x, np.outer(x, x))),
        lambda x: np.sum(scan(lambda c: (c * x,), [x], length=2)[0]),
    ],
)
def test_what_is_closed_over_is_refused_rather_than_left_out(function, at):
    with pytest.raises(NotRecorded, match="hand it in as an argument"):
        at(gradient(function))
