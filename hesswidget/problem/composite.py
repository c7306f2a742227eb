"""A loss that says what it is made of: a function of a model's outputs, after the model.

What is known of the parts and not of the whole is the Gauss–Newton matrix, ``G = Jᵀ (∇²outer) J`` with the outputs'
Jacobian J (Schraudolph, 2002, Fast curvature matrix-vector products for second-order gradient descent). It is the
Hessian without the curvature of the model, and positive semidefinite where `outer` is convex.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import Any

from hesswidget.errors import ProblemError
from hesswidget.problem.arguments import MISSING, name_of


class Composite:
    """The function ``outer(outputs(...), ...)``; made by `composite` and `least_squares`.

    It takes the arguments of both by name. One that both have is one, with the default that it has for `outputs`.

    Attributes
    ----------
    outputs : callable
        What the model says: an array of any shape.
    outer : callable
        The loss of that, a scalar; its first argument is what the model says.
    """

    def __init__(self, outputs: Callable[..., Any], outer: Callable[..., Any], name: str) -> None:
        self.outputs, self.outer, self.__name__ = outputs, outer, name
        self.__module__ = getattr(outputs, "__module__", None) or __name__
        inner, taken = _parameters(outputs), _parameters(outer)
        if not taken:
            raise ProblemError(
                f"{name_of(outer)} takes no argument; its first is what {name_of(outputs)} returns."
            )
        first, *rest = taken
        known = {p.name: p for p in [*rest, *inner]}  # a default of `outputs` goes before
        if first.name in {p.name for p in inner}:
            raise ProblemError(
                f"{name_of(outer)} calls what {name_of(outputs)} returns {first.name!r}, which {name_of(outputs)} has "
                f"an argument of the same name for; call it otherwise."
            )
        ordered = {p.name: known[p.name] for p in [*inner, *rest]}.values()
        by_default = sorted(ordered, key=lambda p: p.default is not MISSING)
        plain = [p.replace(kind=p.POSITIONAL_OR_KEYWORD) for p in by_default]
        self.__signature__ = inspect.Signature(plain)
        self._inner, self._rest = frozenset(p.name for p in inner), frozenset(p.name for p in rest)

    def __call__(self, *args: Any, **named: Any) -> Any:
        """Return the loss."""
        bound = self.__signature__.bind(*args, **named)
        bound.apply_defaults()
        outputs = self.checked(self.outputs(**self.of_outputs(bound.arguments)))
        return self.outer(outputs, **self.of_outer(bound.arguments))

    def checked(self, outputs: Any) -> Any:
        """Return the outputs if they are an array; refuse what is none with a `ProblemError`."""
        if not hasattr(outputs, "shape"):
            raise ProblemError(
                f"{name_of(self.outputs)} returned a {type(outputs).__name__}; what a loss is made of is an array. "
                f"Return np.array(...)."
            )
        return outputs

    def of_outputs(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return those values that `outputs` takes, by name."""
        return {a: x for a, x in values.items() if a in self._inner}

    def of_outer(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return those values that `outer` takes besides the outputs."""
        return {a: x for a, x in values.items() if a in self._rest}

    def __repr__(self) -> str:
        return f"<{self.__name__}{self.__signature__}, a loss of outputs>"


def composite(outputs: Callable[..., Any], outer: Callable[..., Any]) -> Composite:
    """Say what a loss is made of, so that methods can take its Gauss–Newton matrix in place of its Hessian.

    ``levenberg-marquardt`` and ``hessian-free`` do. In all else the loss is a function as any other.

    Parameters
    ----------
    outputs : callable
        The model: its variables and parameters to an array of any shape.
    outer : callable
        The loss of that array, and of variables and parameters that it names too, such as the weights of a penalty.
        G is positive semidefinite where it is convex.

    Returns
    -------
    Composite
        A function of the arguments of both.

    Raises
    ------
    ProblemError
        If one is no function, takes ``*arguments``, or calls the outputs as the other calls something else.

    Examples
    --------
    >>> import autograd.numpy as np
    >>> times, seen = np.array([0.0, 1.0, 2.0]), np.array([1.0, 0.0, 0.0])
    >>> loss = composite(lambda a, b: a + b * times, lambda z: np.sum(np.logaddexp(0.0, z) - seen * z))
    >>> round(float(loss(0.0, 0.0)), 6)
    2.079442
    """
    names = [name_of(_function(part)) for part in (outer, outputs)]
    return Composite(outputs, outer, "f" if "f" in names else "∘".join(names))


def least_squares(residuals: Callable[..., Any]) -> Composite:
    """Return half the sum of squares of residuals: ``f = ½ |r|²``, whose Gauss–Newton matrix is ``JᵀJ``.

    Parameters
    ----------
    residuals : callable
        The variables and parameters to an array of any shape.

    Returns
    -------
    Composite

    Raises
    ------
    ProblemError
        As for `composite`.

    Examples
    --------
    >>> import autograd.numpy as np
    >>> times, seen = np.array([0.0, 1.0, 2.0]), np.array([2.0, 1.3, 0.9])
    >>> @least_squares
    ... def decay(a, rate):
    ...     return a * np.exp(-rate * times) - seen
    >>> decay
    <decay(a, rate), a loss of outputs>
    >>> from hesswidget.descent.minimize import minimize
    >>> path = minimize(decay, (1.0, 1.0), method="levenberg-marquardt")
    >>> path.points[-1].round(3).tolist(), path.converged
    ([1.992, 0.408], True)
    """
    return Composite(_function(residuals), _half_the_squares, name_of(residuals))


def _half_the_squares(residuals: Any) -> Any:
    return 0.5 * (residuals * residuals).sum()


def _function(given: Any) -> Any:
    if not callable(given):
        raise ProblemError(
            f"{given!r:.60} is not a function; give a callable, such as lambda a, b: a * t + b - y."
        )
    return given


def _parameters(function: Any) -> list[inspect.Parameter]:
    """Return what a function takes, to be passed by name."""
    name = name_of(_function(function))
    try:
        found = list(inspect.signature(function).parameters.values())
    except (TypeError, ValueError):
        raise ProblemError(f"{name} does not say which arguments it takes; wrap it in a lambda.") from None
    for p in found:
        if p.kind not in (p.POSITIONAL_OR_KEYWORD, p.KEYWORD_ONLY):
            raise ProblemError(
                f"{name} takes {p}, which cannot be passed by name; wrap it in a lambda that names all."
            )
    return found
