"""A bifurcation diagram as a figure."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure

from hesswidget.bifurcations.diagram import Diagram
from hesswidget.errors import ProblemError, nearest
from hesswidget.figures.panels.branches import branches, legend
from hesswidget.figures.style import MUTED, WIDTH, NotebookFigure, ink


def bifurcation(diagram: Diagram, *, coordinate: str | None = None, at: float | None = None) -> Figure:
    """Draw critical points against a parameter: minima solid, saddles dashed, maxima dotted, events as diamonds.

    Parameters
    ----------
    diagram : Diagram
        Such as ``w.diagram`` of `hesswidget.bifurcation`.
    coordinate : str, optional
        What is drawn upwards: one of the coordinates, or ``f``. By default there is a panel for each.
    at : float, optional
        A value of the parameter, marked by a line.

    Returns
    -------
    matplotlib.figure.Figure

    Examples
    --------
    >>> import hesswidget as hw
    >>> w = hw.bifurcation(lambda x, a=1.0: x**4 / 4 - a * x**2 / 2, a=(-1.0, 2.0), x=(-2, 2))
    >>> [ax.get_ylabel() for ax in hw.figures.bifurcation(w.diagram, at=1.0).axes]
    ['x', 'f']
    """
    names = (*diagram.labels, "f")
    if coordinate is not None and coordinate not in names:
        raise ProblemError(f"coordinate is {coordinate!r:.40}; {nearest(str(coordinate), names)}")
    shown = names if coordinate is None else (coordinate,)
    columns = min(3, len(shown))
    rows = -(-len(shown) // columns)
    width, height = (WIDTH if columns > 1 else 5.2), 0.75 + 2.75 * rows
    figure = NotebookFigure(figsize=(width, height), facecolor="white")
    across, up = width / columns, (height - 0.75) / rows
    for k, name in enumerate(shown):
        left, bottom = k % columns * across + 0.68, height - 0.4 - (k // columns + 1) * up + 0.55
        box = np.array([left, bottom, across - 0.83, up - 0.65]) / (width, height, width, height)
        branches(figure.add_axes(tuple(box)), diagram, name, at)
    figure.text(
        0.2 / width, 1 - 0.25 / height, f"{diagram.name}: critical points", **ink(9, MUTED, weight="bold")
    )
    legend(figure, diagram)
    return figure
