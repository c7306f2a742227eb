"""Functions written in JAX: live in the page, and with JAX's own values, gradients and Hessians."""

import functools
import re
from pathlib import Path
from typing import Any, NamedTuple

import autograd.numpy
import numpy as np
import pytest

import hesswidget as hw
from hesswidget.derivatives.frameworks.own import by_library, deviation
from hesswidget.derivatives.objective import Objective
from hesswidget.problem.problem import Problem
from hesswidget.program.executor import Executable
from problem.in_the_page import in_the_page, on_ticks

jax = pytest.importorskip("jax", reason="JAX is not installed")
jnp = jax.numpy
rng = np.random.default_rng(0)
X, Y, LABELS = rng.normal(size=(12, 3)), rng.normal(size=12), rng.integers(0, 3, 12)
SQUARE = rng.normal(size=(3, 3))


def rosenbrock(x):
    return jnp.sum(100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2)


def logistic_regression(w):
    return jnp.mean(jnp.logaddexp(0, -jnp.sign(Y) * (X @ w))) + 0.1 * jnp.sum(w**2)


def cross_entropy_by_index(w):
    return -jnp.mean(jax.nn.log_softmax(X @ w.reshape(3, 3))[jnp.arange(12), LABELS])


def cross_entropy_by_logsumexp(w):
    z = X @ w.reshape(3, 3)
    return jnp.mean(jax.nn.logsumexp(z, axis=1) - jnp.sum(jax.nn.one_hot(LABELS, 3) * z, axis=1))


def network(w, activation=jnp.tanh):
    hidden = activation(X @ w[:12].reshape(3, 4) + w[12:16])
    return jnp.mean((hidden @ w[16:20] - Y) ** 2)


def matrix_factorisation(w):
    u, v = w[:6].reshape(3, 2), w[6:14].reshape(4, 2)
    return jnp.sum((u @ v.T - jnp.arange(12.0).reshape(3, 4) / 10) ** 2)


def kernel_matrix(x):
    kernel = lambda a, b: jnp.exp(-jnp.sum((a - b) ** 2))
    points = x.reshape(3, 2)
    return jax.vmap(lambda a: jax.vmap(lambda b: kernel(a, b))(points))(points).sum()


def integrated(x, steps=20):
    def step(state, _):
        at, speed = state
        return (at + 0.1 * speed, speed - 0.1 * jnp.sin(at) * x[2]), at

    (end, _), path = jax.lax.scan(step, (x[0], x[1]), None, length=steps)
    return end**2 + path.mean()


def driven_backwards(x):
    def step(state, force):
        return 0.9 * state + force * x[1], state * force

    end, seen = jax.lax.scan(step, x[0], jnp.sin(jnp.arange(100.0)) * x[2], reverse=True)
    return end**2 + jnp.sum(seen * jnp.cos(jnp.arange(100.0)))


def counted_loop(x):
    return jax.lax.fori_loop(0, 7, lambda i, c: c * x[i % 3] + jnp.sin(c), 1.0)


def cumulated(x):
    return (
        jnp.sum(jnp.cumsum(x) ** 2)
        + jnp.cumprod(x)[-1]
        + jnp.sum(jnp.diff(x) ** 2)
        + jax.lax.cumsum(x, reverse=True)[1] ** 3
        + jax.lax.cumlogsumexp(x).sum()
    )


def einsums(x):
    cube = jnp.arange(27.0).reshape(3, 3, 3) / 9
    square = jnp.outer(x, x)
    return jnp.einsum("i,j,k,ijk->", x, x, x, cube) + jnp.sum(jnp.einsum("bi,bi->b", square, square**2))


def pieces(x):
    return jnp.sum(jnp.where(x > 0, x**2, jnp.sin(x))) + jnp.sum(jnp.clip(x, -0.5, 0.5)) ** 2


def solved(x):
    return jnp.linalg.solve(3 * jnp.eye(3) + jnp.outer(x, x) + SQUARE @ SQUARE.T, jnp.ones(3)) @ x


def determinants(x):
    return jnp.linalg.slogdet(jnp.eye(3) + jnp.outer(x, x))[1] + jnp.linalg.det(jnp.diag(x) + SQUARE)


