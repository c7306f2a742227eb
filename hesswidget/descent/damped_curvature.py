"""The matrix that methods damp: Gauss–Newton's of a function that says what it is made of, or else the Hessian.

Of a least-squares problem, and of a network's loss, the Gauss–Newton matrix is what Levenberg, Marquardt and Martens
damp. Where the loss of the outputs is convex it has no negative eigenvalue, so that each step leads downhill.
"""

from __future__ import annotations

from typing import Any

from hesswidget.derivatives.traced import TracedFunction


def matrix(f: TracedFunction, point: Any) -> Any:
    """Return it, shape (n, n)."""
    return f.ggn(point) if f.is_composite else f.hessian(point)


def product(f: TracedFunction, point: Any, vector: Any) -> Any:
    """Return its product with a vector, shape (n,)."""
    return f.ggnvp(point, vector) if f.is_composite else f.hvp(point, vector)
