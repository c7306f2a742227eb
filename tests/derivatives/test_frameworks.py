"""What stands between functions of JAX and PyTorch and ours, without either: by stand-ins made by hand."""

import functools
import sys
from types import FunctionType, ModuleType, SimpleNamespace

import autograd.numpy as anp
import numpy as np
import pytest
import scipy.linalg
import scipy.signal
from autograd import grad

import hesswidget as hw
from hesswidget.derivatives.autograd import gradient_and_hessian
from hesswidget.derivatives.frameworks import arrays, aten_rules, jax_rules, jaxpr, played
from hesswidget.derivatives.frameworks.recognition import framework_of
from hesswidget.derivatives.frameworks.tape import Writer
from hesswidget.derivatives.recorder import record
from hesswidget.program.executor import Executable

rng = np.random.default_rng(0)


# --- whose function is it? ---


@pytest.fixture
def jnp(monkeypatch):
    """A module that passes for jax.numpy."""
    jax, module = ModuleType("jax"), ModuleType("jax.numpy")
    module.sin = FunctionType((lambda x: x).__code__, {"__name__": "jax.numpy"}, "sin")
    jax.numpy = module
    monkeypatch.setitem(sys.modules, "jax", jax)
    monkeypatch.setitem(sys.modules, "jax.numpy", module)
    return module


def test_a_function_is_jaxs_if_a_name_in_it_leads_there(jnp):
    sin = jnp.sin
    helper = lambda x: jnp.sin(x)

    def imports(x):
        import jax.numpy

        return jax.numpy.sin(x)

    class Model:
        def loss(self, x):
            return sin(x)

        def __call__(self, x):
            return helper(x)

    theirs = [helper, lambda x: sin(x), lambda x: helper(x) ** 2, imports, Model().loss, Model()]
    theirs += [
        functools.partial(lambda x, f: f(x), f=helper),
        lambda x, f=sin: f(x),
        lambda x: [jnp.sin(y) for y in x],
    ]
    assert [framework_of(f) for f in theirs] == ["jax"] * len(theirs)


def test_any_other_function_is_not(jnp):
    anything = SimpleNamespace(jax=1.0, numpy=2.0)

    class Loops:
        def __init__(self):
            self.me = self

        def __call__(self, x):
            return self.me.__call__(x)

    def itself(x):
        return itself(x)

    ours = [
        lambda x: anp.sin(x),
        lambda x: x**2 + anything.jax,
        Loops(),
        itself,
        np.sin,
        len,
        "jax",
        None,
        hw.curvature,
    ]
    assert [framework_of(f) for f in ours] == [None] * len(ours)


def test_no_library_is_looked_for_that_is_not_loaded(monkeypatch):
    monkeypatch.delitem(sys.modules, "jax", raising=False)
    monkeypatch.delitem(sys.modules, "torch", raising=False)
    assert framework_of(lambda x: x.exp()) is None


def test_a_function_without_names_is_pytorchs_if_it_calls_what_only_tensors_can(monkeypatch):
    tensor = type("Tensor", (), dict.fromkeys(("exp", "pow", "sum", "detach")))
    monkeypatch.delitem(sys.modules, "jax", raising=False)
    monkeypatch.setitem(sys.modules, "torch", SimpleNamespace(Tensor=tensor))

    def with_a_namespace(x, xp=np):
        own = x.__array_namespace__()
        return own.exp(x) + xp.exp(x).sum()

    theirs = [lambda x: x.exp(), lambda x, y: (x * y).pow(2).sum(), lambda x: x[0].detach() * x[1]]
    ours = [lambda x: x.sum(), lambda x: anp.exp(x) + x.sum(), with_a_namespace, lambda x: anp.sum(x.exp())]
    assert [framework_of(f) for f in theirs] == ["torch"] * len(theirs)
    assert [framework_of(f) for f in ours] == [None] * len(ours)


# --- a library of which nobody has heard ---


