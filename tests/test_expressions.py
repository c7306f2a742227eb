"""A recorded function written out as mathematics: SymPy's own derivatives, and the numbers of the recording."""

import sys

import autograd.numpy as np
import numpy as onp
import pytest
import sympy

import hesswidget as hw
from hesswidget.derivatives.objective import Objective
from hesswidget.derivatives.traced import TracedProblem
from hesswidget.expressions import expressions, mathml
from hesswidget.problem.problem import Problem
from program.as_written import AS_WRITTEN

PLANE = {"x": (-1.9, 2.1), "y": (-2.0, 1.7)}


def written(function, **ranges):
    problem = Problem.over_ranges(function, None, None, ranges)
    return problem, expressions(TracedProblem.of(problem))


SMOOTH = {
    "rosenbrock": (lambda x, y, b=100.0: (1 - x) ** 2 + b * (y - x**2) ** 2, {**PLANE, "b": (1.0, 200.0)}),
    "wave": (lambda x, y: np.exp(-(x**2) - y**2) * np.sin(3 * x) + 0.1 * x * y, PLANE),
    "roots": (lambda x, y: np.sqrt(1 + x**2 + y**2) + np.arctan(x * y) - np.log1p(y**2), PLANE),
    "hyperbolic": (lambda x, y, a=0.5: np.tanh(a * x + y) ** 2 + np.cosh(x) / 3, {**PLANE, "a": (0.0, 1.0)}),
    "a vector": (lambda w: np.sum(w**4) + np.dot(w, w) ** 2, {"w": hw.vector([0.1, -0.4, 0.7])}),
    "a matrix": (
        lambda x, y: np.linalg.det(np.array([[x, 1.0, 2.0], [y, x * y, 0.3], [1.0, x, y]])),
        PLANE,
    ),
    "a solution": (
        lambda x, y: np.sum(np.linalg.solve(np.array([[3.0 + x**2, y], [y, 4.0]]), np.array([x, y])) ** 2),
        PLANE,
    ),
    "data": (
        lambda x, y: np.mean((np.array([0.5, 1.0, 2.0]) * x + y - np.array([1.0, 0.2, 0.4])) ** 2),
        PLANE,
    ),
    "a loop": (lambda x, y: sum(np.cos(k * x) / k for k in range(1, 4)) + y**2, PLANE),
    "special": (lambda x, y: x * y / (1 + np.exp(-x)) + np.logaddexp(x, y), PLANE),
}


def numbers(problem, found, point):
    values = dict(zip(found.variables, point.tolist(), strict=True))
    values |= {symbol: problem.parameters[str(symbol)] for symbol in found.parameters}
    return [
        onp.array(sympy.Matrix([part]).subs(values).evalf(30).tolist(), dtype=float)
        for part in (found.value, found.gradient, found.hessian)
    ]


@pytest.mark.parametrize("name", SMOOTH)
def test_derivatives_are_those_that_sympy_takes_of_the_formula(name):
    function, ranges = SMOOTH[name]
    problem, found = written(function, **ranges)
    again = sympy.hessian(found.value, found.variables)
    for point in onp.random.default_rng(1).uniform(*problem.box, (3, len(problem.start))):
        values = dict(zip(found.variables, point.tolist(), strict=True))
        values |= {symbol: problem.parameters[str(symbol)] for symbol in found.parameters}
        ours, theirs = (
            onp.array(h.subs(values).evalf(20).tolist(), dtype=float) for h in (found.hessian, again)
        )
        onp.testing.assert_allclose(ours, theirs, rtol=1e-10, atol=1e-11)


@pytest.mark.parametrize("name", SMOOTH)
def test_a_formula_has_the_numbers_of_autograd(name):
    function, ranges = SMOOTH[name]
    problem, found = written(function, **ranges)
    objective = Objective(problem)
    for point in onp.random.default_rng(2).uniform(*problem.box, (3, len(problem.start))):
        value, gradient, hessian = numbers(problem, found, point)
        onp.testing.assert_allclose(value, [[objective.value(point)]], rtol=1e-11)
        onp.testing.assert_allclose(gradient[:, 0], objective.gradient(point), rtol=1e-10, atol=1e-12)
        onp.testing.assert_allclose(hessian, objective.hessian(point), rtol=1e-10, atol=1e-11)


@pytest.mark.parametrize("name", ["piecewise", "leaky", "chained", "guarded"])
def test_branches_are_cases(name):
    function, ranges = AS_WRITTEN[name]
    problem, found = written(function, **ranges)
    assert found.value.has(sympy.Piecewise)
    objective = Objective(problem)
    for point in onp.random.default_rng(3).uniform(*problem.box, (8, len(problem.start))):
        value, _, hessian = numbers(problem, found, point)
        try:
            onp.testing.assert_allclose(value, [[objective.value(point)]], rtol=1e-11)
            onp.testing.assert_allclose(hessian, objective.hessian(point), rtol=1e-10, atol=1e-11)
        except hw.ProblemError:
            assert onp.isnan(value).all()


