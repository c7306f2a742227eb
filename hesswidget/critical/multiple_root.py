"""Where a degenerate critical point lies along the null space: a multiple root, found as a simple one."""

from __future__ import annotations

import numpy as np
from numpy.polynomial import Chebyshev

from hesswidget.derivatives.objective import Objective
from hesswidget.errors import ProblemError
from hesswidget.second_derivative_test.degenerate.reduced_function import Splitting

RADIUS = 0.02  # of the box: half the interval on which the slope is interpolated
DEGREE = 9  # of a polynomial on it: where f is analytic over the box, 0.02^10 is less than rounding
NODES = 2 * DEGREE  # more than are needed lessen the noise, and show it
WHOLE = 0.2  # how far from a whole number a multiplicity may be seen
CLEAR = 1e3  # how far the slope must stand out of what the polynomial leaves of it
FARTHEST = 0.5  # of the interval: a root farther away is another
ROUNDS, SETTLED = 4, 1e-6  # of the interval: the last move


def located(
    objective: Objective,
    point: np.ndarray,
    eigenvalues: np.ndarray,
    eigenvectors: np.ndarray,
    width: np.ndarray,
) -> np.ndarray | None:
    """Place a point beside a multiple root of ∇f as exactly as the slope is known around it.

    A zero of multiplicity m is known to ``eps**(1/m)`` only from the slope at it, since that is flat; but the slope's
    derivative of order m − 1 has a simple zero there. That derivative is taken of a Chebyshev interpolant of the
    reduced slope (`hesswidget.second_derivative_test.degenerate.reduced_function`) on an interval so long that the
    slope stands out of its noise.

    Parameters
    ----------
    objective : Objective
    point : ndarray, shape (n,)
    eigenvalues, eigenvectors : ndarray, shape (n,) and (n, n)
        Of the Hessian there, in the unit cube's coordinates; the one of least magnitude is taken for zero.
    width : ndarray, shape (n,)
        The widths of the box.

    Returns
    -------
    ndarray, shape (n,), or None
        None where the slope is not finite near by, is not seen to vanish like a whole power, or no root is near. That
        it is a critical point is not checked: between a minimum and a saddle close together there is such a place too.

    Examples
    --------
    >>> from hesswidget.problem.problem import Problem
    >>> f = Objective(Problem.at(lambda x, y: (x - 0.3) ** 4 + y**2, (0.301, 0.0), None, {}))
    >>> place = located(f, f.problem.start, np.array([0.0, 2.0]), np.eye(2), np.ones(2))
    >>> bool(np.allclose(place, [0.3, 0.0], rtol=0, atol=1e-13))
    True
    """
    softest = float(np.min(np.abs(eigenvalues)))
    for _ in range(ROUNDS):
        try:
            with np.errstate(all="ignore"):
                splitting = Splitting(objective, point, eigenvalues, eigenvectors, softest, width)
                move = _root(splitting)
                if move is None:
                    return None
                point = splitting.followed(np.array([move]))
        except (ProblemError, np.linalg.LinAlgError):
            return None
        if abs(move) <= SETTLED * RADIUS:
            return point
    return None


def _root(splitting: Splitting) -> float | None:
    """Return the place of the multiple root of the reduced slope, in widths of the box."""
    places = RADIUS * np.cos(np.pi * (np.arange(NODES) + 0.5) / NODES)
    samples = [splitting.at(np.array([t])) for t in places]
    slopes = np.array([np.nan if sample is None else sample.gradient[0] for sample in samples])
    if not np.all(np.isfinite(slopes)):
        return None
    slope = Chebyshev.fit(places, slopes, DEGREE, domain=[-RADIUS, RADIUS])
    if not np.max(np.abs(slopes)) > CLEAR * np.max(np.abs(slope(places) - slopes)):
        return None
    # On both sides together, so that a root beside the middle does not disturb.
    outer, inner = (slope(-r) * slope(r) for r in (RADIUS, RADIUS / 2))
    seen = np.log2(outer / inner) / 2 if outer * inner > 0 else np.nan
    multiplicity = round(seen) if np.isfinite(seen) else 0
    if abs(seen - multiplicity) > WHOLE or not 2 <= multiplicity < DEGREE:
        return None
    roots = slope.deriv(multiplicity - 1).roots()
    real = roots.real[np.abs(roots.imag) <= 1e-9 * RADIUS]
    nearest = float(real[np.argmin(np.abs(real))]) if len(real) else np.inf
    return nearest if abs(nearest) <= FARTHEST * RADIUS else None
