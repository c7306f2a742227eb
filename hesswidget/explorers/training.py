"""`hw.train` for notebooks: a run shows itself as its figure, or as its table where there are none."""

from __future__ import annotations

import base64
import io
from dataclasses import replace
from functools import wraps
from typing import Any

from hesswidget.explorers.cell import publish
from hesswidget.training import train as trained
from hesswidget.training.run import Run


@wraps(trained.train)
def train(*args: Any, **options: Any) -> Run:
    """See `hesswidget.training.train.train`."""
    return replace(trained.train(*args, **options), show=_show)


def _show(run: Run) -> None:
    from hesswidget import figures

    picture = io.BytesIO()
    figures.training(run).savefig(picture, format="png", dpi=96)
    data = {"text/plain": str(run), "image/png": base64.b64encode(picture.getvalue()).decode("ascii")}
    publish(data, {})
