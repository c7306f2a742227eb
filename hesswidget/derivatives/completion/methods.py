"""Methods and attributes of arrays that a traced array lacks."""

from __future__ import annotations

from typing import Any

import autograd.numpy as anp
from autograd.numpy.numpy_boxes import ArrayBox
from autograd.tracer import trace_primitives_map

from hesswidget.derivatives.completion import advice


def _axes(given: tuple[Any, ...]) -> Any:
    if not given or given == (None,):
        return None
    return given[0] if isinstance(given[0], list | tuple) else given


def _item(self: Any, *index: Any) -> Any:
    """Return one element, still traced."""
    if index:
        return anp.ravel(self)[index[0]] if len(index) == 1 else self[index]
    if self.size != 1:
        raise ValueError(f"item() takes an array of one element; this one has shape {self.shape}")
    return anp.reshape(self, ())


def _tolist(self: Any) -> Any:
    return [_tolist(part) for part in self] if self.ndim else self


def _reshape(self: Any, *shape: Any, **options: Any) -> Any:
    return anp.reshape(self, shape[0] if len(shape) == 1 else shape, **options)


METHODS = {
    "dot": lambda self, other: anp.dot(self, other),
    "conj": lambda self: anp.conj(self),
    "conjugate": lambda self: anp.conj(self),
    "copy": lambda self, order="C": anp.array(self),
    "flatten": lambda self, order="C": anp.ravel(self, order=order),
    "item": _item,
    "tolist": _tolist,
    "reshape": _reshape,
    "transpose": lambda self, *axes: anp.transpose(self, _axes(axes)),
    "compress": lambda self, condition, axis=None: anp.compress(condition, self, axis),
    "__divmod__": lambda self, other: anp.divmod(self, other),
    "__rdivmod__": lambda self, other: anp.divmod(other, self),
}
for _name, _method in METHODS.items():
    setattr(ArrayBox, _name, _method)


def _completed(name: str) -> Any:
    return lambda self, *args, **options: getattr(anp, name)(self, *args, **options)


# Methods that autograd took from functions which are completed here, be it after this.
for _name in "argmax argmin argsort clip cumprod diagonal ptp repeat std take var".split():
    setattr(ArrayBox, _name, _completed(_name))
for _name, _attribute in {
    "real": lambda self: anp.real(self),
    "imag": lambda self: anp.imag(self),
    "mT": lambda self: anp.swapaxes(self, -1, -2),
    "flat": lambda self: anp.ravel(self),
    "itemsize": lambda self: self.dtype.itemsize,
    "nbytes": lambda self: self.dtype.itemsize * self.size,
}.items():
    setattr(ArrayBox, _name, property(_attribute))


def _missing(self: Any, name: str) -> Any:
    """Say what to write in place of a method that a traced array cannot have."""
    if name in advice.METHODS:
        raise AttributeError(f"a traced array has no {name}: {advice.METHODS[name]}", name=name, obj=self)
    raise AttributeError(f"'{type(self).__name__}' object has no attribute '{name}'", name=name, obj=self)


ArrayBox.__getattr__ = _missing

_dispatched = ArrayBox.__array_ufunc__


def _array_ufunc(self: Any, ufunc: Any, method: str, *inputs: Any, **options: Any) -> Any:
    """Dispatch NumPy's and SciPy's ufuncs; SciPy's are completed, and imported, when the first is met."""
    if ufunc not in trace_primitives_map and type(ufunc).__name__ == "ufunc":
        from hesswidget.derivatives.completion import special

        special.meet(ufunc)
    return _dispatched(self, ufunc, method, *inputs, **options)


ArrayBox.__array_ufunc__ = _array_ufunc
