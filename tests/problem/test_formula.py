"""Text as a function: it is what a Python function of the same formula is, and nothing else can be written in it."""

import math

import autograd.numpy as np
import numpy
import pytest
from autograd.scipy.special import erf, expit, gamma
from hypothesis import given
from hypothesis import strategies as st

import hesswidget as hw
from hesswidget import ProblemError, gallery
from hesswidget.problem import text
from hesswidget.problem.formula import CONSTANTS, FUNCTIONS, sorted_names

EXAMPLES = {  # as text, what the gallery has in Python
    "rosenbrock": "(a - x)**2 + b*(y - x**2)**2",
    "himmelblau": "(x**2 + y - a)**2 + (x + y**2 - b)**2",
    "beale": "(1.5 - x + x*y)**2 + (2.25 - x + x*y**2)**2 + (2.625 - x + x*y**3)**2",
    "booth": "(x + 2*y - 7)**2 + (2*x + y - 5)**2",
    "matyas": "0.26*(x**2 + y**2) - 0.48*x*y",
    "six_hump_camel": "(4 - 2.1*x**2 + x**4/3)*x**2 + x*y + (4*y**2 - 4)*y**2",
    "three_hump_camel": "2*x**2 - 1.05*x**4 + x**6/6 + x*y + y**2",
    "goldstein_price": "(1 + (x + y + 1)**2*(19 - 14*x + 3*x**2 - 14*y + 6*x*y + 3*y**2))"
    "*(30 + (2*x - 3*y)**2*(18 - 32*x + 12*x**2 + 48*y - 36*x*y + 27*y**2))",
    "pitchfork": "x**4/4 - r*x**2/2 + y**2/2",
    "quadratic_form": "(a*x**2 + 2*b*x*y + c*y**2)/2",
    "mueller_brown": "-200*exp(-(x - 1)**2 - 10*y**2) - 100*exp(-x**2 - 10*(y - 0.5)**2)"
    " - 170*exp(-6.5*(x + 0.5)**2 + 11*(x + 0.5)*(y - 1.5) - 6.5*(y - 1.5)**2)"
    " + 15*exp(0.7*(x + 1)**2 + 0.6*(x + 1)*(y - 1) + 0.7*(y - 1)**2)",
    "easom": "-cos(x)*cos(y)*exp(-((x - pi)**2) - (y - pi)**2)",
    "mccormick": "sin(x + y) + (x - y)**2 - 1.5*x + 2.5*y + 1",
    "branin": "(y - (5.1/(4*pi**2)*x**2 - 5/pi*x + 6))**2 + 10*(1 - t)*cos(x) + 10",
    "cubic": "x**3",
    "quartic": "x**4",
    "fold": "x**3/3 - a*x",
    "tilted_double_well": "x**4/4 - x**2/2 + tilt*x",
    "exponential_bowl": "exp(x) - x",
    "two_sines": "sin(x) + sin(10*x/3)",
    "gramacy_lee": "sin(10*pi*x)/(2*x) + (x - 1)**4",
}
WRITTEN = {
    "x % 0.7 + y": lambda x, y: x % 0.7 + y,
    "x if x > y else y**2": lambda x, y: np.where(x > y, x, y**2),
    "x**2 if 0 <= x < 3 and not y > 2 else y": lambda x, y: np.where(
        np.logical_and(np.logical_and(x >= 0, x < 3), np.logical_not(y > 2)), x**2, y
    ),
    "x**2*(x > 0.5) + (y > 0.5) + (x > 0.1)": lambda x, y: (
        x**2 * np.where(x > 0.5, 1.0, 0.0) + np.where(y > 0.5, 1.0, 0.0) + np.where(x > 0.1, 1.0, 0.0)
    ),
    "max(x, y**2, 0.4*x*y) - min(x**3, y)": lambda x, y: (
        np.maximum(np.maximum(x, y**2), 0.4 * x * y) - np.minimum(x**3, y)
    ),
    "abs(x - y)**3 + fabs(x)*sign(y)": lambda x, y: np.abs(x - y) ** 3 + np.abs(x) * np.sign(y),
    "sqrt(x)*ln(y) + log10(x)*log2(y) + log1p(x)*expm1(y)": lambda x, y: (
        np.sqrt(x) * np.log(y) + np.log10(x) * np.log2(y) + np.log1p(x) * np.expm1(y)
    ),
    "asin(x/9)*acos(y/9) + atan(x)*atan2(y, x)": lambda x, y: (
        np.arcsin(x / 9) * np.arccos(y / 9) + np.arctan(x) * np.arctan2(y, x)
    ),
    "sinh(x/3)*tanh(y)/cosh(x/4) + asinh(x)*acosh(1 + y)*atanh(x/9)": lambda x, y: (
        np.sinh(x / 3) * np.tanh(y) / np.cosh(x / 4) + np.arcsinh(x) * np.arccosh(1 + y) * np.arctanh(x / 9)
    ),
    "erf(x)*sigmoid(y) + gamma(x + 1)/2": lambda x, y: erf(x) * expit(y) + gamma(x + 1) / 2,
    "softplus(x*y) + relu(x - y)*y": lambda x, y: np.logaddexp(x * y, 0.0) + np.maximum(x - y, 0.0) * y,
    "hypot(x, y) + cbrt(x*y) + square(y)": lambda x, y: np.sqrt(x**2 + y**2) + (x * y) ** (1 / 3) + y**2,
    "sec(x/4)*csc(y/4 + 1)*cot(x/4 + 1)": lambda x, y: (
        1 / np.cos(x / 4) / np.sin(y / 4 + 1) / np.tan(x / 4 + 1)
    ),
    "x**y*e**-x*2**3 + tau/y": lambda x, y: x**y * np.exp(-x) * 8 + 2 * np.pi / y,
    "+x - -y*--x": lambda x, y: x + y * x,
}


