"""Where a training ends with what regularizes it, and where it ends without: what the explorer of that shows."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np

from hesswidget.derivatives.traced import TracedFunction, TracedProblem
from hesswidget.descent.outcome import goes_on
from hesswidget.descent.race import Racer
from hesswidget.descent.runner import Runner
from hesswidget.explorers import frame
from hesswidget.explorers.kernel import KernelFrames
from hesswidget.explorers.replay import ProgramSet, Recorded
from hesswidget.explorers.view_state import ViewState
from hesswidget.landscape.plane import Plane
from hesswidget.models.model import Model
from hesswidget.problem.problem import Problem
from hesswidget.program.bounds import TRAINING_WORK
from hesswidget.program.errors import NotRecorded
from hesswidget.program.executor import Executable
from hesswidget.program.program import Program
from hesswidget.program.records import by_name
from hesswidget.second_derivative_test.tolerances import Tolerances
from hesswidget.training import solution
from hesswidget.training.decay import DECAY
from hesswidget.training.loss import Decayed
from hesswidget.training.regularization import STEPS, WAYS, Regularized, plain, way_of

SECONDS_MOVING, SECONDS_AT_REST = 0.15, 6.0  # how long the kernel may train for a picture
MOMENTS = 100  # at which losses are known, at most, besides the start
PLAIN = "plain_"
"""Before the names of what is known of the training that nothing regularizes:"""
COMPARED = (
    "eigenvalues", "condition_number", "train_loss", "test_loss", "weights", "fit", "moments", "train_losses",
    "test_losses", "count", "status",
)  # fmt: skip


class RegularizedFrames(KernelFrames):
    """The `Computation` of two trainings. Twin of ``frontend/engine/regularized.ts``.

    Parameters
    ----------
    problem : Problem
        Of the model's loss without a penalty, with what regularizes among its parameters.
    tolerances : Tolerances
    recorded : Recorded
    racer : Racer
        The method.
    model : Model
    steps : int
        How many are taken at most.
    """

    saved_with: ClassVar[str] = "Each was trained by the kernel."

    def __init__(
        self,
        problem: Problem,
        tolerances: Tolerances,
        recorded: Recorded,
        racer: Racer,
        model: Model,
        steps: int,
    ) -> None:
        super().__init__(problem, tolerances, recorded)
        self._model, self._steps = model, steps
        self.grid = solution.Grid.of(model)
        of = racer.iteration
        self._ways = [Regularized(of.method, of.held, of.names, 0.0, model, parts) for parts in WAYS]
        self._plain: tuple[Any, dict[str, np.ndarray]] | None = None

    def programs(self, traced: TracedProblem) -> dict[str, Program]:
        """Record how a training begins and goes on with each part of what regularizes, and what is shown of its end."""
        start = traced.problem.start
        recorded = {
            "frame": frame.program(traced, self._tolerances),
            "losses": traced.record(lambda f, point: solution.losses(self._model, f, point), point=start),
            "solution": traced.record(self._solved, point=start),
        }
        for k, way in enumerate(self._ways):
            begin, advance = way.programs(traced)
            if advance.work * self._steps > TRAINING_WORK:
                raise NotRecorded(
                    f"{self._steps:,} steps take up to {advance.work * self._steps:.1e} operations, which would keep a "
                    f"page busy for minutes; the kernel is quicker"
                )
            recorded |= {f"begin {k}": begin, f"advance {k}": advance}
        return recorded

    def compute(
        self, point: np.ndarray, parameters: Mapping[str, Any], shown: Problem, seen: ViewState | None = None
    ) -> dict[str, np.ndarray]:
        """Train from a point, with and without what regularizes."""
        return self.trained(point, parameters, SECONDS_AT_REST)

    def landscape_at(
        self, point: np.ndarray, parameters: Mapping[str, Any], shown: Problem, seen: ViewState | None = None
    ) -> None:
        """There is none."""

    def trained(
        self, point: np.ndarray, parameters: Mapping[str, Any], seconds: float = np.inf
    ) -> dict[str, np.ndarray]:
        """Return where both trainings from a point lead.

        Parameters
        ----------
        point : ndarray, shape (n,)
            Where both start.
        parameters : dict
        seconds : float
            How long it may take; trainings are cut short then. By default they are whole.

        Returns
        -------
        dict of ndarray
            Of where the training ends those of `hesswidget.explorers.frame.frame`, of the loss with its weight decay,
            and of `hesswidget.training.solution.solution`; ``count``, how many steps there were, and ``status``, how
            it stands; and at some of these steps, ``moments``, the losses, ``train_losses`` and ``test_losses``, all
            (k,). Some of them of what nothing regularizes too, under names that begin with ``plain_``.
        """
        without = plain(parameters, len(self._model.train), self._steps)
        key = point.tobytes(), self._problem.traced_values(without).tobytes()
        known = self._plain[1] if self._plain is not None and self._plain[0] == key else None
        if known is None:
            known = self._training(point, without, seconds / 2)
            if is_whole(known, without):
                self._plain = (key, known)
        found = self._training(point, parameters, seconds / 2)
        return {**found, **{PLAIN + name: known[name] for name in COMPARED}}

    def _training(
        self, point: np.ndarray, parameters: Mapping[str, Any], seconds: float
    ) -> dict[str, np.ndarray]:
        until, values = time.perf_counter() + seconds, self._problem.traced_values(parameters)
        programs = self._recorded.at(parameters)
        traced = TracedProblem.of(self._problem, parameters)
        k = way_of(parameters, len(self._model.train))
        recorded: tuple[Executable, Executable] | None = None
        if programs is not None:
            recorded = programs.executable(f"begin {k}"), programs.executable(f"advance {k}")
        runner = Runner(self._ways[k], traced, recorded)
        steps = round(parameters[STEPS])
        every = max(1, -(-steps // MOMENTS))
        state = last = runner.begin(point, values)
        status, count, met = float(state["status"]), 0, []
        while True:
            if count % every == 0 or count == steps:
                there = self._run(programs, "losses", traced, values, state["point"])
                met.append((float(count), float(there["train_loss"]), float(there["test_loss"])))
            if not goes_on(status) or count == steps or time.perf_counter() > until:
                break
            state = runner.advance(state, values)
            status = float(state["status"])
            if np.isfinite(state["point"]).all() and np.isfinite(state["value"]):
                last, count = state, count + 1
        moments, train, test = np.array(met).T
        found = self._run(programs, "solution", traced, values, last["point"])
        return {
            **found,
            **{"moments": moments, "train_losses": train, "test_losses": test},
            **{"count": np.array(float(count)), "status": np.array(status)},
        }

    def _run(
        self, programs: ProgramSet | None, name: str, traced: TracedProblem, values: np.ndarray, point: Any
    ) -> dict[str, np.ndarray]:
        if programs is not None:
            return programs.run(name, point=point, parameters=values)
        f = TracedFunction(traced, values)
        with np.errstate(all="ignore"):
            made = solution.losses(self._model, f, point) if name == "losses" else self._solved(f, point)
        return {a: np.asarray(x, dtype=float) for a, x in by_name(made).items()}

    def _solved(self, f: TracedFunction, point: Any) -> dict[str, Any]:
        """Return the frame of the loss with its weight decay at a point, and what is shown besides."""
        amounts, problem = f.values, self._problem
        decayed = Decayed.of(f, DECAY)
        plane = Plane.first(problem, problem.start)
        made = frame.frame(
            point, *decayed.derivatives(point), plane.origin, plane.basis, plane.ends,
            self._tolerances, decayed.gradient, problem, f.branch_beside(point),
        )  # fmt: skip
        shown = solution.solution(self._model, self.grid, f, point, amounts[DECAY], amounts["input_noise"])
        return {**by_name(made), **shown}


def is_whole(training: Mapping[str, np.ndarray], parameters: Mapping[str, Any]) -> bool:
    """Whether a training has come to its end, rather than to that of the time that it had."""
    return bool(training["count"] == round(parameters[STEPS]) or not goes_on(training["status"]))
