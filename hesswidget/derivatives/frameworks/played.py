"""A function of another library as one of ``autograd.numpy``: traced when it is first called, and then played."""

from __future__ import annotations

import contextlib
import importlib
import weakref
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from autograd.tracer import isbox

from hesswidget.derivatives.completion.definition import getval_deep
from hesswidget.derivatives.frameworks.recognition import framework_of
from hesswidget.derivatives.frameworks.tape import Tape
from hesswidget.problem.blocks import parts

MOST_TAPES = 16  # of a function, for different shapes and settings of its arguments
_LIBRARIES = {"jax": "jaxpr", "torch": "aten"}  # whose rules are imported when such a function is met


def _library(framework: str) -> Any:
    return importlib.import_module(f"{__package__}.{_LIBRARIES[framework]}")


@dataclass
class _Known:
    """What is known of a function of arguments of these shapes, others being what they are: in the key by identity."""

    function: Callable[..., Any]
    shapes: tuple[tuple[int, ...], ...]
    static: list[Any]
    tape: Tape | None = None
    returned: Any = None
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
        if known.tape is None:
            known.tape, known.returned = self.library.traced(known.function, known.shapes)
        results = known.tape(*leaves)
        return results[0] if hasattr(known.returned, "shape") else known.returned

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
        if len(self._known) > MOST_TAPES:
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
