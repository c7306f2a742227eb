"""`hw.train` for notebooks: a run shows itself live, trained again in the page under its sliders, or as its figure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial, wraps
from typing import Any

from hesswidget.errors import ProblemError
from hesswidget.explorers.cell import publish, still
from hesswidget.explorers.descent import DescentExplorer, descend
from hesswidget.models.model import Model
from hesswidget.program.bounds import RACE
from hesswidget.training import train as trained
from hesswidget.training.decay import DECAY, decayed
from hesswidget.training.run import Run

ROOM = 0.1  # how far the slider of weight decay goes, at least


@wraps(trained.train)
def train(
    loss: Any,
    start: Any = None,
    /,
    method: str | Callable[..., Any] = "gradient-descent",
    rate: float | None = None,
    steps: int = 4000,
    *,
    curvature_every: int = 50,
    batch: int | None = None,
    weight_decay: float = 0.0,
    line_search: str | None = None,
    over: str | tuple[str, ...] | None = None,
    **given: Any,
) -> Run:
    """See `hesswidget.training.train.train`; in a notebook the run shows itself live, where a page can compute it."""
    shared: dict[str, Any] = {
        "method": method, "curvature_every": curvature_every, "batch": batch, "line_search": line_search, "over": over,
    }  # fmt: skip
    run = trained.train(loss, start, rate=rate, steps=steps, weight_decay=weight_decay, **shared, **given)
    others = {name: x for name, x in given.items() if name != "progress"}
    shown, parameters = loss, {}
    if weight_decay and isinstance(loss, Model):
        others["l2"] = float(others.get("l2", 0.0)) + weight_decay  # of a model it is the same
    elif weight_decay:
        own = {name: x for name, x in others.items() if name not in run.hyperparameters}
        shown, parameters = decayed(loss, over, own), {DECAY: float(weight_decay)}
        others[DECAY] = (0.0, max(ROOM, 2 * float(weight_decay)))
    return replace(
        run,
        shows=partial(
            _show, again=partial(_live, shown, start, {**shared, "parameters": parameters}, others)
        ),
    )


def _live(
    loss: Any, start: Any, shared: Mapping[str, Any], others: Mapping[str, Any], run: Run
) -> DescentExplorer | None:
    """Return an explorer that trains again; None where a page cannot, or would take too long."""
    steps = min(len(run) - 1, RACE.steps)
    options = {name: x for name, x in shared.items() if name != "method"}
    named = {name: x for name, x in run.hyperparameters.items() if name != "line_search"}
    try:
        explorer = descend(
            loss,
            start,
            methods=[shared["method"]],
            steps=steps,
            tolerance=0.0,
            **options,
            **{**others, **named},
        )
    except ProblemError:  # more numbers than a page holds, or a method that is none of a race
        return None
    return explorer if explorer.engine == "browser" else None


def _show(run: Run, again: Callable[[Run], DescentExplorer | None] | None = None) -> None:
    from IPython.display import display

    from hesswidget import figures

    explorer = again(run) if again else None
    if explorer is None:
        publish(still(str(run), figures.training(run)), {})
    else:
        display(explorer)
