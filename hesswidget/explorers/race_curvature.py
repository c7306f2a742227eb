"""What is measured of the curvature along the paths of a race, every so many steps."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from hesswidget.derivatives.blas import one_blas_thread
from hesswidget.derivatives.recorder import record
from hesswidget.derivatives.traced import COVERED, TracedProblem
from hesswidget.descent.method import State
from hesswidget.descent.race import Racer
from hesswidget.descent.runner import Anywhere
from hesswidget.descent.scipys import PREFIX
from hesswidget.explorers.replay import ProgramSet
from hesswidget.program.bounds import RACE
from hesswidget.program.executor import Executable
from hesswidget.program.program import Program
from hesswidget.training.measurement import QUANTITIES, Measurement, first_vectors
from hesswidget.training.phases import seen_of_all

RATIO = QUANTITIES.index("ratio")


class RaceCurvature:
    """Measures at the start of each path, after so many steps again and again, and at its end.

    Parameters
    ----------
    racers : sequence of Racer
    steps : int
        How many each path has at most.
    every : int
        After how many curvature is measured again.
    """

    def __init__(self, racers: Sequence[Racer], steps: int, every: int) -> None:
        self._racers, self.every = tuple(racers), every
        self._most = steps // every + 2
        several, many = np.ones(len(self._racers)), np.ones((len(self._racers), self._most))
        values = np.ones((len(self._racers), steps + 1))

        def phases(values: Any, counts: Any, statuses: Any, curvature_steps: Any, curvature: Any) -> Any:
            return seen_of_all(values, counts, statuses, curvature_steps, curvature[:, :, RATIO])

        seen = record(
            phases,
            values=values,
            counts=several,
            statuses=several,
            curvature_steps=many,
            curvature=np.ones((*many.shape, len(QUANTITIES))),
        )
        self._see = Executable(seen)

    def programs(self, traced: TracedProblem, begun: Sequence[Program]) -> dict[str, Program]:
        """Record how each path is measured, and what is seen along them.

        Raises
        ------
        NotRecorded
            If the function or a method cannot be written down.
        """
        measured = {
            f"measure {k}": Measurement(racer.iteration).program(traced, begun[k])
            for k, racer in enumerate(self._racers)
        }
        return {**measured, "phases": self._see.program}

    def meter(
        self, k: int, f: Anywhere, programs: ProgramSet | None
    ) -> Callable[[int, State], tuple[int, np.ndarray]]:
        """Return what measures along a path, one state after another: its step, and what `QUANTITIES` names, (q,)."""
        racer = self._racers[k]
        measurement = Measurement(racer.iteration)
        vectors: Any = None
        name = f"measure {k}"
        run = programs.executable(name) if programs is not None and name in programs.programs else None

        def measure(step: int, state: State) -> tuple[int, np.ndarray]:
            nonlocal vectors
            if racer.method.name.startswith(PREFIX):
                return step, np.full(len(QUANTITIES), np.nan)
            if vectors is None:
                vectors = first_vectors(len(state["point"]))
            found: Mapping[str, Any] = {}
            for _ in range(RACE.measurements):
                found = once(state)
                if np.isfinite(found["vectors"]).all():
                    vectors = found["vectors"]
                if not found["again"]:
                    break
            return step, np.asarray(found["measured"])

        def once(state: State) -> Mapping[str, Any]:
            with one_blas_thread(), np.errstate(all="ignore"):
                if run is not None:
                    found = run(**state, vectors=vectors, parameters=f.parameters)
                    if found.get(COVERED, 1.0) > 0:
                        return found
                try:
                    return measurement.at(f, state, vectors)
                except Exception:  # a function may raise what it likes outside of its domain
                    return {"measured": np.full(len(QUANTITIES), np.nan), "vectors": np.nan, "again": 0.0}

        return measure

    def is_due(self, step: int) -> bool:
        """Whether curvature is measured at a step of a path that goes on."""
        return step % self.every == 0

    def arrays(
        self,
        met: Sequence[Sequence[tuple[int, np.ndarray]]],
        padded: Mapping[str, np.ndarray],
        statuses: np.ndarray,
    ) -> dict[str, np.ndarray]:
        """Return what was met along each path, NaN beyond its end, and what is seen there."""
        steps = np.full((len(met), self._most), np.nan)
        curvature = np.full((*steps.shape, len(QUANTITIES)), np.nan)
        for k, rows in enumerate(met):
            for i, (step, measured) in enumerate(rows):
                steps[k, i], curvature[k, i] = step, measured
        found = {"curvature_steps": steps, "curvature": curvature}
        seen = self._see(values=padded["path_values"], counts=padded["counts"], statuses=statuses, **found)
        return {**found, **seen}
