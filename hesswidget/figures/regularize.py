"""A training with what regularizes it beside the same without: what the model says, losses, eigenvalues, evidence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import NullLocator

from hesswidget.appearance import PATHS
from hesswidget.figures.style import (
    ACCENT,
    BORDER,
    MUTED,
    TEXT,
    NotebookFigure,
    Style,
    brief,
    colour_of,
    frame,
    ink,
    line_of,
    ticks,
)
from hesswidget.models.model import Model
from hesswidget.training.solution import DECAYS, Grid, classes_of
from hesswidget.wording import number

WIDTH, HEIGHT = 10.0, 5.0  # inches
MARKERS = "o^sD"  # of classes
LEVELS = 7  # lines of equal values
RISE = 10  # times the first loss, up to where losses are drawn
DEPTH = 60  # of the logarithm of the evidence, below its largest
Arrays = Mapping[str, np.ndarray]


def regularize(
    arrays: Arrays, model: Model, grid: Grid, *, title: str = "", parameters: Mapping[str, Any] | None = None
) -> Figure:
    """Draw a training with what regularizes it, and the same without.

    Parameters
    ----------
    arrays : dict of ndarray
        Such as ``w.trained`` of `hesswidget.regularize`.
    model : Model
    grid : Grid
        The inputs of ``fit``.
    title : str, optional
    parameters : dict, optional
        Written below the title.

    Returns
    -------
    matplotlib.figure.Figure

    Examples
    --------
    >>> import hesswidget as hw
    >>> w = hw.regularize(hw.models.linear_regression("plane"))
    >>> [ax.get_title("left") for ax in w.figure().axes]
    ['what the model says', 'losses, thin of the test', 'eigenvalues, dashes without', 'evidence']
    """
    figure = NotebookFigure(figsize=(WIDTH, HEIGHT), facecolor="white")
    figure.text(
        0.2 / WIDTH, 1 - 0.25 / HEIGHT, brief(title or model.name, 120), **ink(9, MUTED, weight="bold")
    )
    said = ", ".join(f"{a} {number(v)}" for a, v in (parameters or {}).items() if v and a != "l2")
    figure.text(0.2 / WIDTH, 1 - 0.47 / HEIGHT, brief(said, 170), **ink(7.5, MUTED))
    is_tested = bool(np.isfinite(arrays["test_losses"]).any())
    places = ((0.6, 1.0, 2.5, 3.0), (3.85, 1.0, 2.5, 3.0), (6.95, 2.9, 2.8, 1.1), (6.95, 1.0, 2.8, 1.1))
    names = (
        "what the model says",
        "losses, thin of the test" if is_tested else "losses",
        "eigenvalues, dashes without",
        "evidence",
    )
    axes = []
    for (left, bottom, wide, tall), name in zip(places, names, strict=True):
        ax = figure.add_axes((left / WIDTH, bottom / HEIGHT, wide / WIDTH, tall / HEIGHT))
        frame(ax)
        ax.set_title(name, loc="left", pad=6, **ink(9))
        axes.append(ax)
    _draw_fit(axes[0], arrays, model, grid)
    _draw_losses(axes[1], arrays)
    _draw_eigenvalues(axes[2], arrays)
    _draw_evidence(axes[3], arrays, (parameters or {}).get("weight_decay", 0.0))
    for k, (which, prefix) in enumerate((("regularized", ""), ("without", "plain_"))):
        figure.text(
            0.2 / WIDTH,
            (0.42 - 0.19 * k) / HEIGHT,
            f"{which}: {_told(arrays, prefix)}",
            **ink(7.5, _line(k)["color"]),
        )
    return figure


def _line(which: int, width: float = 1.6) -> Style:
    path = PATHS[which]
    return line_of(path["colour"], width, path["dashes"])


def _told(arrays: Arrays, prefix: str) -> str:
    values = arrays[f"{prefix}eigenvalues"]
    told = {
        "loss": arrays[f"{prefix}train_loss"],
        "of the test": arrays[f"{prefix}test_loss"],
        "λ max": values[-1],
        "trace": np.sum(values),
        "condition": arrays[f"{prefix}condition_number"],
        "|w|": arrays[f"{prefix}weights"],
    }
    known = [f"{name} {number(float(x))}" for name, x in told.items() if np.isfinite(x)]
    if not prefix and np.isfinite(arrays["effective_dimension"]):
        known.append(f"effective dimension {number(float(arrays['effective_dimension']))} of {len(values)}")
    return ", ".join([*known, f"{int(arrays[f'{prefix}count']):,} steps"])


def _draw_fit(ax: Axes, arrays: Arrays, model: Model, grid: Grid) -> None:
    outputs, are_classes = classes_of(model), model.loss_function.is_of_classes
    fits = [arrays[name].reshape(-1, outputs) for name in ("fit", "plain_fit")]
    sets = [(s, is_test) for s, is_test in ((model.test, True), (model.train, False)) if s is not None]
    if grid.kind == "curve":
        for samples, is_test in sets:
            targets = model.loss_function.read(samples, model.data).reshape(len(samples), -1)
            for column in targets.T:
                ax.plot(samples.inputs[:, 0], column, **_dots("o", is_test, TEXT))
        low, high = ax.get_ylim()
        for k, fit in reversed(list(enumerate(fits))):
            ax.plot(grid.inputs[:, 0], fit, **_line(k))
        room = 0.25 * (high - low)
        ax.set_ylim(low - room, high + room)
        ax.set_xlim(*grid.ends[0])
    elif grid.kind == "plane":
        x, y = (np.linspace(low, high, grid.size) for low, high in grid.ends)
        for k, fit in reversed(list(enumerate(fits))):
            if np.isfinite(fit).all():
                _draw_regions(ax, x, y, fit.reshape(grid.size, grid.size, outputs), k, are_classes)
        for samples, is_test in sets:
            targets = model.loss_function.read(samples, model.data)
            which = _labels(targets) if are_classes else np.zeros(len(samples), int)
            for label in np.unique(which):
                at = samples.inputs[which == label]
                colour = PATHS[label % len(PATHS)]["colour"] if are_classes else TEXT
                ax.plot(at[:, 0], at[:, 1], **_dots(MARKERS[label % len(MARKERS)], is_test, colour))
    else:
        _draw_predictions(ax, fits[0], model)
    _tick(ax)


def _labels(targets: np.ndarray) -> np.ndarray:
    return np.asarray(targets.argmax(axis=1) if targets.ndim > 1 else targets.astype(int))


def _dots(marker: str, is_test: bool, colour: str) -> Style:
    edge = {"markeredgecolor": colour, "markeredgewidth": 0.8}
    return {
        "marker": marker,
        "markersize": 3.4,
        "linestyle": "none",
        "color": "white" if is_test else colour,
        **edge,
    }


def _draw_regions(
    ax: Axes, x: np.ndarray, y: np.ndarray, said: np.ndarray, k: int, are_classes: bool
) -> None:
    outputs = said.shape[2]
    if are_classes and outputs > 1:
        for label in range(outputs):
            margin = said[..., label] - np.delete(said, label, axis=2).max(axis=2)
            _contour(ax, x, y, margin, [0.0], k)
            if k == 0:
                ax.contourf(
                    x, y, margin, [0.0, np.inf], colors=[PATHS[label % len(PATHS)]["colour"]], alpha=0.12
                )
    elif are_classes:
        if k == 0:
            colours = [PATHS[0]["colour"], PATHS[1]["colour"]]
            ax.contourf(x, y, said[..., 0], [0.0, 0.5, 1.0], colors=colours, alpha=0.12)
        _contour(ax, x, y, said[..., 0], [0.5], k)
    else:
        values = said[..., 0]
        levels = np.linspace(values.min(), values.max(), LEVELS + 2)[1:-1]
        if np.all(np.diff(levels) > 0):
            _contour(ax, x, y, values, levels, k)


def _contour(ax: Axes, x: np.ndarray, y: np.ndarray, values: np.ndarray, levels: Any, k: int) -> None:
    if values.min() < np.min(levels) < values.max():
        style = "solid" if k == 0 else (0, (4, 2))
        ax.contour(x, y, values, levels, colors=[PATHS[k]["colour"]], linewidths=1.5, linestyles=[style])


def _draw_predictions(ax: Axes, fit: np.ndarray, model: Model) -> None:
    samples = [s for s in (model.train, model.test) if s is not None]
    truth = np.concatenate([model.loss_function.read(s, model.data) for s in samples])[: len(fit)]
    if not model.loss_function.is_of_classes:
        across, up = truth.reshape(len(truth), -1)[:, 0], fit[:, 0]
        ax.plot(across, across, color=BORDER, linewidth=1.0)
    else:
        true = (
            np.where(truth > 0, fit[:, 0], 1 - fit[:, 0]) if truth.ndim == 1 else np.sum(truth * fit, axis=1)
        )
        across, up = np.arange(len(true)), true
        ax.axhline(0.5, color=BORDER, linewidth=1.0)
    fitted = len(model.train)
    ax.plot(across[fitted:], up[fitted:], **_dots("o", True, TEXT))
    ax.plot(across[:fitted], up[:fitted], **_dots("o", False, TEXT))


def _draw_losses(ax: Axes, arrays: Arrays) -> None:
    most = RISE * float(arrays["plain_train_losses"][0])
    for k, prefix in ((1, "plain_"), (0, "")):
        for name, width in (("train_losses", 1.8), ("test_losses", 0.9)):
            losses = arrays[prefix + name]
            shown = np.where(
                (losses > 0) & (losses < most), losses, np.nan
            )  # what diverges leaves the picture
            ax.plot(arrays[f"{prefix}moments"], shown, **_line(k, width))
    ax.set_yscale("log")
    _tick(ax)


def _draw_eigenvalues(ax: Axes, arrays: Arrays) -> None:
    values, before = arrays["eigenvalues"], arrays["plain_eigenvalues"]
    if not np.isfinite(values).all():
        return
    tolerance = float(arrays["zero_threshold"])
    places = np.arange(len(values))
    ax.bar(places, values, width=0.62, color=[colour_of(float(v), tolerance) for v in values])
    if np.isfinite(before).all():
        ax.hlines(before, places - 0.42, places + 0.42, color=TEXT, linewidth=1.0, linestyle=(0, (2, 1)))
    ax.axhline(0.0, color=MUTED, linewidth=0.7)
    ax.set_xticks([])
    ticks(ax.yaxis, *ax.get_ylim())


def _draw_evidence(ax: Axes, arrays: Arrays, decay: float) -> None:
    evidences, best = arrays["evidences"], float(arrays["best_decay"])
    if not np.isfinite(evidences).any():
        return
    top = np.nanmax(evidences)
    ax.plot(DECAYS, evidences, **_line(0))
    ax.set_xscale("log")
    ax.set_xlim(DECAYS[0], DECAYS[-1])
    low = max(float(np.nanmin(evidences)), top - DEPTH)
    room = 0.1 * (top - low or 1)
    ax.set_ylim(low - room, top + 2 * room)
    if decay >= DECAYS[0]:
        ax.axvline(decay, color=MUTED, linewidth=0.9)
    if DECAYS[0] < best < DECAYS[-1]:
        ax.plot([best], [top + room], marker="v", color=ACCENT, markersize=6, clip_on=False)
        ax.set_title(f"largest at {number(best)}", loc="right", pad=6, **ink(7.5, MUTED))
    ax.set_xlabel("weight decay", **ink(8, TEXT))
    _tick(ax)


def _tick(ax: Axes) -> None:
    for axis, ends in ((ax.xaxis, ax.get_xlim()), (ax.yaxis, ax.get_ylim())):
        axis.set_minor_locator(NullLocator())
        ticks(axis, *ends)
