"""How eigenvalues are spread, on a logarithmic axis."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import NullLocator

from hesswidget.appearance import DENSITY
from hesswidget.figures.style import (
    MUTED,
    NEGATIVE,
    POSITIVE,
    caption,
    colour_of,
    frame,
    hatch,
    ticks,
    unit_of,
)
from hesswidget.spectra.density import Density

BELOW = 22  # points, of the captions


def density(ax: Axes, found: Density, marked: Iterable[float] = (), most: int = 7) -> None:
    """Draw a density, red below zero and blue above, with its 95 % band and a stroke at each eigenvalue of some.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
    found : Density
    marked : iterable of float
    most : int
        How many ticks there are across, about.

    Examples
    --------
    >>> import hesswidget as hw
    >>> from matplotlib.figure import Figure
    >>> ax = Figure().add_subplot()
    >>> density(ax, hw.spectrum(np.diag(np.arange(20.0))).density(), [0.0, 19.0])
    >>> ax.get_yscale(), len(ax.lines)
    ('log', 5)
    """
    frame(ax)
    if not np.isfinite(found.values).all() or not found.values.any():
        hatch(ax)
        ax.set(xticks=[], yticks=[])
        caption(ax, "no random vector was drawn", below=BELOW)
        return
    unit = unit_of(found.points)
    points, heights = found.points / unit, found.values * unit
    top = float(heights.max())
    foot = 10.0 ** -DENSITY["decades"] * top
    ax.set(yscale="log", xlim=(points[0], points[-1]), ylim=(foot, 2 * top))
    for side, colour in ((points <= 0, NEGATIVE), (points >= 0, POSITIVE)):
        drawn = np.maximum(heights, foot / 2)
        ax.fill_between(points, foot / 2, drawn, where=side, color=colour, alpha=0.22, linewidth=0)
        ax.plot(points[side], drawn[side], color=colour, linewidth=1.2)
    band = found.error * unit
    if np.isfinite(band).all() and band.any():
        low, high = np.maximum(heights - band, foot / 2), np.maximum(heights + band, foot / 2)
        ax.fill_between(points, low, high, color=MUTED, alpha=0.3, linewidth=0, zorder=3)
        caption(ax, "grey: 95 % interval over the random vectors", across=1, below=BELOW, size=7.5)
    ax.axvline(0, color=MUTED, linewidth=0.8)
    for value in marked:
        colour = colour_of(float(value), 0.0)
        place = float(value) / unit
        ax.plot([place, place], [0, 0.04], color=colour, transform=ax.get_xaxis_transform(), linewidth=1)
    ticks(ax.xaxis, *ax.get_xlim(), unit, most)
    ticks(ax.yaxis, *ax.get_ylim())
    ax.yaxis.set_minor_locator(NullLocator())
