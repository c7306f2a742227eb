"""Every rule of the recorder is used by the corpus, and what NumPy means by truths and whole numbers is kept."""

import autograd.numpy as np
import numpy as onp
import pytest
from autograd import core
from autograd.numpy.numpy_boxes import ArrayBox

from hesswidget.derivatives import lowering
from hesswidget.derivatives.completion import determinants
from hesswidget.derivatives.frameworks import arrays
from hesswidget.derivatives.recorder import record
from hesswidget.program import batching
from hesswidget.program.errors import NotRecorded
from hesswidget.program.operations import TABLE
from hesswidget.program.simplification import SimplifyingGraph
from program.corpus import CASES
from program.recording import EXTREMES, assert_same, derivative_program, run, value_program
from program.test_batching import ROWS, assert_batches

# Rules that no case uses, and why.
UNUSED = {
    arrays.held: "of functions of other libraries; tests/derivatives/test_frameworks.py uses it",
    arrays.summed_at: "the same",
    core.VSpace.__dict__[
        "add"
    ]: "the function inside the primitive of the same name, if autograd hands out that",
    core.VSpace.__dict__["mut_add"]: "the same",
    core.VSpace.__dict__["scalar_mul"]: "the same",
    core.VSpace.__dict__["covector"]: "the same",
    ArrayBox.__dict__["__getitem__"]: "the same",
    determinants.cofactor_matrix: "refused with a sentence",
    determinants.cofactor_derivative: "the same",
}
# SciPy's names of one function, of which a case meets the other: `jn` is `jv`, `digamma` is `psi`, `yv` is `yn`.
OTHER_NAMES = {"jn", "digamma", "yv"}


@pytest.fixture(scope="module")
def used():
    """Return the primitives that recording the corpus meets, and the operations in its programs."""
    primitives, operations = set(), set()
    plain = lowering.lowered

    def watched(graph, primitive, *rest):
        primitives.add(primitive)
        return plain(graph, primitive, *rest)

    def collect(program):
        operations.update(step.operation for step in program.steps)
        for body in program.bodies:
            collect(body)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lowering, "lowered", watched)
        for case in CASES.values():
            collect(value_program(case, case.draw(0)))
            with pytest.MonkeyPatch.context() as chunks:
                chunks.setattr(batching, "ELEMENTS", 1)
                collect(value_program(case, case.draw(0)))
            if case.derivatives:
                collect(derivative_program(case, case.draw(0)))
    return primitives, operations


def test_every_rule_is_used_by_the_corpus(used):
    unused = {p for p in lowering.RULES if p not in used[0] and p not in UNUSED}
    assert not {getattr(p, "__name__", str(p)) for p in unused}
    names = {getattr(p.fun, "__name__", "") for p in used[0] if hasattr(p, "fun")}
    assert set(lowering.SPECIAL) - names <= OTHER_NAMES


def test_every_operation_is_used_by_the_corpus(used):
    assert set(TABLE) - used[1] == set()


def taking():
    """Return a program that takes by value."""
    graph = SimplifyingGraph()
    x, i = graph.input("x", (2, 4)), graph.input("i", (2, 3))
    return graph.program({"y": graph.emit("take", x, i)})


TAKEN = {"x": onp.arange(8.0).reshape(2, 4), "i": onp.array([[0.4, onp.nan, 9.0], [-onp.inf, 1.5, 2.5]])}


def test_take_rounds_and_clips_its_places(replay):
    expected = [[0.0, 0.0, 3.0], [4.0, 6.0, 6.0]]  # halves to even
    assert run(taking(), **TAKEN)["y"].tolist() == expected
    assert replay(taking(), TAKEN)[0]["y"].tolist() == expected


@pytest.mark.parametrize("elements", [1, 2**14])
def test_take_batches(elements, monkeypatch):
    monkeypatch.setattr(batching, "ELEMENTS", elements)
    rows = [{"x": TAKEN["x"] * k, "i": TAKEN["i"] + k} for k in range(ROWS)]
    assert_batches(taking(), rows, 0.0, "take")


# --- truths and whole numbers ---


