"""The critical points of a linear autoencoder as a figure: index against loss."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from matplotlib.figure import Figure

from hesswidget.errors import ProblemError
from hesswidget.figures.style import CLASS_COLOURS, GLYPHS, MUTED, NotebookFigure, frame, ink, ticks

if TYPE_CHECKING:
    from hesswidget.models.ladder import Ladder

NAMED = 40  # points whose subsets are written beside them


def ladder(rungs: Ladder) -> Figure:
    """Draw how many directions lead down from each critical point, against its loss.

    Parameters
    ----------
    rungs : Ladder
        Of `hesswidget.models.ladder`.

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    ProblemError
        If it is none.

    Examples
    --------
    >>> import hesswidget as hw
    >>> rungs = hw.models.ladder(hw.models.linear_autoencoder([[2.0, 0.0], [0.0, 1.0]], hidden=1))
    >>> hw.figures.ladder(rungs).axes[0].get_xlabel()
    'loss'
    """
    from hesswidget.models.ladder import Ladder  # here, since it brings all models

    if not isinstance(rungs, Ladder):
        raise ProblemError(f"{rungs!r:.60} is no ladder; give hw.models.ladder(autoencoder).")
    figure = NotebookFigure(figsize=(7.2, 4.1), facecolor="white")
    axes = figure.add_axes((0.09, 0.14, 0.88, 0.74))
    kinds = ["minimum" if index == 0 else "saddle" for index in rungs.indices]
    for kind in ("minimum", "saddle"):
        at = [k for k, each in enumerate(kinds) if each == kind]
        colour = CLASS_COLOURS[kind]
        axes.plot(
            rungs.losses[at], rungs.indices[at], linestyle="none", marker=GLYPHS[kind], markersize=8,
            markerfacecolor=colour if kind == "minimum" else "none", markeredgecolor=colour, markeredgewidth=1.6,
        )  # fmt: skip
    if len(rungs) <= NAMED:
        beside: Counter[tuple[float, int]] = Counter()
        for kept, loss, index in zip(rungs.subsets, rungs.losses, rungs.indices, strict=True):
            place = (round(float(loss), 9), int(index))
            name = "{" + ",".join(str(i + 1) for i in kept) + "}" if kept else "none"
            shift = (7, -3 - 9 * beside[place])
            beside[place] += 1
            axes.annotate(name, (loss, index), shift, textcoords="offset points", **ink(7, MUTED))
    frame(axes)
    axes.set_xlabel("loss", **ink(9))
    axes.set_ylabel("index: directions that lead down", **ink(9))
    axes.margins(x=0.09, y=0.09)
    ticks(axes.xaxis, *axes.get_xlim())
    ticks(axes.yaxis, *axes.get_ylim())
    figure.text(
        0.09, 0.93, "Critical points of a linear autoencoder, by the principal directions that they keep",
        **ink(9, MUTED, weight="bold"),
    )  # fmt: skip
    return figure
