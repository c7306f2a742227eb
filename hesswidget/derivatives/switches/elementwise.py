"""Switches of each element: what changes its sign, and what is made on either side."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from autograd.numpy import numpy_wrapper as anp

from hesswidget.derivatives.switches.sides import Held, Run
from hesswidget.derivatives.switches.table import RULES, WHERE, base_of, chosen, no_options, rule, switch
from hesswidget.program.errors import NotRecorded


@rule("abs", "fabs")
def _absolute(run: Run, x: Any, **options: Any) -> Held:
    no_options(options)
    return switch(run, "abs", x, lambda sides: run.plain(anp.multiply, sides, x))


def _extremum(name: str, sign: float) -> Callable[..., Held]:
    def apply(run: Run, x: Any, y: Any, **options: Any) -> Held:
        no_options(options)
        quantity = run.plain(anp.subtract, x, y)
        return switch(
            run,
            name,
            quantity,
            lambda sides: chosen(run, sides, x, y) if sign > 0 else chosen(run, sides, y, x),
        )

    return apply


rule("maximum", "fmax")(_extremum("maximum", 1.0))
rule("minimum", "fmin")(_extremum("minimum", -1.0))


@rule("clip")
def _clip(run: Run, x: Any, low: Any = None, high: Any = None, **options: Any) -> Held:
    no_options(options)
    if low is not None:
        x = _extremum("clip", 1.0)(run, x, low)
    return x if high is None else _extremum("clip", -1.0)(run, x, high)


def _comparison(sign: float, primitive: Any) -> Callable[..., Held]:
    def apply(run: Run, x: Any, y: Any, **options: Any) -> Held:
        if not all(np.asarray(base_of(v)).dtype.kind in "fiu" for v in (x, y)):
            return run.plain(primitive, x, y, **options)
        quantity = run.plain(anp.subtract, x, y)

        def piece(sides: Any) -> Held:
            truth = sign * sides > 0 if np.all(np.abs(sides) == 1) else (1 + sign * sides) / 2
            return Held(truth, truth)

        return switch(run, "a comparison", quantity, piece)

    return apply


for _name, _way in (("greater", 1.0), ("greater_equal", 1.0), ("less", -1.0), ("less_equal", -1.0)):
    rule(_name)(_comparison(_way, getattr(anp, _name)))


def _equality(truth: bool, primitive: Any) -> Callable[..., Held]:
    """Return the rule of what holds on a border only, or everywhere but there: a piece has no part in it."""

    def apply(run: Run, x: Any, y: Any, **options: Any) -> Held:
        result = run.plain(primitive, x, y, **options)
        if not all(np.asarray(base_of(v)).dtype.kind in "fiu" for v in (x, y)):
            return result
        met = run.is_met(run.call(), run.plain(anp.subtract, x, y))
        truths = np.where(met, not truth, result.base)
        return Held(truths, truths)

    return apply


rule("equal")(_equality(True, anp.equal))
rule("not_equal")(_equality(False, anp.not_equal))


def _where(run: Run, condition: Any, *branches: Any, **options: Any) -> Held:
    """Choose by truths, which are shares where a comparison is held between its sides."""
    share = base_of(condition)
    if np.asarray(share).dtype.kind != "f" or not isinstance(condition, Held) or len(branches) != 2:
        return run.plain(WHERE, condition, *branches, **options)
    return chosen(run, 2 * np.asarray(share) - 1, *branches)


RULES[WHERE] = _where


@rule("sign")
def _sign(run: Run, x: Any, **options: Any) -> Held:
    no_options(options)
    return switch(run, "sign", x, lambda sides: Held(sides, sides))


def _heaviside(run: Run, x: Any, at_zero: Any, **options: Any) -> Held:
    no_options(options)
    return switch(run, "heaviside", x, lambda sides: Held((1 + sides) / 2, (1 + sides) / 2))


rule("heaviside")(_heaviside)


def _steps(name: str, offset: float, below: float) -> Callable[..., Held]:
    """Return the rule of a staircase whose steps are at the whole numbers plus `offset`."""

    def apply(run: Run, x: Any, *decimals: Any, **options: Any) -> Held:
        if any(d not in (0, None) for d in decimals):
            raise NotRecorded(f"{name} was called with a number of places")
        no_options({k: v for k, v in options.items() if k != "decimals" or v})
        step = np.rint(base_of(x) - offset)

        def piece(sides: Any) -> Held:
            level = step + below + (1 + sides) / 2
            return Held(level, level)

        return switch(run, name, run.plain(anp.subtract, x, step + offset), piece)

    return apply


_floor = rule("floor")(_steps("floor", 0.0, -1.0))
rule("ceil")(_steps("ceil", 0.0, 0.0))
rule("rint", "round", "around")(_steps("round", 0.5, 0.0))


@rule("trunc", "fix")
def _trunc(run: Run, x: Any, **options: Any) -> Held:
    """Towards zero, where no step is; elsewhere a floor or a ceiling."""
    no_options(options)
    whole = np.rint(base_of(x))
    step = np.where(whole == 0, np.where(np.asarray(base_of(x)) < 0, -1.0, 1.0), whole)

    def piece(sides: Any) -> Held:
        level = step + (sides - np.sign(step)) / 2
        return Held(level, level)

    return switch(run, "trunc", run.plain(anp.subtract, x, step), piece)


@rule("floor_divide")
def _floor_divide(run: Run, x: Any, y: Any, **options: Any) -> Held:
    no_options(options)
    return _floor(run, run.plain(anp.divide, x, y))


@rule("mod")
def _mod(run: Run, x: Any, y: Any, **options: Any) -> Held:
    no_options(options)
    return run.plain(anp.subtract, x, run.plain(anp.multiply, y, _floor_divide(run, x, y)))


@rule("fmod")
def _fmod(run: Run, x: Any, y: Any, **options: Any) -> Held:
    no_options(options)
    return run.plain(anp.subtract, x, run.plain(anp.multiply, y, _trunc(run, run.plain(anp.divide, x, y))))
