"""A problem's programs: value, gradient, Hessian and products with it; and what an explorer shows.

The traced inputs are ``point``, shape (n,), and ``parameters``, the parameters that are real numbers. What else an
argument is set to (a choice, a truth, a whole number, an array) is part of the program.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import autograd.numpy as anp
import numpy as np

from hesswidget.critical.newton import search
from hesswidget.curvature import Tolerances
from hesswidget.derivatives.autograd import gradient, value_and_gradient, vjp
from hesswidget.derivatives.control_flow import over_rows
from hesswidget.derivatives.objective import Objective
from hesswidget.derivatives.recorder import record
from hesswidget.explorers.frame import frame
from hesswidget.landscape.plane import Plane, place_on
from hesswidget.landscape.sampling import contour_levels, extreme_eigenvalues
from hesswidget.low_discrepancy import additive_recurrence
from hesswidget.problem.problem import Problem
from hesswidget.program import batching
from hesswidget.program.program import Program

TILE = 1_024  # rows that a tile of the landscape has at most


class Recording:
    """Records the programs of one problem with its parameters at given values.

    Parameters
    ----------
    problem : Problem
    names : sequence of str
        The parameters that become inputs.
    point : ndarray, shape (n,)
        An example.
    values : dict
        A value for every parameter; those not among `names` are fixed at it.

    Raises
    ------
    NotRecorded
        From each method, if the function cannot be written down.
    """

    def __init__(
        self, problem: Problem, names: Sequence[str], point: np.ndarray, values: Mapping[str, Any]
    ) -> None:
        self.problem, self.names, self.values = problem, tuple(names), dict(values)
        self._examples = {
            "point": np.array(point, dtype=float),
            "parameters": np.array([float(values[a]) for a in names]),
        }

    def _objective(self, parameters: Any) -> Objective:
        inputs = {a: parameters[k] for k, a in enumerate(self.names)}
        return Objective(self.problem, {**self.values, **inputs})

    def value(self) -> Program:
        """Record the value: output ``value``."""
        return record(
            lambda point, parameters: {"value": self._objective(parameters)(point)}, **self._examples
        )

    def slope(self) -> Program:
        """Record value and gradient: outputs ``value`` and ``gradient``."""
        return record(
            lambda point, parameters: dict(
                zip(("value", "gradient"), self._value_and_gradient(point, parameters), strict=True)
            ),
            **self._examples,
        )

    def product(self) -> Program:
        """Record a Hessian-vector product: a third input ``vector`` and the output ``product``."""
        return record(
            lambda point, parameters, vector: {"product": self._product(vector, point, parameters)},
            **self._examples,
            vector=np.ones(len(self._examples["point"])),
        )

    def curvature(self) -> Program:
        """Record outputs ``value``, ``gradient`` and ``hessian``."""
        return record(
            lambda point, parameters: dict(
                zip(("value", "gradient", "hessian"), self._derivatives(point, parameters), strict=True)
            ),
            **self._examples,
        )

    def frame(self, tolerances: Tolerances) -> Program:
        """Record all of `hesswidget.explorers.frame.frame`: further inputs ``origin``, ``basis`` and ``ends``."""

        def made(point: Any, parameters: Any, origin: Any, basis: Any, ends: Any) -> dict[str, Any]:
            derivatives = self._derivatives(point, parameters)
            return frame(
                point, *derivatives, origin, basis, ends, tolerances,
                lambda x: self._value_and_gradient(x, parameters)[1], self.problem,
            )  # fmt: skip

        plane = self._plane()
        return record(made, **self._examples, origin=plane.origin, basis=plane.basis, ends=plane.ends)

    def tile(self) -> Program:
        """Record values of the landscape: output ``values``, (rows,).

        Its inputs are ``parameters``, ``origin``, ``basis`` and ``places``, of shape (k, rows).
        """
        return self._over_places("values", lambda point, parameters: self._objective(parameters)(point))

    def definiteness(self) -> Program:
        """Record the Hessian's extreme eigenvalues on the landscape: output ``extremes``, (rows, 2)."""
        return self._over_places(
            "extremes",
            lambda point, parameters: extreme_eigenvalues(self._derivatives(point, parameters)[2]),
        )

    def _over_places(self, output: str, function: Callable[[Any, Any], Any]) -> Program:
        """Record a function of point and parameters over places in a slice."""
        plane = self._plane()
        k = len(plane.basis)
        shared = {"parameters": self._examples["parameters"], "origin": plane.origin, "basis": plane.basis}

        def of_row(row: Any, parameters: Any, origin: Any, basis: Any) -> Any:
            return function(place_on(origin, basis, [row[i] for i in range(k)]), parameters)

        single = record(lambda **x: {output: of_row(**x)}, row=np.zeros(k), **shared)
        rows = batching.chunk_of(single, TILE, (True, False, False, False))

        def made(parameters: Any, origin: Any, basis: Any, places: Any) -> dict[str, Any]:
            given = (parameters, origin, basis)
            return {output: over_rows(of_row, anp.transpose(places), shared=given)}

        return record(made, **shared, places=np.zeros((k, rows)))

    def _plane(self) -> Plane:
        """Return the slice that a picture starts with."""
        return Plane.first(self.problem, self._examples["point"])

    def search(self, rows: int, steps: int, arrived: float) -> Program:
        """Record `hesswidget.critical.newton.search` from `rows` starts: further inputs ``starts`` and ``box``."""
        n = len(self._examples["point"])

        def made(starts: Any, box: Any, parameters: Any) -> dict[str, Any]:
            return search(self._derivatives, starts, box, (parameters,), steps, arrived)

        box = np.array([[r.minimum for r in self.problem.ranges], [r.maximum for r in self.problem.ranges]])
        starts = additive_recurrence(rows, n)
        return record(made, starts=starts, box=box, parameters=self._examples["parameters"])

    def sweep(self, rows: int, steps: int, arrived: float) -> Program:
        """Record a search in which each start has a last coordinate of its own, which stays as it is.

        Inputs and outputs are those of `search`; besides ``hessians``, (rows, n − 1, n), by the last coordinate too.
        """
        n = len(self._examples["point"])

        def curved(point: Any, parameters: Any) -> Any:
            return over_rows(self._product, np.eye(n)[: n - 1], shared=(point, parameters))

        def held(point: Any, parameters: Any) -> tuple[Any, Any, Any]:
            value, slope = self._value_and_gradient(point, parameters)
            is_free = np.arange(n) < n - 1
            hessian = anp.where(is_free, curved(point, parameters), 0.0)
            return value, anp.where(is_free, slope, 0.0), anp.concatenate([hessian, np.zeros((1, n))])

        def made(starts: Any, box: Any, parameters: Any) -> dict[str, Any]:
            found = search(held, starts, box, (parameters,), steps, arrived)
            return {**found, "hessians": over_rows(curved, found["points"], shared=(parameters,))}

        box = np.array([[r.minimum for r in self.problem.ranges], [r.maximum for r in self.problem.ranges]])
        starts = additive_recurrence(rows, n)
        return record(made, starts=starts, box=box, parameters=self._examples["parameters"])

    def slopes(self, rows: int) -> Program:
        """Record gradients at many points: inputs ``points``, (rows, n), and ``parameters``, output ``gradients``."""

        def made(points: Any, parameters: Any) -> dict[str, Any]:
            return {
                "gradients": over_rows(
                    lambda x, parameters: self._value_and_gradient(x, parameters)[1],
                    points,
                    shared=(parameters,),
                )
            }

        points = np.tile(self._examples["point"], (rows, 1))
        return record(made, points=points, parameters=self._examples["parameters"])

    def _value_and_gradient(self, point: Any, parameters: Any) -> tuple[Any, Any]:
        return value_and_gradient(self._objective(parameters), point)

    def _product(self, vector: Any, point: Any, parameters: Any) -> Any:
        return vjp(gradient(self._objective(parameters)), point)[1](vector)

    def _derivatives(self, point: Any, parameters: Any) -> tuple[Any, Any, Any]:
        directions = np.eye(len(self._examples["point"]))
        hessian = over_rows(self._product, directions, shared=(point, parameters))
        return (*self._value_and_gradient(point, parameters), hessian)


def levels(count: int) -> Program:
    """Record the contour levels of `count` values: input ``values``, output ``levels``."""
    return record(lambda values: {"levels": contour_levels(values)}, values=np.arange(float(count)))
