"""Numbers that a user gives: made arrays and vectors of float64, or refused with a sentence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from hesswidget.errors import ProblemError

MOST_AXES = 16


@dataclass(frozen=True)
class Vector:
    """Where a variable starts and how far its entries go, all of one shape; made by `vector`.

    The `step` of an entry is NaN where it is the usual one.
    """

    start: np.ndarray
    minimum: np.ndarray
    maximum: np.ndarray
    step: np.ndarray


def vector(start: Any, minimum: Any = None, maximum: Any = None, step: Any = None) -> Vector:
    """Start and range of a vector variable, or of an array of any shape, for `hesswidget.explore`.

    Parameters
    ----------
    start : array_like
        Where the point starts. The function gets it in this shape; of a number, one number.
    minimum, maximum : float or array_like, of the shape of `start`, optional
        The ends of each entry's range. By default each reaches as far from its start as the largest
        entry of `start` is from zero, and at least 1.
    step : float or array_like, of the shape of `start`, optional
        What an arrow key moves; by default a round number of about a 400th of the range.

    Raises
    ------
    ProblemError
        If `start` is empty, not real, not finite, or of an integer dtype, or the shapes do not fit.

    Examples
    --------
    >>> vector([0.0, 1.0], -2, 2).maximum.tolist()
    [2.0, 2.0]
    """
    x = as_floats(start, "start")
    reach = max(1.0, float(np.max(np.abs(x))))
    usual = {"minimum": x - reach, "maximum": x + reach, "step": np.nan}
    ends = []
    for name, given in (("minimum", minimum), ("maximum", maximum), ("step", step)):
        end = as_array(usual[name] if given is None else given)
        if end.dtype.kind not in "iuf" or not (end.size == 1 or _length(end.shape) == _length(x.shape)):
            raise ProblemError(
                f"{name} of the vector is {given!r:.80}; it takes one number, or {x.size} of them."
            )
        wide = end.astype(float).reshape(() if end.size == 1 else x.shape)
        ends.append(np.array(np.broadcast_to(wide, x.shape)))
    for low, high in zip(ends[0].flat, ends[1].flat, strict=True):
        if not low < high:
            raise ProblemError(
                f"the range of the vector is ({low:g}, {high:g}); its minimum must lie below its maximum."
            )
    return Vector(x, *ends)


def _length(shape: tuple[int, ...]) -> tuple[int, ...]:
    """The shape of what is no vector; the length of what is one, or a column or row."""
    return tuple(length for length in shape if length != 1)


def as_array(given: Any) -> np.ndarray:
    """Return `given` as an array; as an empty one of objects where it is ragged or otherwise becomes none."""
    try:
        if callable(detached := getattr(given, "detach", None)):  # a tensor of PyTorch that is differentiated
            given = detached()
        if str(getattr(given, "dtype", "")).endswith("bfloat16"):  # which NumPy lacks
            given = given.float() if detached else given.astype(np.float32)
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


def as_floats(given: Any, name: str) -> np.ndarray:
    """Return `given` as a float64 array of its own shape, or refuse it with a sentence.

    Python's own whole numbers are taken as floats. An array of an integer dtype is refused, since autograd
    cannot differentiate with respect to integers and the array was probably meant to hold floats.
    """
    array = as_array(given)
    if array.dtype.kind in "iu" and hasattr(given, "dtype"):
        raise ProblemError(
            f"{name} is an array of integers ({array.dtype}, shape {array.shape}); derivatives need floats. "
            f"Give floats, such as np.array([1.0, 2.0]), or use .astype(float)."
        )
    return as_reals(given, name)


def as_reals(given: Any, name: str) -> np.ndarray:
    """Return `given` as a float64 array of its own shape, whole numbers too, or refuse it with a sentence."""
    array = as_array(given)
    if _is_ragged(given, array):
        raise ProblemError(
            f"{name} is a ragged {type(given).__name__}, {given!r:.80}; give rows of one length, or an array for each "
            f"block, such as [np.zeros(2), np.zeros(3)]."
        )
    if array.dtype.kind not in "iuf":
        raise ProblemError(f"{name} was given {given!r:.80}; it takes real numbers.")
    if array.size == 0:
        raise ProblemError(f"{name} is empty; give at least one number.")
    if array.ndim > MOST_AXES:
        raise ProblemError(f"{name} has {array.ndim} axes; it takes an array of at most {MOST_AXES}.")
    floats = np.array(array, dtype=float)
    bad = np.argwhere(~np.isfinite(floats))
    if len(bad):
        place = tuple(bad[0].tolist())
        where = f" at place {place[0] if len(place) == 1 else place}" if place else ""
        raise ProblemError(f"{name} has {floats[place]}{where}; it takes finite numbers.")
    return floats


def as_point(given: Any, name: str = "the point") -> np.ndarray:
    """Return `given`, which may be a number, a column or a row, as a float64 vector, or refuse it with a sentence."""
    if _is_ragged(given, as_array(given)):
        raise ProblemError(
            f"{name} was given a {type(given).__name__} of arrays or lists, {given!r:.80}; it takes one vector. Join "
            f"them with np.concatenate([...])."
        )
    array = as_floats(given, name)
    if len(_length(array.shape)) > 1:
        raise ProblemError(f"{name} has shape {array.shape}; it takes one vector, such as .ravel() returns.")
    point = array.reshape(-1)
    point.flags.writeable = False
    return point


def _is_ragged(given: Any, array: np.ndarray) -> bool:
    return isinstance(given, list | tuple) and array.dtype.kind == "O" and any(axes(x) > 0 for x in given)
