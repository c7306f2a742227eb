"""Steps that are made in the Hessian's eigenbasis, which is there for any symmetric matrix, singular or not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import autograd.numpy as np


def eigenbasis(gradient: Any, hessian: Any) -> tuple[Any, Any, Any]:
    """Return the eigenvalues, ascending, and eigenvectors of the Hessian's symmetric part; and the gradient in them."""
    eigenvalues, vectors = _decomposed(hessian)
    return eigenvalues, vectors, np.dot(np.transpose(vectors), gradient)


def scaled_descent(gradient: Any, hessian: Any, curvature_of: Callable[[Any], Any]) -> Any:
    """Return ``−V diag(1 / curvature_of(λ)) Vᵀ ∇f``, of the Hessian's symmetric part; not finite where one is 0.

    Examples
    --------
    >>> scaled_descent(np.array([2.0, 2.0]), np.diag([4.0, -1.0]), np.abs).tolist()
    [-0.5, -2.0]
    """
    eigenvalues, vectors, components = eigenbasis(gradient, hessian)
    return -np.dot(vectors, components / curvature_of(eigenvalues))


def scaled(hessian: Any, curvature_of: Callable[[Any], Any]) -> Any:
    """Return ``V diag(curvature_of(λ)) Vᵀ``, what `scaled_descent` takes for the Hessian.

    Examples
    --------
    >>> scaled(np.diag([4.0, -1.0]), np.abs).tolist()
    [[4.0, 0.0], [0.0, 1.0]]
    """
    eigenvalues, vectors = _decomposed(hessian)
    return np.dot(vectors * curvature_of(eigenvalues), np.transpose(vectors))


def _decomposed(hessian: Any) -> tuple[Any, Any]:
    eigenvalues, vectors = np.linalg.eigh(hessian / 2 + np.transpose(hessian) / 2)
    return eigenvalues, vectors
