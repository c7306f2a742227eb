"""What an explorer leaves behind: an output that stays live without a kernel, pages, and pictures."""

from __future__ import annotations

import base64
import io
import logging
import os
from collections.abc import Mapping
from dataclasses import dataclass
from threading import RLock
from typing import TYPE_CHECKING, Any

from hesswidget.errors import ProblemError
from hesswidget.explorers.description import description
from hesswidget.explorers.kernel import KernelFrames
from hesswidget.explorers.precomputed import states
from hesswidget.explorers.questions import Questions
from hesswidget.explorers.state import Moment
from hesswidget.explorers.view import View
from hesswidget.export import files
from hesswidget.export.page import page
from hesswidget.export.saved import MIME_TYPE, packed, refused
from hesswidget.user_code import summary

if TYPE_CHECKING:
    from pathlib import Path

_log = logging.getLogger("hesswidget")
MOST_IN_OUTPUT = 1_000_000  # characters that one output adds to a notebook besides its picture
MOST_IN_REASON = 1_000  # characters


@dataclass(frozen=True)
class Snapshot:
    """An explorer at one moment: what moves meanwhile does not change it.

    Attributes
    ----------
    moment : Moment
    values : dict
        Of the sliders, by trait.
    point : buffer or None
        Of a vector variable.
    traits : dict
        The other traits of the widget that a front end draws by.
    trait_of : dict of str
        The trait of each slider.
    view : View
    kernel : KernelFrames
    questions : Questions
    lock : RLock
        Under which view and kernel draw and compute.
    """

    moment: Moment
    values: Mapping[str, Any]
    point: Any
    traits: Mapping[str, Any]
    trait_of: Mapping[str, str]
    view: View
    kernel: KernelFrames
    questions: Questions
    lock: RLock

    def save_html(self, path: str | os.PathLike[str], *, seconds: float, overwrite: bool) -> Path:
        """Write a page; see `hesswidget.explorers.shell.Explorer.save_html`."""
        files.refuse_existing(path, overwrite)
        picture = self._drawn("png", dpi=96)
        saved = self._saved(thorough=True, seconds=seconds)
        text = page(saved, picture=picture, text=self.moment.text())
        return files.write(path, text.encode(), overwrite=overwrite)

    def save_picture(
        self, path: str | os.PathLike[str], kind: str, *, overwrite: bool, **options: Any
    ) -> Path:
        """Write the figure in a format of matplotlib's."""
        return files.write(path, self._drawn(kind, **options), overwrite=overwrite)

    def output(self) -> dict[str, Any]:
        """Return the saved explorer, its picture and its text by MIME type, as far as they can be had."""
        title, text = f"Hessian of {self.moment.problem.name}", self.moment.text()
        try:
            _ = self.moment.curvature
        except ProblemError as error:
            return {"text/plain": text, MIME_TYPE: refused(title, f"{error}"[:MOST_IN_REASON])}
        data: dict[str, Any] = {}
        try:
            data["image/png"] = base64.b64encode(self._drawn("png", dpi=96)).decode("ascii")
        except Exception as error:  # a picture that cannot be drawn must not keep the widget from the screen
            _log.warning("%s has no picture", self.moment.problem.name, exc_info=error)
            text += f"\n(no picture: {summary(error)})"
        try:
            saved = self._saved(thorough=False, seconds=0.0)
            size = len(saved["packed"])
            if size > MOST_IN_OUTPUT:
                raise ProblemError(
                    f"with its data it takes {size / 1e6:.1f} MB, and an output at most {MOST_IN_OUTPUT / 1e6:.0f} MB; "
                    f"save_html writes a page of any size"
                )
        except Exception as error:  # nor must this
            if not isinstance(error, ProblemError):
                _log.warning("%s could not be saved", self.moment.problem.name, exc_info=error)
            text += f"\n(live in a running kernel only: {error})"
            saved = refused(title, f"{error}"[:MOST_IN_REASON])
        return {**data, "text/plain": text, MIME_TYPE: saved}

    def _drawn(self, kind: str, **options: Any) -> bytes:
        written = io.BytesIO()
        with self.lock:
            figure = self.view.figure(self.moment)
        figure.savefig(written, format=kind, **options)
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
        answers = self.questions.saved(self.moment, thorough)
        traits, grid = dict(self.traits), None
        if traits["engine"] == "kernel":
            moment = self.moment
            with self.lock:
                made = states(moment.problem, self.kernel, moment.point, moment.parameters, seconds)
            traits = {
                **traits,
                "_problem": description(made.problem, moment.tolerances, self.trait_of),
                "engine_reason": f"{made.sentence} {traits['engine_reason']}",
            }
            grid = made.written
        content = {
            "traits": {"explorer": traits, "values": self.values, "point": self.point},
            "answers": answers,
            "states": grid,
        }
        return packed(f"Hessian of {moment.problem.name}", content)
