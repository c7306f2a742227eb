"""Named test functions and small models, each with its source and known critical points.

Every example is an attribute, and the module is a read-only mapping from names to examples.

>>> from hesswidget import gallery
>>> gallery.himmelblau(3.0, 2.0)
0.0
>>> gallery["himmelblau"] is gallery.himmelblau, "himmelblau" in gallery
(True, True)
>>> len(gallery) == len(list(gallery)) == len(gallery.names())
True
"""

import difflib
import sys
import types

from hesswidget.gallery import (
    degenerate,
    iterated,
    models,
    n_dimensional,
    one_dimensional,
    transcendental,
    two_dimensional,
)
from hesswidget.gallery.example import CriticalPoint, Example

_FAMILIES = (two_dimensional, transcendental, degenerate, one_dimensional, n_dimensional, iterated, models)
_EXAMPLES = {
    value.name: value for family in _FAMILIES for value in vars(family).values() if isinstance(value, Example)
}
globals().update(_EXAMPLES)

__all__ = ["CriticalPoint", "Example", "get", "names"]
__all__ += list(_EXAMPLES)


def names() -> tuple[str, ...]:
    """Names of all examples, sorted.

    Examples
    --------
    >>> names()[:3]
    ('beale', 'booth', 'branin')
    """
    return tuple(sorted(_EXAMPLES))


def get(name: str) -> Example:
    """The example of that name.

    Raises
    ------
    KeyError
        With the nearest names, when there is none.

    Examples
    --------
    >>> get("himmelblau")
    Example('himmelblau', (x, y, a=11.0, b=7.0))
    """
    if name in _EXAMPLES:
        return _EXAMPLES[name]
    near = difflib.get_close_matches(str(name), names(), n=3, cutoff=0.5)
    advice = f"did you mean {' or '.join(map(repr, near))}?" if near else "gallery.names() lists all of them."
    raise KeyError(f"no example is called {name!r}; {advice}")


class _Mapping(types.ModuleType):
    # Python looks these methods up on the type of the module, hence a type of its own (the Python data
    # model, "Customizing module attribute access").
    def __getitem__(self, name):
        return get(name)

    def __len__(self):
        return len(_EXAMPLES)

    def __iter__(self):
        return iter(names())

    def __contains__(self, name):
        return name in _EXAMPLES


sys.modules[__name__].__class__ = _Mapping
