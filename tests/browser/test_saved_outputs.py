"""Outputs of explorers in notebooks that are opened again: live always, and the running widget where it still runs."""

from __future__ import annotations

import copy
import os
import re
import signal
import urllib.request
from functools import cache

import nbclient
import nbformat
import pytest
from playwright.sync_api import expect

import hesswidget as hw
from browser.eventually import eventually
from browser.explorer_page import ExplorerPage, explorer_on
from browser.notebook import Notebook
from hesswidget.appearance import MIME_TYPE
from hostile_text import HOSTILE

PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
CODE = """
import hesswidget as hw
def f(x, y, a=1.0): return x**2 - a * y**2
w = hw.explore(f, x=(-2, 2), y=(-2, 2), a=(-1.0, 3.0))
w
"""
RACE = """
def bowl(x, y, b=20.0): return (1 - x)**2 + b * (y - x**2)**2
hw.descend(bowl, (-1.2, 1.0), methods=["gradient-descent", "newton", "bfgs"], x=(-2, 2), y=(-1, 3), rate=(0.0, 0.05),
           parameters={"rate": 0.008})
"""
COMMS = """() => window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.requestCommInfo({})
    .then(() => {})"""
LARGE = """
import autograd.numpy as np, hesswidget as hw
data = np.random.default_rng(0).normal(size=(100_000, 2))
def loss(u, v): return np.mean((data @ np.array([u, v]) - 1) ** 2)
w = hw.explore(loss, u=(-1, 1), v=(-1, 1))
w
"""


# What a saved output may depend on, in rows that have every pair of values of two columns at least once.
APP = ("lab", "notebook")
STATE = ("with state", "without state")  # of the widgets, which nbconvert saves unless it is told not to
TRUST = ("trusted", "not trusted")
KERNEL = ("fresh kernel", "no kernel")
PAIRWISE = [
    tuple(values[k] for values, k in zip((APP, STATE, TRUST, KERNEL), row, strict=True))
    for row in [(0, 0, 0, 0), (0, 1, 1, 1), (1, 0, 1, 1), (1, 1, 0, 1), (1, 1, 1, 0)]
]


@cache
def run_by_nbclient():
    notebook = nbformat.v4.new_notebook(cells=[*map(nbformat.v4.new_code_cell, (CODE, RACE))])
    nbclient.NotebookClient(notebook, store_widget_state=True).execute()
    return notebook


def executed(state="without state", cells=1):
    """A notebook that has run, as nbconvert leaves it, with or without the widgets' state in its metadata.

    Its second cell is a race.
    """
    notebook = copy.deepcopy(run_by_nbclient())
    del notebook.cells[cells:]
    widgets = notebook.metadata.pop("widgets")
    if state == "with state":
        notebook.metadata["widgets"] = widgets
    return notebook


@pytest.fixture
def reopened(browser, jupyter_server):
    """Opens a notebook as it is, in JupyterLab or Notebook 7; what it asks of another host fails the test."""
    opened = []

    def reopen(notebook, app, *, trusted, kernel=True):
        opened.append(Notebook(browser, jupyter_server, app, (1280, 900)))
        opened[-1].show(copy.deepcopy(notebook), language="python" if kernel else "none", trusted=trusted)
        if kernel:
            opened[-1].wait_for_kernel()
        return opened[-1]

    yield reopen
    for notebook in opened:
        notebook.close()
        notebook.check_network()


def is_saved_and_live(explorer):
    """See that what was saved is shown, and that the saddle becomes a minimum where the parameter's slider starts."""
    expect(explorer.engine).to_have_text("browser · saved")
    expect(explorer.root).to_have_attribute("data-label", "saddle")
    explorer.slider("a").fill("-1")  # and not a key: JupyterLab's dialogs give the focus back when they like
    expect(explorer.root).to_have_attribute("data-label", "minimum")


def race_is_saved_and_live(explorer):
    """See that the paths follow the start as it is dragged, and one of them its rate."""
    expect(explorer.engine).to_have_text("browser · saved")
    rows = explorer.root.locator(".hw-race tbody tr")
    expect(rows.nth(1)).to_contain_text("converged at a minimum")
    met = {explorer.root.get_attribute("data-steps")}
    for _ in explorer.dragging(
        explorer.root.locator(".hw-plane .hw-handle"), [(4 * k, 6 * k) for k in range(1, 9)]
    ):
        met.add(explorer.root.get_attribute("data-steps"))
    assert len(met) > 3
    explorer.rests()
    explorer.press("rate", "End")
    expect(rows.nth(0)).to_contain_text("diverged")
    expect(rows.nth(1)).to_contain_text("converged at a minimum")


