"""What is no program is refused, with nothing but `InvalidProgram` and before anything large is made; the rest runs."""

import copy
import json

import autograd.numpy as np
import numpy as onp
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from hesswidget.derivatives.control_flow import over_rows, pick, scan
from hesswidget.derivatives.recorder import record
from hesswidget.program import batching, serialisation
from hesswidget.program.errors import InvalidProgram
from hesswidget.program.executor import Executable


def header(**parts):
    return {
        "format": "hesswidget-program",
        "version": 1,
        "inputs": [["x", [2, 3]], ["a", []]],
        "constants": [[[3], 0]],
        "operations": [],
        "outputs": [["y", 0]],
        **parts,
    }


def with_operation(name, operands, attributes=None, **parts):
    return header(operations=[[name, operands, {} if attributes is None else attributes]], **parts)


def body(**parts):
    return {"inputs": [["i", [1, 3]]], "constants": [], "operations": [], "outputs": [["o", 0]], **parts}


def mapped(**changes):
    return {"body": body(), "mapped": [True], "rows": 2, "chunk": 1, **changes}


def scanned(**changes):
    one = body(inputs=[["c", [2, 3]]])
    return {"body": one, "length": 3, "carries": 1, "sequences": 0, **changes}


def nested(depth):
    inside = body(inputs=[["c", []]])
    for _ in range(depth):
        attributes = {"body": inside, "length": 1, "carries": 1, "sequences": 0}
        inside = body(inputs=[["c", []]], operations=[["scan", [0], attributes]], outputs=[["o", 1]])
    return header(inputs=[["c", []]], constants=[], operations=inside["operations"], outputs=[["o", 1]])


FLOATS = onp.arange(6.0).tobytes()
INTS = onp.array([0, 5, 2, -1, 6, 2**31 - 1], dtype=onp.int32).tobytes()
PLACES = {"places": [0, 3], "shape": [3], "lead": 0}
WRONG_NUMBERS = [
    -1,
    2**24 + 1,
    2**31,
    2**63,
    10**400,
    1.0,
    0.5,
    float("nan"),
    float("inf"),
    "0",
    None,
    True,
    [],
    {},
    [0],
]

