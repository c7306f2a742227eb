"""What an explorer leaves behind: an output that stays live without a kernel, pages, and pictures."""

from __future__ import annotations

import base64
import io
import logging
import os
from typing import TYPE_CHECKING, Any

from hesswidget.errors import ProblemError
from hesswidget.explorers.description import description
from hesswidget.explorers.precomputed import states
from hesswidget.explorers.state import VECTOR_TRAIT
from hesswidget.export import files
from hesswidget.export.page import page
from hesswidget.export.saved import MIME_TYPE, packed, refused
from hesswidget.user_code import summary

if TYPE_CHECKING:
    from pathlib import Path

    from hesswidget.explorers.shell import Explorer

_log = logging.getLogger("hesswidget")
MOST_IN_OUTPUT = 1_000_000  # characters that one output adds to a notebook besides its picture
MOST_IN_REASON = 1_000  # characters


class Snapshot:
    """An explorer at one moment: what moves meanwhile does not change it.

    Parameters
    ----------
    explorer : Explorer
    """

    def __init__(self, explorer: Explorer) -> None:
        self._explorer = explorer
        with explorer._lock:
            self._moment = explorer._moment()
            names = [explorer.trait_of[name] for name in explorer._scalars()]
            self._values = explorer.get_state(names) if names else {}
            vector = explorer.get_state(VECTOR_TRAIT) if explorer.problem.is_vector else {}
            self._point = vector.get(VECTOR_TRAIT)
            traits = ("_problem", "_programs", "engine", "engine_reason", *explorer._view.traits)
            self._traits = {
                "_view": explorer._view.kind,
                **{name: getattr(explorer, name) for name in traits},
            }

    def save_html(self, path: str | os.PathLike[str], *, seconds: float, overwrite: bool) -> Path:
        """Write a page; see `hesswidget.explorers.shell.Explorer.save_html`."""
        files.refuse_existing(path, overwrite)
        picture = self._drawn("png", dpi=96)
        saved = self._saved(thorough=True, seconds=seconds)
        text = page(saved, picture=picture, text=self._moment.text())
        return files.write(path, text.encode(), overwrite=overwrite)

    def save_picture(
        self, path: str | os.PathLike[str], kind: str, *, overwrite: bool, **options: Any
    ) -> Path:
        """Write the figure in a format of matplotlib's."""
        return files.write(path, self._drawn(kind, **options), overwrite=overwrite)

    def output(self) -> dict[str, Any]:
        """Return the saved explorer, its picture and its text by MIME type, as far as they can be had."""
        title, text = f"Hessian of {self._moment.problem.name}", self._moment.text()
        try:
            _ = self._moment.curvature
        except ProblemError as error:
            return {"text/plain": text, MIME_TYPE: refused(title, f"{error}"[:MOST_IN_REASON])}
        data: dict[str, Any] = {}
        try:
            data["image/png"] = base64.b64encode(self._drawn("png", dpi=96)).decode("ascii")
        except Exception as error:  # a picture that cannot be drawn must not keep the widget from the screen
            _log.warning("%s has no picture", self._moment.problem.name, exc_info=error)
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
                _log.warning("%s could not be saved", self._moment.problem.name, exc_info=error)
            text += f"\n(live in a running kernel only: {error})"
            saved = refused(title, f"{error}"[:MOST_IN_REASON])
        return {**data, "text/plain": text, MIME_TYPE: saved}

    def _drawn(self, kind: str, **options: Any) -> bytes:
        written = io.BytesIO()
        with self._explorer._lock:
            figure = self._explorer._view.figure(self._moment)
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
        explorer, moment = self._explorer, self._moment
        answers = explorer._questions.saved(moment, thorough)
        traits, grid = self._traits, None
        if traits["engine"] == "kernel":
            with explorer._lock:
                made = states(moment.problem, explorer._kernel, moment.point, moment.parameters, seconds)
            traits = {
                **traits,
                "_problem": description(made.problem, moment.tolerances, explorer.trait_of),
                "engine_reason": f"{made.sentence} {traits['engine_reason']}",
            }
            grid = made.written
        content = {
            "traits": {"explorer": traits, "values": self._values, "point": self._point},
            "answers": answers,
            "states": grid,
        }
        return packed(f"Hessian of {moment.problem.name}", content)