class Var:
    """A variable of a stand-in of JAX's programs."""

    def __init__(self, shape=(), dtype=np.float64):
        self.aval = SimpleNamespace(shape=shape, dtype=dtype)


def literal(value):
    return SimpleNamespace(val=value)


def equation(name, operands, results, *, many=False, place=None, **params):
    frames = [SimpleNamespace(file_name=place[0], line_num=place[1])] if place else []
    return SimpleNamespace(
        primitive=SimpleNamespace(name=name, multiple_results=many),
        params=params,
        invars=operands,
        outvars=results,
        source_info=SimpleNamespace(traceback=SimpleNamespace(frames=frames)),
    )


def closed(arguments, equations, results, consts=()):
    program = SimpleNamespace(constvars=[], invars=arguments, eqns=equations, outvars=results)
    avals = {
        "in_avals": [v.aval for v in arguments],
        "out_avals": [getattr(v, "aval", None) for v in results],
    }
    return SimpleNamespace(jaxpr=program, consts=consts, **avals)


def written(program):
    writer = Writer("JAX", len(program.jaxpr.invars))
    return writer.tape(jaxpr._written(writer, program.jaxpr, [], writer.arguments))


def derivatives(tape, x):
    """The Hessian by autograd, and as it is recorded."""
    f = lambda x: tape(x)[0]
    hessian = gradient_and_hessian(f, x)[1]
    np.testing.assert_allclose(Executable(record(lambda x: {"f": f(x)}, x=x))(x=x)["f"], f(x), rtol=1e-13)
    return hessian


def a_scan(length):
    """x ↦ the state after so many steps of s → s·x[0] + x[1]·r, from 1, with the rows r = 1, 2, …; plus their sum."""
    x, end, stack, total, f = Var((2,)), Var(), Var((length,)), Var(), Var()
    c, s, r, head, first, second, tail, a, b, t = (Var() for _ in range(10))
    body = closed(
        [c, s, r],
        [
            equation("slice", [c], [head], start_indices=(0,), limit_indices=(1,), strides=None),
            equation("squeeze", [head], [first], dimensions=(0,)),
            equation("slice", [c], [tail], start_indices=(1,), limit_indices=(2,), strides=None),
            equation("squeeze", [tail], [second], dimensions=(0,)),
            equation("mul", [s, first], [a]),
            equation("mul", [second, r], [b]),
            equation("add", [a, b], [t]),
        ],
        [t, t],
    )
    body.in_avals[0] = x.aval
    rows = literal(np.arange(1.0, length + 1))
    loop = {"jaxpr": body, "length": length, "num_consts": 1, "num_carry": 1, "reverse": False}
    return closed(
        [x],
        [
            equation("scan", [x, literal(np.array(1.0)), rows], [end, stack], many=True, **loop),
            equation("reduce_sum", [stack], [total], axes=(0,)),
            equation("add", [end, total], [f]),
        ],
        [f],
    )


@pytest.mark.parametrize("length", [3, 90], ids=["unrolled", "as a scan"])
def test_a_scan_is_what_it_says(length):
    def expected(x):
        state, total = 1.0, 0.0
        for k in range(length):
            state = state * x[0] + x[1] * (k + 1)
            total = total + state
        return state + total

    tape, x = written(a_scan(length)), np.array([0.4, -0.3])
    assert (len(tape.steps) > 10) == (length == 3)
    np.testing.assert_allclose(tape(x)[0], expected(x), rtol=1e-13)
    np.testing.assert_allclose(derivatives(tape, x), gradient_and_hessian(expected, x)[1], rtol=1e-11)


