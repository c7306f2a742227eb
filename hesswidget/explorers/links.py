"""Value widgets that move explorers, and follow them: one slider may be shared by several."""

from __future__ import annotations

from typing import Any, ClassVar
from weakref import WeakSet

from traitlets import Bunch

from hesswidget.explorers import cell
from hesswidget.explorers.checked_traits import Refused
from hesswidget.explorers.questions import refusal
from hesswidget.explorers.state import State


class Link:
    """A value widget and an argument follow each other, until `release`; a value that is refused is taken back.

    Where a cell runs again, the explorers that earlier runs of it linked to the same widget follow no more, unless they
    have a name in the notebook: their pictures are gone, and every move would cost the more.
    """

    _all: ClassVar[WeakSet[Link]] = WeakSet()

    def __init__(self, explorer: State, argument: str, widget: Any) -> None:
        self._explorer, self._widget = explorer, widget
        self._trait = explorer.trait_of[argument]
        self._run = cell.present_run()
        for link in list(self._all):
            if link._is_replaced_by(self):
                link.release()
        self._all.add(self)
        self._to_widget(Bunch(new=getattr(explorer, self._trait)))
        widget.observe(self._from_widget, "value")
        explorer.observe(self._to_widget, self._trait)

    def release(self) -> None:
        """Let widget and explorer go their own ways; once more does nothing."""
        if self not in self._all:
            return
        self._all.remove(self)
        self._widget.unobserve(self._from_widget, "value")
        self._explorer.unobserve(self._to_widget, self._trait)

    def _is_replaced_by(self, other: Link) -> bool:
        if self._widget is not other._widget or self._run is None or other._run is None:
            return False
        is_again = self._run.cell == other._run.cell and self._run.request != other._run.request
        return is_again and not cell.has_name(self._explorer)

    def _from_widget(self, change: Any) -> None:
        try:
            setattr(self._explorer, self._trait, change.new)
        except Refused as error:
            self._widget.value = getattr(self._explorer, self._trait)
            self._explorer.send({**refusal(str(error)), "id": ""})

    def _to_widget(self, change: Any) -> None:
        self._widget.value = change.new
