"""Where a degenerate critical point lies along the null space: a multiple root, found as a simple one."""

from __future__ import annotations

import numpy as np
from numpy.polynomial import Chebyshev

from hesswidget.errors import ProblemError
from hesswidget.objective import Objective
from hesswidget.splitting import Splitting

WHOLE = 0.3  # how far from a whole number the power of growth may have been seen, beside a point that is not exact
RADIUS = 0.02  # of the box: half the interval on which the slope is interpolated
DEGREE = 9  # of a polynomial on it: where f is analytic over the box, 0.02^10 is less than rounding
NODES = 2 * DEGREE  # more than are needed lessen the noise
FARTHEST = 0.25  # of the interval: a root farther away is another


def located(
    objective: Objective,
    point: np.ndarray,
    eigenvalues: np.ndarray,
    eigenvectors: np.ndarray,
    zero_threshold: float,
    order: float,
    width: np.ndarray,
) -> np.ndarray | None:
    """Place a point whose Hessian has one zero eigenvalue, as exactly as the slope is known beside it.

    A zero of multiplicity m is known to ``eps**(1/m)`` only from the slope at it, since that is flat; but the slope's
    derivative of order m − 1 has a simple zero there. That derivative is taken of a Chebyshev interpolant of the
    reduced slope (`hesswidget.splitting`) on an interval so long that the slope stands out of its noise.

    Parameters
    ----------
    objective : Objective
    point : ndarray, shape (n,)
    eigenvalues, eigenvectors : ndarray, shape (n,) and (n, n)
        Of the Hessian there.
    zero_threshold : float
        An eigenvalue no larger than this in magnitude counts as zero.
    order : float
        The power of the distance with which f changes along the null space, m + 1.
    width : ndarray, shape (n,)
        The widths of the box.

    Returns
    -------
    ndarray, shape (n,), or None
        None where the power is no whole number, the slope is not finite near by, or no root is near.

    Examples
    --------
    >>> from hesswidget.problem import Problem
    >>> f = Objective(Problem.at(lambda x, y: (x - 0.3) ** 4 + y**2, (0.30001, 0.0), None, {}))
    >>> place = located(f, f.problem.start, np.array([0.0, 2.0]), np.eye(2), 1e-8, 4.0, np.ones(2))
    >>> bool(np.allclose(place, [0.3, 0.0], rtol=0, atol=1e-13))
    True
    """
    multiplicity = round(order) - 1
    if abs(order - round(order)) > WHOLE or not 1 <= multiplicity < DEGREE:
        return None
    try:
        with np.errstate(all="ignore"):
            splitting = Splitting(objective, point, eigenvalues, eigenvectors, zero_threshold)
            radius = RADIUS / float(np.max(np.abs(splitting.null[:, 0]) / width))
            places = radius * np.cos(np.pi * (np.arange(NODES) + 0.5) / NODES)
            samples = [splitting.at(np.array([t])) for t in places]
    except (ProblemError, np.linalg.LinAlgError):
        return None
    slopes = np.array([np.nan if sample is None else sample.slope[0] for sample in samples])
    if not np.all(np.isfinite(slopes)):
        return None
    slope = Chebyshev.fit(places, slopes, DEGREE, domain=[-radius, radius])
    roots = slope.deriv(multiplicity - 1).roots()
    real = roots.real[np.abs(roots.imag) <= 1e-9 * radius]
    if not len(real) or np.min(np.abs(real)) > FARTHEST * radius:
        return None
    return splitting.followed(np.array([real[np.argmin(np.abs(real))]]))
