"""The evidence of a weight decay: how probable the data are, averaged over all weights under the prior that it is.

A loss that is a mean over N samples is, but for a constant, the negative logarithm of a likelihood divided by N β, with
β = 1 of classes, and of numbers one over the variance of their noise. A weight decay c is then a normal prior of
precision α = N β c. Where the loss is quadratic in the weights, as that of linear regression is, Laplace's
approximation is exact (MacKay, 1992, Bayesian interpolation).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import autograd.numpy as np
import numpy

from hesswidget.derivatives.control_flow import scan
from hesswidget.precision import EPS

ITERATIONS = 400  # of MacKay's, which converge linearly


def effective_dimension(eigenvalues: Any, decay: Any) -> Any:
    """Return γ = Σ λ / (λ + c): how many directions the data determine rather than the prior.

    Examples
    --------
    >>> round(float(effective_dimension(np.array([0.0, 1.0, 99.0]), 1.0)), 9)
    1.49
    """
    return np.sum(eigenvalues / (eigenvalues + decay))


def log_evidence(
    loss: Any, eigenvalues: Any, decay: Any, samples: int, targets: int, precision: Any = None
) -> Any:
    """Return the logarithm of the marginal likelihood, by Laplace's approximation.

    Parameters
    ----------
    loss : scalar
        At the minimum, with its penalty: ``L + c / 2 · |w|²``.
    eigenvalues : array, shape (n,)
        Of L's Hessian, or of its Gauss–Newton matrix; not negative.
    decay : scalar
        c.
    samples : int
        N, which L is a mean over.
    targets : int
        How many real numbers there are to be told, N or more; 0 of classes.
    precision : scalar, optional
        β of real numbers; by default the one with which it is largest, ``M / (2 N loss)`` of M numbers.
    """
    beta = 1.0 if not targets else targets / (2 * samples * loss) if precision is None else precision
    fit = targets / 2 * np.log(beta / (2 * np.pi)) - samples * beta * loss
    return fit + np.sum(np.log(decay / (eigenvalues + decay))) / 2


@dataclass(frozen=True)
class Laplace:
    """A loss without its weight decay, as a quadratic function of the weights about a point.

    Attributes
    ----------
    loss : scalar
        L at the point.
    eigenvalues : array, shape (n,)
    weights, slope : array, shape (n,)
        The point and ∇L there, along the eigenvectors.
    samples, targets : int
        As for `log_evidence`.
    """

    loss: Any
    eigenvalues: Any
    weights: Any
    slope: Any
    samples: int
    targets: int

    @classmethod
    def of(cls, loss: Any, gradient: Any, matrix: Any, point: Any, samples: int, targets: int) -> Laplace:
        """Return that of a loss with this gradient, and this positive semidefinite matrix for its Hessian."""
        values, vectors = np.linalg.eigh((matrix + matrix.T) / 2)
        weights, slope = np.dot(vectors.T, point), np.dot(vectors.T, gradient)
        return cls(loss, np.maximum(values, 0.0), weights, slope, samples, targets)

    @classmethod
    def of_factor(
        cls, loss: Any, gradient: Any, factor: Any, point: Any, samples: int, targets: int
    ) -> Laplace:
        """Return the same of a matrix ``AᵀA`` of rank m < n by its factor A, shape (m, n), in which the gradient lies.

        Its other eigenvalues are zero, and of all eigenvectors of these only how far the point is along them counts.
        """
        count, n = np.shape(factor)
        values, vectors = np.linalg.eigh(np.dot(factor, factor.T))
        is_there = values > n * EPS * np.max(np.abs(values))
        roots = np.sqrt(np.where(is_there, values, 1.0))
        weights, slope = (
            np.where(is_there, np.dot(vectors.T, np.dot(factor, each)) / roots, 0.0)
            for each in (point, gradient)
        )
        beyond = np.sqrt(np.maximum(np.dot(point, point) - np.dot(weights, weights), 0.0))
        none = numpy.zeros(n - count)
        return cls(
            loss,
            np.concatenate([none, np.where(is_there, values, 0.0)]),
            np.concatenate([np.reshape(beyond, (1,)), none[1:], weights]),
            np.concatenate([none, slope]),
            samples,
            targets,
        )

    def log_evidence(self, decay: Any) -> Any:
        """Return the logarithm of the evidence of a weight decay, at the minimum that it has."""
        loss, size = self._minimum(decay)
        return log_evidence(loss + decay / 2 * size, self.eigenvalues, decay, self.samples, self.targets)

    def fixed_point(self, start: Any) -> Any:
        """Return the weight decay of the largest evidence, by MacKay's iteration α = γ / |w|² from another one.

        Where the data tell nothing of the weights it goes to infinity, and where no prior is best to zero.
        """

        def step(decay: Any, loss: Any, eigenvalues: Any, weights: Any, slope: Any) -> tuple[Any]:
            about = Laplace(loss, eigenvalues, weights, slope, self.samples, self.targets)
            left, size = about._minimum(decay)
            gamma, n = effective_dimension(eigenvalues, decay), self.samples
            beta = (self.targets - gamma) / (2 * n * left) if self.targets else 1.0
            return (gamma / (n * beta * size),)

        known = (self.loss, self.eigenvalues, self.weights, self.slope)
        return scan(step, (start,), shared=known, length=ITERATIONS)[0]

    def _minimum(self, decay: Any) -> tuple[Any, Any]:
        """Return the loss without its penalty, and |w|², at the minimum with a weight decay."""
        moved = (self.eigenvalues * self.weights - self.slope) / (self.eigenvalues + decay)
        step = moved - self.weights
        loss = self.loss + np.dot(self.slope, step) + np.dot(self.eigenvalues * step, step) / 2
        return loss, np.dot(moved, moved)
