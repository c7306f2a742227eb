"""The eigenvalues as signed bars."""

from __future__ import annotations

import math

import numpy as np
from matplotlib.axes import Axes
from matplotlib.path import Path

from hesswidget.appearance import DENSITY
from hesswidget.curvature import Curvature
from hesswidget.figures.panels.density import density as spread
from hesswidget.figures.style import (
    BORDER,
    MUTED,
    NAMED_UP_TO,
    Style,
    caption,
    colour_of,
    frame,
    hatch,
    ink,
    numerals,
    points_per_unit,
    round_numbers,
    size_of,
    ticks,
    unit_of,
)
from hesswidget.spectra.density import Density, curve
from hesswidget.wording import number, subscript

LINEAR = 1e-6  # of the largest eigenvalue: within this a logarithmic axis is linear


def eigenvalues(ax: Axes, curvature: Curvature, *, logarithmic: bool = False, density: bool = False) -> None:
    """Draw the eigenvalues as signed bars, ascending; one that is zero within the tolerance is hollow and grey.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
    curvature : Curvature
    logarithmic : bool
        Whether heights are logarithmic on both sides of zero.
    density : bool
        Whether they are drawn as their density instead, where there are more than twelve.

    Examples
    --------
    >>> import hesswidget as hw
    >>> from matplotlib.figure import Figure
    >>> ax = Figure().add_subplot()
    >>> hw.figures.eigenvalues(ax, hw.curvature(lambda x, y: x**2 - y**2, x=0.0, y=0.0))
    >>> [float(bar.get_height()) for bar in ax.patches]
    [-2.0, 2.0]
    """
    lambdas, n = curvature.eigenvalues, len(curvature.eigenvalues)
    frame(ax)
    ax.spines[:].set_visible(False)
    if not np.isfinite(lambdas).all():
        hatch(ax)
        caption(ax, "no eigenvalues: a value is not finite", below=8)
        ax.set(xticks=[], yticks=[])
        return
    positive, zero, negative = curvature.inertia
    counts = f"{negative} negative · {zero} zero · {positive} positive"
    caption(ax, f"index {negative} of {n}\n{counts}", below=20)
    if density and n >= DENSITY["from"]:
        points, heights = curve(lambdas, DENSITY["points"])
        spread(ax, Density(points, heights, np.zeros(len(points)), 0.0), lambdas, most=4)
        return
    unit, threshold = unit_of(lambdas), curvature.classification.zero_threshold
    constant = LINEAR * float(np.max(np.abs(lambdas / unit))) if logarithmic else 0.0
    heights = _heights(lambdas / unit, constant)
    low, high = min(0.0, heights[0]), max(0.0, heights[-1])
    ax.set_xlim((-0.5, n - 0.5) if n > 1 else (-1, 1))
    room = (high - low or 1.0) * (_values(ax, heights, lambdas, threshold) if n <= NAMED_UP_TO else 0.04)
    low, high = low - room / (1 if low < 0 else 2), high + room / (1 if high > 0 else 2)
    ax.set_ylim(low, high)
    if logarithmic:
        powers = _powers(lambdas)
        ax.set_yticks(_heights(powers / unit, constant), numerals(powers), **ink(7.5, MUTED))
    else:
        ticks(ax.yaxis, low, high, unit)
    ax.grid(axis="y", color=BORDER, linewidth=0.6, linestyle=(0, (1, 3)))
    ax.axhline(0, color=MUTED, linewidth=0.8, zorder=3)
    width = 0.62 if n <= 60 else 1.0
    ax.bar(range(n), heights, width, color=[colour_of(value, threshold) for value in lambdas], zorder=4)
    _hollow(ax, np.flatnonzero(np.abs(lambdas) <= threshold), width)
    places = [] if n <= NAMED_UP_TO else round_numbers(n)[1:]
    ax.set_xticks([i - 1 for i in places], [str(i) for i in places], **ink(7.5, MUTED))


def _heights(lambdas: np.ndarray, constant: float) -> np.ndarray:
    """Logarithmic beyond a constant on both sides of zero, as they are where it is zero."""
    if not constant:
        return lambdas
    heights: np.ndarray = np.sign(lambdas) * np.log1p(np.abs(lambdas) / constant)
    return heights


def _powers(lambdas: np.ndarray) -> np.ndarray:
    """Zero and a few powers of ten on each side, as on the page."""
    powers = {0.0}
    for end in (min(0.0, lambdas[0]), max(0.0, lambdas[-1])):
        top = math.floor(math.log10(abs(end))) if end else 0
        powers |= {math.copysign(10.0 ** (top - k), end) for k in (0, 2, 4) if end}
    return np.array(sorted(powers))


def _values(ax: Axes, heights: np.ndarray, lambdas: np.ndarray, threshold: float) -> float:
    """Write each value at the end of its bar; return which share of the bars' span the texts need beyond them."""
    n = len(lambdas)
    texts = [number(x, 4 if n <= 4 else 3) if abs(x) > threshold else "≈0" if x else "0" for x in lambdas]
    slot = size_of(ax)[0] / max(n, 2)
    longest = max(map(len, texts)) * 0.7
    upright = longest * 9 > slot
    size = min(8.0, 0.75 * slot) if upright else 9.0
    for i, (height, text) in enumerate(zip(heights, texts, strict=True)):
        outward, inner, outer = (-3, "bottom", "top") if height < 0 else (3, "top", "bottom")
        outward *= 1 if abs(lambdas[i]) > threshold else 2
        style = ink(size, rotation=90 if upright else 0, weight="bold", ha="center", annotation_clip=False)
        ax.annotate(text, (i, height), (0, outward), textcoords="offset points", va=outer, **style)
        style |= {"color": MUTED, "rotation": 0, "weight": "normal", "size": min(9.0, 0.6 * slot)}
        ax.annotate(
            f"λ{subscript(i + 1)}", (i, 0), (0, -outward), textcoords="offset points", va=inner, **style
        )
    needed = (longest * size if upright else size) + 8
    return needed / max(1.0, size_of(ax)[1] - 2 * needed)


def _hollow(ax: Axes, places: np.ndarray, width: float) -> None:
    """Mark eigenvalues that are zero with an empty bar six points high, since their own would not be seen."""
    wide, tall = width * points_per_unit(ax)[0], 6.0
    box = Path([(-wide, -tall), (wide, -tall), (wide, tall), (-wide, tall), (-wide, -tall)], closed=True)
    style: Style = {"markerfacecolor": "white", "markeredgecolor": MUTED, "markeredgewidth": 1}
    style |= {"marker": box, "markersize": max(wide, tall), "linestyle": "none", "clip_on": False}
    ax.plot(places, np.zeros(len(places)), **style, zorder=5)
