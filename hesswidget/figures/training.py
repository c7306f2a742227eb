"""Trainings as a figure: the loss, the sharpness against its threshold, and the one over the other."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from hesswidget.appearance import PATHS
from hesswidget.errors import ProblemError
from hesswidget.figures.cost import apart
from hesswidget.figures.panels.paths import LARGEST, SMALLEST
from hesswidget.figures.panels.sharpness import Heights, heights_of, sharpness_axis, within
from hesswidget.figures.style import (
    MUTED,
    TEXT,
    WIDTH,
    NotebookFigure,
    Style,
    brief,
    frame,
    ink,
    size_of,
    ticks,
)

if TYPE_CHECKING:
    from hesswidget.training.flow import Flow
    from hesswidget.training.run import Run

BODY, ROW = 3.5, 0.165  # inches: what stands above the words, and a line of those
LETTERS = 185  # of a line of words
MOST = len(PATHS)  # runs, each of which has a colour
APART = 8.0  # points: numbers of runs
DASHED: Style = {"linewidth": 1.0, "linestyle": (0, (4, 3)), "zorder": 2.5}
FLOWS: dict[str, Style] = {
    "central": {"color": TEXT, "linewidth": 1.4, "linestyle": "solid", "zorder": 4},
    "gradient": {"color": TEXT, "linewidth": 1.4, "linestyle": (0, (1, 1.5)), "zorder": 4},
}


class _Panels(NamedTuple):
    losses: Axes
    sharpness: Axes
    ratio: Axes


class _Both(NamedTuple):
    sharpness: Heights
    ratio: Heights


def training(runs: Run | Iterable[Run], *, flows: Flow | Iterable[Flow] = (), title: str = "") -> Figure:
    """Draw the loss of each run, its sharpness against its threshold, and the ratio of the two, over the steps.

    Of a method that divides by a diagonal the sharpness is that of the Hessian divided by it. With batches there is the
    loss of each, and that of all samples over it. What is seen stands below in words.

    Parameters
    ----------
    runs : Run or iterable of Run
        Such as `hesswidget.train` returns, up to twelve.
    flows : Flow or iterable of Flow
        Such as ``run.flow()`` returns, with the loss that they predict in the mean: black, gradient flow dotted.
    title : str, optional
        By default what the losses are called.

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    ProblemError
        If there are no runs, or more than twelve.

    Examples
    --------
    >>> import hesswidget as hw
    >>> run = hw.train(lambda x, y: x**2 + 3 * y**2, (1.0, 1.0), rate=0.1, steps=20, curvature_every=5)
    >>> [ax.get_title("left") for ax in hw.figures.training(run).axes]
    ['loss', 'sharpness, dashed its threshold', 'sharpness / threshold']
    """
    from hesswidget.training.flow import Flow
    from hesswidget.training.run import Run

    drawn = [runs] if isinstance(runs, Run) else list(runs)
    beside = [flows] if isinstance(flows, Flow) else list(flows)
    if not 1 <= len(drawn) <= MOST:
        raise ProblemError(f"{len(drawn)} runs were given; a figure draws from 1 to {MOST}.")
    words = [*(_words(k, run, len(drawn)) for k, run in enumerate(drawn)), *([str(flow)] for flow in beside)]
    height = BODY + ROW * sum(map(len, words)) + 0.1
    figure = NotebookFigure(figsize=(WIDTH, height), facecolor="white")
    names = dict.fromkeys(f"{run.name}, n = {run.parameters.shape[1]:,}" for run in drawn)
    heading = title or f"training of {' and '.join(names)}"
    figure.text(0.2 / WIDTH, 1 - 0.25 / height, brief(heading, 120), **ink(9, MUTED, weight="bold"))
    is_tested = any(run.test_loss is not None for run in drawn)
    heights = _Both(
        heights_of(
            [*map(_watched, drawn)], [run.threshold for run in drawn], [flow.sharpness for flow in beside]
        ),
        heights_of([run.ratio for run in drawn], [np.ones(1)], [*map(_ratio, beside)]),
    )
    panels = _panels(figure, height, "loss, dashed of test samples" if is_tested else "loss", heights)
    for k, run in enumerate(drawn):
        _draw_run(panels, run, _colour(k), heights)
    for flow in beside:
        _draw_flow(panels, flow, heights)
    _scale(panels, drawn)
    if len(drawn) > 1:
        _number(panels, drawn, heights)
    at = height - BODY - 0.1
    colours = [*map(_colour, range(len(drawn))), *(TEXT for _ in beside)]
    for colour, lines in zip(colours, words, strict=True):
        for j, said in enumerate(lines):
            style = ink(7.5, MUTED) if j else ink(7.5, colour, weight="bold")
            figure.text(0.2 / WIDTH, at / height, said, **style)
            at -= ROW
    return figure


def _panels(figure: Figure, height: float, losses: str, heights: _Both) -> _Panels:
    bottom, tall = height - BODY + 0.5, BODY - 1.2
    axes = []
    for left, name, scale in (
        (0.65, losses, None),
        (3.95, "sharpness, dashed its threshold", heights.sharpness),
        (7.2, "sharpness / threshold", heights.ratio),
    ):
        ax = figure.add_axes((left / WIDTH, bottom / height, 2.6 / WIDTH, tall / height))
        frame(ax)
        ax.set_title(name, loc="left", pad=6, **ink(9))
        ax.set_xlabel("steps", **ink(8, MUTED))
        if scale is not None:
            sharpness_axis(ax, scale)
        axes.append(ax)
    return _Panels(*axes)


def _draw_run(panels: _Panels, run: Run, colour: str, heights: _Both) -> None:
    every = np.arange(len(run))
    if run.batch:
        panels.losses.plot(every, _positive(run.loss), color=colour, linewidth=0.6, alpha=0.3, zorder=2)
        panels.losses.plot(run.steps, _positive(run.training_loss), color=colour, linewidth=1.4, zorder=3)
    else:
        panels.losses.plot(every, _positive(run.loss), color=colour, linewidth=1.1, zorder=3)
    if run.test_loss is not None:
        panels.losses.plot(run.steps, _positive(run.test_loss), color=colour, **DASHED)
    panels.sharpness.plot(run.steps, run.threshold, color=colour, **DASHED)
    marks: Style = {"marker": "o", "markersize": 2.4} if len(run.steps) <= 60 else {}
    for ax, values in zip(panels[1:], _lines(run, heights)[1:], strict=True):
        ax.plot(run.steps, values, color=colour, linewidth=1.4, zorder=3, **marks)


def _number(panels: _Panels, drawn: Sequence[Run], heights: _Both) -> None:
    """Write the number of each run where its line ends, at the right, moved apart where ends are near each other."""
    lines = zip(*(_lines(run, heights) for run in drawn), strict=True)
    for ax, values in zip(panels, lines, strict=True):
        known = [k for k, each in enumerate(values) if np.isfinite(each).any()]
        ends = [values[k][np.isfinite(values[k])][-1] for k in known]
        places = ax.transAxes.inverted().transform(ax.transData.transform([(0.0, end) for end in ends]))[:, 1]
        tall = size_of(ax)[1]
        order = np.argsort(places, kind="stable")
        places_apart = apart(np.clip(places[order], 0.0, 1.0) * tall, APART, tall)
        for k, height in zip(order, places_apart, strict=True):
            style = ink(7.5, _colour(known[k]), weight="bold", va="center", annotation_clip=False)
            ax.annotate(
                str(known[k] + 1), (1.0, height / tall), (4, 0), "axes fraction", "offset points", **style
            )


def _lines(run: Run, heights: _Both) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    sharp, ratio = within(_watched(run), heights.sharpness), within(run.ratio, heights.ratio)
    return _positive(run.training_loss), sharp, ratio


def _draw_flow(panels: _Panels, flow: Flow, heights: _Both) -> None:
    style = FLOWS[flow.kind]
    panels.losses.plot(flow.times, _positive(flow.predicted_loss), **style)
    panels.sharpness.plot(flow.times, within(flow.sharpness, heights.sharpness), **style)
    panels.ratio.plot(flow.times, within(_ratio(flow), heights.ratio), **style)


def _words(k: int, run: Run, count: int) -> list[str]:
    said = [f"{p.sentence[:1].upper()}{p.sentence[1:]}." for p in run.phases]
    told = f"{k + 1}  {run.title}" if count > 1 else run.title
    lines = [part for sentence in said for part in textwrap.wrap(sentence, LETTERS)]
    return [brief(f"{told}: {run.status}", LETTERS), *lines]


def _colour(k: int) -> str:
    return str(PATHS[k]["colour"])


def _watched(run: Run) -> np.ndarray:
    return run.sharpness if run.preconditioned_sharpness is None else run.preconditioned_sharpness


def _positive(values: np.ndarray) -> np.ndarray:
    return np.where((values > SMALLEST) & (values < LARGEST), values, np.nan)


def _ratio(flow: Flow) -> np.ndarray:
    return flow.sharpness * flow.rate / 2


def _scale(panels: _Panels, drawn: Sequence[Run]) -> None:
    panels.ratio.axhline(1.0, color=TEXT, **DASHED)
    losses = [x for run in drawn for x in (run.loss, run.training_loss, run.test_loss) if x is not None]
    _logarithmic(panels.losses, losses, 1e3 * max(float(run.loss[0]) for run in drawn))
    last = max(max(len(run) - 1, 1) for run in drawn)
    for ax in panels:
        ax.set_xlim(0, last)
        ticks(ax.xaxis, 0, last, most=4)


def _logarithmic(ax: Axes, values: Sequence[np.ndarray], ceiling: float) -> None:
    """Draw all that is positive, up to the ceiling if that is."""
    known = np.concatenate([_positive(each) for each in values])
    known = known[np.isfinite(known)]
    if not len(known):
        return
    low, high = float(known.min()), float(known.max())
    ax.set_autoscaley_on(False)  # beyond the largest number there is no room for a margin
    ax.set_yscale("log")
    ax.set_ylim(low / 1.5, 1.5 * max(min(high, ceiling) if ceiling > 0 else high, low))
    ax.yaxis.minorticks_off()
    ticks(ax.yaxis, *ax.get_ylim())
