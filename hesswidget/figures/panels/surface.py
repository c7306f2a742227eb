"""The function about its point as a surface, seen from where the page shows it."""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np
from mpl_toolkits.mplot3d import Axes3D

from hesswidget.appearance import CUT, MODEL_REACH, WHOLE
from hesswidget.critical.points import CriticalPoint
from hesswidget.curvature import Curvature
from hesswidget.figures.panels.places import within
from hesswidget.figures.style import (
    ACCENT,
    BORDER,
    CLASS_COLOURS,
    GLYPHS,
    HEIGHTS,
    TEXT,
    brief,
    ink,
    ticks,
    unit_of,
)
from hesswidget.landscape.sampler import Slice
from hesswidget.landscape.scale import AUTOMATIC, is_to_scale
from hesswidget.landscape.taylor import quadratic_model

BASE, TALL = 2.0, 1.4  # the box: along its longer side, and upwards
ZOOM, NEAREST = 1.15, 1.25  # of matplotlib's; nearer than this the box would leave its place in the figure
STEEP = 1.1  # radians: seen from higher there is no height to read


def surface(
    ax: Axes3D,
    curvature: Curvature,
    slice_: Slice,
    viewpoint: tuple[float, float, float],
    critical: Iterable[CriticalPoint] = (),
    *,
    scale: str = AUTOMATIC,
) -> None:
    """Draw the function over a slice of two dimensions as a surface, with its quadratic model and critical points.

    Parameters
    ----------
    ax : mpl_toolkits.mplot3d.Axes3D
        Made with ``computed_zorder=False``.
    curvature : Curvature
    slice_ : Slice
    viewpoint : tuple of float
        Azimuth and elevation of the eye, in radians, and how near it is; 1 shows the whole box.
    critical : iterable of CriticalPoint, optional
        Those that lie in the slice are marked.
    scale : {"automatic", "equal", "filling"}
        As for `hesswidget.figures.landscape`.
    """
    azimuth, elevation, zoom = viewpoint
    unit = unit_of(slice_.values)
    low, high = height_range(slice_.values / unit, slice_.levels / unit)
    base = base_of(slice_.plane.ends, scale)
    _sheet(ax, slice_, base, unit, (low, high), _light(azimuth, elevation))
    _model(ax, curvature, slice_, base, unit, low, high)
    at, style = slice_.plane.position(curvature.point), {"linestyle": "none", "zorder": 6}
    if math.isfinite(curvature.value):
        ax.plot(
            *at,
            curvature.value / unit,
            marker="o",
            color=TEXT,
            markersize=7,
            markeredgecolor="white",
            **style,
        )
    for place, p in within(slice_, critical):
        if low <= p.value / unit <= high:
            style |= {"marker": GLYPHS[p.label], "markerfacecolor": "none"}
            ax.plot(*place, p.value / unit, markersize=7, markeredgecolor=CLASS_COLOURS[p.label], **style)
    for axis, (start, end), divisor, length in zip(
        (ax.xaxis, ax.yaxis, ax.zaxis),
        (*slice_.plane.ends, (low, high)),
        (1.0, 1.0, unit),
        (*base, BASE),
        strict=True,
    ):
        ticks(axis, start, end, divisor, most=max(2, round(5 * length / BASE)))
        axis.set_pane_color("white")
        axis.line.set_color(BORDER)
        axis.set_tick_params(pad=-3)
    ax.set(xlim=slice_.plane.ends[0], ylim=slice_.plane.ends[1], zlim=(low, high))
    ax.grid(False)
    for label, name in (
        (ax.set_xlabel, slice_.plane.names[0]),
        (ax.set_ylabel, slice_.plane.names[1]),
        (ax.set_zlabel, "f"),
    ):
        label(brief(name, 30), labelpad=-6, **ink(9))
    for sheet in ax.collections:
        sheet.set_clip_on(False)  # matplotlib's axes are narrower than the box that they hold
    ax.view_init(elev=math.degrees(elevation), azim=math.degrees(azimuth))
    ax.set_box_aspect((*base, TALL), zoom=min(ZOOM * zoom, NEAREST))
    if elevation > STEEP:
        ax.set(zticks=[], zlabel="")


def _light(azimuth: float, elevation: float) -> np.ndarray:
    """The light's direction: from above and over the viewer's left shoulder, as on the page."""
    (ca, sa), (ce, se) = ((math.cos(angle), math.sin(angle)) for angle in (azimuth, elevation))
    light = 0.5 * np.array([ce * ca, ce * sa, se]) + 0.45 * np.array([sa, -ca, 0.0]) + [0.0, 0.0, 0.75]
    direction: np.ndarray = light / np.linalg.norm(light)
    return direction