def by_cholesky(x):
    m = jnp.eye(3) + jnp.outer(x, x)
    return jnp.sum(jnp.linalg.cholesky(m)) + x @ jax.scipy.linalg.cho_solve(jax.scipy.linalg.cho_factor(m), x)


def lowest_eigenvalue(x):
    return jnp.linalg.eigvalsh(SQUARE + SQUARE.T + jnp.outer(x, x))[0]


def norms(x):
    return jnp.linalg.norm(x) + jnp.linalg.norm(x, 1) ** 2 + jnp.linalg.norm(jnp.outer(x, x))


def statistics(x):
    return jnp.var(x) + jnp.std(x) + jnp.prod(x) + jnp.max(x) ** 2 + jnp.median(x) ** 2 + jnp.sort(x)[1] ** 3


def special_functions(x):
    special = jax.scipy.special
    smooth = special.gammaln(x**2 + 1) + special.erf(x) + special.digamma(x**2 + 1) + special.expit(x)
    return jnp.sum(smooth + special.erfinv(x / 9) + jax.scipy.stats.norm.logpdf(x))


def put_in_place(x):
    added = jnp.zeros(5).at[jnp.array([0, 2, 2])].add(x)
    return jnp.sum((added + 1) ** 3) + jnp.sum(jnp.zeros(5).at[1:4].set(x) ** 3) * x[0]


def moved_about(x):
    turned = x[::-1] * x[jnp.array([1, 2, 0])]
    return (
        jnp.sum(turned) ** 2 + jnp.roll(x, 1) @ x + jnp.tile(x, 2) @ jnp.repeat(x, 2) + jnp.pad(x, 1)[1] ** 3
    )


def attention(w):
    queries, keys = X @ w[:9].reshape(3, 3), X @ w[9:].reshape(3, 3)
    return jnp.sum(jax.nn.softmax(queries @ keys.T / jnp.sqrt(3.0)) @ X) ** 2 / 10


def convolution(w):
    picture = jnp.sin(jnp.arange(100.0)).reshape(2, 5, 5, 2) * w[0]
    moved = jax.lax.conv_general_dilated(
        picture,
        w.reshape(3, 3, 1, 4),
        (2, 1),
        "SAME",
        rhs_dilation=(1, 2),
        dimension_numbers=("NHWC", "HWIO", "NHWC"),
        feature_group_count=2,
    )
    return jnp.sum(jnp.tanh(moved) ** 2)


def noisy(x):
    return jnp.sum((x + 0.1 * jax.random.normal(jax.random.PRNGKey(0), (3,))) ** 4)


def held(x):
    return jax.lax.stop_gradient(x[0]) * x[1] ** 2 * x[2]


def chosen(x):
    return jax.lax.cond(x[0] > 0, lambda x: x[0] ** 2 * x[1], lambda x: jnp.sin(x[0]) * x[1] ** 2, x)


def until_it_is_large(x):
    return jax.lax.while_loop(lambda c: c < 9.0, lambda c: 2 * c + 1 + x[0] ** 2, x[1] ** 2)


def of_its_own_gradient(x):
    return jnp.sum(jax.grad(lambda z: jnp.sum(jnp.sin(z) * z**2))(x) ** 2)


jitted = jax.jit(lambda x: jnp.sum(x**4) * x[0])
NETWORKS = [jnp.tanh, jax.nn.softplus, jax.nn.relu, jax.nn.gelu, jax.nn.silu, jax.nn.elu, jax.nn.sigmoid]


def with_ifs(x):
    total = 0.0
    for v in x[:2]:  # Huber's loss, as one writes it without jit
        if jnp.abs(v) <= 0.5:
            total += v**2
        elif v > 0 and x[2] < 2:
            total += v - 0.25
        else:
            total += jnp.sin(v) ** 2
    return total


def heron(x):
    a = 1 + jnp.sum(x**2)
    root = a
    while abs(root**2 - a) > 1e-12 * a:
        root = (root + a / root) / 2
    return root * x[0]


