"""The spectrum of thousands of weights, in a real JupyterLab: found bit by bit, under a slider, and gone on with."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from browser.conftest import RunCells
from browser.explorer_page import LONG

CELL = """
import hesswidget as hw
model = hw.models.mlp("moons", widths=(2, 40, 40, 1))
panel = hw.spectrum(model, k=4, probes=4, l2=(0.0, 2.0), wait=False)
panel
"""


def test_a_slider_has_it_searched_anew_and_a_button_draws_more(run_cells: RunCells) -> None:
    notebook = run_cells(CELL)
    panel = notebook.page.locator(".hw-spectrum")
    bar = panel.get_by_role("progressbar", name="the search for a spectrum")
    expect(bar).to_be_hidden(timeout=LONG)
    assert notebook.python("panel.spectrum.n") == 1801
    title = panel.locator("h3")
    expect(title).to_contain_text("tanh network 2-40-40-1 on moons, n = 1,801: extreme")
    expect(panel.get_by_role("row")).to_have_count(4)
    expect(panel.locator(".hw-density-band")).not_to_have_attribute("d", "M0 0")
    expect(panel.locator(".hw-ends g > g")).to_have_count(8)
    before = notebook.python("panel.spectrum.largest.values.tolist()")

    slider = notebook.page.get_by_role("slider", name="l2")
    slider.focus()
    notebook.page.keyboard.press("End")
    expect(panel).to_have_class(re.compile("hw-stale"))
    expect(panel).not_to_have_class(re.compile("hw-stale"), timeout=LONG)
    expect(bar).to_be_hidden(timeout=LONG)
    assert notebook.python("panel.parameters['l2']") == 2.0
    after = notebook.python("panel.spectrum.largest.values.tolist()")
    assert all(
        abs(b - a - 2.0) < 1e-6 for a, b in zip(before, after, strict=True)
    )  # the penalty's own curvature

    panel.get_by_role("button", name="more random vectors").click()
    expect(panel).to_contain_text("8 random vectors", timeout=LONG)
    notebook.run("panel.set(l2=0.5)")
    expect(notebook.page.get_by_role("textbox", name="l2, value")).to_have_value("0.500")
    expect(bar).to_be_hidden(timeout=LONG)
    assert notebook.errors == []
