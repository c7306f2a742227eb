"""The loss that is trained: on all samples or on a batch of them, with weight decay."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import autograd.numpy as np
import numpy

from hesswidget.derivatives.traced import TracedFunction, TracedProblem
from hesswidget.descent.iteration import Iteration
from hesswidget.descent.method import State


@dataclass(frozen=True)
class SampledProblem(TracedProblem):
    """The problem of a loss that takes `samples`, their places, which are what programs of it are given.

    Attributes
    ----------
    batch : int
        How many a step is taken on. Programs are given twice as many: those of the step, and those of the next.
    """

    batch: int = 1

    @property
    def example(self) -> numpy.ndarray:
        """Places of samples for two steps."""
        return numpy.zeros(2 * self.batch)

    def valued(self, parameters: Any) -> dict[str, Any]:
        """Return the values of all parameters by name."""
        return {**self.values, "samples": parameters}


@dataclass(frozen=True)
class Decayed(TracedFunction):
    """A function with weight decay: ``f(x) + decay / 2 · |x|²``, whose Hessian is that of f, ``decay`` added to all λ.

    Attributes
    ----------
    f : TracedFunction
    decay : float or str
        Or the parameter of the problem that it is.
    """

    f: TracedFunction
    decay: float | str

    @classmethod
    def of(cls, f: TracedFunction, decay: float | str) -> TracedFunction:
        """Return a function with so much weight decay; itself where that is none."""
        return cls(f.traced, f.parameters, f, decay) if decay else f

    @property
    def amount(self) -> Any:
        """How much weight decay there is, at its parameters."""
        return self.f.values[self.decay] if isinstance(self.decay, str) else self.decay

    def at(self, parameters: Any) -> TracedFunction:
        """Return the function at other parameters."""
        return self.of(self.f.at(parameters), self.decay)

    def value(self, point: Any) -> Any:
        """Return f, a scalar."""
        return self.f.value(point) + self.amount / 2 * np.sum(point**2)

    def value_and_gradient(self, point: Any) -> tuple[Any, Any]:
        """Return f and ∇f."""
        value, gradient = self.f.value_and_gradient(point)
        return value + self.amount / 2 * np.sum(point**2), gradient + self.amount * point

    def hvp(self, point: Any, vector: Any) -> Any:
        """Return ∇²f · vector, shape (n,)."""
        return self.f.hvp(point, vector) + self.amount * vector

    def ggnvp(self, point: Any, vector: Any) -> Any:
        """Return G · vector, shape (n,); the penalty is an output besides, and G has its share."""
        return self.f.ggnvp(point, vector) + self.amount * vector


@dataclass(frozen=True)
class Training(Iteration):
    """A method's iteration on a loss with weight decay, on all samples or on batches.

    With batches it steps on one, and what it goes on with is of the next: value and gradient are always those of the
    batch that the next step is taken on.

    Attributes
    ----------
    decay : float
    batch : int
        How many samples a step is taken on; 0 where on all.
    """

    decay: float = 0.0
    batch: int = 0

    def begin(self, f: TracedFunction, point: Any) -> dict[str, Any]:
        """Return the first state at a point."""
        return super().begin(self._losses(f)[0], point)

    def advance(self, f: TracedFunction, state: State, after: TracedFunction | None = None) -> dict[str, Any]:
        """Return the state after one more step."""
        now, following = self._losses(f)
        return super().advance(now, state, after or following)

    def _losses(self, f: TracedFunction) -> tuple[TracedFunction, TracedFunction]:
        if not self.batch:
            loss = Decayed.of(f, self.decay)
            return loss, loss
        parts = f.parameters[: self.batch], f.parameters[self.batch :]
        now, following = (Decayed.of(f.at(samples), self.decay) for samples in parts)
        return now, following
