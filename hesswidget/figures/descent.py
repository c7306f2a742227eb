"""Paths of descent as a figure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from matplotlib.figure import Figure

from hesswidget.figures.style import NotebookFigure


def descent(paths: Sequence[Any], slice_: Any = None) -> Figure:
    """Draw paths."""
    return NotebookFigure(figsize=(10, 4))