@pytest.mark.parametrize(("app", "state", "trust", "kernel"), PAIRWISE)
def test_it_is_live(reopened, app, state, trust, kernel):
    has_kernel, has_race = kernel == "fresh kernel", app == "lab"
    made = executed(state, cells=1 + has_race)
    notebook = reopened(made, app, trusted=trust == "trusted", kernel=has_kernel)
    if (
        has_kernel
    ):  # another renderer would have taken its place once the kernel has said which widgets it has
        notebook.page.evaluate(COMMS)
    else:
        dialog = notebook.page.locator(".jp-Dialog")
        dialog.get_by_role("button", name="No Kernel").click()
        expect(dialog).to_have_count(0)
    explorers = notebook.page.locator(".hesswidget")
    is_saved_and_live(ExplorerPage(explorers.first))
    if has_race:
        race_is_saved_and_live(ExplorerPage(explorers.nth(1)))
    assert notebook.page.get_by_text("Loading widget").count() == 0
    assert notebook.page.get_by_text("Error displaying widget").count() == 0


@pytest.mark.parametrize(("app", "state"), list(zip(APP, STATE, strict=True)))
def test_the_running_widget_takes_its_place(reopened, app, state):
    notebook = reopened(executed(state=state), app, trusted=False)
    expect(explorer_on(notebook.page).engine).to_have_text("browser · saved")
    notebook.run_all_cells()
    explorer = explorer_on(notebook.page)
    expect(explorer.engine).to_have_text("browser · verified")
    notebook.run("w.set(a=-1.0)")
    expect(explorer.root).to_have_attribute("data-label", "minimum")

    # A page that is loaded anew finds the widget that still runs.
    notebook.page.evaluate("() => window.jupyterapp.commands.execute('docmanager:save')")
    notebook.page.reload()
    explorer = explorer_on(notebook.page)
    expect(explorer.engine).to_have_text("browser · verified")
    expect(explorer.root).to_have_attribute("data-label", "minimum")
    explorer.press("a", "End")
    expect(explorer.root).to_have_attribute("data-label", "saddle")
    eventually(lambda: notebook.python("w.parameters['a']"), 3.0)


def test_the_menu_exports_a_live_page(jupyter_server, open_page, tmp_path):
    nbformat.write(executed(state="with state"), jupyter_server.root / "exported.ipynb")
    address = f"{jupyter_server.origin}/nbconvert/live_html/exported.ipynb?download=true"
    request = urllib.request.Request(address, headers={"Authorization": f"token {jupyter_server.token}"})
    (tmp_path / "exported.html").write_bytes(urllib.request.urlopen(request, timeout=60).read())
    is_saved_and_live(explorer_on(open_page(tmp_path / "exported.html")))


def test_the_running_widget_takes_its_place_however_late(reopened):
    notebook = reopened(notebook_of(nbformat.v4.new_code_cell(CODE)), "notebook", trusted=True)
    notebook.run_all_cells()
    expect(explorer_on(notebook.page).engine).to_have_text("browser · verified")
    notebook.page.evaluate("() => window.jupyterapp.commands.execute('docmanager:save')")
    process = notebook.python("__import__('os').getpid()")
    os.kill(process, signal.SIGSTOP)
    try:
        notebook.page.reload()
        expect(explorer_on(notebook.page).engine).to_have_text("browser · saved")
    finally:
        os.kill(process, signal.SIGCONT)
    expect(explorer_on(notebook.page).engine).to_have_text("browser · verified", timeout=40_000)


def test_what_is_too_large_to_save_is_a_sentence_over_its_picture(reopened):
    notebook = reopened(notebook_of(run_here(LARGE)), "lab", trusted=True)
    expect(notebook.page.get_by_role("alert")).to_contain_text(
        "at most 1 MB; save_html writes a page of up to 17 MB"
    )
    expect(notebook.page.locator(".hesswidget-output img")).to_be_visible()
    notebook.run_all_cells()
    expect(explorer_on(notebook.page).root).to_have_attribute("data-function", "loss")


