"""What is measured of the curvature at a step of a path, in mathematics that can be recorded.

By Lanczos's method, which goes on from the eigenvector that it found at the measurement before: what it then finds is
off by at most the residual, which is told. Of few variables the whole Hessian is there, of more its products.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import autograd.numpy as np
import numpy

from hesswidget.derivatives.control_flow import over_rows, scan
from hesswidget.derivatives.traced import TracedFunction, TracedProblem
from hesswidget.descent.iteration import Iteration, first_state
from hesswidget.descent.method import State
from hesswidget.models.model import Model
from hesswidget.precision import EPS
from hesswidget.program.program import Program
from hesswidget.spectra.trace import signs

MOST_WHOLE = 48  # variables up to which a page has the whole Hessian sooner than the products that it saves
STEPS = 12  # of Lanczos's method
ACCURATE = 1e-4  # of λ_max, how far it may be off that need not be measured again
ASIDE = 0.1  # of the last eigenvector's length, what is added at random: another eigenvalue may become the largest
BESIDE = 0.3  # of it, what is taken of each of the other vectors that were found
TOP = 5  # eigenvectors whose share of the gradient is told
PROBES = 16  # random vectors that estimate the trace, where it is estimated
STUDENT = (
    2.131  # the 97.5 % quantile of Student's distribution with 15 degrees of freedom, one less than these
)

QUANTITIES = (
    "sharpness", "sharpness_error", "preconditioned", "watched", "threshold", "ratio", "trace", "trace_error", "share",
    "predicted", "actual", "test_loss",
)  # fmt: skip
"""What is measured, in the order in which it travels; see `Measurement.at`."""


def first_vectors(n: int) -> numpy.ndarray:
    """Return the vectors to begin with, shape (2, n): of the Hessian, and of it as the method divides it."""
    first = numpy.random.default_rng(0).standard_normal(n)
    return numpy.array(2 * [first / numpy.linalg.norm(first)])


@dataclass(frozen=True)
class Measurement:
    """Measures a function along the path of a method.

    Attributes
    ----------
    iteration : Iteration
    """

    iteration: Iteration

    def at(self, f: TracedFunction, state: State, vectors: Any) -> Mapping[str, Any]:
        """Measure at a state.

        Parameters
        ----------
        f : TracedFunction
        state : mapping
            Of the iteration.
        vectors : array, shape (2, n)
            From the step before.

        Returns
        -------
        dict of array
            ``vectors`` for the next one; ``again``, whether one is to be made with them at this state; and
            ``measured``, shape (q,), by `QUANTITIES`: λ_max, and how far it may be
            off; λ_max of the Hessian divided by the method's diagonal, NaN where it has none; that of the two which the
            method's threshold is of, the threshold, NaN where none is known, and the one over the other; the trace and
            its error, within which it is in 95 % of draws; which share of the gradient's square lies along the
            eigenvectors of the five largest eigenvalues; by how much the next step is to change f by the quadratic
            model, and by how much it does; and the loss on test samples, NaN of what has none.
        """
        point, gradient = state["point"], state["gradient"]
        n = len(point)
        step = self.iteration.stepped(f, state)["point"] - point
        measured = {
            "threshold": self.iteration.threshold(f, state),
            "predicted": np.dot(gradient, step) + 0.5 * np.dot(step, f.hvp(point, step)),
            "actual": f.value(point + step) - state["value"],
            "test_loss": loss_of_test_samples(f, point),
            "preconditioned": np.nan,
        }
        method = self.iteration.method
        root = None
        if method.model is not None and method.is_preconditioned:
            root = np.sqrt(state[method.model])
        hessian = f.hessian(point) if n <= MOST_WHOLE else None

        def product(vector: Any, whole: Any, point: Any, parameters: Any) -> Any:
            return np.dot(whole, vector) if hessian is not None else f.at(parameters).hvp(point, vector)

        shared = (0.0 if hessian is None else hessian, point, f.parameters)
        sharpness, top, error = largest(product, vectors[0], shared)
        trace, trace_error = _trace(product, n, shared) if hessian is None else (np.trace(hessian), 0.0)
        watched, divided_by = sharpness, vectors[1]
        again = error > ACCURATE * np.abs(sharpness)
        if root is not None:

            def divided(vector: Any, root: Any, *shared: Any) -> Any:
                return product(vector / root, *shared) / root

            most, others, beyond = largest(divided, vectors[1], (root, *shared))
            again = np.logical_or(again, beyond > ACCURATE * np.abs(most))
            measured["preconditioned"], watched, divided_by = most, most, _start(others)
        along, squared = np.dot(top, gradient), np.dot(gradient, gradient)
        share = np.minimum(np.sum(along**2) / np.where(squared > 0, squared, np.nan), 1.0)
        measured |= {
            "sharpness": sharpness, "sharpness_error": error, "trace": trace, "trace_error": trace_error,
            "share": share, "watched": watched, "ratio": watched / measured["threshold"],
        }  # fmt: skip
        return {
            "vectors": np.stack([_start(top), divided_by]),
            "again": 1.0 * again,
            "measured": np.array([1.0 * measured[name] for name in QUANTITIES]),
        }

    def program(self, traced: TracedProblem, begin: Program) -> Program:
        """Record it.

        Raises
        ------
        NotRecorded
            If the function or the method cannot be written down.
        """
        state = first_state(begin, traced)

        def measure(f: TracedFunction, vectors: Any, **state: Any) -> Mapping[str, Any]:
            return self.at(f, state, vectors)

        return traced.record(measure, vectors=first_vectors(len(traced.problem.start)), **state)


def _trace(product: Callable[..., Any], n: int, shared: tuple[Any, ...]) -> tuple[Any, Any]:
    draws = signs(numpy.random.default_rng(1), PROBES, n)
    samples = over_rows(lambda z, *shared: np.dot(z, product(z, *shared)), draws, shared=shared)
    mean = np.mean(samples)
    return mean, STUDENT * np.sqrt(np.sum((samples - mean) ** 2) / (PROBES - 1) / PROBES)


def largest(product: Callable[..., Any], start: Any, shared: tuple[Any, ...]) -> tuple[Any, Any, Any]:
    """Return the largest eigenvalue, shape (), the best vectors of the largest few, (k, n), and its residual.

    By Lanczos's method with full reorthogonalization (Lanczos, 1950; Paige, 1976), from a vector near the eigenvector.

    Parameters
    ----------
    product : callable
        ``product(vector, *shared)``.
    start : array, shape (n,)
    shared : tuple of array

    Examples
    --------
    >>> A = numpy.diag(numpy.arange(60.0))
    >>> with numpy.errstate(all="ignore"):
    ...     value, vectors, residual = largest(lambda v: A @ v, numpy.ones(60), ())
    >>> bool(abs(value - 59) <= residual), vectors.shape
    (True, (5, 60))
    """
    n = len(start)
    steps = min(STEPS, n)
    aside = numpy.random.default_rng(2).standard_normal(n)
    first = start / _length(start) + ASIDE * aside / numpy.linalg.norm(aside)
    first = first / _length(first)

    def advance(
        basis: Any, diagonal: Any, beyond: Any, vector: Any, unit: Any, *shared: Any
    ) -> tuple[Any, ...]:
        basis = basis + np.outer(unit, vector)
        found = product(vector, *shared)
        here, size = np.dot(vector, found), _length(found)
        for _ in range(2):  # twice is enough (Giraud, Langou & Rozložník, 2005)
            found = found - np.dot(np.dot(basis, found), basis)
        left = _length(found)
        goes_on = left > 10 * EPS * np.sqrt(1.0 * n) * size
        following = np.where(goes_on, found / np.where(goes_on, left, 1.0), 0.0)
        # Once nothing is left there are zero vectors: they count as the first one, and change no largest value.
        is_there = np.dot(vector, vector) > 0.5
        diagonal = diagonal + unit * np.where(is_there, here, diagonal[0])
        return basis, diagonal, beyond + unit * np.where(goes_on, left, 0.0), following

    empty = numpy.zeros(steps)
    carry = [numpy.zeros((steps, n)), empty, empty, first]
    basis, diagonal, beyond, _ = scan(advance, carry, [numpy.eye(steps)], shared)
    off = numpy.eye(steps, k=1)
    beside = off * np.concatenate([beyond[:-1], numpy.zeros(1)])[:, None]
    tridiagonal = np.diag(diagonal) + beside + np.transpose(beside)
    is_finite = np.all(np.isfinite(tridiagonal))
    values, within = np.linalg.eigh(np.where(is_finite, tridiagonal, 0.0))
    known = np.where(is_finite, 1.0, np.nan)
    top = np.transpose(within[:, ::-1][:, :TOP])
    return known * values[-1], known * np.dot(top, basis), np.abs(beyond[-1] * within[-1, -1])


def _start(top: Any) -> Any:
    """Return what the next measurement goes on from: the first of the vectors, with something of the others."""
    return np.dot(numpy.array([1.0] + (len(top) - 1) * [BESIDE]), top)


def _length(vector: Any) -> Any:
    return np.sqrt(np.dot(vector, vector))


def loss_of_test_samples(f: TracedFunction, point: Any) -> Any:
    """Return the loss of a model on its test samples; NaN where there are none."""
    problem = f.traced.problem
    model = problem.arguments.function
    if not isinstance(model, Model) or model.data.test is None:
        return np.nan
    variables, values = problem.blocks.unflatten(point), f.values
    return model.test_loss(
        {name: variables[name] if name in variables else values[name] for name in model.start}
    )
