"""The magic %%hessian in a real JupyterLab and Notebook 7."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from browser.eventually import eventually
from browser.explorer_page import explorer_on

CELL = """%%hessian x=(-2, 2), y=(-1, 3), a=(0, 3)
def f(x, y, a=1.0):
    return (a - x)**2 + 10 * (y - x**2)**2"""


@pytest.mark.parametrize("app", ["lab", "notebook"])
def test_a_cell_shows_the_explorer_of_the_function_that_it_defines_or_says_what_is_wrong(open_in, app):
    wrong = "%%hessian x=(-2, 2)\ny = 1"
    notebook = open_in(app, "%load_ext hesswidget", CELL, wrong)
    explorer = explorer_on(notebook.page)
    explorer.rests()
    expect(explorer.root).to_have_attribute("data-function", "f")
    explorer.press("x", "End")
    expect(explorer.root).to_have_attribute("data-point", "2 1")
    eventually(lambda: notebook.python("_.point.tolist()"), [2.0, 1.0])
    said = notebook.page.locator(".jp-OutputArea-output").last
    expect(said).to_contain_text("The cell defines no function at its top level")
