"""The pieces of a function around a point at which they need not meet: every switch, and how far off it is."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from hesswidget.derivatives import reverse_mode
from hesswidget.derivatives.switches.rules import RULES
from hesswidget.derivatives.switches.sides import Identity, Run, Sides, averaged


class Nearby:
    """The piece of a function at a point, continued beyond its borders, and the switches that bound it.

    Parameters
    ----------
    function : callable
        A scalar function of one vector.
    point : ndarray, shape (n,)

    Examples
    --------
    >>> import autograd.numpy as np
    >>> near = Nearby(lambda x: np.abs(x[0] - 1.0), np.array([3.0]))
    >>> near.quantities(near.point)[0].tolist(), near.gradient(np.array([-5.0]), {}).tolist()
    ([2.0], [1.0])
    """

    def __init__(self, function: Callable[[Any], Any], point: np.ndarray) -> None:
        self.function, self.point = function, point
        run = Run(RULES, None, {})
        run(function, point, point)
        self._usual = run.answers
        self.names: tuple[Identity, ...] = tuple(switch.identity for switch in run.switches)

    def value(self, x: Any, sides: Sides) -> Any:
        """Return the piece's value elsewhere; some switches may be held on other sides, or between."""
        return averaged(
            lambda held: Run(RULES, None, held, usual=self._usual)(self.function, self.point, x), sides
        )

    def gradient(self, x: np.ndarray, sides: Sides) -> np.ndarray:
        """Return the piece's gradient, shape (n,)."""
        return np.asarray(reverse_mode.gradient(lambda y: self.value(y, sides))(x), dtype=float)

    def hessian(self, x: np.ndarray, sides: Sides) -> np.ndarray:
        """Return the piece's Hessian, shape (n, n)."""
        return reverse_mode.gradient_and_hessian(lambda y: self.value(y, sides), x)[1]

    def quantities(
        self, x: np.ndarray, names: tuple[Identity, ...] | None = None
    ) -> tuple[np.ndarray, np.ndarray]:
        """Return the switches' quantities, (k,), and their gradients, (k, n)."""
        names = self.names if names is None else names

        def quantities(y: Any) -> Any:
            run = Run(RULES, None, {}, usual=self._usual)
            run(self.function, self.point, y)
            return run.quantities(names)

        values, pull = reverse_mode.vjp(quantities, x)
        return np.asarray(values, dtype=float), np.array([pull(row) for row in np.eye(len(names))])


def has_switches(function: Callable[[Any], Any], points: Iterable[np.ndarray]) -> bool:
    """Whether a function has switches that can be followed, by the first of some points at which it can be evaluated.

    Examples
    --------
    >>> import autograd.numpy as np
    >>> [has_switches(f, [np.ones(1)]) for f in (lambda x: np.abs(x[0]), lambda x: np.sin(x[0]))]
    [True, False]
    """
    for point in points:
        try:
            return bool(Nearby(function, point).names)
        except (
            Exception
        ):  # outside its domain a function may raise what it likes, and not all can be followed
            continue
    return False
