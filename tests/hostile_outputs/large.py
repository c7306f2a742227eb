"""Outputs that ask for more than a page has: small ones that unpack or compute without an end, and long lists."""

from __future__ import annotations

import base64
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from hostile_outputs.outputs import Content, original

CASES: dict[str, Callable[[], Content | str]] = {}


def _case(name: str) -> Callable[[Callable[[], Content | str]], Callable[[], Content | str]]:
    def add(made: Callable[[], Content | str]) -> Callable[[], Content | str]:
        CASES[name] = made
        return made

    return add


def _programs(content: Content) -> dict[str, Any]:
    programs: dict[str, Any] = content["traits"]["explorer"]["_programs"]["sets"][0]["programs"]
    return programs


def _count(header: dict[str, Any]) -> int:
    """How many values a program has. Of two results each are these operations here."""
    two = sum(name in ("eigh", "slogdet") for name, _, _ in header["operations"])
    loops = sum(
        len(attributes["body"]["outputs"]) - 1
        for name, _, attributes in header["operations"]
        if "body" in attributes
    )
    return len(header["inputs"]) + len(header["constants"]) + len(header["operations"]) + two + loops


def _append(header: dict[str, Any], operation: list[Any]) -> int:
    """Add an operation; the number of its result."""
    number = _count(header)
    header["operations"].append(operation)
    return number


def _number_of(header: dict[str, Any], output: str) -> int:
    return int(dict(header["outputs"])[output])


def _point_at(header: dict[str, Any], output: str, number: int) -> None:
    header["outputs"] = [[name, number if name == output else old] for name, old in header["outputs"]]


def _looped(header: dict[str, Any], output: str, shape: list[int], turns: int, operations: int) -> None:
    """Let an output go through a loop that leaves it as it is."""
    body = {
        "inputs": [["x", shape]],
        "constants": [],
        "operations": [["negative", [k], {}] for k in range(operations)],
        "outputs": [["x", operations]],
    }
    attributes = {"body": body, "length": turns, "carries": 1, "sequences": 0}
    _point_at(header, output, _append(header, ["scan", [_number_of(header, output)], attributes]))


@_case("a frame just under what any program may take")
def _frame_of_any_work() -> Content:
    content = original("two variables")
    _looped(_programs(content)["frame"], "value", [], 2**24, 500)
    return content


@_case("a frame just under what a picture may take")
def _frame_of_most_work() -> Content:
    content = original("two variables")
    _looped(_programs(content)["frame"], "value", [], 2_000_000, 94)
    return content


@_case("a frame whose loop is short and whose steps are long")
def _frame_of_long_steps() -> Content:
    content = original("two variables")
    _looped(_programs(content)["frame"], "value", [], 1, 190)
    frame = _programs(content)["frame"]
    big = _append(frame, ["broadcast", [_number_of(frame, "value")], {"shape": [1024, 1024]}])
    for _ in range(6):
        big = _append(frame, ["gammaln", [big], {}])
    _point_at(frame, "value", _append(frame, ["max", [big], {"axes": [0, 1]}]))
    return content


@_case("a tile of one place, for each place of a landscape")
def _tile_of_one() -> Content:
    content = original("two variables")
    tile = _programs(content)["tile"]
    for entry in tile["inputs"]:
        if entry[0] == "places":
            entry[1] = [2, 1]
    tile["operations"] = []
    tile["constants"] = [[[1], 0]]
    tile["outputs"] = [["values", len(tile["inputs"])]]
    _looped(tile, "values", [1], 2_000_000, 10)
    return content


@_case("a search under what a frame may take")
def _search() -> Content:
    content = original("two variables")
    _looped(_programs(content)["search"], "values", [64], 100_000, 10)
    return content


def _busy(name: str, program: str) -> Content:
    """Let a program take as much work as a picture may, besides what it does."""
    content = original(name)
    header = _programs(content)[program]
    _, shape = header["inputs"][0]
    turns = int(1.9e8 / (92 * int(np.prod(shape)) + 1))
    body = {
        "inputs": [["x", shape]],
        "constants": [],
        "operations": [["negative", [k], {}] for k in range(90)],
        "outputs": [["x", 90]],
    }
    attributes = {"body": body, "length": turns, "carries": 1, "sequences": 0}
    header["operations"].append(["scan", [0], attributes])
    return content


