"""Branches as they are drawn: beside a fold or a pitchfork a point moves as the root of the parameter, not straight."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from hesswidget.bifurcations.diagram import Branch, Diagram, on_axis

ROOTS = ("fold", "pitchfork")
NEAR = 1e-4  # of the range: so far from an event a branch that begins there may begin
LOOKED_AT = 12  # points, by which it is told how a branch leaves an event
EVEN = 0.9  # quotients of roots beyond which straight lines are as good
SEEN = 2e-3  # of what is drawn: shorter stretches are straight to the eye
INSERTED = 7  # places in a stretch


def curves(diagram: Diagram) -> tuple[Branch, ...]:
    """Return the branches with places between their points where they leave a fold or a pitchfork as a root does.

    What is inserted is interpolated, straight against the root of the distance from the event.

    Examples
    --------
    >>> import hesswidget as hw
    >>> w = hw.bifurcation(lambda x, a=1.0: x**3 / 3 - a * x, a=(-1.0, 1.0), x=(-2, 2))
    >>> branch = max(curves(w.diagram), key=lambda b: b.points[-1, 0])
    >>> bool(np.abs(branch.points[:, 0] - np.sqrt(np.abs(branch.values))).max() < 2e-3)
    True
    """
    return tuple(_curve(branch, diagram) for branch in diagram.branches)


def _curve(branch: Branch, diagram: Diagram) -> Branch:
    is_logarithmic = diagram.is_logarithmic
    low, high = on_axis(diagram.values[[0, -1]], is_logarithmic)
    at = on_axis(branch.values, is_logarithmic)
    rows = np.column_stack([branch.points, branch.function_values])
    events = [float(on_axis(e.value, is_logarithmic)) for e in diagram.events if e.kind in ROOTS]
    for event in _beside(events, at, NEAR * (high - low)):
        at, rows = _rounded(at, rows, event)
    if len(at) == len(branch.values):
        return branch
    values = 10.0**at if is_logarithmic else at
    is_found = np.isin(at, on_axis(branch.values, is_logarithmic))
    values[is_found] = branch.values  # without rounding
    return replace(branch, values=values, points=rows[:, :-1], function_values=rows[:, -1])


def _beside(events: Iterable[float], at: np.ndarray, near: float) -> list[float]:
    """Return the events that lie at an end of a branch."""
    return [event for event in events if min(abs(at[0] - event), abs(at[-1] - event)) <= near]


def _rounded(at: np.ndarray, rows: np.ndarray, event: float) -> tuple[np.ndarray, np.ndarray]:
    """Insert places in the stretches next to an event at which a branch ends."""
    roots = np.sqrt(np.abs(at - event))
    is_root = _goes_as_root(at, roots, rows)
    spans = np.maximum(np.ptp(rows, axis=0), 1e-300)
    made_at, made = [at[:1]], [rows[:1]]
    for k in range(len(at) - 1):
        (one, other), (start, end) = roots[k : k + 2], rows[k : k + 2]
        is_long = np.any(is_root & (np.abs(end - start) > SEEN * spans))
        if is_long and min(one, other) < EVEN * max(one, other):
            share = np.linspace(0, 1, INSERTED + 2)[1:-1]
            places = event + np.sign(at[k] + at[k + 1] - 2 * event) * (one + share * (other - one)) ** 2
            straight = (places - at[k]) / (at[k + 1] - at[k])
            made_at.append(places)
            made.append(start + np.where(is_root, share[:, None], straight[:, None]) * (end - start))
        made_at.append(at[k + 1 : k + 2])
        made.append(rows[k + 1 : k + 2])
    return np.concatenate(made_at), np.concatenate(made)


def _goes_as_root(at: np.ndarray, roots: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """Which columns are straighter against the root than against the parameter, by points next to the event."""
    order = np.argsort(roots)[:LOOKED_AT]
    if len(order) < 3:
        return np.zeros(rows.shape[1], dtype=bool)
    errors = [_bends(along[order], rows[order]) for along in (roots, at)]
    return np.asarray(errors[0] < errors[1])


def _bends(along: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """How far points lie off the lines between their neighbours, all in all."""
    share = ((along[1:-1] - along[:-2]) / (along[2:] - along[:-2]))[:, None]
    return np.asarray(np.abs(rows[1:-1] - rows[:-2] - share * (rows[2:] - rows[:-2])).sum(axis=0))
