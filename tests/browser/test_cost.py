"""What second derivatives cost, in a real JupyterLab: points come as they are measured, it is stopped, and it stays."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from browser.conftest import RunCells
from browser.explorer_page import LONG

SLOW = """
import threading
import autograd.numpy as np, hesswidget as hw
go_on = threading.Event()

def f(w):
    if len(w) == 40 and threading.current_thread() is not threading.main_thread():
        go_on.wait()
    return np.sum((w[1:] - w[:-1] ** 2) ** 2)

panel = hw.cost(f, (10, 20, 40), k=2, compiled=False, seconds=600.0, wait=False)
panel
"""


def test_points_come_as_they_are_measured_and_a_button_stops_it(run_cells: RunCells) -> None:
    notebook = run_cells(SLOW)
    panel = notebook.page.locator(".hw-measured")
    bar = panel.get_by_role("progressbar", name="measuring")
    points = panel.locator(".hw-cost-point")
    expect(points).to_have_count(14, timeout=LONG)  # seven computations at two sizes
    expect(bar).to_have_attribute("aria-valuetext", re.compile(r"\d+ %: .*, n = (20|40)"))
    panel.get_by_role("button", name="stop measuring").click()
    notebook.python("go_on.set()")
    expect(bar).to_be_hidden(timeout=LONG)
    expect(panel).to_contain_text("this was stopped before its end")
    rows = panel.get_by_role("row")
    expect(rows).to_have_count(8)
    expect(rows.nth(6)).to_contain_text(re.compile(r"full Hessian.*s, n = (20|40)n\^"))
    panel.get_by_role("button", name="bytes").click()
    expect(rows.nth(6)).to_contain_text(re.compile(r"full Hessian.*B, n = (20|40)n\^"))
    assert notebook.errors == []


def test_a_record_shows_itself(run_cells: RunCells) -> None:
    notebook = run_cells('import hesswidget as hw\nhw.cost("rosenbrock_n", (10, 20, 40), seconds=20.0, k=2)')
    panel = notebook.page.locator(".hw-measured")
    expect(panel.locator("h3")).to_have_text(
        re.compile("^cost of rosenbrock_n against n, by recorded programs$")
    )
    expect(panel.locator(".hw-cost-point")).to_have_count(21)
    expect(panel.get_by_role("progressbar")).to_be_hidden()
    assert notebook.errors == []
