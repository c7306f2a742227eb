"""How fast a sequence comes to its end: its order, its rate, or the power with which it creeps."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hesswidget.precision import EPS
from hesswidget.wording import number

LEAST = 3  # errors that an estimate needs
SUPERLINEAR = 0.2  # the last ratio of errors, below which they fall ever faster
STEADY = 0.02  # relative: how far the last ratios of a linear sequence are apart
TAIL = 0.5  # of a long sequence, that its power is fitted to
LONG = 20  # errors that a power takes


@dataclass(frozen=True)
class Order:
    """What holds of a sequence of errors.

    Attributes
    ----------
    kind : str
        ``superlinear``, ``linear``, ``sublinear``, or ``unknown``.
    value : float
        The order p of ``e_{k+1} ≈ C e_k^p``; the rate C of ``e_{k+1} ≈ C e_k``; the power q of ``e_k ≈ C k^q``.
    constant : float
        C.
    spread : float
        How far the last two estimates of the value are apart.
    """

    kind: str
    value: float = np.nan
    constant: float = np.nan
    spread: float = np.nan

    def __str__(self) -> str:
        if self.kind == "superlinear":
            return f"of order {number(self.value)} ± {number(self.spread, 2)}, constant {number(self.constant, 2)}"
        if self.kind == "linear":
            return f"linear, each error {number(self.value)} of the one before"
        if self.kind == "sublinear":
            return f"sublinear, as the power {number(self.value)} of the number of steps"
        return "of no order that can be told"


def order_of(errors: np.ndarray, scale: float = 1.0) -> Order:
    """Estimate how a sequence of errors falls.

    Parameters
    ----------
    errors : ndarray, shape (k,)
        Not negative, the last ones smallest.
    scale : float
        The size of what the errors are of: those below its rounding say nothing.

    Returns
    -------
    Order

    Notes
    -----
    The order is ``log(e_{k+1} / e_k) / log(e_k / e_{k−1})`` of the last three errors above rounding (Ortega &
    Rheinboldt, 1970, ch. 9); the power is fitted to the second half.

    Examples
    --------
    >>> order_of(np.array([1e-1, 1e-2, 1e-4, 1e-8])).kind, round(order_of(np.array([1e-1, 1e-2, 1e-4, 1e-8])).value, 6)
    ('superlinear', 2.0)
    >>> print(order_of(2.0 * 0.5 ** np.arange(30)))
    linear, each error 0.5 of the one before
    >>> print(order_of(3.0 / np.arange(1, 400) ** 2))
    sublinear, as the power −2 of the number of steps
    """
    kept = _falling(np.asarray(errors, dtype=float), scale)
    if len(kept) < LEAST:
        return Order("unknown")
    ratios = kept[1:] / kept[:-1]
    if ratios[-1] < SUPERLINEAR and ratios[-1] < ratios[-2]:
        return _superlinear(kept)
    if len(ratios) > 3 and np.ptp(ratios[-3:]) <= STEADY * ratios[-1] and not _creeps(ratios):
        return Order("linear", float(ratios[-1]), float(ratios[-1]), float(np.ptp(ratios[-2:])))
    if len(kept) >= LONG and _creeps(ratios):
        return _power(kept)
    return Order("unknown")


def _falling(errors: np.ndarray, scale: float) -> np.ndarray:
    """Return the errors from where they fall to where they are rounding."""
    usable = np.isfinite(errors) & (errors > 64 * EPS * scale)
    end = len(errors) if usable.all() else int(np.argmin(usable))
    rises = np.flatnonzero(np.diff(errors[:end]) >= 0)
    return errors[rises[-1] + 1 : end] if len(rises) else errors[:end]


def _creeps(ratios: np.ndarray) -> bool:
    """Whether the ratios go to one as they do of a power: what is left to one falls with the number of steps."""
    left = 1 - ratios
    half = len(left) // 2
    return bool(left[-1] < 0.75 * left[half]) if half else False


def _superlinear(errors: np.ndarray) -> Order:
    logs = np.log(errors)
    orders = np.diff(logs)[1:] / np.diff(logs)[:-1]
    order = float(orders[-1])
    constant = float(np.exp(logs[-1] - order * logs[-2]))
    return Order(
        "superlinear", order, constant, float(abs(orders[-1] - orders[-2])) if len(orders) > 1 else np.nan
    )


def _power(errors: np.ndarray) -> Order:
    first = int(len(errors) * TAIL)
    steps = np.log(np.arange(1, len(errors) + 1))
    power, constant = np.polyfit(steps[first:], np.log(errors[first:]), 1)
    earlier, _ = np.polyfit(steps[first // 2 : first], np.log(errors[first // 2 : first]), 1)
    return Order("sublinear", float(power), float(np.exp(constant)), float(abs(power - earlier)))
