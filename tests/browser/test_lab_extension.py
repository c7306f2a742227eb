"""What the extension adds to JupyterLab and Notebook 7: tutorials, a new explorer, and a cell's context menu."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import nbformat
import pytest
from playwright.sync_api import expect

from hesswidget.command.tutorials import COPY, INDEX

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
FUNCTION = """import autograd.numpy as np

def bowl(x, y, a=1.0):
    return x**2 + a * y**2 + np.sin(x * y)"""


def run_command(notebook, command, args=None):
    notebook.page.evaluate(
        "([command, args]) => { void window.jupyterapp.commands.execute(command, args); }",
        [command, args or {}],
    )


def test_it_is_listed_as_enabled():
    done = subprocess.run(
        [sys.executable, "-m", "jupyter", "labextension", "list"], capture_output=True, text=True, check=True
    )
    lines = [line for line in (done.stdout + done.stderr).splitlines() if "hesswidget" in line]
    assert len(lines) == 1
    assert f"v{version('hesswidget')} " in lines[0]
    assert "enabled" in lines[0]
    assert "OK" in lines[0]


@pytest.mark.parametrize("app", ["lab", "notebook"])
def test_the_palette_finds_them_and_the_context_menu_writes_the_call_that_shows_the_function(open_in, app):
    notebook = open_in(app, FUNCTION)
    page = notebook.page
    run_command(notebook, "apputils:activate-command-palette")
    palette = page.locator(".lm-CommandPalette")
    palette.locator("input").fill("hessian")
    for label in [
        "Hessian Tutorials",
        "New Hessian Explorer Notebook",
        "Explore the Hessian of This Function",
    ]:
        expect(palette.get_by_text(label)).to_be_visible()
    page.keyboard.press("Escape")
    page.locator(".jp-CodeCell .cm-content").first.click(button="right")
    page.get_by_role("menuitem", name="Explore the Hessian of This Function").click()
    expect(page.locator(".jp-CodeCell")).to_have_count(2)
    written = page.locator(".jp-CodeCell .cm-content").nth(1)
    expect(written).to_contain_text("hw.explore(bowl, x=(-2, 2), y=(-2, 2), a=(-1.0, 3.0))")
    page.keyboard.press("Shift+Enter")
    expect(page.locator('.hesswidget[data-exact="true"]')).to_have_attribute("data-function", "bowl")


def test_a_cell_without_a_function_is_told_so(run_cells):
    notebook = run_cells("x = 1")
    notebook.page.locator(".jp-CodeCell .cm-content").first.click()
    run_command(notebook, "hesswidget:explore-function")
    expect(notebook.page.locator(".jp-Dialog")).to_contain_text("This cell defines no function")
    notebook.page.keyboard.press("Escape")
    assert notebook.page.locator(".jp-CodeCell").count() == 1


def test_the_tutorials_are_copied_and_never_overwritten_and_the_launcher_offers_both(
    open_notebook, jupyter_server
):
    folder = jupyter_server.root / COPY
    names = sorted(path.name for path in NOTEBOOKS.glob("*.ipynb"))
    folder.mkdir()
    mine = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("mine")])
    nbformat.write(mine, folder / names[-1])
    before = (folder / names[-1]).read_bytes()

    notebook = open_notebook(["pass"])
    run_command(notebook, "hesswidget:tutorials", {"cwd": ""})
    notebook.page.get_by_role("tab", name=INDEX).wait_for()
    assert sorted(path.name for path in folder.glob("*.ipynb")) == names
    assert (folder / names[-1]).read_bytes() == before
    for name in names[:-1]:
        shipped, copied = (nbformat.read(where / name, as_version=4) for where in (NOTEBOOKS, folder))
        assert [cell.source for cell in copied.cells] == [cell.source for cell in shipped.cells]

    page = notebook.page
    run_command(notebook, "launcher:create", {"cwd": ""})
    launcher = page.locator(".jp-Launcher")
    expect(launcher.get_by_text("Hessian Tutorials")).to_be_visible()
    launcher.get_by_text("Hessian Explorer").click()
    page.get_by_role("tab", name="Untitled.ipynb").wait_for()
    notebook.wait_for_kernel()
    notebook.run_all_cells()
    expect(page.locator('.hesswidget[data-exact="true"]')).to_have_attribute("data-function", "f")
    written = json.loads((jupyter_server.root / "Untitled.ipynb").read_text())
    assert written["metadata"]["kernelspec"]["name"] == "python3"


def test_the_file_list_of_notebook_7_opens_a_new_explorer(browser, jupyter_server):
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{jupyter_server.origin}/tree?token={jupyter_server.token}")
    page.get_by_text("Last Modified").wait_for()
    page.keyboard.press("Control+Shift+C")
    palette = page.locator(".lm-CommandPalette")
    palette.locator("input").fill("hessian")
    with context.expect_page() as opened:
        palette.get_by_text("New Hessian Explorer Notebook").click()
    expect(opened.value.get_by_text("hw.explore(f, x=(-3, 3)")).to_be_visible(timeout=30_000)
    context.close()
