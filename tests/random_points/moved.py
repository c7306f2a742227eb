"""The gallery's degenerate points, moved by seed: what each is does not hang on where, how turned, in what units."""

from __future__ import annotations

from typing import Any

import autograd.numpy as np
import numpy as onp

import hesswidget as hw
from hesswidget import gallery

from .changes import linear
from .verdict import claim

POINTS = {
    f"{name}-{index}": (gallery[name], listed.point)
    for name in gallery.names()
    for index, listed in enumerate(gallery[name].critical_points)
    if listed.label in ("degenerate", "undefined")
}


def claims(seed: int, kind: str) -> tuple[str, str]:
    """Return what is said of a point of the gallery, and of the same one moved.

    It is shifted by 0.3 to 3 lengths, turned and stretched by a matrix of condition 4, in other units of x and of f.
    Where f has no derivatives at the point, beside it by rounding it may have some, so that it is met exactly.
    """
    example, point = POINTS[kind]
    rng = onp.random.default_rng([seed, list(POINTS).index(kind)])
    is_vector = len(example.variables) == 1 and isinstance(example.ranges[example.variables[0]], onp.ndarray)
    original = hw.curvature(
        example, *([onp.array(point)] if len(example.variables) == 1 < len(point) else [point])
    )
    n, length, factor = len(point), 10 ** rng.uniform(-8, 8), 10 ** rng.uniform(-8, 8)
    place = length * rng.choice([-1, 1], n) * 10 ** rng.uniform(-0.5, 0.5, n)
    is_folded = bool(rng.random() < 0.5) and original.label != "undefined"
    coordinates = linear(rng, place, onp.full(n, length), is_folded)

    def moved(v: Any) -> Any:
        u = coordinates(v) + np.array(point)
        return factor * (example(u) if is_vector else example(*[u[i] for i in range(n)]))

    return claim(original), claim(hw.curvature(moved, place))
