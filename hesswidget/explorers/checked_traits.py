"""Traits that are checked by who has them, tell of every value that differs, and refuse in sentences."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import traitlets

from hesswidget.errors import ProblemError


class Refused(ProblemError, traitlets.TraitError):
    """A value that the state does not admit; nothing was changed."""


class ParameterValues(dict[str, Any]):
    """The parameters' values; set through the widget, so that the picture follows."""

    def _refuse(self, *_: Any, **__: Any) -> Any:
        raise Refused("set parameters through the widget, so that the picture follows: w.set(a=2.0).")

    __setitem__ = __delitem__ = __ior__ = _refuse
    update = setdefault = pop = popitem = clear = _refuse

    def __reduce__(self) -> Any:
        return dict, (dict(self),)  # a copy is a plain dict


class Checked(traitlets.TraitType[Any, Any]):
    """A trait that asks its `check` and does not notify of a value equal to the present one."""

    def __init__(self, check: Any = None, **kwargs: Any) -> None:
        self._check = check
        super().__init__(**kwargs)

    def validate(self, obj: Any, value: Any) -> Any:
        """Return the value as it is kept, or refuse it."""
        try:
            return self._check(value) if self._check else getattr(obj, f"_checked_{self.name}")(value)
        except Refused:
            raise
        except ProblemError as error:
            raise Refused(str(error)) from None

    def set(self, obj: Any, value: Any) -> None:
        """Take a value, and tell of it where it differs."""
        value = self._validate(obj, value)
        present = obj._trait_values.get(self.name, traitlets.Undefined)
        if not equal(present, value):
            # Not traitlets' own `set`, which tells nobody where Python's == holds, as between 1 and True.
            obj._trait_values[self.name] = value
            obj._notify_trait(self.name, present, value)


class Assigned(Checked):
    """A trait that hands what it is assigned to its widget, which moves there as it sees fit."""

    def set(self, obj: Any, value: Any) -> None:
        """Hand the value on, unless the widget moves already."""
        if obj._moving:
            return super().set(obj, value)
        value = self._validate(obj, value)
        if not equal(obj._trait_values.get(self.name), value):
            obj._arrive(value)


def from_wire(check: Callable[[Any], Any], value: Any) -> Any:
    """Check what came from a front end; what is refused is refused as a trait's value is."""
    try:
        return check(value)
    except ProblemError as error:
        raise Refused(str(error)) from None


def equal(one: Any, other: Any) -> bool:
    """Whether two values are the same in kind, shape and every element."""
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return one.keys() == other.keys() and all(equal(one[k], other[k]) for k in one)
    if type(one) is not type(other) or getattr(one, "dtype", None) != getattr(other, "dtype", None):
        return False
    try:
        return one is other or (np.shape(one) == np.shape(other) and bool(np.all(one == other)))
    except Exception:  # an option of the user's own type may not compare; then it counts as new
        return False
