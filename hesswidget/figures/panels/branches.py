"""Branches of critical points against a parameter, with matplotlib."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import NullFormatter

from hesswidget.appearance import BRANCHES
from hesswidget.bifurcations.curves import curves
from hesswidget.bifurcations.diagram import Diagram
from hesswidget.figures.style import (
    GLYPHS,
    MUTED,
    TEXT,
    Style,
    brief,
    frame,
    ink,
    line_of,
    ticks,
    unit_of,
)

LINES: dict[str, Style] = {label: line_of(**line) for label, line in BRANCHES.items()}
MARK: Style = {"marker": GLYPHS["degenerate"], "markersize": 7, "color": TEXT, "linestyle": "none"}
MARK |= {"markerfacecolor": "white", "markeredgewidth": 1.1}


def branches(ax: Axes, diagram: Diagram, coordinate: str, at: float | None = None) -> None:
    """Draw branches of critical points.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
    diagram : Diagram
    coordinate : str
        What is drawn upwards: one of the coordinates, or ``f``.
    at : float, optional
        A value of the parameter, marked by a line.

    Examples
    --------
    >>> import hesswidget as hw
    >>> from matplotlib.figure import Figure
    >>> w = hw.bifurcation(lambda x, a=1.0: x**3 / 3 - a * x, a=(-1.0, 1.0), x=(-2, 2))
    >>> ax = Figure().add_subplot()
    >>> hw.figures.branches(ax, w.diagram, "x")
    >>> ax.get_xlabel(), ax.get_ylabel()
    ('a', 'x')
    """
    frame(ax)
    if diagram.is_logarithmic:
        ax.set_xscale("log")
        ax.xaxis.set_minor_formatter(NullFormatter())
        ax.tick_params(which="minor", color=MUTED, length=2, width=0.5)
    drawn = [(b, _upwards(diagram, coordinate, b.points, b.function_values)) for b in curves(diagram)]
    heights = np.concatenate([up for _, up in drawn]) if drawn else np.array([0.0])
    unit = unit_of(heights)
    for branch, up in drawn:
        ax.plot(branch.values, up / unit, **LINES[branch.label])
    for event in diagram.events:
        height = _height_at(diagram, coordinate, event)
        ax.plot(event.value, height / unit, zorder=5, **MARK)
    if at is not None:
        ax.axvline(at, color=TEXT, linewidth=0.8, alpha=0.6)
    low, high = float(np.min(heights)) / unit, float(np.max(heights)) / unit
    room = 0.06 * (high - low) or 0.5
    ax.set(xlim=(diagram.values[0], diagram.values[-1]), ylim=(low - room, high + room))
    ticks(ax.xaxis, *ax.get_xlim())
    ticks(ax.yaxis, *ax.get_ylim(), unit)
    ax.set_xlabel(brief(diagram.parameter, 30), **ink(9))
    ax.set_ylabel(brief(coordinate, 30), **ink(9))


def legend(figure: Figure, diagram: Diagram) -> None:
    """Say below the axes what the lines and the diamonds are."""
    labels = [label for label in LINES if any(b.label == label for b in diagram.branches)]
    lines = [Line2D([], [], **LINES[label]) for label in labels]
    kinds = list(dict.fromkeys("change of class" if e.kind == "change" else e.kind for e in diagram.events))
    if kinds:
        lines.append(Line2D([], [], **MARK))
        labels.append(", ".join(kinds))
    if not lines:
        figure.text(0.5, 0.05, "no critical points in the box", ha="center", **ink(9, MUTED))
        return
    font = {"size": 8, "family": ink(8)["family"]}
    figure.legend(
        lines, labels, loc="lower center", ncols=len(lines), frameon=False, prop=font,
        labelcolor=MUTED, handlelength=3,
    )  # fmt: skip


def _upwards(diagram: Diagram, coordinate: str, points: np.ndarray, heights: np.ndarray) -> np.ndarray:
    if coordinate not in diagram.labels:
        return heights
    return points[:, diagram.labels.index(coordinate)]


def _height_at(diagram: Diagram, coordinate: str, event: Any) -> float:
    if coordinate in diagram.labels:
        return float(event.point[diagram.labels.index(coordinate)])
    return float(event.function_value)
