"""What the user gave, sorted out: which arguments are variables, which are parameters, and where they start."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from numbers import Real
from typing import Any

import numpy as np

from hesswidget.controls import Control, Fixed, Movable, Range, abbreviated, around, between
from hesswidget.errors import ProblemError, nearest

MISSING = inspect.Parameter.empty


@dataclass(frozen=True)
class Vector:
    """A vector variable's start and range; made by `vector`."""

    start: np.ndarray
    minimum: np.ndarray
    maximum: np.ndarray


def vector(start: Any, minimum: Any = None, maximum: Any = None) -> Vector:
    """Start and range of a vector variable, for `hesswidget.explore`.

    Parameters
    ----------
    start : array_like, shape (n,)
        Where the point starts.
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
        try:
            ends.append(
                usual if given is None else np.array(np.broadcast_to(np.asarray(given, float), x.shape))
            )
        except (TypeError, ValueError):
            raise ProblemError(
                f"{name} of the vector is {given!r:.80}; it takes one number, or {len(x)} of them."
            ) from None
    return Vector(x, *ends)


def as_point(given: Any, name: str = "the point") -> np.ndarray:
    """Return `given` as a float64 vector, or refuse it with a sentence.

    Python's own whole numbers are taken as floats. An array of an integer dtype is refused, since autograd
    cannot differentiate with respect to integers and the array was probably meant to hold floats.
    """
    try:
        array = np.asarray(given)
    except ValueError:
        array = np.empty(0, dtype=object)
    if array.dtype.kind in "iu" and hasattr(given, "dtype"):
        raise ProblemError(
            f"{name} is an array of integers ({array.dtype}, shape {array.shape}); derivatives need floats. "
            f"Give floats, such as np.array([1.0, 2.0]), or use .astype(float)."
        )
    if array.dtype.kind not in "iuf":
        raise ProblemError(f"{name} was given {given!r:.80}; it takes real numbers.")
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


@dataclass(frozen=True)
class Arguments:
    """A function and the part each of its arguments plays.

    Attributes
    ----------
    function : callable
    name : str
        What the function is called on screen.
    variables : tuple of str
        The arguments that the Hessian is taken over.
    defaults : dict
        Every other argument with its default; the parameters.
    positional : tuple of str
        The arguments that can only be passed by position, in order.
    """

    function: Callable[..., Any]
    name: str
    variables: tuple[str, ...]
    defaults: Mapping[str, Any]
    positional: tuple[str, ...] = ()

    @classmethod
    def of(cls, function: Any, over: str | Iterable[str] | None, given: Iterable[str]) -> Arguments:
        """Sort the arguments of `function`: without a default a variable, with one a parameter, or as `over` says."""
        name = name_of(function)
        if not callable(function):
            raise ProblemError(
                f"{function!r:.80} is not a function; give a callable, or the name of one in hw.gallery."
            )
        try:
            signature = inspect.signature(function).parameters.values()
        except (TypeError, ValueError):
            raise ProblemError(
                f"{name} does not say which arguments it takes; wrap it: lambda x, y: {name}(x, y)."
            ) from None
        kinds = {p.name: p.kind for p in signature}
        defaults = {p.name: p.default for p in signature if p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD)}
        open_ended = any(kind is inspect.Parameter.VAR_KEYWORD for kind in kinds.values())
        unknown = [g for g in given if g not in defaults]
        if unknown and not open_ended:
            raise ProblemError(f"unknown argument {unknown[0]!r} for {name}; {nearest(unknown[0], defaults)}")
        defaults |= dict.fromkeys(unknown)
        if over is None:
            variables = tuple(a for a, default in defaults.items() if default is MISSING)
        else:
            variables = (over,) if isinstance(over, str) else tuple(over)
            for a in variables:
                if a not in defaults:
                    raise ProblemError(
                        f"over names {a!r}, which {name} does not take; {nearest(a, defaults)}"
                    )
        if not variables:
            starred = any(kind is inspect.Parameter.VAR_POSITIONAL for kind in kinds.values())
            raise ProblemError(
                f"{name} takes *arguments without names; wrap it: lambda x, y: {name}(x, y)."
                if starred
                else f"{name} has no argument without a default, so there is nothing to differentiate over; "
                f"say which with over=('x', 'y'), or add one: def f(x): ..."
            )
        parameters = {a: default for a, default in defaults.items() if a not in variables}
        positional = tuple(a for a, kind in kinds.items() if kind is inspect.Parameter.POSITIONAL_ONLY)
        return cls(function, name, variables, parameters, positional)

    def needs(self, values: Mapping[str, Any]) -> None:
        """Refuse `values` that leave an argument of the function without a value."""
        for a, default in self.defaults.items():
            if default is MISSING and a not in values:
                raise ProblemError(f"{self.name} needs a value for {a!r}; give {a}=...")

    def spread(self, point: Any) -> dict[str, Any]:
        """Hand a point given by position to the variables by name."""
        if len(self.variables) == 1:
            scalar = isinstance(point, tuple) and len(point) == 1
            return {self.variables[0]: point[0] if scalar else point}
        count = len(point) if isinstance(point, Sequence | np.ndarray) and not isinstance(point, str) else 1
        if count != len(self.variables):
            raise ProblemError(
                f"{self.name} takes {len(self.variables)} variables ({', '.join(self.variables)}) but the point "
                f"has {count} value{'s' * (count != 1)}; give one for each."
            )
        return dict(zip(self.variables, as_point(point).tolist(), strict=True))


@dataclass(frozen=True)
class Problem:
    """A scalar function, the variables of its Hessian, and where its point and parameters stand at the start.

    Attributes
    ----------
    arguments : Arguments
        The function and the part each of its arguments plays.
    is_vector : bool
        The variables are one array argument, rather than one scalar argument each.
    start : ndarray, shape (n,)
    parameters : dict
        The start value of every parameter.
    labels : tuple of str
        A name for each of the n coordinates: ``x``, ``y`` or ``w[0]``, ``w[1]``.
    ranges : tuple of Range
        How far each coordinate goes, in an explorer; empty for a lone point.
    controls : dict of Control
        What moves each parameter, in an explorer; empty for a lone point.
    """

    arguments: Arguments
    is_vector: bool
    start: np.ndarray
    parameters: Mapping[str, Any]
    ranges: tuple[Range, ...] = ()
    controls: Mapping[str, Control] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """What the function is called on screen."""
        return self.arguments.name

    @property
    def labels(self) -> tuple[str, ...]:
        """A name for each coordinate."""
        names = self.arguments.variables
        return tuple(f"{names[0]}[{i}]" for i in range(len(self.start))) if self.is_vector else names

    @property
    def movable(self) -> dict[str, Movable]:
        """The parameters' controls, without those that are fixed."""
        return {a: control for a, control in self.controls.items() if not isinstance(control, Fixed)}

    @classmethod
    def at(cls, function: Any, point: Any, over: Any, values: Mapping[str, Any]) -> Problem:
        """Sort out a function and the values of its arguments at one point (for `hesswidget.curvature`)."""
        function = named(function)
        arguments = Arguments.of(unwrapped(function), over, values)
        values = dict(values) if point is None else {**values, **arguments.spread(point)}
        for a in arguments.variables:
            if values.get(a) is None:
                raise ProblemError(
                    f"{arguments.name} has no value for its variable {a!r}; give {a}=1.0 or a point."
                )
        arguments.needs(values)
        given = [values.pop(a) for a in arguments.variables]
        is_vector, start = cls._point(arguments, given)
        return cls(arguments, is_vector, start, {**arguments.defaults, **values})

    @classmethod
    def over_ranges(cls, function: Any, point: Any, over: Any, abbreviations: Mapping[str, Any]) -> Problem:
        """Sort out a function and the abbreviations of its arguments (for `hesswidget.explore`)."""
        function = named(function)
        given = {**getattr(function, "ranges", {}), **abbreviations}
        arguments = Arguments.of(unwrapped(function), over, given)
        starts = {} if point is None else arguments.spread(point)
        arguments.needs(given)
        controls = {}
        for a, default in arguments.defaults.items():
            controls[a] = abbreviated(a, given.get(a, default), None if default is MISSING else default)
        variables = {a: given.get(a) for a in arguments.variables}
        if len(variables) == 1:
            (a,) = variables
            box = _box(variables[a], starts.get(a))
            if box is not None:
                ranges = _component_ranges(a, box)
                return cls(arguments, True, box.start, _starts(controls), ranges, controls)
        ranges = tuple(
            _variable_range(arguments, a, variables[a], starts.get(a)) for a in arguments.variables
        )
        start = as_point([r.value for r in ranges])
        return cls(arguments, False, start, _starts(controls), ranges, controls)

    @staticmethod
    def _point(arguments: Arguments, given: list[Any]) -> tuple[bool, np.ndarray]:
        if len(given) == 1 and np.ndim(given[0]) > 0:
            return True, as_point(given[0], arguments.variables[0])
        for a, value in zip(arguments.variables, given, strict=True):
            if np.ndim(value) > 0:
                raise ProblemError(
                    f"{a} was given {value!r:.60}; with several variables each takes one number. Join them into "
                    f"one vector variable, or say over={a!r} and hold the others."
                )
        points = [as_point(value, a) for a, value in zip(arguments.variables, given, strict=True)]
        return False, as_point(np.concatenate(points))


