"""What all pictures share, here and in the front end: classes, colours, resolutions; the type of saved explorers.

All of it is in ``appearance.json``, which the front end is built with.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

_APPEARANCE = json.loads(Path(__file__).with_suffix(".json").read_text(encoding="utf-8"))

MIME_TYPE: str = _APPEARANCE["mimeType"]
"""Of a saved explorer."""

LABELS: tuple[str, ...] = tuple(_APPEARANCE["classes"])
"""The classes of points, in the order in which they are listed."""

PLURALS: dict[str, str] = {label: each["plural"] for label, each in _APPEARANCE["classes"].items()}
"""What several points of a class are called."""

OUTLINES: dict[str, str] = {label: each["glyph"] for label, each in _APPEARANCE["classes"].items()}
"""The sign of each class, as SVG path data in a box from −1 to 1."""

COLOURS: dict[str, str] = {label: each["colour"] for label, each in _APPEARANCE["classes"].items()}
"""The colour of each class, by its name in the palette: the same wherever the class is shown."""

PALETTE: dict[str, str] = _APPEARANCE["palette"]["light"]
"""The colours on white, by what they are for."""

INKS: tuple[str, ...] = tuple(_APPEARANCE["inks"])
"""What is written with on a coloured ground, dark and light."""

BRANCHES: dict[str, dict[str, Any]] = {
    label: {"colour": COLOURS[label], **line} for label, line in _APPEARANCE["branches"].items()
}
"""The line of each class of critical points against a parameter; dashes tell them apart where colours do not."""

PATHS: tuple[dict[str, Any], ...] = tuple(
    {"colour": path["light"], "dashes": path["dashes"]} for path in _APPEARANCE["paths"]
)
"""The line of each of several paths, on white, in their order: eight colours that colour-blind readers tell apart too;
no two have the same dashes."""

ENDS: tuple[dict[str, Any], ...] = tuple(_APPEARANCE["ends"])
"""The hue and the chroma, in CIE's LCh, and the texture of each of several points that paths end at."""

MODEL_REACH: float = _APPEARANCE["modelReach"]
"""How far around the point the quadratic model is shown, as a share of the slice's shorter side."""

WHOLE: float = _APPEARANCE["heightRange"]["whole"]
"""A surface shows one side of the median whole up to so many times as far as the other goes,"""

CUT: float = _APPEARANCE["heightRange"]["cut"]
"""and of a longer one no less than this remains."""

CEILING: float = _APPEARANCE["sharpness"]["ceiling"]
"""Sharpness is drawn up to so many times its threshold: of one that runs far beyond all else would be a line at 0."""

APART: float = _APPEARANCE["sharpness"]["apart"]
"""Its axis is logarithmic where the highest that a path reaches is less than one in so many of the axis,"""

BELOW: float = _APPEARANCE["sharpness"]["below"]
"""and goes down to one in so many of that."""

DEFINITENESS_RESOLUTION: int = _APPEARANCE["definitenessResolution"]
"""Values along each axis of a slice of the Hessian's extreme eigenvalues."""

DENSITY: dict[str, int] = _APPEARANCE["density"]
"""From how many eigenvalues on their density is drawn, at how many places, over how many decades at most."""

SCALES: dict[str, float] = _APPEARANCE["scales"]
"""How a slice's directions are scaled: one unit is as long along both where one is at most so many times as wide."""

VIEWPOINT: dict[str, dict[str, float]] = _APPEARANCE["viewpoint"]
"""From where a surface is seen, by angle in radians and nearness: at first, and from ``low`` to ``high``."""
