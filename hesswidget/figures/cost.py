"""What derivatives cost, as a figure."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import NullLocator

from hesswidget.costs.record import QUANTITIES, Cost, duration, memory
from hesswidget.figures.style import (
    ACCENT,
    BORDER,
    MUTED,
    NEGATIVE,
    POSITIVE,
    TEXT,
    WIDTH,
    NotebookFigure,
    Style,
    brief,
    caption,
    frame,
    hatch,
    ink,
    size_of,
)
from hesswidget.wording import number

HEIGHT = 4.4  # inches
APART = 9.0  # points between labels
GROUND: Style = {"facecolor": "white", "edgecolor": "none", "alpha": 0.8, "pad": 0.5}  # of a text over lines
GUIDES = ((1, "n"), (2, "n²"))
# What has a matrix is red, what is made of products blue, L-BFGS, which takes neither, violet; the yardstick is dark.
LINES: dict[str, Style] = {
    "gradient": {"color": TEXT, "marker": "o"},
    "hvp": {"color": POSITIVE, "marker": "s"},
    "l-bfgs": {"color": ACCENT, "marker": "D"},
    "diagonal": {"color": POSITIVE, "marker": "^", "linestyle": "--"},
    "top-k": {"color": POSITIVE, "marker": "v", "linestyle": ":"},
    "hessian": {"color": NEGATIVE, "marker": "o"},
    "eigh": {"color": NEGATIVE, "marker": "^", "linestyle": "--"},
}


def cost(cost: Cost) -> Figure:
    """Draw seconds and bytes of each computation against n, both on logarithmic axes, with guides of slope 1 and 2.

    Parameters
    ----------
    cost : Cost
        Such as `hesswidget.cost` returns.

    Returns
    -------
    matplotlib.figure.Figure

    Examples
    --------
    >>> import autograd.numpy as np, hesswidget as hw
    >>> measured = hw.cost(lambda w: np.sum(w**4), (10, 20), seconds=60.0)
    >>> [ax.get_title('left') for ax in hw.figures.cost(measured).axes]
    ['seconds', 'bytes']
    """
    figure = NotebookFigure(figsize=(WIDTH, HEIGHT), facecolor="white")
    for k, of in enumerate(QUANTITIES):
        box = np.array([0.65 + 5.0 * k, 1.25, 2.8, HEIGHT - 1.9]) / (WIDTH, HEIGHT, WIDTH, HEIGHT)
        panel(figure.add_axes(tuple(box)), cost, of)
    title = f"{brief(cost.function, 60)}: cost against n, by {cost.engine}"
    figure.text(0.2 / WIDTH, 1 - 0.25 / HEIGHT, title, **ink(9, MUTED, weight="bold"))
    legend(figure, cost)
    return figure


def panel(ax: Axes, cost: Cost, of: str) -> None:
    """Draw one quantity, seconds or bytes, of every computation against n."""
    frame(ax)
    ax.set(xscale="log", yscale="log")
    write = duration if of == "seconds" else memory
    ax.set_xlabel("n", **ink(9))
    ax.set_title(of, loc="left", pad=6, **ink(9))
    drawn = {name: _known(cost, name, of) for name in cost.names}
    drawn = {name: (n, q) for name, (n, q) in drawn.items() if len(n)}
    _limits(ax, cost.sizes, [q for _, q in drawn.values()])
    _ticks(ax, write)
    if not drawn:
        hatch(ax)
        caption(ax, "nothing was measured", below=30)
        return
    _guides(ax)
    for name, (n, q) in drawn.items():
        ax.plot(n, q, linewidth=1.5, markersize=3.6, zorder=4, **LINES[name])
    _labels(ax, cost, of, {name: (float(n[-1]), float(q[-1])) for name, (n, q) in drawn.items()})


def _known(cost: Cost, name: str, of: str) -> tuple[np.ndarray, np.ndarray]:
    amounts = getattr(cost, of)[name]
    known = np.isfinite(amounts) & (amounts > 0)
    return cost.sizes[known], amounts[known]


def _limits(ax: Axes, sizes: np.ndarray, amounts: list[np.ndarray]) -> None:
    low, high = np.log10([sizes[0], sizes[-1]])
    room = 0.04 * (high - low) or 0.3
    ax.set_xlim(10 ** (low - room), 10 ** (high + room))
    low, high = np.log10([min(map(np.min, amounts)), max(map(np.max, amounts))]) if amounts else (-6.0, 0.0)
    room = 0.06 * (high - low) or 0.3
    ax.set_ylim(10 ** (low - room), 10 ** (high + room))


def _ticks(ax: Axes, write: Callable[[float], str]) -> None:
    """Set powers of ten, on the upper axis with their unit, and few enough to be told apart."""
    for axis, (low, high), text in (
        (ax.xaxis, ax.get_xlim(), lambda x: f"{x:,.0f}"),
        (ax.yaxis, ax.get_ylim(), write),
    ):
        first, last = int(np.ceil(np.log10(low))), int(np.floor(np.log10(high)))
        step = 1 + (last - first) // 8
        places = [10.0**p for p in range(first, last + 1, step)]
        if len(places) < 2:
            places = [m * 10.0**p for p in range(first - 1, last + 1) for m in (1, 2, 5)]
            places = [x for x in places if low <= x <= high]
        axis.set_minor_locator(NullLocator())
        axis.set_ticks(places, labels=[text(x) for x in places], **ink(7.5, MUTED))


def _guides(ax: Axes) -> None:
    """Draw grey lines of slope 1 and 2 from the lower left corner up."""
    (left, right), (low, high) = np.log10([ax.get_xlim(), ax.get_ylim()])
    for power, name in GUIDES:
        end = min(right, left + (high - low) / power)
        top = low + power * (end - left)
        ax.plot(10 ** np.array([left, end]), 10 ** np.array([low, top]), color=BORDER, linewidth=1, zorder=1)
        middle = left + 0.8 * (end - left)
        place = (10**middle, 10 ** (low + power * (middle - left)))
        style = ink(7.5, MUTED, va="top", bbox=GROUND, zorder=5)
        ax.annotate(name, place, (3, -3), textcoords="offset points", **style)


def _labels(ax: Axes, cost: Cost, of: str, ends: dict[str, tuple[float, float]]) -> None:
    """Write beside the end of each line what it is and how it grows, moved apart where ends are near each other."""
    wide, tall = size_of(ax)
    places = {
        name: ax.transAxes.inverted().transform(ax.transData.transform(end)) for name, end in ends.items()
    }
    for across in {x for x, _ in places.values()}:
        names = sorted((a for a, (x, _) in places.items() if x == across), key=lambda name: places[name][1])
        heights = apart(np.array([places[name][1] * tall for name in names]), APART, tall)
        for name, height in zip(names, heights, strict=True):
            slope, colour = cost.slope(name, of), LINES[name]["color"]
            grows = f"{name}  {slope}{' *' * slope.is_overhead}" if slope.sizes[1:] else name
            leader: Style = {
                "arrowstyle": "-",
                "color": colour,
                "linewidth": 0.5,
                "alpha": 0.6,
                "relpos": (0, 0.5),
            }
            ax.annotate(
                grows, ends[name], (across + 16 / wide, height / tall), textcoords="axes fraction", va="center",
                arrowprops=leader | {"shrinkA": 1, "shrinkB": 3}, annotation_clip=False, bbox=GROUND,
                zorder=5, **ink(7.5, colour),
            )  # fmt: skip


def apart(places: np.ndarray, least: float, room: float) -> np.ndarray:
    """Move ascending places as little as it takes for each to be so far from the next, within 0 and `room`.

    Examples
    --------
    >>> apart(np.array([0.0, 1.0, 50.0, 99.0]), 10.0, 100.0).tolist()
    [0.0, 10.0, 50.0, 99.0]
    """
    steps = least * np.arange(len(places))
    upwards = np.maximum.accumulate(places - steps) + steps
    downwards = np.minimum.accumulate((places - steps)[::-1])[::-1] + steps
    middle = (upwards + downwards) / 2
    lowest, highest = steps, room - steps[::-1]
    return np.asarray(np.clip(middle, lowest, np.maximum(lowest, highest)))


def legend(figure: Figure, cost: Cost) -> None:
    """Say below the panels what the names are, and how slopes were fitted."""
    lines = [Line2D([], [], markersize=3.6, linewidth=1.5, **LINES[name]) for name in cost.names]
    words = [label if name == label else f"{name}: {label}" for name, label in cost.labels.items()]
    font = {"size": 7.5, "family": ink(8)["family"]}
    figure.legend(
        lines, words, loc="lower center", bbox_to_anchor=(0.5, 0.42 / HEIGHT), ncols=4, frameon=False, prop=font,
        labelcolor=MUTED, handlelength=2.6,
    )  # fmt: skip
    said = "powers of n are fitted over the larger half of the sizes, ± one standard error; * mostly overhead"
    if np.isfinite(cost.noise):
        said += (
            f"; medians of the repeats lie {number(100 * cost.noise, 2)} % above the least, which is drawn"
        )
    figure.text(0.5, 0.2 / HEIGHT, said, ha="center", **ink(7.5, MUTED))
