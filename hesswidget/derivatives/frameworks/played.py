"""A function of another library as one of ``autograd.numpy``: traced when it is first called, and then played."""

from __future__ import annotations

import contextlib
import functools
import importlib
import weakref
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from autograd.tracer import isbox

from hesswidget.derivatives.branches.questions import Answer, ask
from hesswidget.derivatives.completion.definition import getval_deep
from hesswidget.derivatives.frameworks.answers import Answers, Asked
from hesswidget.derivatives.frameworks.recognition import framework_of
from hesswidget.derivatives.frameworks.tape import Tape
from hesswidget.errors import ProblemError
from hesswidget.problem.blocks import parts
from hesswidget.user_code import place_of, run_for

MOST_KNOWN = 16  # shapes and settings of a function's arguments
MOST_BRANCHES = 2000  # tapes for one of those, from one question to the next
_LIBRARIES = {"jax": "jaxpr", "torch": "aten"}  # whose rules are imported when such a function is met


def _library(framework: str) -> Any:
    return importlib.import_module(f"{__package__}.{_LIBRARIES[framework]}")


@dataclass
class _Known:
    """What is known of a function of arguments of these shapes, others being what they are: in the key by identity."""

    function: Callable[..., Any]
    shapes: tuple[tuple[int, ...], ...]
    static: list[Any]
    tapes: dict[tuple[Answer, ...], tuple[Tape, Any] | Exception] = field(default_factory=dict)
    is_checked: bool = False
    own: Callable[..., tuple[Any, Any, Any]] | None = None


class Played:
    """A function of JAX or PyTorch, to be called with arrays of ``autograd.numpy``, traced or not.

    Real numbers and arrays of them are its arguments, which it is traced for, by their shapes; everything else is what
    it is, and is traced for anew when it is another. What the function closes over is data of the moment when it was
    traced.

    Parameters
    ----------
    function : callable
    framework : {"jax", "torch"}
    """

    def __init__(self, function: Callable[..., Any], framework: str) -> None:
        self.library = _library(framework)
        self._function = _weak(function)  # or what knows this, by that very function, would keep both
        self._known: OrderedDict[Any, _Known] = OrderedDict()

    def __call__(self, *args: Any, **named: Any) -> Any:
        """Return what the function returns; arrays as autograd has them, if it is one."""
        leaves, known = self._met(args, named)
        result = self._played(known, *leaves)
        if not known.is_checked:
            known.is_checked = True
            try:
                self.library.check(functools.partial(self._played, known), known.function, known.shapes)
            except ProblemError:
                known.tapes.clear()
                known.is_checked = False
                raise
        return result

    def _played(self, known: _Known, *leaves: Any) -> Any:
        """Play the function, from one question that it asks of its values to the next."""
        values, answers = dict[Any, Any](enumerate(leaves)), tuple[Answer, ...]()
        while True:
            tape, returned = self._traced(known, answers)
            results = tape.continued(values)
            if not isinstance(returned, Asked):
                return results[0] if hasattr(returned, "shape") else returned
            answers += (run_for(returned.place, ask, returned.question, results[0]),)

    def _traced(self, known: _Known, answers: tuple[Answer, ...]) -> tuple[Tape, Any]:
        """Return the tape to where a function that was given these answers asks the next, and what it asks or returns.

        What it raises after an answer is kept too, as it is met again and again where its paths are sought.
        """
        found = known.tapes.get(answers)
        if found is None:
            found = self._outcome(known, answers)
            if len(known.tapes) == MOST_BRANCHES:
                known.tapes.clear()
            known.tapes[answers] = found
        if isinstance(found, Exception):
            raise found.with_traceback(None)
        return found

    def _outcome(self, known: _Known, answers: tuple[Answer, ...]) -> tuple[Tape, Any] | Exception:
        try:
            return self.library.traced(known.function, known.shapes, Answers(answers))
        except (ProblemError, NameError):
            raise
        except Exception as error:
            if not answers:
                raise
            error.user_place = place_of(error)  # type: ignore[attr-defined]
            return error

    def flat(self, args: Any, named: Any) -> np.ndarray:
        """Return the real numbers among the arguments as one vector."""
        leaves, _ = self._met(args, named)
        return np.concatenate([np.zeros(0), *(np.ravel(x) for x in leaves)])

    def own(self, args: Any, named: Any) -> Callable[..., tuple[Any, Any, Any]]:
        """Return what differentiates with the library itself.

        It takes a point, shape (n,), and the `flat` arguments as a base, shape (m,), and what each coordinate adds to
        it, shape (n, m); it returns f, ∇f and ∇²f.
        """
        _, known = self._met(args, named)
        if known.own is None:
            known.own = self.library.derivatives(known.function, known.shapes)
        return known.own

    def _met(self, args: Any, named: Any) -> tuple[list[Any], _Known]:
        leaves: list[Any] = []
        static: list[Any] = []
        structure = _parted([list(args), named], leaves, static)
        shapes = tuple(np.shape(getval_deep(x)) for x in leaves)
        key = (repr(structure), shapes, tuple(map(_identity, static)))
        known = self._known.setdefault(key, _Known(self._of_leaves(structure, static), shapes, static))
        self._known.move_to_end(key)
        if len(self._known) > MOST_KNOWN:
            self._known.popitem(last=False)
        return leaves, known

    def _of_leaves(self, structure: Any, static: list[Any]) -> Callable[..., Any]:
        def function(*leaves: Any) -> Any:
            args, named = _joined(structure, leaves, static)
            function = self._function()
            return getattr(function, "_torchdynamo_orig_callable", function)(
                *args, **named
            )  # of torch.compile(f)

        return function