def named(function: Any) -> Any:
    """Return the gallery's example of that name, or `function` itself."""
    if not isinstance(function, str):
        return function
    from hesswidget import gallery

    try:
        return gallery.get(function)
    except KeyError as error:
        raise ProblemError(str(error.args[0])) from None


def unwrapped(function: Any) -> Any:
    """Return the plain function inside a gallery example, named like the example."""
    return getattr(function, "function", function) if hasattr(function, "ranges") else function


def name_of(function: Any) -> str:
    """Return what a callable is called: a function's name, ``f`` for a lambda, the class of another object.

    Examples
    --------
    >>> name_of(functools.partial(max, 1)), name_of(lambda x: x)
    ('max', 'f')
    """
    while isinstance(function, functools.partial):
        function = function.func
    name = getattr(function, "__name__", None) or type(function).__name__
    return "f" if name == "<lambda>" else str(name)


def _starts(controls: Mapping[str, Control]) -> dict[str, Any]:
    return {a: control.value for a, control in controls.items()}


def _box(given: Any, start: Any) -> Vector | None:
    """Range of a vector variable, or None where what was given describes a scalar one."""
    if isinstance(given, Vector):
        return given if start is None else Vector(as_point(start), given.minimum, given.maximum)
    sequence = isinstance(given, list | np.ndarray) and np.ndim(given) > 0
    if isinstance(given, tuple) and len(given) > 3:
        sequence = True
    if start is not None and np.ndim(start) > 0:
        if isinstance(given, tuple) and len(given) in (2, 3):
            return vector(start, given[0], given[1])
        return vector(start)
    return vector(given) if sequence else None


