"""Changes of variables that move a form's origin to a point and keep what it is there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import autograd.numpy as np
import numpy as onp

Map = Callable[[Any], Any]


def rotation(rng: onp.random.Generator, n: int) -> onp.ndarray:
    """Draw an orthogonal matrix, shape (n, n), uniformly (Stewart, 1980)."""
    q, r = onp.linalg.qr(rng.standard_normal((n, n)))
    return q * onp.sign(onp.diag(r))


def linear(rng: onp.random.Generator, point: onp.ndarray, lengths: onp.ndarray, is_folded: bool) -> Map:
    """Draw a linear map, of condition 4 at most but for the lengths, that takes `point` to the origin.

    Folded it is written ``A (v / L) − d``, with d rounded by another way, and takes the point to the origin but for
    rounding; else ``A ((v − point) / L)``.
    """
    n = len(point)
    A = 10 ** rng.uniform(-0.3, 0.3, n)[:, None] * rotation(rng, n)
    if not is_folded:
        return lambda v: np.dot(A, (v - point) / lengths)
    d = (A / lengths) @ point
    return lambda v: np.dot(A, v / lengths) - d


def bend(rng: onp.random.Generator, n: int) -> Map:
    """Draw a polynomial map of the whole space onto itself that is the identity to first order at the origin.

    Each coordinate gets a quadratic function of those before it, and then one of those behind it: maps with polynomial
    inverses, so that they make no critical point and lose none. One of three is the identity.
    """
    strength = rng.choice([0.0, 0.3, 1.0]) / onp.sqrt(n)
    lower = onp.tril(strength * rng.uniform(-1, 1, (n, n)), -1)
    upper = onp.triu(strength * rng.uniform(-1, 1, (n, n)), 1)
    if strength == 0 or n == 1:
        return lambda u: u

    def bent(u: Any) -> Any:
        w = u + np.dot(lower, u**2)
        return w + np.dot(upper, w**2)

    return bent
