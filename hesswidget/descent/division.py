"""Division that has a value everywhere."""

from __future__ import annotations

from typing import Any

import autograd.numpy as np


def divided(numerator: Any, denominator: Any) -> Any:
    """Divide; zero where the denominator is.

    Examples
    --------
    >>> divided(np.array([1.0, 2.0]), np.array([0.0, 4.0])).tolist()
    [0.0, 0.5]
    """
    is_zero = denominator == 0
    return np.where(is_zero, 0.0, numerator / np.where(is_zero, 1.0, denominator))
