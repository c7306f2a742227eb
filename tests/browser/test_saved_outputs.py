"""Outputs of explorers in notebooks that are opened again: live always, and the running widget where it still runs."""

from __future__ import annotations

import copy
import re
import urllib.request

import nbclient
import nbformat
import pytest
from playwright.sync_api import expect

import hesswidget as hw
from browser.eventually import eventually
from browser.hostile_text import HOSTILE
from browser.notebook import Notebook
from hesswidget.export.saved import MIME_TYPE

PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
CODE = """
import hesswidget as hw
def f(x, y, a=1.0): return x**2 - a * y**2
w = hw.explore(f, x=(-2, 2), y=(-2, 2), a=(-1.0, 3.0))
w
"""
LARGE = """
import autograd.numpy as np, hesswidget as hw
data = np.random.default_rng(0).normal(size=(100_000, 2))
def loss(u, v): return np.mean((data @ np.array([u, v]) - 1) ** 2)
hw.explore(loss, u=(-1, 1), v=(-1, 1))
"""


@pytest.fixture(scope="module", params=[True, False], ids=["with state", "without state"])
def executed(request):
    """A notebook that has run, as nbconvert leaves it: with the widgets' state, which is its default, or without."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(CODE)])
    nbclient.NotebookClient(notebook, store_widget_state=request.param).execute()
    return notebook


@pytest.fixture(params=["lab", "notebook"])
def reopened(request, browser, jupyter_server):
    """Opens a notebook as it is, in JupyterLab or Notebook 7; what it asks of another host fails the test."""
    opened = []

    def reopen(notebook, *, trusted, kernel=True):
        opened.append(Notebook(browser, jupyter_server, request.param, (1280, 900)))
        opened[-1].show(copy.deepcopy(notebook), language="python" if kernel else "none", trusted=trusted)
        if kernel:
            opened[-1].wait_for_kernel()
        return opened[-1]

    yield reopen
    for notebook in opened:
        notebook.close()
        notebook.check_network()


def explorer(notebook):
    root = notebook.page.locator('.hesswidget[data-exact="true"]')
    root.wait_for()
    expect(root).to_have_count(1)
    return root


def move(notebook, root):
    """Move the parameter's slider to its start, where the saddle has become a minimum."""
    expect(root).to_have_attribute("data-label", "saddle")
    root.get_by_role("slider", name="a", exact=True).focus()
    notebook.page.keyboard.press("Home")
    expect(root).to_have_attribute("data-label", "minimum")


@pytest.mark.parametrize("trusted", [True, False], ids=["trusted", "not trusted"])
def test_it_is_live_beside_a_fresh_kernel(reopened, executed, trusted):
    notebook = reopened(executed, trusted=trusted)
    root = explorer(notebook)
    notebook.page.wait_for_timeout(2000)  # time for another renderer to take its place
    expect(root.locator(".hw-engine")).to_have_text("browser · saved")
    move(notebook, root)
    assert notebook.page.get_by_text("Loading widget").count() == 0
    assert notebook.page.get_by_text("Error displaying widget").count() == 0


@pytest.mark.parametrize("trusted", [True, False], ids=["trusted", "not trusted"])
def test_it_is_live_without_a_kernel(reopened, executed, trusted):
    notebook = reopened(executed, trusted=trusted, kernel=False)
    root = explorer(notebook)
    dialog = notebook.page.locator(".jp-Dialog")
    dialog.get_by_role("button", name="No Kernel").click()
    expect(dialog).to_have_count(0)
    notebook.page.wait_for_timeout(500)  # the dialog gives the focus back
    move(notebook, root)
    expect(root.locator(".hw-engine")).to_have_text("browser · saved")


def test_the_running_widget_takes_its_place(reopened, executed):
    notebook = reopened(executed, trusted=False)
    expect(explorer(notebook).locator(".hw-engine")).to_have_text("browser · saved")
    notebook.run_all_cells()
    expect(explorer(notebook).locator(".hw-engine")).to_have_text("browser · verified")
    notebook.run("w.set(a=-1.0)")
    expect(explorer(notebook)).to_have_attribute("data-label", "minimum")

    # A page that is loaded anew finds the widget that still runs.
    notebook.page.evaluate("() => window.jupyterapp.commands.execute('docmanager:save')")
    notebook.page.reload()
    expect(explorer(notebook).locator(".hw-engine")).to_have_text("browser · verified")
    root = explorer(notebook)
    expect(root).to_have_attribute("data-label", "minimum")
    root.get_by_role("slider", name="a", exact=True).focus()
    notebook.page.keyboard.press("End")
    expect(root).to_have_attribute("data-label", "saddle")
    eventually(lambda: notebook.run("print(w.parameters['a'])").strip(), "3.0")


