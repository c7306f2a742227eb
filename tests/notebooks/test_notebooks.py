"""Tutorials as files: links, pictures, no outputs. That they run is seen in `tests/packaging/test_binder.py`."""

from __future__ import annotations

import re
from pathlib import Path

import nbformat
import pytest

FOLDER = Path(__file__).parents[2] / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))
BINDER = "https://mybinder.org/v2/gh/hesswidget/hesswidget/HEAD?urlpath=lab/tree/notebooks/"

every_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


def links(path):
    """The targets of all links and pictures in a notebook's text."""
    cells = nbformat.read(path, as_version=4).cells
    text = "\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
    return re.findall(r"\]\((\S+?)\)", text)


def test_the_index_leads_to_every_tutorial_here_and_on_binder():
    tutorials = [path.name for path in NOTEBOOKS[1:]]
    linked = links(FOLDER / "00-index.ipynb")
    assert [link for link in linked if link.endswith(".ipynb") and ":" not in link] == tutorials
    assert [link for link in linked if link.startswith("https:")] == [BINDER + name for name in tutorials]


@every_notebook
def test_its_links_lead_somewhere(path):
    linked = links(path)
    here = [link for link in linked if not link.startswith("https:")]
    assert [link for link in here if not (FOLDER / link).is_file()] == []
    binder = [link.removeprefix(BINDER) for link in linked if link.startswith(BINDER)]
    assert [name for name in binder if not (FOLDER / name).is_file()] == []
    if path != NOTEBOOKS[0]:
        assert "00-index.ipynb" in here
        assert path.name in binder


@every_notebook
def test_its_pictures_are_in_it_so_that_a_copy_has_them_and_nothing_is_fetched(path):
    cells = nbformat.read(path, as_version=4).cells
    text = "\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
    assert re.findall(r"!\[[^\]]*\]\((?!attachment:)|<(?:img|script|iframe|link)", text) == []


@every_notebook
def test_it_is_committed_without_outputs(path):
    # A reader runs them; outputs in git would only be stale, large, and different at every run.
    for cell in nbformat.read(path, as_version=4).cells:
        if cell.cell_type == "code":
            assert cell.outputs == []
            assert cell.execution_count is None
