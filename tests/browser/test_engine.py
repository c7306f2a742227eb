"""The browser engine in a real JupyterLab: live without messages, verified at rest, alive when the kernel is not."""

from __future__ import annotations

import math
import os
import re
import signal

import pytest
from playwright.sync_api import Locator, expect

from browser.conftest import OpenNotebook
from browser.notebook import Notebook
from browser.test_explorer import ROSENBROCK, drawn, explorer, python, slider


def drag(notebook: Notebook, handle: Locator, moves: int = 60, reach: float = 60, at: object = None) -> None:
    """Drag a slider to and fro with the mouse, one move a display frame; `at` is called with the number of each."""
    handle.scroll_into_view_if_needed()
    box = handle.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    mouse = notebook.page.mouse
    mouse.move(x, y)
    mouse.down()
    for k in range(moves):
        mouse.move(x + reach * math.sin(k / 9), y)
        notebook.page.wait_for_timeout(16)
        if callable(at):
            at(k)
    mouse.up()


def pictures(root: Locator) -> int:
    return int(root.get_attribute("data-pictures") or 0)


def test_a_drag_costs_few_messages_and_the_last_value_arrives(open_notebook: OpenNotebook) -> None:
    notebook = open_notebook([ROSENBROCK])
    root = explorer(notebook)
    expect(root).to_have_attribute("data-standing", "verified")
    notebook.page.evaluate("""() => {
        window.sent = 0;
        const send = WebSocket.prototype.send;
        WebSocket.prototype.send = function (...data) { window.sent++; return send.apply(this, data); };
    }""")
    before = pictures(root)
    drag(notebook, slider(root, "x"), moves=90)
    shown = pictures(root) - before
    sent = notebook.page.evaluate("window.sent")
    assert shown > 45
    assert sent < shown / 2  # five states a second at most, where each picture used to cost a message
    expect(root).to_have_attribute("data-standing", "verified")
    expect(root.locator(".hw-engine")).to_have_text("browser · verified")
    assert python(notebook, "w.point.tolist()") == drawn(root)
    assert python(notebook, "points[-1]") == drawn(root)
    assert notebook.errors == []


def test_the_numbers_are_those_of_python(open_notebook: OpenNotebook) -> None:
    network = "import hesswidget as hw\nw = hw.explore('logistic_regression')\nw"
    notebook = open_notebook([network])
    root = explorer(notebook)
    assert python(notebook, "w.engine") == "browser"
    slider(root, "w[3]").focus()
    for _ in range(30):
        notebook.page.keyboard.press("ArrowRight")
    slider(root, "l2").focus()
    notebook.page.keyboard.press("End")
    expect(root).to_have_attribute("data-standing", "verified")
    cells = root.locator("table td").all_text_contents()
    shown = [float(text.replace("−", "-")) for text in cells if re.search(r"\d", text)]
    exact = python(notebook, "w.curvature.hessian.ravel().tolist()")
    assert shown == pytest.approx(exact, rel=1e-3, abs=1e-12)
    reason = root.locator(".hw-reason").get_attribute("title")
    assert reason == python(notebook, "w.curvature.reason")


def test_a_recording_that_went_stale_is_found_out_at_rest(open_notebook: OpenNotebook) -> None:
    stale = """
import hesswidget as hw
scale = 1.0
def f(x, y):
    return scale * x**2 + y**2
w = hw.explore(f, x=(-2, 2), y=(-2, 2))
w
"""
    notebook = open_notebook([stale])
    root = explorer(notebook)
    expect(root).to_have_attribute("data-standing", "verified")
    notebook.run("scale = 3.0")
    slider(root, "x").focus()
    notebook.page.keyboard.press("ArrowRight")
    expect(root.locator(".hw-engine")).to_have_text("kernel · autograd")
    assert "differed from autograd" in (root.locator(".hw-engine").get_attribute("title") or "")
    expect(root.locator(".hw-value").last).to_have_text("6.000")
    assert python(notebook, "w.engine") == "kernel"
    notebook.page.keyboard.press("ArrowRight")
    expect(root).to_have_attribute("data-point", "0.02 0")
    assert notebook.errors == []


