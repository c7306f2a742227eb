"""Exporters for ``jupyter nbconvert``: ``--to live_html`` and ``--to live_notebook``."""

from __future__ import annotations

import html
from pathlib import Path
from typing import Any

from jinja2 import pass_context
from latex2mathml.converter import convert
from nbconvert.exporters import HTMLExporter, NotebookExporter
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

from hesswidget.notebook.live_outputs import LiveOutputs

TEMPLATES = str(Path(__file__).parent / "templates")


class LiveHTMLExporter(HTMLExporter):
    """A notebook as one page whose explorers are live, with no kernel and no network; formulas become MathML."""

    export_from_notebook = "Live HTML"

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, extra_template_basedirs=[TEMPLATES], **options)
        self.register_preprocessor(LiveOutputs, enabled=True)

    def _template_name_default(self) -> str:
        return "live_html"

    @pass_context
    def markdown2html(self, context: Any, source: str) -> str:
        """Return Markdown as HTML, with formulas that a browser sets by itself."""
        renderer = _WithFormulas(
            escape=False,
            attachments=context.get("cell", {}).get("attachments", {}),
            embed_images=True,
            path=context.get("resources", {}).get("metadata", {}).get("path", ""),
            anchor_link_text=self.anchor_link_text,
            exclude_anchor_links=self.exclude_anchor_links,
            **self.lexer_options,
        )
        return str(MarkdownWithMath(renderer=renderer).render(source))


class LiveNotebookExporter(NotebookExporter):
    """A notebook whose explorers are HTML, for what builds books of notebooks and takes their HTML as it is."""

    export_from_notebook = "Live notebook"

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.register_preprocessor(LiveOutputs, enabled=True)


class _WithFormulas(IPythonRenderer):
    def block_math(self, body: str) -> str:
        return _formula(body, "block")

    def inline_math(self, body: str) -> str:
        return _formula(body, "inline")

    def latex_environment(self, name: str, body: str) -> str:
        return _formula(f"\\begin{{{name}}}{body}\\end{{{name}}}", "block")


def _formula(latex: str, display: str) -> str:
    try:
        return str(convert(latex, display=display))
    except Exception:  # what it does not know stays as it was written
        return f"<code>{html.escape(latex)}</code>"
