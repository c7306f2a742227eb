"""Gradient descent: along the negative gradient, at a fixed rate, or as far as a search says."""

from __future__ import annotations

import math
from typing import Any

import autograd.numpy as np

from hesswidget.derivatives.traced import TracedFunction
from hesswidget.descent.line_search import first_after, searched
from hesswidget.descent.method import Hyperparameters, Method, State


def _init(_: TracedFunction, __: State, h: Hyperparameters) -> State:
    return {"first": np.ones(())} if h["line_search"] == "backtracking" else {}


def _step(f: TracedFunction, state: State, h: Hyperparameters) -> State:
    direction = -h["rate"] * state["gradient"]
    size, spent = searched(f, state, direction, h, state.get("first", 1.0))
    found = {"point": state["point"] + size * direction, "spent": 1.0 + spent}
    if "first" in state:
        found["first"] = first_after(state["first"], size, direction)
    return found


def _stable_rate(largest: Any, h: Hyperparameters) -> Any:
    """Nesterov (2004), §2.1.5; a search needs no bound."""
    return 2.0 / largest if h["line_search"] == "none" else math.inf


METHOD = Method(
    name="gradient-descent",
    source="Cauchy (1847), Méthode générale pour la résolution des systèmes d'équations simultanées",
    step=_step,
    cost=lambda _: 1.0,
    init=_init,
    hyperparameters={"rate": 0.01},  # where a line is searched, of the very first trial
    line_search="none",
    stable_rate=_stable_rate,
)
