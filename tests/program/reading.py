"""Reads what was written down as a program: a test's own reader, which takes the form for granted.

Only the page reads programs, and its reader trusts nothing. What a program must fit besides, `Program` checks itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as onp

from hesswidget.program.program import Program, Step


def read(header: Mapping[str, Any], floats: bytes, ints: bytes) -> Program:
    return _read(header, onp.frombuffer(floats, "<f8"), onp.frombuffer(ints, "<i4"))


def _read(header: Mapping[str, Any], floats: Any, ints: Any) -> Program:
    def attribute(key: str, given: Any) -> Any:
        if key == "body":
            return _read(given, floats, ints)
        if key == "places":
            start, length = given
            return ints[start : start + length]
        return tuple(given) if isinstance(given, list) else given

    return Program(
        tuple((name, tuple(shape)) for name, shape in header["inputs"]),
        tuple(
            floats[start : start + onp.prod(shape, dtype=int)].reshape(shape)
            for shape, start in header["constants"]
        ),
        tuple(
            Step(name, tuple(operands), {key: attribute(key, given) for key, given in attributes.items()})
            for name, operands, attributes in header["operations"]
        ),
        tuple((name, number) for name, number in header["outputs"]),
        tuple(header.get("carry", ())),
    )
