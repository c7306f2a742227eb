"""Another method: a step function that somebody passes in."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from numbers import Real
from typing import Any

import autograd.numpy as np

from hesswidget.derivatives.traced import TracedFunction
from hesswidget.descent.method import Hyperparameters, Method, State
from hesswidget.errors import ProblemError
from hesswidget.precision import not_negative
from hesswidget.problem.arguments import name_of
from hesswidget.program.errors import NotRecorded
from hesswidget.user_code import hint_for, line_of, summary


def own(step: Callable[..., Any]) -> Method:
    """Return the method whose step is a function ``step(f, x, **hyperparameters)``, which returns the next point.

    It goes by these alone: what it remembers from call to call, or draws at random, is no part of what is recorded.

    Parameters
    ----------
    step : callable
        `f` has ``value(x)``, which ``f(x)`` is too, ``gradient(x)``, ``hessian(x)`` and ``hvp(x, v)``; of a
        `hesswidget.composite` also its Gauss–Newton matrix ``ggn(x)`` and products ``ggnvp(x, v)``. Arguments with a
        default are hyperparameters. Written with ``autograd.numpy`` and without a branch on a value it is live in a
        page.

    Raises
    ------
    ProblemError
        If it does not take a function and a point, or a hyperparameter has no number for a default.

    Examples
    --------
    >>> def half(f, x, rate=0.5):
    ...     return x - rate * f.gradient(x)
    >>> own(half).name, own(half).hyperparameters
    ('half', {'rate': 0.5})
    """
    name = name_of(step)
    try:
        parameters = list(inspect.signature(step).parameters.values())
    except (TypeError, ValueError):
        parameters = []
    first, rest = parameters[:2], parameters[2:]
    if len(first) < 2 or any(p.default is not p.empty for p in first):
        raise ProblemError(
            f"{name} is no step; it takes the function and a point, such as def step(f, x, rate=0.1): "
            f"return x - rate * f.gradient(x)."
        )
    for p in rest:
        if p.kind is p.VAR_POSITIONAL or not isinstance(p.default, Real) or isinstance(p.default, bool):
            raise ProblemError(
                f"{name} has a hyperparameter {p.name!r} without a number for a default; write {p.name}=0.1."
            )

    def stepped(f: TracedFunction, state: State, h: Hyperparameters) -> State:
        point = state["point"]
        try:
            after = step(f, 1.0 * point, **h)  # which it may change in place
        except (ProblemError, NotRecorded):
            raise
        except Exception as error:
            message = f"{name} raised {summary(error)}"
            raise ProblemError(message, line=line_of(error), advice=hint_for(error)) from error
        if np.shape(after) != np.shape(point):
            raise ProblemError(
                f"{name} returned the shape {np.shape(after)}; the next point has the shape {np.shape(point)}."
            )
        if np.iscomplexobj(after):
            raise ProblemError(f"{name} returned complex numbers; the next point has real ones.")
        try:
            return {"point": 1.0 * np.array(after)}
        except TypeError:
            raise ProblemError(f"{name} returned {after!r:.60}; the next point has real numbers.") from None

    return Method(
        name=name,
        source="a step of your own",
        step=stepped,
        cost=lambda _: 1.0,
        hyperparameters={p.name: not_negative(p.name, p.default) for p in rest},
    )
