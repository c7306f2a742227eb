"""The Hessian as a heat map."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from hesswidget.curvature import Curvature
from hesswidget.figures.style import (
    MUTED,
    NAMED_UP_TO,
    NEGATIVE,
    SIGNS,
    TEXT,
    Style,
    brief,
    caption,
    frame,
    hatch,
    ink,
    ink_on,
    round_numbers,
    size_of,
)
from hesswidget.problem.blocks import Block
from hesswidget.second_derivative_test.classification import EPS
from hesswidget.wording import number, subscript


def hessian(ax: Axes, curvature: Curvature, *, order: str = "as given") -> None:
    """Draw the Hessian as a heat map: blue positive, red negative, symmetric about zero.

    Up to 12 variables the numbers stand in the cells and the names beside them. Cells that are not finite are hatched.
    Where the variables are in several blocks these have names and borders.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
    curvature : Curvature
    order : {"as given", "by magnitude", "eigenbasis", "blocks"}
        Of rows and columns: by the diagonal's magnitude; or the symmetric part in the basis of its eigenvectors; or the
        Frobenius norm of each block, where the variables are in several.

    Examples
    --------
    >>> import hesswidget as hw
    >>> from matplotlib.figure import Figure
    >>> ax = Figure().add_subplot()
    >>> hw.figures.hessian(ax, hw.curvature(lambda x, y: x**2 + 3 * x * y, x=0.0, y=0.0))
    >>> [text.get_text() for text in ax.texts]
    ['2', '3', '3', '0']
    """
    if order == "blocks" and not curvature.blocks.are_several:
        order = "as given"
    H, names = _arranged(curvature, order)
    n = len(H)
    finite = np.isfinite(H)
    limit = float(np.max(np.abs(H[finite]), initial=0.0))
    share = np.ma.masked_array(np.where(finite, H, 0.0) / (limit or 1.0), ~finite)
    frame(ax)
    if not finite.all():
        hatch(ax)  # masked cells are transparent
    if n <= NAMED_UP_TO:
        edges, gap = np.arange(n + 1) - 0.5, min(3, 12 / n)
        ax.pcolormesh(edges, edges, share, cmap=SIGNS, vmin=-1, vmax=1, edgecolors="white", linewidth=gap)
        ax.spines[:].set_visible(False)
        _numbers(ax, H, share)
    else:
        ax.imshow(share, cmap=SIGNS, vmin=-1, vmax=1)
    ax.set(xlim=(-0.5, n - 0.5), ylim=(n - 0.5, -0.5), aspect="equal", anchor="C")
    spans = curvature.blocks.all if order == "as given" and curvature.blocks.are_several else ()
    _rows_and_columns(ax, names, spans)
    if finite.any():
        _signs_bar(ax, limit, signed=order != "blocks")
    if order == "eigenbasis":
        caption(ax, "symmetric part, in its eigenbasis")
    elif order == "blocks":
        caption(ax, "the Frobenius norm of each block")
    elif curvature.asymmetry > n * EPS:
        caption(ax, f"unsymmetric by {number(curvature.asymmetry)}", NEGATIVE)


def _arranged(curvature: Curvature, order: str) -> tuple[np.ndarray, list[str]]:
    """The matrix in an order, and what its rows are called. Twin of ``frontend/panels/arrangement.ts``."""
    n = len(curvature.hessian)
    if order == "blocks":
        return curvature.block_norms, [block.name for block in curvature.blocks.all]
    if order == "eigenbasis":
        return np.diag(curvature.eigenvalues), [f"v{subscript(i + 1)}" for i in range(n)]
    size = np.abs(np.diag(curvature.hessian))
    places = np.argsort(-size, kind="stable") if order == "by magnitude" else np.arange(n)
    names = curvature.labels if n <= NAMED_UP_TO else [str(i) for i in range(n)]
    return curvature.hessian[np.ix_(places, places)], [names[i] for i in places]


def _numbers(ax: Axes, H: np.ndarray, share: np.ma.MaskedArray[Any, Any]) -> None:
    n, missing = len(H), np.ma.getmaskarray(share)
    digits = 4 if n <= 4 else 3 if n <= 8 else 2
    texts = [[number(value, digits) for value in row] for row in H + 0.0]
    weight, em = ("bold", 0.72) if n <= 6 else ("normal", 0.66)
    longest = max(4, max(len(text) for row in texts for text in row))
    size = min(11.5, 0.86 * min(size_of(ax)) / n / (em * longest))
    plain: Style = {"facecolor": "white", "edgecolor": "none", "pad": 1.2}
    for i, j in np.ndindex(n, n):
        colour = TEXT if missing[i, j] else ink_on(SIGNS((share[i, j] + 1) / 2))
        style = ink(size, colour, weight=weight, ha="center", va="center")
        ax.text(j, i, texts[i][j], bbox=plain if missing[i, j] else None, **style)


def _rows_and_columns(ax: Axes, labels: Sequence[str], spans: Sequence[Block]) -> None:
    """Name rows and columns: by their blocks, if there are such; up to 12 rows each by its own."""
    n = len(labels)
    places = list(range(n)) if n <= NAMED_UP_TO else round_numbers(n)[:-1]
    names = [brief(labels[i], 8 if n <= 6 else 6) for i in places]
    upright = n <= NAMED_UP_TO and max(map(len, names)) * 0.62 * 9 > min(size_of(ax)) / n
    size = 7.5 if upright or n > 6 else 9.0
    ax.xaxis.tick_top()
    ax.tick_params(length=0, pad=3)
    if not spans:
        ax.set_xticks(places, names, rotation=90 if upright else 0, **ink(size, MUTED))
    if not spans or n <= NAMED_UP_TO:
        ax.set_yticks(places, names, **ink(size, MUTED))
    if spans:
        _borders(ax, spans, n)


def _borders(ax: Axes, spans: Sequence[Block], n: int) -> None:
    """Draw lines between blocks, and their names as far as these have room."""
    for block in spans[1:] if n / len(spans) * min(size_of(ax)) / n > 3 else ():
        ax.axhline(block.first - 0.5, color=MUTED, linewidth=0.8)
        ax.axvline(block.first - 0.5, color=MUTED, linewidth=0.8)
    point = n / min(size_of(ax))
    for axis, letters in ((ax.xaxis, True), (ax.yaxis, False))[: 1 if n <= NAMED_UP_TO else 2]:
        placed: list[tuple[float, float, str]] = []
        for block in sorted(spans, key=lambda block: -block.size):
            name, at = brief(block.name, 10), block.first + (block.size - 1) / 2
            half = (0.62 * 8 * len(name) + 3 if letters else 9) / 2 * point
            if all(abs(at - other) > half + room for other, room, _ in placed):
                placed.append((at, half, name))
        axis.set_ticks([at for at, _, _ in placed], [name for _, _, name in placed], **ink(8, MUTED))


def _signs_bar(ax: Axes, limit: float, signed: bool) -> None:
    """Explain the colours; of norms, which have no sign, the half from zero on."""
    bar = ax.inset_axes((0.2, -0.13, 0.6, 0.035))
    bar.imshow(np.linspace(-1 if signed else 0, 1, 255)[None, :], cmap=SIGNS, vmin=-1, vmax=1, aspect="auto")
    bar.set_axis_off()
    low, high = (number(-limit) if signed else "0", f"+{number(limit)}") if limit else ("0", "0")
    for x, side, text in ((-0.05, "right", low), (1.05, "left", high)):
        bar.text(x, 0.45, text, transform=bar.transAxes, ha=side, va="center", **ink(7.5, MUTED))
