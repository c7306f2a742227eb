"""Results of one long computation: computed one at a time, whoever asks, and the last few whole ones kept."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, Generic, TypeVar

from hesswidget.derivatives.blas import one_blas_thread
from hesswidget.progress import Progress, Watch, silent

T = TypeVar("T")


class Kept(Generic[T]):
    """The last few results, by what they depend on.

    Who computes never asks for a widget's lock, and whoever holds that may wait here.

    Parameters
    ----------
    compute : callable
        Takes what the result depends on, and a `hesswidget.progress.Progress`.
    key : callable
        What tells one such from another.
    most : int

    Examples
    --------
    >>> kept = Kept(lambda x, progress: print("computing") or x**2, key=float, most=2)
    >>> kept.at(3), kept.at(3), kept.known(4)
    computing
    (9, 9, None)
    """

    def __init__(self, compute: Callable[[Any, Progress], T], key: Callable[[Any], Any], most: int) -> None:
        self._compute, self._key, self._most = compute, key, most
        self._results: dict[Any, T] = {}
        self._computing = threading.Lock()

    def __len__(self) -> int:
        return len(self._results)

    def known(self, given: Any) -> T | None:
        """Return the result if it is known already."""
        return self._results.get(self._key(given))

    def at(self, given: Any, progress: Progress = silent) -> T:
        """Return the result; what there is of it, which is not kept, if `progress` says to stop."""
        if (known := self.known(given)) is not None:
            return known
        with self._computing:
            if (known := self.known(given)) is not None:  # it was computed while this waited
                return known
            watch = Watch(progress)
            with one_blas_thread():
                result = self._compute(given, watch)
            if not watch.is_stopped:
                while len(self._results) >= self._most:
                    del self._results[next(iter(self._results))]
                self._results[self._key(given)] = result
            return result
