"""Batches of samples: which are drawn, and iterations whose steps are taken on them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import autograd.numpy as np
import numpy

from hesswidget.derivatives.control_flow import pick
from hesswidget.derivatives.traced import TracedFunction, TracedProblem
from hesswidget.descent import standing
from hesswidget.descent.iteration import Iteration
from hesswidget.descent.method import State
from hesswidget.errors import ProblemError
from hesswidget.models.model import Model
from hesswidget.precision import whole_number
from hesswidget.problem.problem import Problem
from hesswidget.wording import amount

TOGETHER = 64  # steps whose batches are drawn at once
MOST_DRAWN = 500_000  # samples of all batches, which a page has in a table
COUNT = "batches_taken"
"""The entry of a state that says which batch is next: no method's own is called so."""


class Batches:
    """Batches of samples, each drawn afresh without replacement: the same for the same seed, wherever one begins.

    Parameters
    ----------
    count, batch, seed : int
        How many samples there are, how many are drawn, and with which seed.

    Examples
    --------
    >>> batches = Batches(10, 3, seed=0)
    >>> len(set(batches.of(7).tolist())), bool((batches.of(7) == Batches(10, 3, 0).of(7)).all())
    (3, True)
    """

    def __init__(self, count: int, batch: int, seed: int) -> None:
        self._count, self._batch, self._seed = count, batch, seed
        self._drawn: Mapping[int, numpy.ndarray] = {}

    def of(self, step: int) -> numpy.ndarray:
        """Return the places of the samples of a step, shape (B,)."""
        block, place = divmod(step, TOGETHER)
        if block not in self._drawn:
            order = numpy.random.default_rng([self._seed, block]).random((TOGETHER, self._count))
            self._drawn = {block: numpy.argsort(order, axis=1)[:, : self._batch].astype(float)}
        return self._drawn[block][place]

    def around(self, step: int) -> numpy.ndarray:
        """Return those of a step and of the next, shape (2 B,)."""
        return numpy.concatenate([self.of(step), self.of(step + 1)])

    def table(self, steps: int) -> numpy.ndarray:
        """Return those of so many steps, shape (steps, B)."""
        return numpy.array([self.of(step) for step in range(steps)])


def batch_of(loss: Any, given: Any) -> int:
    """Return how many samples a batch has, which somebody has given.

    Raises
    ------
    ProblemError
        If the loss is no model, or has not so many samples.
    """
    if not isinstance(loss, Model):
        raise ProblemError(
            "a batch is one of a model's samples, and this loss is a function alone; give one of hw.models."
        )
    count = len(loss.train)
    if isinstance(given, int | numpy.integer) and given > count:
        raise ProblemError(
            f"batch is {given!s:.40}, and {loss.data.name} has {amount(count, 'sample')} to fit to; give up to that."
        )
    return whole_number("batch", given, 1, count)


@dataclass(frozen=True)
class Drawn(TracedProblem):
    """The problem of a loss that takes `samples`, their places, of which there is a row for each step.

    Programs of it are given the number of a step behind the traced parameters.

    Attributes
    ----------
    table : ndarray, shape (steps, B)
    """

    table: numpy.ndarray = field(default_factory=lambda: numpy.zeros((1, 1)))

    def valued(self, parameters: Any) -> dict[str, Any]:
        """Return the values of all parameters by name."""
        samples = pick(self.table, np.mod(parameters[-1], len(self.table)), axis=0)
        return {**super().valued(parameters), "samples": samples}


@dataclass(frozen=True)
class OnBatches(Iteration):
    """A method's iteration each of whose steps is taken on a batch; f and ∇f along it are those of all samples.

    Attributes
    ----------
    sampled : Problem
        Of the loss on some samples; see `Model.on_samples`.
    table : ndarray, shape (steps, B)
        Their places.
    """

    sampled: Problem | None = None
    table: numpy.ndarray = field(default_factory=lambda: numpy.zeros((1, 1)))

    def begin(self, f: TracedFunction, point: Any) -> dict[str, Any]:
        """Return the first state at a point."""
        count = np.zeros(())
        begun = super().begin(self._on_batch(f, count), point)
        value, gradient = f.value_and_gradient(begun["point"])
        return {
            **begun,
            "value": value,
            "gradient": gradient,
            COUNT: count,
            **standing.begun(f.gradient, begun["point"], value, gradient, self.tolerance),
        }

    def taken_on(self, f: TracedFunction, state: State) -> tuple[TracedFunction, State]:
        """Return the loss on the next batch, and the state with its value and gradient."""
        on_batch = self._on_batch(f, state[COUNT])
        value, gradient = on_batch.value_and_gradient(state["point"])
        own = {name: x for name, x in state.items() if name != COUNT}
        return on_batch, {**own, "value": value, "gradient": gradient}

    def stepped(self, f: TracedFunction, state: State) -> State:
        """Return what the method makes of a state; the batch after it is another, so that no step is the last."""
        return {**super().stepped(f, state), COUNT: state[COUNT] + 1.0}

    def _on_batch(self, f: TracedFunction, count: Any) -> TracedFunction:
        assert self.sampled is not None
        drawn = Drawn(self.sampled, f.traced.traced, f.traced.values, table=self.table)
        return replace(f, traced=drawn, parameters=np.concatenate([f.parameters, np.reshape(count, (1,))]))


def on_batches(
    iterations: Sequence[Iteration], problem: Problem, batch: Any, seeds: Sequence[int], steps: int
) -> tuple[OnBatches, ...]:
    """Have each step of iterations taken on a batch of a model's samples, the same one for all of one seed.

    Parameters
    ----------
    iterations : sequence of Iteration
    problem : Problem
        Of the model.
    batch
        How many samples, as somebody has given it.
    seeds : sequence of int
        With which they are drawn, for each iteration.
    steps : int
        How many are taken at most.

    Raises
    ------
    ProblemError
        If it is no model, or has not so many samples; or if there are too many draws.
    """
    model = problem.arguments.function
    size = batch_of(model, batch)
    assert isinstance(model, Model)
    if size * steps > MOST_DRAWN:
        raise ProblemError(
            f"{steps:,} batches of {size:,} samples are {size * steps:,} draws; a race has at most {MOST_DRAWN:,}. "
            f"Take fewer steps or smaller batches, or hw.train, which follows one method."
        )
    own = {name: x for name, x in problem.parameters.items() if name in problem.arguments.defaults}
    sampled = Problem.at(model.on_samples, problem.start, tuple(problem.arguments.variables), own)
    tables = {seed: Batches(len(model.train), size, seed).table(max(steps, 1)) for seed in {*seeds}}
    return tuple(
        OnBatches(**vars(each), sampled=sampled, table=tables[seed])
        for each, seed in zip(iterations, seeds, strict=True)
    )
