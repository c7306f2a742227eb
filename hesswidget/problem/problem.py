"""What the user gave, normalised: a function, where its point and parameters start, and how far they go."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from numbers import Real
from typing import Any

import numpy as np

from hesswidget.errors import ProblemError, nearest
from hesswidget.precision import nearest_float
from hesswidget.problem.arguments import MISSING, Arguments, example, named
from hesswidget.problem.controls import (
    Control,
    Fixed,
    Movable,
    Range,
    abbreviated,
    around,
    between,
    of_default,
)
from hesswidget.problem.formula import Formula
from hesswidget.problem.vector import Vector, as_point, axes, column_or_row, vector


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
        The start value of every parameter: of the function's, and of what else is moved beside them.
    labels : tuple of str
        A name for each of the n coordinates: ``x``, ``y`` or ``w[0]``, ``w[1]``.
    ranges : tuple of Range
        How far each coordinate goes, in an explorer; empty for a lone point.
    controls : dict of Control
        What moves each parameter, in an explorer; empty for a lone point.
    shape : tuple of int or None
        The shape, (n, 1) or (1, n), in which the function takes a vector variable given as a column or row.
    """

    arguments: Arguments
    is_vector: bool
    start: np.ndarray
    parameters: Mapping[str, Any]
    ranges: tuple[Range, ...] = ()
    controls: Mapping[str, Control] = field(default_factory=dict)
    shape: tuple[int, ...] | None = None

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
    def widths(self) -> np.ndarray:
        """How far each coordinate ranges, shape (n,)."""
        return np.array([r.maximum - r.minimum for r in self.ranges])

    def starting_at(self, parameters: Mapping[str, Any]) -> Problem:
        """Return the problem with other start values for some of its parameters.

        Raises
        ------
        ProblemError
            If there is no such parameter, or its control does not admit the value.
        """
        if not isinstance(parameters, Mapping):
            raise ProblemError(f"parameters is {parameters!r:.60}; it takes a dict, such as {{'a': 1.0}}.")
        for name in parameters:
            if name not in self.controls:
                raise ProblemError(
                    f"parameters names {name!r:.40}, which is no parameter of {self.name}; "
                    f"{nearest(str(name), self.controls)}"
                )
        controls: dict[str, Any] = dict(self.controls)
        for name, value in parameters.items():
            controls[name] = replace(controls[name], value=controls[name].check(value))
        return replace(self, controls=controls, parameters=_starts(controls))

    def beside(self, controls: Mapping[str, Control]) -> Problem:
        """Return the problem with more parameters, which the function does not take: of what is done with it."""
        return replace(
            self,
            controls={**self.controls, **controls},
            parameters={**self.parameters, **_starts(controls)},
        )

    def reaching(self, point: np.ndarray) -> Problem:
        """Return the problem with ranges that hold a point, which are the same where it lies within them."""
        ranges = tuple(r.reaching(x) for r, x in zip(self.ranges, point.tolist(), strict=True))
        return replace(self, ranges=ranges)

    @property
    def diagonal(self) -> float:
        """How far two points of the box are apart at most."""
        largest = float(self.widths.max())
        return largest * float(np.linalg.norm(self.widths / largest))

    @property
    def box(self) -> np.ndarray:
        """Least and greatest value of each coordinate, shape (2, n)."""
        return np.array([[r.minimum for r in self.ranges], [r.maximum for r in self.ranges]])

    @property
    def movable(self) -> dict[str, Movable]:
        """The parameters' controls, without those that are fixed."""
        return {a: control for a, control in self.controls.items() if not isinstance(control, Fixed)}

    @property
    def traced_names(self) -> tuple[str, ...]:
        """The parameters that are inputs of what is recorded: those that move over the real numbers.

        All others are static: each of their settings is recorded by itself.
        """
        return tuple(a for a, c in self.movable.items() if isinstance(c, Range) and not c.integer)

    def traced_values(self, parameters: Mapping[str, Any]) -> np.ndarray:
        """Return the values of the traced parameters, in order."""
        return np.array([float(parameters[a]) for a in self.traced_names])

    def on_wire(self, parameters: Mapping[str, Any]) -> dict[str, Any]:
        """Write the parameters that can be moved as they travel: a choice as its index.

        Two settings of them are the same if and only if this is; the values themselves may be arrays or anything else.
        """
        return {a: control.to_wire(parameters[a]) for a, control in self.movable.items()}

    @classmethod
    def at(
        cls,
        function: Any,
        point: Any,
        over: Any,
        values: Mapping[str, Any],
        reserved: Iterable[str] = ("over",),
    ) -> Problem:
        """Sort out a function and the values of its arguments at one point (for `hesswidget.curvature`)."""
        function = named(function, over, values)
        arguments = Arguments.of(function, over, values, reserved)
        spread = {} if point is None else arguments.spread(point)
        for a in spread:
            if a in values:
                raise ProblemError(
                    f"{a} was given twice, in the point and as {a}={values[a]!r:.40}; give it once."
                )
        values = {**values, **spread}
        for a in arguments.variables:
            if values.get(a) is None:
                raise ProblemError(
                    f"{arguments.name} has no value for its variable {a!r}; give {a}=1.0 or a point."
                )
        arguments.needs(values)
        given = [values.pop(a) for a in arguments.variables]
        is_vector, start = cls._point(arguments, given)
        shape = column_or_row(given[0]) if is_vector else None
        return cls(arguments, is_vector, start, {**arguments.defaults, **values}, shape=shape)

    @classmethod
    def over_ranges(
        cls,
        function: Any,
        point: Any,
        over: Any,
        abbreviations: Mapping[str, Any],
        reserved: Iterable[str] = ("over",),
    ) -> Problem:
        """Sort out a function and the abbreviations of its arguments (for `hesswidget.explore`)."""
        function = named(function, over, abbreviations)
        known = example(function)
        given = {**(known.ranges if known else {}), **abbreviations}
        arguments = Arguments.of(function, over, given, reserved)
        starts = {} if point is None else arguments.spread(point)
        arguments.needs(given)
        controls = {}
        for a, default in arguments.defaults.items():
            start = None if default is MISSING else default
            controls[a] = abbreviated(a, given[a], start) if a in given else of_default(a, default)
        variables = {a: given.get(a, arguments.usual.get(a)) for a in arguments.variables}
        if len(variables) == 1:
            (a,) = variables
            box = _box(variables[a], starts.get(a))
            if box is not None:
                _of_numbers(arguments, box.start)
                ranges = _component_ranges(a, box)
                return cls(arguments, True, box.start, _starts(controls), ranges, controls, box.shape)
        ranges = tuple(
            _variable_range(arguments, a, variables[a], starts.get(a)) for a in arguments.variables
        )
        start = as_point([r.value for r in ranges])
        return cls(arguments, False, start, _starts(controls), ranges, controls)

    @staticmethod
    def _point(arguments: Arguments, given: list[Any]) -> tuple[bool, np.ndarray]:
        if len(given) == 1 and axes(given[0]) > 0:
            return True, _of_numbers(arguments, as_point(given[0], arguments.variables[0]))
        for a, value in zip(arguments.variables, given, strict=True):
            if axes(value) > 0:
                raise ProblemError(
                    f"{a} was given {value!r:.60}; with several variables each takes one number. Join them into "
                    f"one vector variable, or say over={a!r} and hold the others."
                )
        points = [as_point(value, a) for a, value in zip(arguments.variables, given, strict=True)]
        return False, as_point(np.concatenate(points))


