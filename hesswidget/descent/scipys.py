"""SciPy's own solvers as racers: each runs to its end in Python, and what it came along is its path."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from hesswidget.derivatives.blas import one_blas_thread
from hesswidget.derivatives.objective import Objective
from hesswidget.derivatives.traced import TracedProblem
from hesswidget.descent import standing
from hesswidget.descent.iteration import Iteration
from hesswidget.descent.line_search import PRODUCT, VALUE
from hesswidget.descent.method import Method, State
from hesswidget.descent.outcome import BROKE_DOWN, ENDED, goes_on
from hesswidget.errors import ProblemError
from hesswidget.program.errors import NotRecorded

PREFIX = "scipy:"
NAMES = (
    "Nelder-Mead", "Powell", "CG", "BFGS", "Newton-CG", "L-BFGS-B", "TNC", "SLSQP", "trust-constr", "dogleg",
    "trust-ncg", "trust-exact", "trust-krylov",
)  # fmt: skip
WITH_HESSIAN = ("Newton-CG", "trust-constr", "dogleg", "trust-ncg", "trust-exact", "trust-krylov")
WITHOUT_GRADIENT = ("Nelder-Mead", "Powell")


def of_scipy(name: str) -> Method:
    """Return what stands for one of SciPy's solvers.

    Examples
    --------
    >>> of_scipy("scipy:BFGS").source
    "scipy.optimize.minimize(method='BFGS')"
    """

    def step(*_: Any) -> State:
        raise NotRecorded(f"{name} runs in Python")

    solver = name.removeprefix(PREFIX)
    return Method(name, f"scipy.optimize.minimize(method={solver!r})", step, cost=lambda _: 1.0, init=step)


class SciPyRunner:
    """Follows one of SciPy's solvers; a `hesswidget.descent.iteration.Runner` of another kind.

    Parameters
    ----------
    iteration : Iteration
        Of what `of_scipy` returns.
    traced : TracedProblem
    from_anywhere : bool
        As for a `Runner`.

    Attributes
    ----------
    raised : str
        What the solver raised where it broke down.
    """

    raised = ""

    def __init__(self, iteration: Iteration, traced: TracedProblem, *, from_anywhere: bool = False) -> None:
        self._iteration, self._traced, self._from_anywhere = iteration, traced, from_anywhere

    def states(self, point: np.ndarray, parameters: Mapping[str, Any], steps: int) -> Iterator[State]:
        """Yield the state at the start, and after each of its iterations, so many at most."""
        from scipy.optimize import minimize

        solver = self._iteration.method.name.removeprefix(PREFIX)
        spending = _Spending(Objective(self._traced.problem, parameters))
        with np.errstate(all="ignore"):
            value, gradient = self._begun(spending.objective, point)
        met = [self._state(spending, point, value, gradient)]
        if steps == 0 or not goes_on(met[0]["status"]):
            yield met[0]
            return

        def callback(x: Any, *_: Any) -> None:
            at = np.array(x, dtype=float)
            met.append(self._state(spending, at, *spending.objective.value_and_gradient(at), met[-1]))
            if len(met) > steps or not goes_on(met[-1]["status"]):
                raise _Enough

        derivatives: dict[str, Any] = {} if solver in WITHOUT_GRADIENT else {"jac": spending.gradient}
        if solver in WITH_HESSIAN:
            derivatives["hess"] = spending.hessian
        status: float | None = ENDED
        try:
            with one_blas_thread(), np.errstate(all="ignore"):
                minimize(
                    spending.value, point.copy(), method=solver, callback=callback, tol=0.0, **derivatives
                )
        except _Enough:
            status = None
        except (ProblemError, ValueError, ArithmeticError, np.linalg.LinAlgError) as error:
            status, self.raised = BROKE_DOWN, str(error)
        yield from met[:-1]
        last = met[-1]
        if status == BROKE_DOWN and goes_on(last["status"]):
            yield last
        yield {**last, "status": np.asarray(status)} if status and goes_on(last["status"]) else last

    def _begun(self, objective: Objective, point: np.ndarray) -> tuple[float, np.ndarray]:
        if self._from_anywhere:
            return objective.value_or_nan(point), objective.gradient_or_nan(point)
        return objective.value_and_gradient(point)

    def _state(
        self,
        spending: _Spending,
        point: np.ndarray,
        value: float,
        gradient: np.ndarray,
        before: State | None = None,
    ) -> State:
        tolerance = self._iteration.tolerance
        with np.errstate(all="ignore"):
            stands = (
                standing.begun(spending.objective.gradient_or_nan, point, value, gradient, tolerance)
                if before is None
                else standing.went(before, value, gradient)
            )
            return {
                "point": point,
                "value": np.asarray(value),
                "gradient": gradient,
                "cost": np.asarray(spending.cost),
                **stands,
            }


class _Enough(Exception):
    """The path is as long as it may be, or has converged."""


class _Spending:
    """A function with its derivatives, NaN where it is not defined, and what they have cost in gradients."""

    def __init__(self, objective: Objective) -> None:
        self.objective, self.cost = objective, 0.0

    def value(self, x: np.ndarray) -> float:
        self.cost += VALUE
        return self.objective.value_or_nan(x)

    def gradient(self, x: np.ndarray) -> np.ndarray:
        self.cost += 1.0
        return self.objective.gradient_or_nan(x)

    def hessian(self, x: np.ndarray) -> np.ndarray:
        self.cost += PRODUCT * len(x)
        return self.objective.hessian_or_nan(x)
