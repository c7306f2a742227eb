"""What is added to a form, or done to it, that does not change what its origin is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import autograd.numpy as np
import numpy as onp

Level = Callable[[Any], Any]

# Increasing functions of f: no critical point comes or goes; one has a pole where f is 8.
INCREASING: dict[str, Level] = {
    "t": lambda t: t,
    "exp t": lambda t: np.exp(t),
    "tanh t": lambda t: np.tanh(t),
    "sinh t": lambda t: np.sinh(t),
    "t + t³": lambda t: t + t**3,
    "8 t / (8 − t)": lambda t: 8 * t / (8 - t),
}
# Constant functions of a number w that do not look it, for |w| < 2.
CONSTANT: dict[str, Level] = {
    "sin² w + cos² w": lambda w: np.sin(w) ** 2 + np.cos(w) ** 2,
    "1/(1 + eʷ) + 1/(1 + e⁻ʷ)": lambda w: 1 / (1 + np.exp(w)) + 1 / (1 + np.exp(-w)),
    "exp(w) exp(−w)": lambda w: np.exp(w) * np.exp(-w),
    "log exp w − w": lambda w: np.log(np.exp(w)) - w,
    "(w + 1)³ − w³ − 3w² − 3w": lambda w: (w + 1) ** 3 - w**3 - 3 * w**2 - 3 * w,
    "√(w + 3)² − w": lambda w: np.sqrt((w + 3) ** 2) - w,
}
# Functions of w that are 0 for |w| < 2 and have a kink or a pole at w = 3 (the last is positive, a factor).
KINKED: dict[str, Level] = {
    "|w − 3| + w − 3": lambda w: np.abs(w - 3) + w - 3,
    "max(w − 3, 0)": lambda w: np.maximum(w - 3, 0.0),
    "min(3 − w, 0)²": lambda w: np.minimum(3 - w, 0.0) ** 2,
    "w > 3 ? w : 0": lambda w: np.where(w > 3, w, 0.0),
}
POSITIVE: dict[str, Level] = {
    "1/(w − 3)²": lambda w: 1 / (w - 3) ** 2,
    "1/|w − 3|": lambda w: 1 / np.abs(w - 3),
    "−log(1 − w/3) + 4": lambda w: 4 - np.log(1 - w / 3),
    "eʷ": lambda w: np.exp(w),
    "2 + sin 3w": lambda w: 2 + np.sin(3 * w),
}


def chosen(rng: onp.random.Generator, table: dict[str, Level]) -> tuple[str, Level]:
    """Draw one of a table."""
    name = str(rng.choice(list(table)))
    return name, table[name]
