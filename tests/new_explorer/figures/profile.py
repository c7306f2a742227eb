"""A function along a line as a figure."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure

from hesswidget.figures.style import MUTED, TEXT, NotebookFigure, frame, ink

NAMES = ("f", "first derivative", "second derivative")


def profile(
    places: np.ndarray, value: np.ndarray, first: np.ndarray, second: np.ndarray, *, title: str = ""
) -> Figure:
    """Draw a function along a line, and its derivatives, against the arc length.

    Parameters
    ----------
    places : ndarray, shape (m,)
        Arc lengths from the point.
    value, first, second : ndarray, shape (m,)
    title : str, optional
        The function's name.

    Returns
    -------
    matplotlib.figure.Figure
        10 by 3 inches, with three axes.
    """
    figure = NotebookFigure(figsize=(10, 3), facecolor="white")
    figure.text(0.02, 0.93, title, **ink(9, weight="bold"))
    for k, (name, heights) in enumerate(zip(NAMES, (value, first, second), strict=True)):
        ax = figure.add_axes((0.07 + 0.33 * k, 0.18, 0.25, 0.66))
        frame(ax)
        ax.plot(places, heights, color=TEXT)
        ax.axvline(0, color=MUTED, linewidth=0.8)
        ax.set_title(name, **ink(9, MUTED))
    return figure
