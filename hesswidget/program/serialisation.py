"""Programs as a JSON header and two pools of numbers, and back. ``FORMAT.md`` is the format.

Nothing that is read is trusted: whatever does not fit is refused with a sentence, before anything large is made.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from hesswidget.program.errors import InvalidProgram
from hesswidget.program.operations import MAX_AXES, MAX_ELEMENTS, TABLE, Shape, size
from hesswidget.program.program import MAX_CONSTANTS, MAX_DEPTH, MAX_NAMES, MAX_OPERATIONS, Program, Step

FORMAT, VERSION = "hesswidget-program", 1
MAX_NAME = 64
_NUMBERS = ("axis", "lead", "rows", "chunk", "length", "carries", "sequences")


@dataclass
class Pools:
    """The numbers that headers refer to."""

    floats: list[np.ndarray] = field(default_factory=list)
    ints: list[np.ndarray] = field(default_factory=list)
    float_count: int = 0
    int_count: int = 0
    _places: dict[bytes, list[int]] = field(default_factory=dict)
    _starts: dict[bytes, int] = field(default_factory=dict)

    def put(self, constant: np.ndarray) -> int:
        """Keep a constant, once; where it starts."""
        data = constant.tobytes()
        if data not in self._starts:
            self._starts[data] = self.float_count
            self.floats.append(constant.reshape(-1))
            self.float_count += constant.size
        return self._starts[data]

    def put_places(self, places: np.ndarray) -> list[int]:
        """Keep a table of places, once; where it starts and how long it is."""
        data = places.tobytes()
        if data not in self._places:
            self._places[data] = [self.int_count, len(places)]
            self.ints.append(places)
            self.int_count += len(places)
        return self._places[data]

    def buffers(self) -> tuple[bytes, bytes]:
        """Return both pools as little-endian bytes."""
        floats = np.concatenate([*self.floats, np.empty(0)]).astype("<f8")
        ints = np.concatenate([*self.ints, np.empty(0, dtype=np.int32)]).astype("<i4")
        return floats.tobytes(), ints.tobytes()


def write(program: Program) -> tuple[dict[str, Any], bytes, bytes]:
    """Write a program down: its header, ready for JSON, and the pools of float64 and of int32.

    Several programs may share pools, so that what they have in common is written once: see `write_in`.

    Examples
    --------
    >>> from hesswidget.derivatives.recorder import record
    >>> header, floats, ints = write(record(lambda x: {"y": 3 * x}, x=1.0))
    >>> header["operations"], header["outputs"], len(floats), len(ints)
    ([['multiply', [1, 0], {}]], [['y', 2]], 8, 0)
    """
    pools = Pools()
    return write_in(pools, program), *pools.buffers()


def write_in(pools: Pools, program: Program) -> dict[str, Any]:
    """Write a program down, its numbers in `pools`, with those of others; its header."""
    carry = {"carry": list(program.carry)} if program.carry else {}
    return {"format": FORMAT, "version": VERSION, **carry, **_header(program, pools)}


def _header(program: Program, pools: Pools) -> dict[str, Any]:
    return {
        "inputs": [[name, list(shape)] for name, shape in program.inputs],
        "constants": [[list(c.shape), pools.put(c)] for c in program.constants],
        "operations": [
            [step.operation, list(step.operands), {k: _written(v, pools) for k, v in step.attributes.items()}]
            for step in program.steps
        ],
        "outputs": [[name, number] for name, number in program.outputs],
    }


def _written(attribute: Any, pools: Pools) -> Any:
    if isinstance(attribute, Program):
        return _header(attribute, pools)
    if isinstance(attribute, np.ndarray):
        return pools.put_places(attribute)
    return list(attribute) if isinstance(attribute, tuple) else attribute


def read(header: Any, floats: Any, ints: Any) -> Program:
    """Read a program back, or refuse it.

    Parameters
    ----------
    header : mapping
    floats, ints : bytes
        The pools.

    Raises
    ------
    InvalidProgram
        Whatever is wrong with it.
    """
    if not isinstance(header, Mapping):
        raise InvalidProgram(f"a program's header is a mapping; a {type(header).__name__} was given.")
    if header.get("format") != FORMAT or header.get("version") != VERSION:
        raise InvalidProgram(f"this is no {FORMAT} of version {VERSION}.")
    rest = {key: value for key, value in header.items() if key not in ("format", "version")}
    return _Reader(_pool(floats, "<f8"), _pool(ints, "<i4")).program(rest, 0)


def _pool(data: Any, dtype: str) -> np.ndarray:
    try:
        return np.frombuffer(bytes(data), dtype=dtype)
    except (TypeError, ValueError):
        raise InvalidProgram(f"a pool of {dtype} has a length that does not fit.") from None


class _Reader:
    """Reads a header and the bodies in it, which share the pools and a count of operations."""

    def __init__(self, floats: np.ndarray, ints: np.ndarray) -> None:
        self._floats, self._ints = floats, ints
        self._count = 0

    def program(self, header: Any, depth: int) -> Program:
        if depth > MAX_DEPTH:
            raise InvalidProgram(f"bodies lie more than {MAX_DEPTH} deep.")
        keys = ("inputs", "constants", "operations", "outputs")
        if not isinstance(header, Mapping) or set(header) != set(keys):
            raise InvalidProgram(f"a header has {', '.join(keys)}, and nothing else.")
        lists = [
            _list(header[key], key, most)
            for key, most in zip(keys, (MAX_NAMES, MAX_CONSTANTS, MAX_OPERATIONS, MAX_NAMES), strict=True)
        ]
        inputs = tuple((_name(name), _shape(shape)) for name, shape in map(_pair, lists[0]))
        if len({name for name, _ in inputs}) < len(inputs):
            raise InvalidProgram("two inputs have the same name.")
        constants = tuple(self._constant(*_pair(c)) for c in lists[1])
        count = len(inputs) + len(constants)
        shapes = [shape for _, shape in inputs] + [c.shape for c in constants]
        steps = []
        for operation in lists[2]:
            step = self._step(operation, count, depth)
            results = TABLE[step.operation].shapes(
                [shapes[number] for number in step.operands], step.attributes
            )
            for shape in results:
                _checked_size(shape)
            shapes += results
            count += len(results)
            steps.append(step)
        outputs = tuple((_name(name), _number(number, count - 1)) for name, number in map(_pair, lists[3]))
        if len({name for name, _ in outputs}) < len(outputs):
            raise InvalidProgram("two outputs have the same name.")
        return Program(inputs, constants, tuple(steps), outputs)

    def _constant(self, shape: Any, start: Any) -> np.ndarray:
        shape = _shape(shape)
        start = _number(start, len(self._floats))
        if start + size(shape) > len(self._floats):
            raise InvalidProgram("a constant lies outside the pool of numbers.")
        constant = self._floats[start : start + size(shape)].reshape(shape).astype(float)
        constant.flags.writeable = False
        return constant

    def _step(self, given: Any, count: int, depth: int) -> Step:
        self._count += 1
        if self._count > MAX_OPERATIONS:
            raise InvalidProgram(f"there are more than {MAX_OPERATIONS:,} operations.")
        if not isinstance(given, list) or len(given) != 3:
            raise InvalidProgram("an operation is a list of its name, its operands and its attributes.")
        name, operands, attributes = given
        if not isinstance(name, str) or name not in TABLE:
            raise InvalidProgram(f"there is no operation {str(name)[:MAX_NAME]!r}.")
        row = TABLE[name]
        numbers = tuple(_number(n, count - 1) for n in _list(operands, "operands", MAX_OPERATIONS))
        if (row.arity is not None and len(numbers) != row.arity) or not (numbers or "body" in row.attributes):
            raise InvalidProgram(f"{name} was given {len(numbers)} operands.")
        if not isinstance(attributes, Mapping) or set(attributes) != set(row.attributes):
            raise InvalidProgram(f"{name} takes the attributes {', '.join(row.attributes) or 'none'}.")
        return Step(
            name, numbers, {key: self._attribute(key, attributes[key], depth) for key in row.attributes}
        )

    def _attribute(self, key: str, given: Any, depth: int) -> Any:
        if key == "body":
            return self.program(given, depth + 1)
        if key == "places":
            start, length = (_number(n, len(self._ints)) for n in _pair(given))
            if start + length > len(self._ints):
                raise InvalidProgram("a table of places lies outside its pool.")
            return self._ints[start : start + length].astype(np.int32)
        if key == "mapped":
            flags = _list(given, key, MAX_NAMES)
            if not all(type(flag) is bool for flag in flags):
                raise InvalidProgram("mapped is a list of truths.")
            return tuple(flags)
        if key in _NUMBERS:
            return _number(given, MAX_ELEMENTS)
        bound = 31 if key in ("left", "right", "out") else MAX_ELEMENTS
        return tuple(_number(n, bound) for n in _list(given, key, MAX_AXES))


def _list(given: Any, what: str, most: int) -> list[Any]:
    if not isinstance(given, list):
        raise InvalidProgram(f"{what} is a list.")
    if len(given) > most:
        raise InvalidProgram(f"{what} has {len(given):,} entries; at most {most:,} are allowed.")
    return given


def _pair(given: Any) -> Sequence[Any]:
    if not isinstance(given, list) or len(given) != 2:
        raise InvalidProgram("a pair was expected.")
    return given


def _name(given: Any) -> str:
    if not isinstance(given, str) or not 0 < len(given) <= MAX_NAME:
        raise InvalidProgram(f"a name is a text of 1 to {MAX_NAME} characters.")
    return given


def _number(given: Any, most: int) -> int:
    if type(given) is not int or not 0 <= given <= most:
        raise InvalidProgram(f"a whole number from 0 to {most:,} was expected.")
    return given


def _shape(given: Any) -> Shape:
    shape = tuple(_number(n, MAX_ELEMENTS) for n in _list(given, "shape", MAX_AXES))
    _checked_size(shape)
    return shape


def _checked_size(shape: Shape) -> None:
    if len(shape) > MAX_AXES or size(shape) > MAX_ELEMENTS:
        raise InvalidProgram(f"a value of shape {shape} is larger than {MAX_ELEMENTS:,} elements.")