def _component_ranges(name: str, box: Vector) -> tuple[Range, ...]:
    ranges = []
    for i, (start, low, high) in enumerate(zip(box.start, box.minimum, box.maximum, strict=True)):
        control = between(f"{name}[{i}]", float(low), float(high))
        ranges.append(replace(control, value=control.check(float(start))))
    return tuple(ranges)


def _variable_range(arguments: Arguments, name: str, given: Any, start: Any) -> Range:
    default = arguments.defaults.get(name)
    if isinstance(given, Range):
        control = replace(given, name=name, integer=False)
    elif isinstance(given, tuple) and len(given) in (2, 3) and all(isinstance(g, Real) for g in given):
        control = between(name, *(float(g) for g in given))
    elif isinstance(given, Real) and not isinstance(given, bool):
        low, high = (-1.0, 1.0) if given == 0 else around(float(given))
        control = between(name, low, high).starting_at(float(given))
    elif given is None and start is not None:
        return _variable_range(arguments, name, float(as_point(start, name)[0]), None)
    elif given is None:
        raise ProblemError(
            f"the variable {name!r} of {arguments.name} has no range; give {name}=(min, max), such as {name}=(-2, 2)."
        )
    else:
        raise ProblemError(
            f"the variable {name!r} was given {given!r:.80}; it takes (min, max), (min, max, step) or a start value"
            f"{'' if len(arguments.variables) == 1 else '; a vector is possible only as the one variable'}."
        )
    if start is not None:
        return replace(control, value=float(control.check(float(as_point(start, name)[0]))))
    return control.starting_at(float(default)) if isinstance(default, Real) else control
