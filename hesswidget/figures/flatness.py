"""Measures of sharpness against the gap between test and fit, a dot for each training."""

from __future__ import annotations

import textwrap

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import NullLocator

from hesswidget.appearance import PATHS
from hesswidget.errors import ProblemError
from hesswidget.figures.style import MUTED, TEXT, NotebookFigure, brief, frame, ink, ticks
from hesswidget.training.flatness import MEASURES, Flatness
from hesswidget.wording import number

WIDTH, HEIGHT = 10.0, 3.9  # inches
LETTERS = 185  # of a line of words
MARKERS = "os^Dv"  # of batches, in their order
SIZE = 4.5  # points


def flatness(found: Flatness) -> Figure:
    """Draw each measure of each training against its gap, with the rank correlation.

    Colours are rates, shapes batches; what was trained with weight decay is hollow.

    Parameters
    ----------
    found : Flatness
        Such as `hesswidget.flatness` returns.

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    ProblemError
        If there are no trainings in it.
    """
    if not len(found):
        raise ProblemError("all trainings diverged, or none was done; there is nothing to draw.")
    figure = NotebookFigure(figsize=(WIDTH, HEIGHT), facecolor="white")
    heading = f"{len(found)} trainings of {found.name}, {found.steps:,} steps each"
    figure.text(0.2 / WIDTH, 1 - 0.25 / HEIGHT, brief(heading, 120), **ink(9, MUTED, weight="bold"))
    figure.text(0.2 / WIDTH, 1 - 0.45 / HEIGHT, brief(_key(found), 170), **ink(7.5, MUTED))
    gaps, correlations = found.gap, found.correlations
    for k, (name, title) in enumerate(MEASURES.items()):
        place = ((0.62 + 2.38 * k) / WIDTH, 1.45 / HEIGHT, 1.95 / WIDTH, 1.5 / HEIGHT)
        ax = figure.add_axes(place)
        frame(ax)
        ax.set_title(f"{title}, {correlations[name]}".rsplit(" of ", 1)[0], loc="left", pad=6, **ink(7.5))
        _draw(ax, found, found.measure(name), gaps)
        if k == 0:
            ax.set_ylabel("test loss − loss", labelpad=2, **ink(8))
    words = " ".join(f"{sentence}." for sentence in found.sentences)
    lines = "\n".join(textwrap.wrap(words, LETTERS))
    figure.text(0.2 / WIDTH, 1.05 / HEIGHT, lines, va="top", linespacing=1.5, **ink(7.5, TEXT))
    return figure


def _axes(found: Flatness) -> tuple[list[float], list[int | None]]:
    settings = [one.setting for one in found.trainings]
    batches = sorted({s.batch for s in settings}, key=lambda batch: (batch is not None, batch))
    return sorted({s.rate for s in settings}), batches


def _key(found: Flatness) -> str:
    """Say which shapes are which batches; colours are named where they stand."""
    _, batches = _axes(found)
    names = {"o": "discs", "s": "squares", "^": "triangles", "D": "diamonds", "v": "triangles upside down"}
    shapes = [
        f"{names[MARKERS[k % len(MARKERS)]]} {'all samples' if batch is None else f'batches of {batch}'}"
        for k, batch in enumerate(batches)
    ]
    hollow = ["hollow with weight decay"] if any(one.setting.weight_decay for one in found.trainings) else []
    rates, _ = _axes(found)
    colours = f"rates {', '.join(number(r) for r in rates)} from blue on" if len(rates) > 1 else ""
    return "; ".join(filter(None, [", ".join([*shapes, *hollow]), colours]))


def _draw(ax: Axes, found: Flatness, measure: np.ndarray, gaps: np.ndarray) -> None:
    rates, batches = _axes(found)
    positive = np.all(measure[np.isfinite(measure)] > 0)
    for one, x, y in zip(found.trainings, measure, gaps, strict=True):
        s = one.setting
        colour = PATHS[rates.index(s.rate) % len(PATHS)]["colour"]
        marker = MARKERS[batches.index(s.batch) % len(MARKERS)]
        face = "white" if s.weight_decay else colour
        ax.plot(
            [x], [y], marker=marker, markersize=SIZE, color=face, markeredgecolor=colour, linestyle="none"
        )
    if positive:
        ax.set_xscale("log")
    for axis, ends in ((ax.xaxis, ax.get_xlim()), (ax.yaxis, ax.get_ylim())):
        axis.set_minor_locator(NullLocator())
        ticks(axis, *ends, most=4)