def looked_up(x):
    table = [1.0, -2.0, 0.5, 3.0]
    k = int(jnp.clip(jnp.floor(x[0] + 2), 0, 3))
    return table[k] * x[0] * x[1] + max(x[2], jnp.sin(x[1])) ** 2 + sorted(x[:2], key=lambda v: v**2)[-1] ** 3


def loops_of_their_own(x):
    return jnp.sum(
        jax.vmap(lambda z: jax.lax.while_loop(lambda c: c < 5, lambda c: 1.5 * c + z**2, 1 + z**2))(x)
    )


def interpolated(x):
    return jnp.interp(x[0], jnp.array([-1.0, 0.0, 2.0]), jnp.array([0.0, 1.0, -4.0])) * x[1] ** 2


def branch_after_a_branch(x):
    y = jax.lax.cond(x[0] > 0.1, jnp.sin, jnp.cos, x[0])
    return y * x[1] if y > x[2] else y**2 + x[1] ** 2


FUNCTIONS = {
    **{f.__name__: (f, n) for f, n in [
        (rosenbrock, 4), (logistic_regression, 3), (cross_entropy_by_index, 9), (cross_entropy_by_logsumexp, 9),
        (matrix_factorisation, 14), (kernel_matrix, 6), (integrated, 3), (driven_backwards, 3), (counted_loop, 3),
        (cumulated, 4), (einsums, 3), (pieces, 3), (solved, 3), (determinants, 3), (by_cholesky, 3),
        (lowest_eigenvalue, 3), (norms, 3), (statistics, 4), (special_functions, 3), (put_in_place, 3),
        (moved_about, 3), (attention, 18), (convolution, 36), (noisy, 3), (held, 3), (chosen, 3),
        (until_it_is_large, 2), (of_its_own_gradient, 3), (with_ifs, 3), (heron, 2), (looked_up, 3),
        (branch_after_a_branch, 3), (loops_of_their_own, 2), (interpolated, 2),
    ]},
    "jitted": (jitted, 3),
    "scan of 150 steps": (functools.partial(integrated, steps=150), 3),
    **{f"network with {a.__name__}": (functools.partial(network, activation=a), 20) for a in NETWORKS},
}  # fmt: skip


def theirs(f, x):
    """JAX's own value and Hessian with 64-bit types; not under jit, which knows no branches of Python."""
    forward = f in (until_it_is_large, loops_of_their_own)
    branches = f in (with_ifs, heron, looked_up, branch_after_a_branch)
    with jax.enable_x64(True):
        hessian = jax.jacfwd(jax.jacfwd(f)) if forward else jax.hessian(f)
        return float(f(jnp.asarray(x))), np.asarray((hessian if branches else jax.jit(hessian))(x))


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_of_jax_is_live_and_has_jaxs_hessian(name):
    f, n = FUNCTIONS[name]
    over = {} if not isinstance(f, functools.partial) else {"over": next(iter(f.func.__code__.co_varnames))}
    w = hw.explore(f, np.linspace(-0.7, 0.9, n), **over)
    assert w.engine == "browser", w.engine_reason
    x = np.random.default_rng(len(name)).normal(size=n)
    for at in (x, *on_ticks(w, 2)):
        value, hessian = theirs(f, at)
        found = in_the_page(w, at)
        assert found["value"] == pytest.approx(value, rel=1e-12)
        np.testing.assert_allclose(found["hessian"], hessian, atol=1e-10 * np.max(np.abs(hessian)))
    value, hessian = theirs(f, x)
    c = hw.curvature(f, x, **over)
    assert c.value == pytest.approx(value, rel=1e-12)
    np.testing.assert_allclose(c.hessian, hessian, atol=1e-10 * np.max(np.abs(hessian)))


def test_the_documents_list_the_functions_that_are_tried():
    text = (Path(__file__).parents[2] / "docs" / "functions.md").read_text().partition("## In JAX")[2]
    names = {f"| `{'network with …' if name.startswith('network') else name}` |" for name in FUNCTIONS}
    assert names <= set(re.findall(r"^\| `.*?` \|", text.partition("\n## ")[0], re.MULTILINE))


