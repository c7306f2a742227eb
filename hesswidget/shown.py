"""A result that a notebook shows in its own way, and anybody else as text."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, eq=False)
class Shown:
    """What results have in common that may show themselves.

    Attributes
    ----------
    shows : callable or None
        Takes the result and shows it in the cell that runs; it does not travel with a pickled one.

    Examples
    --------
    >>> Shown().show()
    Shown()
    >>> Shown(shows=lambda result: print("a picture of", result)).show()
    a picture of Shown()
    """

    shows: Callable[[Any], None] | None = field(default=None, repr=False, kw_only=True)

    def show(self) -> None:
        """Show it in the cell that runs, as at a cell's end; print it where nothing is known that could."""
        if self.shows is None:
            print(self)
        else:
            self.shows(self)

    def _ipython_display_(self) -> None:
        if self.shows is None:
            raise NotImplementedError  # then IPython prints it
        self.shows(self)

    def __getstate__(self) -> dict[str, Any]:
        return {**vars(self), "shows": None}
