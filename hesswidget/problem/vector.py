"""Points: what a user may give for a vector, made a float64 vector or refused with a sentence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from hesswidget.errors import ProblemError


@dataclass(frozen=True)
class Vector:
    """A vector variable's start and range; made by `vector`.

    Its `shape` is None, or that of the column or row which the function takes.
    """

    start: np.ndarray
    minimum: np.ndarray
    maximum: np.ndarray
    shape: tuple[int, ...] | None = None


def vector(start: Any, minimum: Any = None, maximum: Any = None) -> Vector:
    """Start and range of a vector variable, for `hesswidget.explore`.

    Parameters
    ----------
    start : array_like, shape (n,)
        Where the point starts. A column (n, 1) or a row (1, n) is a vector too, and the function gets it in that shape.
    minimum, maximum : float or array_like, shape (n,), optional
        The ends of each component's range. By default each reaches as far from its start as the largest
        component of `start` is from zero, and at least 1.

    Raises
    ------
    ProblemError
        If `start` is empty, not real, not finite, or of an integer dtype, or the shapes do not fit.

    Examples
    --------
    >>> vector([0.0, 1.0], -2, 2).maximum.tolist()
    [2.0, 2.0]
    """
    x = as_point(start, "start")
    reach = max(1.0, float(np.max(np.abs(x))))
    ends = []
    for name, given, usual in (("minimum", minimum, x - reach), ("maximum", maximum, x + reach)):
        end = _flat(as_array(usual if given is None else given))
        if end.dtype.kind not in "iuf" or end.shape not in ((), (1,), x.shape):
            raise ProblemError(
                f"{name} of the vector is {given!r:.80}; it takes one number, or {len(x)} of them."
            )
        ends.append(np.array(np.broadcast_to(end.astype(float), x.shape)))
    for low, high in zip(*ends, strict=True):
        if not low < high:
            raise ProblemError(
                f"the range of the vector is ({low:g}, {high:g}); its minimum must lie below its maximum."
            )
    return Vector(x, ends[0], ends[1], column_or_row(start))


def column_or_row(given: Any) -> tuple[int, ...] | None:
    """Return the shape of what is a vector with another axis, of length one; None for any other.

    Examples
    --------
    >>> column_or_row(np.zeros((3, 1))), column_or_row(np.zeros(3))
    ((3, 1), None)
    """
    shape = as_array(given).shape
    return shape if len(shape) == 2 and 1 in shape else None


def _flat(array: np.ndarray) -> np.ndarray:
    return array if column_or_row(array) is None else array.reshape(-1)


def as_array(given: Any) -> np.ndarray:
    """Return `given` as an array; as an empty one of objects where it is ragged or otherwise becomes none."""
    try:
        return np.asarray(given)
    except Exception:  # what cannot become an array says so in many ways
        return np.empty(0, dtype=object)


def axes(given: Any) -> int:
    """Return how many axes something has as an array; 1 for what is ragged or otherwise becomes none.

    Examples
    --------
    >>> axes(1.0), axes([1.0, 2.0]), axes([[1.0], [2.0, 3.0]])
    (0, 1, 1)
    """
    return as_array(given).ndim


def as_point(given: Any, name: str = "the point") -> np.ndarray:
    """Return `given`, which may be a column or a row, as a float64 vector, or refuse it with a sentence.

    Python's own whole numbers are taken as floats. An array of an integer dtype is refused, since autograd
    cannot differentiate with respect to integers and the array was probably meant to hold floats.
    """
    array = as_array(given)
    if array.dtype.kind == "O" and isinstance(given, list | tuple) and any(axes(x) > 0 for x in given):
        raise ProblemError(
            f"{name} was given a {type(given).__name__} of arrays or lists, {given!r:.80}; it takes one vector. Join "
            f"them with np.concatenate([...]), and take them apart inside f."
        )
    if array.dtype.kind in "iu" and hasattr(given, "dtype"):
        raise ProblemError(
            f"{name} is an array of integers ({array.dtype}, shape {array.shape}); derivatives need floats. "
            f"Give floats, such as np.array([1.0, 2.0]), or use .astype(float)."
        )
    if array.dtype.kind not in "iuf":
        raise ProblemError(f"{name} was given {given!r:.80}; it takes real numbers.")
    array = _flat(array)
    if array.ndim > 1:
        raise ProblemError(
            f"{name} has shape {array.shape}; it takes one vector. Use .ravel(), and reshape inside f."
        )
    if array.size == 0:
        raise ProblemError(f"{name} is empty; a Hessian needs at least one variable.")
    point = np.array(array, dtype=float).reshape(-1)
    bad = np.flatnonzero(~np.isfinite(point))
    if bad.size:
        raise ProblemError(f"{name} has {point[bad[0]]} at place {bad[0]}; it takes finite numbers.")
    point.flags.writeable = False
    return point