def test_scalars_and_parameters_are_as_of_any_function():
    def f(x, y, a=1.0, n=2):
        return (a - x) ** 2 + 100 * (y - x**n) ** 2 * jnp.ones(1)

    w = hw.explore(f, x=(-2, 2), y=(-1, 3), a=(0, 2), n=(1, 4))
    assert w.engine == "browser", w.engine_reason
    (minimum,) = hw.critical_points(f, x=(-2.0, 2.0), y=(-1.0, 3.0), a=0.5)
    np.testing.assert_allclose(minimum.point, [0.5, 0.25], atol=1e-8)
    c = hw.compile(f, (0.0, 0.0))
    np.testing.assert_allclose(c.hessian((1.0, 1.0)), [[802.0, -400.0], [-400.0, 200.0]])


def test_blocks_of_any_structure_are_what_the_function_takes():
    class Layer(NamedTuple):
        weight: Any
        bias: Any

    def loss(layers, l2=0.1):
        hidden = jnp.tanh(X @ layers[0].weight + layers[0].bias)
        return jnp.mean((hidden @ layers[1]["w"] - Y) ** 2) + l2 * jnp.sum(layers[0].weight ** 2)

    layers = [Layer(jnp.ones((3, 2)), np.zeros(2)), {"w": np.array([0.5, -1.0])}]
    flat = lambda w: loss([Layer(w[:6].reshape(3, 2), w[6:8]), {"w": w[8:]}])
    x = np.concatenate([np.ones(6), np.zeros(2), [0.5, -1.0]])
    c = hw.curvature(loss, layers=layers)
    np.testing.assert_allclose(c.hessian, theirs(flat, x)[1], atol=1e-12)
    assert hw.explore(loss, layers=layers, l2=(0.0, 1.0)).engine == "browser"


def test_a_branch_of_pythons_own_is_a_kink_on_its_line():
    def f(x, y):
        slope = x - y
        if slope > 0:  # this line
            return slope + x**2 + y**2 * jnp.ones(())
        return x**2 + y**2 - slope

    line = f.__code__.co_firstlineno + 2
    reason = hw.curvature(f, x=0.3, y=0.3).reason
    assert f"at line {line} of test_jax_functions.py (if slope > 0:" in reason
    bent = hw.curvature(lambda x, y: jnp.abs(x - y) + x**2, x=0.3, y=0.3).reason
    assert "(bent = hw.curvature" in bent  # the line of the function, which is here that of the call
    chosen = hw.curvature(absolute_by_cond, x=0.3, y=0.3).reason
    assert f"at line {absolute_by_cond.__code__.co_firstlineno + 1} of test_jax_functions.py" in chosen


def absolute_by_cond(x, y):
    return jax.lax.cond(x > y, lambda: x - y, lambda: y - x) + x**2


def test_a_loop_that_asks_too_often_is_a_sentence():
    def f(x):
        while jnp.abs(x) > 1e-9:
            x = 0.9 * x
        return x

    with pytest.raises(hw.ProblemError, match=r"asks for values more than 100 times.*jax\.lax\.while_loop"):
        hw.curvature(f, x=1.0)


def test_what_a_branch_raises_is_raised_there_alone():
    def f(x, y):
        if x <= 0:
            raise ValueError("x is to be positive")
        return jnp.log(x) * y**2

    w = hw.explore(f, x=(-1, 2), y=(-1, 2))
    assert w.engine == "browser", w.engine_reason
    run = Executable(w._context.recorded.sets[0].programs["frame"])
    for x, covered in ((1.5, 1), (-0.5, -1)):
        inputs = w._view.computation.inputs(np.array([x, 1.0]))
        assert run(**inputs, parameters=np.zeros(0))["covered"] == covered
    line = f.__code__.co_firstlineno + 2
    for _ in range(2):  # it is kept, and is the same the second time
        with pytest.raises(hw.ProblemError, match=f"x is to be positive at line {line} of test_jax"):
            hw.curvature(f, x=-0.5, y=1.0)


