"""What a descent method is: where it starts, how it steps, and what a step costs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from hesswidget.derivatives.traced import TracedFunction

State = Mapping[str, Any]
"""What a method goes on with from step to step: arrays by name, ``point`` among them."""

Hyperparameters = Mapping[str, Any]


def at_point(_: TracedFunction, point: Any, __: Hyperparameters) -> State:
    """Start with the point alone."""
    return {"point": point}


def at_rest(*names: str) -> Callable[[TracedFunction, Any, Hyperparameters], State]:
    """Make what starts with the point and with zeros of its shape by these names: no velocity yet, no squares met.

    Examples
    --------
    >>> at_rest("velocity")(None, 3.0, {})
    {'point': 3.0, 'velocity': 0.0}
    """

    def init(_: TracedFunction, point: Any, __: Hyperparameters) -> State:
        return {"point": point, **dict.fromkeys(names, 0.0 * point)}

    return init


@dataclass(frozen=True)
class Method:
    """A descent method.

    `init` and `step` are written with ``autograd.numpy`` and have no branch on a value, so that they can be recorded: a
    step that cannot be taken makes values that are not finite.

    Attributes
    ----------
    name : str
    source : str
        Author, year, title.
    step : callable
        ``step(f, state, hyperparameters)`` returns the next state.
    cost : callable
        ``cost(n)``: about how many gradients a step costs; a product with the Hessian counts as two, a value as
        a third.
    init : callable
        ``init(f, point, hyperparameters)`` returns the first state.
    hyperparameters : dict of float
        By name, with the published defaults.
    model : str, optional
        The entry of the state that is its model of the Hessian, shape (n, n).
    """

    name: str
    source: str
    step: Callable[[TracedFunction, State, Hyperparameters], State]
    cost: Callable[[int], float]
    init: Callable[[TracedFunction, Any, Hyperparameters], State] = at_point
    hyperparameters: Mapping[str, float] = field(default_factory=dict)
    model: str | None = None
