"""Frames at one step of one of several paths, with all of the paths: what a race of descent methods shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import autograd.numpy as anp
import numpy as np

from hesswidget.appearance import LABELS
from hesswidget.derivatives.objective import Objective
from hesswidget.derivatives.traced import COVERED, TracedFunction, TracedProblem
from hesswidget.descent import convergence, ending, microscope, proposal, span
from hesswidget.descent.method import State
from hesswidget.descent.proposal import NextStep, Proposal
from hesswidget.descent.race import Racer
from hesswidget.descent.runner import Anywhere
from hesswidget.errors import ProblemError
from hesswidget.explorers.frame import frame_of_numbers
from hesswidget.explorers.kernel import KernelFrames
from hesswidget.explorers.race_curvature import RATIO, RaceCurvature
from hesswidget.explorers.race_maps import RaceMaps
from hesswidget.explorers.race_paths import SECONDS_AT_REST, RacePaths
from hesswidget.explorers.replay import Recorded
from hesswidget.explorers.view_state import PATHS, ViewState, is_along
from hesswidget.landscape.plane import Plane
from hesswidget.problem.problem import Problem
from hesswidget.program.errors import NotRecorded
from hesswidget.program.executor import Executable
from hesswidget.program.program import Program
from hesswidget.second_derivative_test.tolerances import Tolerances
from hesswidget.spectra import filters
from hesswidget.training.measurement import first_vectors


class RaceFrames(KernelFrames):
    """The `Computation` of a race. Twin of ``frontend/engine/race.ts``.

    Parameters
    ----------
    problem : Problem
        With the hyperparameters among its parameters.
    tolerances : Tolerances
    recorded : Recorded
    racers : sequence of Racer
    steps : int
        How many each path has at most.
    sweep : sequence of str
        The hyperparameters over which there is a map: none, one or two.
    curvature_every : int, optional
        After how many steps curvature is measured along the paths, if it is.

    Attributes
    ----------
    following : RacePaths
    maps : RaceMaps
    """

    saved_with: ClassVar[str] = (
        "All paths are whole in it; Hessian and model are those of one step of one of them."
    )

    def __init__(
        self,
        problem: Problem,
        tolerances: Tolerances,
        recorded: Recorded,
        racers: Sequence[Racer],
        steps: int,
        sweep: Sequence[str] = (),
        curvature_every: int | None = None,
    ) -> None:
        super().__init__(problem, tolerances, recorded)
        self._racers, self._steps = tuple(racers), steps
        n = len(problem.start)
        self._compare = Executable(microscope.program(n))
        self._converge = Executable(convergence.program(len(self._racers), steps + 1, n))
        spans = span.program(len(self._racers), steps + 1, problem.box)
        self._span = None if spans is None else Executable(spans)
        self._spanned: tuple[Any, Plane] | None = None
        at_random = filters.program(problem.blocks)
        self._at_random = None if at_random is None else Executable(at_random)
        self._curvature = (
            None if curvature_every is None else RaceCurvature(self._racers, steps, curvature_every)
        )
        self.following = RacePaths(problem, tolerances, recorded, self._racers, steps, self._curvature)
        self.maps = RaceMaps(problem, tolerances, recorded, self._racers, steps, sweep)

    def programs(self, traced: TracedProblem) -> dict[str, Program]:
        """Record how each path begins and goes on, how they converge, up to which rates, the microscopes, and the maps.

        Maps are left out of what would take a page too long.

        Raises
        ------
        NotRecorded
            If a method or the function cannot be written down.
        """
        n = len(traced.problem.start)
        recorded = {
            "convergence": self._converge.program,
            "microscope": self._compare.program,
            "stability": traced.record(self._stability, eigenvalues=np.ones(n)),
        }
        if self._span is not None:
            recorded["span"] = self._span.program
        if self._at_random is not None:
            recorded["random plane"] = self._at_random.program
        if judge := ending.program(traced, self._tolerances):
            recorded["ending"] = judge
            recorded["end tested"] = ending.program_of_test(traced, self._tolerances)
        begun = []
        for k, racer in enumerate(self._racers):
            begin, advance = racer.iteration.programs(traced)
            begun.append(begin)
            recorded[f"begin {k}"], recorded[f"advance {k}"] = begin, advance
            recorded[f"proposal {k}"] = proposal.program(racer.iteration, traced, begin)
            recorded |= self.maps.programs(k, racer, traced, advance)
        if self._curvature is not None:
            recorded |= self._curvature.programs(traced, begun)
        return recorded

    def tables(self, n: int) -> dict[str, np.ndarray]:
        """Return what measuring the curvature of n variables begins with, where it is measured."""
        return {} if self._curvature is None else {"vectors": first_vectors(n)}

    def _stability(self, f: TracedFunction, eigenvalues: Any) -> dict[str, Any]:
        rates = [racer.iteration.stable_rate(f, eigenvalues[-1]) for racer in self._racers]
        best = [racer.iteration.best(f, eigenvalues) for racer in self._racers]
        found = {f"best_{name}": anp.array([one[name] for one in best]) for name in ("rate", "momentum")}
        return {"stable_rates": anp.array(rates), **found}

    def compute(
        self,
        point: np.ndarray,
        parameters: Mapping[str, Any],
        shown: Problem,
        seen: ViewState | None = None,
    ) -> dict[str, np.ndarray]:
        """Return all paths, and the frame at the step of the path that is looked at; the first one's end by default."""
        look, plane = seen or ViewState(), self.plane_at(point, parameters, shown, seen)
        return self.race(point, parameters, plane, look.followed, look.step)

    def plane_at(
        self, point: np.ndarray, parameters: Mapping[str, Any], shown: Problem, seen: ViewState | None
    ) -> Plane:
        """Return where a picture lies that is saved: in the first slice, or where its own paths move most."""
        if not is_along(seen, PATHS):
            return Plane.first(shown, point)
        key = (point.tobytes(), repr(self._problem.on_wire(parameters)))
        if self._spanned is None or self._spanned[0] != key:
            self._spanned = (key, self.plane(shown, point, parameters))
        return self._spanned[1]

    def race(
        self,
        point: np.ndarray,
        parameters: Mapping[str, Any],
        plane: Plane,
        followed: int = 0,
        step: int | None = None,
        seconds: float = SECONDS_AT_REST,
    ) -> dict[str, np.ndarray]:
        """Return all paths from a point, and the frame at a step of the one that is followed.

        Parameters
        ----------
        point : ndarray, shape (n,)
        parameters : dict
        plane : Plane
        followed : int
            Which path.
        step : int, optional
            Which of its steps, or the last, where it has no more; by default the last.
        seconds : float
            How long it may take; paths are cut short then.

        Returns
        -------
        dict of ndarray
            Those of `hesswidget.explorers.frame.frame`; ``path_points`` and ``path_gradients`` (m, L, n),
            ``path_values``, ``path_gradient_norms`` and ``path_costs`` (m, L), NaN beyond a path's end, ``statuses``
            and ``counts`` (m,), ``path_ends`` (m,), the last point's label, a place in
            `hesswidget.appearance.LABELS`, and ``path_limits`` (m, n), see `hesswidget.descent.ending.limit`, NaN where
            it is not judged; those of `hesswidget.descent.convergence.convergence`; and ``curvature_model``,
            ``difference``, ``model_eigenvalues`` and ``secant_residual``, NaN where there is no model; the method's
            ``gauges`` and ``series``, empty where it has none; ``stable_rates`` (m,), see `Iteration.stable_rate`,
            ``best_rate`` and ``best_momentum`` (m,), see `Iteration.best`; and
            those of `hesswidget.descent.proposal.looked_at`, of the step that comes next. Where curvature is measured,
            ``curvature_steps`` (m, k) and ``curvature`` (m, k, q) by `hesswidget.training.measurement.QUANTITIES`, and
            what `hesswidget.training.phases.seen_of_all` tells of them.
            Of three variables and more also those of `hesswidget.descent.span.spanned` and, at the step,
            `hesswidget.spectra.filters.random_plane`.
        """
        races, taken, met = self.following.followed(point, parameters, followed, step, seconds)
        states = races[followed]
        at = len(states) - 1 if step is None else min(step, len(states) - 1)
        n, method = len(point), self._racers[followed].method
        arrays = self.frame(states[at]["point"], parameters, plane)
        seen: dict[str, Any] = {
            "curvature_model": np.full((n, n), np.nan),
            "difference": np.full((n, n), np.nan),
            "model_eigenvalues": np.full(n, np.nan),
            "secant_residual": np.array(np.nan),
            "followed": np.array(float(followed)),
            "at": np.array(float(at)),
            "gauges": np.array([taken[name] for name in method.gauges]),
            "series": taken.get(method.series or "", np.zeros(0)),
        }
        f = self.following.function(parameters)
        is_off = not np.isfinite(arrays["value"])  # then theory is asked about the start
        curvatures = self.frame(point, parameters, plane) if is_off else arrays
        seen |= self._stability(f, curvatures["eigenvalues"])
        seen |= self._proposal(followed, f, parameters, taken, plane)
        if np.isfinite(seen["curvature_model"]).all():
            before = states[max(at - 1, 0)]
            seen |= self._compare(
                model=seen["curvature_model"],
                hessian=arrays["hessian"],
                step=states[at]["point"] - before["point"],
                change=states[at]["gradient"] - before["gradient"],
            )
        padded = _padded(races, self._steps + 1) | self._ends(f, races)
        left = self._converge(
            points=padded["path_points"],
            values=padded["path_values"],
            gradient_norms=padded["path_gradient_norms"],
            counts=padded["counts"],
            limits=padded["path_limits"],
        )
        if self._curvature is not None:
            left |= self._curvature.arrays(met, padded, padded["statuses"])
        spans = {} if self._span is None else self._span(start=point, points=padded["path_points"])
        at_random = {} if self._at_random is None else self._at_random(point=states[at]["point"])
        return {**arrays, **padded, **left, **spans, **at_random, **seen}

    def frame(self, point: np.ndarray, parameters: Mapping[str, Any], plane: Plane) -> dict[str, np.ndarray]:
        """Return the frame at a point; where the function raises, as at the end of a path, that of no number."""
        try:
            return super().frame(point, parameters, plane)
        except ProblemError:
            n = len(point)
            unknown = np.nan, np.full(n, np.nan), np.full((n, n), np.nan)
            slope = Objective(self._problem, parameters).gradient_or_nan
            return frame_of_numbers(point, *unknown, plane, self._tolerances, slope, self._problem)

    @staticmethod
    def next_step(found: Mapping[str, np.ndarray]) -> NextStep:
        """Return what a picture at a step of a path shows of the one that comes next, of what `race` found."""
        followed, at = int(found["followed"]), int(found["at"])
        points = found["path_points"][followed]
        is_last = at + 1 >= found["counts"][followed]
        made = Proposal(*(found[name] for name in Proposal._fields))
        ahead = np.full(points.shape[1], np.nan) if is_last else points[at + 1] - points[at]
        here = points[at], float(found["path_values"][followed, at])
        return NextStep(followed, *here, found["ascent"], None if is_last else made, ahead)

    def _proposal(
        self,
        followed: int,
        f: TracedFunction,
        parameters: Mapping[str, Any],
        state: State,
        plane: Plane,
    ) -> dict[str, np.ndarray]:
        """Return what the next step from a state is made of; NaN where it cannot be looked at, as SciPy's."""
        racer, lies = (
            self._racers[followed],
            {"origin": plane.origin, "basis": plane.basis, "ends": plane.ends},
        )
        programs = self._recorded.at(parameters)
        if programs is not None:
            made = programs.run(f"proposal {followed}", **state, **lies, parameters=f.parameters)
            if made.pop(COVERED, 1.0) > 0:
                return made
        try:
            with np.errstate(all="ignore"):
                found = proposal.looked_at(racer.iteration, Anywhere(f.traced, f.parameters), state, **lies)
        except (ProblemError, NotRecorded, np.linalg.LinAlgError):
            found = proposal.none(racer.iteration, state["point"], plane.basis)
        return {name: np.asarray(array, dtype=float) for name, array in found.items()}

    def _ends(self, f: TracedFunction, races: Sequence[Sequence[State]]) -> dict[str, np.ndarray]:
        """Return how each path stands, now that its end has been judged, that end's label, and what it comes to."""
        found = [
            self.following.judged(f, float(states[-1]["status"]), states[-1]["point"][None])
            for states in races
        ]
        unknown = np.full(len(races[0][-1]["point"]), np.nan)
        return {
            "statuses": np.array([end.status for end in found]),
            "path_ends": np.array([LABELS.index(end.label) if end.label else np.nan for end in found]),
            "path_limits": np.array([unknown if end.limit is None else end.limit for end in found]),
        }

    def plane(self, shown: Problem, point: np.ndarray, parameters: Mapping[str, Any]) -> Plane:
        """Return the plane through a start in which its paths move most; the first slice where none was recorded."""
        first = Plane.first(shown, point)
        if self._span is None:
            return first
        races, _, _ = self.following.followed(point, parameters, 0, None, SECONDS_AT_REST, measures=False)
        found = self._span(start=point, points=_padded(races, self._steps + 1)["path_points"])
        names = [f"principal {k + 1} ({100 * share:.0f} %)" for k, share in enumerate(found["shares"])]
        return Plane(point, found["basis"], found["ends"], tuple(names))

    def random_plane(
        self, shown: Problem, point: np.ndarray, parameters: Mapping[str, Any], seen: ViewState
    ) -> Plane:
        """Return the plane of two random directions through the step that is looked at; the first slice of a pair."""
        first = Plane.first(shown, point)
        if self._at_random is None:
            return first
        found = self.race(point, parameters, first, seen.followed, seen.step)
        at = found["path_points"][seen.followed, int(found["at"])]
        return Plane(at, found["random_basis"], found["random_ends"], filters.NAMES)

    @property
    def curvature_every(self) -> int:
        """After how many steps curvature is measured; 0 where it is not."""
        return 0 if self._curvature is None else self._curvature.every

    @staticmethod
    def ratios(found: Mapping[str, np.ndarray]) -> list[tuple[np.ndarray, np.ndarray]] | None:
        """Return at which steps of each path `race` measured curvature, if it did, and sharpness / threshold there."""
        if "curvature" not in found:
            return None
        along = zip(found["curvature_steps"], found["curvature"][:, :, RATIO], strict=True)
        return [(steps[np.isfinite(steps)], ratio[np.isfinite(steps)]) for steps, ratio in along]


def _padded(races: Sequence[Sequence[State]], length: int) -> dict[str, np.ndarray]:
    names = {
        "path_points": "point",
        "path_gradients": "gradient",
        "path_values": "value",
        "path_gradient_norms": "gradient_norm",
        "path_costs": "cost",
    }
    found = {}
    for name, entry in names.items():
        shape = np.shape(races[0][0][entry])
        found[name] = np.full((len(races), length, *shape), np.nan)
        for k, states in enumerate(races):
            found[name][k, : len(states)] = [state[entry] for state in states]
    found["counts"] = np.array([float(len(states)) for states in races])
    return found