def base_of(ends: np.ndarray, scale: str = AUTOMATIC) -> np.ndarray:
    """How long the box is along each of a slice's directions.

    Examples
    --------
    >>> base_of(np.array([[0.0, 1.0], [0.0, 2.0]])).tolist(), base_of(np.array([[0.0, 1.0], [0.0, 9.0]])).tolist()
    ([1.0, 2.0], [2.0, 2.0])
    """
    widths = ends[:, 1] - ends[:, 0]
    shares: np.ndarray = widths / widths.max() if is_to_scale(ends, scale) else np.ones(2)
    return BASE * shares


def _sheet(
    ax: Axes3D, slice_: Slice, base: np.ndarray, unit: float, ends: tuple[float, float], light: np.ndarray
) -> None:
    """Draw the surface in the colours of its contours, cut where it leaves the box."""
    heights, (low, high) = slice_.values / unit, ends
    shown = np.where((heights >= low) & (heights <= high), heights, np.nan)
    levels = slice_.levels / unit
    colours = HEIGHTS(np.searchsorted(levels, heights) / max(len(levels), 1))
    spacings = [base[1] / (len(heights) - 1), base[0] / (heights.shape[1] - 1)]
    with np.errstate(all="ignore"):  # beside a hole
        dy, dx = np.gradient(heights / (high - low) * TALL, *spacings)
        brightness = (light[2] - dx * light[0] - dy * light[1]) / np.sqrt(1 + dx**2 + dy**2)
    colours[..., :3] *= 0.6 + 0.4 * np.clip(np.nan_to_num(brightness, nan=light[2]), 0, 1)[..., None]
    ax.plot_surface(
        *np.meshgrid(*slice_.grids), shown, facecolors=colours, shade=False,
        rcount=len(heights), ccount=heights.shape[1], linewidth=0, antialiased=False, zorder=1,
    )  # fmt: skip


def _model(
    ax: Axes3D, curvature: Curvature, slice_: Slice, base: np.ndarray, unit: float, low: float, high: float
) -> None:
    """Draw the quadratic model in a circle of the box about the point."""
    point = slice_.plane.position(curvature.point)
    reach = MODEL_REACH * min(base) / base * np.diff(slice_.plane.ends, axis=1)[:, 0]
    steps = np.linspace(-1, 1, 41)
    with np.errstate(all="ignore"):
        model = (
            quadratic_model(curvature, slice_.plane, tuple(point[k] + reach[k] * steps for k in (0, 1)))
            / unit
        )
    xs, ys = np.meshgrid(*(point[k] + reach[k] * steps for k in (0, 1)))
    is_shown = (model >= low) & (model <= high) & (np.hypot(*np.meshgrid(steps, steps)) <= 1)
    for values, (start, end) in zip((xs, ys), slice_.plane.ends, strict=True):
        is_shown &= (values >= start) & (values <= end)
    if is_shown.any():
        ax.plot_surface(
            xs, ys, np.where(is_shown, model, np.nan), color=ACCENT, alpha=0.35, shade=False, linewidth=0, zorder=2,
            rcount=len(steps), ccount=len(steps),
        )  # fmt: skip


def height_range(heights: np.ndarray, levels: np.ndarray) -> tuple[float, float]:
    """Choose which heights are shown: all, unless one half rises, or falls, much farther than the other.

    Twin of ``heightRange`` in ``frontend/panels/landscape/surface_mesh.ts``; ``tests/figures/height_ranges.json`` has
    what both say.
    """
    finite = heights[np.isfinite(heights)]
    if not len(finite):
        return 0.0, 1.0
    low, high = float(finite.min()), float(finite.max())
    if low == high or not len(levels):
        pad = (abs(low) or 1.0) if low == high else 0.0
        return low - pad, high + pad
    middle = float(np.median(levels))
    bottom = middle - _shown(middle - low, float(levels[-1]) - middle)
    top = middle + _shown(high - middle, middle - float(levels[0]))
    inner = heights[1:-1, 1:-1]
    ny, nx = heights.shape
    around = np.array(
        [heights[1 + j : ny - 1 + j, 1 + i : nx - 1 + i] for j in (-1, 0, 1) for i in (-1, 0, 1) if i or j]
    )
    extremes = inner[np.isfinite(inner) & ((inner > around).all(axis=0) | (inner < around).all(axis=0))]
    return float(np.min(extremes, initial=bottom)), float(np.max(extremes, initial=top))


def _shown(side: float, other: float) -> float:
    return side if side <= WHOLE * other else max(CUT * other, 2 * WHOLE * other - side)
