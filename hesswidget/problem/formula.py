"""Formulas: functions of named numbers put together from a table of operations, whoever wrote them down.

A formula is a list of steps, each of which is an operation of ``autograd.numpy`` on what came before, so that whatever
takes a function takes it. Nothing in it is Python that somebody wrote: `hesswidget.problem.text` makes formulas of
text, `hesswidget.problem.symbolic` of SymPy's expressions.
"""

from __future__ import annotations

import functools
import inspect
import math
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from numbers import Integral, Real
from typing import Any, NamedTuple

import autograd.numpy as anp
import numpy as np

from hesswidget.errors import ProblemError
from hesswidget.precision import nearest_float
from hesswidget.problem.controls import Control, between

MOST_STEPS = 10_000
MOST_NAMES = 50
LONGEST_NAME = 60  # of a formula, on screen
_COORDINATE = re.compile(r"([xyz])(?:_?([0-9]{1,4}))?")


class Operation(NamedTuple):
    """What may be done in a formula, with how many operands; `most` is None where any number is taken."""

    compute: Callable[..., Any]
    least: int
    most: int | None
    is_condition: bool = False


def _numpy(name: str, operands: int = 1, is_condition: bool = False) -> Operation:
    # Looked up when it is called: what autograd leaves out is completed once derivatives are asked for.
    return Operation(lambda *values: getattr(anp, name)(*values), operands, operands, is_condition)


def _special(name: str, operands: int = 1) -> Operation:
    def compute(*values: Any) -> Any:
        import autograd.scipy.special  # which takes a while

        return getattr(autograd.scipy.special, name)(*values)

    return Operation(compute, operands, operands)


def _of_many(name: str) -> Operation:
    return Operation(lambda *values: functools.reduce(getattr(anp, name), values), 2, None)


def _own(compute: Callable[..., Any], operands: int = 1) -> Operation:
    return Operation(compute, operands, operands)


_ONE = """sin cos tan arcsin arccos arctan sinh cosh tanh arcsinh arccosh arctanh exp exp2 expm1 log log2 log10 log1p
    sqrt cbrt square sign floor ceil sinc degrees radians"""
_ALIASES = {
    "asin": "arcsin",
    "acos": "arccos",
    "atan": "arctan",
    "atan2": "arctan2",
    "asinh": "arcsinh",
    "acosh": "arccosh",
    "atanh": "arctanh",
    "ln": "log",
    "Abs": "abs",
    "fabs": "abs",
    "minimum": "min",
    "maximum": "max",
    "Min": "min",
    "Max": "max",
    "ceiling": "ceil",
    "lgamma": "gammaln",
    "loggamma": "gammaln",
    "logistic": "expit",
    "sigmoid": "expit",
    "pow": "power",
    "Mod": "mod",
    "Heaviside": "heaviside",
}

FUNCTIONS: dict[str, Operation] = {
    **{name: _numpy(name) for name in _ONE.split()},
    "abs": _numpy("abs"),
    "min": _of_many("minimum"),
    "max": _of_many("maximum"),
    "arctan2": _numpy("arctan2", 2),
    "hypot": _numpy("hypot", 2),
    "power": _numpy("power", 2),
    "mod": _numpy("mod", 2),
    "logaddexp": _numpy("logaddexp", 2),
    **{name: _special(name) for name in "erf erfc expit logit gamma gammaln digamma".split()},
    "heaviside": _own(lambda x: anp.where(x > 0.0, 1.0, anp.where(x < 0.0, 0.0, 0.5))),
    "relu": _own(lambda x: anp.maximum(x, 0.0)),
    "softplus": _own(lambda x: anp.logaddexp(x, 0.0)),
    "sec": _own(lambda x: 1.0 / anp.cos(x)),
    "csc": _own(lambda x: 1.0 / anp.sin(x)),
    "cot": _own(lambda x: 1.0 / anp.tan(x)),
}
FUNCTIONS |= {alias: FUNCTIONS[name] for alias, name in _ALIASES.items()}
"""What may be called, by name."""

CONSTANTS = {"pi": math.pi, "e": math.e, "tau": math.tau}

