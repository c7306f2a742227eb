"""Searches for critical points in which each start has its own value of one parameter.

The parameter is where its slider is here: what is said of its values and of what changes with it is in the coordinate
in which the range is even, the logarithm where it is logarithmic.
"""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import autograd.numpy as anp
import numpy as np

from hesswidget.critical.multistart import recorded, start_by_start
from hesswidget.critical.newton import FLATTEST, search
from hesswidget.critical.rows import Rows
from hesswidget.derivatives.control_flow import over_rows
from hesswidget.derivatives.objective import Objective
from hesswidget.derivatives.traced import TracedFunction, TracedProblem
from hesswidget.low_discrepancy import additive_recurrence
from hesswidget.problem.blocks import Blocks
from hesswidget.problem.controls import Range
from hesswidget.problem.problem import Problem
from hesswidget.program.errors import InvalidProgram, NotRecorded
from hesswidget.program.executor import Executable
from hesswidget.program.program import Program
from hesswidget.progress import Progress, Watch, part, silent

ROWS = 256  # searched at once
STEPS = 32
STRETCH, STRETCHES = 5, 4  # steps, where each start is searched by itself
SLOW_STARTS = 16
EXACT = 1e-6  # of the box: how short the last Newton step must be
FLATTEST_DEGENERATE = 1e-9  # beside a fold, where there is no point yet, the gradient nearly vanishes too
EDGE = 1e-6  # of the box: how far outside it a point may lie
DEGENERATE = -1  # in the place of an index


@dataclass(frozen=True, eq=False)
class CriticalPointBatch(Rows):
    """Critical points, a row for each.

    Attributes
    ----------
    sliders : ndarray, shape (k,)
        Of the parameter.
    unit_points : ndarray, shape (k, n)
        In the unit cube.
    values : ndarray, shape (k,)
        Of the function.
    indices : ndarray of int, shape (k,)
        Numbers of negative eigenvalues; `DEGENERATE` where an eigenvalue is zero.
    tangents : ndarray, shape (k, n)
        How fast the points move with the parameter: ``−H⁻¹ ∂∇f/∂a``.
    errors : ndarray, shape (k,)
        The last Newton step.
    """

    sliders: np.ndarray
    unit_points: np.ndarray
    values: np.ndarray
    indices: np.ndarray
    tangents: np.ndarray
    errors: np.ndarray


class Sweep:
    """Searches of a problem for any values of one parameter at once, on a recorded program where there is one.

    Parameters
    ----------
    problem : Problem
        With a range for each variable.
    parameter : str
        One that has a range of real numbers.
    """

    def __init__(self, problem: Problem, parameter: str) -> None:
        self.joint = joint(problem, parameter)
        self.box = self.joint.box
        self._run: Executable | None = None
        with contextlib.suppress(NotRecorded, InvalidProgram):  # then each start is searched by itself
            self._run = Executable(program(TracedProblem.of(self.joint), ROWS, STEPS, EXACT))

    @property
    def is_recorded(self) -> bool:
        """Whether many starts are searched at once."""
        return self._run is not None

    def gradient_scale(self, parameters: Mapping[str, Any], progress: Progress) -> float:
        """Return the gradient's usual size in the box, beside which that of a critical point must vanish."""
        count = ROWS if self.is_recorded else SLOW_STARTS
        result = self._run_batch(additive_recurrence(count, self.box.shape[1]), parameters, progress)
        return float(np.nan_to_num(result["gradient_scale"]))

    def search(
        self,
        unit_points: np.ndarray,
        sliders: np.ndarray,
        parameters: Mapping[str, Any],
        gradient_scale: float,
        progress: Progress = silent,
    ) -> CriticalPointBatch:
        """Return what is found from starts in the unit cube, shape (k, n), at these values of the parameter, (k,).

        If `progress`, which is told the share that is searched, says not to go on, so much is left out.
        """
        low, width = self.box[0, -1], self.box[1, -1] - self.box[0, -1]
        starts = np.column_stack([unit_points, (sliders - low) / width])
        watch = Watch(progress)
        parts = [self._batch(starts[:0], sliders[:0], parameters, gradient_scale, silent)]
        for at in range(0, len(starts), ROWS):
            if not watch(at / len(starts), f"{sum(map(len, parts)):,} points found"):
                break
            rows = slice(at, at + ROWS)
            report = part(watch, at / len(starts), min(1.0, (at + ROWS) / len(starts)))
            parts.append(self._batch(starts[rows], sliders[rows], parameters, gradient_scale, report))
        return CriticalPointBatch.joined(parts)

    def _batch(
        self,
        starts: np.ndarray,
        sliders: np.ndarray,
        parameters: Mapping[str, Any],
        gradient_scale: float,
        progress: Progress,
    ) -> CriticalPointBatch:
        n = starts.shape[1] - 1
        if not len(starts):
            return CriticalPointBatch(
                sliders, starts[:, :n], sliders, sliders.astype(int), starts[:, :n], sliders
            )
        result = self._run_batch(starts, parameters, progress)
        unit_points, errors = result["unit_points"][:, :n], result["errors"]
        # The search itself measures flatness by its starts, and starts here may be critical points almost.
        is_degenerate = result["zeros"] > 1  # one of them is the parameter's
        flattest = np.where(is_degenerate, FLATTEST_DEGENERATE, FLATTEST) * gradient_scale
        rows = np.flatnonzero(
            np.isfinite(result["values"])
            & (errors <= EXACT)
            & (result["gradient_norms"] <= flattest)
            & np.all((unit_points >= -EDGE) & (unit_points <= 1 + EDGE), axis=1)
        )
        width = self.box[1] - self.box[0]
        hessians = result["hessians"][rows] * width[:n, None]
        indices = np.where(is_degenerate[rows], DEGENERATE, result["indices"][rows]).astype(int)
        return CriticalPointBatch(
            sliders[rows], unit_points[rows], result["values"][rows], indices,
            _tangents(hessians[:, :, :n] * width[:n], hessians[:, :, n]), errors[rows],
        )  # fmt: skip

    def _run_batch(
        self, starts: np.ndarray, parameters: Mapping[str, Any], progress: Progress
    ) -> dict[str, np.ndarray]:
        if self._run is None:
            return self._start_by_start(starts, parameters, progress)
        inputs = self.joint.traced_values(parameters)
        return recorded(self._run, ROWS, starts, box=self.box, parameters=inputs)

    def _start_by_start(
        self, starts: np.ndarray, parameters: Mapping[str, Any], progress: Progress
    ) -> dict[str, np.ndarray]:
        n = starts.shape[1] - 1
        objective = Objective(self.joint, {a: parameters[a] for a in self.joint.parameters})
        derivatives = objective.derivatives_or_nan
        is_free = np.arange(n + 1) < n

        def held(point: np.ndarray) -> tuple[Any, np.ndarray, np.ndarray]:
            value, gradient, hessian = derivatives(point)
            mask = is_free & is_free[:, None]
            return value, np.where(is_free, gradient, 0.0), np.where(mask, hessian, 0.0)

        result = start_by_start(held, starts, self.box, STRETCH, STRETCHES, EXACT, progress)
        result["hessians"] = np.array([derivatives(x)[2][:n] for x in result["points"]])
        return result


