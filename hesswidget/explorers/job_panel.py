"""A widget that shows what one job finds, as it finds it: a page can stop it, and moves no more than it says."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Any, ClassVar

import anywidget
import ipywidgets
import traitlets

from hesswidget import bundle
from hesswidget.explorers.front_end import FrontEnd, reference
from hesswidget.explorers.jobs import Job, Jobs, Overtaken
from hesswidget.explorers.layout import Guarded, Layout
from hesswidget.explorers.questions import is_identifier
from hesswidget.progress import Progress
from hesswidget.user_code import summary

_log = logging.getLogger(__name__)


class JobPanel(anywidget.AnyWidget):
    """What a job has found until now, written for a page; and how far it is.

    A subclass says its `kind`, by which the page knows what to draw, and `work`, what such a job does, in words.
    """

    kind: ClassVar[str]
    work: ClassVar[str]

    _esm = bundle.loader()
    layout = Guarded(Layout).tag(sync=True, **ipywidgets.widget_serialization)
    _front_end = traitlets.Instance(FrontEnd, read_only=True).tag(sync=True, to_json=reference)
    _view = traitlets.Unicode(read_only=True).tag(sync=True)
    _found = traitlets.Dict(read_only=True).tag(sync=True)
    _progress = traitlets.Dict(read_only=True).tag(sync=True)  # empty where nothing is under way

    def __init__(self) -> None:
        self._failure: Exception | None = None
        self._jobs = Jobs(self._told)
        self.set_trait("_view", self.kind)
        self.set_trait("_front_end", FrontEnd.present())
        super().__init__()
        self.on_msg(self._receive)

    def wait(self) -> None:
        """Wait until nothing is under way; what ended it early is raised here."""
        self._jobs.wait()
        if self._failure is not None:
            raise self._failure

    def cancel(self) -> None:
        """Stop, and keep what there is."""
        self._jobs.cancel()

    def start(self, key: Any, run: Callable[[Progress], object]) -> None:
        """Begin a job, which keeps what it finds itself; one that is under way is given up, unless it has this key."""
        self._failure = None
        self.set_trait("_progress", {"share": 0.0, "words": "begins"})

        def body(job: Job) -> None:
            try:
                job.begin()
                run(job.report)
            except Overtaken:
                return  # whatever has overtaken it tells how far it is
            except Exception as error:  # nobody is there to meet it
                _log.warning("%s ended", self.work, exc_info=error)
                self._failure = error
                said = f"{self.work[:1].upper()}{self.work[1:]} ended early: {summary(error)}"
                self.set_trait("_found", {**self._found, "sentences": [said]})
            self.set_trait("_progress", {})

        self._jobs.start(self.kind, key, self.kind, body)

    def set_state(self, sync_data: Any) -> None:
        """Refuse what a page sets."""

    def _told(self, _: str, progress: dict[str, Any]) -> None:
        self.set_trait("_progress", {"share": progress["share"], "words": progress["words"]})

    def _receive(self, _: Any, content: Any, __: Any) -> None:
        """Stop where a page says so; and send a page the front end that does not find it."""
        kind = content.get("kind") if isinstance(content, Mapping) else None
        if kind == "cancel":
            self.cancel()
        elif kind == "front_end" and is_identifier(content.get("id")):
            self.send({"id": content["id"], "packed": bundle.packed()})

    def still(self) -> dict[str, str] | None:
        """Return what is shown where no widget runs, by MIME type; None where nothing was found yet."""
        raise NotImplementedError

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict[str, Any], dict[str, Any]] | None:
        """Show the widget; and where there is none, the figure of what there is, or its table."""
        shown = super()._repr_mimebundle_(**kwargs)
        still = self.still()
        if shown is None or still is None:
            return shown
        data, metadata = shown
        return {**data, **still}, metadata
