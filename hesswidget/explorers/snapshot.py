"""What an explorer leaves behind: an output that stays live without a kernel, pages, and pictures."""

from __future__ import annotations

import base64
import io
import logging
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from hesswidget.appearance import MIME_TYPE
from hesswidget.errors import ProblemError
from hesswidget.explorers.moment import Moment
from hesswidget.explorers.precomputed import states
from hesswidget.explorers.questions import Questions
from hesswidget.explorers.state import VIEW_STATE_TRAIT
from hesswidget.explorers.view import Context, View
from hesswidget.explorers.view_state import PATHS, is_along
from hesswidget.export import files
from hesswidget.export.page import page
from hesswidget.export.saved import packed, refused
from hesswidget.problem.problem import Problem
from hesswidget.program.bounds import SAVED
from hesswidget.user_code import summary

_log = logging.getLogger("hesswidget")
MOST_IN_OUTPUT = 1_000_000  # characters that one output adds to a notebook besides its picture
MOST_IN_REASON = 1_000  # characters


@dataclass(frozen=True)
class Snapshot:
    """An explorer at one moment: what moves meanwhile does not change it.

    Attributes
    ----------
    context : Context
    view : View
    questions : Questions
    moment : Moment
    traits : dict
        The synced traits at that moment: the ``explorer``'s own, the sliders' ``values``, and the ``point`` where the
        variables are a vector.
    describe : callable
        Describes the controls of a problem to a front end.
    """

    context: Context
    view: View
    questions: Questions
    moment: Moment
    traits: Mapping[str, Any]
    describe: Callable[[Problem], dict[str, Any]]

    def save_html(self, path: str | os.PathLike[str], *, seconds: float, overwrite: bool) -> Path:
        """Write a page; see `hesswidget.explorers.shell.Explorer.save_html`."""
        files.refuse_existing(path, overwrite)
        files.refuse_ending(path, ".html", ".htm")
        picture = self._drawn("png", dpi=96)
        saved = self._saved(thorough=True, seconds=seconds)
        text = page(saved, picture=picture, text=self.moment.text())
        return files.write(path, text.encode(), overwrite=overwrite)

    def save_picture(
        self, path: str | os.PathLike[str], kind: str, *, overwrite: bool, **options: Any
    ) -> Path:
        """Write the figure in a format of matplotlib's, which the file's name ends in."""
        files.refuse_existing(path, overwrite)
        files.refuse_ending(path, f".{kind}")
        return files.write(path, self._drawn(kind, **options), overwrite=overwrite)

    def output(self) -> dict[str, Any]:
        """Return the saved explorer, its picture and its text by MIME type, as far as they can be had."""
        return self.completed(self.without_picture())

    def completed(self, data: Mapping[str, Any]) -> dict[str, Any]:
        """Return what `without_picture` gave with the picture, which takes longer to draw than all else."""
        try:
            _ = self.moment.curvature
        except ProblemError:
            return dict(data)
        try:
            return {**data, "image/png": base64.b64encode(self._drawn("png", dpi=96)).decode("ascii")}
        except Exception as error:  # a picture that cannot be drawn must not keep the widget from the screen
            _log.warning("%s has no picture", self.moment.name, exc_info=error)
            return {**data, "text/plain": f"{data['text/plain']}\n(no picture: {summary(error)})"}

    def without_picture(self) -> dict[str, Any]:
        """Return the saved explorer and its text by MIME type, or why it is not saved."""
        title, text = f"Hessian of {self.moment.name}", self.moment.text()
        try:
            _ = self.moment.curvature
        except ProblemError as error:
            return {"text/plain": text, MIME_TYPE: refused(title, f"{error}"[:MOST_IN_REASON])}
        try:
            saved = self._saved(thorough=False, seconds=0.0)
            size = len(saved["packed"])
            if size > MOST_IN_OUTPUT:
                raise ProblemError(
                    f"with its data it takes {size / 1e6:.1f} MB, and an output at most {MOST_IN_OUTPUT / 1e6:.0f} MB; "
                    f"save_html writes a page of up to {SAVED.unpacked / 1e6:.0f} MB"
                )
        except Exception as error:  # nor must this
            if not isinstance(error, ProblemError):
                _log.warning("%s could not be saved", self.moment.name, exc_info=error)
            text += f"\n(live in a running kernel only: {error})"
            saved = refused(title, f"{error}"[:MOST_IN_REASON])
        return {"text/plain": text, MIME_TYPE: saved}

    def _drawn(self, kind: str, **options: Any) -> bytes:
        written = io.BytesIO()
        self.view.figure(self.moment).savefig(written, format=kind, **options)
        return written.getvalue()

    def _saved(self, *, thorough: bool, seconds: float) -> dict[str, Any]:
        """Return what a front end needs to draw this moment live.

        Parameters
        ----------
        thorough : bool
            Whether what Python would be asked for at rest is computed now, though that may take a second or two.
        seconds : float
            What may be spent on pictures over a grid, for the kernel engine.
        """
        moment, context = self.moment, self.context
        explorer, grid = self.traits["explorer"], None
        answers = self.questions.saved(moment, thorough)
        if explorer["engine"] == "kernel":
            with context.lock:
                seen = moment.view_state
                made = states(
                    moment.shown, self.view.computation, moment.point, moment.parameters, seconds, seen
                )
            reason = f"{made.sentence} {explorer['engine_reason']}"
            explorer = {**explorer, "_problem": self.describe(made.problem), "engine_reason": reason}
            shared = (
                seen if is_along(seen, PATHS) else replace(seen, slice=None)
            )  # all lie in the first slice
            explorer[VIEW_STATE_TRAIT] = shared.written()
            grid = made.written
        content = {"traits": {**self.traits, "explorer": explorer}, "answers": answers, "states": grid}
        return packed(f"Hessian of {moment.name}", content)