MALFORMED = {
    "nothing": None,
    "a list": [],
    "an empty mapping": {},
    "another format": header(format="onnx"),
    "another version": header(version=2),
    "a version as text": header(version="1"),
    "one key more": header(more=1),
    "one key less": {k: v for k, v in header().items() if k != "outputs"},
    "inputs by name": header(inputs={"x": [2]}),
    "two inputs of a name": header(inputs=[["x", []], ["x", []]]),
    "two outputs of a name": header(outputs=[["y", 0], ["y", 1]]),
    "no name": header(inputs=[["", []]]),
    "a long name": header(outputs=[["y" * 65, 0]]),
    "a number for a name": header(outputs=[[1, 0]]),
    "an output of no value": header(outputs=[["y", 3]]),
    "nine axes": header(inputs=[["x", [1] * 9]]),
    "a large value": header(inputs=[["x", [2**12, 2**13]]]),
    "a value that is large but for an empty axis": header(inputs=[["x", [2**25, 0]]]),
    "many inputs": header(inputs=[[f"x{k}", []] for k in range(1001)]),
    "many outputs": header(outputs=[[f"x{k}", 0] for k in range(1001)]),
    "many constants": header(constants=[[[], 0]] * 20_001),
    "a constant outside": header(constants=[[[3], 4]]),
    "a constant before": header(constants=[[[3], -1]]),
    "a constant that is no pair": header(constants=[[[3]]]),
    "many operations": header(operations=[["negative", [0], {}]] * (2**17 + 1)),
    "large in all": header(inputs=[[f"x{k}", [2**24]] for k in range(9)]),
    "a name that is none": with_operation("launch", [0]),
    "a name that is a list": with_operation(["add"], [0, 1]),
    "a name that is a mapping": with_operation({}, [0, 1]),
    "an operation that is no list": header(operations=[{"name": "add"}]),
    "an operation of two": header(operations=[["negative", [0]]]),
    "itself": with_operation("negative", [3]),
    "a later one": header(operations=[["negative", [4], {}], ["negative", [0], {}]]),
    "two operands too few": with_operation("where", [0]),
    "an operand too many": with_operation("sin", [0, 0]),
    "no operands": with_operation("concatenate", [], {"axis": 0}),
    "operands by name": with_operation("add", {"x": 0}),
    "an attribute too many": with_operation("sin", [0], {"axis": 0}),
    "an attribute too few": with_operation("cumsum", [0]),
    "another attribute": with_operation("cumsum", [0], {"axes": [0]}),
    "attributes in a list": with_operation("sin", [0], []),
    "shapes that do not broadcast": header(constants=[[[2], 0]], operations=[["add", [0, 2], {}]]),
    "an axis too many": with_operation("sum", [0], {"axes": [2]}),
    "axes that descend": with_operation("sum", [0], {"axes": [1, 0]}),
    "an axis twice": with_operation("sum", [0], {"axes": [0, 0]}),
    "a maximum over none": header(inputs=[["x", [0]]], operations=[["max", [0], {"axes": [0]}]]),
    "a running sum along no axis": with_operation("cumsum", [1], {"axis": 0}),
    "elements that are lost": with_operation("reshape", [0], {"shape": [5]}),
    "a permutation of too few": with_operation("transpose", [0], {"axes": [0]}),
    "a permutation of one twice": with_operation("transpose", [0], {"axes": [0, 0]}),
    "a broadcast to less": with_operation("broadcast", [0], {"shape": [3]}),
    "a broadcast to too much": with_operation("broadcast", [1], {"shape": [2**24, 2]}),
    "places outside": with_operation("gather", [0], {"places": [0, 5], "shape": [5], "lead": 0}),
    "places before": with_operation("gather", [0], {"places": [3, 1], "shape": [1], "lead": 0}),
    "places outside the pool": with_operation("gather", [0], {"places": [4, 3], "shape": [3], "lead": 0}),
    "places that do not fill": with_operation("gather", [0], {**PLACES, "shape": [4]}),
    "places of a number": with_operation("gather", [0], {**PLACES, "places": 0}),
    "too many leading axes": with_operation("gather", [0], {**PLACES, "lead": 3}),
    "places in too few columns": with_operation("gather", [0], {**PLACES, "lead": 1}),
    "places outside the result": with_operation("scatter", [2], PLACES),
    "too few places": with_operation("scatter", [0], {**PLACES, "shape": [9]}),
    "parts that do not join": with_operation("concatenate", [0, 1], {"axis": 0}),
    "scalars that join": with_operation("concatenate", [1, 1], {"axis": 0}),
    "a label of two sizes": with_operation("contract", [0, 0], {"left": [0, 1], "right": [1, 0], "out": []}),
    "a label twice": with_operation("contract", [0, 1], {"left": [0, 0], "right": [], "out": [0]}),
    "a label from nowhere": with_operation(
        "contract", [0, 1], {"left": [0, 1], "right": [], "out": [0, 1, 2]}
    ),
    "a label of one operand that is summed": with_operation(
        "contract", [0, 1], {"left": [0, 1], "right": [], "out": [0]}
    ),
    "a label twice in the result": with_operation(
        "contract", [0, 1], {"left": [0, 1], "right": [], "out": [0, 1, 1]}
    ),
    "a label too large": with_operation("contract", [0, 1], {"left": [0, 32], "right": [], "out": [0, 32]}),
    "a sorted scalar": with_operation("sort", [1]),
    "places of another shape": with_operation("take", [0, 2]),
    "a matrix that is not square": with_operation("inv", [0]),
    "a matrix of nothing": header(inputs=[["x", [0, 0]]], operations=[["det", [0], {}]]),
    "a system that does not fit": header(
        inputs=[["x", [2, 2]], ["y", [3]]], operations=[["solve", [0, 1], {}]]
    ),
    "work without end": header(inputs=[["x", [1, 300, 300]]], operations=[["eigh", [0], {}]] * 40),
    "a contraction without end": header(
        inputs=[["x", [4000, 4000]]],
        operations=[["contract", [0, 0], {"left": [0, 1], "right": [1, 2], "out": [0, 2]}]],
    ),
    "a map of a number": with_operation("map", [0], mapped(body=3)),
    "a map whose body has a format": with_operation("map", [0], mapped(body=header())),
    "a map of no rows": with_operation("map", [0], mapped(rows=0)),
    "a chunk of none": with_operation("map", [0], mapped(chunk=0)),
    "a chunk larger than the rows": with_operation("map", [0], mapped(chunk=3)),
    "a map of other rows": with_operation("map", [0], mapped(rows=3)),
    "a map with numbers for truths": with_operation("map", [0], mapped(mapped=[1])),
    "a map with too many truths": with_operation("map", [0], mapped(mapped=[True, True])),
    "a map whose result has no rows": with_operation(
        "map", [0], mapped(body=body(constants=[[[], 0]], outputs=[["o", 1]]))
    ),
    "a map without results": with_operation("map", [0], mapped(body=body(outputs=[]))),
    "a map of a scalar": with_operation("map", [1], mapped()),
    "a scan of less than no length": with_operation("scan", [0], scanned(length=-1)),
    "a scan without end": with_operation(
        "scan",
        [0],
        scanned(length=2**24, body=body(inputs=[["c", [2, 3]]], operations=[["sin", [0], {}]] * 1000)),
    ),
    "loops around nothing without end": with_operation(
        "scan",
        [0],
        scanned(
            length=2**24,
            body=body(
                inputs=[["c", [2, 3]]],
                operations=[["scan", [0], scanned(length=2**24)]],
                outputs=[["o", 1]],
            ),
        ),
    ),
    "operations on nothing without end": header(
        inputs=[["x", [0]]],
        operations=[
            [
                "scan",
                [0],
                scanned(length=2**24, body=body(inputs=[["c", [0]]], operations=[["sin", [0], {}]] * 1000)),
            ]
        ],
    ),
    "a scan of more carries than operands": with_operation("scan", [0], scanned(carries=2)),
    "a scan whose carry changes": with_operation(
        "scan",
        [0],
        scanned(
            body=body(
                inputs=[["c", [2, 3]]],
                operations=[["sum", [0], {"axes": [0]}]],
                outputs=[["o", 1]],
            )
        ),
    ),
    "a scan without results": with_operation("scan", [0], scanned(carries=0, body=body(outputs=[]))),
    "a scan without operands": with_operation(
        "scan", [], scanned(carries=0, body=body(inputs=[], outputs=[]))
    ),
    "bodies five deep": nested(5),
    "bodies a hundred deep": nested(100),
    **{f"{n!r:.9} for an operand": with_operation("negative", [n]) for n in WRONG_NUMBERS},
    **{f"{n!r:.9} for an extent": header(inputs=[["x", [n, 0]]]) for n in WRONG_NUMBERS},
    **{
        f"{n!r:.9} for an axis": with_operation("cumsum", [0], {"axis": n}) for n in WRONG_NUMBERS if n != 1.0
    },
    **{f"{n!r:.9} for a start": header(constants=[[[0], n]]) for n in WRONG_NUMBERS},
    **{f"{n!r:.9} for an output": header(outputs=[["y", n]]) for n in WRONG_NUMBERS},
    **{f"{n!r:.9} for a length": with_operation("scan", [0], scanned(length=n)) for n in WRONG_NUMBERS},
    **{f"{n!r:.9} for a shape": with_operation("reshape", [0], {"shape": n}) for n in WRONG_NUMBERS},
}


