"""`hw.minimize`, `hw.path` and `hw.PathRecorder` for notebooks: a path shows itself as a race of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial, wraps
from typing import Any

import numpy as np

from hesswidget.descent import given as points_given
from hesswidget.descent import minimize as descent
from hesswidget.descent import recorder
from hesswidget.descent.path import Path
from hesswidget.errors import ProblemError
from hesswidget.problem.blocks import mapped
from hesswidget.problem.vector import vector
from hesswidget.program.bounds import RACE
from hesswidget.progress import Progress

SIGHT = 10.0  # how far around its start a path is shown, in sizes of the largest variable
ROOM = 0.2  # beyond the path on either side, of its extent along each variable


@wraps(descent.minimize)
def minimize(
    function: Any,
    start: Any = None,
    /,
    method: str | Callable[..., Any] = "newton",
    steps: int = 100,
    *,
    tolerance: float = 1e-10,
    over: str | Sequence[str] | None = None,
    progress: bool | Progress = False,
    **given: Any,
) -> Path:
    """See `hesswidget.descent.minimize.minimize`; in a notebook the path shows itself live."""
    shared: dict[str, Any] = {"tolerance": tolerance, "over": over}
    path = descent.minimize(function, start, method=method, steps=steps, progress=progress, **shared, **given)
    return _live(path, function, {**shared, "methods": [method], "steps": min(steps, RACE.steps)}, given)


@wraps(points_given.path)
def path(points: Any, function: Any = None, /, **given: Any) -> Path:
    """See `hesswidget.descent.given.path`; in a notebook the path shows itself live."""
    return _raced(points_given.path(points, function, **given), function, given)


class PathRecorder(recorder.PathRecorder):
    """See `hesswidget.descent.recorder.PathRecorder`; in a notebook its path shows itself live."""

    def path(self, function: Any = None, /, **given: Any) -> Path:
        """Return the path so far, as `hesswidget.path` does of these points in their structure."""
        return _raced(super().path(function, **given), function, given)


PathRecorder.__doc__ = recorder.PathRecorder.__doc__


def _raced(path: Path, function: Any, given: Mapping[str, Any]) -> Path:
    """Return a path of given points, which is raced alone, if a race has room for it and its function is known."""
    steps = len(path) - 1
    if function is None or not 1 <= steps <= RACE.steps:
        return path
    shared = {name: x for name, x in given.items() if name in ("over", "tolerance")}
    others = {name: x for name, x in given.items() if name not in points_given.KEYWORDS}
    return _live(path, function, {**shared, "methods": [path], "steps": steps}, others)


def _live(path: Path, function: Any, race: Mapping[str, Any], given: Mapping[str, Any]) -> Path:
    return replace(path, shows=partial(_show, function=function, race=race, given=given))


def _show(path: Path, function: Any, race: Mapping[str, Any], given: Mapping[str, Any]) -> None:
    from IPython.display import display

    from hesswidget.explorers.descent import descend

    try:
        raced = descend(function, **race, **{**given, **_ranges(path)})
    except ProblemError:  # more than an explorer takes
        print(path)
    else:
        display(raced)


def _ranges(path: Path) -> dict[str, Any]:
    """Give the variables ranges that hold the path, as far as it stays in sight of its start."""
    assert path.blocks is not None
    at = path.points[0]
    sight = SIGHT * np.maximum(np.max(np.abs(at)), 1.0)
    low, high = (np.clip(end(path.points, axis=0), at - sight, at + sight) for end in (np.min, np.max))
    wide = np.where(high > low, high - low, np.maximum(np.abs(high), 1.0))
    low, high = low - ROOM * wide, high + ROOM * wide
    starts, lows, highs = (
        [x[block.places].reshape(block.shape) for block in path.blocks.all] for x in (at, low, high)
    )
    vectors = iter([vector(*each) for each in zip(starts, lows, highs, strict=True)])
    return {name: mapped(tree, lambda _: next(vectors)) for name, tree in path.blocks.structure.items()}
