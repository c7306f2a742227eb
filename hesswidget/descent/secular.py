"""The step that minimises a quadratic model within a ball, or with the cube of its length added: one equation.

Both minimisers are ``s(σ) = −(H + σI)⁻¹ ∇f``, with H + σI positive semidefinite, where σ ≥ 0 solves ``1/|s(σ)| =
b(σ)``; b is 1/Δ for a ball of radius Δ, unless s(0) lies within, and c/σ for a model with ``c |s|³ / 3`` added.
"""

from __future__ import annotations

from typing import Any

import autograd.numpy as np

from hesswidget.derivatives.control_flow import scan
from hesswidget.descent.division import divided
from hesswidget.descent.spectral import eigenbasis
from hesswidget.precision import EPS

STEPS = (
    16  # Newton steps for σ: the start is within a factor √n of the length; no case was met that took twelve
)


def minimizer(gradient: Any, hessian: Any, ball: Any, cubic: Any) -> Any:
    """Return the global minimiser of a model that is bounded so: its length is ``1 / (ball + cubic / σ)``, or less.

    Parameters
    ----------
    gradient : array, shape (n,)
    hessian : array, shape (n, n)
    ball : array, ()
        1/Δ; 0 where there is no ball.
    cubic : array, ()
        c; 0 where no cube is added.

    Notes
    -----
    ``1/|s(σ)| − b(σ)`` is concave and increases where H + σI is positive definite, and is not positive at the
    largest σ at which one coordinate alone, in the eigenbasis, is as long as allowed. From there Newton's steps rise to
    the solution, never beyond, so that they need no safeguard; where there is none on the right, σ stays. Moré &
    Sorensen (1983) and Cartis, Gould & Toint (2011) take the same steps on Cholesky factors. In the hard case the
    gradient has no part along the lowest eigenvector, and the step, else too short, is filled up along it.

    Examples
    --------
    >>> minimizer(np.array([2.0, 0.0]), np.diag([2.0, 4.0]), 2.0, 0.0).tolist()
    [-0.5, 0.0]
    >>> abs(minimizer(np.array([0.0, 0.6]), np.diag([-2.0, 1.0]), 1.0, 0.0)).round(12).tolist()
    [0.979795897113, 0.2]
    """
    curvatures, vectors, components = eigenbasis(gradient, hessian)
    n, largest = len(gradient), np.max(np.abs(components))
    components = np.where(np.abs(components) > n * EPS * largest, components, 0.0)
    base = np.maximum(-curvatures[0], 0.0)  # σ is this and a rest, which may be far below its rounding
    raised = curvatures + base
    least = _least(raised, np.abs(components), base, ball, cubic)
    (rest,) = scan(_risen, [least], shared=(least, raised, components, base, ball, cubic), length=STEPS)
    inner = -divided(components, raised + rest)
    length = divided(1.0, ball + divided(cubic, base + rest))
    missing = np.sqrt(np.maximum(length**2 - np.sum(inner**2), 0.0))
    is_indefinite = curvatures[0] < -n * EPS * np.max(np.abs(curvatures))
    is_hard = np.logical_and(is_indefinite, raised[0] + rest == 0)
    return np.dot(vectors, inner) + np.where(is_hard, missing, 0.0) * _oriented(vectors[:, 0])


def _least(raised: Any, components: Any, base: Any, ball: Any, cubic: Any) -> Any:
    """Return the largest rest, not negative, at which one coordinate alone is as long as allowed.

    That is where ``(λ + rest − b |∇f|ᵢ) (base + rest) = c |∇f|ᵢ``, with ball b and cubic c.
    """
    p, q = raised - ball * components, cubic * components
    root, both = np.sqrt((p - base) ** 2 + 4 * q), p + base
    is_positive = both > 0
    small = 2 * (q - p * base) / np.where(is_positive, both + root, 1.0)  # where the difference would cancel
    return np.maximum(np.max(np.where(is_positive, small, (root - both) / 2)), 0.0)


def _risen(
    rest: Any, least: Any, raised: Any, components: Any, base: Any, ball: Any, cubic: Any
) -> tuple[Any]:
    """Take one of Newton's steps for ``1/|s(σ)| = b(σ)``, not below the least."""
    inner = divided(components, raised + rest)
    squared, shift = np.sum(inner**2), base + rest
    slope = divided(np.sum(divided(inner**2, raised + rest)), squared**1.5) + divided(cubic, shift**2)
    excess = divided(1.0, np.sqrt(squared)) - ball - divided(cubic, shift)
    return (np.maximum(rest - divided(excess, slope), least),)


def _oriented(vector: Any) -> Any:
    """Return the vector or its negative: of two directions, neither of which leads downhill, always the same."""
    return np.where(np.dot(vector, np.cos(np.arange(float(len(vector))))) < 0, -vector, vector)
