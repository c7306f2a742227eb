"""The explorer of descent: methods race from a start that one drags, under sliders for what they are held to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import traitlets

from hesswidget.critical.points import CriticalPoint
from hesswidget.derivatives.traced import TracedProblem
from hesswidget.descent import span
from hesswidget.descent.minimize import whole_steps
from hesswidget.descent.order import BRIEFLY, EXPLAINED
from hesswidget.descent.outcome import ENDS, REASONS, STARTS, goes_on
from hesswidget.descent.path import Path
from hesswidget.descent.race import Racer, beside, freed, racers, tried
from hesswidget.descent.replayed import SOURCE
from hesswidget.descent.scipys import PREFIX
from hesswidget.errors import ProblemError
from hesswidget.explorers import programs
from hesswidget.explorers.abbreviations import plain, value_widgets
from hesswidget.explorers.hyperparameter_controls import control_of, swept
from hesswidget.explorers.kernel import SLICE, along_eigenvectors, asked_plane
from hesswidget.explorers.moment import Moment
from hesswidget.explorers.questions import (
    MAX_MESSAGE,
    Answer,
    Field,
    Parameters,
    Point,
    Question,
    Truth,
    Whole,
)
from hesswidget.explorers.race import RaceFrames
from hesswidget.explorers.race_paths import SECONDS_AT_REST, SECONDS_MOVING
from hesswidget.explorers.replay import ProgramSet
from hesswidget.explorers.shell import Explorer
from hesswidget.explorers.view import Context
from hesswidget.explorers.view_state import PATHS, RANDOM
from hesswidget.landscape.plane import Plane
from hesswidget.precision import MOST_SEED, whole_number
from hesswidget.problem.arguments import keywords
from hesswidget.problem.problem import Problem
from hesswidget.program.bounds import RACE
from hesswidget.progress import Progress, silent
from hesswidget.second_derivative_test.tolerances import Tolerances
from hesswidget.training.batches import on_batches
from hesswidget.training.flow import KINDS, flow
from hesswidget.training.measurement import QUANTITIES
from hesswidget.training.phases import SENTENCES

if TYPE_CHECKING:
    from matplotlib.figure import Figure

USUAL = ("gradient-descent", "newton", "bfgs")


class DescentView:
    """The view of `descend`; see `hesswidget.explorers.view.View`.

    Parameters
    ----------
    context : Context
    entered : sequence of Racer
    steps : int
    call : dict
    sweep : sequence of str
    curvature_every : int, optional
    """

    kind: ClassVar[str] = "descent"
    function: ClassVar[str] = "descend"
    traits: ClassVar[tuple[str, ...]] = ("_race",)

    def __init__(
        self,
        context: Context,
        entered: Sequence[Racer],
        steps: int,
        call: Mapping[str, str],
        sweep: Sequence[str] = (),
        curvature_every: int | None = None,
    ) -> None:
        self._context, self._steps, self.call = context, steps, call
        self.computation = RaceFrames(
            context.problem, context.tolerances, context.recorded, entered, steps, sweep, curvature_every
        )
        self.race_size = len(entered), steps
        self.questions: tuple[Question, ...] = (
            Question(
                self.computation.name,
                self._race,
                {
                    "parameters": Parameters(),
                    "moving": Truth(),
                    "holds": Whole(0, 2**53),
                    "followed": Whole(0, len(entered) - 1),
                    "step": Whole(0, steps),
                },
                SLICE,
            ),
            Question(
                "outcomes",
                self._outcomes,
                {"parameters": Parameters()},
                {"point": Point()},
                is_job=True,
                saved=lambda moment, _: self._outcomes(moment.parameters, moment.point),
            ),
        )
        if curvature_every is not None:
            fields: dict[str, Field] = {
                "parameters": Parameters(),
                "followed": Whole(0, len(entered) - 1),
            }
            flows = Question(
                "flows", self._flows, fields, {"point": Point()}, is_job=True, saved=self._saved_flows
            )
            self.questions = (*self.questions, flows)

    def programs(self, traced: TracedProblem) -> ProgramSet:
        """Record a picture, its landscape, and how each path begins and goes on."""
        picture = programs.of_pictures(traced, self._context.tolerances)
        return ProgramSet(
            traced,
            {**picture, **self.computation.programs(traced)},
            self.computation.tables(len(traced.problem.start)),
        )

    def _race(
        self,
        parameters: Mapping[str, Any],
        moving: bool,
        holds: int,
        followed: int,
        step: int,
        point: np.ndarray,
        origin: np.ndarray,
        basis: np.ndarray,
        ends: np.ndarray,
    ) -> Answer:
        """Return all paths, and the picture at a step of one; its landscape only if it is not held already."""
        plane = asked_plane(origin, basis, ends, self._context.shown())
        seconds = SECONDS_MOVING if moving else SECONDS_AT_REST
        arrays = self.computation.race(point, parameters, plane, followed, step, seconds)
        cut = goes_on(arrays["statuses"]) & (arrays["counts"] <= self._steps)
        is_whole = not moving or not cut.any()  # at rest it gets no longer
        return self.computation.with_landscape(arrays, plane, parameters, moving, holds, is_whole)

    def _outcomes(
        self, parameters: Mapping[str, Any], point: np.ndarray, progress: Progress = silent
    ) -> Answer:
        """Return why each path ended, in words: what its own derivatives do not tell a page is said too."""
        with self._context.lock:
            reasons = self.computation.following.reasons(point, parameters)
        return Answer({"reasons": [reason[:MAX_MESSAGE] for reason in reasons]})

    def _flows(
        self, parameters: Mapping[str, Any], followed: int, point: np.ndarray, progress: Progress = silent
    ) -> Answer:
        """Follow gradient flow and the central flow beside a path of gradient descent."""
        with self._context.lock:
            path, rate = self.computation.following.followed_at_rate(point, parameters, followed)
        every = self.computation.curvature_every
        steps = np.unique([*range(0, len(path.points), every), len(path.points) - 1])
        traced = TracedProblem.of(self._context.problem, parameters)
        found: dict[str, np.ndarray] = {}
        words = []
        for k, kind in enumerate(KINDS):

            def report(share: float, said: str, k: int = k) -> bool:
                return progress((k + share) / len(KINDS), said)

            one = flow(traced, 0.0, rate, kind, steps, path.points[steps], report)
            words.append(str(one))
            parts = {
                "times": one.times, "sharpness": one.sharpness, "ratio": one.sharpness * rate / 2,
            }  # fmt: skip
            found |= {f"{kind}_{name}": x for name, x in parts.items()}
        return Answer.of(found, words=[said[:MAX_MESSAGE] for said in words], followed=followed)

    def _saved_flows(self, moment: Moment, has_time: bool) -> Answer | None:
        seen = moment.view_state
        if not (seen.flows and has_time):
            return None
        try:
            return self._flows(moment.parameters, seen.followed, moment.point)
        except ProblemError:  # of another method than gradient descent
            return None

    def figure(self, moment: Moment, *, critical: Iterable[CriticalPoint] = ()) -> Figure:
        """Draw the paths over the landscape, and how they converge."""
        from hesswidget import figures

        chosen = moment.view_state.slice
        with self._context.lock:
            if chosen is not None and chosen.kind == PATHS:
                plane = self.computation.plane(moment.shown, moment.point, moment.parameters)
            elif chosen is not None and chosen.kind == RANDOM:
                plane = self.computation.random_plane(
                    moment.shown, moment.point, moment.parameters, moment.view_state
                )
            elif chosen is not None and chosen.kind == "coordinates":
                plane = Plane.along(moment.shown, moment.point, chosen.indices)
            elif chosen is not None:
                at = self.computation.compute(
                    moment.point, moment.parameters, moment.shown, moment.view_state
                )
                found = at["eigenvalues"], at["eigenvectors"]
                plane = along_eigenvectors(moment.shown, at["point"], *found, chosen.indices)
            else:
                plane = Plane.first(moment.shown, moment.point)
            slice_, _, _ = self.computation.landscape(plane, moment.parameters, moving=False)
            where, seen = (moment.point, moment.parameters), moment.view_state
            paths = self.computation.following.whole(*where)
            shown = (
                self.computation.maps.basins(plane, moment.parameters, seen.followed) if seen.basins else None
            )
            tried = self.computation.maps.swept(*where, seen.followed)
            raced = self.computation.race(*where, plane, seen.followed, seen.step)
        present = {a: float(x) for a, x in moment.parameters.items() if tried and a in tried.names}
        return figures.descent(
            paths, slice_, basins=shown, sweep=tried, at=present,
            next_step=self.computation.next_step(raced), gradient=seen.gradient, proposal=seen.proposal,
            ratios=self.computation.ratios(raced),
        )  # fmt: skip


class DescentExplorer(Explorer):
    """An `Explorer` of descent; made by `descend`.

    Attributes
    ----------
    point : ndarray, shape (n,)
        Where all paths start.
    paths : tuple of Path
        One for each method, at the present state.
    """

    _race = traitlets.Dict(read_only=True).tag(sync=True)
    _view: Any  # a DescentView

    @property
    def _race_size(self) -> tuple[int, int]:  # type: ignore[override]
        found: tuple[int, int] = self._view.race_size
        return found

    @property
    def paths(self) -> tuple[Path, ...]:
        """One for each method, at the present state, computed on demand."""
        with self._lock:
            found: tuple[Path, ...] = self._view.computation.following.whole(self.point, self._settings)
        return found


def descend(
    function: Any,
    start: Any = None,
    /,
    *,
    methods: Any = USUAL,
    steps: int = 200,
    tolerance: float = 1e-10,
    line_search: str | None = None,
    sweep: str | Sequence[str] | None = None,
    curvature_every: int | None = None,
    batch: int | None = None,
    seed: int = 0,
    over: str | tuple[str, ...] | None = None,
    engine: str | None = None,
    parameters: Mapping[str, Any] | None = None,
    view: Mapping[str, Any] | str | None = None,
    **abbreviations: Any,
) -> DescentExplorer:
    """Race descent methods from one start.

    Parameters
    ----------
    function : callable or str
        As for `hesswidget.explore`; and for `hesswidget.minimize`, of sums of squares.
    start : tuple or array_like, optional
        Where all paths start.
    methods : list
        Of names, see `hesswidget.methods`, or of SciPy's solvers, ``scipy:BFGS``, which the kernel runs; of steps
        ``step(f, x, rate=0.1)`` that return the next point, whose ``step.model(f, x, rate)`` is what it takes for the
        Hessian, where there is such; of paths, such as `hesswidget.PathRecorder` and
        `hesswidget.path` make them, which stay where they are; and of pairs such as ``("adam", {"rate": 0.1})``, whose
        hyperparameters are held, and whose ``seed`` is that of its batches.
    steps : int
        How many each takes at most, up to 5,000; as many as a path has that is given, if that is more.
    tolerance : float
        As for `hesswidget.minimize`.
    line_search : {"none", "exact", "backtracking"}, optional
        For all methods that go along a direction; by default each has its own.
    sweep : str or pair of str, optional
        Hyperparameters, such as ``"rate"`` or ``("rate", "momentum")``, that are tried over their sliders' ranges from
        the present start: a map says which converge and how fast, with the boundary that theory draws where it is
        known. A click sets the sliders.
    curvature_every : int, optional
        After how many steps curvature is measured along the paths, as `hesswidget.train` does: the largest eigenvalue
        against the threshold up to which the method's steps are stable, and what is seen there, such as the edge of
        stability, in words.
    batch : int, optional
        On how many samples each step is taken, of a model: the same ones as `hesswidget.train` draws, for all methods.
        f, ∇f and the Hessian are always those of all samples.
    seed : int
        Of the batches of those methods that have none of their own.
    over : str or tuple of str, optional
        Which arguments are the variables, if not those without a default.
    engine : {"browser", "kernel"}, optional
        As for `hesswidget.explore`.
    parameters : dict, optional
        Where parameters and hyperparameters start that are not to start at their defaults, such as ``w.parameters``.
    view : dict or "basins", optional
        How it is looked at first, such as ``w.view``; by default the first path is followed that does not diverge.
        ``"basins"`` shows where the paths of each method end, from every start in the slice, as ``{"basins": True}``
        does.
    **abbreviations
        As for `hesswidget.explore`; and for hyperparameters, such as ``rate=(0.0, 0.2)``, which then is one slider for
        all methods that have it. Where nothing is said of it, methods with another default than the first one's have a
        slider of their own, such as ``rate_adam``.

    Returns
    -------
    DescentExplorer
        An explorer with ``w.paths``, the paths as data.

    Raises
    ------
    ProblemError
        If a method is unknown, a hyperparameter may become negative, or as for `hesswidget.explore`.

    Examples
    --------
    >>> w = descend("rosenbrock", (-1.2, 1.0), methods=["newton", "bfgs"])
    >>> [(path.method, path.converged) for path in w.paths]
    [('newton', True), ('bfgs', True)]
    """
    entered, free = freed(racers(methods, tolerance, line_search), abbreviations)
    count, seed = whole_steps(steps, RACE.steps), whole_number("seed", seed, 0, MOST_SEED)
    listed = (
        [one[0] if isinstance(one, tuple) else one for one in methods] if isinstance(methods, list) else []
    )
    given_paths = [len(one) - 1 for one in listed if isinstance(one, Path)]
    count = max([count, *given_paths])
    if count > RACE.steps:
        raise ProblemError(
            f"a path was given that has {count:,} steps; a race shows at most {RACE.steps:,}. Give every so many of "
            f"its points, hw.path(points[::{-(-count // RACE.steps)}], f)."
        )
    given = plain(abbreviations)
    own = {name: given.pop(name) for name in free if name in given}
    with beside([racer.method for racer in entered]):
        problem = Problem.over_ranges(function, start, over, given, (*keywords(descend), *free))
    problem = problem.beside({name: control_of(name, each, own.get(name)) for name, each in free.items()})
    problem = problem.starting_at(parameters or {})
    numbers = len(entered) * (count + 1) * len(problem.start)
    if numbers > RACE.numbers:
        raise ProblemError(
            f"{len(entered)} methods over {count:,} steps of {len(problem.start):,} variables are {numbers:,} numbers; "
            f"a race has at most {RACE.numbers:,}. Take fewer steps, or hw.minimize, which follows one method."
        )
    call = {"methods": _code(entered), "steps": repr(count), "tolerance": repr(float(tolerance))}
    if batch is not None:
        entered = _on_batches(entered, problem, batch, seed, count)
        call |= {"batch": repr(int(batch)), "seed": repr(int(seed))}
    elif sown := next((racer for racer in entered if racer.seed is not None), None):
        raise ProblemError(
            f"{sown.title} draws no samples without batches; give batch too, or leave seed out."
        )
    entered = tuple(tried(racer, TracedProblem.of(problem)) for racer in entered)
    if line_search is not None:
        call["line_search"] = repr(line_search)
    tried_over = swept(sweep, entered, problem.controls)
    if tried_over:
        call["sweep"] = repr(tried_over)
    seen = {"basins": True} if view == "basins" else view
    if isinstance(seen, str):
        raise ProblemError(f"view is {seen!r:.60}; it takes 'basins', or a dict such as w.view.")
    if span.MOST >= len(problem.start) > 2:
        seen = {"slice": {"kind": PATHS, "indices": [0, 1]}, **(seen or {})}
    every = (
        None if curvature_every is None else whole_number("curvature_every", curvature_every, 1, RACE.steps)
    )
    if every is not None:
        call["curvature_every"] = repr(every)
    if every is not None and len(entered) > 1:
        seen = {"measured": "ratio", **(seen or {})}  # thresholds differ by method
    made = partial(
        DescentView, entered=entered, steps=count, call=call, sweep=tried_over, curvature_every=every
    )
    explorer = DescentExplorer(problem, Tolerances(), engine, value_widgets(abbreviations), made, seen)
    explorer.set_trait("_race", _described(entered, count, tried_over, every))
    opens_on = explorer._view.computation.following.opens_on(explorer.point, explorer._settings, tried_over)
    if opens_on and "followed" not in (seen or {}):
        explorer.view = {**explorer.view, "followed": opens_on}
    if explorer.engine == "kernel" and (tried_over or explorer.view.get("basins")):
        reason = (
            f"{explorer.engine_reason} Basins and sweeps are computed in the page alone, so there are none."
        )
        explorer.set_trait("engine_reason", reason)
    return explorer


def _on_batches(
    entered: Sequence[Racer], problem: Problem, batch: Any, seed: int, steps: int
) -> tuple[Racer, ...]:
    """Have the steps of all racers taken on batches."""
    for racer in entered:
        if racer.method.name.startswith(PREFIX) or racer.method.source == SOURCE:
            raise ProblemError(
                f"{racer.title} takes no batches: its steps are not ours to take. Leave it out."
            )
    seeds = [seed if racer.seed is None else racer.seed for racer in entered]
    taken = on_batches([racer.iteration for racer in entered], problem, batch, seeds, steps)
    return tuple(
        replace(racer, iteration=each, title=f"{racer.title}, batches of {len(each.table[0])}")
        for racer, each in zip(entered, taken, strict=True)
    )


def _code(entered: Sequence[Racer]) -> str:
    """Write the methods as Python; a step by its name."""
    return f"[{', '.join(racer.code for racer in entered)}]"


def _described(
    entered: Sequence[Racer], steps: int, sweep: Sequence[str], curvature_every: int | None
) -> dict[str, Any]:
    """Describe a race to the front end."""
    return {
        "racers": [
            {
                "title": racer.title,
                "source": racer.method.source,
                "rate": racer.iteration.names.get("rate"),
                "momentum": racer.iteration.names.get("momentum"),
                "hyperparameters": list(racer.iteration.names.values()),
                "gauges": list(racer.method.gauges),
                "series": racer.method.series,
                "fault": racer.fault,
            }
            for racer in entered
        ],
        "steps": steps,
        "sweep": list(sweep),
        "reasons": [REASONS[status] for status in sorted(REASONS)],
        "starts": [STARTS.get(status, "") for status in sorted(REASONS)],
        "ends": list(ENDS),
        "orders": list(BRIEFLY),
        "orders_explained": list(EXPLAINED),
        "curvature_every": curvature_every or 0,
        "quantities": list(QUANTITIES) if curvature_every else [],
        "phases": list(SENTENCES.values()) if curvature_every else [],
    }
