"""Arrays side by side: a field for each, and a row of all of them for each of the same things."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import Any, TypeVar

import numpy as np

R = TypeVar("R", bound="Rows")


@dataclass(frozen=True, eq=False)
class Rows:
    """A base of dataclasses all of whose fields are arrays of equal length.

    Examples
    --------
    >>> @dataclass(frozen=True, eq=False)
    ... class Marks(Rows):
    ...     places: np.ndarray
    ...     sizes: np.ndarray
    >>> marks = Marks(np.array([0.1, 0.2]), np.array([3, 4]))
    >>> len(Marks.joined([marks, marks.at(marks.sizes > 3)])), marks.at([0]).sizes.tolist()
    (3, [3])
    """

    def __len__(self) -> int:
        return len(getattr(self, fields(self)[0].name))

    def at(self: R, chosen: Any) -> R:
        """Return some of the rows."""
        return type(self)(*(getattr(self, f.name)[chosen] for f in fields(self)))

    @classmethod
    def joined(cls: type[R], parts: Iterable[R]) -> R:
        """Put several behind one another."""
        parts = list(parts)
        return cls(*(np.concatenate([getattr(p, f.name) for p in parts]) for f in fields(cls)))
