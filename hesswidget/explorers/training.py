"""`hw.train` for notebooks: a run shows itself as its figure, or as its table where there are none."""

from __future__ import annotations

from dataclasses import replace
from functools import wraps
from typing import Any

from hesswidget.explorers.cell import publish, still
from hesswidget.training import train as trained
from hesswidget.training.run import Run


@wraps(trained.train)
def train(*args: Any, **options: Any) -> Run:
    """See `hesswidget.training.train.train`."""
    return replace(trained.train(*args, **options), show=_show)


def _show(run: Run) -> None:
    from hesswidget import figures

    publish(still(str(run), figures.training(run)), {})
