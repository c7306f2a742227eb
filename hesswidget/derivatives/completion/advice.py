"""What to write in place of a function whose derivative autograd does not know."""

from __future__ import annotations

from collections.abc import Sequence
from types import FrameType
from typing import Any

import numpy as np

from hesswidget.derivatives.completion.definition import holds_traced
from hesswidget.user_code import is_users

_INSTEAD = {
    "eigvals": "of a symmetric matrix use np.linalg.eigvalsh, which has one",
    "eig": "of a symmetric matrix use np.linalg.eigh, which has one",
    "qr": "use np.linalg.solve, or np.linalg.cholesky(a.T @ a).T, which is r up to signs",
    "tensorsolve": "reshape to matrices and use np.linalg.solve",
    "tensorinv": "reshape to a matrix and use np.linalg.inv",
    "matrix_rank": "a rank is a whole number, and has no derivative",
    "roots": "use the coefficients in np.polyval, and find the roots outside of the function",
    "unwrap": "add the multiples of 2π by hand, from constant data",
    "arange": "use start + step * np.arange(n), with n a constant",
    "histogram": "counts are whole numbers; sum a smooth kernel such as np.exp(-((x[:, None] - centres) / width)**2)",
    "bincount": "use onehot.T @ weights, with a constant matrix onehot",
    "digitize": "bins are whole numbers; compare with np.where",
    "unique": "a set of values has no derivative; use the values themselves",
    "fromiter": "build the array at once, with np.array([...])",
    "frombuffer": "build the array at once, with np.array([...])",
    "nextafter": "it has no derivative; add a constant",
    "frexp": "it has no derivative; use np.log2",
    "spacing": "it has no derivative; use a constant",
    "exprel": "use np.expm1(x) / x where x is not 0",
    "gammainc": "integrate by hand, or take the derivative with respect to its second argument alone",
    "hyp2f1": "write its series out with np.polyval, as far as it matters",
    "wofz": "it is complex; use the real functions erf and erfc",
    "dawsn": "use a series, or an integral by np.trapezoid",
    "zeta": "sum the series with np.sum, as far as it matters",
}


def without_derivative(function: Any, argnums: Any) -> str:
    """Say that there is no derivative of a primitive, and what to write instead.

    Examples
    --------
    >>> import autograd.numpy as anp
    >>> without_derivative(anp.unwrap, (0,))
    'autograd knows no derivative of unwrap; add the multiples of 2π by hand, from constant data'
    """
    name = str(getattr(function, "__name__", function)).removeprefix("_primitive_")
    instead = _INSTEAD.get(
        name,
        "write it out with functions of autograd.numpy, or give it a derivative with autograd.extend.defvjp",
    )
    return f"autograd knows no derivative of {name}; {instead}"


METHODS = {
    "sort": "x.sort() changes x itself, which autograd cannot follow; write x = np.sort(x)",
    "partition": "x.partition() changes x itself, which autograd cannot follow; write x = np.partition(x, k)",
    "fill": "x.fill() changes x itself, which autograd cannot follow; write x = np.full(shape, value)",
    "put": "x.put() changes x itself, which autograd cannot follow; write np.where(mask, values, x)",
    "resize": "x.resize() changes x itself, which autograd cannot follow; write x = np.reshape(x, shape)",
    "setfield": "x.setfield() changes x itself, which autograd cannot follow; build it with np.where",
    "view": "autograd cannot follow a view of the bytes; write x.reshape(...) or x.astype(float)",
    "choose": "write np.choose(indices, [x, ...])",
    "tobytes": "the bytes of a value have no derivative; compute with the value",
    "data": "the bytes of a value have no derivative; compute with the value",
    "ctypes": "the bytes of a value have no derivative; compute with the value",
}

# What autograd.scipy has of SciPy's functions that are none of its ufuncs.
_DENSITIES = "beta chi2 dirichlet gamma multivariate_normal norm poisson t".split()
_SPECIAL = "logsumexp softmax log_softmax multigammaln".split()
_FOLLOWED = ("numpy", "autograd", "hesswidget")  # their own errors say enough


def of_library(frames: Sequence[FrameType]) -> str:
    """Say which function of another library was given a traced value, and what to write instead; "" if none was.

    Parameters
    ----------
    frames : sequence of frame
        The calls that led to an error, outermost first. The one after the user's own last line is the library's.
    """
    own = [k for k, frame in enumerate(frames) if is_users(frame.f_code.co_filename)]
    if not own or own[-1] + 1 >= len(frames):
        return ""
    calls = frames[own[-1] + 1 :]
    frame = next((f for f in calls if not _is_wrapper(f)), calls[0])
    package, _, rest = str(frame.f_globals.get("__name__", "")).partition(".")
    if not package or package in _FOLLOWED or not any(map(_holds_traced, calls)):
        return ""
    if package == "pandas":
        return "pandas cannot follow a value that autograd is tracing; compute with arrays, such as data.to_numpy()."
    if f"{package}.{rest}".startswith("scipy.sparse"):
        return "a sparse matrix of scipy cannot follow a value that autograd is tracing; use an array, data.toarray()."
    module = ".".join([package, *(part for part in rest.split(".") if part and not part.startswith("_"))])
    of = getattr(frame.f_locals.get("self"), "name", "") or _class_of_density(frame)
    name = ".".join(part for part in (module, of, frame.f_code.co_name) if isinstance(part, str) and part)
    known = (module == "scipy.stats" and of in _DENSITIES) or (
        module == "scipy.special" and frame.f_code.co_name in _SPECIAL
    )
    instead = f"use autograd.{name}" if known else "write it out with autograd.numpy"
    return f"{name} cannot follow a value that autograd is tracing; {instead} in its place."


def _is_wrapper(frame: FrameType) -> bool:
    """Whether a call is that of a decorator rather than of the function which the user named."""
    return "<locals>" in getattr(frame.f_code, "co_qualname", "") or "._lib" in str(
        frame.f_globals.get("__name__", "")
    )


def _holds_traced(frame: FrameType) -> bool:
    values = list(frame.f_locals.values())
    values += [part for value in values if isinstance(value, dict) for part in value.values()]
    objects = [value for value in values if isinstance(value, np.ndarray) and value.dtype.kind == "O"]
    return holds_traced(values) or any(holds_traced(value.ravel()[:99].tolist()) for value in objects)


def _class_of_density(frame: FrameType) -> str:
    """Return the public name of a multivariate distribution: multivariate_normal for multivariate_normal_gen."""
    return type(frame.f_locals.get("self")).__name__.removesuffix("_gen").removesuffix("NoneType")
