"""Where paths end from every start: hue and texture by the point, darker the more steps it takes.

Twin of ``frontend/panels/basin_image.ts``.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.patches import Patch, Rectangle

from hesswidget.appearance import ENDS
from hesswidget.descent.basins import BasinMap
from hesswidget.descent.ends import DIVERGED, STOPPED, EndMap
from hesswidget.figures.panels.landscape import stretch
from hesswidget.figures.style import HATCHED
from hesswidget.landscape.scale import AUTOMATIC
from hesswidget.wording import number

FINE = 3  # pixels along each side of a start's cell, which textures are made of
LIGHT, DARK, DARKER = 90.0, 38.0, 8.0  # how light few steps are, and many; of a texture, its second tone
FEW = 0.005  # of the starts, that take fewer steps than count as few, and more than as many
DUST = 1e-5  # of what is in view: a coordinate that is no larger is written as zero
WHITE = np.array([0.96422, 1.0, 0.82521])  # CIE's D50, which LCh is relative to
TO_RGB = np.array(
    [
        [3.1338561, -1.6168667, -0.4906146],
        [-0.9787684, 1.9161415, 0.0334540],
        [0.0719453, -0.2289914, 1.4052427],
    ]
)  # Lindbloom: to sRGB's linear light from D50, adapted by Bradford's method
STOPPED_GREY = (0.72, 0.73, 0.75)


def basins(ax: Axes, drawn: BasinMap, *, scale: str = AUTOMATIC) -> None:
    """Draw where paths end from every start; hatched where they diverge, grey where they stop.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Its size should be settled.
    drawn : BasinMap
    scale : {"automatic", "equal", "filling"}
        Whether one unit is as long along both axes.
    """
    stretch(ax, drawn.plane, scale)
    ax.add_artist(Rectangle((0, 0), 1, 1, transform=ax.transAxes, zorder=0, **HATCHED))
    (left, right), (bottom, top) = drawn.plane.ends
    x, y = (np.array([right - left, top - bottom]) / (len(drawn.ends) - 1) / 2).tolist()
    limits = ax.get_xlim(), ax.get_ylim()
    ax.imshow(
        pixels(drawn), extent=(left - x, right + x, bottom - y, top + y), origin="lower", zorder=0.5,
        interpolation="nearest", aspect=ax.get_aspect(),
    )  # fmt: skip
    ax.set(xlim=limits[0], ylim=limits[1])


def pixels(drawn: EndMap) -> np.ndarray:
    """Return the picture, `FINE` pixels for each path, from the lowest row up; transparent where paths diverge."""
    ends, steps = (
        np.kron(each, np.ones((FINE, FINE), dtype=each.dtype)) for each in (drawn.ends, drawn.steps)
    )
    share = share_of_steps(steps, ends)
    j, i = np.indices(ends.shape)
    picture = np.ones((*ends.shape, 4))
    picture[..., :3] = STOPPED_GREY
    picture[ends == DIVERGED] = 0.0
    for k in range(len(drawn.points)):
        look, is_it = ENDS[k % len(ENDS)], ends == k
        tones: dict[str, Any] = {
            "plain": False, "rising": (i - j) % 8 < 2, "falling": (i + j) % 8 < 2, "dotted": (i % 4 < 2) & (j % 4 < 2)
        }  # fmt: skip
        lightness = (
            LIGHT + (DARK - LIGHT) * share - DARKER * np.broadcast_to(tones[look["texture"]], ends.shape)
        )
        picture[is_it, :3] = colour(lightness[is_it], look["chroma"], look["hue"])
    return picture


def share_of_steps(steps: np.ndarray, ends: np.ndarray) -> np.ndarray:
    """Return how many steps paths take, from 0, few, to 1, many, beside all that come to a point."""
    taken = np.log1p(steps)
    counted = taken[ends >= 0]
    low, high = np.quantile(counted, (FEW, 1 - FEW)) if len(counted) else (0.0, 1.0)
    found: np.ndarray = np.clip((taken - low) / (high - low or 1.0), 0.0, 1.0)
    return found


def colour(lightness: np.ndarray, chroma: float, hue: float) -> np.ndarray:
    """Return sRGB, (k, 3), of CIE's LCh; less colourful towards black and white, where there are no such colours.

    Examples
    --------
    >>> colour(np.array([100.0, 0.0]), 0.0, 0.0).round(3).tolist()
    [[1.0, 1.0, 1.0], [0.0, 0.0, 0.0]]
    """
    own = chroma * np.minimum(1.0, np.minimum((110 - lightness) / 50, (lightness + 12) / 50))
    fy = (lightness + 16) / 116
    f = np.stack(
        [fy + own * np.cos(np.deg2rad(hue)) / 500, fy, fy - own * np.sin(np.deg2rad(hue)) / 200], axis=-1
    )
    xyz = WHITE * np.where(f > 6 / 29, f**3, 3 * (6 / 29) ** 2 * (f - 4 / 29))
    linear = np.clip(xyz @ TO_RGB.T, 0.0, 1.0)
    return np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)


def named(drawn: EndMap, widest: float) -> tuple[list[Artist], list[str]]:
    """Return marks and names of the points that paths end at, the most frequent first, and of what else there is.

    `widest` is how far what is in view goes.
    """
    marks: list[Artist] = []
    names, dust = [], DUST * widest
    for k in sorted(range(len(drawn.points)), key=lambda k: -drawn.share(k)):
        at = np.where(np.abs(drawn.points[k]) < dust, 0.0, drawn.points[k])
        place = ", ".join([*(number(x) for x in at[:4]), *(["…"] if len(at) > 4 else [])])
        middle = colour(
            np.array([(LIGHT + DARK) / 2]), ENDS[k % len(ENDS)]["chroma"], ENDS[k % len(ENDS)]["hue"]
        )
        marks.append(Patch(facecolor=tuple(middle[0])))
        names.append(f"{drawn.labels[k] or 'end'} ({place}), {number(100 * drawn.share(k), 3)} %")
    for end, name, style in (
        (STOPPED, "stopped", {"facecolor": STOPPED_GREY}),
        (DIVERGED, "diverged", HATCHED),
    ):
        if share := drawn.share(end):
            marks.append(Patch(**style))
            names.append(f"{name}, {number(100 * share, 3)} %")
    return marks, names
