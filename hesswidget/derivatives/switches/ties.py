"""Switches of elements that tie: the largest, the smallest and the order of several."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from autograd.numpy import numpy_wrapper as anp

from hesswidget.derivatives.switches.sides import Call, Held, Run
from hesswidget.derivatives.switches.table import base_of, chosen, no_options, rule
from hesswidget.program.errors import NotRecorded


def _reduction(name: str, sign: float) -> Callable[..., Held]:
    """Return the rule of the largest or smallest along an axis: of those that tie, one after the other."""
    best = np.argmax if sign > 0 else np.argmin

    def apply(run: Run, x: Any, axis: Any = None, keepdims: Any = False, **options: Any) -> Held:
        no_options(options)
        if isinstance(axis, tuple) or np.size(base_of(x)) == 0:
            raise NotRecorded(f"{name} over several axes is not followed")
        flat = run.plain(anp.reshape, x, (-1,)) if axis is None else run.plain(anp.moveaxis, x, axis, -1)
        count = np.shape(flat.base)[-1]
        rows = run.plain(anp.reshape, flat, (-1, count))
        index = best(rows.base, axis=1)
        lead = np.arange(len(index))
        extreme = run.plain(lambda v: v[lead, index], rows)
        call = run.call()
        gaps = run.plain(lambda v: v - v[lead, index][:, None], rows)
        ties = run.is_met(call, gaps).copy()
        ties[lead, index] = False
        while np.any(ties):  # in each row that has one, the next that ties
            other = np.argmax(ties, axis=1)
            has = ties[lead, other]
            ties[lead, other] = False
            at = np.where(has, other, index)
            rival = run.plain(lambda v, at=at: v[lead, at], rows)
            extreme = _rivals(run, name, sign, extreme, rival, (call, int(np.sum(ties))), has)
        shape = np.shape(flat.base)[:-1]
        if keepdims:
            shape = (
                (1,) * np.ndim(base_of(x))
                if axis is None
                else np.shape(np.max(base_of(x), axis, keepdims=True))
            )
        return run.plain(anp.reshape, extreme, shape) if shape else run.plain(lambda v: v[0], extreme)

    return apply


def _rivals(
    run: Run, name: str, sign: float, one: Held, other: Held, at: tuple[Call, int], met: np.ndarray
) -> Held:
    quantity = run.plain(anp.subtract, one, other)

    def piece(sides: Any) -> Held:
        sides = np.where(met, sides, sign)  # elsewhere both are the same
        return chosen(run, sides * sign, one, other)

    return run.switched(name, quantity, piece, at, met)


rule("max", "amax")(_reduction("max", 1.0))
rule("min", "amin")(_reduction("min", -1.0))


@rule("sort")
def _sort(run: Run, x: Any, *axes: Any, **options: Any) -> Held:
    """Sort a vector; neighbours that tie are compared, each with each."""
    if np.ndim(base_of(x)) != 1 or any(a not in (-1, 0) for a in (*axes, *options.values())):
        raise NotRecorded("sort of anything but a vector is not followed")
    order = np.argsort(base_of(x), kind="stable")
    ordered = run.plain(lambda v: v[order], x)
    call = run.call()
    ties = run.is_met(call, run.plain(lambda v: v[1:] - v[:-1], ordered))
    for group in _runs(ties):
        for turn in range(len(group)):  # bubble sort
            for k in group[: len(group) - turn]:
                ordered = _compared(run, ordered, k, (call, turn, k))
    return ordered


def _runs(truths: np.ndarray) -> list[list[int]]:
    """Return the indices of what is true, neighbours together."""
    indices = np.flatnonzero(truths)
    parts = np.split(indices, np.flatnonzero(np.diff(indices) > 1) + 1)
    return [[int(k) for k in part] for part in parts if len(part)]


def _compared(run: Run, x: Held, k: int, at: tuple[Call, int, int]) -> Held:
    """Put two neighbours in order."""
    one, other = run.plain(lambda v: v[k], x), run.plain(lambda v: v[k + 1], x)
    quantity = run.plain(anp.subtract, other, one)

    def piece(sides: Any) -> Held:
        low, high = chosen(run, sides, one, other), chosen(run, sides, other, one)
        return run.plain(
            lambda v, a, b: anp.concatenate([v[:k], anp.array([a, b]), v[k + 2 :]]), x, low, high
        )

    return run.switched("sort", quantity, piece, at, np.array(True))
