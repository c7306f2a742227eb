"""`hw.train`: a method's steps on a loss, and the loss's curvature along them."""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from hesswidget.derivatives.blas import one_blas_thread
from hesswidget.derivatives.traced import TracedFunction, TracedProblem
from hesswidget.descent.hyperparameters import checked
from hesswidget.descent.method import Method, State
from hesswidget.descent.minimize import MAX_STEPS, whole_steps
from hesswidget.descent.outcome import BROKE_DOWN, CONVERGED, GOES_ON, OFF, STANDS_STILL, goes_on, reason
from hesswidget.descent.race import beside, held, method_of
from hesswidget.descent.runner import Runner
from hesswidget.descent.scipys import PREFIX
from hesswidget.errors import ProblemError
from hesswidget.models.model import Model
from hesswidget.precision import MOST_SEED, not_negative, whole_number
from hesswidget.problem.arguments import keywords
from hesswidget.problem.problem import Problem
from hesswidget.progress import Progress, reported
from hesswidget.training.batches import Batches, batch_of
from hesswidget.training.curvature import Measured, Meter
from hesswidget.training.flow import Flow, flow
from hesswidget.training.loss import SampledProblem, Training
from hesswidget.training.measurement import loss_of_test_samples
from hesswidget.training.run import Run
from hesswidget.wording import number

RATE = 0.2  # of what steps in gradients, unless one is given


def train(
    loss: Any,
    start: Any = None,
    /,
    method: str | Callable[..., Any] = "gradient-descent",
    rate: float | None = None,
    steps: int = 4000,
    *,
    curvature_every: int = 50,
    batch: int | None = None,
    seed: int = 0,
    weight_decay: float = 0.0,
    line_search: str | None = None,
    over: str | tuple[str, ...] | None = None,
    progress: bool | Progress = False,
    **given: Any,
) -> Run:
    """Train a model, or any loss, and measure its curvature as it goes.

    Parameters
    ----------
    loss : Model or callable
        One of `hesswidget.models`; or a function as `hesswidget.curvature` takes it.
    start : array_like, dict or list, optional
        Where to start, in the structure of the variables; a model knows its start.
    method : str or callable
        One of `hesswidget.methods`, or a step ``step(f, x)`` that returns the next point.
    rate : float, optional
        By default 0.2 where steps are in gradients; else what the method's author published.
    steps : int
        How many at most.
    curvature_every : int
        After how many steps curvature is measured again.
    batch : int, optional
        On how many samples a step is taken, of a model: drawn afresh at each step, without replacement within one.
        By default on all.
    seed : int
        Of batches and random vectors: the same seed finds the same to the last bit.
    weight_decay : float
        c adds ``c / 2 · |w|²`` to the loss, and so c to every eigenvalue; of adaptive methods it is not the decoupled
        one of AdamW.
    line_search : {"none", "exact", "backtracking"}, optional
        Of a method that goes along a direction.
    over : str or tuple of str, optional
        Which arguments are the variables, if not those without a default.
    progress : bool or callable, optional
        True to show a bar, for which tqdm has to be installed; or a function that is called with the share that is
        done and a few words, and returns whether to go on. What there is until then is returned, and so it is when the
        kernel is interrupted.
    **given
        The method's other hyperparameters, such as ``momentum``, and the loss's parameters, such as ``l2``.

    Returns
    -------
    Run
        It prints as a table; ``run.more(1000)`` goes on.

    Raises
    ------
    ProblemError
        If the loss is not finite at the start, a value is out of its bounds, a batch is larger than the data, or the
        loss is no model and a batch is asked for.

    Notes
    -----
    The Hessian is that of the loss on all samples, with its penalties. Of up to 400 variables the whole matrix is
    computed; of more the largest eigenvalue by products, from the last one's eigenvector, and the trace by 16 random
    vectors, the same ones at each step.

    Examples
    --------
    >>> import autograd.numpy as np
    >>> run = train(lambda w: 2.0 * np.sum(w**2), np.ones(3), rate=0.1, steps=100)
    >>> run.steps.tolist(), run.sharpness.round(9).tolist(), run.threshold.tolist()
    ([0, 50, 100], [4.0, 4.0, 4.0], [20.0, 20.0, 20.0])
    """
    chosen = _steps_of(method)
    count, every = whole_steps(steps), whole_number("curvature_every", curvature_every, 1, MAX_STEPS)
    own = {*chosen.hyperparameters}
    searches = {} if line_search is None else {"line_search": line_search}
    asked = {a: v for a, v in given.items() if a in own} | _rate(chosen, rate) | searches
    usual = {"line_search": chosen.line_search} if chosen.line_search else {}
    hyperparameters = {**chosen.hyperparameters, **usual, **held(chosen, asked)}
    others = {a: v for a, v in given.items() if a not in own}
    with beside([chosen]):
        problem = Problem.at(loss, start, over, others, (*keywords(train), *own))
    size = 0 if batch is None else batch_of(loss, batch)
    decay = not_negative("weight_decay", weight_decay)
    training = Training(chosen, hyperparameters, tolerance=0.0, decay=decay, batch=size)
    trainer = _Trainer(loss, problem, training, every, whole_number("seed", seed, 0, MOST_SEED))
    if callable(method):
        trainer.refuse_impure()
    return trainer.begun(count, progress)


