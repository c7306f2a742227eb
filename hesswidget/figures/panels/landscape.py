"""The function about its point: contours at two variables, a curve at one."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Ellipse, FancyArrowPatch
from matplotlib.patheffects import withStroke

from hesswidget.appearance import MODEL_REACH
from hesswidget.curvature import Curvature
from hesswidget.figures.style import (
    ACCENT,
    HATCHED,
    HEIGHTS,
    MUTED,
    TEXT,
    Style,
    brief,
    caption,
    colour_of,
    frame,
    hatch,
    ink,
    numerals,
    points_per_unit,
    size_of,
    ticks,
    unit_of,
)
from hesswidget.landscape.plane import Plane
from hesswidget.landscape.sampler import Slice
from hesswidget.landscape.scale import AUTOMATIC, is_to_scale
from hesswidget.landscape.taylor import quadratic_model

NOT_TO_SCALE = "not to scale"
BAR = 6.5  # points: how wide the colour bar is, and how far away
TICKS = 24  # points from one to the next, at least
ARROW = 0.2  # of the plane's shorter side: the longest arrow
HEADS: Style = {"arrowstyle": "<->,head_length=3,head_width=2.2", "mutation_scale": 1}
HEADS |= {"shrinkA": 0, "shrinkB": 0}
DASHES = (0, (4, 2.5))


def landscape(ax: Axes, curvature: Curvature, slice_: Slice, *, scale: str = AUTOMATIC) -> None:
    """Draw the function about the point: contours over two variables, a curve over one.

    Dashed is the quadratic model: its contours, at every second level, near the point; or the osculating parabola.
    Arrows are the eigenvectors of the smallest and the largest eigenvalue, as long as the root of its magnitude, blue
    where it is positive and red where negative; on a slice they are projections. Hatched is where the function is
    not finite.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Its size should be settled: arrows are scaled by it. To scale, the axes shrink in one direction.
    curvature : Curvature
    slice_ : Slice
    scale : {"automatic", "equal", "filling"}
        Whether one unit is as long along both axes; see `hesswidget.landscape.scale.is_to_scale`.

    Examples
    --------
    >>> import hesswidget as hw
    >>> from hesswidget.landscape.sampler import Sampler
    >>> from hesswidget.landscape.plane import Plane
    >>> from hesswidget.problem.problem import Problem
    >>> from matplotlib.figure import Figure
    >>> problem = Problem.over_ranges(lambda x: x**2, (0.0,), None, {})
    >>> slice_ = Sampler(problem).sample(Plane.first(problem, problem.start), {}, 41)
    >>> ax = Figure().add_subplot()
    >>> hw.figures.landscape(ax, hw.curvature(lambda x: x**2, 0.0), slice_)
    >>> ax.get_xlabel(), ax.get_ylabel()
    ('x', 'f')
    """
    frame(ax)
    if len(slice_.grids) == 1:
        return _curve(ax, curvature, slice_)
    levels, unit = heights(ax, slice_, scale)
    _model(ax, curvature, slice_, levels, unit)
    _arrows(ax, curvature, slice_.plane)
    _point(ax, *slice_.plane.position(curvature.point))


def heights(ax: Axes, slice_: Slice, scale: str = AUTOMATIC) -> tuple[np.ndarray, float]:
    """Draw the contours of a slice of two dimensions; return their levels, and what they were divided by."""
    xs, ys = slice_.grids
    stretch(ax, slice_.plane, scale)
    unit = unit_of(slice_.values)
    shown = np.ma.masked_invalid(slice_.values / unit)
    levels = np.unique(slice_.levels / unit)
    if np.ma.getmaskarray(shown).any():
        hatch(ax)
    if shown.count():
        low, high = float(shown.min()), float(shown.max())
        beyond = high - low or abs(high) or 1.0
        bands = [low - beyond, *levels, high + beyond]
        ax.contourf(xs, ys, shown, bands, colors=HEIGHTS(np.linspace(0, 1, len(levels) + 1)))
        _contours(ax, xs, ys, shown, levels, colors=MUTED, linewidths=0.5, linestyles="solid", alpha=0.4)
        _heights_bar(ax, slice_.levels if len(levels) else np.array([low * unit]))
    return levels, unit


def stretch(ax: Axes, plane: Plane, scale: str = AUTOMATIC) -> None:
    """Give axes the ends of a plane of two dimensions, to scale or not, with its ticks and names."""
    if is_to_scale(plane.ends, scale):
        ax.set_aspect("equal", adjustable="box")
    else:
        caption(ax, NOT_TO_SCALE, MUTED, across=1.0, below=20)
    ax.set(xlim=plane.ends[0], ylim=plane.ends[1])
    ax.apply_aspect()  # now, since arrows and the model's circle go by the size
    for axis, length, ends, name in zip(
        (ax.xaxis, ax.yaxis), size_of(ax), plane.ends, plane.names, strict=True
    ):
        ticks(axis, ends[0], ends[1], most=max(2, min(5, int(length / TICKS))))
        axis.set_label_text(brief(name, 30), **ink(9))


def _model(ax: Axes, curvature: Curvature, slice_: Slice, levels: np.ndarray, unit: float) -> None:
    """Draw every second contour of the quadratic model, in a circle about the point and on a finer grid of its own."""
    point = slice_.plane.position(curvature.point)
    reach = MODEL_REACH * min(size_of(ax)) / points_per_unit(ax)
    # Cut to the plane here, since an SVG that is clipped to a circle is no longer clipped to the axes.
    starts = np.maximum(point - reach, [grid[0] for grid in slice_.grids])
    stops = np.minimum(point + reach, [grid[-1] for grid in slice_.grids])
    if not (starts < stops).all():
        return
    xs, ys = np.linspace(starts, stops, 101).T
    with np.errstate(all="ignore"):
        model = quadratic_model(curvature, slice_.plane, (xs, ys)) / unit
    if not np.isfinite(model).all():
        return
    lines = _contours(ax, xs, ys, model, levels[1::2], colors=ACCENT, linewidths=0.9, linestyles=[DASHES])
    if lines is not None:
        lines.set_clip_path(Ellipse(tuple(point), *(2 * reach), transform=ax.transData))
        _legend(ax)


def _contours(ax: Axes, xs: Any, ys: Any, heights: np.ndarray, levels: np.ndarray, **style: Any) -> Any:
    crossed = levels[(levels > heights.min()) & (levels < heights.max())]
    return ax.contour(xs, ys, heights, crossed, **style) if len(crossed) else None


def _arrows(ax: Axes, curvature: Curvature, plane: Plane) -> None:
    """Draw the extreme eigenvectors: straight in the plane's own units, and as long as they should be on the page."""
    lambdas, point = curvature.eigenvalues, plane.position(curvature.point)
    largest = max(abs(lambdas[0]), abs(lambdas[-1])) or 1.0
    for k in (0, -1) if np.isfinite(lambdas).all() else ():
        v = plane.basis @ curvature.eigenvectors[:, k]
        in_plane, on_page = float(np.hypot(*v)), float(np.hypot(*(v * points_per_unit(ax))))
        if in_plane < 1e-6:
            continue
        share = max(0.3, math.sqrt(abs(lambdas[k]) / largest)) * in_plane
        step = v / on_page * (10 + share * ARROW * min(size_of(ax)))
        colour = colour_of(lambdas[k], curvature.classification.zero_threshold)
        halo = [withStroke(linewidth=3.6, foreground="white", alpha=0.6)]
        style = HEADS | {"color": colour, "linewidth": 1.8, "path_effects": halo, "zorder": 5}
        ax.add_patch(FancyArrowPatch(tuple(point - step), tuple(point + step), **style))