@pytest.mark.parametrize("name", MALFORMED)
def test_a_malformed_program_is_refused(name):
    with pytest.raises(InvalidProgram) as caught:
        serialisation.read(MALFORMED[name], FLOATS, INTS)
    assert 10 < len(str(caught.value)) < 400


@pytest.mark.parametrize(
    "pools",
    [(None, INTS), (FLOATS, None), (FLOATS[:-1], INTS), (FLOATS, INTS[:-1]), ("text", INTS), (FLOATS, [1.5])],
)
def test_malformed_pools_are_refused(pools):
    with pytest.raises(InvalidProgram):
        serialisation.read(header(), *pools)


def test_what_the_table_varies_is_accepted():
    """The control: each entry of the table differs by what it names from a program that is read."""
    for accepted in (
        header(),
        with_operation("map", [0], mapped()),
        with_operation("scan", [0], scanned()),
        with_operation("gather", [0], PLACES | {"places": [0, 3]}),
        with_operation("contract", [0, 1], {"left": [0, 31], "right": [], "out": [31, 0]}),
        header(inputs=[["x", [2**24, 0]]]),
        nested(4),
    ):
        assert serialisation.read(accepted, FLOATS, INTS).outputs


# --- mutations of programs that are ones ---


def _varied(x, a):
    rows = over_rows(lambda r: np.sum(np.sin(r) * r) + scan(lambda c: (c * 0.5,), [r[0]], length=2)[0], x)
    last, path = scan(lambda c, r, s: (np.tanh(c + r * s), c), [x[0]], [x], [a])
    matrix = x.T @ x + 3 * onp.eye(3)
    return {
        "rows": rows,
        "last": last,
        "path": path[:, [2, 0, 0]],
        "solved": np.linalg.solve(matrix, x[1]),
        "eigenvalues": np.linalg.eigh(matrix)[0],
        "sorted": np.sort(np.concatenate([np.ravel(x), x[0] ** a]))[1:],
        "picked": pick(x, a * onp.arange(2.0)),
        "chosen": np.where(x > a, np.max(x, axis=1, keepdims=True), np.cumsum(x, axis=1)),
        "diagonal": np.diag(x[0]) + np.outer(x[1], x[0]),
    }


