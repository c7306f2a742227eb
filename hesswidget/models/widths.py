"""The widths of a network's layers, and how many weights they may make."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np

from hesswidget.errors import ProblemError

MOST_WEIGHTS = 10_000_000


def widths_of(given: Any, example: str, *, biases: bool) -> tuple[int, ...]:
    """Return the units of each layer, the inputs first, or refuse them with a sentence.

    Examples
    --------
    >>> widths_of(np.array([2, 3, 1]), "(2, 3, 1)", biases=True)
    (2, 3, 1)
    """
    listed = given.tolist() if isinstance(given, np.ndarray) else given
    units = [*listed] if isinstance(listed, list | tuple) else []
    is_whole = all(isinstance(w, int | np.integer) and not isinstance(w, bool) and w > 0 for w in units)
    if len(units) < 2 or not is_whole:
        raise ProblemError(f"widths is {given!r:.60}; it takes the units of each layer, such as {example}.")
    widths = tuple(map(int, units))
    count = sum((a + biases) * b for a, b in itertools.pairwise(widths))
    if count > MOST_WEIGHTS:
        raise ProblemError(
            f"widths {widths!r:.60} make {count:,} weights; at most {MOST_WEIGHTS:,} are made."
        )
    return widths
