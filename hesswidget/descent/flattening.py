"""Whatever holds an optimizer's numbers, as one vector: arrays of any library, alone or in lists and dicts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from hesswidget.errors import ProblemError
from hesswidget.problem.blocks import is_container, mapped, read


def flattened(given: Any, name: str = "the point") -> np.ndarray:
    """Return a new vector of all numbers in order.

    Parameters
    ----------
    given : array_like, or lists, tuples, dicts and iterators of such
        A tensor that is differentiated is detached; None in a list holds nothing.
    name : str
        What it is called in a sentence.

    Raises
    ------
    ProblemError
        If there is something in it that holds no real numbers, or nothing at all.

    Examples
    --------
    >>> flattened({"w": np.eye(2), "b": [3.0, 4.0]}).tolist()
    [1.0, 0.0, 0.0, 1.0, 3.0, 4.0]
    """
    return np.concatenate([array.ravel() for array in arrays_in(given, name).values()])


def arrays_in(given: Any, name: str = "the point") -> dict[str, np.ndarray]:
    """Return a copy of each array by its place, as `flattened` does.

    Examples
    --------
    >>> {place: array.shape for place, array in arrays_in({"w": np.eye(2), "b": [3.0, 4.0]}).items()}
    {"['w']": (2, 2), "['b']": (2,)}
    """
    found = dict(_arrays(given, "", name))
    if not any(array.size for array in found.values()):
        raise ProblemError(f"{name} holds no numbers; it takes an array, or lists and dicts of arrays.")
    return found


def structure_of(given: Any) -> Any:
    """Return what holds arrays with copies of them in float64, and None of what holds none, or other things besides.

    Examples
    --------
    >>> structure_of({"w": np.eye(1), "b": [np.ones(1), 4]}), structure_of([1.0, 2.0])
    ({'w': array([[1.]]), 'b': [array([1.]), array(4.)]}, None)
    """
    if not is_container(given):
        return None
    try:
        return read(given, "the point", _numbers)
    except ProblemError:
        return None


def refilled(tree: Any, row: np.ndarray) -> Any:
    """Return the same structure with the numbers of a row, in order; None of None."""
    first = 0

    def taken(array: np.ndarray) -> np.ndarray:
        nonlocal first
        first += array.size
        return row[first - array.size : first].reshape(array.shape)

    return None if tree is None else mapped(tree, taken)


def _arrays(given: Any, place: str, name: str) -> Iterator[tuple[str, np.ndarray]]:
    if isinstance(given, Mapping):
        for key, each in given.items():
            yield from _arrays(each, f"{place}[{key!r:.40}]", name)
    elif isinstance(given, list | tuple | Iterator) and not _are_numbers(given):
        for k, each in enumerate(given):
            yield from _arrays(each, f"{place}[{k}]", name)
    elif given is not None:
        yield place, _numbers(given, f"{name}{place}")


def _are_numbers(given: Any) -> bool:
    return isinstance(given, list | tuple) and all(isinstance(x, int | float) for x in given)


def _numbers(given: Any, name: str) -> np.ndarray:
    """Return a copy in float64: what an optimizer hands out it may change in place."""
    for method in ("detach", "cpu", "double"):  # of a tensor, which may be of a type that NumPy lacks
        given = getattr(given, method)() if hasattr(given, method) else given
    try:
        array = np.asarray(given)
        if array.dtype.kind in "OcSUMm":
            raise TypeError
        return np.array(array, dtype=float)
    except Exception:  # what cannot become an array says so in many ways
        raise ProblemError(
            f"{name} is {given!r:.60}, which is no array of real numbers; it takes arrays, and lists and dicts of them."
        ) from None