def _sources():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(batching, "ELEMENTS", 4)
        x, a = onp.arange(12.0).reshape(4, 3) / 7, 0.5
        whole = record(_varied, x=x, a=a)
        parts = [record(lambda x, a, n=name: {n: _varied(x, a)[n]}, x=x, a=a) for name, _ in whole.outputs]
    return [serialisation.write(program) for program in (whole, *parts)]


SOURCES = _sources()
SCALARS = st.one_of(
    st.integers(-2, 12),
    st.sampled_from([2**24, 2**24 + 1, 2**31, 2**53, 2**63, -(2**63), 10**30, 31, 32, 1000, 65536]),
    st.floats(),
    st.booleans(),
    st.none(),
    st.text(max_size=3),
    st.sampled_from(
        ["sum", "map", "scan", "gather", "eigh", "concatenate", "body", "axes", "shape", "__class__"]
    ),
    st.lists(st.integers(-1, 4), max_size=3),
    st.just({}),
)


def _places(tree, path=()):
    yield path
    if isinstance(tree, dict):
        for key, part in tree.items():
            yield from _places(part, (*path, key))
    elif isinstance(tree, list):
        for k, part in enumerate(tree):
            yield from _places(part, (*path, k))


def _at(tree, path):
    for key in path:
        tree = tree[key]
    return tree


@st.composite
def mutated(draw):
    """Return a header and pools, changed in one to three places."""
    source, floats, ints = draw(st.sampled_from(SOURCES))
    tree = json.loads(json.dumps(source))
    for _ in range(draw(st.integers(1, 3))):
        path = draw(st.sampled_from([p for p in _places(tree) if p]))
        parent, key = _at(tree, path[:-1]), path[-1]
        kind = draw(st.sampled_from(["replace", "replace", "shift", "delete", "repeat", "swap", "share"]))
        if kind == "replace":
            parent[key] = draw(SCALARS)
        elif kind == "shift" and type(parent[key]) is int:
            parent[key] += draw(st.sampled_from([-1, 1, 2]))
        elif kind == "delete":
            del parent[key]
        elif kind == "repeat" and isinstance(parent, list):
            parent[key:key] = [copy.deepcopy(parent[key])] * draw(st.sampled_from([1, 1, 2, 40]))
        elif kind == "swap" and isinstance(parent, list):
            other = draw(st.integers(0, len(parent) - 1))
            parent[key], parent[other] = parent[other], parent[key]
        elif kind == "share":
            parent[key] = copy.deepcopy(_at(tree, draw(st.sampled_from([p for p in _places(tree) if p]))))
    if draw(st.booleans()):
        cut = draw(st.integers(0, 64))
        floats, ints = floats[cut:], ints[: max(0, len(ints) - cut)]
    if draw(st.booleans()) and ints:
        table = onp.frombuffer(ints[: len(ints) // 4 * 4], dtype="<i4").copy()
        if len(table):
            table[draw(st.integers(0, len(table) - 1))] = draw(
                st.sampled_from([-1, 0, 7, 2**31 - 1, -(2**31)])
            )
        ints = table.tobytes()
    return tree, floats, ints


@settings(
    max_examples=1000, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
)
@given(mutated(), st.integers(0, 99))
def test_what_is_read_runs_and_what_does_not_fit_is_refused(program, seed):
    try:
        found = serialisation.read(*program)
    except InvalidProgram:
        return
    assume(found.total < 10**5 and found.work < 10**6)  # only so that the test is quick
    rng = onp.random.default_rng(seed)
    inputs = {name: rng.normal(size=shape) for name, shape in found.inputs}
    results = Executable(found)(**inputs)
    assert {name: onp.shape(value) for name, value in results.items()} == {
        name: found.output_shape(name) for name, _ in found.outputs
    }
    assert str(found)
    again = serialisation.read(*serialisation.write(found))
    for name, value in Executable(again)(**inputs).items():
        assert onp.asarray(value).tobytes() == onp.asarray(results[name]).tobytes()
