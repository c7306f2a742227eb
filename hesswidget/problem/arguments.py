"""A function's arguments, sorted into variables and parameters."""

from __future__ import annotations

import difflib
import functools
import inspect
import re
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np

from hesswidget.errors import ProblemError, ReservedArgument, UnknownArgument, nearest
from hesswidget.problem import symbolic, text
from hesswidget.problem.blocks import Blocks, is_container
from hesswidget.problem.declaration import declaration
from hesswidget.problem.formula import Formula, is_coordinate
from hesswidget.problem.symbolic import is_symbolic
from hesswidget.problem.vector import as_point, axes

if TYPE_CHECKING:
    from hesswidget.gallery.example import Example

MISSING = inspect.Parameter.empty
LONGEST_EXAMPLE = 40  # characters of a name in the gallery


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
    is_chosen : bool
        The variables were named with `over`.
    expression : str or None
        Python for the function; None where it has no name.
    usual : dict
        Where the variables that have a default start by it.
    """

    function: Callable[..., Any]
    name: str
    variables: tuple[str, ...]
    defaults: Mapping[str, Any]
    positional: tuple[str, ...] = ()
    is_chosen: bool = False
    expression: str | None = None
    usual: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        function: Any,
        over: str | Iterable[str] | None,
        given: Iterable[str],
        reserved: Iterable[str] = (),
    ) -> Arguments:
        """Sort the arguments of `function`: without a default a variable, with one a parameter, or as `over` says.

        An argument with a name among `reserved` could not be given, and is refused.
        """
        expression = expression_of(function)
        function = unwrapped(function)
        rename = "call it otherwise" if isinstance(function, Formula) else "wrap it in a lambda"
        name = name_of(function)
        if not callable(function):
            raise ProblemError(
                f"{function!r:.80} is not a function; give a callable, a formula as text, or the name of one in "
                f"hw.gallery."
            )
        try:
            signature = _signature(function).parameters.values()
        except (TypeError, ValueError):
            raise ProblemError(
                f"{name} does not say which arguments it takes; wrap it: lambda x, y: {name}(x, y)."
            ) from None
        for own in reserved:
            if any(p.name == own for p in signature):
                raise ReservedArgument(own, name, rename)
        kinds = {p.name: p.kind for p in signature}
        defaults = {p.name: p.default for p in signature if p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD)}
        open_ended = any(kind is inspect.Parameter.VAR_KEYWORD for kind in kinds.values())
        unknown = [g for g in given if g not in defaults]
        if unknown and not open_ended:
            raise UnknownArgument(unknown[0], name, defaults)
        defaults |= dict.fromkeys(unknown)
        declared = declaration(function)
        if over is None and declared is not None:
            variables = tuple(a for a in defaults if a in declared.start)
        elif over is None:
            variables = tuple(a for a, default in defaults.items() if default is MISSING)
        else:
            variables = (
                (over,) if isinstance(over, str) else tuple(over) if isinstance(over, Iterable) else ()
            )
            are_names = all(isinstance(a, str) for a in variables)
            if not (variables and are_names) or len(set(variables)) < len(variables):
                raise ProblemError(
                    f"over is {over!r:.80}; it takes the name of an argument, or several different ones."
                )
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
        usual = {a: defaults[a] for a in variables if defaults[a] is not MISSING}
        positional = tuple(a for a, kind in kinds.items() if kind is inspect.Parameter.POSITIONAL_ONLY)
        return cls(function, name, variables, parameters, positional, over is not None, expression, usual)

    @property
    def is_named(self) -> bool:
        """Whether its expression is still Python for the function, and not for one that has taken its name."""
        is_example = self.expression is not None and self.expression.startswith(("'", '"'))
        return is_example or (self.expression is not None and expression_of(self.function) == self.expression)

    def needs(self, values: Mapping[str, Any]) -> None:
        """Refuse `values` that leave an argument of the function without a value."""
        for a, default in self.defaults.items():
            if default is MISSING and a not in values:
                raise ProblemError(f"{self.name} needs a value for {a!r}; give {a}=...")

    def spread(self, point: Any) -> dict[str, Any]:
        """Hand a point given by position to the variables by name."""
        declared = declaration(self.function)
        is_by_name = isinstance(point, Mapping) and set(point) == set(self.variables)
        if is_by_name and (len(self.variables) > 1 or declared):
            return dict(point)
        if (
            declared
            and axes(point) == 1
            and not is_container(point)
            and set(self.variables) <= set(declared.start)
        ):
            blocks = Blocks.of({a: np.asarray(declared.start[a]) for a in self.variables})
            if len(point) == blocks.size:
                return blocks.unflatten(as_point(point))
        if len(self.variables) == 1:
            scalar = isinstance(point, tuple) and len(point) == 1
            return {self.variables[0]: point[0] if scalar else point}
        several = isinstance(point, Sequence | np.ndarray) and not isinstance(point, str)
        count = len(point) if several else 1
        if count != len(self.variables):
            raise ProblemError(
                f"{self.name} takes {len(self.variables)} variables ({', '.join(self.variables)}) but the point "
                f"has {count} value{'s' * (count != 1)}; give one for each."
            )
        if isinstance(point, np.ndarray) or not any(is_container(each) or axes(each) > 0 for each in point):
            point = as_point(point).tolist()
        return dict(zip(self.variables, point, strict=True))


def keywords(public: Callable[..., Any]) -> tuple[str, ...]:
    """Return what a function of this package takes by keyword for itself, so that nobody's argument can be called so.

    Examples
    --------
    >>> def explore(function, /, *, over=None, engine=None, **abbreviations): ...
    >>> keywords(explore)
    ('over', 'engine')
    """
    parameters = inspect.signature(public).parameters.values()
    return tuple(p.name for p in parameters if p.kind is inspect.Parameter.KEYWORD_ONLY)


def _signature(function: Any) -> inspect.Signature:
    """Return how a callable is called; a module of PyTorch as its ``forward`` is, to which it hands all on."""
    signature = inspect.signature(function)
    takes_any = all(p.kind in (p.VAR_POSITIONAL, p.VAR_KEYWORD) for p in signature.parameters.values())
    forward = getattr(function, "forward", None)
    return inspect.signature(forward) if takes_any and callable(forward) else signature


def named(function: Any, over: Any = None, given: Mapping[str, Any] = MappingProxyType({})) -> Any:
    """Return the gallery's example of that name, the formula that a text or an expression of SymPy is, or `function`.

    Examples
    --------
    >>> named("himmelblau"), named("a*x**2", given={"a": (0.0, 4.0)})
    (Example('himmelblau', (x, y, a=11.0, b=7.0)), Formula('a*x**2', (x, a=2.0)))
    """
    if is_symbolic(function):
        return symbolic.formula(function, over, given)
    if not isinstance(function, str):
        return function
    from hesswidget import gallery

    if function in gallery.names() or _looks_like_a_name(function, over, given):
        try:
            return gallery.get(function)
        except KeyError as error:
            raise ProblemError(str(error.args[0])) from None
    return text.formula(function, over, given)


def _looks_like_a_name(function: str, over: Any, given: Mapping[str, Any]) -> bool:
    """Whether a text was meant to be the name of an example, rather than a formula."""
    word = function.strip() if len(function) <= LONGEST_EXAMPLE else ""
    if re.fullmatch(r"[^\W\d]\w*", word):
        return word not in given and word != over and not is_coordinate(word)
    from hesswidget import gallery

    is_one = re.fullmatch(r"[\w \-]+", word) and not set(re.findall(r"\w+", word)) & {*given}
    return bool(is_one and difflib.get_close_matches(re.sub(r"\W", "_", word), gallery.names(), cutoff=0.8))


def example(function: Any) -> Example | None:
    """Return `function` if it is one of the gallery's examples, whatever attributes other callables have."""
    from hesswidget.gallery.example import Example

    return function if isinstance(function, Example) else None


def unwrapped(function: Any) -> Any:
    """Return the plain function inside a gallery example, named like the example."""
    known = example(function)
    return known.function if known else function


def expression_of(function: Any) -> str | None:
    """Return Python for a function: an example's name or a formula in quotes, or the name by which it is found.

    That is its own name, where it leads to this function in the user's namespace, or with its module before it; None
    for a lambda, a function made inside another, and one whose name has been given to another since.

    Examples
    --------
    >>> expression_of(functools.reduce), expression_of(lambda x: x)
    ('_functools.reduce', None)
    """
    if known := example(function):
        return repr(known.name)
    if isinstance(function, Formula):
        return function.expression
    if declaration(function):  # made by a call, and called as the variable that holds it
        held = list(vars(sys.modules["__main__"]).items())
        return next((name for name, x in held if x is function and not name.startswith("_")), None)
    name = getattr(function, "__name__", None)
    if not isinstance(name, str) or not name.isidentifier():
        return None
    if vars(sys.modules["__main__"]).get(name) is function:
        return name
    module = getattr(function, "__module__", None)
    found = getattr(sys.modules.get(str(module)), name, None)
    return f"{module}.{name}" if found is function and module != "__main__" else None


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
