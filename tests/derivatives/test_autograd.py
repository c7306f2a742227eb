"""Gradient and Hessian: against autograd's own, against differences of the gradient, and in two threads at once."""

import threading

import autograd
import autograd.numpy as np
import numpy as onp
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hesswidget import gallery
from hesswidget.derivatives.autograd import gradient_and_hessian, vjp


def rosenbrock(x):
    return np.sum(100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2)


@given(st.lists(st.floats(-3, 3), min_size=2, max_size=6))
@settings(max_examples=40, deadline=None)
def test_agrees_with_autograd_to_the_bit(values):
    x = onp.array(values)
    slope, hessian = gradient_and_hessian(rosenbrock, x)
    onp.testing.assert_array_equal(slope, autograd.grad(rosenbrock)(x))
    onp.testing.assert_array_equal(hessian, autograd.hessian(rosenbrock)(x))


def test_agrees_with_differences_of_the_gradient():
    x, h = onp.array([0.3, -0.7, 1.1]), 1e-5
    _, hessian = gradient_and_hessian(rosenbrock, x)
    grad = autograd.grad(rosenbrock)
    columns = [(grad(x + h * e) - grad(x - h * e)) / (2 * h) for e in onp.eye(3)]
    onp.testing.assert_allclose(hessian, onp.array(columns), rtol=1e-7, atol=1e-5)


@pytest.mark.parametrize("function", [lambda x: 3.0, lambda x: x[0], lambda x: np.sum(x)])
def test_a_flat_or_linear_function_has_a_zero_hessian_and_warns_nobody(function):
    _, hessian = gradient_and_hessian(function, onp.array([1.0, 2.0]))
    onp.testing.assert_array_equal(hessian, onp.zeros((2, 2)))


def test_two_threads_do_not_mix_their_derivatives():
    x = onp.linspace(-1, 1, 8)
    expected = gradient_and_hessian(rosenbrock, x)[1]
    wrong = []

    def work():
        for _ in range(30):
            try:
                if not onp.array_equal(gradient_and_hessian(rosenbrock, x)[1], expected):
                    wrong.append("differs")
            except Exception as error:
                wrong.append(error)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


def test_a_function_that_raises_leaves_the_tracer_as_it_was():
    from autograd import tracer

    with pytest.raises(ZeroDivisionError):
        vjp(lambda x: 1 / 0, onp.array([1.0]))
    assert tracer.trace_stack.top == -1


def test_the_order_of_the_taylor_remainder_is_three():
    f, x = gallery.himmelblau.function, onp.array([0.4, -1.3])
    slope, hessian = gradient_and_hessian(lambda v: f(v[0], v[1]), x)
    direction = onp.array([0.6, 0.8])

    def remainder(t):
        model = f(*x) + t * slope @ direction + t * t * direction @ hessian @ direction / 2
        return abs(f(*(x + t * direction)) - model)

    order = onp.log2(remainder(2e-2) / remainder(1e-2))
    assert 2.95 < order < 3.05
