"""The index of the tutorials: its explorer and its links, in JupyterLab and Notebook 7."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import expect

from browser import SCREENSHOTS
from browser.notebook import Notebook
from hesswidget.command.tour import copy_tutorials

PAGES = {
    "lab": "lab/workspaces/{name}/tree/{name}/00-index.ipynb",
    "notebook": "notebooks/{name}/00-index.ipynb",
}


@pytest.fixture
def open_index(browser, jupyter_server) -> Iterator[Callable[..., Notebook]]:
    """Opens the index among copied tutorials."""
    opened = []

    def open_index(app: str, theme: str = "light", size: tuple[int, int] = (1280, 1600)) -> Notebook:
        name = f"index-{app}-{theme}-{size[0]}"
        copy_tutorials(jupyter_server.root / name)
        jupyter_server.set_theme(theme)
        notebook = Notebook(browser, jupyter_server, app, size)
        opened.append(notebook)
        notebook.visit(PAGES[app].format(name=name))
        return notebook

    yield open_index
    for notebook in opened:
        notebook.close()
        notebook.check_network()


@pytest.mark.parametrize(("app", "theme"), [("lab", "light"), ("notebook", "dark")])
def test_its_explorer_becomes_live_and_its_links_open_the_tutorials(open_index, app, theme):
    notebook = open_index(app, theme)
    notebook.screenshot(SCREENSHOTS / f"index-{app}-{theme}-as-opened.png")
    notebook.run_all_cells()
    assert [output for output in notebook.outputs() if output["output_type"] == "error"] == []
    explorer = notebook.page.locator(".hesswidget")
    expect(explorer).to_have_attribute("data-exact", "true")
    expect(explorer).to_have_attribute("data-label", "saddle")
    notebook.screenshot(SCREENSHOTS / f"index-{app}-{theme}.png")
    assert notebook.errors == []

    link = notebook.page.get_by_role("link", name="Critical points", exact=True)
    if app == "lab":
        link.click()
        page = notebook.page
    else:
        with notebook.context.expect_page() as opened:
            link.click()
        page = opened.value
    heading = page.get_by_role("heading", name=re.compile("^Critical points"), level=1)
    expect(heading.first).to_be_visible()
    expect(page).to_have_url(re.compile("02-critical-points"))
