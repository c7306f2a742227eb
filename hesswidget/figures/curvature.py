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
from hesswidget.figures.panels.signs import signs
from hesswidget.figures.panels.status import status, subject
from hesswidget.figures.panels.steps import steps
from hesswidget.figures.style import HEIGHT, MUTED, WIDTH, NotebookFigure, ink
from hesswidget.landscape.sampler import Slice
from hesswidget.landscape.scale import AUTOMATIC


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
    density: bool = False,
    definiteness: np.ndarray | None = None,
    viewpoint: tuple[float, float, float] | None = None,
    scale: str = AUTOMATIC,
    gradient: bool = True,
    newton: bool = True,
    trail: np.ndarray | None = None,
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
    density : bool
        Whether their density is drawn instead of bars, where there are more than twelve.
    definiteness : ndarray, shape (m, m, 2), optional
        The Hessian's least and greatest eigenvalue over the slice, evenly: it is shaded where H is definite.
    viewpoint : tuple of float, optional
        Azimuth, elevation and zoom: the function over two variables is drawn as a surface, without paths and shades.
    scale : {"automatic", "equal", "filling"}
        Whether one unit is as long along both of the landscape's axes; see
        `hesswidget.landscape.scale.is_to_scale`.
    gradient, newton : bool
        Whether the gradient and Newton's step are drawn, and said below the landscape.
    trail : ndarray, shape (k, n), optional
        Points that are joined by a line, such as ``w.trail``.

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
    plane = (0.66, 0.86, 3.05, 1.86) if len(slice_.grids) == 2 else (0.88, 0.86, 3.2, 1.86)
    boxes = np.array([plane, (4.9, 0.72, 2.3, 1.75), (7.85, 0.72, 1.95, 2.0)])
    boxes /= (WIDTH, HEIGHT, WIDTH, HEIGHT)
    if viewpoint is not None and len(slice_.grids) == 2:
        from hesswidget.figures.panels.surface import surface  # three dimensions take a while to import

        box = figure.add_axes(tuple(boxes[0]), projection="3d", computed_zorder=False)
        surface(box, curvature, slice_, viewpoint, critical, scale=scale)
    else:
        ax = figure.add_axes(tuple(boxes[0]))
        landscape(ax, curvature, slice_, scale=scale)
        if definiteness is not None:
            signs(ax, slice_, definiteness)
        steps(ax, curvature, slice_, gradient=gradient, newton=newton)
        places(ax, slice_, critical, paths, trail)
    hessian(figure.add_axes(tuple(boxes[1])), curvature, order=order)
    eigenvalues(figure.add_axes(tuple(boxes[2])), curvature, logarithmic=logarithmic, density=density)
    return figure
