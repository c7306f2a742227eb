"""Weight decay as a parameter of a loss that has none, so that a slider moves it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from inspect import Parameter, Signature, signature
from typing import Any

import autograd.numpy as np

from hesswidget.derivatives.frameworks.played import played
from hesswidget.problem.arguments import Arguments, named
from hesswidget.problem.blocks import mapped
from hesswidget.problem.composite import Composite

DECAY = "weight_decay"


def decayed(loss: Any, over: Any = None, values: Mapping[str, Any] | None = None) -> Any:
    """Return a loss with one more parameter, ``weight_decay``, half of which times the sum of all squares is added.

    Parameters
    ----------
    loss : callable or str
        As for `hesswidget.curvature`; of a composite one outputs and Gauss–Newton matrix stay what they are.
    over : str or tuple of str, optional
        Which arguments are the variables, whose squares are summed.
    values : dict, optional
        Of its parameters, as somebody has given them.

    Raises
    ------
    ProblemError
        If it is no function, or has such an argument itself.

    Examples
    --------
    >>> import hesswidget as hw
    >>> bowl = decayed(lambda x, y, a=1.0: a * x**2 + y)
    >>> float(bowl(3.0, 1.0)), float(bowl(3.0, 1.0, weight_decay=0.2))
    (10.0, 11.0)
    >>> hw.curvature(bowl, (3.0, 1.0), weight_decay=0.2).eigenvalues.tolist()
    [0.2, 2.2]
    """
    arguments = Arguments.of(named(loss, over, values or {}), over, values or {}, (DECAY,))
    function, variables = arguments.function, arguments.variables
    decay = Parameter(DECAY, Parameter.KEYWORD_ONLY, default=0.0)
    if isinstance(function, Composite):
        first, *rest = signature(function.outer).parameters.values()
        own = [p.replace(kind=Parameter.KEYWORD_ONLY) for p in rest]
        missing = {*variables} - {p.name for p in rest}
        own += [Parameter(a, Parameter.KEYWORD_ONLY) for a in variables if a in missing]

        def outer(outputs: Any, weight_decay: Any, **taken: Any) -> Any:
            whole = played(function.outer)(outputs, **function.of_outer(taken))
            return whole + _penalty(weight_decay, (taken[a] for a in variables))

        outer.__signature__ = Signature([first, *own, decay])  # type: ignore[attr-defined]
        return Composite(function.outputs, outer, arguments.name)

    def penalized(*given: Any, **by_name: Any) -> Any:
        bound = penalized.__signature__.bind(*given, **by_name)  # type: ignore[attr-defined]
        bound.apply_defaults()
        taken = dict(bound.arguments)
        penalty = _penalty(taken.pop(DECAY), (taken[a] for a in variables))
        by_position = [taken.pop(a) for a in arguments.positional]
        return played(function)(*by_position, **taken) + penalty

    defaults = {**dict.fromkeys(variables, Parameter.empty), **arguments.usual, **arguments.defaults}
    parameters = [
        Parameter(
            a,
            Parameter.POSITIONAL_ONLY if a in arguments.positional else Parameter.POSITIONAL_OR_KEYWORD,
            default=x,
        )
        for a, x in defaults.items()
    ]
    ordered = sorted(parameters, key=lambda p: (p.kind, p.default is not Parameter.empty))
    penalized.__signature__ = Signature([*ordered, decay])  # type: ignore[attr-defined]
    penalized.__name__ = arguments.name
    return penalized


def _penalty(decay: Any, variables: Iterable[Any]) -> Any:
    squares: list[Any] = []
    for each in variables:
        mapped(each, lambda leaf: squares.append(np.sum(leaf**2)))
    return decay / 2 * sum(squares)
