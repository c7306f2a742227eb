"""Outputs of a notebook made live: each saved explorer as HTML that draws itself."""

from __future__ import annotations

from typing import Any

from nbconvert.preprocessors import Preprocessor
from nbformat import NotebookNode

from hesswidget.appearance import MIME_TYPE
from hesswidget.bundle import stylesheet
from hesswidget.export.page import fragment, player

_WIDGET = "application/vnd.jupyter.widget-view+json"


class LiveOutputs(Preprocessor):
    """Put HTML into every output that holds a saved explorer; what draws them all goes into the first, once.

    The saved state of widgets, which needs a network to be drawn, goes, unless there are other widgets.
    """

    def preprocess(self, nb: NotebookNode, resources: Any) -> tuple[NotebookNode, Any]:
        """Return the notebook with live outputs."""
        bundles = [
            output.data for cell in nb.cells for output in cell.get("outputs", ()) if output.get("data")
        ]
        saved = [bundle for bundle in bundles if MIME_TYPE in bundle]
        for bundle in saved:
            once = f"<style>{stylesheet()}</style>\n{player()}\n" if bundle is saved[0] else ""
            picture, text = bundle.get("image/png", ""), bundle.get("text/plain", "")
            html = once + fragment(bundle.pop(MIME_TYPE), picture=_joined(picture), text=_joined(text))
            bundle.pop(_WIDGET, None)
            bundle["text/html"] = html
        if not any(_WIDGET in bundle for bundle in bundles):
            nb.metadata.pop("widgets", None)
        return nb, resources


def _joined(text: Any) -> str:
    """Return a text that a notebook may hold as a list of lines."""
    return "".join(text)
