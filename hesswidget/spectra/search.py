"""The search for a spectrum: stage by stage, as far as the seconds and whoever watches allow."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from hesswidget.curvature import MAX_BYTES
from hesswidget.derivatives.blas import one_blas_thread
from hesswidget.errors import ProblemError, nearest
from hesswidget.precision import EPS, not_negative, whole_number
from hesswidget.progress import STOPPED, Progress, Stopped, Watch, part, reported, silent
from hesswidget.second_derivative_test.classification import Inertia
from hesswidget.spectra.ends import End, Pairs, both, converged, ends, signed
from hesswidget.spectra.estimate import Estimate
from hesswidget.spectra.operator import Operator
from hesswidget.spectra.probes import Probes, exact
from hesswidget.spectra.record import MODES, Spectrum
from hesswidget.spectra.trace import ESTIMATORS, better
from hesswidget.wording import amount, number

MOST_EXACT = 1000  # rows of a matrix all of whose eigenvalues are computed unless it takes too long
EIGENVALUES = 1e-9  # seconds times n³, about what LAPACK takes for them
ENDS_SHARE = 0.6  # of the seconds, which the ends may take: the random vectors are to have their turn
FEW = 16  # rows, up to which there is nothing to estimate
ASYMMETRY_SAID = 1e-10  # of the largest entry
DEFAULT_K = 5
SECONDS = 60.0
MOST_K, MOST_PROBES, MOST_STEPS = 200, 10_000, 1_000

REASONS = {
    "exact": "all eigenvalues were computed",
    "extreme": "the ends were computed and the rest estimated",
    "density": "all was estimated, as was asked for",
}


@dataclass(frozen=True)
class Plan:
    """How a spectrum is to be found; see `hesswidget.spectrum`."""

    k: int
    probes: int
    steps: int
    mode: str | None
    estimator: str | None
    seconds: float
    seed: int

    @classmethod
    def read(
        cls,
        operator: Operator,
        k: Any,
        probes: Any,
        steps: Any,
        mode: Any,
        estimator: Any,
        seconds: Any,
        seed: Any,
    ) -> Plan:
        """Check what was given for a matrix.

        Raises
        ------
        ProblemError
            If something is out of its bounds, or k is more than n.
        """
        k = min(DEFAULT_K, operator.n) if k is None else k
        for name, count, least, most in (
            ("k", k, 1, max(MOST_K, operator.n if operator.n <= MOST_EXACT else 0)),
            ("probes", probes, 1, MOST_PROBES),
            ("steps", steps, 2, MOST_STEPS),
            ("seed", seed, 0, 2**63),
        ):
            whole_number(name, count, least, most)
        if mode == "exact" and 8 * operator.n**2 > MAX_BYTES:
            raise ProblemError(
                f"all eigenvalues of {operator.n:,} rows take a matrix of {8 * operator.n**2 / 1e9:,.1f} GB; leave "
                f"mode out, and the ends are computed and the rest estimated."
            )
        if k > operator.n:
            raise ProblemError(
                f"k is {k}, and {operator.name} has {amount(operator.n, 'eigenvalue')}; give k up to that."
            )
        for name, word, words in (("mode", mode, MODES), ("estimator", estimator, tuple(ESTIMATORS))):
            if word is not None and word not in words:
                raise ProblemError(f"{name} is {word!r:.40}, which is none; {nearest(str(word)[:40], words)}")
        allowed = not_negative("seconds", seconds)
        return cls(int(k), int(probes), int(steps), mode, estimator, allowed, int(seed))


class _Overdue(Stopped):
    """The seconds of a stage are over."""


class Search:
    """One search for the spectrum of a matrix.

    Parameters
    ----------
    operator : Operator
    plan : Plan
    report : callable
        See `hesswidget.progress.Progress`.
    notes : list of str
        What is to be said besides.
    clock : callable
        Returns seconds.
    """

    def __init__(
        self,
        operator: Operator,
        plan: Plan,
        report: Progress = silent,
        notes: list[str] | None = None,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        self.operator, self.plan, self.clock = operator, plan, clock
        self.notes = [] if notes is None else notes
        self.watch = Watch(report)
        self.random = np.random.default_rng(plan.seed)
        self.began = clock()
        self._columns: Pairs | None = None  # those of the whole matrix that were computed
        self._enter("", 0.0, 0.0, np.inf)
        operator.check, operator.is_lenient, operator.failure = self._check, False, ""

    def spectrum(self, before: Spectrum | None = None) -> Spectrum:
        """Search, from the eigenvectors of a spectrum nearby if there is one.

        Raises
        ------
        ProblemError
            If the matrix is not finite or not symmetric.
        """
        import scipy.linalg
        import scipy.sparse.linalg  # noqa: F401 before BLAS is held to one thread

        with one_blas_thread():
            try:
                mode, reason = self._chosen()
            except Stopped:
                raise ProblemError(
                    "the search for a spectrum was stopped before anything was known; a function of progress returns "
                    "True to go on."
                ) from None
            self.operator.is_lenient = True  # from here on, what there is is worth more than an error
            if mode == "exact":
                try:
                    return self._whole(reason).scaled(self.operator.unit)
                except Stopped as stopped:
                    mode, reason = "density", f"not all eigenvalues were computed: {self._why(stopped)}"
                    if self._columns is not None:
                        reason += "; the ends are those of the columns that were, within those of the whole"
            return self._estimated(mode, reason, before).scaled(self.operator.unit)

    def _check(self) -> None:
        if self.operator.failure:
            raise Stopped
        elapsed = self.clock() - self._entered
        share = min(1.0, elapsed / self._allowed) if self._allowed > 0 else 1.0
        if not self._progress(share, f"{self._words}, {amount(self.operator.products, 'product')}"):
            raise Stopped
        if elapsed > self._allowed:
            raise _Overdue

    def _enter(self, words: str, start: float, stop: float, seconds: float) -> None:
        """Begin a stage: its words, its part of the whole, and how long it may take."""
        self._entered, self._allowed, self._words = self.clock(), seconds, words
        self._progress = part(self.watch, start, stop)

    @property
    def _left(self) -> float:
        """The seconds that are left."""
        return max(0.0, self.plan.seconds - (self.clock() - self.began))

    def _why(self, stopped: Stopped) -> str:
        if self.operator.failure:
            return self.operator.failure
        return (
            f"the {number(self.plan.seconds)} seconds were over" if isinstance(stopped, _Overdue) else STOPPED
        )

    def _chosen(self) -> tuple[str, str]:
        """Choose a mode, with the reason; the first products tell how long one takes."""
        n, plan = self.operator.n, self.plan
        self._enter("first products", 0.0, 0.02, np.inf)
        self.operator.take_unit(self.random)
        self.operator.check_symmetry(self.random)
        now = self.clock()
        self.operator.product(self.random.standard_normal(n))
        predicted = n * (self.clock() - now) + EIGENVALUES * n**3
        if n <= max(2 * plan.k + 2, FEW) and plan.mode != "exact":
            return "exact", f"all eigenvalues were computed, as there are {n}"
        if plan.mode is not None:
            return plan.mode, REASONS[plan.mode]
        if n > MOST_EXACT:
            return "extreme", f"{REASONS['extreme']}, as n is above {MOST_EXACT:,}"
        if predicted > plan.seconds / 2:
            share = f"{number(predicted, 2)} of the {number(plan.seconds)} seconds"
            return "extreme", f"{REASONS['extreme']}, as all would take about {share}"
        return "exact", f"all eigenvalues were computed, as n is not above {MOST_EXACT:,}"

    def _whole(self, reason: str) -> Spectrum:
        operator, plan = self.operator, self.plan
        self._enter("the whole matrix", 0.02, 0.9, np.inf if plan.mode else self._left / 2)
        matrix = operator.matrix() if operator.compute is not None else self._column_by_column()
        values, vectors = np.linalg.eigh((matrix + matrix.T) / 2)
        asymmetry = float(np.abs(matrix - matrix.T).max())
        if asymmetry > ASYMMETRY_SAID * float(np.abs(matrix).max()):
            share = number(asymmetry / float(np.abs(matrix).max()))
            self.notes.append(
                f"the matrix differs from its transpose by up to {share} of its largest entry: this is the "
                f"spectrum of its symmetric part"
            )
        rounding = operator.n * EPS * float(np.abs(values).max()) + asymmetry

        def end(order: slice) -> End:
            found, known = signed(vectors[:, order][:, : plan.k]), values[order][: plan.k]
            return End(known, found, np.linalg.norm(matrix @ found - found * known, axis=0))

        counts = Inertia(
            int(np.sum(values > rounding)),
            int(np.sum(np.abs(values) <= rounding)),
            int(np.sum(values < -rounding)),
        )
        return Spectrum(
            operator.name, operator.n, "exact", reason, end(slice(None, None, -1)), end(slice(None)),
            exact(values, np.diag(matrix).copy(), rounding), counts, values, matrix, values, (), operator.products,
            tuple(self.notes), operator.blocks, of_part=lambda name: self._of_part(name, matrix),
        )  # fmt: skip

    def _column_by_column(self) -> np.ndarray:
        self._columns = Pairs(self.operator, 2 * self.plan.k, self.operator.n)
        return self._columns.times(np.eye(self.operator.n))

    def _estimated(self, mode: str, reason: str, before: Spectrum | None) -> Spectrum:
        n, k, nothing = self.operator.n, self.plan.k, np.zeros((self.operator.n, 0))
        largest = smallest = End(np.zeros(0), nothing, np.zeros(0))
        if mode == "extreme":
            guess = None
            if before is not None and before.n == n and before.largest.vectors.size:
                guess = np.concatenate([before.largest.vectors, before.smallest.vectors], axis=1)
            self._enter("both ends", 0.02, ENDS_SHARE, ENDS_SHARE * self._left)
            largest, smallest, stopped = ends(self.operator, k, self.random, guess)
            values, vectors = converged(largest, smallest)
            if stopped is not None or len(values) < min(2 * k, n - 1):
                mode = "density"
                why = "they did not all converge" if stopped is None else self._why(stopped)
                reason = f"the ends were searched, and all is estimated: {why}; the residuals say how good they are"
        else:
            if self._columns is not None:
                largest, smallest = both(self._columns.eigenpairs(), k)
            values, vectors = converged(largest, smallest)
        return self._with_probes(mode, reason, largest, smallest, Probes(n, values, vectors))

    def _with_probes(self, mode: str, reason: str, largest: End, smallest: End, probes: Probes) -> Spectrum:
        operator, plan = self.operator, self.plan
        self._enter("random vectors", ENDS_SHARE, 0.95, self._left)
        wanted = len(probes.runs) + plan.probes
        try:
            while len(probes.runs) < wanted:
                probes.draw(operator, plan.steps, plan.seed)
        except Stopped as stopped:
            self.notes.append(
                f"{len(probes.runs)} of {amount(wanted, 'random vector')} were drawn: {self._why(stopped)}"
            )
        if not len(largest):
            largest, smallest = probes.outermost(plan.k)
        estimates = probes.estimates() | {"trace": self._trace(probes)}
        cost = operator.products

        def go_on(count: int, progress: bool | Progress) -> Spectrum:
            farther = replace(plan, probes=whole_number("probes", count, 1, MOST_PROBES))
            with reported(progress) as report, one_blas_thread():
                again = Search(replace(operator, products=cost), farther, report)
                again.operator.is_lenient = True
                found = again._with_probes(mode, reason, largest, smallest, probes.copy())
                return found.scaled(operator.unit)

        return Spectrum(
            operator.name, operator.n, mode, reason, largest, smallest, estimates, None, None, None, probes.values,
            tuple(probes.runs), cost, tuple(self.notes), operator.blocks,
            of_part=lambda name: self._of_part(name, None),
            go_on=go_on,
        )  # fmt: skip

    def _trace(self, probes: Probes) -> Estimate:
        """Estimate the trace by what the decay that was seen recommends."""
        plan, operator, known = self.plan, self.operator, probes.vectors
        products, found, name = 2 * plan.probes, probes.trace, plan.estimator
        if name is None and probes.runs:
            name = better(*probes.sizes(), products)
        if name is None or products + len(probes.values) > operator.n:
            return found

        def times(vectors: np.ndarray) -> np.ndarray:
            images = operator.times(vectors - known @ (known.T @ vectors))
            return images - known @ (known.T @ images)

        self._enter("trace", 0.95, 1.0, self._left)
        try:
            random = np.random.default_rng((plan.seed, 0, len(probes.runs)))  # others than those of the runs
            rest = ESTIMATORS[name](times, operator.n, products, random)
        except Stopped:
            return found
        if plan.estimator is None and not rest.error < found.error:
            return found
        return Estimate(rest.value + float(probes.values.sum()), rest.error, f"{probes.known}{rest.method}")

    def _of_part(self, name: str, matrix: np.ndarray | None) -> Spectrum:
        """Find the spectrum of one diagonal block, of the matrix in units of the operator's where it was computed."""
        blocks = self.operator.blocks
        assert blocks is not None
        places = blocks.named(name).places
        operator = self.operator.within(places, name)
        if matrix is not None:
            inner = self.operator.unit * matrix[places, places]
            operator.multiply, operator.compute = inner.__matmul__, inner.copy
        return Search(operator, replace(self.plan, k=min(self.plan.k, operator.n), mode=None)).spectrum()
