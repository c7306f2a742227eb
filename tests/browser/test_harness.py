"""The harness itself, tried on a bare anywidget: what fails here is not hesswidget's fault."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from browser import SCREENSHOTS
from browser.eventually import eventually

COUNTER = '''
import anywidget, traitlets

class Counter(anywidget.AnyWidget):
    count = traitlets.Int(0).tag(sync=True)
    _esm = """
    function render({ model, el }) {
        const button = document.createElement("button");
        button.className = "counter";
        const show = () => { button.textContent = `count ${model.get("count")}`; };
        button.onclick = () => { model.set("count", model.get("count") + 1); model.save_changes(); };
        model.on("change:count", show);
        show();
        el.append(button);
    }
    export default { render };
    """

counter = Counter()
counter
'''
SIZE = (840, 680)


@pytest.mark.parametrize(("app", "theme"), [("lab", "dark"), ("notebook", "light")])
def test_a_widget_is_shown_as_asked_and_page_and_kernel_reach_each_other(open_notebook, app, theme):
    notebook = open_notebook([COUNTER, "import time; time.sleep(1); done = True"], app, theme, SIZE)
    assert notebook.python("done")  # all cells have run when the notebook is open
    expect(notebook.page.locator("body")).to_have_attribute(
        "data-jp-theme-light", str(theme == "light").lower()
    )
    assert notebook.page.evaluate("[window.innerWidth, window.innerHeight]") == list(SIZE)
    notebook.screenshot(SCREENSHOTS / f"harness-{app}-{theme}.png")
    button = notebook.page.locator("button.counter")
    expect(button).to_have_text("count 0")
    button.click()
    expect(button).to_have_text("count 1")
    eventually(lambda: notebook.python("counter.count"), 1)  # which the page does not wait for
    notebook.run("counter.count = 41")
    expect(button).to_have_text("count 41")
    with pytest.raises(RuntimeError, match="ZeroDivisionError"):
        notebook.run("1 / 0")
    assert notebook.errors == []


def test_each_notebook_has_its_own_kernel_and_reaches_no_other_host(open_notebook, run_cells):
    first, second = run_cells("x = 1"), open_notebook(["y = 2"])
    assert first.kernel_id != second.kernel_id
    assert first.python("[x, 'y' in globals()]") == [1, False]
    first.check_network()
    address = "https://elsewhere.invalid/a"
    said = first.page.evaluate("address => fetch(address).catch(error => error.name)", address)
    assert said == "TypeError"
    with pytest.raises(AssertionError, match=re.escape(address)):
        first.check_network()
    first.foreign_requests.clear()


def test_cells_that_take_the_place_of_others_leave_no_widget_of_theirs(run_cells):
    notebook = run_cells(COUNTER, "counter")
    expect(notebook.page.locator("button.counter")).to_have_count(2)
    run_cells("pass")
    expect(notebook.page.locator("button.counter")).to_have_count(0)
    expect(notebook.page.locator(".jp-CodeCell")).to_have_count(1)
    assert notebook.python("len(__import__('ipywidgets').widgets.widget._instances)") == 0
