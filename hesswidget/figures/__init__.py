"""The explorer's four views as matplotlib figures: for papers, and for notebooks that are read without a kernel.

Everything is drawn on a `matplotlib.figure.Figure` of its own, never through pyplot: no backend is chosen, nothing is
kept alive, and figures may be drawn in threads. Colours are those of ``frontend/explorer.css`` in the light theme.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from hesswidget.curvature import Curvature
from hesswidget.figures.panels.eigenvalues import eigenvalues
from hesswidget.figures.panels.hessian import hessian
from hesswidget.figures.panels.landscape import landscape
from hesswidget.figures.panels.status import status, subject
from hesswidget.figures.style import GLYPHS, HEIGHT, MUTED, WIDTH, ink
from hesswidget.landscape import Slice

__all__ = ["GLYPHS", "eigenvalues", "explorer", "hessian", "landscape"]


class _Notebook(Figure):
    """A figure that a notebook shows although pyplot, which would teach it to, was never imported."""

    def _repr_png_(self) -> bytes:
        png = io.BytesIO()
        self.savefig(png, format="png")
        return png.getvalue()


def explorer(
    curvature: Curvature, slice_: Slice, *, title: str = "", parameters: Mapping[str, Any] | None = None
) -> Figure:
    """Draw all that is known at a point: the class and its reason, landscape, Hessian and eigenvalues.

    Parameters
    ----------
    curvature : Curvature
    slice_ : Slice
        The function on a slice through the same point.
    title : str, optional
        The function's name.
    parameters : dict, optional
        Values of the parameters, written beside the title.

    Returns
    -------
    matplotlib.figure.Figure
        10 by 4.1 inches, with three axes; a notebook shows it, and ``savefig`` writes PNG, SVG or PDF.

    Examples
    --------
    >>> import hesswidget as hw
    >>> from hesswidget.landscape import Sampler
    >>> from hesswidget.plane import Plane
    >>> from hesswidget.problem import Problem
    >>> f = lambda x, y: x**2 - y**2
    >>> problem = Problem.over_ranges(f, (0.0, 0.0), None, {})
    >>> slice_ = Sampler(problem).sample(Plane.first(problem, problem.start), {}, 41)
    >>> figure = hw.figures.explorer(hw.curvature(f, (0.0, 0.0)), slice_, title="a pass")
    >>> len(figure.axes)
    3
    """
    figure = _Notebook(figsize=(WIDTH, HEIGHT), facecolor="white")
    status(figure, curvature)
    subject(figure, curvature, title, parameters or {})
    held = " (slice)" if len(slice_.grids) < len(curvature.labels) else ""
    for left, name in ((0.2, f"landscape{held}"), (4.5, "Hessian"), (7.45, "eigenvalues")):
        figure.text(left / WIDTH, 2.86 / HEIGHT, name, **ink(9, MUTED, weight="bold"))
    plane = (0.66, 0.72, 3.05, 2.0) if len(slice_.grids) == 2 else (0.88, 0.72, 3.2, 2.0)
    boxes = np.array([plane, (4.9, 0.72, 2.3, 1.75), (7.85, 0.72, 1.95, 2.0)])
    axes = [figure.add_axes(tuple(box)) for box in boxes / (WIDTH, HEIGHT, WIDTH, HEIGHT)]
    landscape(axes[0], curvature, slice_)
    hessian(axes[1], curvature)
    eigenvalues(axes[2], curvature)
    return figure
