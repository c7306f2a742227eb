"""Any optimizer's points, as it goes."""

from __future__ import annotations

from typing import Any

import numpy as np

from hesswidget.descent.flattening import arrays_in, refilled, structure_of
from hesswidget.descent.given import path
from hesswidget.descent.path import Path
from hesswidget.errors import ProblemError


class PathRecorder:
    """Keeps each point that it is called with: a callback for SciPy, or a line in a loop of one's own.

    Points may be arrays and tensors of any library, or lists, tuples and dicts of such, as models have them: they are
    flattened in the order of the first, since JAX sorts dicts by their keys. What is kept is a copy: optimizers change
    their arrays in place.

    Parameters
    ----------
    start : array_like, optional
        Where the optimizer starts, which SciPy does not call back with.

    Raises
    ------
    ProblemError
        Where a point holds no numbers, or others than the first: in a callback this ends the optimizer.

    Examples
    --------
    >>> from scipy.optimize import minimize, rosen
    >>> recorder = PathRecorder([-1.2, 1.0])
    >>> found = minimize(rosen, [-1.2, 1.0], method="BFGS", callback=recorder)
    >>> len(recorder) == found.nit + 1, bool((recorder.points[-1] == found.x).all())
    (True, True)
    >>> recorder.path(lambda x, y: (1 - x)**2 + 100 * (y - x**2)**2, method="SciPy's BFGS").values[0].round(6)
    np.float64(24.2)
    """

    def __init__(self, start: Any = None) -> None:
        self._points: list[np.ndarray] = []
        self._shapes: dict[str, tuple[int, ...]] = {}
        self._structure: Any = None
        if start is not None:
            self(start)

    def __call__(self, point: Any = None, *state: Any, intermediate_result: Any = None) -> None:
        """Keep a point, or that of SciPy's result; what else a callback is handed is left alone."""
        given = point if intermediate_result is None else intermediate_result
        if isinstance(given, dict) and hasattr(given, "x"):  # SciPy's results are such dicts
            given = given.x
        count = len(self._points)
        arrays = arrays_in(given, f"point {count}")
        shapes = {place: array.shape for place, array in arrays.items()}
        if not self._points:
            self._shapes, self._structure = shapes, structure_of(given)
        elif shapes != self._shapes:
            raise ProblemError(_difference(count, self._shapes, shapes))
        self._points.append(np.concatenate([arrays[place].ravel() for place in self._shapes]))

    @property
    def points(self) -> np.ndarray:
        """The points so far, shape (k + 1, n); a copy."""
        return np.array(self._points) if self._points else np.empty((0, 0))

    def path(self, function: Any = None, /, **given: Any) -> Path:
        """Return the path so far, as `hesswidget.path` does of these points in their structure."""
        if self._structure is None or not self._points:
            return path(self.points, function, **given)
        return path([refilled(self._structure, point) for point in self._points], function, **given)

    def clear(self) -> None:
        """Forget all points, and how they were shaped."""
        self._points, self._shapes, self._structure = [], {}, None

    def __len__(self) -> int:
        return len(self._points)

    def __repr__(self) -> str:
        return f"<PathRecorder: {len(self)} points>"


def _difference(count: int, known: dict[str, tuple[int, ...]], found: dict[str, tuple[int, ...]]) -> str:
    for place, shape in found.items():
        if place in known and known[place] != shape:
            before = known[place]
            return f"point {count}{place} has shape {shape}, where those before have {before}; clear() begins anew."
    missing = [place for place in known if place not in found]
    what = f"lacks {missing[0]!r}" if missing else f"has {next(p for p in found if p not in known)!r} besides"
    return f"point {count} {what}, compared with those before; clear() begins anew."
