"""Arrays of float64 as bytes, little-endian and row by row: as they travel to a front end and back, and are saved."""

from __future__ import annotations

from typing import Any

import numpy as np


def to_bytes(array: Any) -> bytes:
    """Write an array.

    Examples
    --------
    >>> to_bytes([1.0, 2.0]).hex()
    '000000000000f03f0000000000000040'
    """
    return np.ascontiguousarray(array, dtype="<f8").tobytes()


def from_bytes(written: bytes | bytearray | memoryview) -> np.ndarray:
    """Read a copy of what was written, shape (m,).

    Examples
    --------
    >>> from_bytes(to_bytes([[1.0, 2.0], [3.0, 4.0]])).tolist()
    [1.0, 2.0, 3.0, 4.0]
    """
    return np.frombuffer(bytes(written), dtype="<f8").astype(float)
