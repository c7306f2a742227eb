"""Normal forms: sums of signed powers of single coordinates, of which it is plain what they are at the origin."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import autograd.numpy as np
import numpy as onp

Profile = Callable[[Any], Any]

# Of each order at zero several functions whose leading term is yᵖ; some of them cancel there. All but the 3rd and the
# 5th are even. They have no other critical point within 1 of zero.
PROFILES: dict[int, dict[str, Profile]] = {
    2: {
        "y²": lambda y: y**2,
        "2 − 2 cos y": lambda y: 2 - 2 * np.cos(y),
        "2 cosh y − 2": lambda y: 2 * np.cosh(y) - 2,
        "y tanh y": lambda y: y * np.tanh(y),
        "log(1 + y²)": lambda y: np.log(1 + y**2),
    },
    3: {
        "y³": lambda y: y**3,
        "6 (y − sin y)": lambda y: 6 * (y - np.sin(y)),
        "6 (sinh y − y)": lambda y: 6 * (np.sinh(y) - y),
    },
    4: {
        "y⁴": lambda y: y**4,
        "(2 − 2 cos y)²": lambda y: (2 - 2 * np.cos(y)) ** 2,
        "24 (cos y − 1 + y²/2)": lambda y: 24 * (np.cos(y) - 1 + y**2 / 2),
        "y² tanh² y": lambda y: y**2 * np.tanh(y) ** 2,
    },
    5: {"y⁵": lambda y: y**5},
    6: {"y⁶": lambda y: y**6},
}
HIGH_ORDERS = (3, 4, 4, 5, 6, 0)  # 0: f does not depend on the coordinate


@dataclass(frozen=True)
class Form:
    """A sum of ``coefficient · profile(y_i)`` over coordinates, zero and stationary at the origin.

    Attributes
    ----------
    function : callable
        Of a vector y, shape (n,).
    truth : str
        What the origin is: ``minimum``, ``degenerate saddle``, ``flat``, … (see `verdict`).
    text : str
    """

    function: Callable[[Any], Any]
    truth: str
    text: str


def morse(rng: onp.random.Generator, n: int) -> Form:
    """Draw a form whose Hessian is regular."""
    return _form(rng, onp.full(n, 2))


def degenerate(rng: onp.random.Generator, n: int) -> Form:
    """Draw a form that is of higher order in up to three coordinates, and grows or falls in all of them."""
    return _form(rng, _orders(rng, n, [p for p in HIGH_ORDERS if p]))


def flat(rng: onp.random.Generator, n: int) -> Form:
    """Draw a form that does not depend on one coordinate or two, nor takes both signs."""
    orders = onp.where(_orders(rng, n, [0]) == 0, 0, rng.choice([2, 2, 4], n))
    return _form(rng, orders, onp.full(n, rng.choice([-1, 1])))


def _orders(rng: onp.random.Generator, n: int, choices: list[int]) -> onp.ndarray:
    orders = onp.full(n, 2)
    count = int(rng.integers(1, min(n, 3) + 1))
    orders[rng.permutation(n)[:count]] = rng.choice(choices, count)
    return orders


def _form(rng: onp.random.Generator, orders: onp.ndarray, signs: onp.ndarray | None = None) -> Form:
    n = len(orders)
    if signs is None:
        one = rng.choice([-1, 1])
        signs = rng.choice([-1, 1], n) if rng.random() < 0.4 else onp.full(n, one)
    coefficients = signs * 10 ** rng.uniform(-1, 1, n)
    terms = []
    for order in sorted(set(orders[orders > 0])):
        places = onp.flatnonzero(orders == order)
        name = str(rng.choice(list(PROFILES[int(order)])))
        terms.append((PROFILES[int(order)][name], places, coefficients[places], name))

    def function(y: Any) -> Any:
        # The term 0 y keeps a form of no coordinate differentiable.
        return sum((np.sum(a * g(y[places])) for g, places, a, _ in terms), 0.0 * y[0])

    text = " + ".join(
        f"{onp.round(a, 3).tolist()}·[{name}] of y{places.tolist()}" for _, places, a, name in terms
    )
    return Form(function, truth_of(orders, signs), text or "0")


def truth_of(orders: onp.ndarray, signs: onp.ndarray) -> str:
    """Return what the origin is of a sum of ``sign · |yᵢ|ᵖ`` (yᵖ where p is 3, 5, …; nothing where it is 0)."""
    if onp.any(orders == 1):
        smooth = truth_of(orders[orders > 1], signs[orders > 1]).split()[-1] if onp.any(orders > 1) else ""
        one = set(signs[orders == 1].tolist()) | {"minimum": {1}, "maximum": {-1}, "": set()}.get(
            smooth, {-1, 1}
        )
        return "kink saddle" if len(one) == 2 else "kink minimum" if one == {1} else "kink maximum"
    squares = set(signs[orders == 2].tolist())
    every = set(signs[(orders > 0) & (orders % 2 == 0)].tolist()) | (
        {-1, 1} if onp.any(orders % 2) else set()
    )
    if len(squares) == 2:
        return "saddle"  # which the Hessian alone says
    if len(every) == 2:
        return "degenerate saddle"
    if onp.any(orders == 0):
        return "flat"
    kind = "minimum" if every == {1} else "maximum"
    return kind if onp.all(orders == 2) else f"degenerate {kind}"
