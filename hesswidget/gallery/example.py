"""What the gallery is made of: a function, where to look at it, and what is known about it."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy

from hesswidget.appearance import LABELS

CRITICAL = tuple(label for label in LABELS if label != "not stationary")


@dataclass(frozen=True)
class CriticalPoint:
    """A point where the gradient vanishes, and what the second-derivative test says there.

    Parameters
    ----------
    point : tuple of float
        All n coordinates, in the order of the function's variables; the nearest doubles to the exact point.
    label : str
        ``'minimum'``, ``'maximum'`` or ``'saddle'`` when no eigenvalue of the Hessian is zero within
        ``n * eps * norm(H)``; ``'degenerate'`` when one is; ``'undefined'`` where the Hessian does not exist.

    Examples
    --------
    >>> CriticalPoint((3.0, 2.0), "minimum")
    CriticalPoint(point=(3.0, 2.0), label='minimum')
    """

    point: tuple[float, ...]
    label: str

    def __post_init__(self):
        if self.label not in CRITICAL:
            raise ValueError(f"unknown label {self.label!r}; use one of {', '.join(CRITICAL)}.")
        object.__setattr__(self, "point", tuple(float(coordinate) for coordinate in self.point))


@dataclass(frozen=True, eq=False, repr=False)
class Example:
    """A named test function: call it like the function itself.

    Parameters
    ----------
    name : str
        The name it has in the gallery.
    function : callable
        Written with `autograd.numpy`. Arguments without a default are variables, the others parameters.
    ranges : mapping of str to tuple or ndarray
        For each argument what ``hw.explore`` takes for it: ``(min, max)`` for a scalar variable or a
        parameter, an array of shape (n,) to start from for a vector variable. Kept read-only.
    source : str
        Author and year.
    critical_points : tuple of CriticalPoint
        At the default values of the parameters. Not all of them, unless the description says so.
    description : str
        What there is to see.

    Examples
    --------
    >>> parabola = Example("parabola", lambda x, a=1.0: a * x**2, {"x": (-1, 1), "a": (0, 2)}, "folklore")
    >>> parabola(3.0), parabola(3.0, a=2.0)
    (9.0, 18.0)
    >>> parabola
    Example('parabola', (x, a=1.0))
    >>> parabola.variables, parabola.parameters, parabola.ranges["a"]
    (('x',), {'a': 1.0}, (0.0, 2.0))
    """

    name: str
    function: Callable[..., Any]
    ranges: Mapping[str, tuple[float, float] | numpy.ndarray]
    source: str
    critical_points: tuple[CriticalPoint, ...] = ()
    description: str = ""

    def __post_init__(self):
        signature = inspect.signature(self.function)
        if set(self.ranges) != set(signature.parameters):
            raise ValueError(
                f"the ranges of {self.name} name {sorted(self.ranges)}, but its arguments are "
                f"{sorted(signature.parameters)}; give each argument one range."
            )
        ordered = {argument: _frozen_range(self.ranges[argument]) for argument in signature.parameters}
        object.__setattr__(self, "ranges", MappingProxyType(ordered))
        object.__setattr__(self, "critical_points", tuple(self.critical_points))
        object.__setattr__(self, "__signature__", signature)  # where inspect.signature(example) looks

    def __call__(self, *args, **kwargs):
        """Return the value of the function."""
        return self.function(*args, **kwargs)

    def __repr__(self):
        return f"Example({self.name!r}, {inspect.signature(self.function)})"

    @property
    def variables(self) -> tuple[str, ...]:
        """Names of the arguments without a default, in order."""
        arguments = inspect.signature(self.function).parameters.values()
        return tuple(argument.name for argument in arguments if argument.default is argument.empty)

    @property
    def parameters(self) -> dict[str, float]:
        """Default values of the arguments that have one, in order (a new dict each time)."""
        arguments = inspect.signature(self.function).parameters.values()
        return {a.name: a.default for a in arguments if a.default is not a.empty}


def _frozen_range(value):
    if isinstance(value, tuple):
        low, high = value
        return (float(low), float(high))
    start = numpy.array(value, dtype=float)
    start.setflags(write=False)
    return start


def example(
    source: str, critical_points: Iterable[CriticalPoint] = (), **ranges
) -> Callable[[Callable[..., Any]], Example]:
    """Decorator: turn a function into the `Example` of the same name, described by its docstring.

    Examples
    --------
    >>> @example("folklore", critical_points=points(minimum=[(0.0,)]), x=(-1, 1))
    ... def parabola(x):
    ...     "Has one minimum."
    ...     return x**2
    >>> parabola.name, parabola.description, parabola.critical_points[0].label
    ('parabola', 'Has one minimum.', 'minimum')
    """

    def decorate(function):
        description = inspect.getdoc(function) or ""
        return Example(function.__name__, function, ranges, source, tuple(critical_points), description)

    return decorate


def points(**by_label: Iterable[tuple[float, ...]]) -> tuple[CriticalPoint, ...]:
    """Critical points from lists of coordinates by label.

    Examples
    --------
    >>> [p.label for p in points(minimum=[(1.0, 0.0), (-1.0, 0.0)], saddle=[(0.0, 0.0)])]
    ['minimum', 'minimum', 'saddle']
    """
    return tuple(CriticalPoint(tuple(point), label) for label, listed in by_label.items() for point in listed)