def agree(text, function, points, **parameters):
    """Value, gradient and Hessian of a text and of a Python function, at each point."""
    for point in points:
        one, other = (hw.curvature(f, tuple(point), **parameters) for f in (text, function))
        assert one.value == pytest.approx(other.value, rel=1e-12, abs=1e-14)
        for ours, theirs in ((one.gradient, other.gradient), (one.hessian, other.hessian)):
            numpy.testing.assert_allclose(
                ours, theirs, rtol=1e-12, atol=1e-12 * (1 + numpy.abs(theirs).max())
            )


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_function_of_the_gallery_written_as_text_is_the_same(name):
    example = gallery[name]
    rng = numpy.random.default_rng(0)
    ranges = numpy.array([example.ranges[a] for a in example.variables])
    agree(EXAMPLES[name], example, rng.uniform(*ranges.T, size=(5, len(ranges))), **example.parameters)


@pytest.mark.parametrize("written", WRITTEN)
def test_what_may_be_written_is_what_numpy_computes(written):
    agree(written, WRITTEN[written], numpy.random.default_rng(1).uniform(0.1, 3.0, size=(6, 2)))


def test_every_function_takes_what_it_says_and_has_derivatives():
    elsewhere = ("arccosh", "acosh")  # defined, but not there
    calls = {}
    for name, operation in FUNCTIONS.items():
        calls[name] = f"{name}({', '.join(['0.3 + x/9', 'y'][: operation.least])})"
        curvature = hw.curvature(f"{calls[name]} + y", (0.4, 1.2))
        assert numpy.isfinite(curvature.hessian).all() or name in elsewhere, name
    finite = [call for name, call in calls.items() if name not in elsewhere]
    for k in range(
        0, len(finite), 8
    ):  # an explorer of several at once: one that is not recorded keeps all from a page
        assert (
            hw.explore(" + ".join(finite[k : k + 8]) + " + x*y", x=(0.1, 1), y=(0.5, 1)).engine == "browser"
        )
    for name in elsewhere:
        assert hw.explore(f"{calls[name]} + y", x=(0.1, 1), y=(0.5, 1)).engine == "browser"


@pytest.mark.parametrize("written", [*EXAMPLES.values(), *WRITTEN])
def test_a_text_is_computed_in_the_browser(written):
    ranges = dict.fromkeys("xy" if "y" in written else "x", (0.5, 1.5))
    assert hw.explore(written, **ranges).engine == "browser"


