"""Weak extrema: a point that none around exceeds and some are level with, seen by values around it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from hesswidget.derivatives.monte_carlo import value_rounding
from hesswidget.second_derivative_test.kinks.junction import Junction
from hesswidget.second_derivative_test.kinks.kink import Kink

RADII = 1e-3, 1e-2, 5e-2  # of the reach: how far
DIRECTIONS, MEASURED = 64, 4  # at random, besides the axes; those of them in which rounding is measured


def or_weak(kink: Kink, junction: Junction) -> Kink:
    """Return an undecided kink as a weak extremum, where f around has one sign and is level along some direction.

    First and second order leave it open where f is level: so it is looked at in many directions.
    """
    if kink.kind != "undecided" or any(
        word not in ("is level", "falls", "rises") for word, _ in kink.evidence
    ):
        return kink
    n, point, reach = len(junction.point), junction.point, junction.pieces.reach or 1.0
    function = junction.pieces.function
    level = [d for word, d in kink.evidence if word == "is level"]
    random = np.random.default_rng(0).normal(size=(DIRECTIONS, n))
    given = np.reshape([s * d for d in level for s in (1, -1)], (-1, n))
    directions = np.concatenate([given, np.eye(n), -np.eye(n), random])
    directions /= np.linalg.norm(directions, axis=1, keepdims=True)
    places = [[point + radius * reach * d for radius in RADII] for d in directions]
    rises = np.array([[float(function(x)) for x in row] for row in places]) - junction.value
    usual = np.max([[value_rounding(function, x) for x in row] for row in places[-MEASURED:]], axis=0)
    if not (np.all(np.isfinite(rises)) and np.all(np.isfinite(usual))):
        return kink
    signs = np.where(np.abs(rises) <= usual, 0, np.sign(rises))
    taken = set(signs.ravel().tolist())
    along = [
        k for k in np.flatnonzero(np.all(signs == 0, axis=1)) if _is_level(function, places[k], rises[k])
    ]
    if not along or taken not in ({0.0, 1.0}, {0.0, -1.0}):
        return kink
    kind = "weak minimum" if 1.0 in taken else "weak maximum"
    told = [(word, d) for word, d in kink.evidence if word != "is level"]
    return replace(kink, kind=kind, evidence=(*told, ("is level", directions[along[0]])))


def _is_level(function: Callable[[Any], Any], places: list[np.ndarray], rises: np.ndarray) -> bool:
    return all(abs(rise) <= value_rounding(function, x) for x, rise in zip(places, rises, strict=True))
