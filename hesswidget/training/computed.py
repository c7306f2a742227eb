"""What is computed of a loss at many points: by what was recorded of it, or else by autograd."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from hesswidget.derivatives.traced import COVERED, TracedFunction, TracedProblem
from hesswidget.program.executor import Executable

Build = Callable[..., Mapping[str, Any]]


class Computed:
    """Arrays by name, of a traced problem's function and of inputs by name.

    Parameters
    ----------
    traced : TracedProblem
    build : callable
        ``build(f, **inputs)``, as `TracedProblem.record` takes it.
    **examples : array_like
        For each input an example of its shape.
    """

    def __init__(self, traced: TracedProblem, build: Build, **examples: Any) -> None:
        self._build, self._traced = build, traced
        program = traced.record_or_none(build, **examples)
        self._run = None if program is None else Executable(program)

    def __call__(self, **inputs: Any) -> Mapping[str, Any]:
        """Return the arrays; NaN in all where the function raises something."""
        parameters = self._traced.example
        if self._run is not None:
            found = self._run(**inputs, parameters=parameters)
            if found.pop(COVERED, 1.0) > 0:
                return found
        try:
            with np.errstate(all="ignore"):
                return self._build(TracedFunction(self._traced, parameters), **inputs)
        except Exception:  # a function may raise what it likes outside of its domain
            return _Undefined()


class _Undefined(dict[str, Any]):
    def __missing__(self, name: str) -> Any:
        return np.nan