def test_a_branch_on_a_value_is_a_question_as_pythons_own():
    x, positive, index, f = Var(), Var((), bool), Var((), np.int32), Var()
    a, b = Var(), Var()
    branches = [
        closed([a], [equation("sin", [a], [b])], [b]),
        closed([a], [equation("mul", [a, a], [b])], [b]),
    ]
    tape = written(
        closed(
            [x],
            [
                equation("gt", [x, literal(np.array(0.0))], [positive]),
                equation("convert_element_type", [positive], [index], new_dtype=np.dtype(np.int32)),
                equation("cond", [index, x], [f], many=True, branches=branches),
            ],
            [f],
        )
    )
    w = hw.explore(lambda x: tape(x)[0], x=(-2, 2))
    assert w.engine == "browser", w.engine_reason
    compiled = hw.compile(lambda x: tape(x)[0], 1.0)
    assert [compiled.hessian(p).item() for p in (1.5, -1.5)] == pytest.approx([2.0, np.sin(1.5)])


def test_a_loop_whose_end_is_known_is_unrolled():
    x, count, value, more, next_count, next_value, end, f = (Var() for _ in range(8))
    tape = written(
        closed(
            [x],
            [
                equation(
                    "while",
                    [literal(np.array(0)), x],
                    [end, f],
                    many=True,
                    cond_nconsts=0,
                    body_nconsts=0,
                    cond_jaxpr=closed(
                        [count, value], [equation("lt", [count, literal(np.array(4))], [more])], [more]
                    ),
                    body_jaxpr=closed(
                        [count, value],
                        [
                            equation("add", [count, literal(np.array(1))], [next_count]),
                            equation("mul", [value, literal(np.array(2.0))], [next_value]),
                        ],
                        [next_count, next_value],
                    ),
                )
            ],
            [f],
        )
    )
    assert ([step.name for step in tape.steps], tape(3.0)[0]) == (["mul"] * 4, 48.0)


def test_an_unknown_primitive_is_named_with_the_users_line_unless_nothing_needs_it():
    x, unused, f = Var(), Var(), Var()
    place = (__file__, equation.__code__.co_firstlineno)
    strange = equation("strange", [x], [unused], place=place)
    double = equation("add", [x, x], [f])
    assert written(closed([x], [strange, double], [f]))(2.0) == (4.0,)
    with pytest.raises(
        hw.ProblemError, match=r"JAX's primitive strange has no rule here at line \d+ of .*def equation"
    ):
        written(closed([x], [strange, double], [unused]))


def test_an_error_in_a_step_has_the_users_line():
    x, f = Var((2,)), Var()
    tape = written(closed([x], [equation("reshape", [x], [f], new_sizes=(3,), place=(__file__, 1))], [f]))
    with pytest.raises(hw.ProblemError, match=r"at line 1 of test_frameworks\.py"):
        hw.curvature(lambda x: tape(x)[0], np.ones(2))


def test_a_function_is_traced_once_for_each_shape_and_setting(monkeypatch):
    traced = []

    def trace(function, shapes, answers):
        traced.append(shapes)
        writer = Writer("a library", len(shapes))
        return writer.tape([function(*writer.arguments)]), SimpleNamespace(shape=())

    def f(x, scale=1.0, *, setting="a", data=()):
        return x if setting == "a" else scale

    monkeypatch.setattr(played, "_library", lambda _: SimpleNamespace(traced=trace, check=lambda *_: None))
    function, data = played.Played(f, "jax"), np.arange(3)
    assert (function(2.0), function(3.0, 5.0), function(3.0, 6.0)) == (2.0, 3.0, 3.0)
    assert (function(2.0, 5.0, setting="b"), function(2.0, 7.0, setting="b")) == (5.0, 7.0)
    assert traced == [((),), ((), ()), ((), ())]
    for _ in range(3):
        function(np.ones(3), data=[data, {"labels": data}])
    assert traced[3:] == [((3,),)]


# --- rules ---


def pair(*shape):
    return rng.normal(size=shape)


