"""How far a computation of seconds or minutes is: it reports as it goes, and is told whether to go on."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from hesswidget.errors import ProblemError

Progress = Callable[
    [float, str], bool
]  # takes the share that is done and a few words; returns whether to go on
STOPPED = "this was stopped before its end, so that there may be more"


def silent(_: float, __: str) -> bool:
    """Report to nobody, and go on.

    Examples
    --------
    >>> silent(0.5, "half way")
    True
    """
    return True


def part(progress: Progress, start: float, end: float) -> Progress:
    """Return how a part of a computation reports, from one share of the whole to another.

    Examples
    --------
    >>> told = []
    >>> part(lambda share, words: told.append(share) is None, 0.5, 0.75)(0.5, ""), told
    (True, [0.625])
    """
    return lambda share, words: progress(start + (end - start) * share, words)


def within(seconds: float, progress: Progress) -> Progress:
    """Return what says to stop, besides, once so much time has passed.

    Examples
    --------
    >>> within(0.0, silent)(0.5, "half way"), within(60.0, silent)(0.5, "half way")
    (False, True)
    """
    end = time.monotonic() + seconds
    return lambda share, words: progress(share, words) and time.monotonic() < end


class Stopped(Exception):
    """What was under way was told to stop, in the midst of what is nothing by halves."""


class Watch:
    """Passes on what a computation reports, and remembers whether it was stopped.

    Parameters
    ----------
    progress : callable

    Examples
    --------
    >>> watch = Watch(lambda share, words: share < 0.5)
    >>> watch(0.2, "one"), watch.is_stopped, watch(0.6, "two"), watch(0.3, "three"), watch.is_stopped
    (True, False, False, False, True)
    """

    def __init__(self, progress: Progress = silent) -> None:
        self._progress, self.is_stopped = progress, False

    def __call__(self, share: float, words: str) -> bool:
        """Report; return whether to go on."""
        self.is_stopped = self.is_stopped or not self._progress(share, words)
        return not self.is_stopped

    def check(self, share: float, words: str) -> None:
        """Report; raise `Stopped` if it is not to go on."""
        if not self(share, words):
            raise Stopped


@contextmanager
def reported(progress: bool | Progress) -> Iterator[Progress]:
    """Report as the caller of a public function wants it: to nobody, in a bar of tqdm's, or to a function of theirs.

    Raises
    ------
    ProblemError
        If a bar is wanted and tqdm is not installed.

    Examples
    --------
    >>> with reported(False) as progress:
    ...     progress(0.5, "half way")
    True
    """
    if callable(progress):
        yield progress
        return
    if not isinstance(progress, bool):
        raise ProblemError(
            f"progress is {progress!r:.40}; it takes True, False or a function of (share, words)."
        )
    if not progress:
        yield silent
        return
    try:
        from tqdm.auto import tqdm
    except ImportError:
        raise ProblemError("progress=True draws a bar with tqdm; pip install tqdm.") from None
    with tqdm(total=1.0, bar_format="{l_bar}{bar}| {elapsed}{postfix}") as bar:

        def shown(share: float, words: str) -> bool:
            bar.set_postfix_str(words, refresh=False)
            bar.update(max(share - bar.n, 0.0))
            return True

        yield shown
        bar.update(1.0 - bar.n)
