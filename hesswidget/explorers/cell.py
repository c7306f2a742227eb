"""The cell that runs: which one it is, what its notebook names, and outputs that get their whole content later."""

from __future__ import annotations

import base64
import io
import uuid
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from IPython import get_ipython
from IPython.display import publish_display_data

if TYPE_CHECKING:
    from matplotlib.figure import Figure


class Run(NamedTuple):
    """One run of a notebook's cell: which cell, and the request to run it."""

    cell: str
    request: str


def present_run() -> Run | None:
    """Return what runs at present, if that is a cell; a front end that gives cells no names is told by their code."""
    request = _request()
    header = request.get("header", {})
    if header.get("msg_type") != "execute_request":
        return None
    code = request.get("content", {}).get("code", "")
    return Run(request.get("metadata", {}).get("cellId") or code, header["msg_id"])


def has_page() -> bool:
    """Whether the cell that runs was sent by a notebook's page, which says which of its cells it is.

    What else runs cells, nbconvert say, takes the outputs as they are when a cell has run, and asks nothing afterwards.
    """
    return "cellId" in _request().get("metadata", {})


def has_name(value: object) -> bool:
    """Whether the notebook has a variable for it, besides those that IPython keeps of outputs."""
    names: Mapping[str, Any] = getattr(get_ipython(), "user_ns", {})
    return any(other is value for name, other in list(names.items()) if not name.startswith("_"))


def publish(data: dict[str, Any], metadata: dict[str, Any], name: str | None = None) -> str:
    """Show an output, or the new content of one that was shown; return its name."""
    shown = name or uuid.uuid4().hex
    publish_display_data(data, metadata, transient={"display_id": shown}, update=name is not None)
    return shown


def still(text: str, figure: Figure) -> dict[str, str]:
    """Return what shows where no widget runs: a figure, and a text for where there are no pictures."""
    picture = io.BytesIO()
    figure.savefig(picture, format="png", dpi=96)
    return {"text/plain": text, "image/png": base64.b64encode(picture.getvalue()).decode("ascii")}


def _request() -> Mapping[str, Any]:
    """The message that asked for what runs; empty where no kernel runs."""
    return getattr(get_ipython(), "parent_header", None) or {}
