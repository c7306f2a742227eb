"""Ends of some descents and ascents by values alone: what a search for points without a gradient begins with."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import product
from typing import Any

import numpy as np

from hesswidget.low_discrepancy import additive_recurrence

DESCENTS = 4  # and as many ascents
PRECISION = 1e-6  # of the box, to which the simplex shrinks


def extremes(function: Callable[[np.ndarray], Any], n: int) -> Iterator[np.ndarray]:
    """Yield the ends of descents and ascents of a function on the unit cube, by Nelder and Mead's method (1965)."""
    from scipy.optimize import minimize  # brought along where it is needed

    for start, sign in product(additive_recurrence(DESCENTS, n), (1.0, -1.0)):
        try:
            yield minimize(
                lambda u, sign=sign: sign * float(function(u)),
                start, method="Nelder-Mead", bounds=[(0.0, 1.0)] * n, options={"xatol": PRECISION, "maxfev": 200},
            ).x  # fmt: skip
        except Exception:  # outside its domain a function may raise what it likes
            continue
