"""The front end in a page: loaded once, however many explorers, from whoever has it, and never another."""

from __future__ import annotations

from playwright.sync_api import expect

from browser.conftest import RunCells
from browser.explorer_page import explorer_on

# From here on the page has no front end, and notes how long each module is that it loads.
FORGET = """() => {
    globalThis[Symbol.for("hesswidget")]?.clear();
    window.modules = [];
    const create = (window.createObjectURL ??= URL.createObjectURL);
    URL.createObjectURL = (blob) => { window.modules.push(blob.size); return create.call(URL, blob); };
}"""
LARGE = "window.modules.filter(size => size > 50_000).length"
THREE = [
    'import hesswidget as hw\nhw.explore("himmelblau")',
    'hw.bifurcation("pitchfork", against="r")',
    'hw.explore("rosenbrock")',
]
# The front end that explorers refer to is another in this kernel, or none.
OTHER = """
import base64, json, zlib
import hesswidget as hw
w = hw.explore("himmelblau")
code = {"program": "export default { render() { window.hurt = 1 } }", "stylesheet": ""}
w._front_end.set_trait("packed", base64.b64encode(zlib.compress(json.dumps(code).encode())).decode())
w
"""
NONE = """
import hesswidget as hw
w = hw.explore("himmelblau")
w._front_end.close()
w
"""


def test_a_page_loads_it_once(run_cells: RunCells) -> None:
    notebook = run_cells("import hesswidget")
    notebook.page.evaluate(FORGET)
    notebook = run_cells(*THREE)
    expect(notebook.page.locator(".hesswidget[data-resting]")).to_have_count(3)
    assert notebook.page.evaluate(LARGE) == 1
    assert notebook.page.evaluate("document.adoptedStyleSheets.length") >= 1
    notebook.run_all_cells()  # again, in other outputs
    expect(notebook.page.locator(".hesswidget[data-resting]")).to_have_count(3)
    assert notebook.page.evaluate(LARGE) == 1


def test_where_it_is_not_found_the_explorer_s_kernel_sends_it(run_cells: RunCells) -> None:
    notebook = run_cells("import hesswidget")
    notebook.page.evaluate(FORGET)
    run_cells(NONE)
    explorer_on(notebook.page).rests()
    assert notebook.page.evaluate(LARGE) == 1


def test_another_in_its_place_is_not_run(run_cells: RunCells) -> None:
    notebook = run_cells("import hesswidget")
    notebook.page.evaluate(FORGET)
    run_cells(OTHER)
    explorer_on(notebook.page).rests()  # by what the kernel sends
    assert notebook.page.evaluate("window.hurt") is None
    notebook.run("w._front_end.close()")


def test_the_page_lets_go_of_what_an_output_showed_before(run_cells: RunCells) -> None:
    notebook = run_cells(THREE[0])
    notebook.page.evaluate("window.shown = []")
    for _ in range(4):
        root = explorer_on(notebook.page).root
        expect(root).to_have_attribute("data-resting", "")
        root.evaluate("root => { window.shown.push(new WeakRef(root)); delete root.dataset.resting; }")
        notebook.run_all_cells()
    explorer_on(notebook.page).rests()
    session = notebook.context.new_cdp_session(notebook.page)
    session.send("HeapProfiler.collectGarbage")
    kept = notebook.page.evaluate("window.shown.map(root => root.deref() !== undefined)")
    assert kept[1:] == [False] * 3  # Chromium's style engine may remember the first
