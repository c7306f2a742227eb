"""Smooth forms written so that autograd's formulas fail at the origin: NaN, or the derivatives of a branch."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import autograd.numpy as np
import numpy as onp

from .forms import Form

Block = Callable[[Any], Any]


def _filled(y: Any, quotient: Block, at_zero: float) -> Any:
    """Return a quotient, with its limit put in where the denominator is zero."""
    return np.where(y == 0, at_zero, quotient(np.where(y == 0, 1.0, y)))


# Functions of one coordinate, or of two, and what they are at zero.
BLOCKS: dict[str, tuple[int, str, Block]] = {
    "norm²": (2, "minimum", lambda z: np.linalg.norm(z) ** 2),
    "√Σz²  ²": (2, "minimum", lambda z: np.sqrt(np.sum(z**2)) ** 2),
    "√(Σz²)²": (2, "minimum", lambda z: np.sqrt(np.sum(z**2) ** 2)),
    "r² cos 2θ": (2, "saddle", lambda z: np.sum(z**2) * np.cos(2 * np.arctan2(z[1], z[0]))),
    "cosh r": (2, "minimum", lambda z: np.cosh(np.sqrt(np.sum(z**2)))),
    "norm⁴": (2, "degenerate minimum", lambda z: np.linalg.norm(z) ** 4),
    "|z|²": (1, "minimum", lambda z: np.abs(z[0]) ** 2),
    "|z|³": (1, "degenerate minimum", lambda z: np.abs(z[0]) ** 3),
    "|z|⁴": (1, "degenerate minimum", lambda z: np.abs(z[0]) ** 4),
    "√z⁴": (1, "minimum", lambda z: np.sqrt(z[0] ** 4)),
    "exp(2 log|z|)": (1, "minimum", lambda z: np.exp(2 * np.log(np.abs(z[0])))),
    "max(z, 0)² + max(−z, 0)²": (
        1,
        "minimum",
        lambda z: np.maximum(z[0], 0.0) ** 2 + np.maximum(-z[0], 0.0) ** 2,
    ),
    "−sin(z)/z": (1, "minimum", lambda z: -_filled(z[0], lambda y: np.sin(y) / y, 1.0)),
    "(eʸ − 1)/y, y = z²": (1, "minimum", lambda z: _filled(z[0] ** 2, lambda y: np.expm1(y) / y, 1.0)),
    "−sinc z": (1, "minimum", lambda z: -np.sinc(z[0])),
}


def form(rng: onp.random.Generator, n: int) -> Form:
    """Draw a block of one coordinate or two, and squares of the others."""
    names = [a for a, (size, _, _) in BLOCKS.items() if size <= n]
    name = str(rng.choice(names))
    size, kind, block = BLOCKS[name]
    sign = int(rng.choice([-1, 1]))
    signs = onp.full(n - size, sign) if rng.random() < 0.75 else rng.choice([-1, 1], n - size)
    squares = signs * 10 ** rng.uniform(-1, 1, n - size)

    def function(y: Any) -> Any:
        return sign * block(y[:size]) + np.sum(squares * y[size:] ** 2)

    return Form(
        function, _truth(kind, sign, set(signs.tolist())), f"{sign}·[{name}] + {onp.round(squares, 2)}·y²"
    )


def _truth(kind: str, sign: int, others: set[int]) -> str:
    if kind == "saddle" or len(others) == 2:
        return "saddle"
    if -sign in others:
        return "degenerate saddle" if kind.startswith("degenerate") else "saddle"
    return kind if sign > 0 else kind.replace("minimum", "maximum")
