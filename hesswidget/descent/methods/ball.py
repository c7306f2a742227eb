"""What trust-region methods share: a step within a ball, which is tried, and a radius that follows what came of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import autograd.numpy as np

from hesswidget.derivatives.traced import TracedFunction
from hesswidget.descent import trust
from hesswidget.descent.method import Hyperparameters, Method, State
from hesswidget.descent.spectral import scaled_descent

StepWithin = Callable[[Any, Any, Any], Any]
"""``step_within(gradient, hessian, radius)``: the step, no longer than the radius."""


def method(name: str, source: str, step_within: StepWithin) -> Method:
    """Return the method that makes such steps; of Nocedal & Wright (2006), algorithm 4.1."""
    return Method(
        name=name,
        source=source,
        step=_stepper(step_within),
        cost=trust.cost,
        init=_init,
        hyperparameters={"radius": 1.0},  # at the start
        gauges=("radius",),
    )


def _init(_: TracedFunction, __: State, h: Hyperparameters) -> State:
    return {"radius": h["radius"] * np.ones(())}


def _stepper(step_within: StepWithin) -> Callable[[TracedFunction, State, Hyperparameters], State]:
    def step(f: TracedFunction, state: State, _: Hyperparameters) -> State:
        gradient, hessian, radius = state["gradient"], f.hessian(state["point"]), state["radius"]
        s = step_within(gradient, hessian, radius)
        ratio = trust.reduction_ratio(f, state, s, trust.promised_fall(gradient, hessian, s))
        return {
            "point": trust.taken(state["point"], s, ratio),
            "radius": trust.radius_after(radius, s, ratio),
            "proposed": scaled_descent(gradient, hessian, _if_positive),
            "tried": s,
        }

    return step


def _if_positive(curvatures: Any) -> Any:
    """Return curvatures whose model has a minimum, which the ball may cut off; NaN where it has none."""
    return np.where(curvatures[0] > 0, curvatures, np.nan)
