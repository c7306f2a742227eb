"""Functions of one number with all their critical points, of which `tables` makes functions of several."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import autograd.numpy as np
import numpy as onp
from numpy.polynomial import Polynomial


@dataclass(frozen=True)
class Curve:
    """A function of s and its critical points for |s| up to 2 at least.

    Attributes
    ----------
    function : callable
    critical : tuple of (place, order, sign)
        f grows there like sign · |s − place|ᵒʳᵈᵉʳ, of which 1 is a kink; odd orders from 3 are inflections.
    text : str
    """

    function: Callable[[Any], Any]
    critical: tuple[tuple[float, int, int], ...]
    text: str


def simple(rng: onp.random.Generator) -> Curve:
    """Draw a polynomial whose slope has two to five real roots, and perhaps two that are not real."""
    roots = _roots(rng, int(rng.integers(2, 6)))
    slope = Polynomial.fromroots(roots) * float(rng.choice([-1, 1]))
    if rng.random() < 0.3:
        slope *= Polynomial([rng.uniform(0.3, 1), 0, 1])
    return _primitive(slope, roots, onp.ones(len(roots), dtype=int))


def multiple(rng: onp.random.Generator) -> Curve:
    """Draw a polynomial whose slope has one double or threefold root, and one or two simple ones."""
    roots = _roots(rng, int(rng.integers(2, 4)))
    multiplicities = onp.ones(len(roots), dtype=int)
    multiplicities[rng.integers(len(roots))] = rng.integers(2, 4)
    slope = Polynomial.fromroots(onp.repeat(roots, multiplicities)) * float(rng.choice([-1, 1]))
    return _primitive(slope, roots, multiplicities)


def _roots(rng: onp.random.Generator, count: int) -> onp.ndarray:
    """Draw roots 0.3 to 0.6 apart about zero."""
    roots = onp.cumsum(rng.uniform(0.3, 0.6, count))
    return roots - onp.mean(roots) + rng.uniform(-0.1, 0.1)


def _primitive(slope: Polynomial, roots: Sequence[float], multiplicities: Sequence[int]) -> Curve:
    coefficients = slope.integ().coef[::-1]
    critical = [
        (float(r), int(m) + 1, int(onp.sign(slope.deriv(int(m))(r))))
        for r, m in zip(roots, multiplicities, strict=True)
    ]

    def function(s: Any) -> Any:
        value = 0.0 * s
        for a in coefficients:
            value = value * s + a
        return value

    return Curve(function, tuple(critical), f"slope with roots {onp.round(roots, 3)}, {multiplicities}-fold")


def chebyshev(rng: onp.random.Generator) -> Curve:
    """Draw Chebyshev's polynomial of degree 3 to 6, which is stationary at cos(kπ/n)."""
    n = int(rng.integers(3, 7))
    coefficients = onp.polynomial.chebyshev.cheb2poly([0] * n + [1])
    critical = [(float(onp.cos(k * onp.pi / n)), 2, (-1) ** k) for k in range(1, n)]
    return Curve(
        lambda s: sum(a * s**k for k, a in enumerate(coefficients)),
        tuple((s, order, -sign) for s, order, sign in critical),
        f"T{n}",
    )


def wave(rng: onp.random.Generator) -> Curve:
    """Draw a sine."""
    k, phase = float(rng.uniform(2, 5)), float(rng.uniform(0, 6))
    critical = [(((m + 0.5) * onp.pi - phase) / k, 2, (-1) ** (m + 1)) for m in range(-6, 10)]
    return Curve(lambda s: np.sin(k * s + phase), tuple(critical), f"sin({k:.3f} s + {phase:.3f})")


def pole(rng: onp.random.Generator) -> Curve:
    """Draw a function with poles: between each two it has one extremum."""
    k, phase = float(rng.uniform(1, 3)), float(rng.uniform(0, 3))
    critical = [((m * onp.pi - phase) / k, 2, 1) for m in range(-6, 10)]
    if rng.random() < 0.5:
        return Curve(lambda s: np.tan(k * s + phase) ** 2, tuple(critical), f"tan²({k:.3f} s + {phase:.3f})")
    a, b = float(rng.uniform(-0.7, -0.3)), float(rng.uniform(0.3, 0.7))
    return Curve(
        lambda s: np.log(np.abs(s - a)) + np.log(np.abs(s - b)),
        (((a + b) / 2, 2, -1),),
        f"log|s − {a:.3f}| + log|s − {b:.3f}|",
    )


def kink(rng: onp.random.Generator) -> Curve:
    """Draw ``c s²/2 + w |s − k|``, stationary where c s ± w = 0, and with an extremum at k if |c k| < |w|."""
    c = float(rng.choice([-1, 1]) * rng.uniform(0.5, 2))
    k = float(rng.choice([-1, 1]) * rng.uniform(0.2, 0.5))
    w = float(rng.choice([-1, 1]) * abs(c * k) * rng.choice([rng.uniform(0.3, 0.8), rng.uniform(1.3, 2)]))
    sides = [(-w / c, 1), (w / c, -1)]
    critical = [(s, 2, int(onp.sign(c))) for s, side in sides if side * (s - k) > 0]
    if abs(c * k) < abs(w):
        critical.append((k, 1, int(onp.sign(w))))
    return Curve(
        lambda s: c * s**2 / 2 + w * np.abs(s - k), tuple(critical), f"{c:.3f} s²/2 + {w:.3f} |s − {k:.3f}|"
    )


CURVES: dict[str, Callable[[onp.random.Generator], Curve]] = {
    "simple roots": simple,
    "multiple roots": multiple,
    "Chebyshev": chebyshev,
    "waves": wave,
    "poles": pole,
    "kinks": kink,
}
