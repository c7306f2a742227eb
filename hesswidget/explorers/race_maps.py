"""The maps of a race: where paths end from many starts, and what comes of them over their hyperparameters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from hesswidget.derivatives.traced import TracedFunction, TracedProblem
from hesswidget.descent import basins, ends, limit, replayed, rows, sweep
from hesswidget.descent.race import Racer
from hesswidget.explorers.replay import Recorded
from hesswidget.landscape.plane import Plane
from hesswidget.problem.controls import Range
from hesswidget.problem.problem import Problem
from hesswidget.program.program import Program
from hesswidget.second_derivative_test.tolerances import Tolerances


class RaceMaps:
    """Records what a page computes maps with, and computes them for figures.

    Parameters
    ----------
    problem : Problem
        With the hyperparameters among its parameters.
    tolerances : Tolerances
    recorded : Recorded
    racers : sequence of Racer
    steps : int
        How many each path has at most.
    swept : sequence of str
        The hyperparameters over which there is a map: none, one or two.
    """

    def __init__(
        self,
        problem: Problem,
        tolerances: Tolerances,
        recorded: Recorded,
        racers: Sequence[Racer],
        steps: int,
        swept: Sequence[str],
    ) -> None:
        self._problem, self._tolerances, self._recorded = problem, tolerances, recorded
        self._racers, self._steps, self._swept = racers, steps, tuple(swept)
        self._group = ends.grouping(len(problem.start))

    def programs(self, k: int, racer: Racer, traced: TracedProblem, advance: Program) -> dict[str, Program]:
        """Record the maps of the k-th, and how far theory has the method converge; none of what would take too long."""
        found: dict[str, Program] = {}
        if racer.fault or racer.method.source == replayed.SOURCE:
            return found
        if over_starts := rows.programs(racer.iteration, traced, advance):
            found |= {f"basin begin {k}": over_starts.begin, f"basin advance {k}": over_starts.advance}
        names = racer.iteration.names
        if self._swept and set(self._swept) <= set(names.values()):
            if swept := rows.swept(racer.iteration, traced, advance, self._swept):
                found |= {f"sweep begin {k}": swept.begin, f"sweep advance {k}": swept.advance}
            other = next((name for name in self._swept if name != names.get("rate")), None)
            is_known = names.get("rate") in self._swept
            bound = limit.program(racer.iteration, traced, other) if is_known else None
            found |= {} if bound is None else {f"limit {k}": bound}
        return {**found, "ends": self._group} if found else {}

    def basins(self, plane: Plane, parameters: Mapping[str, Any], followed: int) -> basins.BasinMap | None:
        """Return where one method's paths end from every start in a plane; None where that was not recorded."""
        found = self._rows(parameters, "basin", followed)
        if found is None or len(plane.basis) < 2:
            return None
        f = TracedFunction.of_problem(self._problem, parameters)
        return basins.mapped(found, plane, f.parameters, self._steps, self._ends_of(f, parameters))

    def swept(self, point: np.ndarray, parameters: Mapping[str, Any], followed: int) -> sweep.SweepMap | None:
        """Return what becomes of one method's path over its hyperparameters; None where that was not recorded."""
        found = self._rows(parameters, "sweep", followed)
        if found is None:
            return None
        f, racer = TracedFunction.of_problem(self._problem, parameters), self._racers[followed]
        axes = [control for a in self._swept if isinstance(control := self._problem.controls[a], Range)]

        def bound(end: np.ndarray, others: np.ndarray) -> np.ndarray:
            eigenvalues = np.linalg.eigvalsh(f.hessian(end))
            made = self._recorded.run(f"limit {followed}", parameters, eigenvalues=eigenvalues, others=others)
            return np.full(len(others), np.nan) if made is None else made["rates"]

        rate = racer.iteration.names.get("rate")
        is_known = racer.method.stable_rate is not None and rate in self._swept
        return sweep.mapped(
            found, racer.title, axes, point, f.parameters, self._steps, self._ends_of(f, parameters),
            bound if is_known else None, rate,
        )  # fmt: skip

    def _rows(self, parameters: Mapping[str, Any], kind: str, followed: int) -> rows.Rows | None:
        programs = self._recorded.at(parameters)
        names = f"{kind} begin {followed}", f"{kind} advance {followed}"
        if programs is None or names[0] not in programs.programs:
            return None
        return rows.Rows(rows.RowPrograms(*(programs.programs[name] for name in names)))

    def _ends_of(self, f: TracedFunction, parameters: Mapping[str, Any]) -> ends.Ends:
        programs, widths = self._recorded.at(parameters), self._problem.widths
        if programs is None or "ending" not in programs.programs:
            return ends.Ends(f, widths, self._tolerances)
        return ends.Ends(f, widths, self._tolerances, programs.executable("ending"))
