"""Trainings as a figure: the loss, the sharpness against its threshold, and the one over the other."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from hesswidget.errors import ProblemError
from hesswidget.figures.panels.paths import LARGEST, SMALLEST, line
from hesswidget.figures.style import MUTED, TEXT, WIDTH, NotebookFigure, brief, frame, ink, ticks
from hesswidget.training.run import Run

BODY, ROW = 3.5, 0.165  # inches: what stands above the words, and a line of those
LETTERS = 190  # of a line of words
MOST = 8  # runs whose colours are told apart at a glance
SHARPNESS, RATIO = "sharpness, dashed its threshold", "sharpness / threshold"
ROOM = 2.2  # times the threshold, up to where sharpness is drawn that runs far beyond


def training(runs: Run | Iterable[Run], *, title: str = "") -> Figure:
    """Draw the loss of each run, its sharpness against its threshold, and the ratio of the two, over the steps.

    Of a method that divides by a diagonal the sharpness is that of the Hessian divided by it. With batches there is the
    loss of each, and that of all samples over it. What is seen stands below in words.

    Parameters
    ----------
    runs : Run or iterable of Run
        Such as `hesswidget.train` returns, up to eight.
    title : str, optional
        By default what the losses are called.

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    ProblemError
        If there are none, or more than eight.

    Examples
    --------
    >>> import hesswidget as hw
    >>> run = hw.train(lambda x, y: x**2 + 3 * y**2, (1.0, 1.0), rate=0.1, steps=20, curvature_every=5)
    >>> [ax.get_title("left") for ax in hw.figures.training(run).axes]
    ['loss', 'sharpness, dashed its threshold', 'sharpness / threshold']
    """
    drawn = [runs] if isinstance(runs, Run) else list(runs)
    if not 1 <= len(drawn) <= MOST:
        raise ProblemError(f"{len(drawn)} runs were given; a figure draws from 1 to {MOST}.")
    words = [_words(k, run, len(drawn)) for k, run in enumerate(drawn)]
    height = BODY + ROW * sum(map(len, words)) + 0.1
    figure = NotebookFigure(figsize=(WIDTH, height), facecolor="white")
    names = list(dict.fromkeys(f"{run.name}, n = {run.parameters.shape[1]:,}" for run in drawn))
    heading = title or f"training of {' and '.join(names)}"
    figure.text(0.2 / WIDTH, 1 - 0.25 / height, brief(heading, 120), **ink(9, MUTED, weight="bold"))
    bottom, tall = height - BODY + 0.5, BODY - 1.2
    boxes = [(left / WIDTH, bottom / height, 2.65 / WIDTH, tall / height) for left in (0.65, 3.95, 7.2)]
    losses, sharpness, ratio = (figure.add_axes(box) for box in boxes)
    is_tested = any(run.test_loss is not None for run in drawn)
    titles = ("loss, dashed of test samples" if is_tested else "loss", SHARPNESS, RATIO)
    for ax, name in zip((losses, sharpness, ratio), titles, strict=True):
        frame(ax)
        ax.set_title(name, loc="left", pad=6, **ink(9))
        ax.set_xlabel("steps", **ink(8, MUTED))
    ratio.axhline(1.0, color=TEXT, linewidth=0.9, linestyle=(0, (4, 3)), zorder=1)
    for k, run in enumerate(drawn):
        _draw_run(losses, sharpness, ratio, run, line(k))
    last = max(max(len(run) - 1, 1) for run in drawn)
    _scale_losses(losses, drawn)
    _scale(sharpness, [np.concatenate([_watched(run), run.threshold]) for run in drawn], _ceiling(drawn))
    _scale(ratio, [np.append(run.ratio, 1.0) for run in drawn], ROOM)
    for ax in (losses, sharpness, ratio):
        ax.set_xlim(0, last)
        ticks(ax.xaxis, 0, last, most=4)
    at = height - BODY - 0.1
    for k, lines in enumerate(words):
        for j, said in enumerate(lines):
            colour = str(line(k)["color"]) if j == 0 else MUTED
            figure.text(
                0.2 / WIDTH, at / height, said, **ink(7.5, colour, weight="bold" if j == 0 else "normal")
            )
            at -= ROW
    return figure


def _draw_run(losses: Axes, sharpness: Axes, ratio: Axes, run: Run, style: dict[str, object]) -> None:
    colour = style["color"]
    faint = {"color": colour, "linewidth": 0.7, "alpha": 0.45, "zorder": 2}
    if run.batch:
        losses.plot(np.arange(len(run)), _positive(run.loss), **faint)  # type: ignore[arg-type]
        losses.plot(run.steps, _positive(run.training_loss), zorder=3, **style)  # type: ignore[arg-type]
    else:
        losses.plot(np.arange(len(run)), _positive(run.loss), zorder=3, color=colour, linewidth=1.1)
    dashed = {"color": colour, "linewidth": 1.0, "linestyle": (0, (4, 3)), "zorder": 2.5}
    if run.test_loss is not None:
        losses.plot(run.steps, _positive(run.test_loss), **dashed)  # type: ignore[arg-type]
    marks = {"marker": "o", "markersize": 2.4} if len(run.steps) <= 60 else {}
    sharpness.plot(run.steps, run.threshold, **dashed)  # type: ignore[arg-type]
    sharpness.plot(run.steps, _watched(run), zorder=3, **marks, **style)  # type: ignore[arg-type]
    ratio.plot(run.steps, run.ratio, zorder=3, **marks, **style)  # type: ignore[arg-type]


def _watched(run: Run) -> np.ndarray:
    return run.sharpness if run.preconditioned_sharpness is None else run.preconditioned_sharpness


def _positive(values: np.ndarray) -> np.ndarray:
    return np.where((values > SMALLEST) & (values < LARGEST), values, np.nan)


def _ceiling(drawn: list[Run]) -> float:
    known = np.concatenate([run.threshold[np.isfinite(run.threshold)] for run in drawn])
    return ROOM * float(known.max()) if len(known) else np.inf


def _scale(ax: Axes, values: list[np.ndarray], ceiling: float) -> None:
    """Draw from zero up to the largest value, or the ceiling where values run far beyond."""
    known = np.concatenate(values)
    known = known[np.isfinite(known)]
    low, high = float(np.min(known, initial=0.0)), float(np.max(known, initial=0.0))
    top = 1.08 * min(high, max(ceiling, low)) if high > 0 else 1.0
    ax.set_ylim(1.08 * max(low, -top), top)
    ticks(ax.yaxis, *ax.get_ylim())


def _scale_losses(ax: Axes, drawn: list[Run]) -> None:
    drawn_losses = [x for run in drawn for x in (run.loss, run.training_loss, run.test_loss) if x is not None]
    known = np.concatenate([_positive(x) for x in drawn_losses])
    known = known[np.isfinite(known)]
    if not len(known):
        return
    start = max(float(run.loss[0]) for run in drawn)
    low, high = float(known.min()), float(known.max())
    if start > 0:
        high = min(high, 1e3 * start)
    ax.set_yscale("log")
    ax.set_ylim(low / 1.5, 1.5 * max(high, low))
    ax.yaxis.minorticks_off()
    ticks(ax.yaxis, *ax.get_ylim())


def _words(k: int, run: Run, count: int) -> list[str]:
    sentences = [f"{p.sentence[:1].upper()}{p.sentence[1:]}." for p in run.phases]
    told = f"{k + 1}  {run.title}" if count > 1 else run.title
    return [
        brief(f"{told}: {run.status}", LETTERS),
        *(part for s in sentences for part in textwrap.wrap(s, LETTERS)),
    ]
