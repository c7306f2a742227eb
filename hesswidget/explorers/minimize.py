"""`hw.minimize` for notebooks: its path shows itself as a race of the one method."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import wraps
from typing import Any

import numpy as np

from hesswidget.descent import minimize as descent
from hesswidget.descent.path import Path
from hesswidget.descent.race import method_of
from hesswidget.problem.blocks import mapped
from hesswidget.problem.problem import Problem
from hesswidget.problem.vector import vector
from hesswidget.program.bounds import RACE

SIGHT = 10.0  # how far around its start a path is shown, in sizes of the largest variable
ROOM = 0.2  # beyond the path on either side, of its extent along each variable


@wraps(descent.minimize)
def minimize(
    function: Any,
    start: Any = None,
    /,
    *,
    method: str | Callable[..., Any] = "newton",
    steps: int = 100,
    tolerance: float = 1e-10,
    over: str | Sequence[str] | None = None,
    **given: Any,
) -> Path:
    """See `hesswidget.descent.minimize.minimize`; in a notebook the path shows itself live."""
    shared: dict[str, Any] = {"steps": steps, "tolerance": tolerance, "over": over}
    path = descent.minimize(function, start, method=method, **shared, **given)
    chosen = method_of(method)
    own = {*chosen.hyperparameters, "line_search"}
    others = {name: value for name, value in given.items() if name not in own}

    def show() -> None:
        from IPython.display import display

        from hesswidget.explorers.descent import descend

        problem = Problem.at(function, start, over, others)
        values = given | _ranges(problem, path)
        shown = {**shared, "steps": min(steps, RACE.steps), "line_search": values.pop("line_search", None)}
        display(descend(function, methods=[method], **shown, **values))

    return replace(path, show=show)


def _ranges(problem: Problem, path: Path) -> dict[str, Any]:
    """Give the variables ranges that hold the path, as far as it stays in sight of its start."""
    at = problem.start
    sight = SIGHT * np.maximum(np.max(np.abs(at)), 1.0)
    low, high = (np.clip(end(path.points, axis=0), at - sight, at + sight) for end in (np.min, np.max))
    wide = np.where(high > low, high - low, np.maximum(np.abs(high), 1.0))
    low, high = low - ROOM * wide, high + ROOM * wide
    starts, lows, highs = (
        [x[block.places].reshape(block.shape) for block in problem.blocks.all] for x in (at, low, high)
    )
    vectors = iter([vector(*each) for each in zip(starts, lows, highs, strict=True)])
    return {a: mapped(tree, lambda _: next(vectors)) for a, tree in problem.blocks.structure.items()}
