"""How fast a sequence comes to its end: its order, its rate, or the power with which it creeps."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from typing import Any

import autograd.numpy as anp
import numpy as np

from hesswidget.derivatives.control_flow import over_rows, pick
from hesswidget.derivatives.recorder import record
from hesswidget.precision import EPS
from hesswidget.program.program import Program
from hesswidget.wording import number

KINDS = ("unknown", "superlinear", "linear", "sublinear", "unknown")
"""What a sequence may be; a program says it by its place here. At the last, `FEW`, there are too few errors to tell."""

LINEAR = float(KINDS.index("linear"))
FEW, UNSETTLED, WAVES = 4.0, 5.0, 6.0
"""And behind it in what is said: the last two estimates are further apart than `VAGUE`; only the peaks have a ratio."""

BRIEFLY = (
    "unclear",
    "order {value}",
    "ratio {value}",
    "power {value}",
    "too short",
    "{value} ± {spread}",
    "waves, {value}",
)
"""What is said of each kind beside a path,"""
EXPLAINED = (
    "what is left does not fall evenly, so that no order can be told",
    "each error is about {constant} times that power of the one before; the last two estimates are {spread} apart",
    "each error is about that share of the one before; the last two estimates are {spread} apart",
    "the errors fall as {constant} times that power of the number of steps; the last two estimates are {spread} apart",
    "fewer than three errors are above rounding",
    "{value} by the last errors, which is {spread} from what those before say",
    "what is left rises and falls, and its peaks fall by that share a step; the last two estimates are {spread} apart",
)
"""and where that is asked about."""
VAGUE = 0.15  # of the value: how far the last two estimates may be apart

ROUNDING = 64 * EPS  # of the scale: smaller errors say nothing
NOISE = 2**20 * EPS  # of the scale: where errors stop falling below this, it is rounding
ABOVE_NOISE = 16  # how many times as large as that rounding an error must be
LEAST = 3, 6, 20  # errors that an order, a rate and a power take
RATIO = 0.2  # of the last two errors of a superlinear sequence, at most
ORDER = 1.1  # of such a one, at least; the orders of a linear sequence are 1
SETTLED = 0.5  # relative: how far its last two orders are apart, at most, if it has not come to rounding
# A linear sequence's logarithm falls as much in one quarter as in the next, up to this share,
STEADY = 0.03
# and up to its whole fall over this: that of any power up to the eighth changes by more.
POWER = 32.0
EVEN = 0.25  # relative: how far it may fall otherwise in the quarter before those, where it falls by more than `RATIO`,
# as superlinear sequences do: two quarters in a row of a short one may agree by chance
AGREE = 0.1  # relative: how far the powers of two stretches are apart, at most
PEAKS = 24  # errors that the ratio of peaks takes
RISES = 3  # errors at least, that are no peaks
BEATS = 0.15  # relative: how far it may fall slower or faster in one quarter than in the next
REFINED = 4  # times that a power's shift is improved


@dataclass(frozen=True)
class Order:
    """What holds of a sequence of errors.

    Attributes
    ----------
    kind : str
        ``superlinear``, ``linear``, ``sublinear``, ``waves`` where errors rise and fall, or ``unknown``.
    value : float
        The order p of ``e_{k+1} ≈ C e_k^p``; the rate C of ``e_{k+1} ≈ C e_k``, and of the peaks of waves in a step;
        the power q of ``e_k ≈ C k^q``.
    constant : float
        C.
    spread : float
        How far the last two estimates of the value are apart; NaN where there is one only.
    of : str
        What the errors are, in words, where that is known.
    """

    kind: str
    value: float = np.nan
    constant: float = np.nan
    spread: float = np.nan
    of: str = ""

    def __str__(self) -> str:
        return f"{self.of}: {self._said()}" if self.of else self._said()

    def _said(self) -> str:
        if self.spread > VAGUE * abs(self.value):
            return (
                f"of no order that can be told: {number(self.value, 3)} by the last errors, which is "
                f"{number(self.spread, 2)} from what those before say"
            )
        if self.kind == "superlinear":
            within = f" ± {number(self.spread, 2)}" if math.isfinite(self.spread) else ""
            return f"of order {number(self.value)}{within}, constant {number(self.constant, 2)}"
        if self.kind == "linear":
            return f"linear, each error {number(self.value)} of the one before"
        if self.kind == "waves":
            return f"in waves, whose peaks fall to {number(self.value)} of themselves in a step"
        if self.kind == "sublinear":
            return f"sublinear, as the power {number(self.value)} of the number of steps"
        return "of no order that can be told"


def order_of(errors: np.ndarray, scale: float = 1.0) -> Order:
    """Estimate how a sequence of errors falls.

    Parameters
    ----------
    errors : ndarray, shape (k,)
        Not negative, the last ones smallest. What comes behind one that is not finite is left out.
    scale : float
        The size of what the errors are of: those below its rounding say nothing.

    Returns
    -------
    Order

    Notes
    -----
    See `order_of_padded`.

    Examples
    --------
    >>> order_of(np.array([1e-1, 1e-2, 1e-4, 1e-8])).kind, round(order_of(np.array([1e-1, 1e-2, 1e-4, 1e-8])).value, 6)
    ('superlinear', 2.0)
    >>> print(order_of(2.0 * 0.5 ** np.arange(30)))
    linear, each error 0.5 of the one before
    >>> print(order_of(3.0 / np.arange(1, 400) ** 2))
    sublinear, as the power −2 of the number of steps
    """
    kind, value, constant, spread = _found(order_of_padded, errors, scale)
    return Order(KINDS[int(kind)], value, constant, spread) if 0 < kind < FEW else Order("unknown")


def waves_of(errors: np.ndarray, scale: float = 1.0) -> Order:
    """Estimate how the peaks of a sequence fall that rises and falls, as `order_of` does of one that falls.

    Examples
    --------
    >>> k = np.arange(200.0)
    >>> print(waves_of(0.95**k * np.cos(0.7 * k + 0.2) ** 2))
    in waves, whose peaks fall to 0.95 of themselves in a step
    """
    kind, value, constant, spread = _found(ratio_of_peaks, errors, scale)
    return Order("waves", value, constant, spread) if kind == WAVES else Order("unknown")


def _found(estimate: Any, errors: np.ndarray, scale: float) -> tuple[float, float, float, float]:
    given = np.asarray(errors, dtype=float)
    padded = np.concatenate([given, np.full(max(0, 2 - len(given)), np.nan)])
    with np.errstate(all="ignore"):
        kind, value, constant, spread = (float(x) for x in estimate(padded, scale))
    return kind, value, constant, spread


@cache
def program(paths: int, length: int) -> Program:
    """Record the orders of so many sequences at once, each filled up with NaN to this length.

    Inputs ``errors``, shape (paths, length), and ``scale``, shape (paths,); outputs ``kind``, a place in `KINDS`,
    ``value``, ``constant`` and ``spread``, shape (paths,).

    Examples
    --------
    >>> from hesswidget.program.executor import Executable
    >>> falling = 0.5 ** np.arange(30.0)
    >>> found = Executable(program(2, 30))(errors=[falling, 0 * falling], scale=[1.0, 1.0])
    >>> [KINDS[int(k)] for k in found["kind"]], found["value"].round(12).tolist()
    (['linear', 'unknown'], [0.5, nan])
    """

    def orders(errors: Any, scale: Any) -> dict[str, Any]:
        found = over_rows(lambda e, s: anp.stack(order_of_padded(e, s)), errors, scale)
        return {name: found[:, k] for k, name in enumerate(("kind", "value", "constant", "spread"))}

    example = np.tile(0.5 ** np.arange(float(length)), (paths, 1))
    return record(orders, errors=example, scale=np.ones(paths))


# --- mathematics that can be recorded: autograd.numpy, no branch on a value ---


def order_of_padded(errors: Any, scale: Any) -> tuple[Any, Any, Any, Any]:
    """Estimate how a sequence of errors falls, of which NaN is the end.

    It goes by the last errors that fall one after the other, above rounding: by the order of the last three (Ortega &
    Rheinboldt, 1970, ch. 9), if the one before agrees that it is above 1; else by their fall over the last three
    quarters. A linear sequence's logarithm falls as much in the last quarter as in the one before; of ``C (k + s)^q``
    the steps that it takes to fall by so much grow evenly, by which s and q are found.

    Parameters
    ----------
    errors : array, shape (length,)
        At least two places.
    scale : array, ()

    Returns
    -------
    kind : array, ()
        A place in `KINDS`.
    value, constant, spread : array, ()
        See `Order`; NaN where there is none.

    Examples
    --------
    >>> with np.errstate(all="ignore"):
    ...     kind, value, *_ = order_of_padded(np.array([1e-1, 1e-2, 1e-4, 1e-8, np.nan, np.nan]), 1.0)
    >>> KINDS[int(kind)], round(float(value), 6)
    ('superlinear', 2.0)
    """
    known, first, last, reaches_rounding = _falling(errors, scale)
    count = last - first + 1.0
    is_superlinear, superlinear = _superlinear(known, first, last, reaches_rounding)
    is_linear, linear, is_sublinear, sublinear = _by_quarters(known, last, count)
    kind = anp.where(last + 1.0 < LEAST[0], FEW, 0.0)
    kind = anp.where(is_sublinear, 3.0, kind)
    kind = anp.where(is_linear, 2.0, kind)
    kind = anp.where(is_superlinear, 1.0, kind)
    found = []
    for each in zip(superlinear, linear, sublinear, strict=True):
        chosen = anp.where(kind == 3.0, each[2], np.nan)
        chosen = anp.where(kind == 2.0, each[1], chosen)
        found.append(anp.where(kind == 1.0, each[0], chosen))
    value, constant, spread = found
    return kind, value, constant, spread


def ratio_of_falls(errors: Any, scale: Any) -> tuple[Any, Any, Any, Any]:
    """Return the ratio by which a sequence falls, as `order_of_padded` does, and nothing else that it may be.

    How much goes of an error in each step falls by the same ratio, whatever the limit is.
    """
    known, first, last, _ = _falling(errors, scale)
    is_linear, linear, _, _ = _by_quarters(known, last, last - first + 1.0)
    return anp.where(is_linear, LINEAR, 0.0), *(anp.where(is_linear, each, np.nan) for each in linear)


def ratio_of_peaks(errors: Any, scale: Any) -> tuple[Any, Any, Any, Any]:
    """Return `WAVES` and the ratio by which the peaks of a sequence that rises and falls become smaller in a step.

    A peak is an error that none behind it reaches; the ratio is that between peaks over the last two thirds of
    what is above rounding (Ortega & Rheinboldt, 1970, ch. 9: the root-convergence factor). The constant is none.

    Examples
    --------
    >>> k = np.arange(200.0)
    >>> with np.errstate(all="ignore"):
    ...     kind, value, *_ = ratio_of_peaks(0.95**k * np.cos(0.7 * k + 0.2) ** 2, 1.0)
    >>> bool(kind == WAVES), round(float(value), 2)
    (True, 0.95)
    """
    at = np.arange(float(len(errors)))
    is_known = _none_so_far(anp.logical_not(anp.isfinite(errors)))
    known = anp.where(anp.logical_and(is_known, errors > ROUNDING * scale), errors, 0.0)
    is_peak = anp.logical_and(known > 0, known >= _largest_from_each(known))
    count = anp.max(anp.where(known > 0, at, -1.0)) + 1.0
    targets = (count - 1.0) * np.array([0.3, 0.5, 0.7, 0.9])  # no peak is known at the very end
    ends = anp.min(
        anp.where(anp.logical_and(is_peak, at >= anp.reshape(targets, (4, 1))), at, np.inf), axis=1
    )
    logs = anp.log(pick(known, anp.where(anp.isfinite(ends), ends, 0.0)))
    falls = (logs[:-1] - logs[1:]) / (ends[1:] - ends[:-1])
    is_so = anp.logical_and(anp.abs(falls[2] - falls[1]) <= BEATS * falls[1], falls[2] > 0)
    is_below = anp.logical_and(anp.logical_not(is_peak), anp.logical_and(at > targets[0], at < count))
    is_so = anp.logical_and(is_so, anp.logical_and(count >= PEAKS, anp.sum(1.0 * is_below) >= RISES))
    rate, before = anp.exp(-falls[2]), anp.exp(-falls[1])
    kind = anp.where(is_so, WAVES, 0.0)
    return (
        kind,
        anp.where(is_so, rate, np.nan),
        np.nan * rate,
        anp.where(is_so, anp.abs(rate - before), np.nan),
    )


def _largest_from_each(errors: Any) -> Any:
    """Return of each the largest of it and all behind it, by doubling how far is looked."""
    reach, length = 1, len(errors)
    while reach < length:
        errors = anp.maximum(errors, anp.concatenate([errors[reach:], np.zeros(reach)]))
        reach *= 2
    return errors


def _falling(errors: Any, scale: Any) -> tuple[Any, Any, Any, Any]:
    """Return the errors, 0 behind their end; from which to which they fall, above rounding; whether they then reach it.

    Rounding may be larger than the scale's own, of an ill-conditioned function: its size is that of the errors behind
    the first that does not fall.
    """
    at = np.arange(float(len(errors)))
    known = anp.where(_none_so_far(anp.logical_not(anp.isfinite(errors))), errors, 0.0)
    stays = anp.concatenate([np.zeros(1), 1.0 * (known[1:] >= known[:-1])]) > 0
    is_noise = anp.logical_not(_none_so_far(anp.logical_and(stays, known <= NOISE * scale)))
    noise = anp.max(anp.where(is_noise, known, 0.0))
    floor = anp.maximum(ROUNDING * scale, anp.where(noise <= NOISE * scale, ABOVE_NOISE * noise, 0.0))
    is_above = _none_so_far(anp.logical_not(known > floor))
    last = anp.sum(1.0 * is_above) - 1.0
    first = anp.max(anp.where(anp.logical_and(stays, is_above), at, 0.0))
    follows = last + 1.0 < anp.sum(1.0 * _none_so_far(anp.logical_not(anp.isfinite(errors))))
    return known, first, last, follows


def _none_so_far(flags: Any) -> Any:
    return anp.cumsum(1.0 * flags) == 0.0


def _superlinear(errors: Any, first: Any, last: Any, reaches_rounding: Any) -> tuple[Any, tuple[Any, ...]]:
    """Whether the errors from the first to the last fall faster and faster; and order, constant and spread.

    The second of them is smaller than all before the first: on a wave that shrinks each has its like before it.
    """
    count = last - first + 1.0
    logs = anp.log(pick(errors, last - np.array([3.0, 2.0, 1.0, 0.0])))
    falls = logs[:-1] - logs[1:]
    orders = falls[1:] / falls[:-1]
    apart = anp.abs(orders[1] - orders[0])
    least, _, _ = LEAST
    agrees = anp.logical_or(apart <= SETTLED * orders[1], reaches_rounding)
    agrees = anp.where(count > least, anp.logical_and(agrees, orders[0] >= ORDER), reaches_rounding)
    is_so = anp.logical_and(anp.logical_and(count >= least, agrees), orders[1] >= ORDER)
    is_so = anp.logical_and(is_so, falls[2] > -math.log(RATIO))
    before = anp.where(np.arange(float(len(errors))) < first, errors, np.inf)
    is_so = anp.logical_and(is_so, pick(errors, first + 1.0) <= anp.min(before))
    spread = anp.where(count > least, apart, np.nan)
    return is_so, (orders[1], anp.exp(logs[3] - orders[1] * logs[2]), spread)


def _by_quarters(errors: Any, last: Any, count: Any) -> tuple[Any, tuple[Any, ...], Any, tuple[Any, ...]]:
    """Whether the logarithm falls evenly, or as that of a power; and of each its value, constant and spread."""
    quarter = anp.floor((count - 1.0) / 4.0)
    width = anp.maximum(quarter, 2.0)
    ends = count - 1.0 - width * np.array([3.0, 2.0, 1.0, 0.0])
    logs = anp.log(pick(errors, last - width * np.array([3.0, 2.0, 1.0, 0.0])))
    falls = (logs[:-1] - logs[1:]) / width
    _, least, long = LEAST
    fallen = (count - 1.0) * falls[2]
    bound = anp.minimum(STEADY, fallen / POWER)
    is_linear = anp.logical_and(count >= least, anp.abs(falls[2] - falls[1]) <= bound * falls[1])
    rate = anp.exp(-falls[2])
    is_even = anp.logical_or(rate > RATIO, anp.abs(falls[2] - falls[0]) <= EVEN * falls[2])
    is_linear = anp.logical_and(is_linear, is_even)
    linear = rate, rate, anp.abs(rate - anp.exp(-falls[1]))
    (earlier, _), (power, shift) = (_power(ends[k : k + 3], falls[k : k + 2]) for k in (0, 1))
    spread = anp.abs(power - earlier)
    is_power = anp.logical_and(count >= long, spread <= AGREE * power)
    constant = anp.exp(logs[3] + power * anp.log(ends[3] + shift))
    return is_linear, linear, is_power, (-power, constant, spread)


def _power(ends: Any, falls: Any) -> tuple[Any, Any]:
    """Return q and s of ``C (k + s)^(−q)``, from what its logarithm falls in a step, over two stretches between ends.

    That is q over the logarithmic mean of the stretch's ends, which are shifted by s.
    """
    steps = 1.0 / falls
    means = (ends[:-1] + ends[1:]) / 2.0  # which the logarithmic ones are near
    power = (means[1] - means[0]) / (steps[1] - steps[0])
    shift = power * steps[1] - means[1]
    for _ in range(REFINED):
        places = ends + shift
        means = (ends[1:] - ends[:-1]) / anp.log(places[1:] / places[:-1])
        power = (means[1] - means[0]) / (steps[1] - steps[0])
        shift = shift + power * steps[1] - means[1]
    return power, shift
