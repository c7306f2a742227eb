"""The map of signs: a closed form of the extreme eigenvalues, and whom there is a map for."""

import autograd.numpy as np
import numpy as onp
import pytest

from hesswidget.derivatives.traced import TracedProblem
from hesswidget.landscape import definiteness
from hesswidget.problem.problem import Problem
from hesswidget.program.executor import Executable


def of(function, **ranges):
    return definiteness.program(TracedProblem.of(Problem.over_ranges(function, None, None, ranges)))


def test_extremes_are_those_of_the_closed_form_at_every_place():
    run = Executable(of(lambda x, y, z: x**3 + y**2 + 5 * z**2, x=(-1, 1), y=(-1, 1), z=(-1, 1)))
    rows = dict(run.program.inputs)["places"][1]
    x = onp.linspace(-1, 1, rows)
    places = onp.stack([x, onp.zeros(rows)])
    found = run(origin=onp.zeros(3), basis=onp.eye(3)[:2], places=places, parameters=[])["extremes"]
    onp.testing.assert_allclose(found[:, 0], onp.minimum(6 * x, 2.0), atol=1e-12)
    onp.testing.assert_allclose(found[:, 1], onp.full(rows, 10.0), atol=1e-12)


@pytest.mark.parametrize("n", [1, 7])
def test_one_variable_and_many_have_no_map(n):
    assert of(lambda w: np.sum(w**4), w=onp.zeros(n)) is None


def test_what_would_take_a_page_too_long_is_left_out(monkeypatch):
    work = of(lambda x, y: x * y, x=(-1, 1), y=(-1, 1)).work
    monkeypatch.setattr(definiteness, "PICTURE", definiteness.PICTURE._replace(beside=work - 1))
    assert of(lambda x, y: x * y, x=(-1, 1), y=(-1, 1)) is None
