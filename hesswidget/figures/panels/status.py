"""The lines above the panels: which function it is and where, its class with the reason, and key numbers."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from matplotlib.offsetbox import AnchoredOffsetbox, DrawingArea, HPacker, OffsetBox, TextArea, VPacker
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.transforms import Affine2D

from hesswidget.curvature import Curvature
from hesswidget.figures.style import (
    BORDER,
    CLASS_COLOURS,
    GLYPHS,
    HEIGHT,
    MUTED,
    TEXT,
    WIDTH,
    Style,
    brief,
    ink,
)
from hesswidget.wording import number


def subject(figure: Figure, curvature: Curvature, title: str, parameters: Mapping[str, Any]) -> None:
    """Say above everything which function it is, where, and with which parameters."""
    shown = [f"{a} = {number(x, 4)}" for a, x in zip(curvature.labels[:6], curvature.point, strict=False)]
    shown += ["…"] if len(curvature.labels) > 6 else []
    given = [f"{name} = {_value(value)}" for name, value in parameters.items()]
    line = "  ·  ".join(", ".join(part) for part in (shown, given) if part)
    line = textwrap.shorten(line, 120, placeholder=" …")
    words: list[Any] = [_area(brief(title, 40), 9, weight="bold")] if title else []
    words.append(_area(line, 8.5, MUTED))
    _place(figure, 0.2, 3.88, "center left", HPacker(sep=12, align="baseline", children=words))


def status(figure: Figure, curvature: Curvature) -> None:
    """Say the class and its reason, and beside them the signature, |∇f|, f and κ."""
    justification = curvature.classification.justification
    heading, reason = justification.heading, "; ".join(justification.clauses)
    positive, zero, negative = curvature.inertia
    signature = f"{positive}+ {f'{zero}·0 ' if zero else ''}{negative}−"
    facts = {
        "signature": signature if any(curvature.inertia) else "–",
        "|∇f|": number(curvature.classification.gradient_norm),
        "f": number(curvature.value, 5),
        "κ": number(curvature.condition_number).replace("inf", "∞"),
    }
    # Widths in points, by DejaVu's means: 0.68 em a letter where bold, 0.54 where not.
    taken = 60 + 0.68 * 13 * len(heading) + sum(16 + 6.5 * max(map(len, fact)) for fact in facts.items())
    lines = two_lines(reason, max(20, int((72 * WIDTH - taken) / (0.54 * 8.5))))
    sign = DrawingArea(15, 15)
    path = GLYPHS[curvature.label].transformed(Affine2D().scale(7).translate(7.5, 7.5))
    colour = CLASS_COLOURS[curvature.label]
    pen: Style = {"edgecolor": colour, "linewidth": 2, "capstyle": "round", "joinstyle": "round"}
    sign.add_artist(PathPatch(path, fill=False, **pen))
    verdict: list[Any] = [sign, _area(heading, 13, weight="bold"), _area(lines, 8.5, MUTED, linespacing=1.35)]
    pairs: list[list[Any]] = [
        [_area(name, 8, MUTED), _area(text, 9.5, weight="bold")] for name, text in facts.items()
    ]
    columns: list[Any] = [VPacker(sep=3, align="left", children=pair) for pair in pairs]
    _place(figure, 0.2, 3.42, "center left", HPacker(sep=9, align="center", children=verdict))
    _place(figure, WIDTH - 0.2, 3.42, "center right", HPacker(sep=16, align="center", children=columns))
    rule: Style = {"transform": figure.transFigure, "edgecolor": BORDER, "linewidth": 0.8}
    figure.add_artist(Rectangle((0, 3.1 / HEIGHT), 1, 0, **rule))


def two_lines(reason: str, width: int) -> str:
    """Break a sentence into at most two lines, about equally long, and no equation."""
    signs = {sign: sign.replace(" ", "\N{NO-BREAK SPACE}") for sign in (" = ", " ≤ ", " > ")}
    for old, new in {"λ_min": "λₘᵢₙ", "λ_max": "λₘₐₓ", **signs}.items():
        reason = reason.replace(old, new)
    if len(reason) <= width:
        return reason
    broken = [textwrap.wrap(reason, w, break_on_hyphens=False) for w in range(len(reason) // 2, width + 1)]
    cut = textwrap.wrap(reason, width, max_lines=2, placeholder=" …", break_on_hyphens=False)
    return "\n".join(next((lines for lines in broken if len(lines) <= 2), cut))


def _area(text: str, size: float, colour: str = TEXT, **style: Any) -> TextArea:
    return TextArea(text, textprops=ink(size, colour, **style))


def _place(figure: Figure, x: float, y: float, where: str, child: OffsetBox) -> None:
    place: Style = {"bbox_to_anchor": (x / WIDTH, y / HEIGHT), "bbox_transform": figure.transFigure}
    figure.add_artist(AnchoredOffsetbox(where, child=child, pad=0, borderpad=0, frameon=False, **place))


def _value(value: Any) -> str:
    if isinstance(value, np.ndarray):
        return f"array {' × '.join(map(str, value.shape))}"
    is_number = isinstance(value, int | float | np.number) and not isinstance(value, bool)
    return number(float(value), 4) if is_number else brief(str(value), 24)
