"""Points spread evenly in a cube: a sequence, so that more of them can be had without losing those there are."""

from __future__ import annotations

import numpy as np


def additive_recurrence(count: int, dimensions: int, first: int = 0) -> np.ndarray:
    """Return places `first` to ``first + count - 1`` of the sequence ``½ + k √p_i mod 1``, p_i the primes (Weyl, 1916).

    Returns
    -------
    ndarray, shape (count, dimensions)

    Examples
    --------
    >>> additive_recurrence(3, 1).round(3).tolist()
    [[0.5], [0.914], [0.328]]
    """
    steps = np.sqrt(_primes(dimensions)) % 1.0
    return (0.5 + np.arange(first, first + count)[:, None] * steps) % 1.0


def _primes(count: int) -> np.ndarray:
    found: list[int] = []
    candidate = 2
    while len(found) < count:
        if all(candidate % p for p in found if p * p <= candidate):
            found.append(candidate)
        candidate += 1
    return np.array(found, dtype=float)
