"""What to write in place of a function whose derivative autograd does not know."""

from __future__ import annotations

from typing import Any

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
    "autograd knows no derivative of unwrap; add the multiples of 2π by hand, from constant data"
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
    "choose": "write np.choose(places, [x, ...])",
    "tobytes": "the bytes of a value have no derivative; compute with the value",
    "data": "the bytes of a value have no derivative; compute with the value",
    "ctypes": "the bytes of a value have no derivative; compute with the value",
}
