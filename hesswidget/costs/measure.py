"""`hesswidget.cost`: seconds and bytes of what a method may ask of a function's derivatives, against n."""

from __future__ import annotations

import gc
import math
import time
import tracemalloc
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from numbers import Integral
from typing import Any

import numpy as np

from hesswidget.compiled import Compiled
from hesswidget.compiled import compile as compiled_function
from hesswidget.costs.computations import COMPUTATIONS, Computation, Subject, needs
from hesswidget.costs.record import Cost, duration
from hesswidget.curvature import MAX_BYTES
from hesswidget.derivatives.blas import one_blas_thread
from hesswidget.derivatives.objective import Objective
from hesswidget.errors import ProblemError, clause
from hesswidget.precision import not_negative
from hesswidget.problem.arguments import keywords
from hesswidget.problem.problem import Problem
from hesswidget.progress import STOPPED, Progress, Stopped, Watch, reported

SIZES = (10, 20, 50, 100, 200, 500, 1000, 2000)
MOST_SIZES, LARGEST = 64, 10_000_000
REPEATS = 5
BATCH = 5e-3  # seconds that a repeat takes at least: the clock and the loop are then nothing beside it
ENOUGH = 0.4  # seconds, after which nothing is repeated again
SHARE = 0.5  # of the seconds that are left, which one computation may take: the others are to have their turn

# The last is how long the run took that counts bytes.
TABLES = ("seconds", "medians", "bytes", "products", "traced")

Clock = Callable[[], float]


def cost(
    function: Any,
    /,
    sizes: Iterable[int] = SIZES,
    *,
    at: Callable[[int], Any] | None = None,
    over: str | tuple[str, ...] | None = None,
    seconds: float = 20.0,
    k: int = 5,
    memory: int = 10,
    draws: int = 8,
    compiled: bool | None = None,
    progress: bool | Progress = False,
    **parameters: Any,
) -> Cost:
    """Measure what second derivatives cost against the number n of variables: seconds, bytes, and how they grow.

    Parameters
    ----------
    function : callable or str
        Written with ``autograd.numpy``, of one vector variable of any length; or the name of one in
        `hesswidget.gallery`. It is called as ``function(w, **parameters)`` with vectors of each size; data that go with
        the length may be cut to it, such as ``X[:, :len(w)] @ w``.
    sizes : iterable of int
        The numbers of variables.
    at : callable, optional
        ``at(n)`` is the point, shape (n,); by default halves of draws from the standard normal distribution, always
        the same.
    over : str, optional
        Which argument is the variable, if not the one without a default.
    seconds : float
        What all may take. What would take more than half of what is left, by how it has grown until then, is left
        out, and the others go on.
    k, memory, draws : int
        How many of the largest eigenvalues; how many pairs L-BFGS holds; how many random vectors estimate the diagonal.
    compiled : bool, optional
        Whether derivatives are computed by recorded programs, as in `hesswidget.compile`, or by autograd. By default
        they are where the function can be recorded.
    progress : bool or callable, optional
        True to show a bar, for which tqdm has to be installed; or a function that is called with the share that is
        done, from 0 to 1, and a few words, and returns whether to go on. What was measured until then is returned.
    wait : bool
        Of ``hw.cost`` alone: False to go on at once, with a panel that shows in a notebook what has been measured so
        far, and has a button that stops it; its ``cost`` waits for all.
    **parameters
        Parameters by name.

    Returns
    -------
    Cost
        It prints as two tables, and shows itself in a notebook as a live panel; ``slope("hessian")`` is the power of n;
        `hesswidget.figures.cost` draws it.

    Raises
    ------
    ProblemError
        If the function has several variables, refuses a size, or cannot be evaluated there.

    Notes
    -----
    Seconds are the least of up to five repeats of at least 5 ms, with one thread of BLAS, and without what is done
    once: recording, and making L-BFGS's pairs. What autograd does for each call, some 0.2 ms a gradient and 0.5 ms a
    product, rules below some thousands of variables: its Hessians, n products that share one trace, then grow little
    faster than n. Recorded programs take a tenth or a twentieth of that. Bytes are counted in a run of their own, by
    Python's `tracemalloc`: what LAPACK takes for itself and what a program holds between calls are not in it, and what
    other threads take meanwhile is. A call of the function or of one Hessian is not interrupted, nor is recording.

    The k largest eigenvalues are accurate to some 1e-6; how many products that takes depends on the spectrum.

    Examples
    --------
    >>> import autograd.numpy as np
    >>> c = cost(lambda w: np.sum(w[1:] ** 2 * w[:-1]), (20, 40), seconds=60.0)
    >>> c.sizes.tolist(), c.seconds["hvp"].shape, c.bytes["hessian"].shape
    ([20, 40], (2,), (2,))
    """
    shared = {"at": at, "over": over, "seconds": seconds, "k": k, "memory": memory, "draws": draws}
    survey, notes = begun(function, sizes, **shared, compiled=compiled, parameters=parameters)
    with reported(progress) as report, one_blas_thread():
        return survey.measured(report, notes)