@dataclass
class _Log:
    """What a training has met so far.

    Attributes
    ----------
    state : dict
        Where it stands, the last at which all is finite.
    loss, gradient_norm, cost : list of float
        At each step.
    steps : list of int
        At which the rest was measured.
    measured : list of Measured
    test_loss, threshold : list of float
    parameters : list of ndarray
    meter : Meter
    """

    state: State
    meter: Meter
    loss: list[float] = field(default_factory=list)
    gradient_norm: list[float] = field(default_factory=list)
    cost: list[float] = field(default_factory=list)
    steps: list[int] = field(default_factory=list)
    measured: list[Measured] = field(default_factory=list)
    test_loss: list[float] = field(default_factory=list)
    threshold: list[float] = field(default_factory=list)
    parameters: list[np.ndarray] = field(default_factory=list)

    @property
    def step(self) -> int:
        """How many steps have been taken."""
        return len(self.loss) - 1

    def went(self, state: State) -> None:
        """Keep a step."""
        self.state = state
        self.loss.append(float(state["value"]))
        self.gradient_norm.append(float(state["gradient_norm"]))
        self.cost.append(float(state["cost"]))

    def copy(self) -> _Log:
        """Return another that goes its own way."""
        lists: dict[str, Any] = {a: list(x) for a, x in vars(self).items() if isinstance(x, list)}
        return replace(self, meter=copy(self.meter), **lists)


