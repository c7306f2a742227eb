"""The browser engine in a real JupyterLab: live without messages, verified at rest, alive when the kernel is not."""

from __future__ import annotations

import os
import signal

import pytest
from playwright.sync_api import expect

from browser.conftest import OpenNotebook, RunCells
from browser.eventually import eventually
from browser.explorer_page import explorer_on, numbers
from browser.test_explorer import ROSENBROCK

PROCESS = "__import__('os').getpid()"
VERIFIED = "browser · verified"
ALONE = "browser · Python does not follow"


def test_a_drag_waits_for_no_kernel_and_the_last_value_arrives(run_cells: RunCells) -> None:
    notebook = run_cells(ROSENBROCK)
    explorer = explorer_on(notebook.page)
    expect(explorer.engine).to_have_text(VERIFIED)
    process = notebook.python(PROCESS)
    os.kill(process, signal.SIGSTOP)
    try:
        before = explorer.pictures
        explorer.drag(explorer.slider("x"), [(k, 0) for k in range(-30, 31)])  # a pixel is several steps
        assert explorer.pictures - before >= 60
        expect(explorer.engine).to_have_text(ALONE)
    finally:
        os.kill(process, signal.SIGCONT)
    expect(explorer.engine).to_have_text(VERIFIED, timeout=15_000)
    assert notebook.python("[w.point.tolist(), *points[-1:]]") == [explorer.point] * 2
    assert notebook.errors == []


def test_the_numbers_are_those_of_python(run_cells: RunCells) -> None:
    notebook = run_cells("import hesswidget as hw\nw = hw.explore('logistic_regression')\nw")
    explorer = explorer_on(notebook.page)
    assert notebook.python("w.engine") == "browser"
    explorer.press("w[3]", *["ArrowRight"] * 30)
    explorer.press("l2", "End")
    explorer.rests()
    expect(explorer.root).to_have_attribute("data-standing", "verified")
    shown = [x for text in explorer.root.locator("table td").all_text_contents() for x in numbers(text)]
    exact = notebook.python("w.curvature.hessian.ravel().tolist()")
    assert shown == pytest.approx(exact, rel=1e-3, abs=1e-12)
    assert explorer.status.get_attribute("title") == notebook.python("w.curvature.reason")


def test_a_recording_that_went_stale_is_found_out_at_rest(run_cells: RunCells) -> None:
    stale = """
import hesswidget as hw
scale = 1.0
def f(x, y):
    return scale * x**2 + y**2
w = hw.explore(f, x=(-2, 2), y=(-2, 2))
w
"""
    notebook = run_cells(stale)
    explorer = explorer_on(notebook.page)
    expect(explorer.root).to_have_attribute("data-standing", "verified")
    notebook.run("scale = 3.0")
    explorer.press("x", "ArrowRight")
    expect(explorer.engine).to_have_text("kernel · autograd")
    assert "differs from autograd" in (explorer.engine.get_attribute("title") or "")
    expect(explorer.root.locator(".hw-value").last).to_have_text("6.000")
    assert notebook.python("w.engine") == "kernel"
    notebook.page.keyboard.press("ArrowRight")
    expect(explorer.root).to_have_attribute("data-point", "0.02 0")
    assert notebook.errors == []


def test_a_page_that_computes_wrongly_hands_over_for_itself_alone(run_cells: RunCells) -> None:
    notebook = run_cells(ROSENBROCK)
    explorer = explorer_on(notebook.page)
    expect(explorer.root).to_have_attribute("data-standing", "verified")
    notebook.run(
        "w.send = lambda content, buffers=None, send=w.send: send({**content, 'agrees': False}, buffers)"
    )
    explorer.press("x", "ArrowRight")
    expect(explorer.engine).to_have_text("kernel · autograd")
    assert "this page computed" in (explorer.engine.get_attribute("title") or "")
    explorer.press("x", "ArrowRight")
    expect(explorer.root).to_have_attribute("data-point", "0.02 1")
    assert notebook.python("w.engine") == "browser"
    assert notebook.errors == []