def test_the_menu_exports_a_live_page(jupyter_server, executed, open_page, tmp_path):
    nbformat.write(executed, jupyter_server.root / "exported.ipynb")
    address = f"{jupyter_server.origin}/nbconvert/live_html/exported.ipynb?download=true"
    request = urllib.request.Request(address, headers={"Authorization": f"token {jupyter_server.token}"})
    (tmp_path / "exported.html").write_bytes(urllib.request.urlopen(request, timeout=60).read())
    shown = open_page(tmp_path / "exported.html")
    root = shown.locator('.hesswidget[data-exact="true"]')
    expect(root).to_have_attribute("data-label", "saddle")
    root.get_by_role("slider", name="a", exact=True).focus()
    shown.keyboard.press("Home")
    expect(root).to_have_attribute("data-label", "minimum")


def test_the_running_widget_takes_its_place_however_late(reopened):
    notebook = reopened(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(CODE)]), trusted=True)
    notebook.run_all_cells()
    expect(explorer(notebook).locator(".hw-engine")).to_have_text("browser · verified")
    notebook.page.evaluate(
        """async () => {
            await window.jupyterapp.commands.execute("docmanager:save");
            const { kernel } = window.jupyterapp.shell.currentWidget.sessionContext.session;
            kernel.requestExecute({ code: "import time; time.sleep(12)" });
        }"""
    )
    notebook.page.reload()
    expect(explorer(notebook).locator(".hw-engine")).to_have_text("browser · saved")
    expect(explorer(notebook).locator(".hw-engine")).to_have_text("browser · verified", timeout=40_000)


def test_what_is_too_large_to_save_is_a_sentence_over_its_picture(reopened):
    large = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(LARGE)])
    nbclient.NotebookClient(large, store_widget_state=False).execute()
    notebook = reopened(large, trusted=True)
    expect(notebook.page.get_by_role("alert")).to_contain_text(
        "at most 1 MB; save_html writes a page of any size"
    )
    expect(notebook.page.locator(".hesswidget-output img")).to_be_visible()
    notebook.run_all_cells()
    expect(explorer(notebook)).to_have_attribute("data-function", "loss")


def test_what_the_kernel_computed_is_one_still_picture(reopened):
    still = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(CODE.replace("a=(", 'engine="kernel", a=('))]
    )
    nbclient.NotebookClient(still, store_widget_state=False).execute()
    root = explorer(reopened(still, trusted=True))
    expect(root).to_have_attribute("data-saved", "still")
    expect(root.locator(".hw-engine")).to_have_text("one saved picture")
    expect(root).to_contain_text("one state")


def test_a_first_run_never_shows_the_saved_explorer(open_notebook):
    notebook = open_notebook(["pass"])
    notebook.page.evaluate(
        """(code) => {
            window.shown = new Set();
            const look = () => document.querySelectorAll(".hesswidget")
                .forEach((root) => window.shown.add(root.dataset.saved ?? "running"));
            new MutationObserver(look).observe(document.body, { childList: true, subtree: true, attributes: true });
            const { content } = window.jupyterapp.shell.currentWidget;
            content.model.cells.get(0).sharedModel.setSource(code);
        }""",
        CODE,
    )
    notebook.run_all_cells()
    explorer(notebook)
    assert notebook.page.evaluate("[...window.shown]") == ["running"]


def test_another_view_of_an_output_is_live_as_well(open_notebook):
    notebook = open_notebook([CODE])
    explorer(notebook)
    notebook.page.evaluate(
        """() => {
            const panel = window.jupyterapp.shell.currentWidget;
            panel.content.activeCellIndex = 0;
            return window.jupyterapp.commands.execute("notebook:create-output-view");
        }"""
    )
    both = notebook.page.locator('.hesswidget[data-exact="true"]')
    expect(both).to_have_count(2)
    notebook.run("w.set(a=-1.0)")
    for root in both.all():
        expect(root).to_have_attribute("data-label", "minimum")


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_names_and_values_run_nothing(reopened, text):
    def g(x, kind="a", note="b"):
        return x**2

    g.__name__ = text
    w = hw.explore(g, x=(-1, 1), kind={text: text, "b": "b"}, note=text)
    notebook = reopened(notebook_with(w._repr_mimebundle_()[0][MIME_TYPE]), trusted=False)
    expect(explorer(notebook)).to_have_attribute("data-function", text)
    assert notebook.page.evaluate("window.bad") is None
    assert notebook.page.locator(".hesswidget img").count() == 0


def test_what_is_no_saved_explorer_is_told_in_a_sentence_over_its_picture(reopened):
    saved = {"format": "hesswidget-saved", "version": 1, "title": HOSTILE[0], "packed": HOSTILE[1]}
    notebook = reopened(notebook_with(saved), trusted=False)
    expect(notebook.page.get_by_role("alert")).to_contain_text(
        re.compile("cannot be drawn.*base64 is expected")
    )
    expect(notebook.page.locator(".hesswidget-output img")).to_be_visible()
    assert notebook.page.evaluate("window.bad") is None


def notebook_with(saved):
    output = nbformat.v4.new_output("display_data", {MIME_TYPE: saved, "image/png": PIXEL, "text/plain": "f"})
    cell = nbformat.v4.new_code_cell("w", outputs=[output], execution_count=1)
    return nbformat.v4.new_notebook(cells=[cell])
