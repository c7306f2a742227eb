"""What the views share: size and colours, text, axes, ticks, and one sign for each class."""

from __future__ import annotations

import io
import math
import re
from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib import rcParams
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap, to_rgb
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.path import Path
from matplotlib.ticker import LogLocator, MaxNLocator
from matplotlib.transforms import Affine2D

from hesswidget.appearance import COLOURS, INKS, OUTLINES, PALETTE
from hesswidget.wording import number

Style = dict[str, Any]

WIDTH, HEIGHT = 10.0, 4.1  # inches
TEXT, MUTED, BORDER, ACCENT = (PALETTE[name] for name in ("text", "muted", "border", "accent"))
POSITIVE, NEGATIVE = PALETTE["positive"], PALETTE["negative"]
HEIGHTS = LinearSegmentedColormap.from_list("heights", [PALETTE["low"], PALETTE["high"]])
SIGNS = LinearSegmentedColormap.from_list("signs", [NEGATIVE, PALETTE["zero"], POSITIVE], N=511)
HATCHED: Style = {"facecolor": "white", "edgecolor": "#c4c9d0", "hatch": "/////", "linewidth": 0}
NAMED_UP_TO = 12  # variables; beyond, they are counted


def _glyph(outline: str) -> Path:
    """Read SVG path data, whose y goes down: lines, closed or not, or a circle about the centre, written as arcs."""
    if radius := re.search(r"A([\d.]+)", outline):
        return Path.unit_circle().transformed(Affine2D().scale(float(radius[1])))
    strokes = []
    for stroke in outline.split("M")[1:]:
        places = [(float(x), -float(y)) for x, y in re.findall(r"([-\d.]+) ([-\d.]+)", stroke)]
        is_closed = stroke.endswith("Z")
        strokes.append(Path(places + places[:1] if is_closed else places, closed=is_closed))
    return Path.make_compound_path(*strokes)


# One sign for each class, in a box from −1 to 1, upwards. They serve as markers too.
GLYPHS = {label: _glyph(outline) for label, outline in OUTLINES.items()}
CLASS_COLOURS = {label: PALETTE[colour] for label, colour in COLOURS.items()}


class NotebookFigure(Figure):
    """A figure that a notebook shows although pyplot, which would teach it to, was never imported."""

    def _repr_png_(self) -> bytes:
        png = io.BytesIO()
        self.savefig(png, format="png")
        return png.getvalue()


def ink(size: float, colour: str = TEXT, **style: Any) -> Style:
    """Style of a text that is set as it stands: names are the user's, ``$`` in them is no formula, nor is ``_`` TeX."""
    family = [*rcParams["font.family"], "DejaVu Sans"]  # the last has every sign that we write
    return {"size": size, "color": colour, "family": family, "parse_math": False, "usetex": False, **style}


def ink_on(rgba: Any) -> str:
    """Dark or white, whichever has the larger contrast to a colour (WCAG 2)."""
    dark, light = INKS
    even = math.sqrt(_brightness(to_rgb(dark)) * _brightness(to_rgb(light)))
    return dark if _brightness(rgba[:3]) > even else light


def _brightness(rgb: Any) -> float:
    """Relative luminance with the stray light that WCAG 2 adds: contrast is the ratio of two of these."""
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in rgb)
    return float(0.2126 * red + 0.7152 * green + 0.0722 * blue) + 0.05


def line_of(colour: str, width: float, dashes: Sequence[float]) -> Style:
    """A line of a colour, or one of the palette, with dashes in points; matplotlib has them in widths of the line."""
    style = (0, [length / width for length in dashes]) if dashes else "solid"
    return {"color": PALETTE.get(colour, colour), "linewidth": width, "linestyle": style}


def colour_of(value: float, zero_threshold: float) -> str:
    """Colour of a signed value: blue, red, or grey where it is zero within the threshold."""
    return POSITIVE if value > zero_threshold else NEGATIVE if value < -zero_threshold else MUTED


def brief(name: str, length: int) -> str:
    """Shorten a name in its middle, since its end, ``[12]``, may be what tells it from others."""
    name = " ".join(name.split())
    return name if len(name) <= length else f"{name[: length - 5]}…{name[-4:]}"


def frame(ax: Axes) -> None:
    """Give axes a white ground, a thin border and no grid, whatever the user's style."""
    ax.set_facecolor("white")
    ax.grid(False)
    ax.spines[:].set(color=BORDER, linewidth=0.8, visible=True)
    ax.tick_params(color=MUTED, length=3, width=0.6, pad=2.5)


def hatch(ax: Axes) -> None:
    """Hatch the axes all over, beneath what is drawn."""
    ax.add_artist(Rectangle((0, 0), 1, 1, transform=ax.transAxes, zorder=0, **HATCHED))


def caption(
    ax: Axes, text: str, colour: str = MUTED, across: float = 0.5, below: float = 34, size: float = 8
) -> None:
    """Write a text below the axes, as many points as asked, at a share of their width."""
    ha = "right" if across == 1 else "center"
    style = ink(size, colour, ha=ha, va="top", linespacing=1.4, annotation_clip=False)
    ax.annotate(text, (across, 0), (0, -below), xycoords="axes fraction", textcoords="offset points", **style)


def ticks(axis: Any, low: float, high: float, unit: float = 1.0, most: int = 5) -> None:
    """Set about `most` round ticks; ``unit`` is what the values were divided by.

    On a logarithmic axis these are powers of ten, where it is too short for these 2 and 5 times them too.
    """
    locators: list[Any] = [MaxNLocator(most, steps=[1, 2, 2.5, 5, 10])]
    if axis.get_scale() == "log":
        locators = [LogLocator(numticks=7), LogLocator(subs=(1.0, 2.0, 5.0), numticks=7), *locators]
    for locator in locators:
        places = np.asarray(locator.tick_values(low, high))
        places = places[(places >= low) & (places <= high)] + 0.0
        if len(places) > min(2, most - 1):
            break
    axis.set_ticks(places, labels=numerals(places * unit), **ink(7.5, MUTED))


def numerals(values: np.ndarray) -> list[str]:
    """Write numbers with three digits, or with as many, up to nine, as tell them apart."""
    written = ([number(value, digits) for value in values] for digits in range(3, 10))
    apart = (texts for texts in written if len(set(texts)) == len(texts))
    return next(apart, [number(value) for value in values])


def round_numbers(n: int) -> list[int]:
    """Round numbers from 0 to n, about six of them."""
    step = next(s for s in (2, 5, 10, 20, 50, 100, 200, 500, n) if s * 6 >= n)
    return list(range(0, n + 1, step))


def unit_of(values: np.ndarray) -> float:
    """Return what to divide values by before they are drawn: 1, unless matplotlib's arithmetic would not bear them."""
    largest = float(np.max(np.abs(values[np.isfinite(values)]), initial=0.0))
    usual = largest == 0 or 1e-100 < largest < 1e100
    return 1.0 if usual else 10.0 ** math.floor(math.log10(largest)) or largest


def size_of(ax: Axes) -> np.ndarray:
    """Width and height in points."""
    return np.array([ax.bbox.width, ax.bbox.height]) * 72 / ax.figure.dpi


def points_per_unit(ax: Axes) -> np.ndarray:
    """Points on the page per unit of each axis."""
    return size_of(ax) / np.abs([np.diff(ax.get_xlim())[0], np.diff(ax.get_ylim())[0]])
