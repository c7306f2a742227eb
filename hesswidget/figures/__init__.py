"""The explorer's four views as matplotlib figures: for papers, and for notebooks that are read without a kernel.

Everything is drawn on a `matplotlib.figure.Figure` of its own, never through pyplot: no backend is chosen, nothing is
kept alive, and figures may be drawn in threads. Colours are those of ``frontend/explorer.css`` in the light theme.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from hesswidget.bifurcations.diagram import Diagram
from hesswidget.critical.points import CriticalPoint
from hesswidget.critical.separatrices import Path
from hesswidget.curvature import Curvature
from hesswidget.errors import ProblemError, nearest
from hesswidget.figures.panels.branches import branches, legend
from hesswidget.figures.panels.eigenvalues import eigenvalues
from hesswidget.figures.panels.hessian import hessian
from hesswidget.figures.panels.landscape import landscape
from hesswidget.figures.panels.places import places
from hesswidget.figures.panels.status import status, subject
from hesswidget.figures.style import GLYPHS, HEIGHT, MUTED, WIDTH, ink
from hesswidget.landscape.sampler import Slice

__all__ = ["GLYPHS", "bifurcation", "branches", "eigenvalues", "explorer", "hessian", "landscape", "places"]


class _Notebook(Figure):
    """A figure that a notebook shows although pyplot, which would teach it to, was never imported."""

    def _repr_png_(self) -> bytes:
        png = io.BytesIO()
        self.savefig(png, format="png")
        return png.getvalue()


def explorer(
    curvature: Curvature,
    slice_: Slice,
    *,
    title: str = "",
    parameters: Mapping[str, Any] | None = None,
    critical: Iterable[CriticalPoint] = (),
    paths: Iterable[Path] = (),
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
    places(axes[0], slice_, critical, paths)
    hessian(axes[1], curvature)
    eigenvalues(axes[2], curvature)
    return figure


def bifurcation(diagram: Diagram, *, coordinate: str | None = None, at: float | None = None) -> Figure:
    """Draw critical points against a parameter: minima solid, saddles dashed, maxima dotted, events as diamonds.

    Parameters
    ----------
    diagram : Diagram
        Such as ``w.diagram`` of `hesswidget.bifurcation`.
    coordinate : str, optional
        What is drawn upwards: one of the coordinates, or ``f``. By default there is a panel for each.
    at : float, optional
        A value of the parameter, marked by a line.

    Returns
    -------
    matplotlib.figure.Figure

    Examples
    --------
    >>> import hesswidget as hw
    >>> w = hw.bifurcation(lambda x, a=1.0: x**4 / 4 - a * x**2 / 2, a=(-1.0, 2.0), x=(-2, 2))
    >>> [ax.get_ylabel() for ax in hw.figures.bifurcation(w.diagram, at=1.0).axes]
    ['x', 'f']
    """
    names = (*diagram.labels, "f")
    if coordinate is not None and coordinate not in names:
        raise ProblemError(f"coordinate is {coordinate!r:.40}; {nearest(str(coordinate), names)}")
    shown = names if coordinate is None else (coordinate,)
    columns = min(3, len(shown))
    rows = -(-len(shown) // columns)
    width, height = (WIDTH if columns > 1 else 5.2), 0.75 + 2.75 * rows
    figure = _Notebook(figsize=(width, height), facecolor="white")
    across, up = width / columns, (height - 0.75) / rows
    for k, name in enumerate(shown):
        left, bottom = k % columns * across + 0.68, height - 0.4 - (k // columns + 1) * up + 0.55
        box = np.array([left, bottom, across - 0.83, up - 0.65]) / (width, height, width, height)
        branches(figure.add_axes(tuple(box)), diagram, name, at)
    figure.text(
        0.2 / width, 1 - 0.25 / height, f"{diagram.name}: critical points", **ink(9, MUTED, weight="bold")
    )
    legend(figure, diagram)
    return figure
