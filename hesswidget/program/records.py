"""What a computation returns under names: in a mapping, or in a record, whose fields are documented and checked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

from hesswidget.program.errors import NotRecorded

Outputs: TypeAlias = Mapping[str, Any] | tuple[Any, ...]  # a tuple that is a record


def by_name(returned: Outputs) -> dict[str, Any]:
    """Return the arrays of a mapping, or of a record (a ``NamedTuple``), by the names that a program gives its outputs.

    A record within a record gives its arrays under their own names, a tuple under its name and their places.

    Raises
    ------
    NotRecorded
        If it is neither.

    Examples
    --------
    >>> from typing import NamedTuple
    >>> class Range(NamedTuple):
    ...     low: float
    ...     high: float
    >>> class Grid(NamedTuple):
    ...     shown: Range
    ...     axes: tuple[float, ...]
    >>> by_name(Grid(Range(0.0, 1.0), (2.0, 3.0)))
    {'low': 0.0, 'high': 1.0, 'axes0': 2.0, 'axes1': 3.0}
    """
    if isinstance(returned, Mapping):
        return dict(returned)
    if not hasattr(returned, "_asdict"):
        raise NotRecorded(f"a mapping from names to arrays was expected, not a {type(returned).__name__}.")
    named: dict[str, Any] = {}
    for name, field in returned._asdict().items():
        if hasattr(field, "_asdict"):
            named |= by_name(field)
        elif isinstance(field, tuple):
            named |= {f"{name}{k}": array for k, array in enumerate(field)}
        else:
            named[name] = field
    return named
