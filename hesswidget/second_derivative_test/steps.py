"""The gradient and Newton's step beside the eigenvectors, in mathematics that can be recorded."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import autograd.numpy as np

from hesswidget.second_derivative_test.stationarity import norm_of

DEGREES = 180 / math.pi


class Steps(NamedTuple):
    """How the gradient and Newton's step lie; NaN where the gradient counts as zero, or there is no step.

    Attributes
    ----------
    ascent : array, shape (n,)
        The gradient, as long as a step of gradient descent at the rate ``1 / max |λ|``: where the curvature is the
        same all around it is Newton's step turned round. Where there is no curvature it leads out of the ranges.
    gradient_angles, newton_angles : array, shape (n,)
        Between each and the lines along the eigenvectors, in degrees, 0 to 90.
    newton_turn : array, ()
        Between Newton's step and ``−∇f``, in degrees, 0 to 180: beyond 90 the step leads uphill.
    """

    ascent: Any
    gradient_angles: Any
    newton_angles: Any
    newton_turn: Any

    @classmethod
    def of(
        cls,
        gradient: Any,
        eigenvalues: Any,
        eigenvectors: Any,
        newton_step: Any,
        is_stationary: Any,
        farthest: float,
    ) -> Steps:
        """Measure them at a point.

        Parameters
        ----------
        gradient, eigenvalues, newton_step : array, shape (n,)
            The eigenvalues ascend; NaN where there are none, as there may be no step.
        eigenvectors : array, shape (n, n)
            In its columns.
        is_stationary : array of truth, ()
            Whether the gradient counts as zero.
        farthest : float
            How far any point that is shown is from another.

        Examples
        --------
        >>> H, g, step = np.diag([-1.0, 2.0]), np.array([3.0, 4.0]), np.array([3.0, -2.0])
        >>> steps = Steps.of(g, np.diag(H), np.eye(2), step, False, 9.0)
        >>> steps.ascent.tolist()
        [1.5, 2.0]
        >>> [round(float(angle)) for angle in (*steps.gradient_angles, *steps.newton_angles, steps.newton_turn)]
        [53, 37, 34, 56, 93]
        """
        curvature = np.maximum(np.abs(eigenvalues[0]), np.abs(eigenvalues[-1]))
        is_unknown = np.logical_or(is_stationary, np.logical_not(np.isfinite(curvature)))
        length, stride = norm_of(gradient), norm_of(newton_step)
        slope, newton = _unit(gradient, length), _unit(newton_step, stride)
        is_near = length < curvature * farthest
        reach = np.where(is_near, length / np.where(curvature > 0, curvature, 1.0), farthest)

        def known(x: Any) -> Any:
            return np.where(is_unknown, math.nan, x)

        return cls(
            ascent=known(reach * slope),
            gradient_angles=known(_angles(slope, eigenvectors)),
            newton_angles=known(_angles(newton, eigenvectors)),
            newton_turn=known(_angle(-np.dot(newton, slope))),
        )


def _unit(vector: Any, length: Any) -> Any:
    return vector / np.where(length > 0, length, 1.0)


def _angles(direction: Any, eigenvectors: Any) -> Any:
    """Return the angles between a direction and the lines along the eigenvectors."""
    return _angle(np.abs(np.dot(np.transpose(eigenvectors), direction)))


def _angle(cosine: Any) -> Any:
    """Return the angle, in degrees, whose cosine this is up to rounding."""
    return DEGREES * np.arccos(np.minimum(np.maximum(cosine, -1.0), 1.0))
