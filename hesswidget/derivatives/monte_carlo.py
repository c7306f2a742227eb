"""What rounding does to a function, by runs with every operation off by a rounding at random.

Monte Carlo arithmetic (Parker, 1997): unlike differences between neighbours it also sees rounding that they share.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from hesswidget.derivatives.switches.sides import Held, Run
from hesswidget.precision import EPS

TRIALS = 4
MARGIN = 4.0  # times the largest of so few, so that it is a bound


def value_rounding(function: Callable[[Any], Any], point: np.ndarray) -> float:
    """Return a bound on what rounding does to a value.

    Raises
    ------
    Exception
        Whatever the function raises, where it cannot be followed.

    Examples
    --------
    >>> multiplied_out = lambda x: x[0] ** 2 + 2 * x[0] * x[1] + x[1] ** 2
    >>> at = np.array([3.0, -3.0])
    >>> 1e-15 < value_rounding(multiplied_out, at) < 1e-13, value_rounding(lambda x: (x[0] + x[1]) ** 2, at) < 1e-28
    (True, True)
    """
    rng = np.random.default_rng(0)
    usual = _Trial(None)(function, point, point)
    trials = [_Trial(rng)(function, point, point) for _ in range(TRIALS)]
    return MARGIN * float(np.max(np.abs(np.array(trials) - usual)))


class _Trial(Run):
    """A run in which results are off by a rounding, and arrays that operations take: sums of their entries cancel."""

    def __init__(self, rng: np.random.Generator | None) -> None:
        super().__init__({}, {}, {})
        self._rng = rng

    def plain(self, function: Callable[..., Any], *operands: Any, **options: Any) -> Held:
        """Call a function on operands that are off, and have its result be off."""
        held = [
            x._replace(value=self._off(x.value)) if isinstance(x, Held) else self._off(x) for x in operands
        ]
        result = super().plain(function, *held, **options)
        return result._replace(value=self._off(result.value, least=0))

    def _off(self, value: Any, least: int = 1) -> Any:
        if self._rng is None or not hasattr(value, "dtype") or value.dtype.kind != "f" or value.ndim < least:
            return value
        return value * (1 + EPS * self._rng.uniform(-1, 1, value.shape))
