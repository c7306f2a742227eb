"""Critical points, each with the sign of its class, and the paths between them, over a landscape."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
from matplotlib.axes import Axes

from hesswidget.critical.points import CriticalPoint
from hesswidget.critical.separatrices import Path
from hesswidget.figures.style import ACCENT, CLASS_COLOURS, GLYPHS, TEXT, Style, unit_of
from hesswidget.landscape.sampler import Slice

IN_PLANE = 1e-9  # of the plane's size: how far a point that lies in it may be away


def places(
    ax: Axes,
    slice_: Slice,
    critical: Iterable[CriticalPoint],
    paths: Iterable[Path],
    trail: np.ndarray | None = None,
) -> None:
    """Mark the critical points that lie in the slice; draw the paths, of functions of two variables, and a trail.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        With the landscape drawn on it.
    slice_ : Slice
    critical : iterable of CriticalPoint
        Such as what `hesswidget.critical_points` returns.
    paths : iterable of Path
        Such as its ``paths()``.
    trail : ndarray, shape (k, n), optional
        Points that are joined by a line; on a slice their projections.
    """
    plane, is_curve = slice_.plane, len(slice_.grids) == 1
    unit = unit_of(slice_.values)
    for path in paths:
        x, y = np.array([plane.position(point) for point in path.points]).T
        ax.plot(x, y, color=ACCENT, linewidth=1.1, dashes=(6, 2), zorder=4)
    if trail is not None and len(trail) and not is_curve:
        x, y = np.array([plane.position(point) for point in trail]).T
        ax.plot(x, y, color=TEXT, linewidth=0.9, marker="o", markersize=2.5, alpha=0.8, zorder=4.5)
    for at, p in within(slice_, critical):
        y = p.value / unit if is_curve else at[1]
        style: Style = {"marker": GLYPHS[p.label], "markersize": 7, "markerfacecolor": "none", "zorder": 5.5}
        colour = CLASS_COLOURS[p.label]
        for width, ink in ((3.0, "white"), (1.5, colour)):  # a halo first
            ax.plot(at[0], y, linestyle="none", markeredgewidth=width, markeredgecolor=ink, **style)


def within(slice_: Slice, critical: Iterable[CriticalPoint]) -> Iterator[tuple[np.ndarray, CriticalPoint]]:
    """The critical points that lie in the slice, with their places there."""
    plane = slice_.plane
    for p in critical:
        at = plane.position(p.point)
        away = np.max(np.abs(plane.place(at[:, None])[:, 0] - p.point))
        if away <= IN_PLANE * np.max(plane.ends[:, 1] - plane.ends[:, 0]):
            yield at, p
