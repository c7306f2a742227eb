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

STEPS = 30  # Newton steps for σ, of which a few are needed: the start is within a factor √n of the length


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
    zero = len(gradient) * EPS * np.max(np.abs(curvatures))
    least = _least(curvatures, np.abs(components), ball, cubic)
    (shift,) = scan(_risen, [least], shared=(least, curvatures, components, zero, ball, cubic), length=STEPS)
    inner = _coordinates(shift, curvatures, components, zero)
    length = divided(1.0, ball + divided(cubic, shift))
    missing = np.sqrt(np.maximum(length**2 - np.sum(inner**2), 0.0))
    is_hard = np.logical_and(curvatures[0] < -zero, curvatures[0] + shift <= zero)
    filled = np.where(is_hard, missing, 0.0) * _downhill(vectors[:, 0], components)
    return np.dot(vectors, inner) + filled


def _least(curvatures: Any, components: Any, ball: Any, cubic: Any) -> Any:
    """Return the largest σ at which one coordinate alone is as long as allowed: ``σ² + p σ = c |∇f|ᵢ``."""
    p, q = curvatures - ball * components, cubic * components
    root = np.sqrt(p**2 + 4 * q)
    is_positive = p > 0
    roots = np.where(is_positive, 2 * q / np.where(is_positive, p + root, 1.0), (root - p) / 2)
    return np.max(roots)


def _coordinates(shift: Any, curvatures: Any, components: Any, zero: Any) -> Any:
    shifted = curvatures + shift
    return -divided(components, np.where(shifted > zero, shifted, 0.0))


def _risen(
    shift: Any, least: Any, curvatures: Any, components: Any, zero: Any, ball: Any, cubic: Any
) -> tuple[Any]:
    """Take one of Newton's steps for ``1/|s(σ)| = b(σ)``, not below the least σ."""
    inner = _coordinates(shift, curvatures, components, zero)
    squared = np.sum(inner**2)
    shifted = np.where(curvatures + shift > zero, curvatures + shift, 0.0)
    slope = divided(np.sum(divided(inner**2, shifted)), squared**1.5) + divided(cubic, shift**2)
    excess = divided(1.0, np.sqrt(squared)) - ball - divided(cubic, shift)
    return (np.maximum(shift - divided(excess, slope), least),)


def _downhill(lowest: Any, components: Any) -> Any:
    """Return the lowest eigenvector downhill; where neither way leads there, always the same."""
    side = np.dot(lowest, np.cos(np.arange(float(len(lowest)))))
    is_told = np.abs(components[0]) > len(lowest) * EPS * np.max(np.abs(components))
    return np.where(np.where(is_told, components[0], -side) > 0, -lowest, lowest)
