"""Which paths of a function are known, and recorded therefore; more of them as they are met."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from hesswidget.derivatives.branches.paths import Path, distinct, path_at, paths_at, refuse_many


class KnownPaths:
    """The paths that a function is known to take: none until it is found to branch on values.

    Attributes
    ----------
    paths : tuple of Path

    Examples
    --------
    >>> known = KnownPaths()
    >>> known.find(lambda x: x if x < 9 else -x, [(np.float64(x),) for x in (1.0, 2.0, 3.0)])
    >>> len(known.paths), known.add(lambda x: x if x < 9 else -x, np.float64(10.0)), len(known.paths)
    (1, True, 2)
    """

    def __init__(self) -> None:
        self.paths: tuple[Path, ...] = ()

    def find(self, function: Callable[..., Any], places: Iterable[tuple[np.ndarray, ...]]) -> None:
        """Find those that are taken at some places; raise `NotRecorded` where there are too many."""
        self.paths = paths_at(function, places)

    def add(self, function: Callable[..., Any], *place: np.ndarray) -> bool:
        """Add the one that is taken at a place; whether it is new. Raise `NotRecorded` where there are too many."""
        if not self.paths:
            return False  # it branches on no value
        path = path_at(function, *place)
        if path in self.paths:
            return False
        refuse_many((*self.paths, path))
        self.paths = distinct((*self.paths, path))
        return path in self.paths
