"""A program over rows gives what the program gives for each row: at once, by chunks, and by chunks within chunks."""

import autograd.numpy as np
import numpy as onp
import pytest

from hesswidget.derivatives.autograd import gradient
from hesswidget.derivatives.control_flow import over_rows, scan
from hesswidget.derivatives.recorder import record
from hesswidget.program import batching
from hesswidget.program.bounds import MAX_DEPTH
from hesswidget.program.executor import Executable
from hesswidget.program.simplification import SimplifyingGraph
from program.corpus import CASES
from program.recording import assert_same, flat, recorded, size_of_cancelled

ROWS = 5
BATCHED = [case for case in CASES.values() if case.name != "eight axes"]  # there is no ninth for the rows
# A batch multiplies matrices where a row multiplies vectors, and sums in another order: a few roundings apart.
ROUNDING = 1e-12


def batch(program, mapped):
    """Return the program over rows of those inputs that are `mapped`."""
    graph = SimplifyingGraph()
    operands = [
        graph.input(name, (ROWS, *shape) if is_row else shape)
        for (name, shape), is_row in zip(program.inputs, mapped, strict=True)
    ]
    results = batching.over_rows(graph, program, ROWS, operands, mapped)
    return graph.program({name: v for (name, _), v in zip(program.outputs, results, strict=True)})


def assert_batches(program, rows, tolerance, what):
    """Compare a batch with its rows, all inputs mapped, and then the first one only."""
    names = [name for name, _ in program.inputs]
    single = Executable(program)
    for mapped in ([True] * len(names), [k == 0 for k in range(len(names))]):
        inputs = {
            name: onp.stack([row[name] for row in rows]) if is_row else rows[0][name]
            for name, is_row in zip(names, mapped, strict=True)
        }
        found = Executable(batch(program, mapped))(**inputs)
        for k in range(ROWS):
            given = {name: rows[k if is_row else 0][name] for name, is_row in zip(names, mapped, strict=True)}
            for name, value in (alone := single(**given)).items():
                floor = size_of_cancelled(alone, name)
                assert_same(found[name][k], value, tolerance, f"{name} of {what} in row {k}", floor)


@pytest.mark.parametrize("elements", [1, 60, 2**14])
def test_a_batch_is_its_rows_stacked(elements, monkeypatch):
    monkeypatch.setattr(batching, "ELEMENTS", elements)
    for case in BATCHED:
        program = recorded(case)
        rows = [{f"x{k}": x for k, x in enumerate(case.draw(seed))} for seed in range(ROWS)]
        assert_batches(program, rows, max(ROUNDING, case.tolerance), case.name)


@pytest.mark.parametrize("elements", [30, 2**14])
def test_derivatives_batch_too(elements, monkeypatch):
    monkeypatch.setattr(batching, "ELEMENTS", elements)
    for case in BATCHED:
        if case.derivatives:
            program = recorded(case, case.derivatives)
            points = [flat(case.draw(seed)) for seed in range(ROWS)]
            rows = [{"point": p, "direction": onp.cos(p)} for p in points]
            assert_batches(program, rows, max(ROUNDING, case.tolerance), case.name)


def _rows_of_rows(x):
    return over_rows(lambda m: over_rows(lambda r: np.sum(r**2) * r, m) + np.sum(m), x)


def _scan_in_rows(x):
    return over_rows(lambda m: scan(lambda c, r: (np.tanh(c * r), c), [m[0]], [m])[1], x)


def _rows_in_a_scan(x):
    return scan(lambda c, m: (over_rows(lambda a, b: np.sin(a) + b, c, m),), [x[0]], [x])[0]


def _scan_of_scans(x):
    def outer(c, m):
        last, path = scan(lambda d, r, s: (d + r * np.sum(s), d), [m[0]], [m], [c])
        return c + last, np.sum(path)

    return scan(outer, [x[0, 0]], [x])[1]


def _rows_of_scans_of_rows(x):
    def step(c):
        return (over_rows(lambda r: np.cos(r) * r[0], c),)

    return over_rows(lambda m: scan(step, [m], length=2)[0], x)


def _descents(x):
    slope = gradient(lambda z: np.sum(z**4) - z[0] * z[1])
    return over_rows(
        lambda m: over_rows(lambda r: scan(lambda c: (c - 0.05 * slope(c),), [r], length=4)[0], m), x
    )


@pytest.mark.parametrize("elements", [1, 7, 2**14])
@pytest.mark.parametrize(
    "function",
    [_rows_of_rows, _scan_in_rows, _rows_in_a_scan, _scan_of_scans, _rows_of_scans_of_rows, _descents],
)
def test_loops_within_loops(function, elements, monkeypatch):
    monkeypatch.setattr(batching, "ELEMENTS", elements)
    rows = [{"x": onp.random.default_rng(seed).normal(size=(4, 5, 3))} for seed in range(ROWS)]
    program = record(lambda x: {"y": function(x)}, **rows[0])
    for row in rows:
        assert_same(Executable(program)(**row)["y"], function(row["x"]), ROUNDING, function.__name__)
    assert_batches(program, rows, ROUNDING, function.__name__)
    if elements < 2**14 and program.depth + 2 > MAX_DEPTH:
        return  # it cannot become a map in a map
    again = [{"x": onp.stack([r["x"] for r in rows]) * (1 + k / 9)} for k in range(ROWS)]
    assert_batches(batch(program, [True]), again, ROUNDING, f"a batch of {function.__name__}")


def test_a_chunk_size_of_one_makes_maps(monkeypatch):
    """The control of the tests above: a small bound does lead to `map`, and a large one does not."""
    program = record(lambda x: {"y": np.sum(np.sin(x))}, x=onp.ones(3))
    assert [step.operation for step in batch(program, [True]).steps] == ["sin", "sum"]
    monkeypatch.setattr(batching, "ELEMENTS", 1)
    assert [step.operation for step in batch(program, [True]).steps] == ["map"]


def test_what_does_not_depend_on_the_rows_is_computed_once(monkeypatch):
    monkeypatch.setattr(batching, "ELEMENTS", 1)
    program = record(lambda x, a: {"y": x * np.exp(np.sin(a))}, x=1.0, a=2.0)
    outer = [step.operation for step in batch(program, [True, False]).steps]
    assert outer == ["sin", "exp", "map"]
    assert batch(program, [False, False]).output_shape("y") == (ROWS,)


@pytest.mark.parametrize("rows", [1, 2, 7, 64])
@pytest.mark.parametrize("elements", [1, 3, 10, 1000])
def test_a_chunk_has_one_row_at_least_and_no_more_than_there_are(rows, elements, monkeypatch):
    monkeypatch.setattr(batching, "ELEMENTS", elements)
    program = record(lambda x: {"y": np.sum(np.outer(x, x))}, x=onp.ones(2))
    chunk = batching.chunk_of(program, rows, [True])
    assert 1 <= chunk <= rows
    assert chunk == 1 or chunk * 4 <= elements
