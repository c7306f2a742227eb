"""The pieces of a function that meet at a point: which switches are met there, and derivatives on chosen sides."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from hesswidget.derivatives import reverse_mode
from hesswidget.derivatives.branches.questions import Answer
from hesswidget.derivatives.switches.rules import RULES
from hesswidget.derivatives.switches.sides import NOISE, ROUNDING, TRIALS, Call, Run, Sides, Switch, averaged

FEW = 1_000  # switches that are followed at once


class Pieces:
    """The pieces of a function that meet at a point.

    Parameters
    ----------
    function : callable
        A scalar function of one vector.
    point : ndarray, shape (n,)
    reach : float
        A length, besides the largest ``|x_i|``: the coordinates are known to 64 units of its rounding.

    Attributes
    ----------
    switches : tuple of Switch
        Those that are met: whose quantity is zero within what rounding every operation on the way to it, measured by
        runs in which each is perturbed (Parker, 1997, Monte Carlo arithmetic), can do. None where they are too many to
        be followed.
    count : int
        How many they are.

    Raises
    ------
    Exception
        Whatever the function raises, where it cannot be followed.

    Examples
    --------
    >>> import autograd.numpy as np
    >>> pieces = Pieces(lambda x: np.abs(x[0] - 0.1 * 3) + x[0], np.array([0.3]), 0.0)
    >>> (switch,) = pieces.switches
    >>> [pieces.gradient({switch.identity: side}).tolist() for side in (-1.0, 1.0)]
    [[0.0], [2.0]]
    """

    def __init__(self, function: Callable[[Any], Any], point: np.ndarray, reach: float) -> None:
        self.function, self.point = function, point
        self.reach = max(reach, float(np.max(np.abs(point))))
        met, self._usual = _met(function, point, self.reach)
        self.count = sum(int(np.sum(m)) for m in met.values())
        self._met = met if self.count <= FEW else {}
        self.switches: tuple[Switch, ...] = ()
        if any(np.any(met) for met in self._met.values()):
            run = Run(RULES, self._met, {}, 1.0, usual=self._usual)
            run.says_where = True
            run(function, point, point)
            self.switches = tuple(run.switches)

    def value(self, x: Any, sides: Sides) -> Any:
        """Return a piece at a point, which may be traced; see `hesswidget.derivatives.switches.sides.averaged`."""
        return averaged(
            lambda held: Run(RULES, self._met, held, 1.0, usual=self._usual)(self.function, self.point, x),
            sides,
        )

    def gradient(self, sides: Sides, at: np.ndarray | None = None) -> np.ndarray:
        """Return the gradient of a piece, shape (n,), at the point or another."""
        return np.asarray(reverse_mode.gradient(lambda x: self.value(x, sides))(self._at(at)), dtype=float)

    def hessian(self, sides: Sides, basis: np.ndarray, at: np.ndarray | None = None) -> np.ndarray:
        """Return the Hessian of a piece within the span of the columns of `basis`, (n, m): shape (m, m)."""
        return _second_derivatives(lambda x: self.value(x, sides), self._at(at), basis)

    def product(self, sides: Sides, vector: np.ndarray, at: np.ndarray | None = None) -> np.ndarray:
        """Return the product of a piece's Hessian with a vector, shape (n,)."""
        gradient = reverse_mode.gradient(lambda x: self.value(x, sides))
        return np.asarray(reverse_mode.vjp(gradient, self._at(at))[1](vector), dtype=float)

    def quantities(self, sides: Sides, at: np.ndarray | None = None) -> tuple[np.ndarray, np.ndarray]:
        """Return the switches' quantities, (k,), and their gradients, (k, n), on chosen sides."""
        values, pull = reverse_mode.vjp(lambda x: self._quantities(x, sides), self._at(at))
        return np.asarray(values), np.array([pull(row) for row in np.eye(len(values))])

    def quantity_hessian(
        self, sides: Sides, k: int, basis: np.ndarray, at: np.ndarray | None = None
    ) -> np.ndarray:
        """Return the Hessian of one switch's quantity within the span of the columns of `basis`."""
        return _second_derivatives(lambda x: self._quantities(x, sides)[k], self._at(at), basis)

    def _quantities(self, x: Any, sides: Sides) -> Any:
        run = Run(RULES, self._met, sides, 1.0, usual=self._usual)
        run(self.function, self.point, x)
        return run.quantities([switch.identity for switch in self.switches])

    def _at(self, at: np.ndarray | None) -> np.ndarray:
        return self.point if at is None else at


def _second_derivatives(function: Callable[[Any], Any], at: np.ndarray, basis: np.ndarray) -> np.ndarray:
    _, pull = reverse_mode.vjp(reverse_mode.gradient(function), at)
    products = np.array([pull(column) for column in basis.T]).reshape(basis.shape[::-1])
    return products @ basis


def _met(
    function: Callable[[Any], Any], point: np.ndarray, reach: float
) -> tuple[dict[Call, np.ndarray], list[Answer]]:
    """Find where each switching operation is met, by trials; and what branches are answered there."""
    rng = np.random.default_rng(0)
    answers: list[Answer] = []
    spread: dict[Call, np.ndarray] = {}
    quantities: dict[Call, np.ndarray] = {}
    for _ in range(TRIALS):
        run = Run(RULES, {}, {}, noise=rng)
        steps = NOISE * reach * rng.uniform(-1, 1, len(point))
        run(function, point, point + steps)
        answers = run.answers
        if not run.trial:
            return {}, answers
        for call, (base, noisy) in run.trial.items():
            quantities[call] = np.abs(np.asarray(base))
            spread[call] = np.maximum(spread.get(call, 0.0), np.abs(np.asarray(noisy) - base))
    return {call: size <= ROUNDING * spread[call] for call, size in quantities.items()}, answers
