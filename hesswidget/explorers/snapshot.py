"""What an explorer leaves behind: an output that stays live without a kernel, pages, and pictures."""

from __future__ import annotations

import base64
import io
import logging
import os
from typing import TYPE_CHECKING, Any

import anywidget

from hesswidget.errors import ProblemError
from hesswidget.explorers import messages
from hesswidget.explorers.description import description
from hesswidget.explorers.precomputed import states
from hesswidget.explorers.state import VECTOR_TRAIT, State
from hesswidget.export import files
from hesswidget.export.page import page
from hesswidget.export.saved import MIME_TYPE, packed, refused
from hesswidget.user_code import summary

if TYPE_CHECKING:
    from pathlib import Path

    from matplotlib.figure import Figure

    from hesswidget.critical.table import CriticalPoints
    from hesswidget.curvature import Curvature, Tolerances
    from hesswidget.explorers.kernel import KernelFrames

_log = logging.getLogger("hesswidget")
MOST_IN_OUTPUT = 1_000_000  # characters that one output adds to a notebook besides its picture
MOST_IN_REASON = 1_000  # characters


class Saving(State, anywidget.AnyWidget):
    """An explorer as far as it can be saved. A base of `Explorer`, which has what is declared here."""

    engine: Any
    engine_reason: Any
    _tolerances: Tolerances
    _kernel: KernelFrames
    _problem: Any
    _programs: Any
    _diagram: Any = None

    @property
    def curvature(self) -> Curvature:
        """What is known at the present state."""
        raise NotImplementedError

    def _figure(self, curvature: Curvature) -> Figure:
        """Draw the present state, of which that is known, with matplotlib."""
        raise NotImplementedError

    def _text(self, judged: Curvature | ProblemError) -> str:
        """Say in a line what is known at the present state, or why nothing is."""
        raise NotImplementedError

    def save_html(
        self, path: str | os.PathLike[str], *, seconds: float = 20.0, overwrite: bool = False
    ) -> Path:
        """Write a page in one file that is live in any browser: it needs no kernel, no network and no server.

        Parameters
        ----------
        path : str or Path
            Such as ``"f.html"``.
        seconds : float
            Where the kernel computes the function, about how long it may take to compute pictures beforehand, over a
            grid of the sliders; the page says how many there are. Otherwise what was recorded is saved.
        overwrite : bool
            Whether a file of that name may be replaced.

        Returns
        -------
        Path

        Raises
        ------
        ProblemError
            If there is such a file already, or it cannot be written.

        Notes
        -----
        The page has the explorer's state of this moment, the critical points and the paths between them. Open it, or
        put it into another page by ``<iframe src="f.html" width="100%" height="720"></iframe>``.

        Examples
        --------
        >>> import tempfile, hesswidget as hw
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     hw.explore("himmelblau").save_html(f"{folder}/f.html").stat().st_size < 410_000
        True
        """
        files.refuse_existing(path, overwrite)
        with self._lock:
            curvature = self.curvature
            saved = self._saved(curvature, thorough=True, seconds=seconds)
            text = page(saved, picture=self._drawn("png", curvature, dpi=96), text=self._text(curvature))
        return files.write(path, text.encode(), overwrite=overwrite)

    def save_png(self, path: str | os.PathLike[str], *, dpi: float = 200.0, overwrite: bool = False) -> Path:
        """Write the figure of the present state as a PNG; see `save_html` for what is raised."""
        return files.write(path, self._drawn_now("png", dpi=dpi), overwrite=overwrite)

    def save_svg(self, path: str | os.PathLike[str], *, overwrite: bool = False) -> Path:
        """Write the figure of the present state as an SVG; see `save_html` for what is raised."""
        return files.write(path, self._drawn_now("svg"), overwrite=overwrite)

    def save_pdf(self, path: str | os.PathLike[str], *, overwrite: bool = False) -> Path:
        """Write the figure of the present state as a PDF; see `save_html` for what is raised."""
        return files.write(path, self._drawn_now("pdf"), overwrite=overwrite)

    def _drawn_now(self, kind: str, **options: Any) -> bytes:
        with self._lock:
            return self._drawn(kind, self.curvature, **options)

    def _drawn(self, kind: str, curvature: Curvature, **options: Any) -> bytes:
        written = io.BytesIO()
        self._figure(curvature).savefig(written, format=kind, **options)
        return written.getvalue()

    def _saved(self, curvature: Curvature, *, thorough: bool, seconds: float) -> dict[str, Any]:
        """Return what a front end needs to draw the present state live.

        Parameters
        ----------
        curvature : Curvature
            What is known at that state.
        thorough : bool
            Whether what Python would be asked for at rest is computed now, though that may take a second or two.
        seconds : float
            What may be spent on pictures over a grid, for the kernel engine.
        """
        with self._lock:
            problem = self.problem
            explorer = {
                "_problem": self._problem,
                "_programs": self._programs,
                "_diagram": self._diagram,
                "engine": self.engine,
                "engine_reason": self.engine_reason,
            }
            grid = None
            if self.engine == "kernel":
                made = states(problem, self._kernel, self.point, self.parameters, seconds)
                explorer["_problem"] = description(made.problem, self._tolerances, self.trait_of)
                explorer["engine_reason"] = f"{made.sentence} {self.engine_reason}"
                grid = made.written
            names = [self.trait_of[name] for name in self._scalars()]
            content = {
                "traits": {
                    "explorer": explorer,
                    "values": self.get_state(names) if names else {},
                    "point": self.get_state(VECTOR_TRAIT)[VECTOR_TRAIT] if problem.is_vector else None,
                },
                "answers": self._answers(curvature, thorough),
                "states": grid,
            }
        return packed(f"Hessian of {problem.name}", content)

    def _answers(self, curvature: Curvature, thorough: bool) -> list[dict[str, Any]]:
        """Return what a front end at rest would ask, with the answers."""
        asked = self.problem.on_wire(self.parameters)
        look = messages.look(messages.LookWish("", self.parameters, self.point), curvature)
        answers = [{"kind": "look", "parameters": asked, "point": self.point, "content": look, "buffers": []}]
        table = self._known_table(thorough)
        if table is not None:
            wish = messages.SurveyWish("", self.parameters, paths=False)
            answers.append(_answer("survey", asked, *messages.survey(wish, table)))
            if thorough and len(self.problem.start) == 2:
                answers.append(_answer("paths", asked, *messages.paths(wish, table.paths())))
        return answers

    def _known_table(self, thorough: bool) -> CriticalPoints | None:
        """Return the critical points, if they were computed already or may be now."""
        raise NotImplementedError

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict[str, Any], dict[str, Any]] | None:
        """Show the widget; and where there is none, the saved explorer, its picture, or its text."""
        bundle = super()._repr_mimebundle_(**kwargs)
        if bundle is None:
            return None
        data, metadata = bundle
        with self._lock:
            self._add_what_is_saved(data)
        return data, metadata

    def _add_what_is_saved(self, data: dict[str, Any]) -> None:
        """Add the saved explorer, its picture and its text to what shows the widget, as far as they can be had."""
        try:
            curvature = self.curvature
        except ProblemError as error:
            data["text/plain"] = self._text(error)
            data[MIME_TYPE] = self._refused(error)
            return
        data["text/plain"] = self._text(curvature)
        try:
            data["image/png"] = base64.b64encode(self._drawn("png", curvature, dpi=96)).decode("ascii")
        except Exception as error:  # a picture that cannot be drawn must not keep the widget from the screen
            _log.warning("%s has no picture", self.problem.name, exc_info=error)
            data["text/plain"] += f"\n(no picture: {summary(error)})"
        try:
            saved = self._saved(curvature, thorough=False, seconds=0.0)
            size = len(saved["packed"])
            if size > MOST_IN_OUTPUT:
                raise ProblemError(
                    f"with its data it takes {size / 1e6:.1f} MB, and an output at most {MOST_IN_OUTPUT / 1e6:.0f} MB; "
                    f"save_html writes a page of any size"
                )
        except Exception as error:  # nor must this
            if not isinstance(error, ProblemError):
                _log.warning("%s could not be saved", self.problem.name, exc_info=error)
            data["text/plain"] += f"\n(live in a running kernel only: {error})"
            saved = self._refused(error)
        data[MIME_TYPE] = saved

    def _refused(self, error: Exception) -> dict[str, Any]:
        return refused(f"Hessian of {self.problem.name}", f"{error}"[:MOST_IN_REASON])


def _answer(
    kind: str, asked: dict[str, Any], content: dict[str, Any], buffers: list[bytes]
) -> dict[str, Any]:
    return {"kind": kind, "parameters": asked, "point": None, "content": content, "buffers": buffers}
