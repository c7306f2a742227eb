"""BFGS: the model changes as little as it can, measured by what it becomes inverted."""

from __future__ import annotations

from typing import Any

import autograd.numpy as np

from hesswidget.descent.division import divided
from hesswidget.descent.methods import secant


def updated(B: Any, s: Any, y: Any) -> Any:
    """Return the model that maps `s` to `y`; the old one where the curvature ``s · y`` is not positive.

    Examples
    --------
    >>> B = updated(np.eye(2), np.array([1.0, 1.0]), np.array([3.0, 1.0]))
    >>> np.dot(B, np.array([1.0, 1.0])).round(12).tolist()
    [3.0, 1.0]
    """
    Bs = np.dot(B, s)
    change = divided(np.outer(y, y), np.dot(s, y)) - divided(np.outer(Bs, Bs), np.dot(s, Bs))
    return B + np.where(np.dot(s, y) > 0, change, 0.0)


METHOD = secant.method(
    name="bfgs",
    source="Broyden, Fletcher, Goldfarb, Shanno (1970)",
    update=updated,
)
