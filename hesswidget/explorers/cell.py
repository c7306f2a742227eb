"""The cell that runs: whether a page waits for it, and outputs that get their whole content later."""

from __future__ import annotations

import uuid
from typing import Any

from IPython import get_ipython
from IPython.display import publish_display_data


def has_page() -> bool:
    """Whether the cell that runs was sent by a notebook's page, which says which of its cells it is.

    What else runs cells, nbconvert say, takes the outputs as they are when a cell has run, and asks nothing afterwards.
    """
    parent = getattr(getattr(get_ipython(), "kernel", None), "get_parent", None)
    return parent is not None and "cellId" in parent("shell").get("metadata", {})


def publish(data: dict[str, Any], metadata: dict[str, Any], name: str | None = None) -> str:
    """Show an output, or the new content of one that was shown; return its name."""
    shown = name or uuid.uuid4().hex
    publish_display_data(data, metadata, transient={"display_id": shown}, update=name is not None)
    return shown
