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
        page. Where it takes a matrix for the Hessian, its attribute ``step.model``, a function of the same arguments,
        says which, shape (n, n); that is under the microscope then.

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
    >>> half.model = lambda f, x, rate: np.eye(len(x)) / rate
    >>> own(half).model_of(None, {"point": np.zeros(2)}, {"rate": 0.5}).tolist()
    [[2.0, 0.0], [0.0, 2.0]]
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
        return {"point": _called(step, name, "the next point", f, point, h, np.shape(point))}

    model = getattr(step, "model", None)

    def model_of(f: TracedFunction, state: State, h: Hyperparameters) -> Any:
        point = state["point"]
        return _called(model, f"{name}.model", "the matrix", f, point, h, (len(point), len(point)))

    if model is not None and not callable(model):
        raise ProblemError(f"{name}.model is {model!r:.60}; it takes a function of what {name} takes.")
    return Method(
        name=name,
        source="a step of your own",
        step=stepped,
        cost=lambda _: 1.0,
        hyperparameters={p.name: not_negative(p.name, p.default) for p in rest},
        model_of=None if model is None else model_of,
    )


def _called(
    function: Any,
    name: str,
    what: str,
    f: TracedFunction,
    point: Any,
    h: Hyperparameters,
    shape: tuple[int, ...],
) -> Any:
    """Call what somebody has passed in, and return real numbers of this shape, or say in a sentence why not."""
    try:
        found = function(f, 1.0 * point, **h)  # which it may change in place
    except (ProblemError, NotRecorded):
        raise
    except Exception as error:
        message = f"{name} raised {summary(error)}"
        raise ProblemError(message, line=line_of(error), advice=hint_for(error)) from error
    if found is None:
        raise ProblemError(f"{name} returned nothing; it is to return {what}.")
    if np.shape(found) != shape:
        raise ProblemError(f"{name} returned the shape {np.shape(found)}; {what} has the shape {shape}.")
    if np.iscomplexobj(found):
        raise ProblemError(f"{name} returned complex numbers; {what} has real ones.")
    try:
        return 1.0 * np.array(found)
    except TypeError:
        raise ProblemError(f"{name} returned {found!r:.60}; {what} has real numbers.") from None
