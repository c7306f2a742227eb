"""Gradient descent: along the negative gradient, at a fixed rate, or as far as a search says."""

from __future__ import annotations

import math
from typing import Any

import autograd.numpy as np

from hesswidget.derivatives.traced import TracedFunction
from hesswidget.descent.line_search import first_after, first_step, searched
from hesswidget.descent.method import Hyperparameters, Method, State


def _init(_: TracedFunction, __: State, h: Hyperparameters) -> State:
    return {"first": np.ones(())} if h["line_search"] == "backtracking" else {}


def _step(f: TracedFunction, state: State, h: Hyperparameters) -> State:
    direction = -h["rate"] * state["gradient"]
    first = state.get("first", 1.0)
    size, spent = searched(f, state, direction, h, first)
    point, proposed = state["point"] + size * direction, first_step(direction, h, first)
    found = {"point": point, "proposed": proposed, "spent": 1.0 + spent}
    if "first" in state:
        found["first"] = first_after(first, size, direction)
    return found


def _stable_rate(largest: Any, h: Hyperparameters) -> Any:
    """Nesterov (2004), §2.1.5; a search needs no bound."""
    return 2.0 / largest if h["line_search"] == "none" else math.inf


def _best(smallest: Any, largest: Any, h: Hyperparameters) -> dict[str, Any]:
    """Polyak (1987), §1.4.2."""
    return {"rate": 2.0 / (smallest + largest) if h["line_search"] == "none" else math.nan}


METHOD = Method(
    name="gradient-descent",
    source="Cauchy (1847), Méthode générale pour la résolution des systèmes d'équations simultanées",
    step=_step,
    cost=lambda _: 1.0,
    init=_init,
    hyperparameters={"rate": 0.01},  # where a line is searched, of the very first trial
    line_search="none",
    stable_rate=_stable_rate,
    best=_best,
)