def test_the_picture_stays_live_when_the_kernel_is_killed_in_a_drag(open_notebook: OpenNotebook) -> None:
    notebook = open_notebook([ROSENBROCK])
    root = explorer(notebook)
    expect(root).to_have_attribute("data-standing", "verified")
    process = python(notebook, "__import__('os').getpid()")
    before: list[int] = []

    def kill(move: int) -> None:
        if move == 30:
            os.kill(process, signal.SIGKILL)
            before.append(pictures(root))

    drag(notebook, slider(root, "x"), moves=90, at=kill)
    assert pictures(root) - before[0] > 30
    expect(root.locator(".hw-engine")).to_have_text("browser · Python does not follow", timeout=10_000)
    assert "w.point" in (root.locator(".hw-engine").get_attribute("title") or "")
    dialog = notebook.page.locator(".jp-Dialog button")
    if dialog.count():  # JupyterLab tells that the kernel restarts
        dialog.first.click()
    notebook.page.keyboard.press("Escape")
    slider(root, "b").focus()
    notebook.page.keyboard.press("Home")
    notebook.page.keyboard.press("Tab")
    expect(slider(root, "b")).to_have_attribute("aria-valuetext", "1.0")
    slider(root, "x").focus()
    for _ in range(3):
        notebook.page.keyboard.press("End")
    expect(root).to_have_attribute("data-point", "2 1")
    expect(root.locator(".hw-facts b").nth(2)).to_have_text("10.000")  # (1 − 2)² + 1 · (1 − 4)²
    notebook.page.wait_for_timeout(3_000)
    expect(root.locator(".hw-engine")).to_have_text("browser · Python does not follow")


def test_a_busy_kernel_does_not_hold_up_the_picture(open_notebook: OpenNotebook) -> None:
    notebook = open_notebook([ROSENBROCK, "import time; time.sleep(6)"])
    root = explorer(notebook)
    slider(root, "x").focus()
    notebook.page.keyboard.press("Home")
    expect(root).to_have_attribute("data-point", "-2 1", timeout=1_000)
    expect(root).to_have_attribute("data-standing", "verified", timeout=15_000)
    assert python(notebook, "w.point.tolist()") == [-2.0, 1.0]


def test_a_choice_is_another_program(open_notebook: OpenNotebook) -> None:
    choices = """
import hesswidget as hw
def f(x, y, kind="bowl", power=2):
    return x**power + y**2 if kind == "bowl" else x**power - y**2
w = hw.explore(f, x=(-2, 2), y=(-2, 2), kind=["bowl", "saddle"], power=(2, 4))
w
"""
    notebook = open_notebook([choices])
    root = explorer(notebook)
    expect(root).to_have_attribute("data-label", "minimum")
    root.get_by_label("kind").select_option("saddle")
    expect(root).to_have_attribute("data-label", "saddle")
    expect(root).to_have_attribute("data-standing", "verified")
    slider(root, "power").focus()
    notebook.page.keyboard.press("End")
    expect(root).to_have_attribute("data-label", "degenerate")
    expect(root).to_have_attribute("data-standing", "verified")
    assert python(notebook, "w.engine") == "browser"


def test_a_kernel_that_is_restarted_no_longer_vouches_for_the_picture(open_notebook: OpenNotebook) -> None:
    notebook = open_notebook([ROSENBROCK])
    root = explorer(notebook)
    expect(root.locator(".hw-engine")).to_have_text("browser · verified")
    notebook.page.evaluate(
        "() => window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.restart()"
    )
    expect(root.locator(".hw-engine")).to_have_text("browser · Python does not follow", timeout=15_000)
    slider(root, "x").focus()
    notebook.page.keyboard.press("ArrowRight")
    expect(root).to_have_attribute("data-point", "0.01 1")