def test_the_formula_of_rosenbrock_is_that_of_the_books():
    w = hw.explore("rosenbrock")
    text = str(w.formula)
    assert "∂²f/∂x∂y = -4*b*x" in text
    assert "∂²f/∂y² = 2*b" in text
    latex = w.formula._repr_latex_()
    assert r"- 4 b x & 2 b" in latex
    assert latex.startswith("$")
    assert latex.endswith("$")


def test_parameters_that_are_static_have_their_values():
    def power(x, y, n=3):
        return x**n + y**2

    w = hw.explore(power, **PLANE, n=(1, 9))
    x = w.formula.variables[0]
    assert w.formula.hessian[0, 0] == 6 * x
    w.set(n=4)
    assert w.formula.hessian[0, 0] == 12 * w.formula.variables[0] ** 2


def logistic(x, r=3.0):
    for _ in range(60):
        x = r * x * (1 - x)
    return x


@pytest.mark.parametrize(
    ("function", "ranges", "words"),
    [
        (logistic, {"x": (0.1, 0.9), "r": (2.0, 4.0)}, "too long"),
        (lambda w: np.sum(w**2), {"w": onp.zeros(7)}, "7 variables"),
        (lambda x, y: np.sort(np.array([x, y, 0.3]))[1], PLANE, "sort"),
        (lambda x, y: float(x) * y, PLANE, "float"),
    ],
    ids=["too long", "too many", "sorted", "not recorded"],
)
def test_what_has_no_formula_gets_a_sentence(function, ranges, words):
    with pytest.raises(hw.ProblemError, match=words):
        written(function, **ranges)


def test_without_sympy_it_is_said_how_to_get_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "sympy", None)
    with pytest.raises(hw.ProblemError, match=r"hesswidget\[symbolic\]"):
        written(lambda x, y: x * y, **PLANE)


def test_of_measured_numbers_no_factors_are_looked_for(monkeypatch):
    """SymPy's way to them may take hours where there are five variables and a power of a parameter."""
    looked = []
    monkeypatch.setattr(sympy, "factor", lambda form: looked.append(form) or form)
    turn = onp.linalg.qr(onp.random.default_rng(0).normal(size=(5, 5)))[0]

    def form(w, kappa=10.0):
        return np.sum(kappa ** (np.arange(5) / 4) * np.dot(turn, w) ** 2)

    w = hw.explore(form, onp.ones(5), kappa=(2.0, 100.0))
    entry = w.formula.hessian[0, 1].subs(w.formula.parameters[0], 10.0)
    assert looked == []
    assert float(entry) == pytest.approx(w.curvature.hessian[0, 1], rel=1e-12)
    assert written(lambda x, y: x * y + x * y**2, **PLANE) is not None
    assert looked != []


def test_a_long_entry_is_cut_and_says_how_long_it_is():
    def f(x, y):
        return sum(np.sin(k * x + y) * np.exp(k * y) * np.cos(x - k) for k in range(1, 12))

    _, found = written(f, **PLANE)
    assert "… (" in str(found)
    assert r"\text{…}" in found._repr_latex_()


def test_a_formula_travels_as_a_tree_of_mathml():
    w = hw.explore(lambda x, y, a=1.0: a * x**3 * y if x > y else y**2, x=(-2, 2), y=(-2, 2), a=(0.5, 2.0))
    tree = mathml(w.formula.hessian[0, 0])
    tags, texts = [], []

    def walk(part):
        if isinstance(part, str):
            texts.append(part)
            return
        tags.append(part[0])
        for child in part[1:]:
            walk(child)

    walk(tree)
    assert set(tags) <= {"mrow", "mi", "mn", "mo", "mtext", "msup", "mtable", "mtr", "mtd"}
    assert {"6", "a", "x", "y", "otherwise"} <= set(texts)
    assert mathml(2 * sympy.Symbol("W<img>[0, 1]", real=True))[-1] == ["mi", "W<img>[0, 1]"]


def test_every_relation_of_a_case_is_written_with_its_sign():
    x = sympy.Symbol("x", real=True)
    signs = {x < 1: "<", x > 1: ">", x <= 1: "≤", x >= 1: "≥", sympy.Ne(x, 1): "≠", sympy.Eq(x, 1): "="}
    for condition, sign in signs.items():
        tree = mathml(sympy.Piecewise((x**2, condition), (0, True)))
        assert f"['mo', '{sign}']" in str(tree), condition


def test_a_page_asks_for_the_formulas_of_the_hessian():
    w = hw.explore("rosenbrock")
    w.sent = []
    w.send = lambda content, buffers=None: w.sent.append((content, buffers))
    w._answer(w, {"kind": "formula", "id": "q:1", "parameters": {"a": 1.0, "b": 5.0}}, [])
    w._questions.jobs.wait()
    content, _ = w.sent[-1]
    assert (content["kind"], len(content["cells"])) == ("formula", 4)
    assert content["cells"][1] == mathml(w.formula.hessian[0, 1])
    saved = w._questions.saved(w._moment(), False)  # known by now
    assert [answer["parameters"] for answer in saved if answer["kind"] == "formula"] == [{}]
