"""Branches and settings in a real JupyterLab: live in the page, and recorded as the page gets there."""

from __future__ import annotations

import os
import re
import signal

from playwright.sync_api import expect

from browser.conftest import OpenNotebook, OpenSaved, RunCells
from browser.eventually import eventually
from browser.explorer_page import explorer_on

BRANCHES = """
import autograd.numpy as np, hesswidget as hw

def f(x, y, a=1.0):
    if x > 0.5:
        return a * x**2 + y**2
    return 0.3 - 0.1 * x + y**2 if x < 0.4737 or x > 0.4739 else x**4 + 3 * y**2

w = hw.explore(f, x=(-2, 2), y=(-2, 2), a=(0.5, 2.0))
w
"""
POWERS = """
import autograd.numpy as np, hesswidget as hw

def f(x, y, k=3):
    return sum(np.cos(i * x) for i in range(1, k + 1)) + y**2

w = hw.explore(f, x=(-2, 2), y=(-2, 2), k=(1, 40))
w
"""
LONG = """
import hesswidget as hw

def f(x, y, k=3):
    for _ in range(k):
        x = 3.5 * x * (1 - x) + y / 1000
    return x**2 + y**2

w = hw.explore(f, x=(0.1, 0.9), y=(0, 1), k=(1, 400))
w
"""
VERIFIED = "browser · verified"


def test_a_branch_is_live_without_the_kernel_and_a_kink_where_its_sides_meet(run_cells: RunCells) -> None:
    notebook = run_cells(BRANCHES)
    explorer = explorer_on(notebook.page)
    expect(explorer.engine).to_have_text(VERIFIED)
    process = notebook.python("__import__('os').getpid()")
    os.kill(process, signal.SIGSTOP)
    try:
        before = explorer.pictures
        explorer.drag(explorer.slider("x"), [(k, 0) for k in range(0, 61)])
        assert explorer.pictures - before >= 50
        assert explorer.point[0] > 0.5
        expect(explorer.root.locator(".hw-value").first).to_have_text("2.000")
    finally:
        os.kill(process, signal.SIGCONT)
    expect(explorer.engine).to_have_text(VERIFIED, timeout=15_000)
    notebook.run("w.point = (0.5, 0.3)")
    expect(explorer.status).to_contain_text("if x > 0.5")
    assert notebook.errors == []


def test_a_path_that_was_not_found_is_computed_by_the_kernel_and_then_lives_in_the_page(
    run_cells: RunCells,
) -> None:
    notebook = run_cells(BRANCHES)
    explorer = explorer_on(notebook.page)
    expect(explorer.engine).to_have_text(VERIFIED)
    known = notebook.python("w._on_demand.programs['sets'][0]['programs']['frame'].__repr__().__len__()")
    notebook.run("w.point = (0.4738, 0.3)")
    expect(explorer.root).to_have_attribute("data-point", "0.4738 0.3")
    expect(explorer.root.locator(".hw-value").last).to_have_text("6.000")
    expect(explorer.engine).to_have_text(VERIFIED)
    more = notebook.python("w._on_demand.programs['sets'][0]['programs']['frame'].__repr__().__len__()")
    assert more > known
    assert notebook.python("w.engine") == "browser"
    assert notebook.errors == []


def test_a_whole_number_that_nobody_has_recorded_is_fetched_and_lives_on_without_a_kernel(
    open_notebook: OpenNotebook,
) -> None:
    notebook = open_notebook([POWERS])
    explorer = explorer_on(notebook.page)
    expect(explorer.engine).to_have_text(VERIFIED)
    notebook.run("w.k = 20")
    eventually(lambda: notebook.python("21 in [s.traced.values['k'] for s in w._context.recorded.sets]"))
    explorer.press("k", "End")
    expect(explorer.root.locator(".hw-value").first).to_have_text("−22140")
    expect(explorer.engine).to_have_text(VERIFIED)
    assert notebook.python("[w.k, w.engine]") == [40, "browser"]
    explorer.press("k", "Home")
    expect(explorer.root.locator(".hw-value").first).to_have_text("−1.000")
    expect(explorer.engine).to_have_text(VERIFIED)
    os.kill(notebook.python("__import__('os').getpid()"), signal.SIGKILL)
    notebook.page.locator(
        ".jp-Dialog button"
    ).first.click()  # on a kernel that died, which would take the keys
    explorer.press("x", "ArrowRight")
    explorer.press("k", "End")
    explorer.press("x", "ArrowLeft")
    explorer.press("k", "Home")
    expect(explorer.root.locator(".hw-value").first).to_have_text("−1.000")
    explorer.press("k", "End")
    expect(explorer.root.locator(".hw-value").first).to_have_text("−22140")
    eventually(lambda: notebook.run("print('here')"), "here\n")  # another kernel is there


def test_recording_is_seen_and_stopped_and_the_kernel_computes(run_cells: RunCells) -> None:
    notebook = run_cells(LONG)
    explorer = explorer_on(notebook.page)
    expect(explorer.engine).to_have_text(VERIFIED)
    explorer.press("k", "End")
    bar = explorer.root.get_by_role("progressbar", name="recording")
    expect(bar).to_be_visible()
    explorer.button("stop recording").click()
    expect(bar).to_be_hidden()
    expect(explorer.engine).to_have_text("kernel · autograd")
    expect(explorer.engine).to_have_attribute("title", re.compile("recording was stopped"))
    explorer.rests()
    explorer.press("x", "ArrowRight")
    explorer.rests()
    expect(bar).to_be_hidden()
    explorer.press("k", "Home")
    expect(explorer.engine).to_have_text(VERIFIED)
    assert notebook.errors == []


def test_a_saved_page_says_where_a_branch_is_and_where_what_was_recorded_ends(open_saved: OpenSaved) -> None:
    import hesswidget as hw

    def f(x, y, k=3):
        return x**k + y**2 if x > 0.25 else y**2

    explorer = open_saved(hw.explore(f, (1.0, 0.0), x=(0, 2), y=(-2, 2), k=(1, 100)))
    explorer.press("x", "Home", *["PageUp"] * 5)
    explorer.rests()
    assert explorer.point == [0.25, 0.0]
    expect(explorer.root.locator(".hw-label")).to_have_text("degenerate on one side")
    expect(explorer.status).to_contain_text(f"the branch of line {f.__code__.co_firstlineno + 1}")
    explorer.press("x", "ArrowRight")
    expect(explorer.status).not_to_contain_text("branch")
    explorer.press("k", "End")
    expect(explorer.root).to_have_attribute(
        "data-error", re.compile("Nothing was recorded for these settings")
    )


def test_an_entry_of_the_hessian_shows_its_formula_above_its_number(run_cells: RunCells) -> None:
    notebook = run_cells("import hesswidget as hw\nw = hw.explore('rosenbrock')\nw")
    explorer = explorer_on(notebook.page)
    explorer.rests()
    box = explorer.root.locator(".hw-heatmap").bounding_box()
    notebook.page.mouse.move(box["x"] + 0.62 * box["width"], box["y"] + 0.3 * box["height"])
    formula = explorer.root.locator(".hw-formula")
    expect(formula.locator("math")).to_have_text(re.compile("−.*4.*b.*x"))
    expect(explorer.root.locator(".hw-hessian .hw-caption")).to_contain_text("∂²f/∂x ∂y")
    notebook.page.mouse.move(5, 5)
    expect(formula).to_be_hidden()
    assert notebook.errors == []
