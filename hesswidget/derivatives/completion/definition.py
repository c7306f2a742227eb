"""Definitions: functions of NumPy composed of others that autograd and a recording already know."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import autograd.numpy
import numpy as np
from autograd.numpy import numpy_wrapper
from autograd.tracer import getval, isbox, trace_primitives_map

Function = Callable[..., Any]


def define(*names: str, module: Any = autograd.numpy, original: Any = None) -> Callable[[Function], Function]:
    """Decorator: the function of this name in `module` is what is decorated wherever an argument is traced.

    Elsewhere it remains what it was, or is `original` where the module had nothing of that name. A definition has the
    arguments of NumPy's function; what it cannot say it refuses with a `NotImplementedError`.

    Examples
    --------
    >>> import autograd.numpy as anp
    >>> from autograd import grad
    >>> grad(lambda x: anp.cumprod(x)[-1])(np.array([2.0, 0.0, 3.0])).tolist()
    [0.0, 6.0, 0.0]
    """

    def defined(definition: Function) -> Function:
        for name in names:
            function = getattr(module, name, original)
            if function is not None:  # NumPy before version 2 has fewer names
                _replace(module, name, function, definition)
        return definition

    return defined


def _replace(module: Any, name: str, original: Any, definition: Function) -> None:
    raw = getattr(original, "fun", original)

    @functools.wraps(original)
    def completed(*args: Any, called_by_autograd_dispatcher: bool = False, **options: Any) -> Any:
        if holds_traced(args) or (options and holds_traced(tuple(options.values()))):
            return definition(*args, **options)
        return raw(*args, **options)

    completed.completes = original  # type: ignore[attr-defined]
    for home in {module, numpy_wrapper} if module is autograd.numpy else {module}:
        if home.__dict__.get(name, original) is original:
            setattr(home, name, completed)
    if isinstance(raw, np.ufunc):
        trace_primitives_map[raw] = completed


def getval_deep(x: Any) -> Any:
    """Return what a traced value holds, however often it is traced."""
    while isbox(x):
        x = getval(x)
    return x


def holds_traced(x: Any) -> bool:
    """Whether autograd traces a value, or one inside lists and tuples."""
    if isinstance(x, list | tuple):
        return any(map(holds_traced, x))
    return isbox(x)


def refuse(function: str, **given: Any) -> None:
    """Refuse options that a definition does not know, where they were really given."""
    for name, value in given.items():
        if value is not None and value is not np._NoValue:
            raise NotImplementedError(f"{function} of a traced value does not take {name}={value!r:.40}")


def normalised_axis(axis: int, rank: int) -> int:
    """Return `axis` counted from the first one."""
    if not -rank <= axis < rank:
        raise ValueError(f"axis {axis} is out of bounds for an array of dimension {rank}")
    return int(axis) % rank