def test_variables_are_x_y_and_z_and_what_else_there_is_are_parameters():
    w = hw.explore("x**2*y - a*y**3", x=(-2, 2), y=(-2, 2), a=(0, 4))
    assert w.problem.labels == ("x", "y")
    assert w.parameters == {"a": 2.0}
    assert sorted_names(["b", "z", "y_1", "x2", "x1", "a"]) == (("x1", "x2", "y_1", "z"), ("a", "b"))
    assert sorted_names(["xs", "theta", "r"]) == (("r", "theta", "xs"), ())
    assert hw.curvature("a*x**2 + t", over=("t", "a"), x=2.0, a=1.0, t=0.0).labels == ("t", "a")
    assert hw.curvature("a*x**2", 1.0).hessian == 2.0
    assert hw.curvature("a*x**2", 1.0, a=3).hessian == 6.0


@pytest.mark.parametrize(
    ("given_", "start"),
    [((0.0, 1.0, 0.25), 0.5), (2.5, 2.5), ([3.0, 1.0], 3.0), ({"one": 1.0}, 1.0), ((-1, 2), 0.5)],
)
def test_a_parameter_starts_where_its_abbreviation_has_it(given_, start):
    w = hw.explore("a*x**2", x=(-1, 1), a=given_)
    assert w.parameters == {"a": start}
    assert w.curvature.hessian == 2 * start


def test_whole_numbers_and_truths_are_parameters_too():
    w = hw.explore("x**n if on else a**-n*x", x=(1, 2), n=3, on=True, a=4)
    assert w.curvature.hessian == 6 * 1.5
    w.set(on=False)
    assert w.curvature.gradient == 4.0**-3


def test_a_name_that_is_given_is_an_argument_whatever_else_it_means():
    assert hw.curvature("exp(-e*x)", 0.0, e=2.0).gradient == -2.0
    assert hw.curvature("gamma*x**2 + gamma(x)", 1.0, gamma=2.0).hessian == pytest.approx(
        4 + 0.5772156649**2 + math.pi**2 / 6
    )
    with pytest.raises(ProblemError, match=r"sin is a function; write sin\(x\)"):
        hw.curvature("sin*x", 1.0)


def test_an_explorer_writes_the_call_with_the_text():
    w = hw.explore(" x**2 +\n a*y**2", x=(-2, 2), y=(-2, 2), a=(0, 2))
    assert w.problem.arguments.expression == "'x**2 + a*y**2'"
    assert w.problem.arguments.is_named
    long = hw.explore(" + ".join(f"{k}*x**{k}" for k in range(1, 40)), x=(-1, 1))
    assert len(long.problem.name) == 60
    assert long.problem.name.endswith("…")


def test_all_that_takes_a_function_takes_a_text():
    box = {"x": (-2, 2), "y": (-1, 1)}
    found = hw.critical_points("x**4/4 - r*x**2/2 + y**2/2", r=1.0, **box)
    assert [p.label for p in found.points] == ["minimum", "minimum", "saddle"]
    assert hw.minimize("(1 - x)**2 + 100*(y - x**2)**2", (-1.2, 1.0), method="newton").converged
    assert hw.compile("x**2*y", (1.0, 1.0)).hessian((1.0, 2.0)).tolist() == [[4.0, 2.0], [2.0, 0.0]]
    assert (
        hw.descend("x**2 + b*y**2", (1.0, 1.0), methods=["newton"], b=(1.0, 9.0), **box).engine == "browser"
    )
    assert hw.bifurcation("x**4/4 - r*x**2/2", x=(-2, 2), r=(-1, 2)).engine == "browser"
    assert hw.path([[1.0, 1.0], [0.5, 0.0]], "x**2 + y**2").values.tolist() == [2.0, 0.25]


def test_in_a_formula_each_name_is_one_number():
    for call in (
        lambda: hw.curvature("x**2", x=[1.0, 2.0]),
        lambda: hw.explore("x**2", x=hw.vector([1.0, 2.0])),
        lambda: hw.cost("x**2", (2, 3)),
    ):
        with pytest.raises(ProblemError, match="in a formula each name is one number"):
            call()


def test_a_name_remains_that_of_an_example():
    assert hw.curvature("himmelblau", (3.0, 2.0)).label == "minimum"
    for wrong in ("himelblau", "six-hump-camel", "six hump camel"):
        with pytest.raises(ProblemError, match=r"no example is called.*did you mean"):
            hw.explore(wrong)
    assert hw.curvature("a", over="a", a=1.0).gradient == 1.0
    assert hw.curvature("six-hump-camel", over="six", six=1.0, hump=1.0, camel=1.0).gradient == 1.0


