"""Long functions are recorded, batched, written and replayed at a cost that is linear in their length."""

import autograd.numpy as np
import numpy as onp
import pytest

import hesswidget as hw
from hesswidget.derivatives.autograd import gradient, vjp
from hesswidget.derivatives.control_flow import over_rows, scan
from hesswidget.derivatives.recorder import record
from hesswidget.program.batching import Dependence
from hesswidget.program.executor import Executable
from hesswidget.program.simplification import SimplifyingGraph
from program.test_replay import assert_replayed

LONG = 5_000  # operations one after another


def chain(x, count=LONG // 2):
    for _ in range(count):
        x = np.sin(x) + 0.1
    return x


def logistic(x, r, count):
    for _ in range(count):
        x = r * x * (1 - x)
    return x


def product(function):
    return lambda point, r: vjp(gradient(lambda x: function(x, r)), point)[1](np.ones(1))


class Counted(dict):
    """A dictionary that counts how often it is asked for a key."""

    asked = 0

    def __contains__(self, key):
        self.asked += 1
        return super().__contains__(key)


@pytest.mark.parametrize("is_row", [True, False])
@pytest.mark.parametrize("depth", [40, 4_000])
def test_dependence_visits_each_value_once(depth, is_row):
    """A diamond, in which there are 2 to the power of `depth` ways from the end to the start."""
    graph = SimplifyingGraph()
    start = value = graph.input("x", ())
    for _ in range(depth):
        value = graph.emit("multiply", graph.emit("sin", value), graph.emit("cos", value))
    known = Counted({start: is_row})
    assert Dependence(known)(value) is is_row
    assert known.asked <= 20 * depth


def test_a_chain_is_recorded_and_replayed_in_both_executors(replay):
    program = record(lambda x: {"y": chain(x)}, x=0.3)
    assert program.count == LONG
    assert float(Executable(program)(x=0.7)["y"]) == float(chain(0.7))
    assert_replayed(replay, program, [{"x": onp.array(v)} for v in (0.7, -2.0)], 1e-12, "a chain")


def test_the_derivatives_of_a_chain_are_replayed_in_both_executors(replay):
    program = record(
        lambda x: {"gradient": gradient(chain)(x), "second": gradient(gradient(chain))(x)}, x=0.3
    )
    assert_replayed(replay, program, [{"x": onp.array(0.7)}], 1e-12, "a chain's derivatives")


def test_a_chain_that_rows_share_is_computed_once():
    def function(points, c):
        return {"y": over_rows(lambda x, c: chain(c, 600) * np.sum(x**2), points, shared=(c,))}

    program = record(function, points=onp.ones((8, 2)), c=0.3)
    assert program.count < 2 * 600 + 20


@pytest.mark.parametrize("of_rows", [False, True])
def test_programs_grow_as_their_functions_do(of_rows):
    def count(length):
        of_row = product(lambda x, r: np.sum(logistic(x, r, length)))
        if of_rows:
            program = record(
                lambda x, r: {"y": over_rows(of_row, x, shared=(r,))}, x=onp.full((5, 1), 0.3), r=3.7
            )
        else:
            program = record(lambda x, r: {"y": of_row(x, r)}, x=onp.full(1, 0.3), r=3.7)
        return program.count

    counts = [count(length) for length in (20, 40, 80)]
    growth = onp.diff(counts)
    assert growth[1] == pytest.approx(2 * growth[0], rel=0.05)


def test_derivatives_through_rows_grow_as_their_functions_do():
    """The gradient of a Hessian's trace: third derivatives, through rows."""

    def count(length):
        def of_row(v, x):
            return vjp(gradient(lambda z: np.sum(logistic(z, 3.7, length))), x)[1](v)

        def trace(x):
            return np.trace(over_rows(of_row, onp.eye(2), shared=(x,)))

        return record(lambda x: {"y": gradient(trace)(x)}, x=onp.full(2, 0.3)).count

    growth = onp.diff([count(length) for length in (10, 20, 40)])
    assert growth[1] == pytest.approx(2 * growth[0], rel=0.05)


def test_the_derivative_of_a_scan_is_no_longer_than_its_body_allows():
    def program(length):
        def end(x):
            return np.sum(scan(lambda c: (np.sin(c) * 1.1,), [x], length=length)[0])

        return record(lambda x: {"y": vjp(gradient(end), x)[1](np.ones(2))}, x=onp.ones(2))

    short, long, longer = (program(length) for length in (100, 1_000, 2_000))
    assert short.count == long.count == longer.count
    # what is kept for the way back is as many carries as there are steps
    growth = onp.diff([short.total, long.total, longer.total])
    assert growth[0] * 10 == growth[1] * 9
    onp.testing.assert_allclose(
        Executable(short)(x=[0.3, 0.7])["y"],
        vjp(gradient(lambda x: np.sum(_sines(x, 100))), onp.array([0.3, 0.7]))[1](onp.ones(2)),
        rtol=1e-12,
    )


def _sines(x, count):
    for _ in range(count):
        x = np.sin(x) * 1.1
    return x


def test_iterated_maps_are_explored_and_compiled():
    def f(x, y, r=3.1):
        return logistic(x, r, 30) * np.cos(y) + chain(y, 30)

    w = hw.explore(f, x=(0.1, 0.9), y=(-1, 1), r=(2.5, 3.5))
    assert w.engine == "browser"
    c = hw.compile(f, (0.3, 0.4))
    assert c.hessian((0.3, 0.4)) == pytest.approx(hw.curvature(f, (0.3, 0.4)).hessian, rel=1e-9)
