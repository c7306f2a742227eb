"""What a descent method is: where it starts, how it steps, and what a step costs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import autograd.numpy as np

from hesswidget.derivatives.traced import TracedFunction

State = Mapping[str, Any]
"""What a method goes on with: arrays by name, the ``point`` among them, and ``value`` and ``gradient`` there."""

Hyperparameters = Mapping[str, Any]

Init = Callable[[TracedFunction, State, Hyperparameters], State]

LINE_SEARCHES = ("none", "exact", "backtracking")


def with_nothing(_: TracedFunction, __: State, ___: Hyperparameters) -> State:
    """Start with the point alone."""
    return {}


def at_rest(*names: str) -> Init:
    """Make what starts with zeros of the point's shape by these names: no velocity yet, no squares met.

    Examples
    --------
    >>> at_rest("velocity")(None, {"point": 3.0}, {})
    {'velocity': 0.0}
    """

    def init(_: TracedFunction, state: State, __: Hyperparameters) -> State:
        return dict.fromkeys(names, 0.0 * state["point"])

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
        ``step(f, state, hyperparameters)`` returns the next state without ``value`` and ``gradient``, which are f and
        ∇f at its ``point``. Where the step's cost is its own, it is there besides, as ``spent``; and where there may be
        no further step, ``ends`` says so. For the eye alone there may be what it proposes before a search or a ball
        shortens that, ``proposed``, and what it tries and may refuse, ``tried``: steps, shape (n,).
    cost : callable
        ``cost(n)``: about how many gradients a step costs, with the one where it ends; a product with the Hessian
        counts as two, a value as a third.
    init : callable
        ``init(f, state, hyperparameters)`` returns what the first state has besides its point; or another point.
    hyperparameters : dict of float
        By name, with the published defaults.
    line_search : {"none", "exact", "backtracking"}, optional
        How far it goes along a direction, among `hyperparameters` as ``line_search``; None where it has no direction
        to go along.
    stable_rate : callable, optional
        ``stable_rate(largest, hyperparameters)``: up to which ``rate`` it converges on a convex quadratic function
        whose largest eigenvalue this is; infinite where there is no bound.
    edge : callable, optional
        ``edge(state, hyperparameters)``: the largest eigenvalue at which an oscillation along its eigenvector neither
        grows nor dies, where that does not follow from `stable_rate`; where the method has a `model`, the diagonal
        that it divides by, the eigenvalue is that of the Hessian divided by it.
    best : callable, optional
        ``best(smallest, largest, hyperparameters)``: the ``rate``, and the ``momentum`` where it has one, that together
        converge fastest on a convex quadratic function with these extreme eigenvalues; NaN where the rate is not its
        own.
    gauges : tuple of str
        Entries of the state, a number each, that say how the method stands: a picture shows them. ``radius`` is how far
        the next step goes at most.
    series : str, optional
        An entry that is a list of numbers, NaN beyond its end, such as the residuals of an iteration within the step.
    model : str, optional
        The entry of the state that is its model of the Hessian: shape (n, n), or (n,), a diagonal. At the start it is
        what the first step is made with; later it follows from the last step.
    model_of : callable, optional
        ``model_of(f, state, hyperparameters)``: of a method that keeps no model whole, the one that the next step is
        made with, shape (n, n).
    """

    name: str
    source: str
    step: Callable[[TracedFunction, State, Hyperparameters], State]
    cost: Callable[[int], float]
    init: Init = with_nothing
    hyperparameters: Mapping[str, float] = field(default_factory=dict)
    line_search: str | None = None
    model: str | None = None
    model_of: Callable[[TracedFunction, State, Hyperparameters], Any] | None = None
    stable_rate: Callable[[Any, Hyperparameters], Any] | None = None
    edge: Callable[[State, Hyperparameters], Any] | None = None
    best: Callable[[Any, Any, Hyperparameters], Mapping[str, Any]] | None = None
    gauges: tuple[str, ...] = ()
    series: str | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """What somebody may give it: its hyperparameters, and ``line_search`` where it goes along a direction."""
        return (*self.hyperparameters, *(["line_search"] if self.line_search else []))

    @property
    def is_preconditioned(self) -> bool:
        """Whether it divides by a diagonal, so that its threshold is one of the Hessian divided by that."""
        return self.edge is not None and self.model is not None

    def threshold(self, state: State, hyperparameters: Hyperparameters) -> Any:
        """Return the largest eigenvalue at which a step is stable: where `stable_rate` is the rate, or its own `edge`.

        NaN where nothing is known, and where no rate is fixed since a line is searched.

        Examples
        --------
        >>> from hesswidget.descent.methods import METHODS
        >>> METHODS["heavy-ball"].threshold({}, {"rate": 0.1, "momentum": 0.5}).item()
        30.0
        >>> METHODS["adam"].threshold({}, {"rate": 0.1, "momentum": 0.9}).__round__(6)
        380.0
        """
        if self.edge is not None:
            return self.edge(state, hyperparameters)
        if self.stable_rate is None:
            return np.nan
        found = self.stable_rate(1.0, hyperparameters)  # in proportion to 1 / eigenvalue
        return np.where(np.isfinite(found), found, np.nan) / hyperparameters["rate"]