def test_arguments_that_cannot_be_given_are_refused():
    for name in ("over", "engine", "parameters"):
        with pytest.raises(ProblemError, match=f"argument named '{name}'.*call it otherwise"):
            hw.explore(f"x*{name}", x=(-1, 1))
    with pytest.raises(ProblemError, match="unknown argument 'b'"):
        hw.explore("a*x", x=(-1, 1), b=(0, 1))
    with pytest.raises(ProblemError, match="over names 'q'"):
        hw.explore("a*x", over="q", x=(-1, 1))


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        ("x^2", r"write \*\* for powers \(column 2\)"),
        ("x² + y", r"write \*\*2 \(column 2\)"),
        ("3 + 2x", r"write 2\*x \(column 6\)"),
        ("2 x", r"write 2\*x"),
        ("(x + 1)(y - 1)", r"write \(…\)\*\(…\)"),
        ("x(y + 1)", r"no function 'x'; write x\*\(…\)"),
        ("2(y + 1)", r"write 2\*\(…\)"),
        ("x·y", r"write \*"),
        ("x − y", "write -"),
        ("sinn(x)", "did you mean 'sin'"),
        ("np.sin(x)", r"'\.' leads into an object.*\(column 3\)"),
        ("x = 3", "write the right-hand side alone"),
        ("|x|", r"write abs\(x\)"),
        ("x // 2", "write floor"),
        ("x, y", "a comma"),
        ("x[0]", "no vectors"),
        ("sin(x, y)", "sin takes one number, and got 2"),
        ("atan2(x)", "atan2 takes two numbers, and got 1"),
        ("max(x)", "two numbers or more"),
        ("x and y", "between numbers"),
        ("x*nan", "no finite number"),
        ("1e999*x", "larger than any float64"),
        ("x + 1/0", r"1/0 is infinite.*\(column 5\)"),
        ("x + (-8)**(1/3)", "is no real number"),
        ("x + log(0)", "infinite"),
        ("lambda*x", "word of Python's own"),
        ("x + _a", "does not start with a letter"),
        ("(x", "never closed"),
        ("x +", r"\(column 4\)"),
        ("2 + 3", "no name in it"),
        ("", "empty"),
        ("+".join(f"v{k}" for k in range(60)), "at most 50 names"),
        ("+".join(["x"] * 600), "more than 1,000 parts"),
    ],
)
def test_a_mistake_is_a_sentence(written, sentence):
    with pytest.raises(ProblemError, match=sentence) as caught:
        hw.explore(written, x=(-1, 1), y=(-1, 1))
    assert len(str(caught.value)) < 500


HOSTILE = [
    "x.real",
    "x.__class__",
    "().__class__.__bases__[0].__subclasses__()",
    "__class__*x",
    "__import__('os').system('CANARY')",
    "__builtins__",
    "9**9**9**9",
    "x*9**9**9**9",
    "2**10**10",
    "(x > 0)**9**9**9",
    "(" * 5_000,
    "(" * 1_900,
    "(" * 60 + "x" + ")" * 60,
    "x" * 100_000,
    "x+" * 50_000 + "x",
    "x" * 1_500,
    "x*" * 999 + "x*",
    "-" * 1_900 + "x",
    "not " * 450 + "x",
    "x**" * 600 + "x",
    "-(" * 49 + "-x" + ")" * 49 + "**-" * 5 + "x" + "**x" * 60,
    "x if x else " * 150 + "x",
    "x if " * 300,
    "x<" * 999 + "x",
    "sin(" * 55 + "x" + ")" * 55,
    "(lambda: (lambda: x)())()",
    "lambda x: x",
    "ｅｖａｌ(x)",
    "ｅｖａｌ('CANARY')",
    "eval(x)",
    "exec('CANARY')",
    "open(x)",
    "print(x)",
    "ｌａｍｂｄａ*x",
    "＿＿class＿＿*x",
    "x\0",
    "x\nimport os",
    "x\n+\ny; import os",
    "import os",
    "[x for x in y]",
    "{x: y}",
    "(x := 3)",
    "b'x'*x",
    "'x'*9",
    "f'{CANARY}'",
    "x + '''",
    "9" * 1_900 + "*x",
    "9" * 5_000,
    "1" + "0" * 308 + "0*x",
    "sin(*x)",
    "sin(x=1)",
    "sin(**x)",
    "*x",
    "x, *y",
    "yield x",
    "await x",
    "x if x",
    "1j*x",
    "0x10*x",
    "0o7*x",
    "1if x else 2",
    "x @ y",
    "~x",
    "x in y",
    "x is None",
    "None*x",
    "x + ...",
    "x[::]",
    "x # y",
    "x \\\n y",
    "\ud800*x",
    "x\u202e",
    "x\u0301*2",
    "٣*x",
    "over*x",
    "x;y",
    "print",
    "$x$",
    "</script><script>",
    "${x}",
]