@pytest.mark.parametrize(
    ("function", "expected"),
    [
        (lambda x: (x > 0) + (x > 1), 1.0),
        (lambda x: (x > 0) * 2 + (x > 1) * 3, 5.0),
        (lambda x: np.sum((x > 0) + (x > 1)), 3.0),
        (lambda x: np.dot(x > 0, x > 0), 1.0),
        (lambda x: (x > 0) & (x < 1) | (x > 1) ^ (x > 3), 1.0),
        (lambda x: ~(x > 0), 0.0),
        (lambda x: onp.ones(3, dtype=bool) ^ (x > 0), 0.0),
        (lambda x: 7 // np.floor(x) + np.floor(x) // 2, 4.0),
        (lambda x: +x, 2.5),
    ],
)
def test_operators_of_truths_and_whole_numbers(function, expected):
    x = onp.array([2.5, 2.5, 2.5])
    found = run(record(lambda x: {"y": function(x)}, x=onp.ones(3)), x=x)["y"]
    assert_same(found, onp.asarray(function(x), dtype=float), 0.0)
    assert onp.ravel(found)[0] == expected


@pytest.mark.parametrize(
    ("function", "name"),
    [
        (lambda x: x.astype(np.int64) & 1, "bitwise_and"),
        (lambda x: ~x.astype(np.int64), "bitwise_not|invert"),
        (lambda x: x.astype(np.float32), "float32"),
        (lambda x: np.sum(x, dtype=np.float32), "float32"),
        (lambda x: np.cumsum(x, dtype=int), "int64"),
        (lambda x: np.mean(x, dtype=np.float32), "float32"),
        (lambda x: np.var(x, dtype=np.float32), "float32"),
    ],
)
def test_bits_and_single_precision_have_no_recorded_form(function, name):
    with pytest.raises(NotRecorded, match=name):
        record(lambda x: {"y": function(x)}, x=onp.ones(3))


@pytest.mark.parametrize("seed", range(5))
def test_floor_division_is_numpys(seed):
    """⌊x / y⌋ of a rounded quotient would be one too many, for 1 // 0.1 say."""
    rng = onp.random.default_rng(seed)
    x, y = onp.round(rng.uniform(-9, 9, (2, 400)), 1)
    program = record(lambda x, y: {"z": np.floor_divide(x, y)}, x=x, y=y)
    with onp.errstate(all="ignore"):
        assert_same(run(program, x=x, y=y)["z"], onp.floor_divide(x, y), 0.0)


# --- elementwise functions, at every pair of extremes ---

GRID = onp.array([*EXTREMES["all"], 3.0, -2.5, 7e-3, 100.0])
ONE = [
    *[
        "negative",
        "absolute",
        "sign",
        "sqrt",
        "exp",
        "expm1",
        "log",
        "log1p",
        "sin",
        "cos",
        "tan",
        "arcsin",
        "arccos",
    ],
    *[
        "arctan",
        "sinh",
        "cosh",
        "tanh",
        "arcsinh",
        "arccosh",
        "arctanh",
        "floor",
        "ceil",
        "rint",
        "trunc",
        "fix",
    ],
    *[
        "isnan",
        "isfinite",
        "isinf",
        "isposinf",
        "isneginf",
        "logical_not",
        "square",
        "reciprocal",
        "exp2",
        "log2",
    ],
    *["log10", "sinc", "degrees", "radians", "fabs", "nan_to_num"],
]
TWO = [
    *[
        "add",
        "subtract",
        "multiply",
        "divide",
        "power",
        "mod",
        "maximum",
        "minimum",
        "arctan2",
        "logaddexp",
        "less",
    ],
    *[
        "less_equal",
        "equal",
        "not_equal",
        "logical_and",
        "logical_or",
        "greater",
        "greater_equal",
        "logical_xor",
    ],
    *["logaddexp2", "hypot", "fmax", "fmin", "fmod", "floor_divide", "float_power"],
]


def assert_same_each(found, expected):
    """Compare each element to its own size; what is subnormal has fewer digits."""
    assert onp.shape(found) == onp.shape(expected)
    for one, other in zip(onp.ravel(found), onp.ravel(expected), strict=True):
        assert_same(one, other, 1e-14)  # compositions of a few roundings


@pytest.mark.parametrize("name", ONE)
def test_functions_of_one_number_at_extremes(name, replay):
    function = getattr(np, name)
    program = record(lambda x: {"y": function(x)}, x=onp.full(len(GRID), 0.5))
    with onp.errstate(all="ignore"):
        expected = function(GRID)
    assert_same_each(run(program, x=GRID)["y"], expected)
    huge = onp.abs(GRID) > 1e299 if name in ("sin", "cos", "tan") else onp.zeros(len(GRID), dtype=bool)
    found = replay(program, {"x": GRID})[0]["y"]
    assert_same_each(found[~huge], onp.asarray(expected)[~huge])


@pytest.mark.parametrize("name", TWO)
def test_functions_of_two_numbers_at_extremes(name, replay):
    function = getattr(np, name)
    x, y = (g.ravel() for g in onp.meshgrid(GRID, GRID))
    program = record(lambda x, y: {"z": function(x, y)}, x=onp.full(len(x), 1.5), y=onp.full(len(x), 0.5))
    with onp.errstate(all="ignore"):
        expected = function(x, y)
    assert_same_each(run(program, x=x, y=y)["z"], expected)
    assert_same_each(replay(program, {"x": x, "y": y})[0]["z"], expected)
