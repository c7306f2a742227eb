"""A bound on the time that is spent on programs, looked at as values are made: nearly all work consists of that."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from hesswidget.program.errors import NotRecorded, TookTooLong
from hesswidget.progress import Progress, silent

EVERY = 256  # values: a few milliseconds

_look: ContextVar[Callable[[], None] | None] = ContextVar("look", default=None)


@contextmanager
def within(
    seconds: float, progress: Progress = silent, clock: Callable[[], float] = time.thread_time
) -> Iterator[None]:
    """Bound the time that a block takes, as far as it makes values or checks.

    Parameters
    ----------
    seconds : float
    progress : callable, optional
        Is told the share of that time which has passed, and says whether to go on.
    clock : callable, optional
        By default the processor's, so that a function is recorded or not whatever else the machine does; where
        somebody watches it is the one on the wall.

    Raises
    ------
    TookTooLong
        From whatever makes values, once the time is over.
    NotRecorded
        From the same, once `progress` says to stop.
    """
    began = clock()

    def look() -> None:
        passed = clock() - began
        if passed > seconds:
            raise TookTooLong(f"recording it takes longer than {seconds:.3g} s")
        if not progress(passed / seconds if seconds else 1.0, f"recording, for at most {seconds:.3g} s"):
            raise NotRecorded("recording was stopped")

    token = _look.set(look)
    try:
        yield
    finally:
        _look.reset(token)


def check(count: int = 0) -> None:
    """Raise if the time is over; looked at with every `EVERY`-th value."""
    if count % EVERY == 0 and (look := _look.get()) is not None:
        look()