OPERATORS: dict[str, Operation] = {
    "+": _numpy("add", 2),
    "-": _numpy("subtract", 2),
    "*": _numpy("multiply", 2),
    "/": _numpy("true_divide", 2),
    "%": _numpy("mod", 2),
    "**": _numpy("power", 2),
    "negative": _numpy("negative"),
    "where": Operation(lambda *values: anp.where(*values), 3, 3),
    **{
        mark: _numpy(name, 2, is_condition=True)
        for mark, name in {
            "<": "less",
            "<=": "less_equal",
            ">": "greater",
            ">=": "greater_equal",
            "==": "equal",
            "!=": "not_equal",
            "and": "logical_and",
            "or": "logical_or",
        }.items()
    },
    "not": _numpy("logical_not", is_condition=True),
}


class Place(NamedTuple):
    """Where a value that is not known yet will stand; and whether it is true or false, in place of a number."""

    at: int
    is_condition: bool


Value = Place | float | bool
"""What a step takes: the result of another one, or a number, or True or False."""


class Steps:
    """The steps of a formula, as they are written down; equal steps are one, and what is constant is computed at once.

    Examples
    --------
    >>> steps = Steps()
    >>> x = steps.argument("x")
    >>> steps.emit(OPERATORS["**"], 2.0, 3.0), steps.emit(OPERATORS["*"], x, x) is steps.emit(OPERATORS["*"], x, x)
    (8.0, True)
    """

    def __init__(self) -> None:
        self.names: list[str] = []
        self.taken: list[tuple[Operation, tuple[Value, ...]]] = []
        self._known: dict[Any, Place] = {}

    def argument(self, name: str) -> Value:
        """Return the value of an argument."""
        if name not in self.names:
            if len(self.names) == MOST_NAMES:
                raise ProblemError(f"a formula has at most {MOST_NAMES} names; {name!r:.60} is one more.")
            self.names.append(name)
        return Place(-1 - self.names.index(name), False)

    def emit(self, operation: Operation, *operands: Value) -> Value:
        """Return the result of an operation, which may be infinite or NaN where all its operands are constants."""
        constants = [operand for operand in operands if not isinstance(operand, Place)]
        if len(constants) == len(operands):
            with np.errstate(all="ignore"):
                result = operation.compute(*constants)
            return bool(result) if operation.is_condition else float(result)
        key = (
            id(operation),
            *(o if isinstance(o, Place) else repr(o) for o in operands),
        )  # 0.0 == -0.0 == False
        if key not in self._known:
            if len(self.taken) == MOST_STEPS:
                raise ProblemError(
                    f"a formula has at most {MOST_STEPS:,} operations; write a function in Python."
                )
            self.taken.append((operation, operands))
            self._known[key] = Place(len(self.taken) - 1, operation.is_condition)
        return self._known[key]

    def number(self, value: Value) -> Value:
        """Return a number: 1 for what is true, 0 for what is false."""
        if isinstance(value, bool):
            return float(value)
        is_number = not isinstance(value, Place) or not value.is_condition
        return value if is_number else self.emit(OPERATORS["where"], value, 1.0, 0.0)

    def condition(self, value: Value) -> Value:
        """Return whether a value holds: a number does, unless it is zero."""
        if isinstance(value, bool) or (isinstance(value, Place) and value.is_condition):
            return value
        return self.emit(OPERATORS["!="], value, 0.0)