def begun(
    function: Any,
    sizes: Iterable[int],
    *,
    at: Any,
    over: Any,
    seconds: Any,
    k: Any,
    memory: Any,
    draws: Any,
    compiled: Any,
    parameters: dict[str, Any],
) -> tuple[Survey, list[str]]:
    """Read what `cost` was given, and try the function; return what measures it, and what is to be said besides."""
    chosen = _sizes(sizes)
    allowed = not_negative("seconds", seconds)
    for name, count in (("k", k), ("memory", memory), ("draws", draws)):
        if not _is_whole(count) or not 1 <= count <= 1000:
            raise ProblemError(f"{name} is {count!r:.40}; it takes a whole number from 1 to 1,000.")
    if compiled is not None and not isinstance(compiled, bool):
        raise ProblemError(f"compiled is {compiled!r:.40}; it takes True, False or None.")
    import scipy.linalg
    import scipy.sparse.linalg  # noqa: F401 before BLAS is held to one thread, and so that no measurement pays for it

    end = time.perf_counter() + allowed
    problems = [_problem(function, _point(at, n), over, parameters) for n in chosen]
    with one_blas_thread():
        _try_derivatives(problems[0])
        source, notes = _source(function, problems[0], over, parameters, compiled)
        subjects = [Subject(source(p), p.start, int(k), int(memory), int(draws)) for p in problems]
    return Survey(problems[0].name, subjects, source is Compiled, end), notes


def _is_whole(given: Any) -> bool:
    return isinstance(given, Integral) and not isinstance(given, bool)


def _sizes(given: Any) -> list[int]:
    try:
        sizes = sorted(set(given))
    except TypeError:
        sizes = []
    if (
        not 1 <= len(sizes) <= MOST_SIZES
        or not all(map(_is_whole, sizes))
        or not 1 <= sizes[0] <= sizes[-1] <= LARGEST
    ):
        raise ProblemError(
            f"sizes is {given!r:.80}; it takes up to {MOST_SIZES} whole numbers from 1 to {LARGEST:,}, "
            f"such as (10, 100, 1000)."
        )
    return [int(n) for n in sizes]


def _point(at: Any, n: int) -> Any:
    if at is None:
        return 0.5 * np.random.default_rng(0).standard_normal(n)
    if not callable(at):
        raise ProblemError(f"at is {at!r:.60}; it takes a function of n that returns a point, shape (n,).")
    point = at(n)
    if np.shape(point) != (n,):
        raise ProblemError(
            f"at({n}) has shape {np.shape(point)}; a function of n returns a point, shape (n,)."
        )
    return point


def _problem(function: Any, point: Any, over: Any, parameters: Any) -> Problem:
    """Return the problem at one size, at which the function was tried."""
    reserved = ("sizes", "wait", *keywords(cost))
    try:
        problem = Problem.at(function, np.asarray(point), over, parameters, reserved)
    except ProblemError as error:
        if "variables (" not in str(error):
            raise
        raise ProblemError(
            f"{clause(str(error))}. hw.cost calls a function with one vector of each size; wrap it, or say which "
            f"argument is the vector with over=...",
        ) from None
    n = len(problem.start)
    try:
        value = Objective(problem).value(problem.start)
    except ProblemError as error:
        message = f"with n = {n:,}, {clause(error.message)}"
        advice = "hw.cost calls it with a vector of each size: give sizes that it takes, or let it take any."
        raise ProblemError(message, line=error.line, advice=f"{error.advice} {advice}".strip()) from error
    _refuse_unless_finite(problem, value)
    return problem


