"""How much room an explorer takes: ipywidgets' layout, which any page that shows the widget may send changes of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ipywidgets
import traitlets
from ipywidgets.widgets.trait_types import InstanceDict

MAX_LENGTH = 100  # characters of a value
PROPERTIES = frozenset(name for name in ipywidgets.Layout.class_traits(sync=True) if not name.startswith("_"))


class Layout(ipywidgets.Layout):
    """A layout of which a page sets properties alone, and no name of a module, a view or a class.

    What it may not set, or not to such a value, it is sent back.

    Examples
    --------
    >>> layout = Layout()
    >>> layout.set_state({"width": "50%", "visibility": "maybe", "_view_module": "elsewhere"})
    >>> layout.width, layout.visibility, layout._view_module
    ('50%', None, '@jupyter-widgets/base')
    """

    def set_state(self, sync_data: Any) -> None:
        """Take what a page sets, each property by itself."""
        given = sync_data if isinstance(sync_data, Mapping) else {}
        for name in given:
            value = given[name]
            try:
                if name not in PROPERTIES or len(str(value)) > MAX_LENGTH:
                    raise traitlets.TraitError(name)
                self.traits()[name]._validate(self, value)
                super().set_state({name: value})
            except traitlets.TraitError:
                if name in self.keys:
                    self.send_state(name)


class Guarded(InstanceDict):
    """The trait of a widget's layout, whoever makes that: it is a `Layout`, also where Python sets another.

    Examples
    --------
    >>> class Panel(ipywidgets.DOMWidget):
    ...     layout = Guarded(Layout).tag(sync=True, **ipywidgets.widget_serialization)
    >>> [type(Panel(layout=given).layout) is Layout for given in ({"width": "50%"}, ipywidgets.Layout())]
    [True, True]
    """

    def validate(self, obj: Any, value: Any) -> Any:
        """Return the layout, of a dict a new one; one of ipywidgets' own is guarded from now on."""
        if type(value) is ipywidgets.Layout:
            value.__class__ = Layout  # the same object goes on, as in traitlets' `add_traits`
        return super().validate(obj, value)