SPD = pair(3, 3) @ np.diag([1.0, 2.0, 3.0]) + 4 * np.eye(3)
CASES = {
    "triangular, lower": (
        lambda: arrays.triangular_solution(SPD, np.eye(3), True, False, False),
        lambda: scipy.linalg.solve_triangular(SPD, np.eye(3), lower=True),
    ),
    "triangular, transposed with a unit diagonal": (
        lambda: arrays.triangular_solution(SPD, np.eye(3), True, True, True),
        lambda: scipy.linalg.solve_triangular(SPD, np.eye(3), lower=True, trans=1, unit_diagonal=True),
    ),
    "triangular, from the right": (
        lambda: arrays.triangular_solution(SPD, np.eye(3), False, False, False, left=False) @ np.triu(SPD),
        lambda: np.eye(3),
    ),
    "padded within, cut and filled": (
        lambda: arrays.padded(np.array([1.0, 2.0, 3.0]), [-1], [2], [1], 9.0),
        lambda: np.array([9.0, 2.0, 9.0, 3.0, 9.0, 9.0]),
    ),
    "remainder": (lambda: jax_rules.RULES["rem"](np.array([-7, 7]), 3), lambda: np.array([-1, 1])),
    "division of whole numbers": (
        lambda: jax_rules.RULES["div"](np.array([-7, 7]), np.array([2, 2])),
        lambda: np.array([-3, 3]),
    ),
    "batched contraction": (
        lambda: jax_rules.RULES["dot_general"](A3, B3, (((2,), (1,)), ((0,), (0,)))),
        lambda: A3 @ B3,
    ),
    "scattered": (
        lambda: aten_rules.RULES["scatter"](
            np.zeros((2, 3)), 1, np.array([[2], [0]]), np.array([[5.0], [6.0]])
        ),
        lambda: np.array([[0, 0, 5.0], [6.0, 0, 0]]),
    ),
    "diagonal of the last axes": (
        lambda: aten_rules.RULES["diagonal"](A3, 1, -2, -1),
        lambda: np.diagonal(A3, 1, -2, -1),
    ),
}
A3, B3 = pair(2, 3, 4), pair(2, 4, 3)


@pytest.mark.parametrize("name", CASES)
def test_a_rule_is_what_numpy_and_scipy_say(name):
    ours, theirs = CASES[name]
    np.testing.assert_allclose(ours(), theirs(), rtol=1e-12, atol=1e-12)


def test_a_convolution_is_scipys_with_strides_spread_and_groups():
    x, kernel = pair(2, 2, 7, 6), pair(4, 1, 3, 2)
    found = arrays.convolution(x, kernel, (2, 1), [(1, 1), (0, 2)], (1, 2), (1, 1), 2)
    wide = np.pad(x, [(0, 0), (0, 0), (1, 1), (0, 2)])
    spread = np.zeros((4, 1, 3, 3))
    spread[..., ::2] = kernel
    expected = [
        [scipy.signal.correlate(wide[n, o // 2], spread[o, 0], "valid")[::2] for o in range(4)]
        for n in range(2)
    ]
    np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-12)


def test_what_is_held_is_a_constant_to_whoever_differentiates_and_recorded_as_it_is():
    f = lambda x: arrays.held(x[0]) * x[1] ** 2
    x = np.array([3.0, 2.0])
    np.testing.assert_array_equal(gradient_and_hessian(f, x)[1], [[0.0, 0.0], [0.0, 6.0]])
    program = Executable(record(lambda x: {"f": f(x)}, x=x))
    assert float(program(x=np.array([5.0, 2.0]))["f"]) == 20.0


def test_what_is_added_in_places_has_its_derivative():
    at = np.array([0, 2, 2, -1])
    f = lambda u: anp.sum(arrays.added_at(np.ones(3), at, u) ** 3)
    u = np.array([1.0, 2.0, 3.0, 4.0])
    np.testing.assert_allclose(grad(f)(u), [12.0, 108.0, 108.0, 0.0])
    np.testing.assert_allclose(gradient_and_hessian(f, u)[1][1], [0.0, 36.0, 36.0, 0.0])
