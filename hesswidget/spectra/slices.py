"""`hesswidget.slices`: a loss along its extreme eigenvectors, and along random directions, which may mislead."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from hesswidget.derivatives.blas import one_blas_thread
from hesswidget.derivatives.objective import Objective
from hesswidget.errors import ProblemError
from hesswidget.precision import EPS, not_negative, whole_number
from hesswidget.problem.arguments import keywords
from hesswidget.problem.problem import Problem
from hesswidget.spectra.filters import filters, normalized
from hesswidget.spectra.search import SECONDS, Plan, Search
from hesswidget.spectra.sources import FunctionMatrix
from hesswidget.wording import number

RESOLUTION, FINEST = 41, 401
PLANES = 4_000  # random planes, of which those are counted that look like a minimum


@dataclass(frozen=True, eq=False)
class Cut:
    """Values of a function on a plane through a point.

    Attributes
    ----------
    directions : ndarray, shape (2, n)
        The plane is ``point + a * directions[0] + b * directions[1]``, with a and b from −1 to 1.
    values : ndarray, shape (m, m)
        Along a in each row, along b from row to row; NaN where the function has none.
    curvatures : ndarray, shape (2,)
        The least and the greatest second derivative along a unit vector in the plane.
    """

    directions: np.ndarray
    values: np.ndarray
    curvatures: np.ndarray


@dataclass(frozen=True, eq=False, repr=False)
class Slices:
    """Two planes through a point, side by side; made by `hesswidget.slices`.

    Attributes
    ----------
    name : str
        The function's.
    point : ndarray, shape (n,)
    value : float
    extreme : Cut
        Along the eigenvectors of the smallest and the largest eigenvalue.
    random : Cut
        Along two random directions, normalized filter by filter.
    bowls : float or None
        Of all random planes the share in which H is positive definite, by 4,000 draws; None where not all eigenvalues
        are known.
    """

    name: str
    point: np.ndarray
    value: float
    extreme: Cut
    random: Cut
    bowls: float | None

    @property
    def sentence(self) -> str:
        """What the two planes show, and how far a random one can be trusted."""
        low, high = self.extreme.curvatures
        said = f"second derivatives from {number(float(low))} to {number(float(high))}"
        a, b = self.random.curvatures
        seen = f"the random plane shows {number(float(a))} to {number(float(b))} of them"
        if self.bowls is None or low >= 0:
            return f"{said}; {seen}"
        return f"{said}; {seen}, and {100 * self.bowls:.1f} % of all random planes show positive ones alone"

    def __str__(self) -> str:
        return f"slices of {self.name} at f = {number(self.value, 5)}: {self.sentence}"

    __repr__ = __str__


def slices(
    function: Any,
    /,
    at: Any = None,
    *,
    over: str | tuple[str, ...] | None = None,
    reach: float = 1.0,
    resolution: int = RESOLUTION,
    seed: int = 0,
    **parameters: Any,
) -> Slices:
    """Cut a function along its extreme eigenvectors, and along two random directions.

    Random directions are normalized filter by filter (Li, Xu, Taylor, Studer & Goldstein, 2018): each row of a
    matrix, and each vector, is as long as that of the point, so that a rescaling of layers that leaves the function as
    it is (Dinh, Pascanu, Bengio & Bengio, 2017) leaves the slice as it is. Where most eigenvalues are positive, nearly
    all random planes show a bowl, saddle or not; hence the other plane beside it.

    Parameters
    ----------
    function : callable or str
        As for `hesswidget.curvature`.
    at : array_like, dict or list
        The point.
    over : str or tuple of str, optional
        Which arguments are the variables.
    reach : float
        How far the planes go, in lengths of the random directions.
    resolution : int
        Values along each direction, from 2 to 401.
    seed : int
        Of the random directions.
    **parameters
        Parameters by name.

    Returns
    -------
    Slices
        `hesswidget.figures.slices` draws it.

    Raises
    ------
    ProblemError
        If the function has fewer than two variables, or no finite derivatives at the point.

    Examples
    --------
    >>> import autograd.numpy as np
    >>> q = np.ones(10) / np.sqrt(10)
    >>> found = slices(lambda w: (np.sum(w**2) - 2 * np.dot(q, w) ** 2) / 2, np.zeros(10))
    >>> found.extreme.curvatures.round(9).tolist(), bool(found.random.curvatures[0] > 0)
    ([-1.0, 1.0], True)
    """
    problem = Problem.at(function, at, over, dict(parameters), keywords(slices))
    n = len(problem.start)
    if n < 2:
        raise ProblemError(f"{problem.name} has one variable; a plane takes two.")
    fine = whole_number("resolution", resolution, 2, FINEST)
    length = not_negative("reach", reach)
    if length == 0:
        raise ProblemError("reach is 0; a plane goes somewhere.")
    operator, _ = FunctionMatrix(problem).at({})
    known = Search(operator, Plan.read(operator, 1, 1, 2, None, None, SECONDS, seed)).spectrum()
    point, objective = problem.start, Objective(problem)
    random = np.random.default_rng(seed)
    drawn = length * _directions(problem, random)
    ends = np.stack([known.smallest.vectors[:, 0], known.largest.vectors[:, 0]])
    size = float(np.mean(np.linalg.norm(drawn, axis=1)))

    def cut(directions: np.ndarray) -> Cut:
        places = np.linspace(-1.0, 1.0, fine)
        with np.errstate(all="ignore"):
            values = [
                [objective.value_or_nan(point + a * directions[0] + b * directions[1]) for a in places]
                for b in places
            ]
        images = np.stack([operator.multiply(d) for d in directions])
        inner, metric = directions @ images.T, directions @ directions.T
        root = np.linalg.cholesky(metric)
        bent = np.linalg.solve(root, np.linalg.solve(root, (inner + inner.T) / 2).T)
        return Cut(directions, np.array(values), np.linalg.eigvalsh((bent + bent.T) / 2))

    with one_blas_thread():
        extreme, aslant = cut(size * ends), cut(drawn)
    bowls = None if known.eigenvalues is None else _bowls(known.eigenvalues, random)
    return Slices(problem.name, point, objective.value(point), extreme, aslant, bowls)


def _directions(problem: Problem, random: np.random.Generator) -> np.ndarray:
    """Return two random directions, normalized filter by filter, shape (2, n)."""
    point, places = problem.start, filters(problem.blocks)
    drawn = random.standard_normal((2, len(point)))
    found = np.stack([normalized(point, each, places) for each in drawn])
    if not np.all(np.linalg.norm(found, axis=1) > EPS * np.linalg.norm(point)):
        raise ProblemError("the point's filters are all zero; there is no length for random directions.")
    return found


def _bowls(eigenvalues: np.ndarray, random: np.random.Generator) -> float:
    """Return the share of random planes in which a matrix of these eigenvalues is positive definite."""
    a, b, c = (np.empty(PLANES) for _ in range(3))
    for k in range(PLANES):
        u, v = random.standard_normal((2, len(eigenvalues)))
        a[k], b[k], c[k] = (
            np.sum(eigenvalues * u * u),
            np.sum(eigenvalues * u * v),
            np.sum(eigenvalues * v * v),
        )
    return float(np.mean((a > 0) & (a * c > b * b)))