def _starts(controls: Mapping[str, Control]) -> dict[str, Any]:
    return {a: control.value for a, control in controls.items()}


def _of_numbers(arguments: Arguments, vector: np.ndarray) -> np.ndarray:
    """Return the vector, unless the function is a formula, which takes numbers."""
    if len(vector) > 1 and isinstance(arguments.function, Formula):
        raise ProblemError(
            f"{arguments.variables[0]} was given {len(vector)} values, but in a formula each name is one number; write "
            f"names such as x1 and x2, or a function in Python."
        )
    return vector


def _box(given: Any, start: Any) -> Vector | None:
    """Range of a vector variable, or None where what was given describes a scalar one."""
    if isinstance(given, Vector):
        if start is None:
            return given
        shape = column_or_row(start) or given.shape
        return Vector(as_point(start), given.minimum, given.maximum, shape)
    sequence = isinstance(given, list | np.ndarray) and axes(given) > 0
    if isinstance(given, tuple) and len(given) > 3:
        sequence = True
    if start is not None and axes(start) > 0:
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
    default = arguments.usual.get(name)
    if isinstance(given, Range):
        if given.integer:
            raise ProblemError(
                f"{name} was given a widget of whole numbers, but a variable is real; give a FloatSlider."
            )
        control = replace(between(name, given.minimum, given.maximum), value=given.value)
    elif isinstance(given, tuple) and len(given) in (2, 3) and all(isinstance(g, Real) for g in given):
        control = between(name, *(nearest_float(g) for g in given))
    elif isinstance(given, Real) and not isinstance(given, bool):
        low, high = (-1.0, 1.0) if given == 0 else around(nearest_float(given))
        control = between(name, low, high).starting_at(nearest_float(given))
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
    return control.starting_at(nearest_float(default)) if isinstance(default, Real) else control
