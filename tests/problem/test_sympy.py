"""SymPy's expressions as functions, compared with SymPy's own values and second derivatives."""

import json

import autograd.numpy as anp
import numpy as np
import pytest

import hesswidget as hw
from hesswidget import ProblemError

sympy = pytest.importorskip("sympy")

x, y, z, a, b = sympy.symbols("x y z a b")
t = sympy.Symbol("t", positive=True)

EXPRESSIONS = [
    x**2 * y - y**3,
    (1 - x) ** 2 + 100 * (y - x**2) ** 2,
    (x**2 + y - 11) ** 2 + (x + y**2 - 7) ** 2,
    sympy.Rational(1, 3) * x**3 - x * y / 7 + sympy.Float("0.1") * y**2,
    sympy.sqrt(x) / y + 1 / x**2 + x ** sympy.Rational(2, 3),
    sympy.exp(-(x**2) - y**2) * sympy.cos(sympy.pi * x) + sympy.E**y,
    sympy.sin(x * y) + sympy.tan(x / 5) + sympy.sec(x / 5) + sympy.cot(y) + sympy.csc(y),
    sympy.asin(x / 9) + sympy.acos(y / 9) + sympy.atan(x) + sympy.atan2(y, x),
    sympy.sinh(x) * sympy.cosh(y) / sympy.tanh(y + 1)
    + sympy.asinh(x)
    + sympy.acosh(y + 2)
    + sympy.atanh(x / 9),
    sympy.log(x) * y + sympy.log(y, 10) + x**y,
    sympy.erf(x) + sympy.erfc(y) * x,
    sympy.gamma(x + 1) * sympy.loggamma(y + 1) + sympy.digamma(x + y),
    sympy.Piecewise((x**2, x < 1), (y * x, sympy.And(x < 2, y > 0)), (x**3 * y, True)),
    sympy.Piecewise((x**2 * y, x > y), (x * y**2, x <= y)),
    sympy.Piecewise((x, sympy.Or(x < 1, sympy.Not(y < 2))), (y**2, True)) ** 2,
    sympy.GoldenRatio * x**2 + sympy.EulerGamma * y**2,
    (x + y) ** 20 + sympy.expand((x - y) ** 6),
    sympy.diff(sympy.exp(x) * sympy.sin(y) * x**2, x),
    sympy.integrate(x * sympy.exp(x * y), (x, 0, x)),
    sympy.Sum(x**z / sympy.factorial(z), (z, 0, 5)).doit() + y,
]
KINKED = {  # of which SymPy has no second derivatives in numbers
    sympy.Abs(x - 7) * y**2 + sympy.sign(x) * x**2: lambda x, y: (7 - x) * y**2 + x**2,
    sympy.Max(x, y, x * y) + sympy.Min(x**2, y**2): lambda x, y: (
        anp.maximum(anp.maximum(x, y), x * y) + anp.minimum(x**2, y**2)
    ),
    sympy.floor(x) * x**2 + sympy.ceiling(y) * y**2: lambda x, y: anp.floor(x) * x**2 + anp.ceil(y) * y**2,
    sympy.Heaviside(x - 1) * x**3 + sympy.Mod(x, y) * y: lambda x, y: (
        anp.where(x > 1, 1.0, 0.0) * x**3 + anp.mod(x, y) * y
    ),
    sympy.sinc(x) * y: lambda x, y: anp.sin(x) / x * y,
}


@pytest.mark.parametrize("expression", EXPRESSIONS, ids=lambda e: str(e)[:40])
def test_derivatives_are_those_that_sympy_takes(expression):
    over = tuple(sorted(expression.free_symbols, key=str))
    gradient = [sympy.diff(expression, s) for s in over]
    theirs = [
        sympy.lambdify(over, e, "scipy") for e in (expression, gradient, sympy.hessian(expression, over))
    ]
    for point in np.random.default_rng(0).uniform(0.2, 2.8, size=(6, len(over))):
        ours = hw.curvature(expression, tuple(point))
        value, gradient, hessian = (np.asarray(f(*point), dtype=float) for f in theirs)
        assert ours.labels == tuple(map(str, over))
        assert ours.value == pytest.approx(value, rel=1e-12)
        for one, other in ((ours.gradient, gradient), (ours.hessian, hessian)):
            np.testing.assert_allclose(one, other, rtol=1e-10, atol=1e-10 * (1 + np.abs(other).max()))


