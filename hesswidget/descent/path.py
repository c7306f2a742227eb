"""The path that a method takes: its iterates, and what it knew at each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from hesswidget.derivatives.objective import Objective
from hesswidget.derivatives.traced import TracedFunction
from hesswidget.descent.ending import Judged, judged
from hesswidget.descent.iteration import Iteration
from hesswidget.descent.method import State
from hesswidget.descent.order import Order, order_of, waves_of
from hesswidget.descent.outcome import BROKE_DOWN, CONVERGED, OFF, WITHIN, reason
from hesswidget.errors import ProblemError
from hesswidget.precision import for_json
from hesswidget.problem.blocks import Blocks
from hesswidget.problem.vector import as_point
from hesswidget.second_derivative_test.stationarity import norm_of
from hesswidget.shown import Shown
from hesswidget.wording import number

Judge = Callable[[TracedFunction, float, np.ndarray], Judged]
MEASURED = {"distance": "distance to the limit", "value": "f − f_min", "gradient": "|∇f|"}
"""What an order may be of, in words;"""
GONE = {"distance": "length of the steps", "value": "fall of f in a step"}
"""and what goes of it in a step, whose ratio is the same, and known of a path that is not there yet."""
SHOWN = 8  # steps at either end of a printed path
MATRICES = 2**27  # numbers at most, a gigabyte, in matrices that are made of diagonals


@dataclass(frozen=True, eq=False)
class Path(Shown):
    """Iterates of a descent method; made by `hesswidget.minimize`, or of anybody's points by `hesswidget.path`.

    Attributes
    ----------
    function, method : str
        Their names.
    points : ndarray, shape (k + 1, n)
        The start first.
    values : ndarray, shape (k + 1,)
    gradients : ndarray, shape (k + 1, n)
    models : ndarray, shape (k + 1, n, n) or (k + 1, n), or None
        The method's model of the Hessian at each, as the method keeps it: matrices, or only their diagonals; None of a
        method that keeps none whole. As matrices they are `curvature_models`.
    cost : ndarray, shape (k + 1,)
        What had been spent, about, in gradients: a product with the Hessian counts as two, a value as a third.
    converged : bool
        Whether |∇f| came down to the tolerance, and not on the way to infinity; to what says `end`.
    reason : str
        Why it ended, with its numbers, and at what.
    end : str
        What its last point is, as `hesswidget.curvature` has it: ``minimum``, ``saddle``, ``maximum``, ``degenerate``,
        ``not stationary``, ``undefined``; empty where that was not found out, as of more than 200 variables.
    limit : ndarray, shape (n,), or None
        The critical point that it comes to, up to rounding: its last point, or where Newton's step leads from there.
        None where its class is not certain.
    blocks : Blocks or None
        How its function's variables lie in a point; None where no function was given.
    model_at : callable or None
        Takes the number of a step and returns the model that the next one is made with, shape (n, n), of a method that
        keeps none whole, as L-BFGS; it does not travel with a pickled path.
    """

    function: str
    method: str
    points: np.ndarray
    values: np.ndarray
    gradients: np.ndarray
    models: np.ndarray | None
    cost: np.ndarray
    converged: bool
    reason: str
    end: str = ""
    limit: np.ndarray | None = field(default=None, repr=False)
    blocks: Blocks | None = field(default=None, repr=False)
    model_at: Callable[[int], np.ndarray] | None = field(default=None, repr=False)

    @classmethod
    def of(
        cls,
        states: Sequence[State],
        iteration: Iteration,
        f: TracedFunction,
        title: str | None = None,
        raised: str = "",
        judge: Judge = judged,
    ) -> Path:
        """Make the path of the states that an iteration went through; at the last it may have broken down.

        Parameters
        ----------
        states : sequence of mapping
        iteration : Iteration
        f : TracedFunction
        title : str, optional
            What it is called, if not as its method.
        raised : str
            What it raised as it broke down.
        judge : callable
            What judges its end, as `hesswidget.descent.ending.judged` does.
        """
        method, status = iteration.method, float(states[-1]["status"])
        kept = states[:-1] if status == BROKE_DOWN else states
        arrays = {
            name: np.array([state[name] for state in kept]) for name in ("point", "value", "gradient", "cost")
        }
        models = np.array([state[method.model] for state in kept]) if method.model else None
        known = arrays["point"], arrays["value"], arrays["gradient"], models, arrays["cost"]
        path = cls.ended(f, title or method.name, *known, status=status, raised=raised, judge=judge)
        if method.model_of is None:
            return path
        return replace(path, model_at=lambda k: np.asarray(iteration.model(f, kept[k])))

    @classmethod
    def ended(
        cls,
        f: TracedFunction,
        method: str,
        points: np.ndarray,
        values: np.ndarray,
        gradients: np.ndarray,
        models: np.ndarray | None,
        cost: np.ndarray,
        *,
        status: float,
        raised: str = "",
        judge: Judge = judged,
    ) -> Path:
        """Make a path of points, and say why and where it ended."""
        status, end, limit = judge(f, status, points)
        with np.errstate(all="ignore"):
            first, last = (float(norm_of(gradients[k])) for k in (0, -1))
        why = reason(status, len(points) - 1, last, first, end)
        if status in OFF:
            raised = raised_at(f, points[-1])
        if raised and status == BROKE_DOWN:  # in the place of why the step is none
            why = why.partition(":")[0]
        said = f"{why}: {raised}" if raised else why
        name = f.traced.problem.name
        known = points, values, gradients, models, cost
        is_there, blocks = status in (CONVERGED, WITHIN), f.traced.problem.blocks
        return cls(name, method, *known, is_there, said, end, limit, blocks)

    @property
    def variables(self) -> dict[str, Any]:
        """The variables at its last point by name, each in the structure in which its function takes it.

        Raises
        ------
        ProblemError
            If no function was given, so that nobody knows.

        Examples
        --------
        >>> from hesswidget.descent.minimize import minimize
        >>> path = minimize(lambda p: (p["a"][0] - 1)**2 + p["b"]**2, {"a": np.zeros(1), "b": 2.0})
        >>> path.points[-1].tolist(), path.variables
        ([1.0, 0.0], {'p': {'a': array([1.]), 'b': 0.0}})
        """
        if self.blocks is None:
            raise ProblemError("of this path no function is known; give hw.path one, or read its points.")
        return self.blocks.variables(self.points[-1])

    @property
    def gradient_norms(self) -> np.ndarray:
        """|∇f| at each point, shape (k + 1,)."""
        with np.errstate(all="ignore"):
            return np.asarray(norm_of(self.gradients))

    @property
    def curvature_models(self) -> np.ndarray | None:
        """The method's model of the Hessian at each point, shape (k + 1, n, n); None of a method that has none.

        Of a method that keeps a diagonal, such as Adam, or pairs, such as L-BFGS, they are made anew at each reading.

        Raises
        ------
        ProblemError
            If they would be more than 2²⁷ numbers, a gigabyte: then there are the diagonals, `models`.

        Examples
        --------
        >>> from hesswidget.descent.minimize import minimize
        >>> path = minimize(lambda x, y: x**2 + 3 * y**2, (1.0, 1.0), method="adagrad", steps=4)
        >>> path.models.shape, path.curvature_models.shape
        ((5, 2), (5, 2, 2))
        >>> path.curvature_models[0].round(6).tolist()
        [[2.0, 0.0], [0.0, 6.0]]
        """
        if self.models is None and self.model_at is None:
            return None
        if self.models is not None and self.models.ndim == 3:
            return self.models
        count, n = self.points.shape
        if count * n * n > MATRICES:
            one = "path.model_at(k)" if self.models is None else "np.diag(path.models[k])"
            raise ProblemError(
                f"{count:,} matrices of {n:,} × {n:,} are {8 * count * n * n / 1e9:.1f} GB; read {one} of one step."
            )
        if self.models is None:
            assert self.model_at is not None
            with np.errstate(all="ignore"):
                return np.array([self.model_at(k) for k in range(count)])
        matrices = np.zeros((count, n, n))
        matrices[:, np.arange(n), np.arange(n)] = self.models
        return matrices

    def order(self, limit: Any = None, of: str = "distance") -> Order:
        """Estimate how fast the path comes to its end.

        Parameters
        ----------
        limit : array_like or float, optional
            Where it goes, shape (n,); of values, the least; of gradients there is none to give, as it is 0. By default
            `limit`, or where that is not known the last point, and the last value, which then count as no errors.
        of : {"distance", "value", "gradient"}
            What is measured: the distance to the limit, how much f is larger, or |∇f|.

        Returns
        -------
        Order
            Its ``kind``, ``value`` and ``constant``; see `hesswidget.descent.order.order_of`. It says ``of`` what.

        Raises
        ------
        ProblemError
            If `of` is none of these, or the limit has not one number for each variable.

        Examples
        --------
        >>> from hesswidget.descent.minimize import minimize
        >>> path = minimize(lambda x: x**4, 1.0, steps=40)
        >>> print(path.order(limit=[0.0]))
        distance to the limit: linear, each error 0.667 of the one before
        >>> print(path.order(of="gradient"))
        |∇f|: linear, each error 0.296 of the one before
        """
        if not isinstance(of, str) or of not in MEASURED:
            raise ProblemError(f"of is {of!r:.40}; it takes 'distance', 'value' or 'gradient'.")
        known = limit is not None
        if of == "gradient":
            if known:
                raise ProblemError("a limit was given of the gradient, which comes to 0; leave it out.")
            errors, gone = self.gradient_norms, None
            scale = float(errors[0])
        elif of == "value":
            least = float(limit) if known else float(self.values[-1])
            errors, scale = self.values - least, max(abs(least), abs(float(self.values[0]) - least))
            gone = None if known else np.abs(np.diff(self.values))
        else:
            end = self.points[-1] if self.limit is None else self.limit
            at = as_point(limit, "the limit") if known else end
            if at.shape != self.points[0].shape:
                raise ProblemError(
                    f"the limit has {len(at)} values; the path has {self.points.shape[1]} variables."
                )
            errors = norm_of(self.points - at)
            scale = max(float(np.max(np.abs(at))), float(errors[0]))
            gone = None if known else norm_of(np.diff(self.points, axis=0))
        if not known and (of == "value" or (of == "distance" and self.limit is None)):
            errors = errors[:-1]
        found = order_of(errors, scale)
        if found.kind == "unknown" and gone is not None:
            steps = order_of(gone, scale)
            if steps.kind == "linear":
                return replace(steps, of=GONE[of])
        if found.kind == "unknown":
            found = waves_of(errors, scale)
        return replace(found, of=MEASURED[of])

    def __getstate__(self) -> dict[str, Any]:
        return {**super().__getstate__(), "model_at": None}

    def to_dict(self) -> dict[str, Any]:
        """Return all that is kept of it as lists, numbers and text, fit for JSON; None where a number is not finite."""
        return {
            "function": self.function,
            "method": self.method,
            "points": for_json(self.points),
            "values": for_json(self.values),
            "gradients": for_json(self.gradients),
            "models": for_json(self.models),
            "cost": for_json(self.cost),
            "converged": self.converged,
            "reason": self.reason,
            "end": self.end,
            "limit": for_json(self.limit),
        }

    def __len__(self) -> int:
        return len(self.points)

    def __str__(self) -> str:
        count = len(self)
        shown = [*range(min(SHOWN, count)), *range(max(SHOWN, count - SHOWN), count)]
        rows = [("step", "f", "|∇f|", "cost", "point")]
        for k in shown:
            place = ", ".join(number(x, 5) for x in self.points[k, :4]) + (
                ", …" if self.points.shape[1] > 4 else ""
            )
            row = (number(self.values[k], 6), number(self.gradient_norms[k], 3), number(self.cost[k], 4))
            rows.append((str(k), *row, f"({place})"))
        if count > 2 * SHOWN:
            rows.insert(SHOWN + 1, ("…", "", "", "", ""))
        widths = [max(len(row[column]) for row in rows) for column in range(4)]
        lines = ["  ".join([*map(str.rjust, row, widths), row[4]]).rstrip() for row in rows]
        return "\n".join([f"{self.method} on {self.function}: {self.reason}", *lines])

    __repr__ = __str__


def raised_at(f: TracedFunction, point: np.ndarray) -> str:
    """Return what a function raises at a point, in a sentence; empty where it raises nothing."""
    try:
        with np.errstate(all="ignore"):
            Objective(f.traced.problem, f.values).value_and_gradient(point)
    except ProblemError as error:
        return str(error)
    return ""