def program(traced: TracedProblem, rows: int, steps: int, arrived: float) -> Program:
    """Record a search in which each start has a last coordinate of its own, which stays as it is.

    Inputs and outputs are those of `hesswidget.critical.newton.program`; besides ``hessians``, (rows, n − 1, n), by the
    last coordinate too.
    """
    box = traced.problem.box
    n = box.shape[1]
    is_free = np.arange(n) < n - 1

    def build(f: TracedFunction, starts: Any, box: Any) -> dict[str, Any]:
        def free_rows(point: Any, parameters: Any) -> Any:
            return f.at(parameters).hvps(point, np.eye(n)[: n - 1])

        def held(point: Any, parameters: Any) -> tuple[Any, Any, Any]:
            value, gradient = f.at(parameters).value_and_gradient(point)
            hessian = anp.where(is_free, free_rows(point, parameters), 0.0)
            return value, anp.where(is_free, gradient, 0.0), anp.concatenate([hessian, np.zeros((1, n))])

        result = search(held, starts, box, (f.parameters,), steps, arrived)
        return {**result, "hessians": over_rows(free_rows, result["points"], shared=(f.parameters,))}

    return traced.record(build, starts=additive_recurrence(rows, n), box=box)


def joint(problem: Problem, parameter: str) -> Problem:
    """Return the problem of which the slider of one parameter is the last coordinate."""
    control = problem.controls[parameter]
    assert isinstance(control, Range)
    ends = control.to_slider(control.minimum), control.to_slider(control.maximum)
    slider = Range(parameter, control.to_slider(problem.parameters[parameter]), *ends, control.step)
    rest = {a: c for a, c in problem.controls.items() if a != parameter}
    arguments, name = problem.arguments, "variables and parameter"  # which is nobody's argument

    start = np.array([*problem.start, slider.value])

    def function(point: Any, **parameters: Any) -> Any:
        return Objective(problem, {**parameters, parameter: control.from_slider_traced(point[-1])})(
            point[:-1]
        )

    return replace(
        problem,
        arguments=replace(arguments, function=function, variables=(name,), positional=(name,)),
        blocks=Blocks.of({name: start}),
        start=start,
        parameters={a: v for a, v in problem.parameters.items() if a != parameter},
        ranges=(*problem.ranges, slider),
        controls=rest,
    )


def _tangents(hessians: np.ndarray, mixed: np.ndarray) -> np.ndarray:
    """Solve ``H t = −m`` for each row; zero where H has no inverse."""
    tangents = np.zeros_like(mixed)
    for k, (hessian, gradient) in enumerate(zip(hessians, mixed, strict=True)):
        try:
            tangent = -np.linalg.solve(hessian, gradient)
        except np.linalg.LinAlgError:
            continue
        if np.all(np.isfinite(tangent)):
            tangents[k] = tangent
    return tangents
