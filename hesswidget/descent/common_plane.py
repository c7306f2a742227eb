"""The plane that several paths have in common: where most of their motion is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from hesswidget.descent.flattening import flattened, refilled, structure_of
from hesswidget.descent.given import as_problem, as_rows, held, in_structure
from hesswidget.descent.path import Path
from hesswidget.errors import ProblemError
from hesswidget.landscape.plane import Plane
from hesswidget.landscape.sampler import Sampler, Slice
from hesswidget.precision import EPS
from hesswidget.wording import subscript

ROOM = 0.1  # of its width, left around the points on each side
NARROWEST = 0.25  # of the wider side: the other one, at least


@dataclass(frozen=True, eq=False)
class CommonPlane:
    """Where several paths are drawn together; made by `common_plane`.

    Attributes
    ----------
    plane : Plane
        Its ends hold all points of the paths. Of one variable it is a line.
    coordinates : tuple of ndarray, shape (k + 1, 2)
        The places of each path's points in it, or of their projections.
    share : float
        Of the squared distances of all points from their centre, what is in the plane; 1 where there are none.
    shares : ndarray
        The same of each path by itself, from its own mean.
    structure : object
        Such as a dict of arrays: what holds the numbers of the first point, in order; None where a vector does.
    """

    plane: Plane
    coordinates: tuple[np.ndarray, ...] = field(repr=False)
    share: float
    shares: np.ndarray
    structure: Any = field(default=None, repr=False)

    def sample(self, function: Any, /, *, over: Any = None, resolution: int = 101, **values: Any) -> Slice:
        """Return a function's values on the plane, as `hesswidget.figures.descent` draws them.

        Parameters
        ----------
        function : callable or str
            As for `hesswidget.path`: it gets dicts and lists of arrays where the paths' points were such, if it takes
            them so, and else the vector of all their numbers.
        over : str or tuple of str, optional
            Which arguments are the variables, if not those without a default.
        resolution : int
            Values along each direction.
        **values
            Values of the function's other arguments.

        Examples
        --------
        >>> common_plane([[[0.0, 0.0], [1.0, 1.0]]]).sample(lambda x, y: x * y, resolution=5).values.shape
        (5, 5)
        """
        if isinstance(resolution, bool) or not isinstance(resolution, int | np.integer) or resolution < 2:
            raise ProblemError(f"resolution is {resolution!r:.60}; it takes a whole number from 2 on.")
        at = self.plane.place(self.plane.ends.mean(axis=1)[:, None])[:, 0]
        reserved = ("over", "resolution")
        problem = in_structure(function, [refilled(self.structure, at)], over, values, reserved)
        if problem is None:
            problem = as_problem(function, at, False, over, values, reserved)
            order = np.arange(len(at))
        else:  # its variables may be in another order than a dict of them
            places = refilled(self.structure, np.arange(float(len(at))))
            order = problem.blocks.flatten(problem.arguments.spread(places)).astype(int)
        plane = replace(self.plane, origin=self.plane.origin[order], basis=self.plane.basis[:, order])
        found = Sampler(problem).sample(plane, problem.parameters, int(resolution))
        return replace(found, plane=self.plane)


def common_plane(
    paths: Iterable[Any], *, about: Any = None, names: Sequence[str] | None = None
) -> CommonPlane:
    """Find the plane in which paths move most: of their points' first two principal directions.

    Of one or two variables it is the variables' own. A direction's largest component is positive.

    Parameters
    ----------
    paths : iterable of Path or of array_like, shape (k + 1, n)
        With the same n. A path alone too, and an array of shape (k + 1, n) alone is one.
    about : array_like, shape (n,), optional
        From where distances are measured, such as a minimum; by default the mean of all points.
    names : sequence of str, optional
        What its directions are called in a picture.

    Returns
    -------
    CommonPlane

    Raises
    ------
    ProblemError
        If there are no paths, or they differ in how many variables they have.

    Notes
    -----
    Even of a random walk in many dimensions a plane holds 76 % (Antognini & Sohl-Dickstein, 2018): a large share is no
    sign that the path is flat.

    Examples
    --------
    >>> found = common_plane([[[0, 0, 1], [3, 0, 1], [3, 1, 1]], [[0, 0, 1], [0, 2, 1]]])
    >>> round(found.share, 12), found.coordinates[1].shape, found.plane.names
    (1.0, (2, 2), ('principal direction 1', 'principal direction 2'))
    """
    rows, structure = _read(paths)
    points = np.concatenate(rows)
    n = points.shape[1]
    centre = points.mean(axis=0) if about is None else flattened(about, "about")
    if len(centre) != n or not np.isfinite(centre).all():
        raise ProblemError(f"about is {about!r:.60}; it takes {n} finite numbers, one for each variable.")
    if n <= 2:
        origin, basis = np.zeros(n), np.eye(n)
        usual = tuple(f"x{subscript(k + 1)}" for k in range(n))
    else:
        origin, basis = centre, _principal(points - centre)
        usual = ("principal direction 1", "principal direction 2")
    called = usual if names is None else tuple(names)
    if len(called) != len(basis) or not all(isinstance(name, str) for name in called):
        raise ProblemError(f"names is {names!r:.60}; it takes {len(basis)}, one for each direction.")
    coordinates = tuple((each - origin) @ basis.T for each in rows)
    plane = Plane(origin, basis, _ends(np.concatenate(coordinates)), called)
    shares = np.array([share_in(each - each.mean(axis=0), basis) for each in rows])
    return CommonPlane(plane, coordinates, share_in(points - centre, basis), shares, structure)


def _read(paths: Any) -> tuple[list[np.ndarray], Any]:
    """Return the points of each path as rows, and the structure of the very first."""
    try:
        given = [paths] if isinstance(paths, Path) or getattr(paths, "ndim", 0) == 2 else list(paths)
    except TypeError:
        raise ProblemError(f"paths is {paths!r:.60}; it takes a list of paths.") from None
    if not given:
        raise ProblemError("there are no paths; a plane takes at least one.")
    given = [path if isinstance(path, Path) else held(path) for path in given]
    rows = [path.points if isinstance(path, Path) else as_rows(path)[0] for path in given]
    n = rows[0].shape[1]
    for k, each in enumerate(rows):
        if each.shape[1] != n:
            raise ProblemError(
                f"path {k} has {each.shape[1]} variables, but path 0 has {n}; they have no plane in common."
            )
    return rows, _structure(given[0])


def _structure(path: Path | list[Any]) -> Any:
    if not isinstance(path, Path):
        return structure_of(path[0])
    return path.blocks and structure_of(tuple(path.blocks.unflatten(path.points[0]).values()))


def _principal(away: np.ndarray) -> np.ndarray:
    """Return two orthonormal directions, shape (2, n), the first along most of what is given."""
    n = away.shape[1]
    _, sizes, directions = np.linalg.svd(_scaled(away), full_matrices=False)
    found = [v for size, v in zip(sizes, directions, strict=True) if size > n * EPS * sizes[0]][:2]
    while len(found) < 2:  # the points lie on a line: any direction across will do, the nearest to an axis
        across = np.eye(n) - sum((np.outer(v, v) for v in found), np.zeros((n, n)))
        best = across[int(np.argmax(np.diag(across)))]
        found.append(best / np.linalg.norm(best))
    basis = np.array(found)
    largest = np.argmax(np.abs(basis), axis=1)
    return basis * np.where(basis[[0, 1], largest] < 0, -1.0, 1.0)[:, None]


def _scaled(away: np.ndarray) -> np.ndarray:
    """Divide by the largest, of which the square may be no number."""
    return away / (np.max(np.abs(away)) or 1.0)


def share_in(away: np.ndarray, basis: np.ndarray) -> float:
    """Return what share of squared lengths, of vectors of shape (k, n), orthonormal directions hold; 1 of none.

    Examples
    --------
    >>> share_in(np.array([[1.0, 0.0], [0.0, 1.0]]), np.array([[1.0, 0.0]]))
    0.5
    """
    scaled = _scaled(away)
    whole = float(np.sum(scaled**2))
    return min(1.0, float(np.sum((scaled @ basis.T) ** 2)) / whole) if whole else 1.0


def _ends(places: np.ndarray) -> np.ndarray:
    """Return how far a plane goes, shape (k, 2), so that all places are well inside."""
    low, high = places.min(axis=0), places.max(axis=0)
    widest = float(np.max(high - low)) or max(1.0, float(np.max(np.abs(places))))
    half = np.maximum(high - low, NARROWEST * widest) * (0.5 + ROOM)
    middle = low + (high - low) / 2
    return np.stack([middle - half, middle + half], axis=1)
