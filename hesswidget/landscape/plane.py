"""A slice's geometry: a flat piece of the space of points, spanned by one or two orthonormal vectors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import autograd.numpy as anp
import numpy as np

from hesswidget.errors import ProblemError
from hesswidget.problem.problem import Problem

REACH = 0.3  # how far an aslant slice goes: until some coordinate has moved by this share of its range
MARGIN = 2.0  # how far outside the ranges what a page asks for may lie, in their widths
ORTHONORMAL = 1e-6  # how far the products of a basis's vectors may be from 0 and 1


# --- mathematics that can be recorded: autograd.numpy, no branch on a value ---


def place_on(origin: Any, basis: Any, place: Sequence[Any]) -> Any:
    """Return the point at a place in a slice: ``origin + place[0] * basis[0] + ...``.

    Examples
    --------
    >>> place_on(np.array([0.0, 7.0, 0.0]), np.eye(3)[[2, 0]], (5.0, 6.0)).tolist()
    [6.0, 7.0, 5.0]
    """
    point = origin
    for k, t in enumerate(place):
        point = point + t * basis[k]
    return point


def position_in(origin: Any, basis: Any, point: Any) -> Any:
    """Return the place in a slice, shape (k,), of the point in it that is nearest to `point`.

    Examples
    --------
    >>> position_in(np.array([0.0, 7.0, 0.0]), np.eye(3)[[2, 0]], np.array([6.0, 7.0, 5.0])).tolist()
    [5.0, 6.0]
    """
    return anp.dot(basis, point - origin)


@dataclass(frozen=True, eq=False)
class Plane:
    """The points ``origin + t @ basis``, with ``t`` between the ends.

    Attributes
    ----------
    origin : ndarray, shape (n,)
        Where ``t`` is zero.
    basis : ndarray, shape (k, n)
        One or two orthonormal vectors.
    ends : ndarray, shape (k, 2)
        How far ``t`` goes along each.
    names : tuple of str
        What each is called in a picture; may be empty where nothing is drawn.

    Raises
    ------
    ProblemError
        If these are of other shapes, not finite, or not orthonormal.

    Examples
    --------
    >>> plane = Plane(np.ones(3), np.eye(3)[:2], np.array([[0.0, 1.0], [0.0, 1.0]]))
    >>> plane.place(np.array([[2.0], [3.0]])).ravel().tolist()
    [3.0, 4.0, 1.0]
    """

    origin: np.ndarray
    basis: np.ndarray
    ends: np.ndarray
    names: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        n, k = len(self.origin), len(self.basis)
        if k not in (1, 2) or self.basis.shape != (k, n) or self.ends.shape != (k, 2):
            raise ProblemError(
                f"a slice has one or two vectors of length {n} and two ends for each; it was given arrays of shapes "
                f"{self.basis.shape} and {self.ends.shape}."
            )
        with np.errstate(all="ignore"):
            widths = self.ends[:, 1] - self.ends[:, 0]
            apart = np.abs(self.basis @ self.basis.T - np.eye(k)).max()
        if not (
            np.isfinite(self.origin).all() and np.isfinite(self.ends).all() and np.isfinite(widths).all()
        ):
            raise ProblemError("a slice has an origin and ends that are finite.")
        if not (widths > 0).all():
            raise ProblemError("a slice goes from a lower end to a higher one.")
        if not apart <= ORTHONORMAL:
            raise ProblemError("a slice is spanned by vectors of length 1 at right angles.")

    @classmethod
    def along(cls, problem: Problem, point: np.ndarray, axes: Sequence[int]) -> Plane:
        """Return the slice through `point` along one or two coordinates, which are then the places in it.

        Raises
        ------
        ProblemError
            If the axes are not one or two different coordinates.

        Examples
        --------
        >>> problem = Problem.over_ranges(lambda x, y, z: x * y * z, (5.0, 6.0, 7.0), None, {})
        >>> plane = Plane.along(problem, problem.start, (2, 0))
        >>> plane.origin.tolist(), plane.names
        ([0.0, 6.0, 0.0], ('z', 'x'))
        """
        n = len(point)
        if len(axes) not in (1, 2) or len(set(axes)) != len(axes) or not all(0 <= i < n for i in axes):
            raise ProblemError(
                f"a slice along {tuple(axes)} was asked for; it takes one or two different axes from 0 to {n - 1}."
            )
        chosen = list(axes)
        origin = np.array(point, dtype=float)
        origin[chosen] = 0.0
        ends = [[problem.ranges[i].minimum, problem.ranges[i].maximum] for i in axes]
        names = tuple(problem.labels[i] for i in axes)
        return cls(origin, np.eye(n)[chosen], np.array(ends, dtype=float), names)

    @classmethod
    def aslant(cls, problem: Problem, point: np.ndarray, vectors: np.ndarray, names: Sequence[str]) -> Plane:
        """Return the slice through `point` along orthonormal vectors, as far as the ranges make sense of.

        Twin of ``alongVectors`` in ``frontend/engine/plane.ts``.

        Parameters
        ----------
        problem : Problem
        point : ndarray, shape (n,)
        vectors : ndarray, shape (k, n)
        names : sequence of str

        Examples
        --------
        >>> problem = Problem.over_ranges(lambda x, y: x * y, (5.0, 6.0), None, {"x": (0, 10), "y": (0, 20)})
        >>> plane = Plane.aslant(problem, problem.start, np.array([[0.6, 0.8], [0.8, -0.6]]), ("v₁", "v₂"))
        >>> plane.ends.tolist()
        [[-5.0, 5.0], [-3.75, 3.75]]
        """
        reach = REACH / np.max(np.abs(vectors) / problem.widths, axis=1)
        return cls(np.array(point, dtype=float), vectors, np.stack([-reach, reach], axis=1), tuple(names))

    @classmethod
    def first(cls, problem: Problem, point: np.ndarray) -> Plane:
        """Return the slice along the first two coordinates, or the only one."""
        return cls.along(problem, point, range(min(2, len(point))))

    def place(self, places: np.ndarray) -> np.ndarray:
        """Return the points, shape (n, m), at places in the slice, shape (k, m)."""
        points: np.ndarray = place_on(self.origin[:, None], self.basis[:, :, None], tuple(places))
        return points

    def position(self, point: np.ndarray) -> np.ndarray:
        """Return the place of a point in the slice, shape (k,), or of its projection."""
        return np.asarray(position_in(self.origin, self.basis, point))

    def is_near(self, problem: Problem) -> bool:
        """Whether all of it lies within the sliders' ranges, or less than `MARGIN` of their widths outside.

        Examples
        --------
        >>> problem = Problem.over_ranges(lambda x, y: x * y, (5.0, 6.0), None, {"x": (0, 10), "y": (0, 20)})
        >>> near, far = (Plane(np.zeros(2), np.eye(2), np.array([[0.0, end], [0.0, 1.0]])) for end in (12.0, 40.0))
        >>> near.is_near(problem), far.is_near(problem)
        (True, False)
        """
        corners = self.place(np.stack([axis.ravel() for axis in np.meshgrid(*self.ends)]))
        low, high = problem.box[:, :, None]
        outside = np.maximum(low - corners, corners - high)
        return bool((outside <= MARGIN * problem.widths[:, None]).all())

    def grids(self, resolution: int) -> tuple[np.ndarray, ...]:
        """Return `resolution` values along each vector, evenly from end to end."""
        return tuple(np.linspace(low, high, resolution) for low, high in self.ends)