def test_what_the_kernel_computed_is_one_still_picture_and_what_is_no_saved_explorer_is_told_over_its_own(
    reopened,
):
    still = run_here(CODE.replace("a=(", 'engine="kernel", a=('))
    nonsense = {"format": "hesswidget-saved", "version": 1, "title": HOSTILE[0], "packed": HOSTILE[1]}
    notebook = reopened(notebook_of(still, output_of(nonsense)), "notebook", trusted=False)
    expect(notebook.page.get_by_role("alert")).to_contain_text(
        re.compile("cannot be drawn.*base64 is expected")
    )
    expect(notebook.page.locator(".hesswidget-output img")).to_be_visible()
    assert notebook.page.evaluate("window.bad") is None
    explorer = ExplorerPage(notebook.page.locator(".hesswidget[data-saved=still]"))
    expect(explorer.engine).to_have_text("one saved picture")
    expect(explorer.root).to_contain_text("one state")


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
    explorer_on(notebook.page).rests()
    assert notebook.page.evaluate("[...window.shown]") == ["running"]


def test_another_view_of_an_output_is_live_as_well(open_notebook):
    notebook = open_notebook([CODE])
    explorer_on(notebook.page).rests()
    notebook.page.evaluate(
        """() => {
            const panel = window.jupyterapp.shell.currentWidget;
            panel.content.activeCellIndex = 0;
            return window.jupyterapp.commands.execute("notebook:create-output-view");
        }"""
    )
    both = notebook.page.locator(".hesswidget[data-resting]")
    expect(both).to_have_count(2)
    notebook.run("w.set(a=-1.0)")
    for root in both.all():
        expect(root).to_have_attribute("data-label", "minimum")


def test_hostile_names_and_values_run_nothing(reopened):
    outputs = []
    for text in HOSTILE:

        def g(x, kind="a", note="b"):
            return x**2

        g.__name__ = text
        w = hw.explore(g, x=(-1, 1), kind={text: text, "b": "b"}, note=text)
        outputs.append(output_of(w._repr_mimebundle_()[0][MIME_TYPE]))
    notebook = reopened(notebook_of(*outputs), "lab", trusted=False)
    roots = notebook.page.locator(".hesswidget")
    expect(roots).to_have_count(len(HOSTILE))
    for root, text in zip(roots.all(), HOSTILE, strict=True):
        root.scroll_into_view_if_needed()
        expect(root).to_have_attribute("data-resting", "")
        expect(root).to_have_attribute("data-function", text)
    assert notebook.page.evaluate("window.bad") is None
    assert notebook.page.locator(".hesswidget img").count() == 0


def output_of(saved):
    """A cell whose output is a saved explorer."""
    output = nbformat.v4.new_output("display_data", {MIME_TYPE: saved, "image/png": PIXEL, "text/plain": "f"})
    return nbformat.v4.new_code_cell("w", outputs=[output], execution_count=1)


def run_here(code):
    """A cell that has run, with the output that its explorer leaves."""
    names = {}
    exec(code, names)
    data, _ = names["w"]._repr_mimebundle_()
    output = nbformat.v4.new_output("execute_result", data, execution_count=1)
    return nbformat.v4.new_code_cell(code, outputs=[output], execution_count=1)


def notebook_of(*cells):
    return nbformat.v4.new_notebook(cells=cells)


WATCH = """() => {
    window.outputs = [];
    window.roots = new Set();
    const { kernel } = window.jupyterapp.shell.currentWidget.sessionContext.session;
    kernel.iopubMessage.connect((_, { header, content }) => {
        const { msg_type } = header;
        if (msg_type.endsWith("display_data")) window.outputs.push([msg_type, "image/png" in content.data]);
    });
    const look = () => document.querySelectorAll(".hesswidget").forEach((root) => window.roots.add(root));
    new MutationObserver(look).observe(document.body, { childList: true, subtree: true });
}"""


def test_the_widget_comes_first_and_its_output_is_whole_when_its_cell_has_run(open_notebook):
    notebook = open_notebook([CODE])
    explorer_on(notebook.page).rests()
    eventually(lambda: notebook.python("w._front_end.keeps_widgets"))
    notebook.page.evaluate(WATCH)
    notebook.run_all_cells()
    (output,) = notebook.outputs()
    assert {"image/png", "text/plain", MIME_TYPE} < output["data"].keys()
    assert notebook.page.evaluate("window.outputs") == [
        ["display_data", False],
        ["update_display_data", True],
    ]
    explorer_on(notebook.page).rests()
    assert notebook.page.evaluate("window.roots.size") <= 2  # of before, and one that no update has replaced
    notebook.run("w.set(a=-1.0)")
    expect(explorer_on(notebook.page).root).to_have_attribute("data-label", "minimum")
