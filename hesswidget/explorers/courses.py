"""The course of a method from a place: each of its steps is taken once, whoever asks for it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from hesswidget.descent.method import State
from hesswidget.descent.runner import Runner
from hesswidget.descent.scipys import SciPyRunner

KEPT = 2**22  # numbers of one course, 32 MB: models of all steps would be n² numbers each


class Course:
    """The states that a method goes through from a place, as far as anybody has gone through them.

    Parameters
    ----------
    runner : Runner or SciPyRunner
    point : ndarray, shape (n,)
    parameters : dict
    steps : int
        How many it takes at most.
    """

    def __init__(
        self, runner: Runner | SciPyRunner, point: np.ndarray, parameters: Mapping[str, Any], steps: int
    ) -> None:
        self.runner = runner
        self._from = point.copy(), dict(parameters), steps
        self._known: list[State] = []
        self._ahead = runner.states(*self._from)

    def __iter__(self) -> Iterator[State]:
        """Go through them from the start; those that were met before are at hand, unless they take much memory.

        Raises
        ------
        ProblemError
            As the runner does.
        """
        first = self._at(0)
        numbers = 0 if first is None else sum(np.size(part) for part in first.values())
        return self.runner.states(*self._from) if numbers * self._from[-1] > KEPT else self._kept()

    def _kept(self) -> Iterator[State]:
        k = 0
        while (state := self._at(k)) is not None:
            yield state
            k += 1

    def _at(self, k: int) -> State | None:
        if k == len(self._known):
            try:
                state = next(self._ahead, None)
            except BaseException:  # who asks again is to hear it again
                self._known.clear()
                self._ahead = self.runner.states(*self._from)
                raise
            if state is None:
                return None
            self._known.append(state)
        return self._known[k]
