"""A slow function in a real JupyterLab: how far Python is, in the panel that waits; stopped; and nothing is held up."""

from __future__ import annotations

import base64
import json
import re
import zlib
from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from browser import SCREENSHOTS
from browser.conftest import OpenNotebook, RunCells
from browser.eventually import eventually
from browser.explorer_page import LONG, explorer_on
from hesswidget.appearance import MIME_TYPE

# Slow beside the main thread alone, as only jobs are; and not recorded.
SLOW = """
import threading, time
import hesswidget as hw
from autograd.scipy import special

def f(x, a=1.0, b=0.0):
    if b > 0.1 and threading.current_thread() is not threading.main_thread():
        time.sleep(0.01)
    return x**4 / 4 - a * x**2 / 2 - b * x + 0.0 * special.iv(1, 1.0 + x**2)

w = hw.bifurcation(f, x=(-2, 2), a=(-1.0, 2.0), b=(0.0, 0.5), against="a")
w
"""
# Slow everywhere, so that its first diagram follows the widget.
LATE = """
import time
import hesswidget as hw
from autograd.scipy import special

def f(x, a=1.0):
    time.sleep(0.001)
    return x**4 / 4 - a * x**2 / 2 + 0.0 * special.iv(1, 1.0 + x**2)

w = hw.bifurcation(f, x=(-2, 2), a=(-1.0, 2.0))
w
"""


def bar(panel: Locator) -> Locator:
    return panel.get_by_role("progressbar")


def test_how_far_a_job_is_and_it_can_be_stopped(open_notebook: OpenNotebook) -> None:
    notebook = open_notebook([SLOW], theme="dark", size=(1280, 1300))
    explorer = explorer_on(notebook.page)
    root = explorer.root
    diagram, points = root.locator(".hw-bifurcation"), root.locator(".hw-critical")
    expect(diagram).to_have_attribute("data-met", "maximum minimum minimum")
    expect(bar(diagram)).to_be_hidden()
    explorer.press("b", "End")
    expect(bar(diagram)).to_have_attribute("aria-valuenow", re.compile(r"^\d+$"), timeout=LONG)
    expect(bar(diagram)).to_have_accessible_name("drawing the bifurcation diagram")
    height = points.evaluate("panel => panel.clientHeight")
    points.get_by_role("button", name="find all").click()
    expect(bar(points)).to_be_visible(timeout=LONG)
    expect(bar(diagram)).not_to_have_attribute("aria-valuenow", "0", timeout=LONG)
    assert points.evaluate("panel => panel.clientHeight") == height  # or the sliders below would move
    notebook.page.mouse.move(0, 0)
    path = SCREENSHOTS / "jobs.png"
    path.parent.mkdir(parents=True, exist_ok=True)
    root.screenshot(path=path)
    # Another question is answered meanwhile, and what the kernel is asked in a cell too.
    explorer.press("x", "End")
    expect(root).to_have_attribute("data-point", "2")
    eventually(lambda: notebook.python("w.curvature.value"), pytest.approx(4 - 2 - 1))
    expect(bar(diagram)).to_be_visible()
    diagram.get_by_role("button", name="stop drawing the bifurcation diagram").click()
    expect(bar(diagram)).to_be_hidden(timeout=LONG)
    expect(diagram.locator(".hw-caption")).to_contain_text("stopped before its end")
    notebook.run("w.cancel()")
    expect(bar(points)).to_be_hidden(timeout=LONG)
    expect(points.locator(".hw-caption")).to_contain_text("stopped before its end")
    assert notebook.errors == []


def test_a_first_diagram_that_takes_long_follows_the_widget_into_its_output_too(run_cells: RunCells) -> None:
    notebook = run_cells(LATE)
    explorer = explorer_on(notebook.page)
    diagram = explorer.root.locator(".hw-bifurcation")
    explorer.root.evaluate("root => { root.dataset.seen = 'first'; }")
    explorer.press("x", "End")  # before there is a diagram
    expect(explorer.root).to_have_attribute("data-point", "2")
    expect(bar(diagram)).to_be_visible(timeout=LONG)
    expect(diagram.locator(".hw-tick-x")).not_to_have_count(0)
    expect(diagram).to_have_attribute("data-met", "maximum minimum minimum", timeout=LONG)
    expect(bar(diagram)).to_be_hidden()

    def saved() -> dict[str, Any]:
        (output,) = notebook.outputs()
        packed = output["data"][MIME_TYPE]["packed"]
        return dict(json.loads(zlib.decompress(base64.b64decode(packed)))["traits"])

    eventually(lambda: len(saved()["explorer"]["_diagram"].get("branches", ())), 4)
    assert saved()["values"]["x"] == 2.0
    expect(explorer.root).to_have_attribute("data-seen", "first")  # the widget on screen is still the same
    assert notebook.errors == []
