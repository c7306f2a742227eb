"""Where the Hessian is positive and negative definite, shaded over a landscape."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

from hesswidget.figures.style import MUTED, NEGATIVE, POSITIVE, TEXT, Style, ink, unit_of
from hesswidget.landscape.sampler import Slice


def signs(ax: Axes, slice_: Slice, definiteness: np.ndarray) -> None:
    """Shade where the Hessian is definite, hatched where it is negative; lines are where an eigenvalue is zero.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        With the landscape drawn on it.
    slice_ : Slice
        Of two dimensions.
    definiteness : ndarray, shape (m, m, 2)
        The Hessian's least and greatest eigenvalue, evenly over the slice.
    """
    grids = slice_.plane.grids(len(definiteness))
    least, greatest = np.moveaxis(definiteness / unit_of(definiteness), -1, 0)
    for values, colour, hatch in ((least, POSITIVE, None), (-greatest, NEGATIVE, "////")):
        shown = np.ma.masked_invalid(values)
        if not shown.count() or shown.max() <= 0:
            continue
        area = ax.contourf(
            *grids, shown, [0.0, float(shown.max())], colors=[colour], alpha=0.2, hatches=[hatch]
        )
        area.set_edgecolor(colour)  # of the hatching
        area.set_linewidth(0)
        if shown.min() < 0:
            ax.contour(*grids, shown, [0.0], colors=TEXT, linewidths=0.8, alpha=0.8)
    style = ink(8, MUTED, ha="right", va="bottom", annotation_clip=False)
    where: Style = {"xycoords": "axes fraction", "textcoords": "offset points"}
    ax.annotate("blue: H ≻ 0 · red: H ≺ 0", (1, 1), (0, 7), **where, **style)
