"""The harness itself, tried on a bare anywidget: what fails here is not hesswidget's fault."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

SCREENSHOTS = Path(__file__).parent / "screenshots"

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


@pytest.mark.parametrize("app", ["lab", "notebook"])
def test_click_reaches_the_kernel_and_a_trait_reaches_the_page(open_notebook, app):
    notebook = open_notebook([COUNTER], app=app)
    button = notebook.page.locator("button.counter")
    expect(button).to_have_text("count 0")
    button.click()
    expect(button).to_have_text("count 1")
    assert notebook.run("print(counter.count)") == "1\n"
    notebook.run("counter.count = 41")
    expect(button).to_have_text("count 41")
    assert notebook.errors == []


@pytest.mark.parametrize("app", ["lab", "notebook"])
def test_dark_is_dark_and_light_is_light(open_notebook, app):
    for theme, is_light in [("dark", "false"), ("light", "true")]:
        notebook = open_notebook(["1 + 1"], app=app, theme=theme)
        expect(notebook.page.locator("body")).to_have_attribute("data-jp-theme-light", is_light)
        notebook.screenshot(SCREENSHOTS / f"harness-{app}-{theme}.png")


def test_each_notebook_has_its_own_kernel(open_notebook):
    first, second = open_notebook(["x = 1"]), open_notebook(["y = 2"])
    assert first.kernel_id != second.kernel_id
    assert first.run("print(x, 'y' in globals())") == "1 False\n"


def test_all_cells_have_run_when_the_notebook_is_open(open_notebook):
    notebook = open_notebook(["import time", "time.sleep(1)", "done = True"])
    assert notebook.run("print(done)") == "True\n"


def test_an_error_in_the_kernel_is_raised_in_the_test(open_notebook):
    with pytest.raises(RuntimeError, match="ZeroDivisionError"):
        open_notebook([]).run("1 / 0")


def test_the_size_is_the_one_asked_for(open_notebook):
    notebook = open_notebook([], size=(640, 480))
    assert notebook.page.evaluate("[window.innerWidth, window.innerHeight]") == [640, 480]


def test_the_page_cannot_reach_another_host(open_notebook):
    notebook = open_notebook([])
    notebook.check_network()
    address = "https://elsewhere.invalid/a"
    said = notebook.page.evaluate("address => fetch(address).catch(error => error.name)", address)
    assert said == "TypeError"
    with pytest.raises(AssertionError, match=re.escape(address)):
        notebook.check_network()
    notebook.foreign_requests.clear()