def _heights_bar(ax: Axes, levels: np.ndarray) -> None:
    """Draw the colour bar: between two levels lies the same area of the plane, and the same height of the bar."""
    width = size_of(ax)[0]
    bar = ax.inset_axes((1 + BAR / width, 0, BAR / width, 1))
    frame(bar)
    bands = np.linspace(0, 1, len(levels) + 1)[:, None]
    bar.imshow(bands, cmap=HEIGHTS, vmin=0, vmax=1, aspect="auto", origin="lower")
    every = max(1, round(len(levels) / 5))
    chosen = np.arange(every // 2, len(levels), every)
    bar.yaxis.tick_right()
    bar.set_xticks([])
    bar.set_yticks(chosen + 0.5, numerals(levels[chosen]), **ink(7.5, MUTED))


def _curve(ax: Axes, curvature: Curvature, slice_: Slice) -> None:
    (xs,), (name,) = slice_.grids, slice_.plane.names
    finite = np.isfinite(slice_.values)
    shown = np.append(slice_.values[finite], [curvature.value] * math.isfinite(curvature.value))
    unit = unit_of(shown)
    low, high = (shown.min() / unit, shown.max() / unit) if len(shown) else (-1.0, 1.0)
    room = 0.06 * (high - low) or 0.5 * abs(high) or 1.0
    with np.errstate(all="ignore"):
        parabola = quadratic_model(curvature, slice_.plane, slice_.grids) / unit
    parabola[~(np.abs(parabola - low) < 1e3 * (high - low + room))] = np.nan
    if not finite.all():
        ax.fill_between(xs, 0, 1, where=~finite, transform=ax.get_xaxis_transform(), **HATCHED)
    ax.plot(xs, np.where(finite, slice_.values, np.nan) / unit, color=TEXT, linewidth=1.5)
    if np.isfinite(parabola).any():
        ax.plot(xs, parabola, color=ACCENT, linewidth=1.3, linestyle=DASHES)
        _legend(ax)
    ax.set(xlim=(xs[0], xs[-1]), ylim=(low - room, high + room))
    ticks(ax.xaxis, xs[0], xs[-1])
    ticks(ax.yaxis, low - room, high + room, unit)
    ax.set_xlabel(brief(name, 30), **ink(9))
    ax.set_ylabel("f", **ink(9))
    _point(ax, slice_.plane.position(curvature.point)[0], curvature.value / unit)


def _point(ax: Axes, x: float, y: float) -> None:
    style: Style = {"marker": "o", "linestyle": "none", "clip_on": not ax.viewLim.contains(x, y), "zorder": 6}
    ax.plot(x, y, color=TEXT, markersize=8, markeredgecolor="white", markeredgewidth=1, **style)
    ax.plot(x, y, color="white", markersize=3, markeredgewidth=0, **style)


def _legend(ax: Axes) -> None:
    caption(ax, "– –  quadratic model at the point", ACCENT)
