"""What a path comes to over the ranges of one or two hyperparameters. Twin of ``frontend/panels/sweep.ts``."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from hesswidget.appearance import ENDS
from hesswidget.descent.ends import STOPPED
from hesswidget.descent.sweep import SweepMap
from hesswidget.figures.panels.basins import DARK, FINE, LIGHT, STOPPED_GREY, colour, pixels, share_of_steps
from hesswidget.figures.style import TEXT, Style, brief, frame, hatch, ink, size_of, ticks
from hesswidget.problem.controls import Range

LIMIT: Style = {"color": TEXT, "linewidth": 1.4, "linestyle": (0, (4, 2.5))}
PRESENT: Style = {"marker": "o", "markersize": 7, "markerfacecolor": "white", "markeredgecolor": TEXT}
TICKS = 42.0  # points from one to the next, at least


def sweep(ax: Axes, drawn: SweepMap, at: Mapping[str, float]) -> None:
    """Draw what a path comes to; hatched where it diverges, grey where it stops. Over one hyperparameter, its steps.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Its size should be settled.
    drawn : SweepMap
    at : mapping
        The present values, by name.
    """
    frame(ax)
    hatch(ax)
    sides = [_edges(axis, drawn.ends.shape[-1]) for axis in drawn.axes]
    if len(sides) == 1:
        _bars(ax, drawn, sides[0][::FINE])
    else:
        ax.pcolormesh(*sides, pixels(drawn), rasterized=True, zorder=0.5)
    for axis, control, which in zip((ax.xaxis, ax.yaxis), drawn.axes, "xy", strict=False):
        limits = {f"{which}lim": (control.minimum, control.maximum)}
        ax.set(**{f"{which}scale": "log"} if control.logarithmic else {})
        ax.set(**limits)
        axis.set_label_text(brief(control.name, 30), **ink(9))
    if len(sides) == 1:
        ax.set_ylim(0, 1.05 * max(1.0, float(drawn.steps[drawn.ends >= 0].max(initial=0))))
        ax.set_ylabel("steps", **ink(9))
    for axis, ends, length in zip(
        (ax.xaxis, ax.yaxis), (ax.get_xlim(), ax.get_ylim()), size_of(ax), strict=True
    ):
        ticks(axis, *ends, most=max(2, min(6, int(length / TICKS))))
    if drawn.limit is not None:
        if len(sides) == 1:
            ax.axvline(drawn.limit[0, 0], **LIMIT)
        else:
            ax.plot(*drawn.limit.T, **LIMIT, scalex=False, scaley=False)
    place = [at[control.name] for control in drawn.axes]
    ax.plot(place[0], place[1] if len(place) > 1 else 0.0, clip_on=False, zorder=5, **PRESENT)


def mark_of_limit(drawn: SweepMap) -> tuple[list[Artist], list[str]]:
    """Return the mark of the line that theory draws, and what it is; nothing where there is none."""
    return ([], []) if drawn.limit is None else ([Line2D([], [], **LIMIT)], ["limit of theory"])


def _edges(axis: Range, count: int) -> np.ndarray:
    """Return where the pixels of a slider's even places begin and end, in its values."""
    low, high = axis.to_slider(axis.minimum), axis.to_slider(axis.maximum)
    half = (high - low) / (count - 1) / 2
    found: np.ndarray = axis.from_slider(np.linspace(low - half, high + half, FINE * count + 1))
    return found


def _bars(ax: Axes, drawn: SweepMap, edges: np.ndarray) -> None:
    share = share_of_steps(drawn.steps, drawn.ends)
    for k, end in enumerate(drawn.ends):
        if end >= 0:
            look = ENDS[end % len(ENDS)]
            lightness = np.array([LIGHT + (DARK - LIGHT) * share[k]])
            tone = tuple(colour(lightness, look["chroma"], look["hue"])[0])
            ax.axvspan(edges[k], edges[k + 1], color="white", linewidth=0, zorder=0.4)
            ax.bar(edges[k], drawn.steps[k], edges[k + 1] - edges[k], align="edge", color=[tone], zorder=0.5)
        elif end == STOPPED:
            ax.axvspan(edges[k], edges[k + 1], color=STOPPED_GREY, linewidth=0, zorder=0.5)
