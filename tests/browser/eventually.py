"""Waits for what comes about in its own time: a value in Python, a picture."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

SECONDS = 20.0


def eventually(read: Callable[[], Any], expected: Any = True) -> None:
    """Read again and again until what is read is as expected; after a while, fail with what it is."""
    if not became(lambda: read() == expected, SECONDS):
        raise AssertionError(f"after {SECONDS} s it is {read()!r}, and not {expected!r}")


def became(holds: Callable[[], bool], seconds: float) -> bool:
    """Look again and again whether something holds; whether it came to hold in time."""
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.1)
    return True
