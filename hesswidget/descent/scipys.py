"""SciPy's own solvers as racers: each runs to its end in Python, and what it came along is its path."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from hesswidget.derivatives.blas import one_blas_thread
from hesswidget.derivatives.objective import Objective
from hesswidget.derivatives.traced import TracedProblem
from hesswidget.descent.iteration import Iteration, bound_of, status_of
from hesswidget.descent.line_search import PRODUCT, VALUE
from hesswidget.descent.method import Method, State
from hesswidget.descent.outcome import BROKE_DOWN, ENDED, GOES_ON
from hesswidget.errors import ProblemError
from hesswidget.program.errors import NotRecorded
from hesswidget.second_derivative_test.stationarity import norm_of

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
            gradient_at = spending.objective.gradient_or_nan
            bound = float(bound_of(gradient_at, point, gradient, self._iteration.tolerance))
        met = [(point, value, gradient, 0.0)]
        if steps == 0 or self._status(met[0], bound) != GOES_ON:
            yield self._state(met[0], bound, self._status(met[0], bound))
            return

        def callback(x: Any, *_: Any) -> None:
            at = np.array(x, dtype=float)
            met.append((at, *spending.objective.value_and_gradient(at), spending.cost))
            if len(met) > steps or self._status(met[-1], bound) != GOES_ON:
                raise _Enough

        derivatives: dict[str, Any] = {} if solver in WITHOUT_GRADIENT else {"jac": spending.gradient}
        if solver in WITH_HESSIAN:
            derivatives["hess"] = spending.hessian
        status = ENDED
        try:
            with one_blas_thread(), np.errstate(all="ignore"):
                minimize(
                    spending.value, point.copy(), method=solver, callback=callback, tol=0.0, **derivatives
                )
        except _Enough:
            status = GOES_ON
        except (ProblemError, ValueError, ArithmeticError, np.linalg.LinAlgError) as error:
            status, self.raised = BROKE_DOWN, str(error)
        for one in met[:-1]:
            yield self._state(one, bound, GOES_ON)
        reached = self._status(met[-1], bound)
        if status == BROKE_DOWN and reached == GOES_ON:
            yield self._state(met[-1], bound, GOES_ON)
            yield self._state(met[-1], bound, BROKE_DOWN)
        else:
            yield self._state(met[-1], bound, status if reached == GOES_ON else reached)

    def _begun(self, objective: Objective, point: np.ndarray) -> tuple[float, np.ndarray]:
        if self._from_anywhere:
            return objective.value_or_nan(point), objective.gradient_or_nan(point)
        return objective.value_and_gradient(point)

    @staticmethod
    def _status(met: tuple[np.ndarray, float, np.ndarray, float], bound: float) -> float:
        _, value, gradient, _ = met
        with np.errstate(all="ignore"):
            return float(status_of(value, gradient, norm_of(gradient), bound))

    @staticmethod
    def _state(met: tuple[np.ndarray, float, np.ndarray, float], bound: float, status: float) -> State:
        point, value, gradient, cost = met
        with np.errstate(all="ignore"):
            size = norm_of(gradient)
        return {
            "point": point,
            "value": np.asarray(value),
            "gradient": gradient,
            "gradient_norm": np.asarray(size),
            "bound": np.asarray(bound),
            "cost": np.asarray(cost),
            "status": np.asarray(status),
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
