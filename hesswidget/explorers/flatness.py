"""`hw.flatness` for notebooks: what was found shows itself as its figure, or as its table where there are none."""

from __future__ import annotations

from dataclasses import replace
from functools import wraps
from typing import Any

from hesswidget.explorers.cell import publish, still
from hesswidget.training import flatness as measured
from hesswidget.training.flatness import Flatness


@wraps(measured.flatness)
def flatness(*args: Any, **options: Any) -> Flatness:
    """See `hesswidget.training.flatness.flatness`."""
    return replace(measured.flatness(*args, **options), shows=_show)


def _show(found: Flatness) -> None:
    from hesswidget import figures

    publish(still(str(found), figures.flatness(found)), {})