@pytest.mark.parametrize("expression", EXPRESSIONS, ids=lambda e: str(e)[:40])
def test_an_expression_is_computed_in_the_browser(expression):
    ranges = {str(symbol): (0.5, 1.5) for symbol in expression.free_symbols}
    assert hw.explore(expression, **ranges).engine == "browser"


@pytest.mark.parametrize("expression", KINKED, ids=str)
def test_pieces_are_numpys(expression):
    for point in np.random.default_rng(1).uniform(0.2, 2.8, size=(6, 2)):
        ours, theirs = (hw.curvature(g, tuple(point)) for g in (expression, KINKED[expression]))
        assert ours.value == pytest.approx(theirs.value, rel=1e-13)
        np.testing.assert_allclose(ours.hessian, theirs.hessian, rtol=1e-10, atol=1e-10)


def test_variables_and_parameters_are_those_of_a_formula():
    w = hw.explore(a * x**2 + b * t * y, x=(-2, 2), y=(-2, 2), a=(0, 4))
    assert w.problem.labels == ("x", "y")
    assert w.parameters == {"a": 2.0, "b": 1.0, "t": 1.0}
    assert hw.curvature(a * t**2, over="t", t=1.0, a=3).hessian == 6.0
    assert hw.curvature(sympy.Lambda((t, x), a * t * x**2), (1.0, 3.0)).labels == ("t", "x")
    assert hw.curvature(sympy.Symbol("e") * x**2, 1.0, e=2.0).hessian == 4.0


def test_an_explorer_writes_the_call_with_the_text_that_sympy_writes():
    w = hw.explore(x**2 * y - a * y**3, x=(-2, 2), y=(-2, 2), a=(0, 2))
    code = w.problem.arguments.expression
    assert code == "'-a*y**3 + x**2*y'" == repr(w.problem.name)
    again = hw.explore(json.loads(code.replace("'", '"')), x=(-2, 2), y=(-2, 2), a=(0, 2))
    w.set(x=0.7, y=-0.3)
    again.set(x=0.7, y=-0.3)
    np.testing.assert_allclose(again.curvature.hessian, w.curvature.hessian, rtol=1e-14)
    pieces = sympy.Piecewise((x, x > 1), (x**2, True))
    assert hw.explore(pieces, x=(-2, 2)).problem.arguments.expression is None


def test_what_takes_a_function_takes_an_expression():
    assert hw.critical_points(x**4 / 4 - x**2 / 2 + y**2 / 2, x=(-2, 2), y=(-1, 1)).completeness
    assert hw.minimize((1 - x) ** 2 + 100 * (y - x**2) ** 2, (-1.2, 1.0), method="newton").converged
    assert hw.compile(x**2 * y, (1.0, 1.0)).hessian((1.0, 2.0)).tolist() == [[4.0, 2.0], [2.0, 0.0]]


def test_an_expression_that_is_nested_deeply_is_read():
    deep = x
    for _ in range(3_000):
        deep = sympy.Add(sympy.Mul(deep, y, evaluate=False), 1, evaluate=False)
    from hesswidget.problem.symbolic import _read

    steps, _ = _read(deep)
    assert len(steps.taken) == 6_000


f = sympy.Function("f")


@pytest.mark.parametrize(
    ("expression", "sentence"),
    [
        (f(x) + y, "which has no meaning here"),
        (sympy.Derivative(f(x), x), r"Derivative.*\.doit\(\)"),
        (sympy.Integral(sympy.sin(x**x), x), r"Integral.*\.doit\(\)"),
        (sympy.I * x, "ImaginaryUnit"),
        (x + sympy.oo * y, "has an infinity in it"),
        (x * sympy.Integer(10) ** 400, "no finite float64"),
        (sympy.besselj(1, x), "besselj"),
        (sympy.IndexedBase("x")[1] ** 2, "has no meaning here"),
        (sympy.Matrix([x, y]), "Matrix, and no expression"),
        (sympy.Eq(x, y), "and no expression"),
        (sympy.sin, "and no expression"),
        (sympy.Symbol("x_{1}") ** 2, r"the symbol 'x_\{1\}' has a name"),
        (sympy.Symbol("lambda") ** 2, "the symbol 'lambda' has a name"),
        (x * sympy.Symbol("x", real=True), "two different symbols are called 'x'"),
        (sympy.Integer(3), "no name in it"),
        (x * sympy.Symbol("over"), "argument named 'over'"),
    ],
)
def test_what_is_no_function_of_real_numbers_is_a_sentence(expression, sentence):
    with pytest.raises(ProblemError, match=sentence) as caught:
        hw.explore(expression, x=(-1, 1), y=(-1, 1))
    assert len(str(caught.value)) < 500
