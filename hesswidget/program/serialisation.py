"""Programs as a JSON header and two pools of numbers. ``FORMAT.md`` is the format; only the page reads it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from hesswidget.float64 import to_bytes
from hesswidget.program.program import Program

FORMAT, VERSION = "hesswidget-program", 1


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
        floats = np.concatenate([*self.floats, np.empty(0)])
        ints = np.concatenate([*self.ints, np.empty(0, dtype=np.int32)]).astype("<i4")
        return to_bytes(floats), ints.tobytes()


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
