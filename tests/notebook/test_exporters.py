"""Notebooks as live pages, without a network."""

import re

import nbformat
import pytest

import hesswidget as hw
from hesswidget.appearance import MIME_TYPE
from hesswidget.notebook.exporters import LiveHTMLExporter, LiveNotebookExporter
from hostile_text import HOSTILE


@pytest.fixture
def notebook():
    """Two explorers and a formula, with saved state of widgets, as nbconvert --execute leaves it."""
    cells = [nbformat.v4.new_markdown_cell("The **slope** is $f'(x) = \\tfrac12 x$.\n\n$$\\lambda^2$$")]
    for name in ("himmelblau", "rosenbrock"):
        data, _ = hw.explore(name)._repr_mimebundle_()
        output = nbformat.v4.new_output("display_data", data=data)
        cells.append(nbformat.v4.new_code_cell("", outputs=[output]))
    return nbformat.v4.new_notebook(cells=cells, metadata={"widgets": {"state": {}}})


def test_a_live_page_holds_each_explorer_and_one_front_end(notebook):
    page, _ = LiveHTMLExporter().from_notebook_node(notebook)
    assert page.count(f'<script type="{MIME_TYPE}">') == 2
    assert page.count('id="hesswidget-player"') == 1
    assert not re.findall(r"(?:src|href)=\"(?:https?:)?//", page)
    assert "require" not in page.lower().split("<body")[0].replace("required", "")


def test_formulas_are_set_without_a_network(notebook):
    page, _ = LiveHTMLExporter().from_notebook_node(notebook)
    assert page.count("<math") == 2
    assert "<strong>slope</strong>" in page


def test_a_live_notebook_is_for_books(notebook):
    text, _ = LiveNotebookExporter().from_notebook_node(notebook)
    made = nbformat.reads(text, as_version=4)
    kinds = [set(o.data) for c in made.cells for o in c.get("outputs", ())]
    assert kinds == [{"text/html", "image/png", "text/plain"}] * 2
    assert "widgets" not in made.metadata


def test_a_stranger_s_output_stays_data(notebook):
    hostile = "".join(HOSTILE)
    output = notebook.cells[1].outputs[0]
    output.data[MIME_TYPE]["title"] = hostile
    output.data["text/plain"] = hostile
    output.data["image/png"] = f'"{hostile}'
    page, _ = LiveHTMLExporter().from_notebook_node(notebook)
    assert "<script>window.bad" not in page
    assert "<img src=x" not in page
