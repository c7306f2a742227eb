"""How far two computations of the same derivatives are apart, and whether that is more than rounding."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from hesswidget.derivatives import autograd
from hesswidget.derivatives.objective import Objective
from hesswidget.errors import ProblemError
from hesswidget.precision import EPS
from hesswidget.wording import number

TOLERANCE = (
    1.5e-8  # the square root of eps: what rounding does to ill-conditioned sums, and no error of substance
)
NEAREST = 1e-6  # of a coordinate's range: so near a kink or a pole rounding of the gradient may show


@dataclass(frozen=True, eq=False)
class Derivatives:
    """Value, gradient, shape (n,), and Hessian, shape (n, n), at a point; or an array of each, at as many points."""

    point: np.ndarray
    value: float | np.ndarray
    gradient: np.ndarray
    hessian: np.ndarray

    @property
    def numbers(self) -> tuple[Any, np.ndarray, np.ndarray]:
        """Value, gradient and Hessian."""
        return self.value, self.gradient, self.hessian


def relative_error(
    computed: Derivatives, exact: Derivatives, widths: np.ndarray, noise: Derivatives | None = None
) -> float:
    """Return the largest difference, relative to the scale of what differs; infinite where one is not finite.

    The scale of the Hessian is its largest entry; that of the gradient also what the Hessian makes of a move by
    the largest coordinate, and so for the value: near a zero of the function it is known no better than that.

    Where derivatives cancel, both computations leave rounding and nothing else: the Hessian of ``|x − 2 y|`` is made of
    ``1/r − r²/r³`` with ``r = |x − 2 y|``, which is zero but for eps times the gradient over ``r``. The scales
    therefore also have what eps makes of the value, and eps within `NEAREST` of a kink of the gradient, over the
    coordinates' widths. Both are so small a part that the tolerance stays what it is where anything does not cancel.

    Parameters
    ----------
    computed, exact : Derivatives
    widths : ndarray, shape (n,)
        How far each coordinate ranges: the lengths in which derivatives have the unit of the value.
    noise : Derivatives, optional
        What rounding does to each number, where that is known: no more than the tolerance is made of it.

    Examples
    --------
    >>> one = Derivatives(np.ones(1), 2.0, np.ones(1), np.ones((1, 1)))
    >>> other = Derivatives(np.ones(1), 2.0, np.ones(1), np.full((1, 1), 1.25))
    >>> round(relative_error(one, other, np.ones(1)), 2)
    0.2
    """
    reach = float(np.max(np.abs(exact.point)))
    with np.errstate(all="ignore"):
        bend = _largest(exact.hessian)
        gradient = _largest(exact.gradient) + bend * reach
        value = _largest(np.array(exact.value)) + gradient * reach
        flat = 16 * EPS / TOLERANCE * _largest(np.array(exact.value))
        kinked = EPS / (NEAREST * TOLERANCE) * _largest(exact.gradient * widths)
        scales = [
            value,
            gradient + flat / widths,
            bend + (flat + kinked) / np.multiply.outer(widths, widths),
        ]
        if noise is not None:
            scales = [s + n / TOLERANCE for s, n in zip(scales, noise.numbers, strict=True)]
        trios = zip(computed.numbers, exact.numbers, scales, strict=True)
        return max(_relative(np.array(a), np.array(b), np.array(scale)) for a, b, scale in trios)


def rounding_of(objective: Objective, exact: Derivatives) -> Derivatives | None:
    """Return what rounding may do to what autograd computes, entry by entry.

    In a few runs each operation's result is perturbed (Parker, 1997, Monte Carlo arithmetic), so that terms which
    cancel altogether, as in ``(-x)**3 + x**3``, tell how large they are. None where the function cannot be followed,
    or is not the same before and after.
    """
    from hesswidget.derivatives.switches.rules import RULES  # which takes a while, and is hardly ever wanted
    from hesswidget.derivatives.switches.sides import ROUNDING, TRIALS, Run

    changes = []
    for trial in range(TRIALS):

        def perturbed(x: Any, trial: int = trial) -> Any:
            return Run(RULES, {}, {}, noise=np.random.default_rng(trial))(objective, exact.point, x)

        try:
            with np.errstate(all="ignore"):
                value = float(perturbed(exact.point))
                found = (value, *autograd.gradient_and_hessian(perturbed, exact.point))
        except (
            Exception
        ):  # outside its domain a function may raise what it likes, and not all can be followed
            return None
        with np.errstate(invalid="ignore"):  # of infinities
            changes.append([np.abs(a - b) for a, b in zip(found, exact.numbers, strict=True)])
    again = by_autograd(objective, exact.point)
    pairs = zip(again.numbers, exact.numbers, strict=True) if again else ()
    if again is None or not all(np.array_equal(a, b, equal_nan=True) for a, b in pairs):
        return None
    return Derivatives(exact.point, *(ROUNDING * np.max(each, axis=0) for each in zip(*changes, strict=True)))


def by_autograd(objective: Objective, point: np.ndarray) -> Derivatives | None:
    """Compute the derivatives at a point; None outside the function's domain, where it raises."""
    try:
        return Derivatives(point, objective.value(point), *objective.gradient_and_hessian(point))
    except ProblemError:
        return None


def in_words(error: float) -> str:
    """Say how far two computations are apart.

    Examples
    --------
    >>> in_words(0.25), in_words(math.inf)
    ('by 0.25 of its size', 'altogether: one is not finite, or not zero, where the other is')
    """
    if math.isfinite(error):
        return f"by {number(error)} of its size"
    return "altogether: one is not finite, or not zero, where the other is"


def _largest(array: np.ndarray) -> float:
    finite = np.abs(array[np.isfinite(array)])
    return float(finite.max()) if finite.size else 0.0


def _relative(computed: np.ndarray, exact: np.ndarray, scale: np.ndarray) -> float:
    """Return the largest difference over its scale; infinite where there is one and the scale is zero."""
    finite = np.isfinite(exact)
    if not np.array_equal(np.isfinite(computed), finite):
        return math.inf
    if not np.array_equal(computed[~finite], exact[~finite], equal_nan=True):
        return math.inf
    difference = np.abs(computed[finite] - exact[finite])
    differs = difference > 0
    # A scale that overflows would hide whatever differs.
    scale = np.minimum(np.broadcast_to(scale, exact.shape)[finite], np.finfo(float).max)
    return float(np.max(difference[differs] / scale[differs], initial=0.0))
