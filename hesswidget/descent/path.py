"""The path that a method takes: its iterates, and what it knew at each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from hesswidget.descent.iteration import BROKE_DOWN, CONVERGED, reason
from hesswidget.descent.method import Method, State
from hesswidget.descent.order import Order, order_of
from hesswidget.errors import ProblemError
from hesswidget.problem.vector import as_point
from hesswidget.wording import number

SHOWN = 8  # steps at either end of a printed path


@dataclass(frozen=True, eq=False)
class Path:
    """Iterates of a descent method; made by `hesswidget.minimize`, or of anybody's points by `hesswidget.path`.

    Attributes
    ----------
    function, method : str
        Their names.
    points : ndarray, shape (k + 1, n)
        The start first.
    values : ndarray, shape (k + 1,)
    gradients : ndarray, shape (k + 1, n)
    curvature_models : ndarray, shape (k + 1, n, n), or None
        The method's model of the Hessian at each, where it has one; shape (k + 1, n) where it is a diagonal.
    cost : ndarray, shape (k + 1,)
        What had been spent, about, in gradients: a product with the Hessian counts as two, a value as a third.
    converged : bool
    reason : str
        Why it ended, with its numbers.
    show : callable, optional
        Shows it in a notebook; else it is printed.
    """

    function: str
    method: str
    points: np.ndarray
    values: np.ndarray
    gradients: np.ndarray
    curvature_models: np.ndarray | None
    cost: np.ndarray
    converged: bool
    reason: str
    show: Callable[[], None] | None = field(default=None, repr=False)

    @classmethod
    def of(cls, states: Sequence[State], method: Method, function: str, title: str | None = None) -> Path:
        """Make the path of the states that an iteration went through; at the last it may have broken down."""
        status = float(states[-1]["status"])
        kept = states[:-1] if status == BROKE_DOWN else states
        arrays = {
            name: np.array([state[name] for state in kept]) for name in ("point", "value", "gradient", "cost")
        }
        return cls(
            function=function,
            method=title or method.name,
            points=arrays["point"],
            values=arrays["value"],
            gradients=arrays["gradient"],
            curvature_models=np.array([state[method.model] for state in kept]) if method.model else None,
            cost=arrays["cost"],
            converged=status == CONVERGED,
            reason=reason(status, len(kept) - 1, float(kept[-1]["gradient_norm"])),
        )

    @property
    def gradient_norms(self) -> np.ndarray:
        """|∇f| at each point, shape (k + 1,)."""
        with np.errstate(all="ignore"):
            return np.asarray(np.linalg.norm(self.gradients, axis=1))

    def order(self, limit: Any = None, of: str = "distance") -> Order:
        """Estimate how fast the path comes to its end.

        Parameters
        ----------
        limit : array_like or float, optional
            Where it goes, shape (n,); of values, the least. By default the last, which then counts as no error.
        of : {"distance", "value"}
            Whether the distance to the limit is measured, or how much f is larger.

        Returns
        -------
        Order
            Its ``kind``, ``value`` and ``constant``; see `hesswidget.descent.order.order_of`.

        Raises
        ------
        ProblemError
            If `of` is neither, or the limit has not one number for each variable.

        Examples
        --------
        >>> from hesswidget.descent.minimize import minimize
        >>> print(minimize(lambda x: x**4, 1.0, steps=40).order(limit=[0.0]))
        linear, each error 0.667 of the one before
        """
        if of not in ("distance", "value"):
            raise ProblemError(f"of is {of!r:.40}; it takes 'distance' or 'value'.")
        known = limit is not None
        if of == "value":
            least = float(limit) if known else float(self.values[-1])
            errors, scale = self.values - least, max(abs(least), abs(float(self.values[0]) - least))
        else:
            at = as_point(limit, "the limit") if known else self.points[-1]
            if at.shape != self.points[0].shape:
                raise ProblemError(
                    f"the limit has {len(at)} values; the path has {self.points.shape[1]} variables."
                )
            errors = np.linalg.norm(self.points - at, axis=1)
            scale = max(float(np.max(np.abs(at))), float(errors[0]))
        found = order_of(errors if known else errors[:-1], scale)
        if known or of == "value" or found.kind != "unknown":
            return found
        # The end is no limit of a path that is not there yet; its steps fall by the same ratio as what is left of it.
        steps = order_of(np.linalg.norm(np.diff(self.points, axis=0), axis=1), scale)
        return steps if steps.kind == "linear" else found

    def to_dict(self) -> dict[str, Any]:
        """Return all of it as lists, numbers and text, ready for JSON where all is finite."""
        models = None if self.curvature_models is None else self.curvature_models.tolist()
        return {
            "function": self.function,
            "method": self.method,
            "points": self.points.tolist(),
            "values": self.values.tolist(),
            "gradients": self.gradients.tolist(),
            "curvature_models": models,
            "cost": self.cost.tolist(),
            "converged": self.converged,
            "reason": self.reason,
        }

    def __getstate__(self) -> dict[str, Any]:
        return {**vars(self), "show": None}  # which does not travel

    def _ipython_display_(self) -> None:
        if self.show is None:
            raise NotImplementedError  # then IPython prints it
        self.show()

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
