"""What the user gave, normalised: a function, where its point and parameters start, and how far they go."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from hesswidget.errors import ProblemError, nearest
from hesswidget.problem.arguments import MISSING, Arguments, example, named
from hesswidget.problem.blocks import Blocks
from hesswidget.problem.controls import (
    FORMULA,
    Control,
    Fixed,
    FormulaText,
    Movable,
    Range,
    abbreviated,
    of_default,
)
from hesswidget.problem.declaration import declaration
from hesswidget.problem.formula import LONGEST_NAME, Formula, shortened
from hesswidget.problem.text import Rewritable
from hesswidget.problem.variables import at_values, over_ranges


@dataclass(frozen=True)
class Problem:
    """A scalar function, the variables of its Hessian, and where its point and parameters stand at the start.

    Attributes
    ----------
    arguments : Arguments
        The function and the part each of its arguments plays.
    blocks : Blocks
        How the variables lie in one vector, the point.
    start : ndarray, shape (n,)
    parameters : dict
        The start value of every parameter: of the function's, and of what else is moved beside them.
    labels : tuple of str
        A name for each of the n coordinates, such as ``x``, ``w[0]`` or ``W[0, 2]``.
    ranges : tuple of Range
        How far each coordinate goes, in an explorer; empty for a lone point.
    controls : dict of Control
        What moves each parameter, in an explorer; empty for a lone point.
    """

    arguments: Arguments
    blocks: Blocks
    start: np.ndarray
    parameters: Mapping[str, Any]
    ranges: tuple[Range, ...] = ()
    controls: Mapping[str, Control] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """What the function is called on screen."""
        return self.called(self.parameters)

    def called(self, parameters: Mapping[str, Any]) -> str:
        """Return what the function is called at these parameters: a formula that was written anew by that."""
        text = parameters.get(FORMULA)
        return self.arguments.name if text is None else shortened(text, LONGEST_NAME)

    @property
    def rewritable(self) -> Problem:
        """The problem with its formula among the parameters, where the function is one that was given as text."""
        formula = self.arguments.function
        if not (isinstance(formula, Formula) and formula.expression == repr(formula.text)):
            return self
        function = Rewritable(formula)
        defaults = {**self.arguments.defaults, FORMULA: formula.text}
        arguments = replace(self.arguments, function=function, defaults=defaults)
        control = FormulaText(FORMULA, formula.text, function.in_one_line)
        return replace(self, arguments=arguments).beside({FORMULA: control})

    @property
    def labels(self) -> tuple[str, ...]:
        """A name for each coordinate."""
        return self.blocks.labels

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
        declared = declaration(function)
        starts = {a: x for a, x in declared.start.items() if a in arguments.variables} if declared else {}
        values = {**starts, **values, **spread}
        for a in arguments.variables:
            if values.get(a) is None:
                raise ProblemError(
                    f"{arguments.name} has no value for its variable {a!r}; give {a}=1.0 or a point."
                )
        arguments.needs(values)
        blocks, start = at_values(arguments, {a: values.pop(a) for a in arguments.variables})
        return cls(arguments, blocks, start, {**arguments.defaults, **values})

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
        known, declared = example(function), declaration(function)
        arguments = Arguments.of(
            function, over, {**(known.ranges if known else {}), **abbreviations}, reserved
        )
        starts = {} if point is None else arguments.spread(point)
        if declared:
            starts = {
                a: x for a, x in declared.start.items() if a in arguments.variables and a not in abbreviations
            } | starts
        usual = known.ranges if known else declared.given(arguments.variables, starts) if declared else {}
        given = {**usual, **abbreviations}
        arguments.needs(given)
        controls = {}
        for a, default in arguments.defaults.items():
            start = None if default is MISSING else default
            controls[a] = abbreviated(a, given[a], start) if a in given else of_default(a, default)
        blocks, start, ranges = over_ranges(arguments, given, starts)
        return cls(arguments, blocks, start, _starts(controls), ranges, controls)


def _starts(controls: Mapping[str, Control]) -> dict[str, Any]:
    return {a: control.value for a, control in controls.items()}
