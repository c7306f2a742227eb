"""Gradient descent: along the negative gradient, at a fixed rate."""

from __future__ import annotations

from hesswidget.derivatives.traced import TracedFunction
from hesswidget.descent.method import Hyperparameters, Method, State


def _step(f: TracedFunction, state: State, h: Hyperparameters) -> State:
    return {"point": state["point"] - h["rate"] * f.gradient(state["point"])}


METHOD = Method(
    name="gradient-descent",
    source="Cauchy (1847), Méthode générale pour la résolution des systèmes d'équations simultanées",
    step=_step,
    cost=lambda _: 1.0,
    hyperparameters={"rate": 0.01},
)