def _try_derivatives(problem: Problem) -> None:
    """Let the function say what is wrong with its derivatives, at the smallest size."""
    objective, x = Objective(problem), problem.start
    _refuse_unless_finite(problem, objective.gradient(x), objective.hvp(x, np.ones(len(x))))


def _refuse_unless_finite(problem: Problem, *found: Any) -> None:
    if not all(np.all(np.isfinite(values)) for values in found):
        raise ProblemError(
            f"{problem.name} or a derivative of it is not finite where it is measured with n = "
            f"{len(problem.start):,}; give at=, a function of n that returns a point within its domain."
        )


def _source(
    function: Any, problem: Problem, over: Any, parameters: Any, compiled: bool | None
) -> tuple[Callable[[Problem], Any], list[str]]:
    """Return what makes derivatives of a problem, and what is to be said of that choice."""
    if compiled is False:
        return Objective, []
    try:
        compiled_function(function, problem.start, over=over, **parameters)
    except ProblemError as error:
        if compiled:
            raise
        return Objective, [clause(str(error))]
    return Compiled, []


@dataclass
class Survey:
    """Measures computations at one size after another, until a time.

    Attributes
    ----------
    name : str
        The function's.
    subjects : list of Subject
        The function at each size, ascending.
    is_recorded : bool
    end : float
        When the seconds are over, by the clock.
    clock : callable
        Returns seconds.
    """

    name: str
    subjects: list[Subject]
    is_recorded: bool
    end: float
    clock: Clock = time.perf_counter

    def __post_init__(self) -> None:
        self.sizes = np.array([len(s.point) for s in self.subjects])
        self.tables = {
            quantity: {c.name: np.full(len(self.sizes), np.nan) for c in COMPUTATIONS} for quantity in TABLES
        }
        self.left_out: dict[tuple[str, str], LeftOut] = {}

    def measured(
        self,
        progress: Progress,
        notes: Iterable[str] = (),
        arrived: Callable[[Cost], object] = lambda _: None,
    ) -> Cost:
        """Measure until the seconds are over, or `progress` says to stop; `notes` are told besides.

        `arrived` is given what there is whenever a computation has been measured at a size.
        """
        watch, count = Watch(progress), len(COMPUTATIONS)
        try:
            for i, subject in enumerate(self.subjects):
                subject.check = self._check
                for j, computation in enumerate(COMPUTATIONS):
                    share = (i + j / count) / len(self.subjects)
                    watch.check(share, f"{computation.name}, n = {self.sizes[i]:,}")
                    self._measure(computation, i)
                    arrived(self.record(()))
                subject.matrix = None
        except Stopped:
            notes = [*notes, STOPPED]
        return self.record(notes)

    def record(self, notes: Iterable[str]) -> Cost:
        """Return what has been measured until now, and what is to be said of that."""
        labels = {c.name: c.label(self.subjects[-1]) for c in COMPUTATIONS}
        said = [
            f"{'bytes of ' * (kind == 'bytes')}{labels[name]}: {found}"
            for (name, kind), found in self.left_out.items()
        ]
        tables = {of: {name: row.copy() for name, row in rows.items()} for of, rows in self.tables.items()}
        return Cost(
            self.name, self.sizes, labels, tables["seconds"], tables["medians"], tables["bytes"], tables["products"],
            "recorded programs" if self.is_recorded else "autograd", (*said, *notes),
        )  # fmt: skip

    def _measure(self, computation: Computation, i: int) -> None:
        """Measure one computation at one size: first its seconds, then in another run its bytes."""
        subject, name = self.subjects[i], computation.name
        if (
            computation.is_of_function
            and np.isnan(self.tables["seconds"]["gradient"][i])
            and name != "gradient"
        ):
            self._leave_out(name, "impossible", i, "the gradient was not")
            return
        for reason in needs(computation, subject, MAX_BYTES):
            self._leave_out(name, "impossible", i, reason)
            return
        if not self._has_time(name, "seconds", i, self._predicted(computation, "seconds", i)):
            return
        try:
            held = computation.prepare(subject)
            times = repeats(
                lambda: _run(computation, subject, held),
                self.clock,
                self.end,
                counts_first=not self.is_recorded,
            )
            self.tables["seconds"][name][i] = min(times)
            self.tables["medians"][name][i] = float(np.median(times))
            self.tables["products"][name][i] = computation.units(subject)
            if self._has_time(name, "bytes", i, self._predicted(computation, "traced", i)):
                del held
                began = self.clock()
                taken = allocated(lambda: _run(computation, subject, computation.prepare(subject)))
                self.tables["bytes"][name][i] = taken
                self.tables["traced"][name][i] = self.clock() - began
        except _Overdue:
            self._leave_out(name, "overdue", i, "the seconds were over in its midst")
        except (ProblemError, ArithmeticError, ValueError, RuntimeError, MemoryError) as error:
            self._leave_out(name, "failed", i, clause(str(error)) or type(error).__name__)

    def _check(self) -> None:
        if self.clock() > self.end:
            raise _Overdue

    def _predicted(self, computation: Computation, quantity: str, i: int) -> float:
        """Say how long a run will take: by how it has grown until here, or by the gradient where it is the first."""
        times = self.tables[quantity][computation.name]
        known = np.flatnonzero(np.isfinite(times[:i]))
        if not len(known):
            if quantity == "traced":
                return float(self.tables["seconds"][computation.name][i])
            gradient = self.tables["seconds"]["gradient"][i]
            return float(np.nan_to_num(gradient) * computation.gradients(self.subjects[i]))
        last, power = known[-1], computation.power
        if len(known) > 1:
            before = known[-2]
            grown = np.log(times[last] / times[before]) / np.log(self.sizes[last] / self.sizes[before])
            power = float(np.clip(grown, 1.0, power + 1.0))
        return float(times[last] * (self.sizes[i] / self.sizes[last]) ** power)

    def _has_time(self, name: str, kind: str, i: int, predicted: float) -> bool:
        left = self.end - self.clock()
        if left <= 0:
            self._leave_out(name, kind, i, "the seconds are over")
            return False
        if predicted <= SHARE * left:
            return True
        self._leave_out(
            name, kind, i, f"it would take about {duration(predicted)}, and {duration(left)} are left for all"
        )
        return False

    def _leave_out(self, name: str, kind: str, i: int, reason: str) -> None:
        """Keep what is not measured at a size, and why: of several sizes, why at the first."""
        self.left_out.setdefault((name, kind), LeftOut(reason)).sizes.append(int(self.sizes[i]))


