"""A spectrum as a figure: its density with a band, both ends with their residuals, and those of the named blocks."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from hesswidget.appearance import DENSITY
from hesswidget.figures.panels.density import density
from hesswidget.figures.style import (
    ACCENT,
    BORDER,
    MUTED,
    NEGATIVE,
    POSITIVE,
    WIDTH,
    NotebookFigure,
    brief,
    caption,
    colour_of,
    frame,
    hatch,
    ink,
    ticks,
    unit_of,
)
from hesswidget.spectra.record import Spectrum
from hesswidget.wording import number

HEIGHT = 4.2  # inches
RIDGE = 0.85  # of the distance of two blocks
MOST_BLOCKS, MOST_NAMED = 12, 16


def spectrum(spectrum: Spectrum) -> Figure:
    """Draw how eigenvalues are spread, on a logarithmic axis, with the ends; and the spectra of blocks beside.

    Parameters
    ----------
    spectrum : Spectrum
        Such as `hesswidget.spectrum` returns.

    Returns
    -------
    matplotlib.figure.Figure

    Examples
    --------
    >>> import hesswidget as hw
    >>> [ax.get_title('left') for ax in hw.figures.spectrum(hw.spectrum(np.diag([-1.0, 0.5, 2.0]))).axes]
    ['density of eigenvalues', 'ends']
    """
    figure = NotebookFigure(figsize=(WIDTH, HEIGHT), facecolor="white")
    figure.text(0.2 / WIDTH, 1 - 0.25 / HEIGHT, _title(spectrum), **ink(9, MUTED, weight="bold"))
    is_parted = spectrum.parts is not None and spectrum.of_part is not None and len(spectrum.blocks) > 1
    ax = figure.add_axes(_box(0.75, 3.9 if is_parted else 5.0))
    density(ax, spectrum.density(), [*spectrum.largest.values, *spectrum.smallest.values])
    ax.set_title("density of eigenvalues", loc="left", pad=6, **ink(9))
    ends_panel(figure.add_axes(_box(5.4, 1.1) if is_parted else _box(6.5, 3.0)), spectrum)
    if is_parted:
        blocks_panel(figure.add_axes(_box(7.3, 2.5)), spectrum)
    said = [
        f"{name.replace('_', ' ')} {number(float(of.value), 4)} ± {number(float(of.error), 2)}"
        for name, of in spectrum.estimates.items()
        if name != "diagonal"
    ]
    method = spectrum.estimates["frobenius"].method
    sentences = ". ".join(s[:1].upper() + s[1:] for s in (spectrum.reason, *spectrum.notes))
    lines = [f"{' · '.join(said)} ({method})", f"{sentences}."]
    figure.text(0.2 / WIDTH, 0.34 / HEIGHT, brief(lines[0], 190), **ink(7.5, MUTED))
    figure.text(0.2 / WIDTH, 0.14 / HEIGHT, brief(lines[1], 190), **ink(7.5, MUTED))
    return figure


def ends_panel(ax: Axes, spectrum: Spectrum) -> None:
    """Draw the outermost eigenvalues as bars from zero, each with what its residual leaves open."""
    frame(ax)
    ax.spines[:].set_visible(False)
    ax.set_title("ends", loc="left", pad=6, **ink(9))
    values = np.concatenate([spectrum.largest.values, spectrum.smallest.values[::-1]])
    errors = np.concatenate([spectrum.largest.residuals, spectrum.smallest.residuals[::-1]])
    if spectrum.n <= len(values):
        values, errors = values[: spectrum.n], errors[: spectrum.n]
    if not len(values):
        hatch(ax)
        return
    unit = unit_of(values)
    places = np.arange(len(values))[::-1]
    ax.barh(places, values / unit, 0.62, color=[colour_of(float(v), 0.0) for v in values])
    shown = np.where(np.isfinite(errors), errors, 0.0) / unit
    ax.errorbar(values / unit, places, xerr=shown, fmt="none", ecolor=MUTED, elinewidth=1, capsize=2)
    ax.axvline(0, color=MUTED, linewidth=0.8)
    named = slice(None, None, 1 + (len(values) - 1) // MOST_NAMED)
    ax.set_yticks(places[named], [number(float(v), 4) for v in values[named]], **ink(7.5, MUTED))
    ticks(ax.xaxis, *ax.get_xlim(), unit, 3)
    known = errors[np.isfinite(errors)]
    said = (
        f"residuals up to {number(float(known.max()), 2)}" if len(known) else "how good they are is not known"
    )
    caption(ax, said, below=22, size=7.5)


def blocks_panel(ax: Axes, spectrum: Spectrum) -> None:
    """Draw the density of each named block, and from where to where it reaches: within the whole (Cauchy)."""
    frame(ax)
    ax.spines[:].set_visible(False)
    ax.set_title("blocks", loc="left", pad=6, **ink(9))
    shown = list(spectrum.blocks)[:MOST_BLOCKS]
    parts = [spectrum, *(spectrum.blocks[name] for name in shown)]
    unit = unit_of(np.array([[part.smallest.values[0], part.largest.values[0]] for part in parts]))
    for place, part in enumerate(parts):
        low, high = part.smallest.values[0] / unit, part.largest.values[0] / unit
        ax.plot([low, high], [-place] * 2, color=BORDER if place else ACCENT, linewidth=1, zorder=2)
        ax.plot([low, high], [-place] * 2, "|", color=MUTED if place else ACCENT, markersize=7, zorder=4)
        _ridge(ax, part, unit, -float(place))
    ax.axvline(0, color=MUTED, linewidth=0.8, zorder=1)
    ax.set_ylim(0.4 - len(parts), 1)
    names = ["all", *(brief(name, 10) for name in shown)]
    ax.set_yticks(-np.arange(len(names)), names, **ink(7.5, MUTED))
    ticks(ax.xaxis, *ax.get_xlim(), unit, 4)
    left = len(spectrum.blocks) - len(shown)
    caption(ax, f"density of each, logarithmic{f'; {left} more' * (left > 0)}", below=22, size=7.5)


def _ridge(ax: Axes, part: Spectrum, unit: float, foot: float) -> None:
    found = part.density()
    if not np.isfinite(found.values).all() or not found.values.any():
        return
    heights = np.log10(np.maximum(found.values / found.values.max(), 1e-300)) / DENSITY["decades"]
    tops = foot + RIDGE * np.clip(1 + heights, 0, 1)
    for side, colour in ((found.points <= 0, NEGATIVE), (found.points >= 0, POSITIVE)):
        ax.fill_between(
            found.points[side] / unit, foot, tops[side], color=colour, alpha=0.3, linewidth=0, zorder=3
        )


def _box(left: float, width: float) -> tuple[float, float, float, float]:
    return left / WIDTH, 1.05 / HEIGHT, width / WIDTH, (HEIGHT - 1.75) / HEIGHT


def _title(spectrum: Spectrum) -> str:
    return f"spectrum of {brief(spectrum.name, 70)}, n = {spectrum.n:,}: {spectrum.mode}, {spectrum.cost:,} products"
