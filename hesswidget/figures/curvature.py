"""What an explorer shows at a point, as a figure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from hesswidget.critical.points import CriticalPoint
from hesswidget.critical.separatrices import Path
from hesswidget.curvature import Curvature
from hesswidget.figures.panels.eigenvalues import eigenvalues
from hesswidget.figures.panels.hessian import hessian
from hesswidget.figures.panels.landscape import landscape
from hesswidget.figures.panels.places import places
from hesswidget.figures.panels.status import status, subject
from hesswidget.figures.style import HEIGHT, MUTED, WIDTH, NotebookFigure, ink
from hesswidget.landscape.sampler import Slice


def explorer(
    curvature: Curvature,
    slice_: Slice,
    *,
    title: str = "",
    parameters: Mapping[str, Any] | None = None,
    critical: Iterable[CriticalPoint] = (),
    paths: Iterable[Path] = (),
    order: str = "as given",
    logarithmic: bool = False,
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
    critical : iterable of CriticalPoint, optional
        Points to be marked on the landscape, such as what `hesswidget.critical_points` returns.
    paths : iterable of Path, optional
        Paths to be drawn there, such as its ``paths()``.
    order : {"as given", "by magnitude", "eigenbasis"}
        Of the Hessian's rows and columns.
    logarithmic : bool
        Whether the eigenvalues' heights are logarithmic on both sides of zero.

    Returns
    -------
    matplotlib.figure.Figure
        10 by 4.1 inches, with three axes; a notebook shows it, and ``savefig`` writes PNG, SVG or PDF.

    Examples
    --------
    >>> import hesswidget as hw
    >>> from hesswidget.landscape.sampler import Sampler
    >>> from hesswidget.landscape.plane import Plane
    >>> from hesswidget.problem.problem import Problem
    >>> f = lambda x, y: x**2 - y**2
    >>> problem = Problem.over_ranges(f, (0.0, 0.0), None, {})
    >>> slice_ = Sampler(problem).sample(Plane.first(problem, problem.start), {}, 41)
    >>> figure = hw.figures.explorer(hw.curvature(f, (0.0, 0.0)), slice_, title="a pass")
    >>> len(figure.axes)
    3
    """
    figure = NotebookFigure(figsize=(WIDTH, HEIGHT), facecolor="white")
    status(figure, curvature)
    subject(figure, curvature, title, parameters or {})
    held = " (slice)" if len(slice_.grids) < len(curvature.labels) else ""
    matrix = "symmetric part" if order == "eigenbasis" else "Hessian"
    for left, name in ((0.2, f"landscape{held}"), (4.5, matrix), (7.45, "eigenvalues")):
        figure.text(left / WIDTH, 2.86 / HEIGHT, name, **ink(9, MUTED, weight="bold"))
    plane = (0.66, 0.72, 3.05, 2.0) if len(slice_.grids) == 2 else (0.88, 0.72, 3.2, 2.0)
    boxes = np.array([plane, (4.9, 0.72, 2.3, 1.75), (7.85, 0.72, 1.95, 2.0)])
    axes = [figure.add_axes(tuple(box)) for box in boxes / (WIDTH, HEIGHT, WIDTH, HEIGHT)]
    landscape(axes[0], curvature, slice_)
    places(axes[0], slice_, critical, paths)
    hessian(axes[1], curvature, order=order)
    eigenvalues(axes[2], curvature, logarithmic=logarithmic)
    return figure