@dataclass
class LeftOut:
    """Sizes at which something was not measured, and why."""

    reason: str
    sizes: list[int] = field(default_factory=list)

    def __str__(self) -> str:
        return f"not measured at n = {', '.join(f'{n:,}' for n in self.sizes)}, since {self.reason}"


def _run(computation: Computation, subject: Subject, held: Any) -> Any:
    subject.products = 0
    return computation.run(subject, held)


class _Overdue(Exception):
    """The seconds were over in the midst of a computation."""


def repeats(run: Callable[[], Any], clock: Clock, end: float, *, counts_first: bool = True) -> list[float]:
    """Return the seconds of a call in up to five batches, each of so many calls that it takes 5 ms.

    The first call is one of them only where it takes as long by itself and `counts_first`: what is recorded is recorded
    in it.
    """
    began = clock()
    run()
    first = clock() - began
    times = [first] if first >= BATCH and counts_first else []
    if not times:
        now = clock()
        run()
        first = clock() - now
    calls = max(1, math.ceil(BATCH / max(first, 1e-7)))
    while len(times) < REPEATS:
        now, expected = clock(), calls * (times[-1] if times else first)
        if times and (now - began + expected > ENOUGH or now + expected > end):
            break
        for _ in range(calls):
            run()
        times.append((clock() - now) / calls)
    return times


def allocated(run: Callable[[], Any]) -> int:
    """Return how many bytes a call holds at once at most beyond what was held before, its result among them.

    Examples
    --------
    >>> allocated(lambda: np.zeros(100_000)) // 1000
    800
    """
    was_tracing = tracemalloc.is_tracing()
    # What is found unreachable in the midst of the call is taken off if it was traced. Otherwise it is enough to have
    # the next collection come at the same place each time: to look through a large session takes a second.
    gc.collect(2 if was_tracing else 1)
    if not was_tracing:
        tracemalloc.start()
    try:
        tracemalloc.reset_peak()
        before = tracemalloc.get_traced_memory()[0]
        result = run()
        peak = tracemalloc.get_traced_memory()[1]
        del result
        return peak - before
    finally:
        if not was_tracing:
            tracemalloc.stop()
