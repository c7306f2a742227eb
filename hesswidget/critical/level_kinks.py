"""Kinks along which f is level: curves on which pieces meet, followed through the box, are sets of critical points."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from hesswidget.critical.points import CriticalPoint, CriticalSet
from hesswidget.critical.unit_cube import UnitCube
from hesswidget.derivatives.objective import Objective

STEP = 0.02  # of the box
MOST = 400  # steps each way
CORRECTIONS = 8
MET = 1e-9  # of the box: how near a switch is met
SLIGHT = 1e-9  # of what the slopes across would make of a step: a change of f that small is none
FLAT = 1e-8  # of unit vectors: a component that small is none
LEVEL = {"minimum along a kink": "valley", "maximum along a kink": "ridge"}


def with_level_kinks(
    cube: UnitCube, points: list[CriticalPoint], sets: list[CriticalSet]
) -> tuple[list[CriticalPoint], list[CriticalSet]]:
    """Move weak extrema at kinks to the sets that they are of: one for each curve along which pieces meet."""
    sets, left = list(sets), [p for p in points if p.kind not in LEVEL]
    weak = [p for p in points if p.kind in LEVEL]
    while weak:
        p = weak.pop()
        curve = level_curve(cube.objective, cube.low, cube.width, cube.to_unit(p.point)[0])
        if len(curve) < 3:
            left.append(p)
            continue
        weak = [q for q in weak if not is_on(cube.to_unit(q.point)[0], curve)]
        none = np.empty((0, cube.dimensions))
        sets.append(CriticalSet(cube.from_unit(curve), p.value, LEVEL[p.kind], 1, none))
    return left, sets


def is_on(unit_point: np.ndarray, curve: np.ndarray) -> bool:
    """Whether a point is within a step of a curve, both in the unit cube."""
    return bool(np.min(np.max(np.abs(curve - unit_point), axis=1)) <= STEP)


def level_curve(objective: Objective, low: np.ndarray, width: np.ndarray, start: np.ndarray) -> np.ndarray:
    """Follow the curve on which pieces meet both ways, as long as f is level there.

    Parameters
    ----------
    objective : Objective
    low, width : ndarray, shape (n,)
        The box.
    start : ndarray, shape (n,)
        In the unit cube.

    Returns
    -------
    ndarray, shape (k, n)
        In the unit cube; the start alone where pieces do not meet on a curve, or f is not level there.
    """

    def function(unit_point: Any) -> Any:
        return objective(low + width * unit_point)

    from hesswidget.derivatives.switches.nearby import Nearby  # brings the recorder

    try:
        with np.errstate(all="ignore"):
            near = Nearby(function, start)
            values, rows = near.quantities(start)
            met = np.abs(values) <= MET * np.linalg.norm(rows, axis=1)
            names = tuple(name for name, is_met in zip(near.names, met, strict=True) if is_met)
            if _tangent(rows[met]) is None:
                return start[None]
            value = float(function(start))
            beside = start + STEP * rows[met][0] / np.linalg.norm(rows[met][0])
            level = SLIGHT * (abs(float(function(beside)) - value) + abs(value))
            surface = lambda u: near.quantities(u, names)  # noqa: E731
            is_level = lambda u: abs(float(function(u)) - value) <= level  # noqa: E731
            ahead = _followed(surface, is_level, start, 1.0)
            is_closed = len(ahead) > 2 and is_on(ahead[-1], start[None])
            back = [] if is_closed else _followed(surface, is_level, start, -1.0)
    except Exception:  # a function may raise what it likes
        return start[None]
    return np.array([*back[::-1], start, *ahead])


def _followed(
    surface: Callable[[np.ndarray], tuple[np.ndarray, np.ndarray]],
    is_level: Callable[[np.ndarray], bool],
    start: np.ndarray,
    sense: float,
) -> list[np.ndarray]:
    """Go along a curve by steps, each corrected by Newton's method, until it leaves the box, closes, or f changes."""
    points: list[np.ndarray] = []
    point, before = start, None
    for _ in range(MOST):
        tangent = _tangent(surface(point)[1])
        if tangent is None:
            break
        before = sense * tangent if before is None else before
        before = tangent * (1.0 if tangent @ before > 0 else -1.0)
        point = point + STEP * before
        for _ in range(CORRECTIONS):
            values, rows = surface(point)
            point = point - np.linalg.pinv(rows) @ values
        if np.any((point < 0) | (point > 1)) or not is_level(point):
            break
        points.append(point)
        if len(points) > 2 and np.max(np.abs(point - start)) <= 0.75 * STEP:
            break
    return points


def _tangent(rows: np.ndarray) -> np.ndarray | None:
    """Return the unit vector that is orthogonal to all rows, (k, n); None where there is none, or more than one."""
    lengths = np.linalg.norm(rows, axis=1)
    if not len(rows) or not np.all(lengths > 0):
        return None
    _, sizes, vectors = np.linalg.svd(rows / lengths[:, None])
    return vectors[-1] if int(np.sum(sizes > FLAT * sizes[0])) == rows.shape[1] - 1 else None
