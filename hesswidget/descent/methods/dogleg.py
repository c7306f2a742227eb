"""Dogleg: within a ball, along steepest descent to the model's minimum there, then towards Newton's point.

Newton's point is a minimum of the model only where the Hessian is positive definite. Elsewhere the step is the Cauchy
step, to the model's minimum along steepest descent: on the ball's boundary where the curvature along it is not
positive. That step may go to a saddle.
"""

from __future__ import annotations

from typing import Any

import autograd.numpy as np

from hesswidget.descent.division import divided
from hesswidget.descent.methods import ball
from hesswidget.descent.spectral import eigenbasis


def step_within(gradient: Any, hessian: Any, radius: Any) -> Any:
    """Return the dogleg step.

    Examples
    --------
    >>> step_within(np.array([2.0, 4.0]), np.diag([2.0, 4.0]), 5.0).tolist()
    [-1.0, -1.0]
    >>> step_within(np.array([3.0, 4.0]), np.diag([-1.0, 1.0]), 0.5).round(12).tolist()
    [-0.3, -0.4]
    """
    curvatures, vectors, components = eigenbasis(gradient, hessian)
    is_definite = curvatures[0] > 0
    newton = -np.dot(vectors, components / np.where(is_definite, curvatures, 1.0))
    cauchy = _cauchy(gradient, hessian, radius)
    leg = newton - cauchy
    a, b, c = np.dot(leg, leg), np.dot(cauchy, leg), np.maximum(radius**2 - np.dot(cauchy, cauchy), 0.0)
    root = np.sqrt(b**2 + a * c)
    share = np.where(
        b > 0, divided(c, b + root), divided(root - b, a)
    )  # where |cauchy + share · leg| = radius
    return cauchy + np.where(is_definite, np.minimum(share, 1.0), 0.0) * leg


def _cauchy(gradient: Any, hessian: Any, radius: Any) -> Any:
    """Return the step to the minimum of the model along the negative gradient, within the ball."""
    squared, curvature = np.dot(gradient, gradient), np.dot(gradient, np.dot(hessian, gradient))
    longest = divided(radius, np.sqrt(squared))
    is_convex = curvature > 0
    size = np.where(is_convex, np.minimum(squared / np.where(is_convex, curvature, 1.0), longest), longest)
    return -size * gradient


METHOD = ball.method(
    name="dogleg",
    source="Powell (1970), A hybrid method for nonlinear equations",
    step_within=step_within,
)
