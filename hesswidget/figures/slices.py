"""Two planes through a point side by side: one along the extreme eigenvectors, one that is random."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from hesswidget.figures.style import (
    BORDER,
    HATCHED,
    HEIGHTS,
    MUTED,
    TEXT,
    NotebookFigure,
    brief,
    caption,
    frame,
    ink,
    ticks,
    unit_of,
)
from hesswidget.landscape.contours import levels_of
from hesswidget.wording import number

if TYPE_CHECKING:
    from hesswidget.spectra.slices import Cut, Slices

WIDTH, HEIGHT = 7.6, 4.0  # inches


def slices(slices: Slices) -> Figure:
    """Draw both planes to the same levels, with what each shows of the curvature.

    Parameters
    ----------
    slices : Slices
        Such as `hesswidget.slices` returns.

    Returns
    -------
    matplotlib.figure.Figure

    Examples
    --------
    >>> import hesswidget as hw
    >>> figure = hw.figures.slices(hw.slices("himmelblau", (1.0, 2.0), resolution=5))
    >>> [ax.get_title('left') for ax in figure.axes]
    ['along the extreme eigenvectors', 'random, filter-normalized']
    """
    figure = NotebookFigure(figsize=(WIDTH, HEIGHT), facecolor="white")
    title = f"{brief(slices.name, 50)} at f = {number(slices.value, 5)}"
    figure.text(0.2 / WIDTH, 1 - 0.25 / HEIGHT, title, **ink(9, MUTED, weight="bold"))
    levels = levels_of(np.stack([slices.extreme.values, slices.random.values]))
    for k, (cut, name) in enumerate(
        ((slices.extreme, "along the extreme eigenvectors"), (slices.random, "random, filter-normalized"))
    ):
        ax = figure.add_axes(((0.5 + 3.6 * k) / WIDTH, 1.0 / HEIGHT, 3.1 / WIDTH, (HEIGHT - 1.65) / HEIGHT))
        panel(ax, cut, levels, name)
    said = f"{slices.sentence[:1].upper()}{slices.sentence[1:]}.".split(", and ")
    figure.text(0.2 / WIDTH, 0.12 / HEIGHT, ",\nand ".join(said), va="bottom", **ink(7.5, TEXT))
    return figure


def panel(ax: Axes, cut: Cut, levels: np.ndarray, name: str) -> None:
    """Draw one plane, the point in its middle."""
    frame(ax)
    ax.set_title(name, loc="left", pad=5, **ink(9))
    unit = unit_of(cut.values)
    shown, at = np.ma.masked_invalid(cut.values / unit), levels / unit
    places = np.linspace(-1, 1, len(cut.values))
    ax.set(xlim=(-1, 1), ylim=(-1, 1))
    ax.patch.set(**HATCHED)
    if len(at) and shown.count():
        every = np.unique([min(at[0], shown.min()), *at, max(at[-1], shown.max())])
        if len(every) > 1:
            ax.contourf(places, places, shown, levels=every, cmap=HEIGHTS)
        ax.contour(
            places, places, shown, levels=at, colors=MUTED, linewidths=0.5, alpha=0.6, linestyles="solid"
        )
    ax.plot(
        [0],
        [0],
        "o",
        markersize=6,
        markerfacecolor="white",
        markeredgecolor=TEXT,
        markeredgewidth=1.8,
        zorder=5,
    )
    ax.axhline(0, color=BORDER, linewidth=0.5, zorder=1)
    for axis in (ax.xaxis, ax.yaxis):
        ticks(axis, -1, 1, 1.0, 5)
    low, high = (number(float(c)) for c in cut.curvatures)
    caption(ax, f"second derivatives from {low} to {high}", below=20)