def test_a_choice_is_another_program(run_cells: RunCells) -> None:
    choices = """
import hesswidget as hw
def f(x, y, kind="bowl", power=2):
    return x**power + y**2 if kind == "bowl" else x**power - y**2
w = hw.explore(f, x=(-2, 2), y=(-2, 2), kind=["bowl", "saddle"], power=(2, 4))
w
"""
    notebook = run_cells(choices)
    explorer = explorer_on(notebook.page)
    root = explorer.root
    expect(root).to_have_attribute("data-label", "minimum")
    root.get_by_label("kind").select_option("saddle")
    expect(root).to_have_attribute("data-label", "saddle")
    expect(root).to_have_attribute("data-standing", "verified")
    explorer.press("power", "End")
    expect(root).to_have_attribute("data-label", "degenerate")
    expect(root).to_have_attribute("data-standing", "verified")
    assert notebook.python("w.engine") == "browser"


def test_a_connection_that_was_lost_is_used_as_soon_as_it_is_back(run_cells: RunCells) -> None:
    notebook = run_cells(ROSENBROCK)
    explorer = explorer_on(notebook.page)
    expect(explorer.engine).to_have_text(VERIFIED)
    process = notebook.python(PROCESS)
    os.kill(process, signal.SIGSTOP)  # so that what is asked is lost with the connection
    try:
        explorer.press("x", "End")
        expect(explorer.engine).to_have_text(ALONE)
        notebook.page.evaluate(
            """() => window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.reconnect()
                .then(() => {}, () => {})"""
        )
    finally:
        os.kill(process, signal.SIGCONT)
    expect(explorer.engine).to_have_text(VERIFIED)
    eventually(lambda: notebook.python("w.x"), 2.0)
    assert notebook.errors == []


def test_a_kernel_that_is_restarted_no_longer_vouches_for_the_picture(run_cells: RunCells) -> None:
    notebook = run_cells(ROSENBROCK)
    explorer = explorer_on(notebook.page)
    expect(explorer.engine).to_have_text(VERIFIED)
    notebook.page.evaluate(
        "() => window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.restart()"
    )
    expect(explorer.engine).to_have_text(ALONE, timeout=15_000)
    explorer.press("x", "ArrowRight")
    expect(explorer.root).to_have_attribute("data-point", "0.01 1")


def test_the_picture_stays_live_when_the_kernel_is_killed_in_a_drag(open_notebook: OpenNotebook) -> None:
    notebook = open_notebook([ROSENBROCK])
    explorer = explorer_on(notebook.page)
    expect(explorer.engine).to_have_text(VERIFIED)
    process = notebook.python(PROCESS)
    before = 0
    for right, _ in explorer.dragging(explorer.slider("x"), [(k, 0) for k in range(-20, 21)]):
        if right == 0:
            os.kill(process, signal.SIGKILL)
            before = explorer.pictures
    assert explorer.pictures - before >= 20
    expect(explorer.engine).to_have_text(ALONE, timeout=10_000)
    assert "w.point" in (explorer.engine.get_attribute("title") or "")
    notebook.page.locator(".jp-Dialog button").first.click()  # JupyterLab tells that the kernel restarts
    explorer.press("b", "Home", "Tab")
    expect(explorer.slider("b")).to_have_attribute("aria-valuetext", "1.0")
    explorer.press("x", "End", "End", "End")
    expect(explorer.root).to_have_attribute("data-point", "2 1")
    facts = explorer.root.locator(".hw-facts b")
    expect(facts.nth(2)).to_have_text("10.000")  # (1 − 2)² + 1 · (1 − 4)²
    eventually(
        lambda: notebook.run("print('here')"), "here\n"
    )  # another kernel is there, and knows nothing of it
    explorer.rests()
    expect(explorer.engine).to_have_text(ALONE)
