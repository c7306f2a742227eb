"""The front end as a widget: one for a kernel, to which its explorers refer, so that a page has it once."""

from __future__ import annotations

from typing import Any, ClassVar

import ipywidgets
import traitlets

from hesswidget import bundle
from hesswidget.explorers.questions import Answer, Question


class FrontEnd(ipywidgets.Widget):
    """Program and stylesheet; ``frontend/loader.ts`` runs these and no others. Nothing that a page sends changes it.

    The default of what is synced is empty, for saved state leaves out what is a default.

    Attributes
    ----------
    keeps_widgets : bool
        Whether a page of this kernel has said that a running widget stays on screen as it is where its output is
        updated, as the extension of JupyterLab sees to.
    """

    keeps_widgets = False

    packed = traitlets.Unicode(read_only=True).tag(sync=True)
    _present: ClassVar[FrontEnd | None] = None

    def __init__(self) -> None:
        self.set_trait("packed", bundle.packed())
        super().__init__()

    @classmethod
    def present(cls) -> FrontEnd:
        """Return this kernel's; another where it was closed, as ``Widget.close_all`` does."""
        if cls._present is None or cls._present.comm is None:
            cls._present = cls()
        return cls._present

    def set_state(self, sync_data: Any) -> None:
        """Refuse what a page sets."""


def reference(front_end: FrontEnd, _: Any) -> str:
    """Write which widget it is, as explorers refer to it; nothing where it was closed: then a page asks for it."""
    return f"IPY_MODEL_{front_end.model_id}" if front_end.comm is not None else ""


def _sent() -> Answer:
    return Answer({"packed": bundle.packed()})


def _noted() -> Answer:
    FrontEnd.present().keeps_widgets = True
    return Answer({})


#: What a page asks that does not find the widget; and what it says where it shows outputs as its extension does.
QUESTIONS = (Question("front_end", _sent), Question("keeps_widgets", _noted))
