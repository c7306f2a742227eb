"""Up to which rate a method is stable, over the values of another of its hyperparameters."""

from __future__ import annotations

from typing import Any

import autograd.numpy as anp
import numpy as np

from hesswidget.derivatives.control_flow import over_rows
from hesswidget.derivatives.traced import TracedFunction, TracedProblem
from hesswidget.descent.iteration import Iteration
from hesswidget.program.program import Program

VALUES = 65  # of the other hyperparameter, at which the boundary is known


def program(iteration: Iteration, traced: TracedProblem, other: str | None) -> Program | None:
    """Record the boundary, the output ``rates``, (`VALUES`,); None of a method without one.

    Parameters
    ----------
    iteration : Iteration
    traced : TracedProblem
        With the hyperparameters among its parameters.
    other : str, optional
        The hyperparameter that the input ``others``, (`VALUES`,), has values of.

    Notes
    -----
    The input ``eigenvalues``, (n,), are the Hessian's where the path ends.

    NaN where no eigenvalue of the Hessian is positive. A line search makes its own rate: then there is no boundary.
    """
    method = iteration.method
    if method.stable_rate is None or iteration.held.get("line_search", "none") != "none":
        return None
    stable = method.stable_rate

    def build(f: TracedFunction, eigenvalues: Any, others: Any) -> dict[str, Any]:
        largest = anp.max(eigenvalues)
        curvature = anp.where(largest > 0, largest, np.nan)

        def at(value: Any, curvature: Any, parameters: Any) -> Any:
            given = iteration.hyperparameters(f.at(parameters))
            return 1.0 * stable(curvature, {**given, **({other: value} if other else {})}) + 0.0 * value

        return {"rates": over_rows(at, others, shared=(curvature, f.parameters))}

    return traced.record(build, eigenvalues=np.ones(len(traced.problem.start)), others=np.zeros(VALUES))
