"""A bound on the time that is spent on programs: it is looked at as values are made, of which all the work consists."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from hesswidget.program.errors import TookTooLong

EVERY = 256  # values: a few milliseconds

_is_over: ContextVar[Callable[[], bool] | None] = ContextVar("is_over", default=None)


@contextmanager
def within(seconds: float, clock: Callable[[], float] = time.thread_time) -> Iterator[None]:
    """Bound the time that making values takes in a block.

    The clock is the processor's, so that a function is recorded or not whatever else the machine does.

    Raises
    ------
    TookTooLong
        From whatever makes values, once the time is over.
    """
    end = clock() + seconds
    token = _is_over.set(lambda: clock() > end)
    try:
        yield
    finally:
        _is_over.reset(token)


def check(count: int) -> None:
    """Raise if the time is over; looked at with every `EVERY`-th value."""
    if count % EVERY == 0 and (is_over := _is_over.get()) is not None and is_over():
        raise TookTooLong("recording it takes too long")
