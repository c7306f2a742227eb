"""What a step is made of, beside where it leads: what is proposed, which points are tried, and what f is taken for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import autograd.numpy as np
import numpy

from hesswidget.derivatives.control_flow import over_rows
from hesswidget.derivatives.traced import TracedFunction, TracedProblem
from hesswidget.descent.iteration import Iteration, first_state
from hesswidget.descent.line_search import SHARES, tried
from hesswidget.descent.method import State
from hesswidget.landscape.taylor import model_grids, taylor_polynomial
from hesswidget.program.program import Program
from hesswidget.program.records import by_name


class Proposal(NamedTuple):
    """What the next step from a state is made of.

    Attributes
    ----------
    proposed : array, shape (n,)
        The whole step, before a search or a ball shortens it; NaN of a method that proposes none.
    trials : array, shape (k, n)
        Points that are tried, NaN in the place of those that are not.
    trial_values : array, shape (k,)
        f there.
    accepted : array, shape (k,)
        1 at the one that is taken, else 0.
    """

    proposed: Any
    trials: Any
    trial_values: Any
    accepted: Any


@dataclass(frozen=True)
class NextStep:
    """What a picture shows of the step that a path takes next.

    Attributes
    ----------
    followed : int
        Which path's.
    point : ndarray, shape (n,)
        From where.
    value : float
    ascent : ndarray, shape (n,)
        Along ∇f, as long as a step of gradient descent at the rate ``1 / max |λ|``.
    made : Proposal or None
        What it is made of; None where there is none.
    taken : ndarray, shape (n,)
        Where it leads; NaN where there is no further step.
    """

    followed: int
    point: numpy.ndarray
    value: float
    ascent: numpy.ndarray
    made: Proposal | None
    taken: numpy.ndarray


def proposal(iteration: Iteration, f: TracedFunction, state: State) -> Proposal:
    """Look at the next step of an iteration without taking it.

    Examples
    --------
    >>> from hesswidget.derivatives.traced import TracedProblem
    >>> from hesswidget.descent.methods import METHODS
    >>> from hesswidget.problem.problem import Problem
    >>> f = TracedFunction(TracedProblem.of(Problem.at(lambda x: x**2, 1.0, None, {})), np.array([]))
    >>> descent = Iteration(METHODS["gradient-descent"], {"rate": 2.0, "line_search": "backtracking"})
    >>> found = proposal(descent, f, descent.begin(f, np.array([1.0])))
    >>> found.proposed.tolist(), found.trials[:4, 0].tolist(), found.accepted[:4].tolist()
    ([-4.0], [-3.0, -1.0, 0.0, nan], [0.0, 0.0, 1.0, 0.0])
    """
    moved, point = iteration.stepped(f, state), state["point"]
    proposed = moved.get("proposed", np.nan * point)
    if iteration.method.line_search:
        sizes, taken = tried(*iteration.taken_on(f, state), proposed, iteration.hyperparameters(f))
        trials, accepted = point + sizes[:, None] * proposed, np.where(sizes == taken, 1.0, 0.0)
    else:
        tries = "tried" in moved
        trials = (point + (moved["tried"] if tries else np.nan))[None, :]
        accepted = np.where(np.any(moved["point"] != point), 1.0, 0.0) * np.full(1, float(tries))

    def value_at(trial: Any, parameters: Any) -> Any:
        return f.at(parameters).value(trial)

    return Proposal(proposed, trials, over_rows(value_at, trials, shared=(f.parameters,)), accepted)


def none(iteration: Iteration, point: Any, basis: Any) -> dict[str, Any]:
    """Return what `looked_at` would where that fails, all of it NaN and of the same shapes."""
    method, n = iteration.method, len(point)
    k = len(SHARES) if method.line_search and iteration.held["line_search"] == "backtracking" else 1
    shapes = {"proposed": (n,), "trials": (k, n), "trial_values": (k,), "accepted": (k,)}
    if method.model is not None or method.model_of is not None:
        grids = model_grids(point, point, basis, numpy.zeros((len(basis), 2)))
        shapes |= {"curvature_model": (n, n), "model_values": tuple(len(grid) for grid in grids[::-1])}
    return {name: numpy.full(shape, numpy.nan) for name, shape in shapes.items()}


def looked_at(
    iteration: Iteration, f: TracedFunction, state: State, origin: Any, basis: Any, ends: Any
) -> dict[str, Any]:
    """Return the proposal by its names; and of a method that takes something for the Hessian, that.

    It is ``curvature_model``, (n, n), and ``model_values`` what the method then takes f for on a slice: the quadratic
    model with its own in the Hessian's place, laid out where `hesswidget.landscape.taylor.model_grids` says.
    """
    found, model = by_name(proposal(iteration, f, state)), iteration.model(f, state)
    if model is None:
        return found
    point = state["point"]
    grids = model_grids(point, origin, basis, ends)
    values = taylor_polynomial(state["value"], state["gradient"], model, point, origin, basis, grids)
    return {**found, "curvature_model": model, "model_values": values}


def program(iteration: Iteration, traced: TracedProblem, begin: Program) -> Program:
    """Record `looked_at`: inputs ``origin``, ``basis``, ``ends``, and a state such as the iteration begins with.

    Raises
    ------
    NotRecorded
        If the function or the method cannot be written down.
    """

    def build(f: TracedFunction, origin: Any, basis: Any, ends: Any, **state: Any) -> dict[str, Any]:
        return looked_at(iteration, f, state, origin, basis, ends)

    start = traced.problem.start
    basis, ends = numpy.eye(len(start))[:2], numpy.array([[-1.0, 1.0]] * min(2, len(start)))
    return traced.record(build, origin=start, basis=basis, ends=ends, **first_state(begin, traced))
