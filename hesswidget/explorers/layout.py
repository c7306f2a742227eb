"""How much room an explorer takes: ipywidgets' layout, which any page that shows the widget may send changes of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ipywidgets
import traitlets

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