PICTURE = ("frame", "tile", "levels", "definiteness")
OF_PATHS = (
    "convergence",
    "microscope",
    "stability",
    "ending",
    "end tested",
    "begin 0",
    "advance 0",
    "proposal 0",
)
PROGRAMS = {
    "all layers": (*PICTURE, "search"),
    "basins": (*PICTURE, *OF_PATHS, "basin begin 0", "basin advance 0", "ends"),
    "a sweep": ("sweep begin 0", "sweep advance 0", "limit 0"),
    "curvature along a race": ("span", "random plane", "phases", "measure 0"),
    "a training": ("frame", "losses", "solution", "begin 0", "advance 0"),
}
# Every kind of program of an output, as busy as a picture may be.
BUSY: dict[str, Callable[[], Content | str]] = {
    f"a busy {program}, {name}": partial(_busy, name, program)
    for name, programs in PROGRAMS.items()
    for program in programs
}
CASES["ends of paths that take long to judge"] = partial(_busy, "basins", "ending")
CASES["losses of a training that take long"] = partial(_busy, "a training", "losses")

SIDE = 1024  # of square values of which a picture has a few
# Single operations, as large as those of a picture may be: their attributes, operands, and the shape of these.
OPERATIONS: dict[str, tuple[dict[str, Any], int, list[int]]] = {
    **{name: ({}, 1, [SIDE, SIDE]) for name in ("tan", "digamma", "gammaln", "erfinv", "j1", "gamma")},
    **{name: ({}, 2, [SIDE, SIDE]) for name in ("power", "arctan2", "logaddexp", "take")},
    "polygamma": ({}, 2, [SIDE // 2, SIDE]),
    "cumsum": ({"axis": 0}, 1, [SIDE, SIDE]),
    "max": ({"axes": [0]}, 1, [SIDE, SIDE]),
    "sum": ({"axes": [0]}, 1, [SIDE, SIDE]),
    "transpose": ({"axes": [1, 0]}, 1, [SIDE, SIDE]),
    "sort": ({}, 1, [300_000]),
    "contract": ({"left": [0, 1], "right": [1, 2], "out": [0, 2]}, 2, [464, 464]),
    "inv": ({}, 1, [184, 184]),
    "solve": ({}, 2, [148, 148]),
    "det": ({}, 1, [16, 70, 70]),
    "cholesky": ({}, 1, [184, 184]),
}


def _long(name: str) -> Content:
    content = original("two variables")
    frame = _programs(content)["frame"]
    attributes, operands, shape = OPERATIONS[name]
    around = _append(frame, ["broadcast", [_number_of(frame, "value")], {"shape": shape}])
    for axis in range(len(shape)):
        around = _append(frame, ["cumsum", [around], {"axis": axis}])
    around = _append(frame, ["sin", [around], {}])
    first = _append(frame, ["isfinite", [around], {}]) if name == "polygamma" else around
    made = _append(frame, [name, [first, around][-operands:], attributes])
    axes = list(range(1 if name in ("max", "sum", "det") else len(shape)))
    _point_at(frame, "value", _append(frame, ["sum", [made], {"axes": axes}]))
    return content


LONG: dict[str, Callable[[], Content | str]] = {f"a long {name}": partial(_long, name) for name in OPERATIONS}


@_case("brackets in brackets")
def _brackets() -> str:
    return "[" * 2**26 + "]" * 2**26


@_case("empty objects")
def _objects() -> str:
    return f"[{'{},' * 44_700_000}{{}}]"


@_case("an object of a million keys")
def _keys() -> str:
    return f"{{{','.join(f'{chr(34)}k{k}{chr(34)}:1' for k in range(1_000_000))}}}"


@_case("a million lists of numbers")
def _lists() -> str:
    return f"[{','.join(f'[{k % 97},2,3,{k % 89},5,6]' for k in range(1_000_000))}]"


@_case("numbers without an end")
def _floats() -> Content:
    content = original("two variables")
    content["traits"]["explorer"]["_programs"]["floats"] = {
        "base64": base64.b64encode(bytes(96_000_000)).decode()
    }
    return content


@_case("empty values with long axes")
def _empty() -> Content:
    content = original("two variables")
    frame = _programs(content)["frame"]
    made = _append(frame, ["broadcast", [_number_of(frame, "value")], {"shape": [3, 0, 4096, 4096]}])
    for _ in range(60):
        made = _append(frame, ["transpose", [made], {"axes": [1, 3, 0, 2]}])
    return content


def _output_of(program: str, output: str, size: int) -> Content:
    content = original("two variables")
    header = _programs(content)[program]
    first = header["outputs"][0][1]
    total = _append(header, ["sum", [first], {"axes": list(range(_rank(header, first)))}])
    flat = _append(header, ["broadcast", [total], {"shape": [size]}])
    _point_at(header, output, flat)
    return content


def _rank(header: dict[str, Any], number: int) -> int:
    shapes = [shape for _, shape in header["inputs"]] + [shape for shape, _ in header["constants"]]
    return len(shapes[number]) if number < len(shapes) else 1


@_case("two million contour levels")
def _levels() -> Content:
    return _output_of("levels", "levels", 2_000_000)


@_case("a million eigenvalues")
def _eigenvalues() -> Content:
    return _output_of("frame", "eigenvalues", 1_000_000)


@_case("a hundred thousand critical points")
def _critical_points() -> Content:
    content = original("two variables")
    count = 100_000
    spread = np.random.default_rng(0).uniform(-5, 5, (count, 2))
    for answer in content["answers"]:
        if answer["kind"] == "find_critical_points":
            old = answer["content"]
            answer["content"] = {
                "labels": [old["labels"][0]] * count,
                "kinds": [old["kinds"][0]] * count,
                "indices": [0] * count,
                "sentences": old["sentences"],
            }
            answer["buffers"] = [_written(spread), _written(np.zeros(count)), *answer["buffers"][2:]]
    return content


@_case("twenty thousand branches")
def _branches() -> Content:
    content = original("a bifurcation")
    diagram = content["traits"]["explorer"]["_diagram"]
    chance = np.random.default_rng(0)
    diagram["branches"] = [
        {
            "label": "minimum",
            "index": 0,
            "values": _written(np.array([-1.0, 1.0])),
            "points": [_written(chance.normal(size=2)), _written(chance.normal(size=2))],
            "heights": _written(chance.normal(size=2)),
        }
        for _ in range(20_000)
    ]
    diagram["events"] = diagram["events"] * 20_000
    return content


@_case("a branch of many values")
def _long_branch() -> Content:
    content = original("a bifurcation")
    branch = content["traits"]["explorer"]["_diagram"]["branches"][0]
    values = np.linspace(-1.0, 1.0, 60_000)
    waves = np.sin(1e5 * values)
    branch |= {"values": _written(values), "heights": _written(waves), "points": [_written(waves)] * 2}
    return content


def _answered(name: str, kind: str, buffers: list[np.ndarray], **changes: Any) -> Content:
    content = original(name)
    for answer in content["answers"]:
        if answer["kind"] == kind:
            answer["content"] |= changes
            answer["buffers"] = [_written(array) for array in buffers]
    return content


@_case("paths of many points")
def _long_paths() -> Content:
    walks = np.random.default_rng(0).uniform(-5, 5, (30, 2000, 2))
    return _answered("all layers", "separatrices", list(walks), outcomes=["somewhere"] * 30)


@_case("a set of many points")
def _large_set() -> Content:
    content = original("two variables")
    points = np.random.default_rng(0).uniform(-5, 5, (250_000, 2))
    for answer in content["answers"]:
        if answer["kind"] == "find_critical_points":
            answer["buffers"][2] = _written(points)
    return content


@_case("flows of many moments")
def _long_flows() -> Content:
    content = original("curvature along a race")
    for answer in content["answers"]:
        if answer["kind"] == "flows":
            answer["buffers"] = [_written(np.linspace(0.0, 20.0, 60_000))] * len(answer["buffers"])
    return content


@_case("formulas of many signs")
def _long_formulas() -> Content:
    cell = ["mrow", *[["mi", "x"]] * 20_000]
    return _answered("two variables", "formula", [], cells=[cell] * 4)


@_case("a thousand parameters of a thousand choices")
def _choices() -> Content:
    content = original("choices")
    problem = content["traits"]["explorer"]["_problem"]
    choice = next(p for p in problem["parameters"] if p["kind"] == "choice")
    options = [f"option {k}" for k in range(1000)]
    for k in range(1000):
        problem["parameters"].append(
            {**choice, "name": f"c{k}", "trait": f"c{k}", "labels": options, "code": options, "start": 0}
        )
        content["traits"]["values"][f"c{k}"] = 0
    return content


def _written(array: np.ndarray) -> dict[str, str]:
    return {"base64": base64.b64encode(np.ascontiguousarray(array, "<f8").tobytes()).decode()}
