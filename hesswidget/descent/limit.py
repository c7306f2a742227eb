"""Up to which rate theory has a method converge, over the values of another of its hyperparameters."""

from __future__ import annotations

from typing import Any

import autograd.numpy as anp
import numpy as np

from hesswidget.derivatives.control_flow import over_rows
from hesswidget.derivatives.traced import TracedFunction, TracedProblem
from hesswidget.descent.iteration import Iteration
from hesswidget.program.program import Program

VALUES = 65  # of the other hyperparameter, at which the limit is known


def program(iteration: Iteration, traced: TracedProblem, other: str | None) -> Program | None:
    """Record the limit, the output ``rates``, (`VALUES`,); None of a method without one.

    Parameters
    ----------
    iteration : Iteration
    traced : TracedProblem
        With the hyperparameters among its parameters.
    other : str, optional
        The parameter that the input ``others``, (`VALUES`,), has values of.

    Notes
    -----
    The input ``eigenvalues``, (n,), are the Hessian's where paths end. Rates are not finite where none of them is
    positive, and where a line is searched, which makes its own.
    """
    if iteration.method.stable_rate is None:
        return None
    is_other = np.array([name == other for name in traced.traced])

    def build(f: TracedFunction, eigenvalues: Any, others: Any) -> dict[str, Any]:
        def at(value: Any, largest: Any, parameters: Any) -> Any:
            return iteration.stable_rate(f.at(anp.where(is_other, value, parameters)), largest) + 0.0 * value

        return {"rates": over_rows(at, others, shared=(anp.max(eigenvalues), f.parameters))}

    return traced.record(build, eigenvalues=np.ones(len(traced.problem.start)), others=np.zeros(VALUES))