_PLAYED: weakref.WeakKeyDictionary[Any, Played | None] = weakref.WeakKeyDictionary()


def played(function: Any) -> Any:
    """Return what plays a function of JAX or PyTorch; any other function itself.

    Examples
    --------
    >>> played(np.sin) is np.sin
    True
    """
    try:
        found = _PLAYED[function]
    except (KeyError, TypeError):
        framework = framework_of(function)
        found = Played(function, framework) if framework in _LIBRARIES else None
        with contextlib.suppress(TypeError):  # of what can be no key: it is looked at, and traced, each time
            _PLAYED[function] = found
    return function if found is None else found


def _weak(function: Any) -> Callable[[], Any]:
    try:
        return weakref.ref(function)
    except TypeError:
        return lambda: function


def _parted(x: Any, leaves: list[Any], static: list[Any]) -> tuple[Any, Any]:
    """Take structured arguments apart into real arrays and whatever else there is; return how they lie."""
    if isinstance(x, dict | list | tuple):
        kind = (
            type(x)
            if hasattr(x, "_fields")
            else dict
            if isinstance(x, dict)
            else list
            if isinstance(x, list)
            else tuple
        )
        return kind, [(key, _parted(part, leaves, static)) for key, part in parts(x)]
    is_real = isinstance(x, float | np.floating) or (isinstance(x, np.ndarray) and x.dtype.kind == "f")
    kept = leaves if isbox(x) or is_real else static
    kept.append(x)
    return "a leaf" if kept is leaves else "static", len(kept) - 1


def _joined(structure: tuple[Any, Any], leaves: Any, static: list[Any]) -> Any:
    kind, content = structure
    if isinstance(kind, str):
        return leaves[content] if kind == "a leaf" else static[content]
    held = {key: _joined(part, leaves, static) for key, part in content}
    if kind is dict:
        return held
    return kind(*held.values()) if hasattr(kind, "_fields") else kind(held.values())


def _identity(x: Any) -> Any:
    """Return what two static arguments have in common if and only if a function cannot tell them apart."""
    return (type(x), x) if isinstance(x, bool | int | str | None) else (type(x), id(x))
