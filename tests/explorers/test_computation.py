"""What a view of one program is: computed alike by what was recorded and by autograd, asked for, and verified."""

import math
from typing import ClassVar

import autograd.numpy as np
import numpy as onp
import pytest

from hesswidget.explorers.computation import AtPoint
from hesswidget.explorers.precomputed import states
from hesswidget.explorers.replay import ProgramSet
from hesswidget.explorers.shell import Explorer
from hesswidget.problem.problem import Problem
from hesswidget.second_derivative_test.tolerances import Tolerances
from unrecorded import zero

AWAY = onp.array([0.3, -0.2])


class Shifted:
    """A view of the function's derivatives a little away from the point."""

    kind = "shifted"
    function = "shifted"
    traits = ()
    call: ClassVar = {}

    def __init__(self, context):
        problem = context.problem
        self.computation = AtPoint(problem, context.recorded, self.kind, self.build, problem.widths)
        self.questions = (self.computation.question,)

    def build(self, f, point):
        value, gradient, hessian = f.derivatives(point + AWAY)
        return {"value": value, "gradient": gradient, "hessian": hessian}

    def programs(self, traced):
        return ProgramSet(traced, {self.kind: self.computation.program(traced)}, {})


def f(x, y, a=1.0):
    return np.exp(a * x) * np.sin(y)


def unrecorded(x, y, a=1.0):
    if x > 0.9:
        return np.sin(1 / 0)
    return f(x, y, a) + zero(y)


@pytest.fixture(params=[f, unrecorded], ids=["browser", "kernel"])
def w(request):
    problem = Problem.over_ranges(
        request.param, None, None, {"x": (-1.0, 1.0), "y": (-1.0, 1.0), "a": (0.5, 2.0)}
    )
    made = Explorer(problem, Tolerances(), None, {}, Shifted)
    assert made.engine == {f: "browser", unrecorded: "kernel"}[request.param]
    made.sent = []
    made.send = lambda content, buffers=None: made.sent.append((content, buffers))
    return made


def ask(w, kind, *arrays, a=2.0):
    content = {"kind": kind, "id": "q:1", "parameters": {"a": a}}
    w._answer(w, content, [onp.asarray(array, "<f8").tobytes() for array in arrays])
    return w.sent[-1]


def exact(x, y, a):
    u, s, c = onp.exp(a * (x + 0.3)), onp.sin(y - 0.2), onp.cos(y - 0.2)
    return [u * s, [a * u * s, u * c], [[a * a * u * s, a * u * c], [a * u * c, -u * s]]]


def test_the_kernel_answers_with_its_arrays(w):
    content, buffers = ask(w, "shifted", (0.1, 0.5))
    assert [name for name, _ in content["arrays"]] == ["value", "gradient", "hessian"]
    for (_, shape), buffer, expected in zip(content["arrays"], buffers, exact(0.1, 0.5, 2.0), strict=True):
        onp.testing.assert_allclose(onp.frombuffer(buffer, "<f8").reshape(shape), expected, rtol=1e-12)


def test_what_a_page_claims_of_it_is_verified(w):
    engine = w.engine
    claims = [onp.array(claim) for claim in exact(0.1, 0.5, 2.0)]
    content, _ = ask(w, "verify", (0.1, 0.5), *claims)
    assert content["agrees"]
    content, _ = ask(w, "verify", (0.1, 0.5), claims[0], claims[1], claims[2] * 1.001)
    assert not content["agrees"]
    assert content["deviation"] == pytest.approx(1e-3, rel=0.01)
    assert w.engine == engine  # what was recorded is right


def test_only_a_point_in_the_box_is_computed(w):
    for wrong in [(), (0.1,), (0.1, 0.5, 0.0), (9.0, 0.0), (onp.nan, 0.0)]:
        content, buffers = ask(w, "shifted", wrong)
        assert (content["kind"], buffers) == ("refusal", None)
    assert ask(w, "shifted", (0.1, 0.5), a=99.0)[0]["kind"] == "refusal"
    assert ask(w, "shifted", (0.1, 0.5))[0]["kind"] == "shifted"


def test_pictures_computed_beforehand_have_its_arrays_and_no_landscape(w):
    point, parameters = onp.array([0.1, 0.5]), {"a": 2.0}
    made = states(w.problem, w._view.computation, point, parameters, 0.1).written
    assert (made["kind"], made["landscapes"]) == ("shifted", [])
    stops = [*made["parameters"], *made["coordinates"]]
    present = onp.ravel_multi_index(
        [s.index(x) for s, x in zip(stops, (2.0, 0.1, 0.5), strict=True)], [len(s) for s in stops]
    )
    for array, expected in zip(made["arrays"], exact(0.1, 0.5, 2.0), strict=True):
        assert array["data"].shape == (math.prod(map(len, stops)), array["size"])
        onp.testing.assert_allclose(array["data"][present], onp.ravel(expected), rtol=1e-12)


def test_outside_the_domain_there_is_a_sentence():
    problem = Problem.over_ranges(unrecorded, None, None, {"x": (-1.0, 1.0), "y": (-1.0, 1.0)})
    w = Explorer(problem, Tolerances(), None, {}, Shifted)
    w.sent = []
    w.send = lambda content, buffers=None: w.sent.append((content, buffers))
    w._answer(
        w, {"kind": "shifted", "id": "q:1", "parameters": {"a": 1.0}}, [onp.array([0.8, 0.0]).tobytes()]
    )
    assert "unrecorded raised ZeroDivisionError" in w.sent[-1][0]["message"]
