"""Paths of descent methods as a figure: where they go, and how fast they come down."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from hesswidget.descent.basins import BasinMap
from hesswidget.descent.common_plane import common_plane, share_in
from hesswidget.descent.path import Path
from hesswidget.descent.proposal import NextStep
from hesswidget.descent.sweep import SweepMap
from hesswidget.errors import ProblemError
from hesswidget.figures.panels.basins import named
from hesswidget.figures.panels.next_step import next_step as draw_next_step
from hesswidget.figures.panels.paths import END, START, convergence, line, paths
from hesswidget.figures.panels.sharpness import heights_of, sharpness_axis, within
from hesswidget.figures.panels.sweep import mark_of_limit
from hesswidget.figures.panels.sweep import sweep as draw_sweep
from hesswidget.figures.style import MUTED, WIDTH, NotebookFigure, brief, frame, ink, ticks
from hesswidget.landscape.plane import Plane
from hesswidget.landscape.sampler import Slice
from hesswidget.landscape.scale import AUTOMATIC
from hesswidget.wording import amount, number

COLUMNS = 4  # of the legend
BODY, ROW = 3.95, 0.2  # inches: what stands above the legend, and a row of it
SWEPT = 3.45  # inches: a sweep, between the two


def descent(
    drawn: Iterable[Path] | Path,
    slice_: Slice | None = None,
    *,
    against: str = "steps",
    scale: str = AUTOMATIC,
    title: str = "",
    basins: BasinMap | None = None,
    sweep: SweepMap | None = None,
    at: Mapping[str, float] | None = None,
    next_step: NextStep | None = None,
    gradient: bool = True,
    proposal: bool = True,
    ratios: Sequence[tuple[np.ndarray, np.ndarray]] | None = None,
) -> Figure:
    """Draw paths where they go, and beside it how f and its gradient fall along them.

    Each has a colour and dashes of its own, a ring where it starts and a square where it ends.

    Parameters
    ----------
    drawn : iterable of Path
        Such as what `hesswidget.minimize` and `hesswidget.path` return; or one alone.
    slice_ : Slice, optional
        The function, on the plane in which the paths are drawn, such as ``hw.common_plane(paths).sample(f)``. Without
        it that plane is used, without contours.
    against : {"steps", "cost"}
        What runs to the right: steps, or what they cost, in gradients.
    scale : {"automatic", "equal", "filling"}
        Whether one unit is as long along both axes; see `hesswidget.landscape.scale.is_to_scale`.
    title : str, optional
        By default the function's name, where all have the same.
    basins : BasinMap, optional
        Where the paths of a method end from every start in the slice, which is drawn in the contours' place.
    sweep : SweepMap, optional
        What a method's path comes to over its hyperparameters, which is drawn below.
    at : mapping, optional
        Their present values.
    next_step : NextStep, optional
        Of one path, drawn over its landscape.
    gradient, proposal : bool
        Of it, whether −∇f is drawn, and all else.
    ratios : sequence of pair of ndarray, optional
        For each path the steps at which curvature was measured, and the sharpness over the threshold of its method
        there: drawn in the place of the gradient's norm.

    Returns
    -------
    matplotlib.figure.Figure
        With three axes: the paths; f above the lowest value that any of them reached; the gradient's norm, or those
        ratios; and of a sweep a fourth.

    Raises
    ------
    ProblemError
        If there are no paths, they have no plane in common, or `against` is neither.

    Examples
    --------
    >>> import hesswidget as hw
    >>> f = lambda x, y: (1 - x) ** 2 + 100 * (y - x**2) ** 2
    >>> tried = [hw.minimize(f, (-1.2, 1.0), method=m) for m in ("newton", "bfgs")]
    >>> figure = hw.figures.descent(tried, hw.common_plane(tried).sample(f, resolution=21))
    >>> [ax.get_ylabel() for ax in figure.axes]
    ['x₂', 'f − f_min', '|∇f|']
    """
    given = [drawn] if isinstance(drawn, Path) else list(drawn)
    for k, path in enumerate(given):
        if not isinstance(path, Path):
            raise ProblemError(f"path {k} is {path!r:.60}; it takes a Path, such as hw.path(points) returns.")
    if against not in ("steps", "cost"):
        raise ProblemError(f"against is {against!r:.40}; it takes 'steps' or 'cost'.")
    plane = common_plane(given).plane  # which refuses what has none in common
    if slice_ is not None:
        plane = slice_.plane
        if len(plane.origin) != given[0].points.shape[1]:
            raise ProblemError(
                f"the slice is of {len(plane.origin)} variables; the paths have {given[0].points.shape[1]}."
            )
    places, names = named(basins, float(np.max(np.diff(basins.plane.ends)))) if basins else ([], [])
    ahead = 0 if next_step is None else 1 if next_step.made is None else 5  # marks, at most
    rows = -(-(len(given) + len(names) + ahead + (2 if names else 0)) // COLUMNS)
    height = BODY + (SWEPT if sweep else 0.0) + ROW * rows
    figure = NotebookFigure(figsize=(WIDTH, height), facecolor="white")

    def axes(left: float, top: float, width: float, tall: float) -> tuple[float, float, float, float]:
        return left / WIDTH, 1 - (top + tall) / height, width / WIDTH, tall / height

    paths(figure.add_axes(axes(0.66, 0.55, 3.9, 2.85)), given, plane, slice_, scale=scale, over=basins)
    if next_step is not None and slice_ is not None:
        marks, said = draw_next_step(figure.axes[0], next_step, slice_, gradient=gradient, proposal=proposal)
        places, names = [*places, *marks], [*names, *said]
    least = _least(given)
    value, slope = figure.add_axes(axes(6.0, 0.55, 3.8, 1.35)), figure.add_axes(axes(6.0, 2.05, 3.8, 1.35))
    convergence(value, given, lambda path: path.values - least, "f − f_min", against)
    value.set_xlabel("")
    value.tick_params(labelbottom=False)
    if ratios is None:
        convergence(slope, given, lambda path: path.gradient_norms, "|∇f|", against)
    else:
        _sharpness(slope, ratios)
    _headings(figure, given, plane, title, least)
    if sweep is not None:
        box = figure.add_axes(axes(0.66, BODY + 0.25, 3.9, SWEPT - 0.85))
        draw_sweep(box, sweep, at or {axis.name: axis.value for axis in sweep.axes})
        _beside(figure, box, sweep)
    _legend(figure, given, places, names)
    return figure


def _beside(figure: Figure, box: Axes, sweep: SweepMap) -> None:
    """Say beside a sweep whose it is, and what its colours are."""
    what = " and ".join(axis.name for axis in sweep.axes)
    left, top = 0.6, (box.get_position().y1 * figure.get_figheight() + 0.08) / figure.get_figheight()
    figure.text(0.02, top, brief(f"sweep of {what}: {sweep.method}", 70), **ink(9, MUTED, weight="bold"))
    reach = float(np.max(np.abs(sweep.points), initial=1.0))
    marks, names = named(sweep, reach)
    lines, said = mark_of_limit(sweep)
    font = {"size": 8, "family": ink(8)["family"]}
    shown = figure.legend(
        [*marks, *lines], [*names, *said], loc="upper left", bbox_to_anchor=(left, top), frameon=False, prop=font,
        labelcolor=MUTED, handlelength=3.2,
    )  # fmt: skip
    for text in shown.get_texts():
        text.set_parse_math(False)


def _sharpness(ax: Axes, ratios: Sequence[tuple[np.ndarray, np.ndarray]]) -> None:
    """Draw how much of its threshold the sharpness is along each path; above 1 an oscillation grows."""
    frame(ax)
    ax.axhline(1.0, color=MUTED, linewidth=1.0, linestyle=(0, (4, 3)))
    heights = heights_of([ratio for _, ratio in ratios], [np.ones(1)])
    for k, (steps, ratio) in enumerate(ratios):
        ax.plot(steps, within(ratio, heights), **line(k))
    last = max((float(steps[-1]) for steps, _ in ratios if len(steps)), default=0.0) or 1.0
    ax.set_xlim(0.0, last)
    ticks(ax.xaxis, 0.0, last)
    sharpness_axis(ax, heights, most=4)
    ax.set_xlabel("steps", **ink(9))
    ax.set_ylabel("sharpness / threshold", **ink(9))


def _least(given: list[Path]) -> float:
    """Return the lowest value that any path reached."""
    values = np.concatenate([path.values for path in given])
    return float(np.min(values[np.isfinite(values)], initial=np.inf))


def _headings(figure: Figure, given: list[Path], plane: Plane, title: str, least: float) -> None:
    """Name the function, how much of the paths its plane shows, and the lowest value, above the axes."""
    names = {path.function for path in given}
    named = title or (names.pop() if len(names) == 1 else amount(len(given), "path"))
    is_cut = len(plane.origin) > len(plane.basis)  # then it is said what of the motion is seen
    texts = [(0.2, "left", brief(named, 22 if is_cut else 30), ink(9, MUTED, weight="bold"))]
    texts.append((5.3, "left", "convergence", ink(9, MUTED, weight="bold")))
    if is_cut:
        share = share_in(np.concatenate([path.points for path in given]) - plane.origin, plane.basis)
        held = f"the plane holds {number(100 * share, 3)} % of the motion"
        texts.append((4.56, "right", held, ink(8, MUTED)))
    if np.isfinite(least):
        texts.append((9.8, "right", f"f_min = {number(least, 6)}, the lowest reached", ink(8, MUTED)))
    for left, side, text, style in texts:
        figure.text(left / WIDTH, 1 - 0.34 / figure.get_figheight(), text, ha=side, **style)


def _to(path: Path) -> str:
    """Say of a path that has converged to what, where that is known."""
    return f" to a {path.end}" if path.converged and path.end in ("minimum", "saddle", "maximum") else ""


def _legend(figure: Figure, given: list[Path], places: list[Artist], names: list[str]) -> None:
    """Say below the axes which line is which path, and what ring and square are."""
    lines: list[Artist] = [Line2D([], [], **line(k)) for k in range(len(given))]
    labels = [f"{brief(path.method, 28)}, {amount(len(path) - 1, 'step')}{_to(path)}" for path in given]
    for mark, name in ((START, "start"), (END, "end")):
        lines.append(Line2D([], [], color=MUTED, linestyle="none", **mark))
        labels.append(name)
    lines, labels = [*lines, *places], [*labels, *names]
    font = {"size": 8, "family": ink(8)["family"]}
    shown = figure.legend(
        lines, labels, loc="lower center", ncols=COLUMNS if names else min(COLUMNS + 2, len(lines)), frameon=False,
        prop=font, labelcolor=MUTED, handlelength=3.2,
    )  # fmt: skip
    for text in shown.get_texts():
        text.set_parse_math(False)
