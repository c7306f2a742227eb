"""What is recorded of a traced problem: closed forms at any traced parameters, and whom it holds for."""

import autograd.numpy as np
import numpy as onp
import pytest

from hesswidget.derivatives.control_flow import over_rows
from hesswidget.derivatives.traced import TracedProblem
from hesswidget.problem.problem import Problem
from hesswidget.program.errors import NotRecorded
from hesswidget.program.executor import Executable


def f(x, y, a=1.0, kind="sum", k=2):
    return a * x**k * y if kind == "sum" else x / y


def problem(function=f, **more):
    return Problem.over_ranges(function, None, None, {"x": (-1.0, 1.0), "y": (1.0, 2.0), **more})


CONTROLS = {"a": (0.5, 3.0), "kind": ["sum", "other"], "k": (1, 3)}


def test_real_parameters_are_traced_and_all_others_static():
    p = problem(**CONTROLS)
    traced = TracedProblem.of(p)
    assert (traced.traced, traced.static) == (("a",), {"kind": "sum", "k": 2})
    assert p.traced_values({"a": 2, "kind": "other", "k": 1}).tolist() == [2.0]
    assert traced.fits({"a": 2.5, "kind": "sum", "k": 2})
    assert not traced.fits({"a": 1.0, "kind": "other", "k": 2})
    assert not traced.fits({"a": 1.0, "kind": "sum", "k": 3})


def test_every_derivative_is_recorded_at_the_traced_parameters():
    def build(f, point, vector):
        value, gradient, hessian = f.derivatives(point)
        return {
            "value": value, "gradient": gradient, "hessian": hessian, "hvp": f.hvp(point, vector),
            "same": np.concatenate([f.gradient(point) - gradient, np.ravel(f.hessian(point) - hessian)]),
            "values": over_rows(lambda row, a: f.at(a).value(row), np.stack([point, vector]), shared=(f.parameters,)),
        }  # fmt: skip

    p = problem(**CONTROLS)
    program = TracedProblem.of(p, {**p.parameters, "k": 3}).record(build, point=p.start, vector=onp.ones(2))
    assert [name for name, _ in program.inputs] == ["point", "vector", "parameters"]
    found = Executable(program)(point=[0.5, 2.0], vector=[1.0, -1.0], parameters=[3.0])
    hessian = onp.array([[18.0, 2.25], [2.25, 0.0]])
    onp.testing.assert_allclose(found["value"], 0.75, rtol=1e-14)
    onp.testing.assert_allclose(found["gradient"], [4.5, 0.375], rtol=1e-14)
    onp.testing.assert_allclose(found["hessian"], hessian, rtol=1e-14)
    onp.testing.assert_allclose(found["hvp"], hessian @ [1.0, -1.0], rtol=1e-14)
    onp.testing.assert_array_equal(found["same"], 0.0)
    onp.testing.assert_allclose(found["values"], [0.75, -3.0], rtol=1e-14)


def test_what_cannot_be_recorded_is_none_where_that_will_do():
    traced = TracedProblem.of(problem(lambda x, y: float(x) * y))
    with pytest.raises(NotRecorded, match="float"):
        traced.record(lambda f, point: {"f": f.value(point)}, point=onp.ones(2))
    assert traced.record_or_none(lambda f, point: {"f": f.value(point)}, point=onp.ones(2)) is None
