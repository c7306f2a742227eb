"""Forms with a kink at the origin."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import autograd.numpy as np
import numpy as onp

from .forms import Form

# All are |y|. Not among them is √(y²): a root is no switch, and beside 0 its gradient exists.
ABSOLUTE: dict[str, Callable[[Any], Any]] = {
    "|y|": lambda y: np.abs(y),
    "max(y, −y)": lambda y: np.maximum(y, -y),
    "2 max(y, 0) − y": lambda y: 2 * np.maximum(y, 0.0) - y,
    "y > 0 ? y : −y": lambda y: np.where(y > 0, y, -y),
    "y sign y": lambda y: y * np.sign(y),
}


def form(rng: onp.random.Generator, n: int) -> Form:
    """Draw a form with a kink: of first order mostly, else in its second derivative or along a product."""
    chance = rng.random()
    if chance < 0.7:
        return _first_order(rng, n)
    return _product(rng, n) if n > 1 and chance < 0.85 else _second_order(rng, n)


def _truth(signs: set[int]) -> str:
    return "kink saddle" if len(signs) == 2 else "kink minimum" if signs == {1} else "kink maximum"


def _squares(rng: onp.random.Generator, n: int, sign: int) -> tuple[onp.ndarray, set[int]]:
    """Draw coefficients of squares: three of four times all of one sign."""
    signs = onp.full(n, sign) if rng.random() < 0.75 else rng.choice([-1, 1], n)
    return signs * 10 ** rng.uniform(-1, 1, n), set(signs.tolist())


def _first_order(rng: onp.random.Generator, n: int) -> Form:
    """Draw ``a |y| + b y`` of up to three coordinates plus squares of the others."""
    m = int(rng.integers(1, min(n, 3) + 1))
    sign = int(rng.choice([-1, 1]))
    signs = onp.full(m, sign) if rng.random() < 0.75 else rng.choice([-1, 1], m)
    name = str(rng.choice(list(ABSOLUTE)))
    size = 10 ** rng.uniform(-1, 1, m)
    # Less than 1 tilts the kink, more makes a slope of it.
    tilt = (
        rng.uniform(-0.9, 0.9, m) if rng.random() < 0.7 else rng.choice([-1, 1], m) * rng.uniform(1.1, 3, m)
    )
    squares, others = _squares(rng, n - m, sign)

    def function(y: Any) -> Any:
        kinks = np.sum(size * (signs * ABSOLUTE[name](y[:m]) + tilt * y[:m]))
        return kinks + np.sum(squares * y[m:] ** 2)

    truth = _truth(set(signs.tolist()) | others) if onp.all(abs(tilt) < 1) else "kink"
    text = (
        f"{onp.round(size * signs, 2)}·[{name}] + {onp.round(size * tilt, 2)}·y + {onp.round(squares, 2)}·y²"
    )
    return Form(function, truth, text)


def _second_order(rng: onp.random.Generator, n: int) -> Form:
    """Draw squares plus ``c max(y₀, 0)²``: the gradient has a kink."""
    squares, signs = _squares(rng, n, int(rng.choice([-1, 1])))
    ratio = float(rng.choice([-3.0, -0.5, 0.5, 2.0]))
    bent = squares[0] * ratio

    def function(y: Any) -> Any:
        return np.sum(squares * y**2) + bent * np.maximum(y[0], 0.0) ** 2

    return Form(
        function,
        _truth(signs | {-s for s in signs} if ratio < -1 else signs),
        f"{squares}·y² + {bent} max(y₀, 0)²",
    )


def _product(rng: onp.random.Generator, n: int) -> Form:
    """Draw squares plus ``c |y₀ y₁|``, which off the axes may outweigh them."""
    sign = int(rng.choice([-1, 1]))
    squares, others = _squares(rng, n - 2, sign)
    ratio = float(rng.choice([-4.0, -1.0, 1.0]))

    def function(y: Any) -> Any:
        block = y[0] ** 2 + y[1] ** 2 + ratio * np.abs(y[0] * y[1])
        return sign * block + np.sum(squares * y[2:] ** 2)

    signs = others | ({1, -1} if ratio < -2 else {sign})
    return Form(function, _truth(signs), f"{sign}(y₀² + y₁² + {ratio}|y₀ y₁|) + {onp.round(squares, 2)}·y²")
