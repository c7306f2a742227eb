"""The magic %%hessian in a real JupyterLab and Notebook 7."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from browser.eventually import eventually

CELL = """%%hessian x=(-2, 2), y=(-1, 3), a=(0, 3)
def f(x, y, a=1.0):
    return (a - x)**2 + 10 * (y - x**2)**2"""


@pytest.mark.parametrize("app", ["lab", "notebook"])
def test_a_cell_shows_the_explorer_of_the_function_that_it_defines(open_notebook, app):
    notebook = open_notebook(["%load_ext hesswidget", CELL], app=app)
    root = notebook.page.locator('.hesswidget[data-exact="true"]')
    expect(root).to_have_attribute("data-function", "f")
    root.get_by_role("slider", name="x", exact=True).focus()
    notebook.page.keyboard.press("End")
    expect(root).to_have_attribute("data-point", "2 1")
    eventually(lambda: notebook.run("print(_.point.tolist())").strip(), "[2.0, 1.0]")


def test_what_is_wrong_is_said_in_a_sentence(open_notebook):
    notebook = open_notebook(["%load_ext hesswidget", "%%hessian x=(-2, 2)\ny = 1"])
    said = notebook.page.locator(".jp-OutputArea-output").last
    expect(said).to_contain_text("The cell defines no function at its top level")
    assert notebook.page.locator(".hesswidget").count() == 0