def test_jax_computes_as_it_did_before():
    before = jax.config.jax_enable_x64
    hw.curvature(rosenbrock, np.ones(3))
    assert jax.config.jax_enable_x64 == before
    assert jnp.ones(1).dtype == (np.float64 if before else np.float32)
    own = jax.core.Tracer.__bool__
    hw.curvature(heron, np.ones(2))
    assert jax.core.Tracer.__bool__ is own


def test_it_is_verified_by_jaxs_own_derivatives():
    def f(x, y, a=2.0):
        return jnp.exp(a * x) * jnp.sin(y)

    problem = Problem.over_ranges(f, None, None, {"x": (-1, 1), "y": (-1, 1), "a": (0, 3)})
    found = by_library(Objective(problem), np.array([0.1, 0.5]))
    u = np.exp(0.2)
    expected = [[4 * u * np.sin(0.5), 2 * u * np.cos(0.5)], [2 * u * np.cos(0.5), -u * np.sin(0.5)]]
    np.testing.assert_allclose(found.hessian, expected, rtol=1e-14)
    assert deviation(Objective(problem), np.array([0.1, 0.5]), problem.widths) < 1e-14


@jax.custom_jvp
def with_a_rule_of_its_own(x):
    return x**3


with_a_rule_of_its_own.defjvps(lambda g, _, x: g * 5 * x**2)


def test_a_derivative_rule_of_its_own_is_noticed_and_a_kink_is_none():
    problem = Problem.over_ranges(with_a_rule_of_its_own, None, None, {"x": (-2, 2)})
    assert deviation(Objective(problem), np.array([0.7]), problem.widths) == pytest.approx(0.4, abs=0.05)
    w = hw.explore(with_a_rule_of_its_own, x=(-2, 2))
    w.send = lambda content, buffers=None: None
    claims = [np.array([x], "<f8").tobytes() for x in (0.7, 0.7**3, 3 * 0.49, 6 * 0.7)]
    w._answer(w, {"kind": "verify", "id": "v:1", "parameters": {}}, claims)
    assert w.engine == "kernel"
    assert "JAX's own derivatives differ" in w.engine_reason
    kinked = Problem.over_ranges(lambda x: jax.nn.relu(x) + jnp.abs(x), None, None, {"x": (-2, 2)})
    assert deviation(Objective(kinked), np.array([0.0]), kinked.widths) < 1e-8


@pytest.mark.parametrize(
    ("f", "sentence"),
    [
        (lambda x: jnp.sum(jnp.fft.fft(x).real), r"primitive fft has no rule here at line \d+ of test_jax"),
        (lambda x: jnp.linalg.svd(jnp.outer(x, x))[1][0], r"primitive svd has no rule here at line \d+ of test_jax"),
        (lambda x: jax.jit(lambda z: z if z > 0 else jnp.sin(z))(x[0]), r"TracerBool.*jax\.lax\.cond"),
        (lambda x: jnp.sum(np.sin(x)), r"TracerArray.*jax\.numpy in place of numpy"),
        (lambda x: jnp.stack([x, x]), r"returned an array of shape \(2, 3\)"),
        (lambda x: (jnp.sum(x), x), "returned a tuple"),
        (lambda x: jnp.ones(7) @ x, r"dot_general requires.* at line \d+ of test_jax"),
    ],
    ids=["fft", "svd", "if within jit", "numpy", "array", "tuple", "shapes"],
)  # fmt: skip
def test_what_cannot_be_is_a_sentence(f, sentence):
    with pytest.raises(hw.ProblemError, match=sentence):
        hw.curvature(f, np.ones(3))


def test_residuals_have_the_gauss_newton_matrix():
    times, start = np.linspace(0.0, 3.0, 7), np.array([1.0, 0.5])
    theirs = hw.least_squares(lambda w: w[0] * jnp.exp(-w[1] * times) - 1.0)
    ours = hw.least_squares(lambda w: w[0] * autograd.numpy.exp(-w[1] * times) - 1.0)
    one, other = (
        hw.minimize(f, start, method="levenberg-marquardt", steps=20, tolerance=0.0) for f in (theirs, ours)
    )
    np.testing.assert_allclose(one.curvature_models, other.curvature_models, rtol=1e-12)