class _Trainer:
    """Takes steps on a loss, and measures it."""

    def __init__(self, loss: Any, problem: Problem, training: Training, every: int, seed: int) -> None:
        self._problem, self._training, self._every, self._seed = problem, training, every, seed
        self._is_tested = isinstance(loss, Model) and loss.data.test is not None
        self._traced, self._batches = TracedProblem.of(problem), None
        self._stepped = self._traced
        if training.batch:
            self._batches = Batches(len(loss.train), training.batch, seed)
            variables = tuple(problem.arguments.variables)
            sampled = Problem.at(loss.on_samples, problem.start, variables, problem.parameters)
            self._stepped = SampledProblem(sampled, (), sampled.parameters, batch=training.batch)
        self._runner = Runner.of(training, self._stepped)

    def refuse_impure(self) -> None:
        """Refuse a step that leads elsewhere when it is taken again."""
        f = TracedFunction(self._stepped, self._inputs(0))
        self._training.refuse_impure(f, self._training.begin(f, self._problem.start))

    def begun(self, steps: int, progress: bool | Progress) -> Run:
        """Take so many steps from the start."""
        state = self._runner.begin(self._problem.start, self._inputs(0))
        if not np.isfinite(state["value"]) or not np.isfinite(state["gradient"]).all():
            what = "" if not np.isfinite(state["value"]) else "the gradient of "
            raise ProblemError(
                f"{what}{self._problem.name} is not finite at the start; give a start where it is."
            )
        log = _Log(state, Meter(self._traced, self._training.decay, self._seed))
        log.went(state)
        self._measure(log)
        return self._continued(log, steps, progress)

    def _continued(self, log: _Log, steps: int, progress: bool | Progress) -> Run:
        with reported(progress) as report, one_blas_thread(), np.errstate(all="ignore"):
            try:
                status, ended = self._go(log, log.step + steps, report)
            except KeyboardInterrupt:
                status, ended = GOES_ON, f"stopped after {log.step:,} steps, before its end"
            before = log.copy()
            if log.steps[-1] != log.step:
                self._measure(log)
        return self._run(log, before, status, ended)

    def _go(self, log: _Log, end: int, report: Progress) -> tuple[float, str]:
        """Take steps up to a count; return how it stands, and why it ended."""
        first, begun = log.gradient_norm[0], log.step
        status = float(log.state["status"])
        while self._goes_on(status) and log.step < end:
            k = log.step
            if k % self._every == 0:
                words = f"step {k:,} of {end:,}, loss {number(log.loss[-1])}"
                if not report((k - begun) / (end - begun), words):
                    return GOES_ON, f"stopped after {k:,} of {end:,} steps, before its end"
            state = self._runner.advance(log.state, self._inputs(k))
            status = float(state["status"])
            if status in OFF:
                return status, reason(status, k + 1, log.gradient_norm[-1], first)
            if status == BROKE_DOWN:
                return status, self._runner.raised or reason(status, k, log.gradient_norm[-1], first)
            log.went(state)
            if log.step % self._every == 0:
                self._measure(log)
        if self._goes_on(status) and not goes_on(status):
            status = GOES_ON
        return status, reason(status, log.step, log.gradient_norm[-1], first)

    def _goes_on(self, status: float) -> bool:
        return bool(goes_on(status)) or (self._batches is not None and status in (CONVERGED, STANDS_STILL))

    def _inputs(self, step: int) -> np.ndarray:
        return self._stepped.example if self._batches is None else self._batches.around(step)

    def _measure(self, log: _Log) -> None:
        method, point = self._training.method, np.array(log.state["point"])
        f = TracedFunction(self._traced, self._traced.example)
        with np.errstate(all="ignore"), one_blas_thread():
            divisor = log.state[method.model] if method.is_preconditioned and method.model else None
            log.measured.append(log.meter.at(point, divisor))
            log.threshold.append(float(method.threshold(log.state, self._training.held)))
            if self._is_tested:
                log.test_loss.append(float(loss_of_test_samples(f, point)))
        log.steps.append(log.step)
        log.parameters.append(point)

    def _run(self, log: _Log, before: _Log, status: float, ended: str) -> Run:
        training, is_divided = self._training, self._training.method.is_preconditioned
        columns = map(np.array, zip(*log.measured, strict=True))
        measured = dict(zip(Measured._fields, columns, strict=True))

        def go_on(steps: Any, progress: bool | Progress) -> Run:
            return self._continued(before.copy(), whole_steps(steps), progress)

        def follow(run: Run, kind: str, progress: bool | Progress) -> Flow:
            with reported(progress) as report:
                rate = float(training.held["rate"])
                return flow(self._traced, training.decay, rate, kind, run.steps, run.parameters, report)

        return Run(
            name=self._problem.name,
            method=training.method.name,
            hyperparameters=dict(training.held),
            batch=training.batch or None,
            weight_decay=training.decay,
            loss=np.array(log.loss),
            gradient_norm=np.array(log.gradient_norm),
            cost=np.array(log.cost),
            steps=np.array(log.steps),
            training_loss=measured["loss"],
            test_loss=np.array(log.test_loss) if self._is_tested else None,
            sharpness=measured["sharpness"],
            preconditioned_sharpness=measured["preconditioned"] if is_divided else None,
            threshold=np.array(log.threshold),
            trace=measured["trace"],
            trace_error=measured["trace_error"],
            parameters=np.array(log.parameters),
            products=log.meter.products,
            status=ended,
            is_over=not goes_on(status),
            go_on=go_on,
            follow=follow,
        )


def _steps_of(given: Any) -> Method:
    """Return a method that can be taken step by step."""
    if not (isinstance(given, str) or callable(given)) or str(given).startswith(PREFIX):
        raise ProblemError(
            f"method is {given!r:.60}; a training takes one of hw.methods() by name, or a step of your own: step(f, x)."
        )
    return method_of(given)


def _rate(method: Method, given: Any) -> dict[str, float]:
    if given is None:
        is_plain = "rate" in method.hyperparameters and method.model is None
        return {"rate": RATE} if is_plain else {}
    rate = checked("rate", given)
    if not rate > 0:
        raise ProblemError(f"rate is {given!r:.40}; it takes a finite number above zero.")
    return {"rate": rate}
