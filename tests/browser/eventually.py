"""Waits for what comes about in its own time: a value in Python, a picture."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

SECONDS = 15.0


def eventually(read: Callable[[], Any], expected: Any = True) -> None:
    """Read again and again until what is read is as expected; after a while, fail with what it is."""
    deadline = time.monotonic() + SECONDS
    while (found := read()) != expected:
        assert time.monotonic() < deadline, f"after {SECONDS} s it is {found!r}, and not {expected!r}"
        time.sleep(0.1)
