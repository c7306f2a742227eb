"""A path that is there already, followed again beside methods: its points stay, f and ∇f are those of the race."""

from __future__ import annotations

from typing import Any

import autograd.numpy as np

from hesswidget.derivatives.control_flow import pick
from hesswidget.derivatives.traced import TracedFunction
from hesswidget.descent.method import Hyperparameters, Method, State
from hesswidget.descent.path import Path
from hesswidget.errors import ProblemError

SOURCE = "a path that was given"


def replayed(path: Path) -> Method:
    """Return the method that goes where a path went, wherever it is told to start.

    Examples
    --------
    >>> import hesswidget as hw
    >>> method = replayed(hw.path([[3.0], [2.0], [1.5]], method="mine"))
    >>> method.name, method.step(None, {"point": 3.0, "count": 0.0}, {})["point"].tolist()
    ('mine', [2.0])
    """
    points, models, last = path.points, path.models, len(path) - 1
    spent = np.diff(path.cost)

    def at(count: Any) -> dict[str, Any]:
        model = {} if models is None else {"model": pick(models, count, axis=0)}
        return {"point": pick(points, count, axis=0), "count": count, **model}

    def init(_: TracedFunction, state: State, __: Hyperparameters) -> State:
        n, own = len(state["point"]), points.shape[1]
        if n != own:
            raise ProblemError(f"{path.method} has points of {own} variables; the function takes {n}.")
        return at(np.zeros(()))

    def step(_: TracedFunction, state: State, __: Hyperparameters) -> State:
        count = np.minimum(state["count"] + 1.0, float(last))
        cost = pick(spent, state["count"]) if last else 0.0
        return {**at(count), "spent": cost, "ends": count == float(last)}

    return Method(
        name=path.method,
        source=SOURCE,
        step=step,
        cost=lambda _: 1.0,
        init=init,
        model=None if models is None else "model",
    )
