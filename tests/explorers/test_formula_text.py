"""The formula of a function that was given as text is written anew, with the same names."""

import numpy as onp
import pytest
import sympy

import hesswidget as hw
from hesswidget.problem.controls import FORMULA

POINT = (0.5, 1.0)
RANGES = {"x": (-2.0, 2.0), "y": (-2.0, 2.0), "a": (0.0, 2.0)}
MISTAKES = {
    "x**2 + b": "'b'; this explorer has x, y, a",
    "2x": r"write 2\*x",
    "x**": "is no formula",
    "": "is empty",
    "x.__class__": "does not belong here|leads into an object",
    "__import__('os')": "is no formula",
    "x" * 3_000: "characters",
    "9**9**9**9": "beyond float64",
}


def explorer():
    w = hw.explore("x**2*y - a*y**3", POINT, **RANGES)
    w.sent = []
    w.send = lambda content, buffers=None: w.sent.append(content)
    return w


def asks(w, kind, buffers=(), **content):
    w._answer(w, {"kind": kind, "id": "q:1", **content}, list(buffers))
    w._questions.jobs.wait()
    return w.sent[-1]


@pytest.mark.parametrize("view", [hw.explore, hw.bifurcation, hw.descend], ids=lambda view: view.__name__)
def test_everything_follows_a_formula_that_is_written_anew(view):
    w = view("x**2*y - a*y**3", POINT, **RANGES)
    assert w.formula_text == "x**2*y - a*y**3"
    before = dict(w.parameters)
    w.formula_text = "  x**4 / 4 -   a*x**2/2 + y**2 "
    assert w.formula_text == "x**4 / 4 - a*x**2/2 + y**2"
    assert w.parameters == before
    onp.testing.assert_allclose(w.curvature.hessian, [[3 * 0.25 - 1.0, 0.0], [0.0, 2.0]], atol=1e-14)
    assert [p.kind for p in w.critical_points] == ["minimum", "minimum", "saddle"]
    assert repr(w).startswith("Hessian of x**4 / 4 - a*x**2/2 + y**2 at x = 0.5")
    assert "formula" not in repr(w)
    x, a = sympy.symbols("x a", real=True)
    assert sympy.simplify(w.formula.hessian[0, 0] - (3 * x**2 - a)).subs({"x": x, "a": a}) == 0
    w.set(formula_text="a*y**2", a=2.0, x=1.0)
    assert (w.formula_text, w.parameters["a"], w.point.tolist()) == ("a*y**2", 2.0, [1.0, 1.0])
    onp.testing.assert_array_equal(w.curvature.hessian, [[0.0, 0.0], [0.0, 4.0]])


@pytest.mark.parametrize("text", MISTAKES, ids=range(len(MISTAKES)))
def test_a_mistake_is_a_sentence_from_every_side_and_changes_nothing(text):
    w = explorer()
    before = w.get_state()
    with pytest.raises(hw.ProblemError, match=MISTAKES[text]):
        w.formula_text = text
    with pytest.raises(hw.ProblemError):
        w.set(formula_text=text, a=0.5)
    assert asks(w, "read_formula", text=text)["kind"] == "refusal"
    w.set_state({"formula_text": text})
    assert w.sent[-1]["kind"] == "refusal"
    assert w.get_state() == before


@pytest.mark.parametrize("given", [None, 3.0, ["x"], {"x": 1}, b"x"], ids=str)
def test_what_is_no_text_is_refused(given):
    w = explorer()
    with pytest.raises(hw.ProblemError, match="takes text"):
        w.formula_text = given
    assert asks(w, "read_formula", text=given)["kind"] == "refusal"


def test_a_page_that_has_a_new_formula_gets_its_programs_and_they_are_right():
    w = explorer()
    assert w.engine == "browser"
    assert "settings" not in w.engine_reason
    assert asks(w, "read_formula", text=" sin(x)*y  + a")["text"] == "sin(x)*y + a"
    w.set_state({"formula_text": "sin(x)*y + a"})
    parameters = {"a": 1.0, FORMULA: "sin(x)*y + a"}
    answer = asks(w, "record", [onp.array(POINT).tobytes()], parameters=parameters)
    assert answer["is_new"]
    assert [written["static"][FORMULA] for written in w._programs["sets"]] == [
        "sin(x)*y + a",
        "x**2*y - a*y**3",
    ]
    found = w._context.recorded.run("frame", parameters, **w._view.computation.inputs(onp.array(POINT)))
    x, y = POINT
    expected = [[-onp.sin(x) * y, onp.cos(x)], [onp.cos(x), 0.0]]
    onp.testing.assert_allclose(found["hessian"], expected, rtol=1e-14)


def test_a_function_that_was_given_otherwise_has_no_formula_text():
    w = hw.explore("himmelblau")
    assert w.formula_text is None
    with pytest.raises(hw.ProblemError, match="was not given as text"):
        w.formula_text = "x*y"
    with pytest.raises(hw.ProblemError, match="unknown argument 'formula_text'"):
        w.set(formula_text="x*y")
    assert "read_formula" not in w._questions.rows


def test_variables_that_do_not_stand_in_a_formula_are_variables_where_over_says_so():
    w = hw.explore("a*x**2", (0.5, 1.0), x=(-2, 2), y=(-2, 2), a=(0, 2), over=["x", "y"])
    onp.testing.assert_array_equal(w.curvature.hessian, [[2.0, 0.0], [0.0, 0.0]])
    with pytest.raises(hw.ProblemError, match="over names 'z'"):
        hw.explore("a*x**2", x=(-2, 2), over=["x", "z"])


TOO_LARGE = "a*x + (1e160*x)**2*y"  # of which products are beyond float64, in another order not


def test_the_page_computes_a_formula_that_it_can_where_the_kernel_computed_another():
    w = hw.explore(TOO_LARGE, POINT, **RANGES)
    w.sent = []
    w.send = lambda content, buffers=None: w.sent.append(content)
    assert w.engine == "kernel"
    assert "not finite" in w.engine_reason
    w.formula_text = TOO_LARGE + " + x"
    asks(w, "choose_engine", parameters={"a": 1.0, FORMULA: w.formula_text})
    assert (w.engine, w._programs) == ("kernel", {})
    w.formula_text = "a*x**2*y"
    asks(w, "choose_engine", parameters={"a": 1.0, FORMULA: w.formula_text})
    assert w.engine == "browser", w.engine_reason
    (written,) = w._programs["sets"]
    assert written["static"][FORMULA] == "a*x**2*y"
    found = w._context.recorded.run("frame", w._settings, **w._view.computation.inputs(onp.array(POINT)))
    onp.testing.assert_allclose(found["hessian"], [[2.0, 1.0], [1.0, 0.0]], rtol=1e-14)
    assert asks(w, "record", [onp.array(POINT).tobytes()], parameters={"a": 1.0, FORMULA: "a*x*y"})["is_new"]


def test_who_asked_for_the_kernel_keeps_it_whatever_is_written():
    w = hw.explore("x*y", POINT, x=(-2.0, 2.0), y=(-2.0, 2.0), engine="kernel")
    w.sent = []
    w.send = lambda content, buffers=None: w.sent.append(content)
    w.formula_text = "x + y**2"
    assert asks(w, "choose_engine", parameters={FORMULA: "x + y**2"})["kind"] == "refusal"
    assert w.engine == "kernel"
