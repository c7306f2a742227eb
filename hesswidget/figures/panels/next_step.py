"""What the next step of a path is made of, over a landscape.

Twin of ``frontend/panels/landscape/layers/next_step.ts``.
"""

from __future__ import annotations

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from hesswidget.descent.proposal import NextStep
from hesswidget.figures.panels.paths import line
from hesswidget.figures.panels.steps import RING, across, arrow, place_of
from hesswidget.figures.style import ACCENT, TEXT, Style
from hesswidget.landscape.sampler import Slice

TRIAL: Style = {"marker": "o", "markersize": 4.5, "linestyle": "none"}
REFUSED: Style = {**TRIAL, "markerfacecolor": "white", "markeredgecolor": TEXT}
ACCEPTED: Style = {**TRIAL, "markerfacecolor": TEXT, "markeredgecolor": TEXT}
HEADED: Style = {"marker": (3, 0, -90), "markersize": 6.0, "markevery": [1], "linewidth": 1.4}
RINGED: Style = {
    "marker": "o", "markersize": RING, "markerfacecolor": "none", "markevery": [1], "linewidth": 1.4
}  # fmt: skip


def next_step(
    ax: Axes, drawn: NextStep, slice_: Slice, *, gradient: bool = True, proposal: bool = True
) -> tuple[list[Artist], list[str]]:
    """Draw −∇f, what is proposed, what is taken, and the points that are tried; return their marks and names.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        With the landscape drawn on it.
    drawn : NextStep
    slice_ : Slice
        Vectors are their projections onto it.
    gradient, proposal : bool
        Whether −∇f is drawn, and all else.
    """
    start = place_of(drawn.point, drawn.value, slice_)
    colour = str(line(drawn.followed)["color"])
    marks: list[Artist] = []
    names: list[str] = []

    def shaft(vector: np.ndarray, tone: str, name: str, is_step: bool = False) -> None:
        is_known = bool(np.isfinite(vector).all() and vector.any())
        if is_known and arrow(ax, start, across(vector, slice_), tone, is_step=is_step):
            marks.append(Line2D([], [], color=tone, **(RINGED if is_step else HEADED)))
            names.append(name)

    if gradient:
        shaft(-drawn.ascent, TEXT, "−∇f")
    if not proposal or drawn.made is None:
        return marks, names
    shaft(drawn.made.proposed, ACCENT, "proposed step", is_step=True)
    shaft(drawn.taken, colour, "step taken")
    for trial, value, accepted in zip(
        drawn.made.trials, drawn.made.trial_values, drawn.made.accepted, strict=True
    ):
        if np.isfinite(trial).all():
            place = place_of(trial, float(value), slice_)
            ax.plot(
                *place[:, None], zorder=5.3, scalex=False, scaley=False, **(ACCEPTED if accepted else REFUSED)
            )
            name, style = ("tried, taken", ACCEPTED) if accepted else ("tried, refused", REFUSED)
            if name not in names:
                marks.append(Line2D([], [], **style))
                names.append(name)
    return marks, names
