"""A book of notebooks, built by Jupyter Book without running anything, and read from the disk without a network."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from playwright.sync_api import expect

from hosts.conftest import OpenPage
from hosts.pictures import a_slider_moves_the_heatmap, live

SCREENSHOTS = Path(__file__).parent / "screenshots"
MATHJAX = r"https://cdn\.jsdelivr\.net/npm/mathjax@"  # the book's own, for formulas
CELLS = [
    'import hesswidget as hw\nhw.explore("himmelblau")',
    "hw.explore(lambda x, y, a=1.0: x**2 - a * y**2 + x * y, x=(-1, 1), y=(-1, 1), a=(0.0, 2.0))",
    'hw.bifurcation("pitchfork", against="r")',
]
CONFIG = 'title: Hessians\nexecute:\n  execute_notebooks: "off"\n'
CONTENTS = "format: jb-book\nroot: chapter\n"


def run(*command: str, cwd: Path) -> None:
    done = subprocess.run([sys.executable, *command], cwd=cwd, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The one chapter of a book, built."""
    folder = tmp_path_factory.mktemp("book")
    cells = [nbformat.v4.new_markdown_cell("# Chapter\n\n$x^2$"), *map(nbformat.v4.new_code_cell, CELLS)]
    notebook = nbformat.v4.new_notebook(cells=cells)
    notebook.metadata.kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(notebook, folder / "written.ipynb")
    source = folder / "source"
    convert = ["-m", "nbconvert", "--execute", "--to", "live_notebook", "--output-dir", str(source)]
    run(*convert, "--output", "chapter", "written.ipynb", cwd=folder)
    (source / "_config.yml").write_text(CONFIG)
    (source / "_toc.yml").write_text(CONTENTS)
    run("-c", "from jupyter_book.cli.main import main; main()", "build", "source", cwd=folder)
    return source / "_build" / "html" / "chapter.html"


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_chapter_s_explorers_are_live(book: Path, open_page: OpenPage, theme: str) -> None:
    page = open_page(book.as_uri(), host_asks=MATHJAX, theme=theme)
    expect(live(page)).to_have_count(len(CELLS))
    for k in range(len(CELLS)):
        root = live(page).nth(k)
        expect(root).to_have_attribute("data-theme", theme)
        root.scroll_into_view_if_needed()
        if theme == "light":
            a_slider_moves_the_heatmap(root, page)
    assert page.locator(".hesswidget img").count() == 0  # the pictures that stood in are gone
    grounds = page.locator(".cell_output .output").evaluate_all(
        "outputs => outputs.map(e => getComputedStyle(e).backgroundColor)"
    )
    assert set(grounds) == {"rgba(0, 0, 0, 0)"}  # no light frame on a dark page
    live(page).first.scroll_into_view_if_needed()
    page.screenshot(path=SCREENSHOTS / f"book-{theme}.png")


def test_explorers_follow_the_book_s_own_switch(book: Path, open_page: OpenPage) -> None:
    page = open_page(book.as_uri(), host_asks=MATHJAX)
    root = live(page).first
    expect(root).to_have_attribute("data-theme", "light")
    page.evaluate("document.documentElement.dataset.theme = 'dark'")  # as the button in the corner does
    expect(root).to_have_attribute("data-theme", "dark")
