"""Whose function is it? Those of JAX and PyTorch are told by the names that their code looks up."""

from __future__ import annotations

import dis
import functools
import inspect
import sys
from collections.abc import Iterator, Mapping
from types import CodeType, FunctionType, MethodType, ModuleType
from typing import Any

import numpy as np
from autograd.numpy.numpy_boxes import ArrayBox

from hesswidget.problem.composite import Composite
from hesswidget.user_code import is_users

FRAMEWORKS = ("jax", "torch")
_PACKAGES = {"jax": "jax", "jaxlib": "jax", "torch": "torch"}
_LOOK_UP = frozenset(["LOAD_GLOBAL", "LOAD_NAME", "IMPORT_NAME"])
MOST_FUNCTIONS = 200  # of the user's own, that call each other, are looked into


def framework_of(function: Any) -> str | None:
    """Return which library a function is written in: ``"jax"``, ``"torch"``, or None for ``autograd.numpy``.

    A function is a library's if it is one of its objects (``jax.jit(f)``, a ``torch.nn.Module``), or if its code, or
    that of a function of the user's own which it calls, looks up a global or closed-over name that leads to a module,
    a function or an array of that library, or imports it. So a loss that computes with ``jnp`` is JAX's, however deep.
    Where there is no name of a library at all, one that calls a tensor's own methods (``x.exp()``) is PyTorch's.

    Examples
    --------
    >>> framework_of(lambda x: x**2) is None
    True
    """
    loaded = {package for package in FRAMEWORKS if package in sys.modules}
    if not loaded:
        return None
    pending, seen, is_open = [function], set[int](), "torch" in loaded
    while pending and len(seen) < MOST_FUNCTIONS:
        met = pending.pop()
        if id(met) in seen:
            continue
        seen.add(id(met))
        if (framework := _owner(met)) in loaded:
            return framework
        is_open = is_open and not _is_autograds(met)
        pending.extend(_parts(met))
    return "torch" if is_open and _calls_tensor(function) else None


def _is_autograds(met: Any) -> bool:
    return isinstance(met, ModuleType) and met.__name__.partition(".")[0] == "autograd"


def _calls_tensor(function: Any) -> bool:
    """Whether code calls something that a tensor of PyTorch can do and an array of NumPy cannot: ``x.exp().sum()``.

    That counts for its arguments without a default, and for what a call or an operator returns: other names may stand
    for a module.
    """
    function = inspect.unwrap(function) if isinstance(function, FunctionType) else None
    if function is None:
        return False
    code, tensor = function.__code__, sys.modules["torch"].Tensor
    arguments = code.co_varnames[: code.co_argcount - len(function.__defaults__ or ())]
    is_array = False
    for instruction in dis.get_instructions(code):
        opname, argument = instruction.opname, instruction.argval
        if opname in ("PRECALL", "CACHE"):
            continue
        is_method = is_array and opname in ("LOAD_METHOD", "LOAD_ATTR")
        if is_method and [hasattr(kind, argument) for kind in (tensor, np.ndarray, ArrayBox)] == [
            True,
            False,
            False,
        ]:
            return True
        last = argument[-1] if isinstance(argument, tuple) and argument else argument
        is_argument = opname.startswith("LOAD_FAST") and last in arguments
        is_array = is_argument or opname.startswith(("CALL", "BINARY"))
    return False


def _owner(met: Any) -> str | None:
    """Return the library that something was made in, or is."""
    kinds = met.__mro__ if isinstance(met, type) else type(met).__mro__
    names = [kind.__module__ for kind in kinds]
    if isinstance(met, ModuleType):
        names.append(met.__name__)
    elif isinstance(met, FunctionType):
        names.append(met.__globals__.get("__name__", ""))
    packages = (str(name).partition(".")[0] for name in names)
    return next((_PACKAGES[package] for package in packages if package in _PACKAGES), None)


def _parts(met: Any) -> Iterator[Any]:
    """Return what decides whose function something is: what it wraps, and what its code refers to."""
    if isinstance(met, functools.partial):
        yield from (met.func, *met.args, *met.keywords.values())
    elif isinstance(met, MethodType):
        yield from (met.__func__, met.__self__)
    elif isinstance(met, FunctionType):
        yield from (*(met.__defaults__ or ()), *(met.__kwdefaults__ or {}).values())
        if (wrapped := inspect.unwrap(met, stop=lambda f: not hasattr(f, "__wrapped__"))) is not met:
            yield wrapped
        if is_users(met.__code__.co_filename):
            yield from _cells(met)
            yield from _looked_up(met.__code__, met.__globals__)
    elif isinstance(met, Composite):
        yield from (met.outputs, met.outer)
    elif isinstance(met, list | tuple) and len(met) <= MOST_FUNCTIONS:
        yield from met
    elif isinstance(met, Mapping) and len(met) <= MOST_FUNCTIONS:
        yield from met.values()
    elif callable(met) and not isinstance(met, type | ModuleType):
        yield type(met).__call__


def _cells(function: FunctionType) -> Iterator[Any]:
    for cell in function.__closure__ or ():
        try:
            yield cell.cell_contents
        except ValueError:  # not assigned yet
            continue


def _looked_up(code: CodeType, namespace: Mapping[str, Any]) -> Iterator[Any]:
    """Return what the names that code looks up lead to; of what it imports, the package."""
    codes = [code]
    while codes:
        code = codes.pop()
        codes.extend(constant for constant in code.co_consts if isinstance(constant, CodeType))
        for instruction in dis.get_instructions(code):
            if instruction.opname not in _LOOK_UP:
                continue
            name = str(instruction.argval)
            if instruction.opname == "IMPORT_NAME":
                if (package := name.partition(".")[0]) in sys.modules:
                    yield sys.modules[package]
            elif name in namespace:
                yield namespace[name]