@pytest.mark.parametrize("written", HOSTILE, ids=lambda written: ascii(written[:24]))
def test_hostile_text_is_a_sentence_and_runs_nothing(written, tmp_path):
    canary = tmp_path / "canary"
    written = written.replace("CANARY", f"open({str(canary)!r}, 'w')".replace("'", '"'))
    for call in (
        lambda: hw.explore(written, x=(-1, 1)),
        lambda: hw.curvature(written, x=1.0, over=("x",)),
    ):
        with pytest.raises(ProblemError) as caught:
            call()
        assert 10 < len(str(caught.value)) < 500
    assert not canary.exists()


@given(st.text(st.sampled_from("xyeab019.+-*/%()<>=!,_ '[]{}:;\n\0²^ｅ∞if el"), max_size=60))
def test_any_text_is_a_formula_or_a_sentence(written):
    function, said = _tried(written)
    assert len(said) < 500
    if function is not None:
        assert set(function.steps.names) <= {*function.variables, *function.parameters}


def _tried(written):
    try:
        return text.formula(written, None, {}), ""
    except ProblemError as error:
        return None, str(error)


def _joined(parts):
    numbers = st.tuples(parts, st.sampled_from(["+", "-", "*", "/", "**", "%"]), parts).map(
        lambda p: f"({p[0]} {p[1]} {p[2]})"
    )
    signs = parts.map(lambda p: f"-{p}")
    calls = st.tuples(st.sampled_from(["sin", "exp", "tanh", "abs", "atan"]), parts).map(
        lambda p: f"{p[0]}({p[1]})"
    )
    pairs = st.tuples(st.sampled_from(["min", "max", "hypot"]), parts, parts).map(
        lambda p: f"{p[0]}({p[1]}, {p[2]})"
    )
    compared = st.tuples(parts, st.sampled_from(["<", "<=", ">", ">=", "==", "!="]), parts).map(
        lambda p: f"{p[0]} {p[1]} {p[2]}"
    )
    conditions = st.one_of(
        compared,
        st.tuples(compared, st.sampled_from(["and", "or"]), compared).map(" ".join),
        compared.map(lambda c: f"not {c}"),
    )
    chosen = st.tuples(parts, conditions, parts).map(lambda p: f"({p[0]} if {p[1]} else {p[2]})")
    return st.one_of(numbers, numbers, signs, calls, pairs, chosen)


LEAVES = st.sampled_from(["x", "y", "a", "pi", "1", "2", "0.5", "3.0", ".25", "1e-1"])
PYTHONS = {
    **{name: getattr(math, name) for name in ("sin", "exp", "tanh", "atan", "hypot")},
    **{"abs": abs, "min": min, "max": max, "pi": math.pi},
}


@given(
    st.recursive(LEAVES, _joined, max_leaves=12),
    st.floats(0.2, 2.0),
    st.floats(-2.0, -0.2),
    st.floats(0.3, 3.0),
)
def test_a_formula_is_what_python_makes_of_the_same_text(written, x, y, a):
    names = {"x": x, "y": y, "a": a}
    try:
        expected = float(eval(written, PYTHONS | names))
    except (ZeroDivisionError, OverflowError, TypeError):  # of which NumPy makes numbers
        return
    function, said = _tried(f"0*x + 0*y + 0*a + ({written})")
    if function is None:  # a constant part, which is computed though it is not chosen
        assert "infinite" in said or "real number" in said
        return
    with numpy.errstate(all="ignore"):
        value = float(function(**names))
    if math.isfinite(expected):
        assert value == pytest.approx(expected, rel=1e-9, abs=1e-9)


def test_constants_are_numbers():
    for name, value in CONSTANTS.items():
        assert hw.curvature(f"{name}*x", 1.0).gradient == value
