"""Which operations are switches: what changes its sign there, and what is made on either side."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from autograd.numpy import numpy_wrapper as anp
from autograd.tracer import trace_primitives_map

from hesswidget.derivatives.switches.sides import Held, Run
from hesswidget.program.errors import NotRecorded

RULES: dict[Any, Callable[..., Held]] = {}
_WHERE = trace_primitives_map[np.where]  # autograd.numpy hides it behind a function of its own


def _rule(*names: str) -> Callable[[Callable[..., Held]], Callable[..., Held]]:
    def registered(rule: Callable[..., Held]) -> Callable[..., Held]:
        for name in names:
            function = getattr(anp, name, None)
            primitive = getattr(function, "completes", function)  # what a completed function is traced as
            if getattr(primitive, "_is_autograd_primitive", False):
                RULES[primitive] = rule
        return rule

    return registered


def _base(x: Any) -> Any:
    return x.base if isinstance(x, Held) else x


def _switch(run: Run, name: str, quantity: Held, made: Callable[[Any], Held]) -> Held:
    call = run.number()
    return run.switched(name, quantity, made, (call,), run.is_met(call, quantity))


def _chosen(run: Run, sides: Any, above: Any, below: Any) -> Held:
    """Return one of two; between the sides their average, weighted."""
    if np.all(np.abs(sides) == 1):
        return run.plain(_WHERE, sides > 0, above, below)
    first = run.plain(anp.multiply, (1 + sides) / 2, above)
    return run.plain(anp.add, first, run.plain(anp.multiply, (1 - sides) / 2, below))


def _no_more(options: dict[str, Any]) -> None:
    """Refuse what would change what an operation does."""
    if any(v is not None and v is not False for v in options.values()):
        raise NotRecorded(f"a switch was called with {', '.join(options)}")


@_rule("abs", "fabs")
def _absolute(run: Run, x: Any, **options: Any) -> Held:
    _no_more(options)
    return _switch(run, "abs", x, lambda sides: run.plain(anp.multiply, sides, x))


def _extremum(name: str, sign: float) -> Callable[..., Held]:
    def rule(run: Run, x: Any, y: Any, **options: Any) -> Held:
        _no_more(options)
        quantity = run.plain(anp.subtract, x, y)
        return _switch(
            run,
            name,
            quantity,
            lambda sides: _chosen(run, sides, x, y) if sign > 0 else _chosen(run, sides, y, x),
        )

    return rule


_rule("maximum", "fmax")(_extremum("maximum", 1.0))
_rule("minimum", "fmin")(_extremum("minimum", -1.0))


@_rule("clip")
def _clip(run: Run, x: Any, low: Any = None, high: Any = None, **options: Any) -> Held:
    _no_more(options)
    if low is not None:
        x = _extremum("clip", 1.0)(run, x, low)
    return x if high is None else _extremum("clip", -1.0)(run, x, high)


def _comparison(sign: float, primitive: Any) -> Callable[..., Held]:
    def rule(run: Run, x: Any, y: Any, **options: Any) -> Held:
        if not all(np.asarray(_base(v)).dtype.kind in "fiu" for v in (x, y)):
            return run.plain(primitive, x, y, **options)
        quantity = run.plain(anp.subtract, x, y)

        def made(sides: Any) -> Held:
            truth = sign * sides > 0 if np.all(np.abs(sides) == 1) else (1 + sign * sides) / 2
            return Held(truth, truth)

        return _switch(run, "a comparison", quantity, made)

    return rule


for _name, _way in (("greater", 1.0), ("greater_equal", 1.0), ("less", -1.0), ("less_equal", -1.0)):
    _rule(_name)(_comparison(_way, getattr(anp, _name)))


def _equality(truth: bool, primitive: Any) -> Callable[..., Held]:
    """Return the rule of what holds on a border only, or everywhere but there: a piece has no part in it."""

    def rule(run: Run, x: Any, y: Any, **options: Any) -> Held:
        found = run.plain(primitive, x, y, **options)
        if not all(np.asarray(_base(v)).dtype.kind in "fiu" for v in (x, y)):
            return found
        met = run.is_met(run.number(), run.plain(anp.subtract, x, y))
        truths = np.where(met, not truth, found.base)
        return Held(truths, truths)

    return rule


_rule("equal")(_equality(True, anp.equal))
_rule("not_equal")(_equality(False, anp.not_equal))


def _where(run: Run, condition: Any, *branches: Any, **options: Any) -> Held:
    """Choose by truths, which are shares where a comparison is held between its sides."""
    share = _base(condition)
    if np.asarray(share).dtype.kind != "f" or not isinstance(condition, Held) or len(branches) != 2:
        return run.plain(_WHERE, condition, *branches, **options)
    return _chosen(run, 2 * np.asarray(share) - 1, *branches)


RULES[_WHERE] = _where


@_rule("sign")
def _sign(run: Run, x: Any, **options: Any) -> Held:
    _no_more(options)
    return _switch(run, "sign", x, lambda sides: Held(sides, sides))


def _heaviside(run: Run, x: Any, at_zero: Any, **options: Any) -> Held:
    _no_more(options)
    return _switch(run, "heaviside", x, lambda sides: Held((1 + sides) / 2, (1 + sides) / 2))


_rule("heaviside")(_heaviside)


def _steps(name: str, offset: float, below: float) -> Callable[..., Held]:
    """Return the rule of a staircase whose steps are at the whole numbers plus `offset`."""

    def rule(run: Run, x: Any, *places: Any, **options: Any) -> Held:
        if any(p not in (0, None) for p in places):
            raise NotRecorded(f"{name} was called with a number of places")
        _no_more({k: v for k, v in options.items() if k != "decimals" or v})
        step = np.rint(_base(x) - offset)

        def made(sides: Any) -> Held:
            level = step + below + (1 + sides) / 2
            return Held(level, level)

        return _switch(run, name, run.plain(anp.subtract, x, step + offset), made)

    return rule


_floor = _rule("floor")(_steps("floor", 0.0, -1.0))
_rule("ceil")(_steps("ceil", 0.0, 0.0))
_rule("rint", "round", "around")(_steps("round", 0.5, 0.0))


@_rule("trunc", "fix")
def _trunc(run: Run, x: Any, **options: Any) -> Held:
    """Towards zero, where no step is; elsewhere a floor or a ceiling."""
    _no_more(options)
    whole = np.rint(_base(x))
    step = np.where(whole == 0, np.where(np.asarray(_base(x)) < 0, -1.0, 1.0), whole)

    def made(sides: Any) -> Held:
        level = step + (sides - np.sign(step)) / 2
        return Held(level, level)

    return _switch(run, "trunc", run.plain(anp.subtract, x, step), made)


@_rule("floor_divide")
def _floor_divide(run: Run, x: Any, y: Any, **options: Any) -> Held:
    _no_more(options)
    return _floor(run, run.plain(anp.divide, x, y))


@_rule("mod")
def _mod(run: Run, x: Any, y: Any, **options: Any) -> Held:
    _no_more(options)
    return run.plain(anp.subtract, x, run.plain(anp.multiply, y, _floor_divide(run, x, y)))


@_rule("fmod")
def _fmod(run: Run, x: Any, y: Any, **options: Any) -> Held:
    _no_more(options)
    return run.plain(anp.subtract, x, run.plain(anp.multiply, y, _trunc(run, run.plain(anp.divide, x, y))))


def _reduction(name: str, sign: float) -> Callable[..., Held]:
    """Return the rule of the largest or smallest along an axis: of those that tie, one after the other."""
    best = np.argmax if sign > 0 else np.argmin

    def rule(run: Run, x: Any, axis: Any = None, keepdims: Any = False, **options: Any) -> Held:
        _no_more(options)
        if isinstance(axis, tuple) or np.size(_base(x)) == 0:
            raise NotRecorded(f"{name} over several axes is not followed")
        flat = run.plain(anp.reshape, x, (-1,)) if axis is None else run.plain(anp.moveaxis, x, axis, -1)
        count = np.shape(flat.base)[-1]
        rows = run.plain(anp.reshape, flat, (-1, count))
        index = best(rows.base, axis=1)
        lead = np.arange(len(index))
        found = run.plain(lambda v: v[lead, index], rows)
        call = run.number()
        gaps = run.plain(lambda v: v - v[lead, index][:, None], rows)
        ties = run.is_met(call, gaps).copy()
        ties[lead, index] = False
        while np.any(ties):  # in each row that has one, the next that ties
            other = np.argmax(ties, axis=1)
            has = ties[lead, other]
            ties[lead, other] = False
            at = np.where(has, other, index)
            rival = run.plain(lambda v, at=at: v[lead, at], rows)
            found = _rivals(run, name, sign, found, rival, (call, int(np.sum(ties))), has)
        shape = np.shape(flat.base)[:-1]
        if keepdims:
            shape = (
                (1,) * np.ndim(_base(x)) if axis is None else np.shape(np.max(_base(x), axis, keepdims=True))
            )
        return run.plain(anp.reshape, found, shape) if shape else run.plain(lambda v: v[0], found)

    return rule


def _rivals(
    run: Run, name: str, sign: float, one: Held, other: Held, at: tuple[int, int], met: np.ndarray
) -> Held:
    quantity = run.plain(anp.subtract, one, other)

    def made(sides: Any) -> Held:
        sides = np.where(met, sides, sign)  # elsewhere both are the same
        return _chosen(run, sides * sign, one, other)

    return run.switched(name, quantity, made, at, met)


_rule("max", "amax")(_reduction("max", 1.0))
_rule("min", "amin")(_reduction("min", -1.0))


@_rule("sort")
def _sort(run: Run, x: Any, *axes: Any, **options: Any) -> Held:
    """Sort a vector; neighbours that tie are compared, each with each."""
    if np.ndim(_base(x)) != 1 or any(a not in (-1, 0) for a in (*axes, *options.values())):
        raise NotRecorded("sort of anything but a vector is not followed")
    order = np.argsort(_base(x), kind="stable")
    found = run.plain(lambda v: v[order], x)
    call = run.number()
    ties = run.is_met(call, run.plain(lambda v: v[1:] - v[:-1], found))
    for group in _runs(ties):
        for turn in range(len(group)):  # bubble sort
            for k in group[: len(group) - turn]:
                found = _compared(run, found, k, (call, turn, k))
    return found


def _runs(truths: np.ndarray) -> list[list[int]]:
    """Return the places that are true, neighbours together."""
    places = np.flatnonzero(truths)
    parts = np.split(places, np.flatnonzero(np.diff(places) > 1) + 1)
    return [[int(k) for k in part] for part in parts if len(part)]


def _compared(run: Run, x: Held, k: int, at: tuple[int, int, int]) -> Held:
    """Put two neighbours in order."""
    one, other = run.plain(lambda v: v[k], x), run.plain(lambda v: v[k + 1], x)
    quantity = run.plain(anp.subtract, other, one)

    def made(sides: Any) -> Held:
        low, high = _chosen(run, sides, one, other), _chosen(run, sides, other, one)
        return run.plain(
            lambda v, a, b: anp.concatenate([v[:k], anp.array([a, b]), v[k + 2 :]]), x, low, high
        )

    return run.switched("sort", quantity, made, at, np.array(True))
