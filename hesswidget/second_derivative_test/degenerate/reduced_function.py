"""What is left of a function at a degenerate point when its curved directions are solved out: the splitting lemma."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hesswidget.derivatives.objective import Objective
from hesswidget.derivatives.rounding_noise import SAFETY, noise_of
from hesswidget.errors import ProblemError
from hesswidget.precision import EPS

MAX_ALIGNED = (
    100  # variables; beyond, a decomposition only for better names of directions would be the costliest step
)
IN_LINE = 1e-11  # of a unit vector, that it may be beside a space it is in: what rounding does
STEPS = (
    30  # of the chord method; at a distance where that many do not do, the lemma's neighbourhood has ended
)


@dataclass(frozen=True)
class Sample:
    """The reduced function at one point of the null space.

    Attributes
    ----------
    rise : float
        Its value: f on the solved curve, less f at the point.
    gradient : ndarray, shape (k,)
    bend : float
        How far the curved directions had to be followed: 0 where the solved curve is straight.
    residual : float
        Norm of the gradient left in the curved directions.
    """

    rise: float
    gradient: np.ndarray
    bend: float
    residual: float


class Splitting:
    """The function on the null space of its Hessian, minimised or maximised over the curved directions.

    Near a stationary point f is, in suitable coordinates, its nondegenerate quadratic part plus a function φ of the
    null space alone (Gromoll and Meyer, 1969): ``φ(u) = f(x + N u + R y) − f(x)`` with y such that
    ``Rᵀ ∇f = 0`` there. By the envelope theorem its gradient is ``Nᵀ ∇f``.

    Parameters
    ----------
    objective : Objective
    point : ndarray, shape (n,)
    eigenvalues : ndarray, shape (n,)
    eigenvectors : ndarray, shape (n, n)
    zero_threshold : float
        An eigenvalue no larger than this in magnitude counts as zero.
    units : ndarray, shape (n,), optional
        Lengths of the coordinates; eigenvalues and eigenvectors are then those of ``diag(units) H diag(units)``, and
        distances in the null space are in these units. By default 1.
    has_gradient : bool
        Whether the gradient at the point itself is one; where it is, it says by how much the point is off.

    Examples
    --------
    >>> from hesswidget.problem.problem import Problem
    >>> f = Objective(Problem.at(lambda x, y: (y - x**2) * (y - 3 * x**2), (0.0, 0.0), None, {}))
    >>> φ = Splitting(f, f.problem.start, np.array([0.0, 2.0]), np.eye(2), 1e-15)
    >>> round(φ.at(np.array([0.1])).rise, 12)  # −x⁴, on y = 2 x²
    -0.0001
    """

    def __init__(
        self,
        objective: Objective,
        point: np.ndarray,
        eigenvalues: np.ndarray,
        eigenvectors: np.ndarray,
        zero_threshold: float,
        units: np.ndarray | None = None,
        has_gradient: bool = True,
    ) -> None:
        null = np.abs(eigenvalues) <= zero_threshold
        self.objective, self.has_gradient = objective, has_gradient
        self.units = np.ones(len(point)) if units is None else units
        self.null = self.units[:, None] * aligned(eigenvectors[:, null])
        self.curved = self.units[:, None] * eigenvectors[:, ~null]
        self.curvatures = eigenvalues[~null]
        self.softest = float(np.min(np.abs(self.curvatures), initial=np.inf))
        self.zero_threshold = zero_threshold
        # A point that is stationary within a tolerance only is first moved to where it is so in the curved directions.
        y, self.value, self.gradient = self._solved(point)
        self.point = point + self.curved @ y
        bias = float(np.linalg.norm(self.null.T @ self.gradient))
        self.bias = bias if has_gradient else 0.0

    def at(self, u: np.ndarray) -> Sample | None:
        """Return the reduced function at `u`, shape (k,); None where f or its gradient is not finite there."""
        y, value, gradient = self._solved(self.point + self.null @ u)
        if not (np.isfinite(value) and np.all(np.isfinite(gradient))):
            return None
        residual = float(np.linalg.norm(self.curved.T @ gradient))
        return Sample(value - self.value, self.null.T @ gradient, float(np.linalg.norm(y)), residual)

    def followed(self, u: np.ndarray) -> np.ndarray:
        """Return the point on the solved curve at `u`, shape (n,)."""
        start = self.point + self.null @ u
        return start + self.curved @ self._solved(start)[0]

    def along(self, direction: np.ndarray) -> tuple[np.ndarray, float]:
        """Return the unit vector of a direction in the null space, shape (n,), and how long its unit there is."""
        vector = self.null @ direction
        length = float(np.linalg.norm(vector))
        return vector / length, length

    @property
    def remoteness(self) -> float:
        """The largest coordinate, in its unit: what the rounding of points grows with."""
        return float(np.max(np.abs(self.point) / self.units))

    def integral(self, u: np.ndarray) -> float:
        """Return the reduced function at `u` by its derivatives on the way, by Gauss and Legendre's rule of five nodes.

        A difference of values loses what is small beside f itself; this does not. NaN where f is not finite.
        """
        nodes, weights = np.polynomial.legendre.leggauss(5)
        samples = [self.at(u * (1 + t) / 2) for t in nodes]
        derivatives = [np.nan if sample is None else float(sample.gradient @ u) for sample in samples]
        return float(weights @ np.array(derivatives)) / 2

    def line_derivatives(self, direction: np.ndarray) -> tuple[float, float]:
        """Return the third and fourth derivative of f along a line through the point; NaN where there are none."""
        line = self.point, direction
        if not self.has_gradient:
            return np.nan, np.nan
        try:
            return self.objective.derivative_along(*line, 3), self.objective.derivative_along(*line, 4)
        except ProblemError:
            return np.nan, np.nan

    def uncertainty(self, u: np.ndarray, sample: Sample) -> float:
        """Say how far off the gradient at `u` may be for what is known beforehand.

        These are: an eigenvalue that was taken for zero; the gradient of a point that is not quite stationary; and
        on a curve that bends, what the curved directions still leave: their residual, and the rounding of the point.
        """
        radius = float(np.linalg.norm(u))
        bending = 2 * sample.bend / radius
        left = sample.residual + 4 * self._rounding(radius)
        return self.zero_threshold * radius + 2 * self.bias + bending * left

    def leaning(self, radius: float) -> float:
        """Say what f may rise by where a direction of the null space leans into a curved one, by rounding's angle."""
        return SAFETY * (self.zero_threshold * radius) ** 2 / (2 * self.softest)

    def unsolved(self, sample: Sample) -> float:
        """Say how much f may be above the reduced function: r²/2λ by what is left of a gradient r across."""
        return sample.residual**2 / (2 * self.softest)

    def bends(self, u: np.ndarray, sample: Sample) -> bool:
        """Whether the solved curve has left the straight line at `u`, by more than rounding."""
        radius = float(np.linalg.norm(u))
        return sample.bend > 1e-6 * radius + SAFETY * self._rounding(radius) / self.softest

    def noise(self, u: np.ndarray) -> tuple[float, float]:
        """Measure the rounding noise of the derivative along `u`, and of the value, by fourth differences alone.

        Each of the five samples solves for the curved directions. The step, 1e-5 of the distance, leaves of ``r**d``
        some ``d⁴ 1e-20`` relative.
        """
        samples = []
        for j in range(5):
            sample = self.at(u * (1 + 1e-5 * j))
            derivative = np.nan if sample is None else float(sample.gradient @ u) / float(np.linalg.norm(u))
            samples.append((derivative, np.nan if sample is None else sample.rise))
        of_derivative, of_value = noise_of(samples, orders=(4,))
        return float(of_derivative), float(of_value)

    def rounding(self, u: np.ndarray) -> float:
        """Say what rounding may do to f at `u`, also where points near by share it; not finite if it is not known."""
        from hesswidget.derivatives.monte_carlo import value_rounding  # brings the recorder

        try:
            return value_rounding(self.objective, self.followed(u))
        except Exception:  # the function may do what cannot be followed
            return np.inf

    def _rounding(self, radius: float) -> float:
        """Return what the gradient in the curved directions changes by when the point is rounded."""
        stiffest = float(np.max(np.abs(self.curvatures), initial=0.0))
        return EPS * stiffest * (self.remoteness + radius)

    def _solved(self, start: np.ndarray) -> tuple[np.ndarray, float, np.ndarray]:
        """Solve ``Rᵀ ∇f(start + R y) = 0`` by the chord method; return y, f and its gradient there.

        It goes on while it gains, so that what is left is rounding.
        """
        y = np.zeros(self.curved.shape[1])
        best, solution = np.inf, None
        for _ in range(STEPS):
            value, gradient = self.objective.value_and_gradient(start + self.curved @ y)
            across = self.curved.T @ gradient
            residual = float(np.linalg.norm(across))
            if solution is None or residual < best:
                solution = (y, value, gradient)
            if not 0 < residual < 0.9 * best:
                break
            best = residual
            y = y - across / self.curvatures
        assert solution is not None
        return solution


def aligned(basis: np.ndarray) -> np.ndarray:
    """Return an orthonormal basis of the same space with as many coordinate axes in it as it has.

    Examples
    --------
    >>> (abs(aligned(np.array([[1.0, 1.0], [1.0, -1.0], [0.0, 0.0]]) / 2**0.5)) + 0.0).tolist()
    [[1.0, 0.0], [0.0, 1.0], [0.0, 0.0]]
    """
    n, k = basis.shape
    near = np.flatnonzero(np.sum(basis**2, axis=1) >= 1 - 1e-12)
    away = np.linalg.norm(np.eye(n)[:, near] - basis @ basis[near].T, axis=0)
    axes = near[away <= IN_LINE][:k]
    if len(axes) == k:
        return np.eye(n)[:, axes]
    if len(axes) == 0 or n > MAX_ALIGNED:
        return basis
    rest = basis.copy()
    rest[axes] = 0.0
    others = np.linalg.svd(rest, full_matrices=False)[0][:, : k - len(axes)]
    return np.concatenate([np.eye(n)[:, axes], others], axis=1)
