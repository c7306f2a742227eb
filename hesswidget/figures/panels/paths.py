"""Paths of descent methods: over a landscape, and how f and its gradient fall along them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import NullLocator

from hesswidget.appearance import PATHS
from hesswidget.descent.basins import BasinMap
from hesswidget.descent.path import Path
from hesswidget.figures.panels.basins import basins
from hesswidget.figures.panels.landscape import heights, stretch
from hesswidget.figures.style import (
    HATCHED,
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
from hesswidget.landscape.plane import Plane
from hesswidget.landscape.sampler import Slice
from hesswidget.landscape.scale import AUTOMATIC

LINE = 1.6  # points: how wide one is
DOTTED_UP_TO = 60  # points of a path, each of which has a dot
BEYOND = 1e3  # of the highest start: how far a path that diverges is followed upwards
SMALLEST, LARGEST = 1e-300, 1e300  # where a logarithmic axis begins and ends

START: Style = {"marker": "o", "markersize": 6.5, "markerfacecolor": "white", "markeredgewidth": 1.6}
END: Style = {"marker": "s", "markersize": 6.0, "markeredgecolor": "white", "markeredgewidth": 1.0}


def line(k: int) -> Style:
    """Return the line of the k-th of several paths; the first 48 all differ."""
    count = len(PATHS)
    return line_of(PATHS[k % count]["colour"], LINE, PATHS[(k + k // count) % count]["dashes"])


def paths(
    ax: Axes,
    drawn: Sequence[Path],
    plane: Plane,
    slice_: Slice | None = None,
    *,
    scale: str = AUTOMATIC,
    over: BasinMap | None = None,
) -> None:
    """Draw paths in a plane, over f's contours where its slice is given; over one variable, on f's curve.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Its size should be settled.
    drawn : sequence of Path
    plane : Plane
        Where they are drawn, or their projections.
    slice_ : Slice, optional
        f on the same plane.
    scale : {"automatic", "equal", "filling"}
        Whether one unit is as long along both axes.
    over : BasinMap, optional
        Where paths end from every start of the plane, in the contours' place.

    Examples
    --------
    >>> import hesswidget as hw
    >>> from matplotlib.figure import Figure
    >>> path = hw.minimize(lambda x, y: x**2 + 3 * y**2, (1.0, 1.0))
    >>> ax = Figure().add_subplot()
    >>> hw.figures.paths(ax, [path], hw.common_plane(path).plane)
    >>> ax.get_xlabel(), len(ax.lines)
    ('x₁', 4)
    """
    frame(ax)
    if len(plane.basis) == 1:
        return _on_a_curve(ax, drawn, plane, slice_)
    if over is not None:
        basins(ax, over, scale=scale)
    elif slice_ is None:
        stretch(ax, plane, scale)
    else:
        heights(ax, slice_, scale)
    for k, path in enumerate(drawn):
        x, y = ((path.points - plane.origin) @ plane.basis.T).T
        _draw(ax, x, y, line(k))


def _on_a_curve(ax: Axes, drawn: Sequence[Path], plane: Plane, slice_: Slice | None) -> None:
    places = [((path.points - plane.origin) @ plane.basis.T)[:, 0] for path in drawn]
    low, high = plane.ends[0]
    shown = [path.values[(x >= low) & (x <= high)] for path, x in zip(drawn, places, strict=True)]
    everything = np.concatenate([*shown, np.ravel(slice_.values) if slice_ else []])
    unit = unit_of(everything)
    if slice_ is not None:
        finite = np.isfinite(slice_.values)
        if not finite.all():
            area: Style = {"where": ~finite, "transform": ax.get_xaxis_transform(), **HATCHED}
            ax.fill_between(slice_.grids[0], 0, 1, **area)
        ax.plot(slice_.grids[0], np.where(finite, slice_.values, np.nan) / unit, color=TEXT, linewidth=1.2)
    for k, (path, x) in enumerate(zip(drawn, places, strict=True)):
        _draw(ax, x, path.values / unit, line(k))
    bottom, top = (height / unit for height in _heights(drawn, everything))
    room = 0.08 * (top - bottom) or 0.5 * abs(top) or 1.0
    ax.set(xlim=(low, high), ylim=(bottom - room, top + room))
    ticks(ax.xaxis, low, high)
    ticks(ax.yaxis, bottom - room, top + room, unit)
    ax.set_xlabel(brief(plane.names[0], 30) if plane.names else "", **ink(9))
    ax.set_ylabel("f", **ink(9))


def _heights(drawn: Sequence[Path], everywhere: np.ndarray) -> tuple[float, float]:
    """Return from where to where f is drawn: from the paths' starts down to what they reach, and half as far beyond.

    No further than f goes in view; all of that where the paths go nowhere.
    """
    known = everywhere[np.isfinite(everywhere)]
    if not len(known):
        return -1.0, 1.0
    walked = np.concatenate([path.values for path in drawn])
    low = float(np.min(walked[np.isfinite(walked)], initial=np.inf))
    high = float(np.max([path.values[0] for path in drawn]))
    spare = 0.5 * (high - low)
    if not (np.isfinite(spare) and spare > 0):
        return float(known.min()), float(known.max())
    return max(float(known.min()), low - spare), min(float(known.max()), high + spare)


def _draw(ax: Axes, x: np.ndarray, y: np.ndarray, style: Style) -> None:
    """Draw one path: its line, a ring where it starts, a square at its end; a dot at each point of a short one.

    The halo lies below all lines: through the gaps of one the others that go along it are seen.
    """
    ax.plot(x, y, color="white", linewidth=4.5, alpha=0.7, solid_joinstyle="round", zorder=3.5)
    ax.plot(x, y, zorder=4, **_dots(x), **style)
    colour = style["color"]
    ax.plot(x[-1:], y[-1:], linestyle="none", color=colour, zorder=5.5, **END)
    ax.plot(x[:1], y[:1], linestyle="none", color=colour, zorder=5, **START)


def _dots(x: np.ndarray) -> Style:
    return {"marker": "o", "markersize": 2.6} if len(x) <= DOTTED_UP_TO else {}


def convergence(
    ax: Axes,
    drawn: Sequence[Path],
    heights_of: Callable[[Path], np.ndarray],
    name: str,
    against: str = "steps",
) -> None:
    """Draw how something falls along paths, on a logarithmic axis; what is not positive is left out.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
    drawn : sequence of Path
    heights_of : callable
        Of a path, what is drawn, shape (k + 1,).
    name : str
        What that is called.
    against : {"steps", "cost"}

    Examples
    --------
    >>> import hesswidget as hw
    >>> from matplotlib.figure import Figure
    >>> path = hw.minimize(lambda x, y: x**2 + 3 * y**4, (1.0, 1.0))
    >>> ax = Figure().add_subplot()
    >>> hw.figures.convergence(ax, [path], lambda path: path.gradient_norms, "|∇f|")
    >>> ax.get_yscale(), ax.get_xlabel()
    ('log', 'steps')
    """
    frame(ax)
    ax.set_yscale("log")
    ax.yaxis.set_minor_locator(NullLocator())
    rows = [np.asarray(heights_of(path), dtype=float) for path in drawn]
    rows = [np.where(np.isfinite(row) & (row >= SMALLEST), row, np.nan) for row in rows]
    places = [path.cost if against == "cost" else np.arange(float(len(path))) for path in drawn]
    known = np.concatenate(rows)
    known = known[np.isfinite(known)]
    right = max(1.0, *(float(x[-1]) for x in places))
    low, high = (float(known.min()), float(known.max())) if len(known) else (0.1, 1.0)
    starts = [row[np.isfinite(row)][0] for row in rows if np.isfinite(row).any()]
    high = min(high, LARGEST, BEYOND * min(max(starts, default=high), LARGEST / BEYOND))
    room = max((high / low) ** 0.06, 1.5) if low < high else 3.0
    ax.set(xlim=(-0.02 * right, 1.03 * right), ylim=(low / room, high * room))
    for k, (x, row) in enumerate(zip(places, rows, strict=True)):
        ax.plot(x, row, **line(k), **_dots(x))
    ticks(ax.xaxis, 0.0, right, most=6)
    ticks(ax.yaxis, *ax.get_ylim(), most=5)
    ax.set_ylabel(name, **ink(9))
    ax.set_xlabel("cost, in gradients" if against == "cost" else "steps", **ink(9))
    if not len(known):
        ax.text(0.5, 0.5, "not known", transform=ax.transAxes, ha="center", va="center", **ink(9, MUTED))