@dataclass(frozen=True, eq=False, repr=False)
class Formula:
    """A function of named numbers, made of steps.

    Attributes
    ----------
    text : str
        What it is called, where there is room.
    variables : tuple of str
    parameters : dict
        Every other name with its default.
    steps : Steps
    result : Place or float
    expression : str or None
        Python that stands for it.
    """

    text: str
    variables: tuple[str, ...]
    parameters: Mapping[str, Any]
    steps: Steps
    result: Value
    expression: str | None

    def __post_init__(self) -> None:
        kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
        arguments = [inspect.Parameter(name, kind) for name in self.variables]
        arguments += [inspect.Parameter(name, kind, default=value) for name, value in self.parameters.items()]
        object.__setattr__(self, "__signature__", inspect.Signature(arguments))
        object.__setattr__(self, "__name__", shortened(self.text, LONGEST_NAME))

    def __call__(self, *values: Any, **named: Any) -> Any:
        """Return the value of the formula."""
        if values or named.keys() != {*self.variables, *self.parameters}:
            bound = self.__signature__.bind(*values, **named)  # type: ignore[attr-defined]
            bound.apply_defaults()
            named = bound.arguments
        known: list[Any] = []
        arguments = [_as_float(named[name]) for name in self.steps.names]

        def of(value: Value) -> Any:
            if not isinstance(value, Place):
                return value
            return known[value.at] if value.at >= 0 else arguments[-1 - value.at]

        for operation, operands in self.steps.taken:
            known.append(operation.compute(*map(of, operands)))
        return of(self.result)

    def __repr__(self) -> str:
        return f"Formula({self.__name__!r}, {self.__signature__})"  # type: ignore[attr-defined]

    @classmethod
    def of(
        cls,
        text: str,
        steps: Steps,
        result: Value,
        over: Any,
        given: Mapping[str, Any],
        expression: str | None,
        variables: Iterable[str] | None = None,
    ) -> Formula:
        """Sort the names of a formula into variables and parameters (see `sorted_names`)."""
        names = list(dict.fromkeys([*(variables or ()), *steps.names]))
        if not names:
            raise ProblemError(
                f"{shortened(text, LONGEST_NAME)!r} has no name in it, such as x, so there is nothing to differentiate "
                f"over."
            )
        chosen, others = sorted_names(names, over, tuple(variables or ()))
        defaults = {name: _default(name, given.get(name)) for name in others}
        return cls(text, chosen, defaults, steps, steps.number(result), expression)


def sorted_names(
    names: Iterable[str], over: Any = None, declared: tuple[str, ...] = ()
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return which of the names in a formula are its variables, and which its parameters, both in alphabetical order.

    The variables are what `over` says; else x, y and z, which may have a number behind them (x1, x_2), where there are
    any; else all names.

    Examples
    --------
    >>> sorted_names(["a", "y", "x10", "x2"])
    (('x2', 'x10', 'y'), ('a',))
    >>> sorted_names(["r", "phi"]), sorted_names(["r", "x"], over="r")
    ((('phi', 'r'), ()), (('r',), ('x',)))
    """
    names = sorted(names, key=_order)
    chosen = {over} if isinstance(over, str) else set()
    if isinstance(over, Iterable):
        chosen |= {name for name in over if isinstance(name, str)}
    chosen = chosen.intersection(names) or set(declared)
    chosen = chosen or {name for name in names if is_coordinate(name)} or set(names)
    variables = declared if chosen == set(declared) else tuple(name for name in names if name in chosen)
    return variables, tuple(name for name in names if name not in chosen)


def is_coordinate(name: str) -> bool:
    """Whether a name is that of a variable, unless `over` says otherwise: x, y or z, with or without a number."""
    return _COORDINATE.fullmatch(name) is not None


def _order(name: str) -> tuple[str, int, str]:
    match = re.fullmatch(r"(.*?)_?([0-9]{0,9})", name)
    letters, digits = match.groups() if match else (name, "")
    return letters, int(digits or -1), name


def _default(name: str, given: Any) -> Any:
    """Return where a parameter starts: in the middle of its range, at the number that was given, or at 1."""
    if given is None:
        return 1.0
    if isinstance(given, Control):
        return given.value
    if isinstance(given, bool | np.bool_):
        return bool(given)
    if isinstance(given, Real):
        return nearest_float(given)
    if isinstance(given, tuple) and len(given) in (2, 3) and all(isinstance(g, Real) for g in given):
        return between(name, *map(nearest_float, given)).value
    return None  # choices start at their first, anything else is fixed


def _as_float(value: Any) -> Any:
    return float(value) if isinstance(value, Integral | np.bool_) else value


def shortened(text: str, most: int) -> str:
    """Cut a text that is longer than `most` characters.

    Examples
    --------
    >>> shortened("x + y + z", 6)
    'x + y…'
    """
    return text if len(text) <= most else text[: most - 1] + "…"
