"""Trust region: to the minimum of the quadratic model within a ball, whose radius follows how true the model was."""

from __future__ import annotations

from hesswidget.descent.methods import ball
from hesswidget.descent.secular import minimizer

METHOD = ball.method(
    name="trust-region",
    source="Moré & Sorensen (1983), Computing a trust region step",
    step_within=lambda gradient, hessian, radius: minimizer(gradient, hessian, 1.0 / radius, 0.0),
)
