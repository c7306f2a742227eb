"""Penalties on curvature: what is added to a loss so that its minima are flat, and the loss with them.

Their gradients are third derivatives of the loss: autograd differentiates a product with the Hessian once more.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import autograd.numpy as np
import numpy

from hesswidget.derivatives import reverse_mode
from hesswidget.derivatives.control_flow import over_rows
from hesswidget.derivatives.traced import TracedFunction
from hesswidget.models.model import Model
from hesswidget.spectra.trace import signs

WHOLE = 64  # variables up to which traces and norms are exact; a step takes as many products
PROBES = 16  # random vectors that they are estimated with beyond, the same ones at every point
Penalty = Callable[[TracedFunction, Any], Any]
"""``penalty(f, point)``, a scalar."""


@dataclass(frozen=True)
class Penalized(TracedFunction):
    """A function with penalties: ``f(x) + Σ weight · penalty(f, x)``.

    Attributes
    ----------
    f : TracedFunction
        What penalties are of; none of them is of another.
    terms : tuple of (weight, Penalty)
        A weight is a number, or the parameter of the problem that it is.
    """

    f: TracedFunction
    terms: tuple[tuple[float | str, Penalty], ...]

    @classmethod
    def of(cls, f: TracedFunction, *terms: tuple[float | str, Penalty]) -> TracedFunction:
        """Return a function with these penalties; itself where there are none."""
        return cls(f.traced, f.parameters, f, terms) if terms else f

    def at(self, parameters: Any) -> TracedFunction:
        """Return the function at other parameters, with the same weights."""
        return self.of(self.f.at(parameters), *self.terms)

    def penalty(self, point: Any) -> Any:
        """Return what is added to f."""
        values = self.f.values
        weights = [values[weight] if isinstance(weight, str) else weight for weight, _ in self.terms]
        return sum(w * term(self.f, point) for w, (_, term) in zip(weights, self.terms, strict=True))

    def value(self, point: Any) -> Any:
        """Return f with its penalties, a scalar."""
        return self.f.value(point) + self.penalty(point)

    def value_and_gradient(self, point: Any) -> tuple[Any, Any]:
        """Return the value and the gradient, shape (n,)."""
        value, gradient = self.f.value_and_gradient(point)
        more, slope = reverse_mode.value_and_gradient(self.penalty, point)
        return value + more, gradient + slope

    def hvp(self, point: Any, vector: Any) -> Any:
        """Return the product with the Hessian, shape (n,): fourth derivatives of f, where a penalty has its second."""
        return self.f.hvp(point, vector) + reverse_mode.hvp(self.penalty, point, vector)


def gradient_norm(f: TracedFunction, point: Any) -> Any:
    """Return |∇f|² (Drucker & LeCun, 1992); with the weight η/4 what steps of size η add (Barrett & Dherin, 2021)."""
    return np.sum(f.gradient(point) ** 2)


def hessian_trace(f: TracedFunction, point: Any) -> Any:
    """Return tr ∇²f, exact up to 64 variables; of more it is Hutchinson's estimate (1990) by 16 vectors of seed 0."""
    vectors = _frame(len(f.traced.problem.start))
    return np.sum(vectors * f.hvps(point, vectors))


def frobenius(f: TracedFunction, point: Any) -> Any:
    """Return the sum of the squares of all entries of ∇²f, which is that of its eigenvalues; estimated as the trace."""
    return np.sum(f.hvps(point, _frame(len(f.traced.problem.start))) ** 2)


def input_noise(model: Model) -> Penalty:
    """Return ½ Σ ∂²loss/∂x² over all inputs x of a model (Bishop, 1995), on average over samples.

    With the weight σ² that is what noise of standard deviation σ on the inputs adds to the loss, to second order. Each
    sample's loss must be one of its own inputs, so that one product tells of one input of all samples. Of more than 64
    inputs it is estimated as the trace is.
    """
    inputs, shape = model.train.inputs, model.train.inputs.shape
    targets = model.loss_function.read(model.train, model.data)
    frame = _frame(int(numpy.prod(shape[1:])))
    columns = numpy.stack([numpy.broadcast_to(row.reshape(shape[1:]), shape) for row in frame])

    def bent(column: Any, point: Any) -> Any:
        blocks = model.variables(point)

        def loss(inputs: Any) -> Any:
            return model.loss_function.value(model.network(inputs, **blocks), targets)

        return np.sum(column * reverse_mode.hvp(loss, inputs, column))

    return lambda _, point: np.sum(over_rows(bent, columns, shared=(point,))) / 2


def _frame(n: int) -> numpy.ndarray:
    """Return rows v with Σ v vᵀ = 1: unit vectors; of more than `WHOLE` variables random signs, so on average."""
    if n <= WHOLE:
        return numpy.eye(n)
    return signs(numpy.random.default_rng(0), PROBES, n) / PROBES**0.5
