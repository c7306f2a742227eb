"""The gradient and Newton's step over a landscape, and in words below it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import FancyArrowPatch
from matplotlib.patheffects import withStroke

from hesswidget.curvature import Curvature
from hesswidget.figures.style import ACCENT, MUTED, TEXT, Style, caption, points_per_unit, unit_of
from hesswidget.landscape.sampler import Slice
from hesswidget.second_derivative_test.steps import Steps
from hesswidget.wording import number, subscript

SHORTEST = 7.0  # points: shorter arrows are hidden by the point
RING = 4.5  # points across
LINES = (44.0, 53.0)  # points below the axes
SAID = 4  # variables of which all is said; of more the first components, and the nearest eigenvector
HEAD: Style = {
    "arrowstyle": "-|>,head_length=4,head_width=2",
    "mutation_scale": 1,
    "shrinkA": 0,
    "shrinkB": 0,
}
ANGLE = "->,head_length=3,head_width=2.5"


def steps(
    ax: Axes, curvature: Curvature, slice_: Slice, *, gradient: bool = True, newton: bool = True
) -> None:
    """Draw the gradient and Newton's step, and say below by components and angles what they are.

    The gradient's arrow points where the function rises most steeply, and is as long as a step of gradient descent at
    the rate ``1 / max |λ|``; that of Newton's step ends in a ring, where the quadratic model is stationary. An arrow
    that leads out of what is shown is cut there, and ends in two angles. On a slice they are projections.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        With the landscape drawn on it.
    curvature : Curvature
    slice_ : Slice
    gradient, newton : bool
        Which of them are drawn.

    Examples
    --------
    >>> import hesswidget as hw
    >>> from matplotlib.figure import Figure
    >>> w = hw.explore(lambda x, y: x**2 + 3 * y**2, (1.0, 1.0), x=(-2, 2), y=(-2, 2))
    >>> [text.get_text() for text in w.figure().axes[0].texts[-2:]]
    ['→ ∇f (2, 6) ∠v₁ 72° ∠v₂ 18°', '—○ Newton step (−1, −1) ∠v₁ 45° ∠v₂ 45° ∠−∇f 27°']
    """
    if not np.isfinite(curvature.eigenvalues).all():
        return
    ends = slice_.plane.ends
    measured = measure(curvature, float(np.linalg.norm(ends[:, 1] - ends[:, 0])))
    lines = sentences(curvature, measured, gradient, newton)
    for line, below in zip(lines, LINES, strict=False):
        caption(ax, line, MUTED, below=below, size=6.5)
    if curvature.is_stationary:
        return
    start = place_of(curvature.point, curvature.value, slice_)
    if gradient:
        arrow(ax, start, across(measured.ascent, slice_), TEXT, is_step=False)
    if newton and curvature.newton_step is not None:
        arrow(ax, start, across(curvature.newton_step, slice_), ACCENT, is_step=True)


def measure(curvature: Curvature, farthest: float) -> Steps:
    """Measure the gradient and Newton's step of a curvature; see `hesswidget.second_derivative_test.steps.Steps`."""
    c = curvature
    step = np.full(len(c.point), np.nan) if c.newton_step is None else c.newton_step
    with np.errstate(all="ignore"):
        return Steps.of(c.gradient, c.eigenvalues, c.eigenvectors, step, c.is_stationary, farthest)


def sentences(curvature: Curvature, measured: Steps, gradient: bool, newton: bool) -> list[str]:
    """Say what they are. Twin of ``stepsInWords`` in ``frontend/panels/landscape/steps.ts``."""
    if not (gradient or newton):
        return []
    if curvature.is_stationary:
        return ["∇f = 0 within the tolerance"]
    said = [_said("→ ∇f", curvature.gradient, measured.gradient_angles)] if gradient else []
    if not newton:
        return said
    step = curvature.newton_step
    if step is None:
        return [*said, "no Newton step, since H is singular"]
    sentence = _said("—○ Newton step", step, measured.newton_angles)
    turn = float(measured.newton_turn)
    if len(step) > 1:
        sentence += f" ∠−∇f {turn:.0f}°"
    return [*said, sentence + " uphill" * (turn > 90)]


def _said(name: str, vector: np.ndarray, angles: np.ndarray) -> str:
    few = [number(x) for x in vector[:SAID]] + ["…"] * (len(vector) > SAID)
    which: Iterable[int] = range(len(angles)) if len(angles) <= SAID else [int(np.argmin(angles))]
    beside = [f"∠v{subscript(k + 1)} {angles[k]:.0f}°" for k in which] if len(angles) > 1 else []
    return " ".join([name, f"({', '.join(few)})", *beside])


def place_of(point: np.ndarray, value: float, slice_: Slice) -> np.ndarray:
    """Return where a point of that value is drawn, or its projection; of one variable, on the curve of f."""
    place = slice_.plane.position(point)
    return place if len(place) > 1 else np.array([place[0], value / unit_of(slice_.values)])


def across(vector: np.ndarray, slice_: Slice) -> np.ndarray:
    """Return a vector as it is drawn, or its projection."""
    way = slice_.plane.basis @ vector
    return way if len(way) > 1 else np.array([way[0], 0.0])


def arrow(ax: Axes, start: np.ndarray, way: np.ndarray, colour: str, *, is_step: bool) -> bool:
    """Draw a vector from a place as far as it lies within the axes, or say that it is too short to be seen.

    That of a step that is proposed ends in a ring.
    """
    low, high = np.transpose([ax.get_xlim(), ax.get_ylim()])
    with np.errstate(all="ignore"):
        rooms = np.where(way > 0, high - start, low - start) / np.where(way == 0, np.nan, way)
    share = max(0.0, float(np.nanmin([1.0, *rooms])))
    tip = start + share * way
    if not np.hypot(*(share * way * points_per_unit(ax))) >= SHORTEST:
        return False
    halo = [withStroke(linewidth=3.2, foreground="white", alpha=0.6)]
    style: Style = {"color": colour, "linewidth": 1.4, "path_effects": halo, "zorder": 5.2}

    def shaft(**end: Any) -> None:
        ax.add_patch(FancyArrowPatch(tuple(start), tuple(tip), **(HEAD | end), **style))

    if share < 1:
        shaft(arrowstyle=ANGLE)
        shaft(arrowstyle=ANGLE, shrinkB=4.0)
    elif is_step:
        shaft(arrowstyle="-", shrinkB=RING / 2)
        ring: Style = {"marker": "o", "markersize": RING, "markerfacecolor": "none", "markeredgewidth": 1.4}
        ax.plot(*tip, linestyle="none", markeredgecolor=colour, zorder=5.2, **ring)
    else:
        shaft()
    return True
