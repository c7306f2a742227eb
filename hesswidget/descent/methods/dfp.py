"""DFP: the model changes as little as it can."""

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
    curvature = np.dot(s, y)
    turned = np.eye(len(s)) - divided(np.outer(y, s), curvature)
    new = np.dot(np.dot(turned, B), np.transpose(turned)) + divided(np.outer(y, y), curvature)
    return np.where(curvature > 0, new, B)


METHOD = secant.method(
    name="dfp",
    source="Davidon (1959), Variable metric method for minimization",
    update=updated,
)
